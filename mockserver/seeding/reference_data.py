"""Reference data of customers: tags, groups, markets, people, and things to buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.commerce.stock.locations import all_places
from mockserver.engine.sandbox import Sandbox
from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import BEGINNING
from mockserver.seeding.markets import PRIVATE_GROUP
from mockserver.seeding.offers import GIFT_CARD, Offers
from mockserver.seeding.products import GIFTS, LISTS, PRODUCTS, Product
from mockserver.seeding.shipping import CATEGORY, MERCHANDISE
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: The id of a SKU, and of the stock location where it is.
Place = tuple[str, str]
TAGS: tuple[str, ...] = (
    "vip",
    "newsletter",
    "wholesale",
    "summer",
    "winter",
    "beta",
    "press",
    "employee",
    "influencer",
    "birthday",
    "returning",
)
LOYAL_GROUP = {"name": "Loyal customers", "code": "loyal"}


@dataclass(frozen=True, slots=True)
class Terms:
    """How a market sells.

    Attributes:
        payment_methods: how it can be paid: ids by the type of the payment sources.
        gateways: the ids of what makes these, likewise.
        warehouse: the nearest stock location, which returns go to as well; empty when there is
            none.
        inventory_location: the id of its place in the market's inventory.
        shipping_method: the id of the standard one.
        subscription_model: the id of the market's.
        price_list: likewise.
    """

    market_id: str
    currency_code: str
    tax_included: bool
    payment_methods: Mapping[str, str]
    gateways: Mapping[str, str]
    warehouse: Record
    inventory_location: str | None
    shipping_method: str | None
    subscription_model: str | None
    price_list: str | None


class ReferenceData:
    """Reference data of one sandbox, for customers to refer to; missing records are made.

    Of the products only all: once the shop is open, what it sells is not made again.

    Attributes:
        tags: ids by name.
        groups: ids by code.
        skus: ids by code, of the products that are there.
        stock_items: where SKUs are, by their ids and those of the stock locations.
        terms: of each market, by code.
        person: who does what somebody of the organization does, as others are told.
    """

    def __init__(self, batch: Batch) -> None:
        """Look around, and add to the batch what is missing."""
        self._batch = batch
        self._tag_ids: dict[tuple[str, ...], list[str]] = {}
        sandbox = batch.sandbox
        self.tags = self._completed("tags", "name", [{"name": name} for name in TAGS])
        self.groups = self._completed("customer_groups", "code", [PRIVATE_GROUP, LOYAL_GROUP])
        self._category = self._completed("shipping_categories", "code", (CATEGORY,))[MERCHANDISE]
        found = sandbox.partition.select("stock_items")[0]
        self.stock_items = {(each["sku"], each["stock_location"]): each for each in found}
        self._on_sale: dict[str, Sequence[Product]] = {}
        self.skus = self._known_skus()
        if not self.skus:
            self._open_shop()
        markets = sandbox.partition.select("markets")[0]
        self.terms = {market["code"]: _terms(sandbox, market) for market in markets}
        user = sandbox.partition.select("users", limit=1)[0][0]
        self.person = {n: user[n] for n in ("id", "first_name", "last_name", "email")}

    def tag_ids(self, names: tuple[str, ...]) -> list[str]:
        """Return the ids of the tags; the same list for the same names, to be shared."""
        if names not in self._tag_ids:
            self._tag_ids[names] = [self.tags[name] for name in names]
        return self._tag_ids[names]

    def fill(self, sku_list: Record, codes: Sequence[str]) -> None:
        """Put products on a list, in this order."""
        for position, code in enumerate(codes, 1):
            self._batch.add(
                "sku_list_items",
                sku_list["created_at"],
                position=position,
                metadata=EMPTY,
                sku_list=sku_list["id"],
                sku=self.skus[code],
            )

    def products_of(self, terms: Terms) -> Sequence[Product]:
        """Return the products that a market sells: priced on its list, with stock nearby."""
        if terms.market_id not in self._on_sale:
            place, listed = terms.warehouse.get("id"), Compare("price_list", "eq", terms.price_list)
            prices = (*self._batch.sandbox.find("prices", listed), *self._batch.records("prices"))
            priced = {each["sku"] for each in prices if each["price_list"] == terms.price_list}
            on_sale = {sku for sku in priced if (sku, place) in self.stock_items}
            products = [p for p in PRODUCTS if self.skus.get(p.code) in on_sale]
            self._on_sale[terms.market_id] = products
        return self._on_sale[terms.market_id]

    def terms_of(self, code: str) -> Terms:
        """Return the terms of a market; those of another one when it is gone."""
        return self.terms.get(code) or next(iter(self.terms.values()))

    def _sku(self, product: Product) -> Mapping[str, Any]:
        return {
            "code": product.code,
            "name": product.name,
            "weight": float(product.grams),
            "unit_of_weight": "gr",
            "metadata": EMPTY,
            "tags": self.tag_ids(product.tags),
            "shipping_category": self._category,
        }

    def _markets(self) -> Mapping[str, Record]:
        """Return the first market of each currency."""
        partition = self._batch.sandbox.partition
        currencies = {each["id"]: each for each in partition.select("price_lists")[0]}
        markets = reversed(partition.select("markets")[0])
        return {currencies[each["price_list"]]["currency_code"]: each for each in markets}

    def _known_skus(self) -> Mapping[str, str]:
        """Return the ids of the products that are there, by code."""
        codes = frozenset(product.code for product in PRODUCTS)
        found = self._batch.sandbox.find("skus", Compare("code", "in", codes))
        return {each["code"]: each["id"] for each in found}

    def _open_shop(self) -> None:
        """Make what the shop sells, once: what is deleted of that later stays deleted."""
        sandbox = self._batch.sandbox
        card = Compare("code", "eq", GIFT_CARD)
        has_own = sandbox.count("skus") > 0 or sandbox.count("gift_cards", card) > 0
        self.skus = self._completed("skus", "code", [self._sku(p) for p in PRODUCTS])
        self._lists()
        self._prices()
        self._stock()
        if not has_own:
            Offers(self._batch, self._markets(), self.skus).build()

    def _prices(self) -> None:
        """Price each product in each list."""
        for price_list in self._batch.sandbox.partition.select("price_lists")[0]:
            for product in PRODUCTS:
                self._price(product, price_list)

    def _price(self, product: Product, price_list: Record) -> None:
        self._batch.add(
            "prices",
            BEGINNING,
            currency_code=price_list["currency_code"],
            amount_cents=product.cents,
            compare_at_amount_cents=product.was or product.cents,
            rules=EMPTY,
            metadata=EMPTY,
            price_list=price_list["id"],
            sku=self.skus[product.code],
        )

    def _stock(self) -> None:
        """Put each product into each warehouse, as orders take from there."""
        for location in self._batch.sandbox.partition.select("stock_locations")[0]:
            for product in PRODUCTS:
                place = (self.skus[product.code], location["id"])
                self.stock_items[place] = self._stock_item(product, location)

    def _stock_item(self, product: Product, location: Record) -> Record:
        return self._batch.add(
            "stock_items",
            BEGINNING,
            quantity=product.stock,
            metadata=EMPTY,
            stock_location=location["id"],
            sku=self.skus[product.code],
        )

    def _lists(self) -> None:
        """Make the lists of the shop, and fill those that are filled by hand."""
        sandbox = self._batch.sandbox
        for values in LISTS:
            if not sandbox.find("sku_lists", Compare("slug", "eq", values["slug"])):
                made = self._batch.add("sku_lists", BEGINNING, metadata=EMPTY, **values)
                self.fill(made, GIFTS if made["manual"] else ())

    def _completed(
        self, type_: str, key: str, wanted: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, str]:
        keys = frozenset(values[key] for values in wanted)
        found = self._batch.sandbox.find(type_, Compare(key, "in", keys)) if keys else []
        ids = {record[key]: record["id"] for record in found}
        for values in wanted:
            if values[key] not in ids:
                ids[values[key]] = self._batch.add(type_, BEGINNING, **values)["id"]
        return ids


def _terms(sandbox: Sandbox, market: Record) -> Terms:
    price_list = sandbox.get("price_lists", market["price_list"] or "") or {}
    places = all_places(sandbox, market["inventory_model"])
    currency = price_list.get("currency_code", "EUR")
    methods = [
        method
        for method in sandbox.find("payment_methods", Compare("currency_code", "eq", currency))
        if method["market"] in (None, market["id"])
    ]
    shipping = sandbox.find("shipping_methods", Compare("market", "eq", market["id"]))
    return Terms(
        market["id"],
        currency,
        price_list.get("tax_included", True),
        {method["payment_source_type"]: method["id"] for method in methods},
        {method["payment_source_type"]: method["payment_gateway"] for method in methods},
        sandbox.get("stock_locations", places[0].location if places else None) or {},
        places[0].inventory_location if places else None,
        shipping[0]["id"] if shipping else None,
        market["subscription_model"],
        market["price_list"],
    )
