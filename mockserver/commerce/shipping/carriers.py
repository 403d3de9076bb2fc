"""Rates of carriers for a shipment, and its labels (catalogue.md §25). No carrier is called."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import timedelta
from fractions import Fraction
from typing import Any

from mockserver.commerce.shipping.parcels import parcels_of
from mockserver.commerce.shipping.weights import exact, grams, total
from mockserver.schema.currencies import currency
from mockserver.schema.protocols import Change, Engine, Target, View
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Null

ACCOUNTS, PICKUPS = "carrier_accounts", "easypost_pickups"
DIGITS = 32
#: What each carrier offers: how many days it takes, and how many times the price.
SERVICES = (("Standard", 3, 1), ("Express", 1, 2))
#: The price of the first kilogram, and of each, in the smallest unit of the currency.
FIRST, EACH = 500, 250
#: What nobody carries more of in one go; it costs no more either.
MOST = 10_000
#: What in the metadata of an account makes up a failure: its message.
FAILURE = "mock_error"
LABELS = "https://labels.example.com"


def new_account_id(change: Change) -> str:
    """Return the id of an account at the carriers."""
    return f"ca_{change.engine.entropy.hex(DIGITS)}"


def accounts_of(engine: Engine, order: Record) -> list[Record]:
    """Return the accounts of an order's market, and those of every market."""
    of_market = Any_((Null("market"), Compare("market", "eq", order.get("market"))))
    return engine.find(ACCOUNTS, of_market)


def carrier_accounts(record: Record, view: View) -> list[Target]:
    """Return the accounts that a shipment can be sent with."""
    order = view.related(record, "order", "shipments") or {}
    found = (each for each in view.every(ACCOUNTS) if each["market"] in (None, order.get("market")))
    return [(ACCOUNTS, account["id"]) for account in found]


def last_pickup(record: Record, view: View) -> list[Target]:
    """Return the last pickup of a shipment."""
    found = view.pointing_at(record, PICKUPS, "shipment")
    return [(PICKUPS, pickup["id"]) for pickup in found[-1:]]


# --- rates ---------------------------------------------------------------------------------------


def get_rates(change: Change, _: Any) -> None:
    """Ask every account for its rates; there has to be something to be sent."""
    record, engine = change.record, change.engine
    parcels = parcels_of(engine, record["id"])
    if not parcels:
        refuse_trigger(change)
        return
    accounts = accounts_of(engine, engine.get("orders", record["order"]) or {})
    weight = total((grams(each["weight"], each["unit_of_weight"]), 1) for each in parcels)
    failing = [account for account in accounts if _failure(account)]
    now = engine.clock.timestamp()
    record.update(
        get_rates_started_at=now,
        get_rates_completed_at=now,
        rates=[
            rate
            for account in accounts
            if account not in failing
            for rate in _rates(engine, record, account, weight)
        ],
        get_rates_errors=[_error(account) for account in failing],
    )


def _rates(
    engine: Engine, shipment: Record, account: Record, weight: Fraction
) -> Iterator[dict[str, Any]]:
    """Yield the rates of an account for a weight, one for each service; always the same."""
    money = currency(shipment["currency_code"])
    kilograms = min(-(-weight // 1000), MOST)
    for service, days, times in SERVICES:
        cents = (FIRST + EACH * int(kilograms)) * times
        date = engine.clock.now() + timedelta(days=days)
        yield {
            "id": f"rate_{_digest(shipment['id'], account['id'], service)}",
            "carrier": str(account["easypost_type"]).removesuffix("Account"),
            "service": service,
            "carrier_account_id": account["easypost_id"],
            "currency": shipment["currency_code"],
            "rate": money.amount(cents),
            "formatted_rate": money.formatted(cents),
            "delivery_date": date.date().isoformat(),
            "formatted_delivery_date": date.strftime("%d %b %Y"),
            "delivery_days": days,
            "est_delivery_days": days,
            "shipment_id": f"shp_{_digest(shipment['id'])}",
            "mode": engine.mode,
        }


def _digest(*parts: str) -> str:
    return hashlib.sha256("/".join(parts).encode()).hexdigest()[:DIGITS]


def _failure(account: Record | None) -> Any:
    return ((account or {}).get("metadata") or {}).get(FAILURE)


def _error(account: Record) -> dict[str, Any]:
    carrier = str(account["easypost_type"]).removesuffix("Account")
    return {"carrier": carrier, "type": "rate_error", "message": str(_failure(account))}


# --- labels --------------------------------------------------------------------------------------


def purchase(change: Change, _: Any) -> None:
    """Buy the rate that is selected: every parcel gets a label and a tracking number."""
    record, engine = change.record, change.engine
    rate = selected_rate(change)
    if rate is None:
        return
    own = Compare("easypost_id", "eq", rate["carrier_account_id"])
    account = next(iter(engine.find(ACCOUNTS, own)), None)
    now = engine.clock.timestamp()
    record["purchase_started_at"] = now
    if _failure(account):
        record.update(
            purchase_failed_at=now,
            purchase_error_code="PURCHASE.FAILED",
            purchase_error_message=str(_failure(account)),
        )
        return
    record.update(
        purchase_completed_at=now,
        purchase_failed_at=None,
        purchase_error_code=None,
        purchase_error_message=None,
        cost_amount_cents=_cents(rate),
    )
    change.after(lambda: _label(engine, record))


def _cents(rate: Record) -> int:
    return int(exact(rate["rate"]) * currency(rate["currency"]).subunit_to_unit)


def selected_rate(change: Change) -> Record | None:
    """Return the rate that is selected, or note that there is none such."""
    record = change.record
    id_ = record["selected_rate_id"]
    rate: Record | None = next((each for each in record["rates"] or () if each["id"] == id_), None)
    if id_ is None:
        change.invalid("selected_rate_id", "blank")
    elif rate is None:
        change.invalid("selected_rate_id", "inclusion", value=id_)
    return rate


def _label(engine: Engine, shipment: Record) -> None:
    location = engine.get("stock_locations", shipment["stock_location"]) or {}
    format_ = location.get("label_format") or "PDF"
    for parcel in parcels_of(engine, shipment["id"]):
        name = _digest(parcel["id"], shipment["selected_rate_id"])
        values = {
            "tracking_number": f"EZ{int(name[:12], 16):015d}",
            "tracking_status": "unknown",
            "shipping_label_url": f"{LABELS}/{name}.{format_.lower()}",
            "shipping_label_file_type": format_,
            "shipping_label_size": "4x6",
            "shipping_label_resolution": "300",
        }
        engine.change("parcels", parcel["id"], values)
