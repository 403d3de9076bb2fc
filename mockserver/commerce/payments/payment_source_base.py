"""Members and rules that all payment sources have in common (neighbours.md §27).

A source is made for an order, which it then pays; it may be kept in a wallet.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any, ClassVar

from mockserver.access import Access
from mockserver.commerce.orders.permits import GUEST_ORDER, OPEN_STATUSES, OWN_ORDER, order_part
from mockserver.commerce.orders.states import is_open
from mockserver.commerce.payments.gateways import amount, ask, cost
from mockserver.commerce.payments.payment_sources import details, label
from mockserver.commerce.payments.transacting import sent_of
from mockserver.commerce.payments.trial_values import is_expired
from mockserver.schema.blocks import Block
from mockserver.schema.members import Attribute
from mockserver.schema.permits import Setting, own_by, settled
from mockserver.schema.protocols import Change, Check, Engine, View
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    internal,
    named,
    to_one,
)
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Condition, Related, both

WALLET = "customer_payment_sources"


# --- checks --------------------------------------------------------------------------------------


def fits_order(change: Change) -> None:
    """Keep it to what its order can be paid with: a source of the method that was chosen.

    commerce.md §13.3.
    """
    before, record, engine = change.before, change.record, change.engine
    order = engine.get("orders", record.get("order"))
    if order is None or (before or {}).get("order") == order["id"]:
        return
    method = engine.get("payment_methods", order.get("payment_method"))
    if not is_open(order):
        # To sales channels what is placed is closed altogether, which is said with their permit.
        if not change.access.is_sales_channel:
            change.invalid("order", "not_editable")
    elif method is None:
        change.invalid("payment_method", "blank")
    elif method["payment_source_type"] != change.type_:
        change.invalid("payment_method", "invalid")
    elif "payment_gateway" in engine.registry[change.type_].relationships:
        record["payment_gateway"] = method["payment_gateway"]


def takes_options(change: Change) -> None:
    """Merge what the order says of such sources into those options (commerce.md §13.2)."""
    record, engine = change.record, change.engine
    if change.before is not None or not isinstance(record.get("options"), dict):
        return
    for option in engine.find("payment_options", Compare("order", "eq", record.get("order"))):
        if option["payment_source_type"] == change.type_:
            record["options"] = {**(option["data"] or {}), **record["options"]}


def is_not_expired(change: Change) -> None:
    """Refuse a source whose token has expired: the client drops it and makes another one."""
    if change.before is None and is_expired(sent_of(change.engine, change.type_, change.record)):
        change.invalid("order", "expired")


def asks_at_first(change: Change) -> None:
    """Let the gateway hear what the order costs when the source is made, or is another order's."""
    if change.before is None or change.before.get("order") != change.record.get("order"):
        ask(change)


def is_told_of(change: Change) -> None:
    """Let order and wallet know of a source that is new, another order's, or has an instrument."""
    before, record = change.before or {}, change.record
    moved = before.get("order") != record.get("order")
    if moved or before.get("payment_instrument") != record["payment_instrument"]:
        change.after(lambda: _tell_order(change, moved=moved))
        change.after(lambda: _tell_wallet(change))


def _tell_order(change: Change, *, moved: bool) -> None:
    """Let the order be paid by the source while it is open; no longer the one it was made for."""
    engine, source, own = change.engine, change.record, (change.type_, change.record["id"])
    former = _order(engine, (change.before or {}).get("order"))
    if moved and _source_of(former) == own and former["status"] in OPEN_STATUSES:
        _pay(engine, former, None, {})
    order = _order(engine, source["order"])
    if _source_of(order) == own or (moved and order["status"] in OPEN_STATUSES):
        _pay(engine, order, own, details(change.type_, source))


def _pay(engine: Engine, order: Record, source: tuple[str, str] | None, shown: Any) -> None:
    paid = {"payment_source": source, "payment_source_details": shown}
    engine.change("orders", order["id"], paid)


def _tell_wallet(change: Change) -> None:
    name = label(change.type_, change.record)
    for entry in saved(change.engine, change.type_, change.record["id"]):
        if entry["name"] != name:
            change.engine.change(WALLET, entry["id"], {"name": name})


def saved(engine: Engine, type_: str, id_: str) -> list[Record]:
    """Return the wallet entries that keep a payment source."""
    own = both(
        Compare("payment_source", "eq", id_),
        Compare("payment_source_type", "eq", type_),
    )
    return engine.find(WALLET, own)


def _order(engine: Engine, id_: str | None) -> Record:
    return engine.get("orders", id_) or {}


def _source_of(order: Record) -> tuple[Any, Any]:
    return order.get("payment_source_type"), order.get("payment_source")


# --- members -------------------------------------------------------------------------------------


def mismatched_amounts(type_: str) -> Attribute:
    """Declare ``mismatched_amounts`` of a type: the order costs something else by now."""

    def is_mismatched(source: Record, view: View) -> bool:
        return _differs(source, amount(view.related(source, "order", type_)))

    return attribute("boolean", "R", derive_from=is_mismatched)


def differs(engine: Engine, source: Record) -> bool:
    """Say whether the order of a source costs something else than the gateway has heard of."""
    return _differs(source, cost(engine, source))


def _differs(source: Record, cents: int | None) -> bool:
    asked = source.get("asked_cents")
    return asked is not None and asked != cents


class Tail(Block):
    """The members a source ends with, but for those of some types alone."""

    def __init__(self, order: str, gateway: str | None, instrument: Any) -> None:
        """Declare them; see :func:`source_tail`."""
        self._order = order
        self._gateway = gateway
        self._instrument = instrument

    def members(self, name: str) -> Mapping[str, Any]:  # noqa: ARG002 - they have their own
        """Return the members in wire order."""
        # An order takes its sources along, but not those that somebody has saved.
        order = to_one("orders", self._order, required=True, on_delete="cascade_unless_held")
        instrument = attribute("object", "R", initial=self._instrument)
        gateway = self._gateway
        linked = {} if gateway is None else {"payment_gateway": _payment_gateway(gateway)}
        return {
            **base_attributes(named(payment_instrument=instrument)).members("base"),
            "order": order,
            **linked,
        }


def _payment_gateway(flags: str) -> Any:
    return to_one("payment_gateways", flags)


def source_tail(order: str, *, gateway: str | None = "", instrument: Any = lambda _: {}) -> Block:
    """Declare what every source ends with, from ``id`` to the relationships before histories.

    Args:
        order: the flags of ``order``.
        gateway: the flags of ``payment_gateway``; ``None`` where there is none.
        instrument: what the payment instrument is from the start.
    """
    return Tail(order, gateway, instrument)


OWN = order_part(OWN_ORDER)


def _own_or_saved(access: Access, setting: Setting) -> Condition:
    """Restrict to what is of an order of the logged customer, or in its wallet."""
    saved = Related(WALLET, "id", "payment_source", settled(own_by(), access, setting))
    return Any_((settled(OWN.readable, access, setting), saved))


class PaymentSource(Resource):
    """A payment source of any type."""

    for_guests: ClassVar = order_part(GUEST_ORDER)
    for_customers: ClassVar = replace(OWN, readable=_own_or_saved)

    checks: ClassVar[Sequence[Check]] = (
        fits_order,
        takes_options,
        is_not_expired,
        asks_at_first,
        is_told_of,
    )
    #: Whether a refusal of its gateway leaves the request be, and the order as it is
    #: (commerce.md §17.5).
    declines_quietly: ClassVar[bool] = False

    #: What the gateway has been told that the order costs.
    asked_cents = internal("integer")
    #: The source that somebody has saved, and that this is a copy of.
    original = internal("string")
    #: Whether the gateway has been told a test value, and said no to it.
    refused = internal("boolean")

    @staticmethod
    def removed(engine: Engine, record: Record) -> None:
        """Let the order show no longer what it was paid with."""
        order = _order(engine, record["order"])
        if order and not order.get("payment_source") and order.get("payment_source_details"):
            engine.change("orders", order["id"], {"payment_source_details": {}})
