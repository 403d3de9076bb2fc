"""The shop of the stories that ship something: categories, methods (catalogue.md §35)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, document, path_of, to
from tests.commerce.stock_shop import Shop
from tests.scene import address

MERCH, FROZEN = "MERCH", "FROZEN"
#: Weight, category, cents, and what else, of what is sold.
GOODS: dict[str, tuple[float | None, str | None, int, Document]] = {
    "TSHIRT": (300, MERCH, 2900, {}),
    "MUG": (450, MERCH, 1250, {}),
    "ICE": (200, FROZEN, 600, {}),
    "EBOOK": (None, None, 999, {"do_not_ship": True, "do_not_track": True}),
}


class ShippingShop(Shop):
    """A shop whose orders are shipped."""

    def __init__(self, api: Api, strategy: str = "split_shipments", **model: Any) -> None:
        """Open it, with what is sold and how it can be shipped; there is no stock yet."""
        super().__init__(api, strategy, **model)
        self.categories = {
            name: api.create("shipping_categories", name=name) for name in (MERCH, FROZEN)
        }
        for code, (weight, category, cents, flags) in GOODS.items():
            unit = None if weight is None else "gr"
            self.sell(code, cents, category, weight=weight, unit_of_weight=unit, **flags)
        self.methods: dict[str, Document] = {}
        self.method("STD", 700)
        self.method("EXP", 1200)
        self.method("COLD", 1500, FROZEN)

    def sell(
        self, code: str, cents: int, category: str | None = MERCH, **attributes: Any
    ) -> Document:
        """Sell something, of which there is none yet."""
        links = {"shipping_category": to(self.categories[category])} if category else {}
        made = self.api.create("skus", links=links, code=code, name=code, **attributes)
        links = {"price_list": to(self.prices), "sku": to(made)}
        self.api.create("prices", links=links, amount_cents=cents)
        self.skus[code] = made
        return made

    def method(
        self,
        name: str,
        cents: int,
        category: str | None = MERCH,
        links: Document | None = None,
        **attributes: Any,
    ) -> Document:
        """Ship in one more way."""
        linked = {"market": to(self.market), **(links or {})}
        if category:
            linked["shipping_category"] = to(self.categories[category])
        self.methods[name] = self.api.create(
            "shipping_methods", links=linked, name=name, price_amount_cents=cents, **attributes
        )
        return self.methods[name]

    def order(
        self, links: Document | None = None, *, ships: bool = True, **quantities: int
    ) -> Document:
        """Fill a cart, and say where that is to go."""
        linked = {"market": to(self.market), **(links or {})}
        if ships:
            linked["shipping_address"] = to(address(self.api))
        made = self.api.create("orders", links=linked, customer_email="john@example.com")
        for code, quantity in quantities.items():
            self.add(made, code, quantity)
        return made

    def add(self, order: Document, code: str, quantity: int) -> Document:
        """Put something into a cart."""
        return self.api.create(
            "line_items", links={"order": to(order)}, sku_code=code, quantity=quantity
        )

    def shown(self, object_: Document) -> Document:
        """Return the attributes of a record as they are now."""
        found: Document = self.api.get(path_of(object_)).json["data"]["attributes"]
        return found

    def total(self, order: Document) -> int:
        """Return what an order costs."""
        return int(self.shown(order)["total_amount_cents"])

    def related(self, object_: Document, name: str) -> list[Document]:
        """Return what a relationship of a record leads to."""
        found: list[Document] = self.api.get(f"{path_of(object_)}/{name}").json["data"]
        return found

    def linked(self, object_: Document, name: str) -> Document | None:
        """Return what a to-one of a record leads to."""
        found: Document | None = self.api.get(f"{path_of(object_)}/{name}").json["data"]
        return found

    def shipments(self, order: Document) -> list[Document]:
        """Return the shipments of an order, in the order of their numbers."""
        found = self.related(order, "shipments")
        return sorted(found, key=lambda each: str(each["attributes"]["number"]))

    def number(self, shipment: Document) -> str:
        """Return what comes behind the number of the order."""
        return str(shipment["attributes"]["number"]).partition("/")[2]

    def location(self, shipment: Document) -> str:
        """Return the code of the location that a shipment leaves from."""
        found = self.linked(shipment, "stock_location") or {}
        return str(found["attributes"]["code"])

    def contents(self, shipment: Document, name: str = "stock_line_items") -> list[str]:
        """Return what is in a shipment: the codes of SKUs and how many there are."""
        held = [each["attributes"] for each in self.related(shipment, name)]
        return [f"{each['sku_code']} {each['quantity']}" for each in held]

    def offered(self, shipment: Document) -> dict[str, int]:
        """Return the methods that a shipment is offered, with what they cost it."""
        found = (
            each["attributes"] for each in self.related(shipment, "available_shipping_methods")
        )
        return {each["name"]: each["price_amount_for_shipment_cents"] for each in found}

    def choose(self, shipment: Document, method: str | None) -> Any:
        """Choose how something is shipped; return the answer."""
        target = {"data": to(self.methods[method]) if method else None}
        body = {**to(shipment), "relationships": {"shipping_method": target}}
        return self.api.patch(path_of(shipment), {"data": body})

    def ship_by(self, order: Document, *methods: str) -> None:
        """Choose a method for each shipment of an order."""
        for shipment, method in zip(self.shipments(order), methods, strict=True):
            answer = self.choose(shipment, method)
            assert answer.status_code == 200, answer.text

    def refuse(self, object_: Document, **attributes: Any) -> list[tuple[str, str]]:
        """Send an update that must be refused; return title and pointer of each error."""
        answer = self.api.patch(
            path_of(object_), document(object_["type"], object_["id"], **attributes)
        )
        assert answer.status_code == 422, answer.text
        return [(each["title"], each["source"]["pointer"]) for each in answer.json["errors"]]

    def pay(self, order: Document) -> None:
        """Give an order what it takes to be placed: an address, and a bank transfer to pay by."""
        gateway = self.api.create("manual_gateways", name="Bank")
        method = self.api.create(
            "payment_methods",
            links={"payment_gateway": to(gateway), "market": to(self.market)},
            payment_source_type="wire_transfers",
            price_amount_cents=0,
            require_capture=True,
        )
        self.api.update(order, links={"billing_address": to(address(self.api))})
        self.api.update(order, links={"payment_method": to(method)})
        self.api.create("wire_transfers", links={"order": to(order)})

    def step(self, object_: Document, *triggers: str) -> Document:
        """Move something on; return its attributes then."""
        for trigger in triggers:
            self.api.update(object_, **{trigger: True})
        return self.shown(object_)

    def held(self, location: str, code: str) -> str:
        """Return how much a location has of something, and how much of that is reserved."""
        item = self.items[location, code]
        reserved = self.linked(item, "reserved_stock")
        count = reserved["attributes"]["quantity"] if reserved else 0
        return f"{self.shown(item)['quantity']}/{count}"
