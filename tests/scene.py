"""What customers have around them, made through the API, and what can be seen of it."""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from mockserver.access import MODES
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.client import Api, Document, ids, path_of, to

PLACE = {
    "first_name": "John",
    "last_name": "Smith",
    "line_1": "Via Roma 1",
    "city": "Prato",
    "zip_code": "59100",
    "state_code": "PO",
    "country_code": "IT",
    "phone": "+39 0574 000000",
}
NOBODY = "AAAAAAAAAA"
#: What an order subscription has that does not wait for its order to be placed.
BY_HAND = {"activate_by_source_order": False, "starts_at": "2098-01-01T00:00:00Z"}


def address(api: Api, **attributes: Any) -> Document:
    """Create a personal address."""
    return api.create("addresses", **{**PLACE, **attributes})


def market(api: Api, code: str = "europe") -> Document:
    """Return a market that is there from the start."""
    found: Document = api.get("/api/markets", {"filter[q][code_eq]": code}).json["data"][0]
    return found


def clear(api: Api, type_: str) -> None:
    """Delete what there is of a type from the start."""
    for id_ in ids(api.get(f"/api/{type_}")):
        assert api.delete(f"/api/{type_}/{id_}").status_code == 204


def order(api: Api, links: Document | None = None, **attributes: Any) -> Document:
    """Create an order in the European market."""
    return api.create("orders", links={"market": to(market(api)), **(links or {})}, **attributes)


def sku(api: Api, code: str = "CAP", cents: int = 1000, **attributes: Any) -> Document:
    """Create a SKU that is sold at one price everywhere, and there is plenty of it."""
    links = {} if attributes.get("do_not_ship") else {"shipping_category": to(category(api))}
    made = api.create(
        "skus", links=links, **{"code": code, "name": f"A {code.lower()}", **attributes}
    )
    price(api, made, cents)
    stock(api, made, 1000)
    return made


def category(api: Api) -> Document:
    """Return the shipping category that is there from the start."""
    found: Document = api.get("/api/shipping_categories").json["data"][0]
    return found


def price(api: Api, product: Document, cents: int, **attributes: Any) -> list[Document]:
    """Price a SKU on every list."""
    lists = api.get("/api/price_lists").json["data"]
    return [
        api.create(
            "prices",
            links={"price_list": to(each), "sku": to(product)},
            **{"amount_cents": cents, **attributes},
        )
        for each in lists
    ]


def stock(api: Api, product: Document, quantity: int) -> list[Document]:
    """Put so many of a SKU into every stock location."""
    locations = api.get("/api/stock_locations").json["data"]
    return [
        api.create(
            "stock_items",
            links={"stock_location": to(each), "sku": to(product)},
            quantity=quantity,
        )
        for each in locations
    ]


def offer_subscriptions(api: Api, *frequencies: str) -> Document:
    """Have the European market offer to buy so often."""
    model = api.create("subscription_models", name="Often", frequencies=[*frequencies])
    api.update(market(api), links={"subscription_model": to(model)})
    return model


def restock(api: Api, product: Document, quantity: int) -> None:
    """Let there be so many of a SKU in every stock location, which has some."""
    for item in api.get("/api/stock_items", {"filter[q][sku_id_eq]": product["id"]}).json["data"]:
        api.update(item, quantity=quantity)


def line(api: Api, bought: Document, **attributes: Any) -> Document:
    """Add one piece of something without a SKU, at 10.00, to an order."""
    sent = {"quantity": 1, **({} if "sku_code" in attributes else {"unit_amount_cents": 1000})}
    return api.create("line_items", links={"order": to(bought)}, **{**sent, **attributes})


def fulfil(api: Api, bought: Document) -> Document:
    """Bring an order to where all of it has been sent, past all that leads there; return it."""
    for organization in api.app.organizations:
        for mode in MODES:
            if organization.sandbox(mode).get("orders", bought["id"]):
                alter(organization.sandbox(mode), bought, fulfillment_status="fulfilled")
    return bought


def return_of(api: Api, bought: Document) -> Document:
    """Create a return of an order, which has been sent then."""
    return api.create("returns", links={"order": to(fulfil(api, bought))})


def gift_card(api: Api, cents: int = 5000, **attributes: Any) -> Document:
    """Create a gift card that orders can be paid with, in euros."""
    card = api.create(
        "gift_cards", **{"balance_cents": cents, "currency_code": "EUR", **attributes}
    )
    api.update(card, _purchase=True)
    return api.update(card, _activate=True)


def complete(api: Api, bought: Document) -> None:
    """Give an order what else it takes to be placed: an address, and a bank transfer to pay by."""
    api.update(bought, links={"billing_address": to(address(api))})
    transfer = {"payment_source_type": "wire_transfers", "currency_code": "EUR"}
    links = {"payment_gateway": to(api.create("manual_gateways", name="Bank"))}
    free = api.create("payment_methods", links=links, price_amount_cents=0, **transfer)
    api.update(bought, links={"payment_method": to(free)})
    api.create("wire_transfers", links={"order": to(bought)})


def coupon(api: Api, code: str = "SUMMER-2026", **attributes: Any) -> Document:
    """Create a coupon for ten percent off, which any order may have."""
    span = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}
    sale = api.create("percentage_discount_promotions", name="10%", percentage=10, **span)
    rule = api.create("coupon_codes_promotion_rules", links={"promotion": to(sale)})
    return api.create("coupons", links={"promotion_rule": to(rule)}, code=code, **attributes)


def cart(api: Api, email: str = "john@example.com", **attributes: Any) -> Document:
    """Create an order that can be placed, of nothing to ship; return it as it is then."""
    bought = order(api, customer_email=email, **attributes)
    line(api, bought)
    complete(api, bought)
    found: Document = api.get(f"/api/orders/{bought['id']}").json["data"]
    return found


def shown(api: Api, object_: Document) -> Document:
    """Return the attributes of a record as they are now."""
    found: Document = api.get(path_of(object_)).json["data"]["attributes"]
    return found


def events(sandbox: Sandbox, object_: Document) -> list[str]:
    """Return what has happened to a record, oldest first, also when it is gone."""
    found = sandbox.find("events", Compare("resource", "eq", object_["id"]))
    return [event["name"] for event in found if event["resource_type"] == object_["type"]]


def stored(sandbox: Sandbox, object_: Document) -> dict[str, Any]:
    """Return the record itself, with all that no document shows."""
    record = sandbox.get(object_["type"], object_["id"])
    assert record is not None
    return record


def alter(sandbox: Sandbox, object_: Document, **values: Any) -> None:
    """Bring a record into a state that requests do not lead to."""
    sandbox.partition.put(object_["type"], {**stored(sandbox, object_), **values})


#: What an order keeps of why it could not be placed (commerce.md §23).
NOTED = {"errors_count", "updated_at"}


def digest(sandbox: Sandbox, *, noted: bool = True) -> str:
    """Return what differs when anything in the sandbox differs.

    Args:
        sandbox: what is looked at.
        noted: whether that includes what orders keep of refusals.
    """
    state = sha256()
    for type_ in sandbox.partition.types():
        rows = sandbox.partition.select(type_)[0]
        kept = rows if noted else _besides_notes(type_, rows)
        if kept:
            state.update(orjson.dumps((type_, kept), option=orjson.OPT_SORT_KEYS))
    return state.hexdigest()


def _besides_notes(type_: str, rows: list[Document]) -> list[Document]:
    """Return records without what was noted of refusals, the history of that included."""
    if type_ == "orders":
        return [{name: row[name] for name in row.keys() - NOTED} for row in rows]
    if type_ == "event_stores":
        other = (row for row in rows if row["resource_type"] != "resource_errors")
        return [row for row in other if not row["payload"].keys() <= NOTED]
    return [] if type_ == "resource_errors" else rows
