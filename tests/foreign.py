"""What is another's, for guests and logged customers alike: of each type, every way to be so."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import count
from typing import Any

from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import families, registry
from tests.client import Api, Document, to
from tests.samples import Samples
from tests.scene import BY_HAND, alter, line, market, order, return_of
from tests.till import accept

JANE = "jane@example.com"


class Abroad:
    """Makes records of a registered customer, and of what no sales channel may see."""

    def __init__(self, admin: Api, sandbox: Sandbox, jane: Document) -> None:
        """Make them as an integration."""
        self.admin = admin
        self.sandbox = sandbox
        self.jane = {"customer": to(jane)}
        self.samples = Samples(admin)
        self._numbers = count(1)

    def sample(self, type_: str) -> Document:
        """Return any record of a type that is closed."""
        if "create" not in registry()[type_].actions and type_ not in ("events", "event_stores"):
            return {"type": type_, "id": self.sandbox.insert(type_, {})["id"]}
        return self.samples.new(type_)

    def order(self, status: str = "draft") -> Document:
        """Return an order of the customer."""
        made = order(self.admin, self.jane)
        alter(self.sandbox, made, status=status)
        return made

    def of_order(self, type_: str, status: str, **links: Any) -> Document:
        """Return something that hangs on an order of the customer."""
        document = self.samples.document(type_)["data"]
        bought = order(self.admin, self.jane)
        if type_ in PAYMENT_SOURCES:
            accept(self.admin, bought, type_)
        linked = {n: value["data"] for n, value in document.get("relationships", {}).items()}
        linked |= {"order": to(bought), **links}
        made = self.admin.create(type_, links=linked, **document.get("attributes", {}))
        alter(self.sandbox, bought, status=status)
        return made

    def address(self) -> Document:
        """Return an address that is nobody's yet."""
        return self.samples.new("addresses")

    def in_book(self) -> Document:
        """Return an entry of the address book."""
        links = {**self.jane, "address": to(self.address())}
        return self.admin.create("customer_addresses", links=links)

    def address_in_book(self) -> Document:
        """Return an address that is in the book."""
        place = self.address()
        self.admin.create("customer_addresses", links={**self.jane, "address": to(place)})
        return place

    def address_of(self, name: str) -> Document:
        """Return an address that an order has."""
        place = self.address()
        order(self.admin, {**self.jane, name: to(place)})
        return place

    def address_of_return(self) -> Document:
        """Return the address that a return comes from, and its order has no more."""
        place = self.address()
        bought = order(self.admin, {**self.jane, "shipping_address": to(place)})
        return_of(self.admin, bought)
        self.admin.update(bought, links={"shipping_address": None})
        return place

    def in_wallet(self, source: Document | None = None) -> Document:
        """Return an entry of the wallet."""
        links = {
            **self.jane,
            "payment_source": to(source or self.of_order("wire_transfers", "draft")),
        }
        return self.admin.create("customer_payment_sources", links=links)

    def source_in_wallet(self, type_: str) -> Document:
        """Return a payment source that the customer has saved, and that was used by nobody else."""
        source = self.of_order(type_, "placed")
        self.in_wallet(source)
        return source

    def list_(self) -> Document:
        """Return a list of the customer."""
        return self.admin.create("sku_lists", name="Wishes", links=self.jane)

    def on_list(self) -> Document:
        """Return what is on the list."""
        links = {"sku_list": to(self.list_()), "sku": to(self.samples.new("skus"))}
        return self.admin.create("sku_list_items", links=links)

    def subscription(self) -> Document:
        """Return what the customer has ordered to be repeated."""
        links = {"source_order": to(self.order())}
        return self.admin.create("order_subscriptions", links=links, frequency="weekly", **BY_HAND)

    def subscribed(self) -> Document:
        """Return an item of a subscription."""
        links = {
            "order_subscription": to(self.subscription()),
            "item": to(self.samples.new("skus")),
        }
        return self.admin.create("order_subscription_items", links=links, quantity=1)

    def opted_in(self) -> Document:
        """Return a subscription to news."""
        reference = f"news-{next(self._numbers)}"
        return self.admin.create("customer_subscriptions", customer_email=JANE, reference=reference)

    def returned(self, status: str = "draft") -> Document:
        """Return a return."""
        return return_of(self.admin, self.order(status))

    def row_of_return(self) -> Document:
        """Return a row of a return."""
        bought = self.order()
        bought_line = line(self.admin, bought, name="Cap")
        made = return_of(self.admin, bought)
        links = {"return": to(made), "line_item": to(bought_line)}
        return self.admin.create("return_line_items", links=links, quantity=1)

    def customer(self) -> Document:
        """Return the customer."""
        found: Document = self.admin.get(f"/api/customers/{self.jane['customer']['id']}").json[
            "data"
        ]
        return found

    def elsewhere(self, type_: str) -> Document:
        """Return a record of a market that is not in scope."""
        document = self.samples.document(type_)["data"]
        links = {n: value["data"] for n, value in document.get("relationships", {}).items()}
        links |= {"market": to(market(self.admin, "usa"))}
        attributes = document["attributes"]
        if "currency_code" in attributes:
            attributes["currency_code"] = "USD"
        return self.admin.create(type_, links=links, **attributes)

    def lead_time_elsewhere(self) -> Document:
        """Return how long a shipping method takes that is not in scope."""
        made = self.samples.new("delivery_lead_times")
        links = {"shipping_method": to(self.elsewhere("shipping_methods"))}
        return self.admin.update(made, links=links)

    def disabled(self, type_: str) -> Document:
        """Return a promotion that nobody gets."""
        return self.admin.update(self.samples.new(type_), _disable=True)

    def stored(self, type_: str, status: str) -> Document:
        """Return what only the service itself makes for an order of the customer."""
        bought = to(self.order(status))
        shipment = self.sandbox.insert("shipments", {"order": bought["id"]})["id"]
        fields = {"order": bought["id"], "shipment": shipment}
        resource = registry()[type_]
        kept = resource.shows or families().get(type_, (type_,))[0]
        held = {n: fields[n] for n in fields if n in {**resource.relationships, **resource.hidden}}
        return {"type": type_, "id": self.sandbox.insert(kept, held)["id"]}

    def option_of_line(self, status: str) -> Document:
        """Return an option of a line item of the customer's order."""
        bought = self.order()
        chosen = self.samples.document("line_item_options")["data"]
        links = {n: value["data"] for n, value in chosen["relationships"].items()}
        links["line_item"] = to(line(self.admin, bought))
        made = self.admin.create("line_item_options", links=links, **chosen["attributes"])
        alter(self.sandbox, bought, status=status)
        return made

    def waiting(self) -> Document:
        """Return the customer's wish to hear of a SKU."""
        links = {**self.jane, "market": to(market(self.admin)), "sku": to(self.samples.new("skus"))}
        return self.admin.create("in_stock_subscriptions", links=links)


Recipe = Callable[[Abroad], Document]


def _order_part(type_: str) -> Mapping[str, Recipe]:
    return {
        status: lambda abroad, status=status: abroad.of_order(type_, status)  # type: ignore[misc]
        for status in ("draft", "placed")
    }


def _source(type_: str) -> Mapping[str, Recipe]:
    return {**_order_part(type_), "in-wallet": lambda abroad: abroad.source_in_wallet(type_)}


def _stored(type_: str) -> Mapping[str, Recipe]:
    return {
        status: lambda abroad, status=status: abroad.stored(type_, status)  # type: ignore[misc]
        for status in ("draft", "placed")
    }


#: The types of which every record may be read by everybody who knows its id.
OPEN_TO_ALL = frozenset(
    {"skus", "gift_cards", "gift_card_recipients", "geocoders", *families()["geocoders"]}
)
#: What a shop sells, of which a token sees what its market has, and which linkages may lead to:
#: the order's own market decides (catalogue.md §2, §11).
OF_MARKET: Mapping[str, Recipe] = {
    **{
        type_: lambda abroad, type_=type_: abroad.elsewhere(type_)  # type: ignore[misc]
        for type_ in ("bundles", "sku_options", "shipping_methods")
    },
    "delivery_lead_times": Abroad.lead_time_elsewhere,
    "prices": lambda abroad: abroad.samples.apart().new("prices"),
    "stock_items": lambda abroad: abroad.samples.apart().new("stock_items"),
}
#: The types whose records are closed to sales channels as a whole.
CLOSED = tuple(
    type_
    for type_, resource in sorted(registry().items())
    if not resource.singleton
    if not resource.for_guests.actions + resource.for_customers.actions
)
#: By type: how to make a record that is another's.
FOREIGN: Mapping[str, Mapping[str, Recipe]] = {
    **{
        type_: {"any": lambda abroad, type_=type_: abroad.sample(type_)}  # type: ignore[misc]
        for type_ in CLOSED
    },
    **{type_: _source(type_) for type_ in PAYMENT_SOURCES},
    **{type_: {"elsewhere": recipe} for type_, recipe in OF_MARKET.items()},
    **{
        type_: {"disabled": lambda abroad, type_=type_: abroad.disabled(type_)}  # type: ignore[misc]
        for type_ in families()["promotions"]
    },
    "promotions": {
        "disabled": lambda abroad: {
            **abroad.disabled("percentage_discount_promotions"),
            "type": "promotions",
        }
    },
    **{
        type_: _stored(type_)
        for type_ in (
            *("transactions", *families()["transactions"]),
            *("shipments", "stock_line_items", "shipment_line_items", "stock_transfers", "parcels"),
        )
    },
    "in_stock_subscriptions": {"any": Abroad.waiting},
    "line_item_options": {
        status: lambda abroad, status=status: abroad.option_of_line(status)  # type: ignore[misc]
        for status in ("draft", "placed")
    },
    "payment_options": _order_part("payment_options"),
    "addresses": {
        "in-book": Abroad.address_in_book,
        "billing": lambda abroad: abroad.address_of("billing_address"),
        "shipping": lambda abroad: abroad.address_of("shipping_address"),
        "return": Abroad.address_of_return,
    },
    "customer_addresses": {"in-book": Abroad.in_book},
    "customer_password_resets": {
        "any": lambda abroad: abroad.admin.create("customer_password_resets", customer_email=JANE)
    },
    "customer_payment_sources": {"in-wallet": Abroad.in_wallet},
    "customer_subscriptions": {"any": Abroad.opted_in},
    "customers": {"any": Abroad.customer},
    "line_items": _order_part("line_items"),
    "order_subscription_items": {"any": Abroad.subscribed},
    "order_subscriptions": {"any": Abroad.subscription},
    "orders": {
        status: lambda abroad, status=status: abroad.order(status)  # type: ignore[misc]
        for status in ("draft", "placed", "approved")
    },
    "payment_methods": {"elsewhere": lambda abroad: abroad.elsewhere("payment_methods")},
    "return_line_items": {"any": Abroad.row_of_return},
    "returns": {
        status: lambda abroad, status=status: abroad.returned(status)  # type: ignore[misc]
        for status in ("draft", "placed")
    },
    "sku_list_items": {"on-list": Abroad.on_list},
    "sku_lists": {"any": Abroad.list_},
}
