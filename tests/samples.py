"""A valid record of any declared type, made from its declaration alone.

Everything follows from the words of the declaration: what is required is given, and what ``sample``
names; a value by its ``example``, its rules or its kind, a relationship by a record of the first of
its types that is declared. One table names the values that another record has to be there for.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from itertools import count
from typing import Any

from mockserver.clock import timestamp
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.resources.registry import families, registry
from mockserver.schema.members import Attribute
from mockserver.schema.relationships import Relationship
from mockserver.schema.validations import Inclusion
from mockserver.schema.vocabulary import Resource
from tests.client import Api, Document, document, path_of, to

PASSWORD = "secret123"
ANY = "*"


class Samples:
    """Makes records through the API, with everything they need; of what they need, one each."""

    def __init__(self, api: Api, first: int = 1) -> None:
        """Make them with this client, with texts that count from the first number."""
        self.api = api
        self._made: dict[str, Document] = {}
        self._numbers = count(first)

    def apart(self) -> Samples:
        """Return what makes records that have nothing to do with those made here."""
        others = Samples(self.api)
        others._numbers = self._numbers
        return others

    # --- records -----------------------------------------------------------------------------

    def record(self, type_: str) -> Document:
        """Return the one record of the type that others are made to lead to."""
        if type_ not in self._made:
            self._made[type_] = self.new(type_)
        return self._made[type_]

    def new(self, type_: str, **attributes: Any) -> Document:
        """Return another record of the type, with these attributes, or one the service has made."""
        if type_ in FOUND:
            return FOUND[type_](self)
        if type_ in families():
            return self.new(families()[type_][0], **attributes)
        if "create" not in registry()[type_].actions:
            return self._placed(type_)
        answer = self.api.post(f"/api/{type_}", self.document(type_, **attributes))
        assert answer.status_code == 201, answer.text
        made: Document = answer.json["data"]
        return made

    def _placed(self, type_: str) -> Document:
        """Return a new record of a type that the service alone makes, or of what it shows."""
        resource = registry()[type_]
        if resource.shows:
            shown = self.new(resource.shows)
            return {**shown, "type": type_}
        sandbox = next(iter(self.api.app.organizations)).sandbox("test")
        links = {name: self.linkage(resource.relationships[name]) for name in resource.sample}
        made = sandbox.add(type_, {name: (to["type"], to["id"]) for name, to in links.items()})
        found: Document = self.api.get(f"/api/{type_}/{made['id']}").json["data"]
        return found

    def document(self, type_: str, **given: Any) -> Document:
        """Return a document that creates a record: what is given, or required without a default."""
        resource = registry()[type_]
        attributes = {
            name: self.value(type_, name)
            for name, attribute in resource.attributes.items()
            if attribute.flags.creatable and (is_asked_for(attribute) or name in resource.sample)
        }
        links = {
            name: self.link(type_, name)
            for name, relationship in resource.relationships.items()
            if is_needed(resource, name, relationship)
        }
        return document(type_, links=links, **{**attributes, **given})

    # --- values ------------------------------------------------------------------------------

    def value(self, type_: str, name: str) -> Any:
        """Return a value that the attribute may have, another one each time where it is unique."""
        for key in ((type_, name), (ANY, name)):
            if key in VALUES:
                return VALUES[key](self)
        return self._value(registry()[type_].attributes[name])

    def _value(self, attribute: Attribute) -> Any:
        if attribute.enum:
            return attribute.enum[0]
        if isinstance(attribute.example, str):
            return attribute.example.replace("{}", self.text())
        if attribute.example is not None:
            return attribute.example
        for rule in attribute.validators:
            if isinstance(rule, Inclusion):
                return min(rule.values)
        return self.text() if attribute.kind == "string" else KINDS[attribute.kind]

    def text(self) -> str:
        """Return a text that has not been used: short, and such that it can be a name or a code."""
        return f"sample-{next(self._numbers)}"

    def link(self, type_: str, name: str) -> Any:
        """Return a linkage that a relationship of the type may have."""
        if (type_, name) in LINKAGES:
            return LINKAGES[type_, name](self)
        return self.linkage(registry()[type_].relationships[name])

    def linkage(self, relationship: Relationship) -> Any:
        """Return a linkage that the relationship may have."""
        target = to(self.record(next(t for t in relationship.types if t in registry())))
        return [target] if relationship.many else target


def is_asked_for(attribute: Attribute) -> bool:
    """Say whether a value has to be given, perhaps depending on others."""
    return bool(attribute.presence) and attribute.initial is None


def is_needed(resource: type[Resource], name: str, relationship: Relationship) -> bool:
    """Say whether nothing is created without the linkage."""
    known = any(target in registry() for target in relationship.types)
    wanted = relationship.presence or name in resource.sample
    return bool(known and wanted and relationship.flags.creatable)


def plain(resource: type[Resource], flag: str) -> Mapping[str, Attribute]:
    """Return the attributes with the flag that are data, not commands."""
    return {
        name: attribute
        for name, attribute in resource.attributes.items()
        if getattr(attribute.flags, flag) and not attribute.command
    }


def email(samples: Samples) -> str:
    """Return an address that has not been used."""
    return f"{samples.text()}@example.com"


def registered(samples: Samples) -> str:
    """Return the address of a new registered customer."""
    address = email(samples)
    samples.api.create("customers", email=address, password=PASSWORD)
    return address


def sku_code(samples: Samples) -> str:
    """Return the code of a SKU."""
    code: str = samples.record("skus")["attributes"]["code"]
    return code


def sold_sku_code(samples: Samples) -> str:
    """Return the code of a SKU that every market sells: priced, and not tracked."""
    sku = samples.record("skus")
    samples.api.update(sku, do_not_track=True)
    lists = samples.api.get("/api/price_lists").json["data"]
    prices = samples.api.get(f"{path_of(sku)}/prices").json["data"]
    for each in lists if not prices else ():
        links = {"sku": to(sku), "price_list": to(each)}
        samples.api.create("prices", links=links, amount_cents=1000)
    return sku_code(samples)


def offered_frequency(samples: Samples) -> str:
    """Return a frequency that the market of the sample's order offers."""
    model = samples.api.create("subscription_models", name="Often", frequencies=["weekly"])
    samples.api.update(samples.record("markets"), links={"subscription_model": to(model)})
    return "weekly"


def one_of(type_: str) -> Callable[[Samples], str]:
    """Return what gives the type, of which there is a record then."""

    def given(samples: Samples) -> str:
        if type_ in registry():
            samples.record(type_)
        return type_

    return given


def elsewhere(samples: Samples) -> Document:
    """Return what leads to a stock location where nothing else is."""
    return to(samples.new("stock_locations"))


def of_customer(name: str) -> Callable[[Samples], Document]:
    """Return what finds the first record that the service has made for a customer."""

    def found(samples: Samples) -> Document:
        answer = samples.api.get(f"{path_of(samples.record('customers'))}/{name}")
        made: Document = answer.json["data"][0]
        return made

    return found


def fulfilling_order(samples: Samples) -> Document:
    """Return an order that is being fulfilled, with what nobody counts and nobody pays for."""
    address = to(samples.record("addresses"))
    links = {"market": to(samples.record("markets"))}
    links |= {"shipping_address": address, "billing_address": address}
    order = samples.api.create("orders", links=links, customer_email=email(samples))
    code = f"of-order-{order['attributes']['number']}"
    sku = samples.new("skus", do_not_track=True, code=code)
    links = {"order": to(order), "item": to(sku)}
    samples.api.create("line_items", links=links, quantity=1, unit_amount_cents=0)
    for shipment in samples.api.get(f"{path_of(order)}/shipments").json["data"]:
        method = samples.new("shipping_methods", price_amount_cents=0)
        samples.api.update(shipment, links={"shipping_method": to(method)})
    for step in ("_place", "_approve"):
        samples.api.update(order, **{step: True})
    return to(order)


def delivered_order(samples: Samples) -> Document:
    """Return an order that has arrived, so that it can come back."""
    order = fulfilling_order(samples)
    for shipment in samples.api.get(f"/api/orders/{order['id']}/shipments").json["data"]:
        for step in ("_packing", "_ready_to_ship", "_ship", "_deliver"):
            samples.api.update(shipment, **{step: True})
    samples.api.update(order, _fulfill=True)
    return order


def returned_line(samples: Samples) -> Document:
    """Return a line item of the order that the return is of."""
    order = samples.api.get(f"{path_of(samples.record('returns'))}/order").json["data"]
    return to(samples.api.get(f"{path_of(order)}/line_items").json["data"][0])


def first_gateway(samples: Samples) -> Document:
    """Return a gateway that makes payment sources of the first type."""
    return to(samples.record("adyen_gateways"))


def payable_with(type_: str) -> Callable[[Samples], Document]:
    """Return what gives an order that is paid by payment sources of a type."""

    def order(samples: Samples) -> Document:
        made = samples.new("orders")
        gateway = next(t for t, r in registry().items() if getattr(r, "makes", "") == type_)
        currency = made["attributes"]["currency_code"]
        values = {"payment_source_type": type_, "price_amount_cents": 0, "currency_code": currency}
        links = {"payment_gateway": to(samples.record(gateway))}
        method = samples.api.create("payment_methods", links=links, **values)
        samples.api.update(made, links={"payment_method": to(method)})
        return to(made)

    return order


def automatic_subscription(samples: Samples) -> Document:
    """Return a subscription that runs of its own items."""
    made = samples.record("order_subscriptions")
    market = samples.api.get(f"{path_of(made)}/market").json["data"]
    model = samples.api.create("subscription_models", name="Often", frequencies=["weekly"])
    samples.api.update(market, links={"subscription_model": to(model)})
    samples.api.update(made, _convert=True)
    return to(made)


def fulfilling_line(samples: Samples) -> Document:
    """Return a line item of such an order."""
    order = fulfilling_order(samples)
    return to(samples.api.get(f"/api/orders/{order['id']}/line_items").json["data"][0])


def packed_line(samples: Samples) -> Document:
    """Return a new stock line item of the shipment that the parcel is of."""
    parcel = samples.record("parcels")
    shipment = samples.api.get(f"{path_of(parcel)}/shipment").json["data"]
    links = {"shipment": to(shipment), "sku": to(samples.record("skus"))}
    return to(samples.api.create("stock_line_items", links=links, quantity=1))


def ready_shipment(samples: Samples) -> Document:
    """Return a shipment that a carrier can come for: in a parcel, with a label."""
    samples.record("carrier_accounts")
    shipment = samples.new("shipments")
    links = {"shipment": to(shipment), "package": to(samples.record("packages"))}
    samples.api.create("parcels", links=links, weight=1.0, unit_of_weight="gr")
    rates = samples.api.update(shipment, _get_rates=True)["attributes"]["rates"]
    samples.api.update(shipment, selected_rate_id=rates[0]["id"], _purchase=True)
    for step in ("_picking", "_packing", "_ready_to_ship"):
        samples.api.update(shipment, **{step: True})
    return to(shipment)


def in_hours(hours: int) -> Callable[[Samples], str]:
    """Return what gives a moment from now on."""

    def given(samples: Samples) -> str:
        organization = next(iter(samples.api.app.organizations))
        return timestamp(organization.clock.now() + timedelta(hours=hours))

    return given


KINDS: Mapping[str, Any] = {
    "integer": 1,
    "float": 1.5,
    "boolean": True,
    "datetime": "2099-01-01T00:00:00.000Z",
    "object": {"sample": "value"},
    "array": [{"sample": "value"}],
}


def code_of_card(samples: Samples) -> Any:
    """Return the code of a gift card that can be paid with."""
    card = samples.new("gift_cards")
    for step in ("_purchase", "_activate"):
        samples.api.update(card, **{step: True})
    return card["attributes"]["code"]


def code_of_coupon(samples: Samples) -> Any:
    """Return the code of a coupon that any order may have."""
    sale = samples.new("percentage_discount_promotions", currency_code=None)
    links = {"promotion": to(sale)}
    rule = samples.api.create("coupon_codes_promotion_rules", links=links)
    coupon = samples.api.create(
        "coupons", links={"promotion_rule": to(rule)}, code=f"COUPON-{samples.text()}"
    )
    return coupon["attributes"]["code"]


#: The values that another record has to be there for, by type, or any, and name.
VALUES: Mapping[tuple[str, str], Callable[[Samples], Any]] = {
    (ANY, "sku_code"): sku_code,
    ("line_items", "sku_code"): sold_sku_code,
    ("line_items", "frequency"): offered_frequency,
    ("customer_password_resets", "customer_email"): registered,
    ("exports", "resource_type"): one_of("customers"),
    ("cleanups", "resource_type"): one_of("skus"),
    ("orders", "gift_card_code"): code_of_card,
    ("orders", "coupon_code"): code_of_coupon,
    ("orders", "gift_card_or_coupon_code"): code_of_coupon,
    ("easypost_pickups", "min_datetime"): in_hours(3),
    ("easypost_pickups", "max_datetime"): in_hours(20),
}


#: The linkages that lead to a record in some state, by type and name.
def filled_list(samples: Samples) -> Document:
    """Return a list with a SKU on it."""
    filled = samples.new("sku_lists")
    links = {"sku_list": to(filled), "sku": to(samples.record("skus"))}
    samples.api.create("sku_list_items", links=links)
    return to(filled)


LINKAGES: Mapping[tuple[str, str], Callable[[Samples], Any]] = {
    ("recurring_order_copies", "order_subscription"): automatic_subscription,
    ("bundles", "sku_list"): filled_list,
    ("shipments", "order"): fulfilling_order,
    ("easypost_pickups", "shipment"): ready_shipment,
    ("parcel_line_items", "stock_line_item"): packed_line,
    ("payment_methods", "payment_gateway"): first_gateway,
    ("returns", "order"): delivered_order,
    ("return_line_items", "line_item"): returned_line,
    **{(type_, "order"): payable_with(type_) for type_ in PAYMENT_SOURCES},
    ("stock_line_items", "line_item"): fulfilling_line,
    ("stock_transfers", "destination_stock_location"): elsewhere,
}

#: How a record is found of the types that only the service makes: those of a customer.
FOUND: Mapping[str, Callable[[Samples], Document]] = {
    type_: of_customer(name)
    for name, relationship in registry()["customers"].relationships.items()
    for type_ in relationship.types
    if type_ in registry() and "create" not in registry()[type_].actions
}
