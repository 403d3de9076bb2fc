"""Orders that can be paid, as the stories of the contract have them (commerce.md §29)."""

from __future__ import annotations

from typing import Any

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.client import Api, Document, document, path_of, to
from tests.scene import address, order, shown, sku

JOHN = "john@example.com"
BACK = "https://shop.example.com/back"
STRIPE, WIRE, EXTERNAL = "stripe_payments", "wire_transfers", "external_payments"
#: The type of gateways that makes each type of sources, and what one has to be told.
GATEWAYS: dict[str, tuple[str, Document]] = {
    "adyen_payments": (
        "adyen_gateways",
        {"merchant_account": "M", "api_key": "k", "live_url_prefix": "p"},
    ),
    "axerve_payments": ("axerve_gateways", {"login": "l", "api_key": "k"}),
    "braintree_payments": (
        "braintree_gateways",
        dict.fromkeys(("merchant_account_id", "merchant_id", "public_key", "private_key"), "k"),
    ),
    "checkout_com_payments": ("checkout_com_gateways", {"secret_key": "s", "public_key": "p"}),
    EXTERNAL: ("external_gateways", {}),
    "klarna_payments": (
        "klarna_gateways",
        {"country_code": "EU", "api_key": "k", "api_secret": "s"},
    ),
    "paypal_payments": ("paypal_gateways", {"client_id": "c", "client_secret": "s"}),
    "satispay_payments": ("satispay_gateways", {"token": "t"}),
    STRIPE: ("stripe_gateways", {"login": "l"}),
    WIRE: ("manual_gateways", {}),
}
#: What a client has to send of each type of sources, but for the order.
REQUIRED: dict[str, Document] = {
    "axerve_payments": {"return_url": BACK},
    "checkout_com_payments": {"token": "tok_1", "success_url": BACK, "failure_url": BACK},
    EXTERNAL: {"payment_source_token": "abc"},
    "paypal_payments": {"return_url": BACK, "cancel_url": BACK},
}


def gateway(api: Api, kind: str, **attributes: Any) -> Document:
    """Create a gateway that makes sources of a type."""
    type_, required = GATEWAYS[kind]
    return api.create(type_, **{"name": "Gateway", **required, **attributes})


def method(api: Api, kind: str = STRIPE, **attributes: Any) -> Document:
    """Create a way to pay, in euros and free of charge."""
    given = {"payment_source_type": kind, "currency_code": "EUR", "price_amount_cents": 0}
    links = {"payment_gateway": to(gateway(api, kind))}
    return api.create("payment_methods", links=links, **{**given, **attributes})


def choose(api: Api, bought: Document, kind: str = STRIPE, **attributes: Any) -> Document:
    """Have an order paid in a way of its own; return that."""
    chosen = method(api, kind, **attributes)
    api.update(bought, links={"payment_method": to(chosen)})
    return chosen


def accept(api: Api, bought: Document, kind: str) -> None:
    """Have an order paid by sources of a type, unless it is already."""
    chosen = api.get(f"{path_of(bought)}/payment_method").json["data"]
    if (chosen or {"attributes": {}})["attributes"].get("payment_source_type") != kind:
        choose(api, bought, kind)


def source(api: Api, bought: Document, kind: str = STRIPE, **attributes: Any) -> Document:
    """Create a payment source for an order, with what its type requires."""
    sent = {**REQUIRED.get(kind, {}), **attributes}
    return api.create(kind, links={"order": to(bought)}, **sent)


def basket(api: Api, *cents: int, shipped: bool = True, email: str = JOHN) -> Document:
    """Create a pending order of one piece each of SKUs at these prices, with addresses."""
    bought = order(api, customer_email=email)
    for price in cents:
        product = sku(api, f"SKU{price}{bought['id']}", price, do_not_ship=not shipped)
        line = {"sku_code": product["attributes"]["code"], "quantity": 1}
        api.create("line_items", links={"order": to(bought)}, **line)
    place = to(address(api, billing_info="IT1"))
    api.update(bought, links={"billing_address": place, "shipping_address": place})
    ship(api, bought)
    return bought


def ship(api: Api, bought: Document) -> None:
    """Have whatever an order ships be shipped for nothing."""
    for shipment in api.get(f"{path_of(bought)}/shipments").json["data"]:
        free = api.create(
            "shipping_methods", name="Free", price_amount_cents=0, currency_code="EUR"
        )
        api.update(shipment, links={"shipping_method": to(free)})


def ready(api: Api, bought: Document, kind: str = STRIPE) -> None:
    """Give an order all that it lacks to be placed: addresses, a way to ship, one to pay."""
    place = to(address(api, billing_info="IT1"))
    api.update(bought, links={"billing_address": place, "shipping_address": place})
    ship(api, bought)
    choose(api, bought, kind)
    source(api, bought, kind)


def payable(
    api: Api, *cents: int, kind: str = STRIPE, shipped: bool = True, **sent: Any
) -> Document:
    """Create an order that can be placed, paid with a source of a type."""
    bought = basket(api, *cents or (10000,), shipped=shipped)
    choose(api, bought, kind)
    source(api, bought, kind, **sent)
    return bought


def placed(
    api: Api, *cents: int, kind: str = STRIPE, shipped: bool = True, **sent: Any
) -> Document:
    """Create such an order, and place it."""
    bought = payable(api, *cents, kind=kind, shipped=shipped, **sent)
    api.update(bought, _place=True)
    return bought


def approved(api: Api, *cents: int, **sent: Any) -> Document:
    """Create such an order, place and approve it."""
    bought = placed(api, *cents, **sent)
    api.update(bought, _approve=True)
    return bought


def patch(api: Api, object_: Document, **attributes: Any) -> Any:
    """Change a record; return the answer."""
    return api.patch(path_of(object_), document(object_["type"], object_["id"], **attributes))


def statuses(api: Api, bought: Document) -> tuple[str, str, str]:
    """Return the three statuses of an order."""
    now = shown(api, bought)
    return now["status"], now["payment_status"], now["fulfillment_status"]


def transactions(api: Api, bought: Document) -> list[tuple[str, str, int]]:
    """Return the transactions of an order: end of number, type and amount, oldest first."""
    found = api.get(f"{path_of(bought)}/transactions", {"sort": "created_at,number"}).json["data"]
    read = [(t["attributes"]["number"], t["type"], t["attributes"]["amount_cents"]) for t in found]
    return [(number.partition("/")[2], type_, cents) for number, type_, cents in sorted(read)]


def transaction(api: Api, bought: Document, number: str) -> Document:
    """Return a transaction of an order by the end of its number."""
    found = api.get(f"{path_of(bought)}/transactions").json["data"]
    return next(t for t in found if t["attributes"]["number"].endswith(f"/{number}"))


def refusals(api: Api, bought: Document) -> list[tuple[str, str]]:
    """Return code and message of what an order keeps of why it could not be paid, oldest first."""
    found = api.get(f"{path_of(bought)}/resource_errors").json["data"]
    assert shown(api, bought)["errors_count"] == len(found)
    return [
        (error["attributes"]["code"], error["attributes"]["message"])
        for error in found
        if error["attributes"]["name"] == "payment_source"
    ]


def told(sandbox: Sandbox, bought: Document) -> list[str]:
    """Return what has happened to an order and its transactions, in order."""
    own = Compare("order", "eq", bought["id"])
    ids = {bought["id"], *(t["id"] for t in sandbox.find("transactions", own))}
    return [e["name"] for e in sandbox.find("events", Compare("resource", "in", frozenset(ids)))]
