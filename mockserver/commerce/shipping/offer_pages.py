"""The methods that the shipments of a page are offered, read for all of them at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cached_property

from mockserver.commerce.shipping.contents import grams_of
from mockserver.commerce.shipping.lead_times import TYPE as LEAD_TIMES
from mockserver.commerce.shipping.offers import METHODS, TIERS, ZONES, Counter, Offer, base_of
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, both

Records = Mapping[str, Record]


@dataclass
class OfferPage:
    """The records that offers to some shipments follow from, those of each type read once.

    Attributes:
        engine: where to look.
        shipments: of whichever orders.
    """

    engine: Engine
    shipments: Sequence[Record]

    @cached_property
    def orders(self) -> Records:
        """The orders of the shipments."""
        return self.engine.get_many("orders", _ids(self.shipments, "order"))

    @cached_property
    def lines(self) -> Mapping[str, list[Record]]:
        """The line items of each order."""
        return self._grouped("line_items", "order", self.orders)

    @cached_property
    def markets(self) -> Records:
        """The markets of the orders."""
        return self.engine.get_many("markets", _ids(self.orders.values(), "market"))

    @cached_property
    def addresses(self) -> Records:
        """Where the shipments go."""
        return self.engine.get_many("addresses", _ids(self.shipments, "shipping_address"))

    @cached_property
    def methods(self) -> Sequence[Record]:
        """All that the orders could have, by their currencies; oldest first."""
        currencies = _ids(self.orders.values(), "currency_code")
        return self.engine.find(METHODS, Compare("currency_code", "in", frozenset(currencies)))

    @cached_property
    def zones(self) -> Records:
        """Where the methods lead."""
        return self.engine.get_many(ZONES, _ids(self.methods, "shipping_zone"))

    @cached_property
    def tiers(self) -> Mapping[str, list[Record]]:
        """The tiers of each method."""
        return self._grouped(TIERS, "shipping_method", _ids(self.methods, "id"))

    @cached_property
    def grams(self) -> Mapping[str, Fraction]:
        """The weight of each shipment."""
        return grams_of(self.engine, _ids(self.shipments, "id"))

    @cached_property
    def times(self) -> Mapping[str, Mapping[str, str]]:
        """The ids of lead times, by the location and then by the method."""
        own = Compare("stock_location", "in", frozenset(_ids(self.shipments, "stock_location")))
        found: dict[str, dict[str, str]] = defaultdict(dict)
        for each in self._find(LEAD_TIMES, "shipping_method", _ids(self.methods, "id"), own):
            found[each["stock_location"]][each["shipping_method"]] = each["id"]
        return found

    def _grouped(self, type_: str, field: str, ids: Collection[str]) -> Mapping[str, list[Record]]:
        found: dict[str, list[Record]] = defaultdict(list)
        for each in self._find(type_, field, ids):
            found[each[field]].append(each)
        return found

    def _find(
        self, type_: str, field: str, ids: Collection[str], *further: Condition
    ) -> list[Record]:
        own = Compare(field, "in", frozenset(ids))
        return self.engine.find(type_, both(own, *further)) if ids else []


@dataclass
class PageCounter(Counter):
    """The counter of one order of a page.

    Attributes:
        page: what it looks at.
    """

    page: OfferPage

    @cached_property
    def market(self) -> Record:
        """The market of the order."""
        return self.page.markets.get(self.order["market"]) or {}

    @cached_property
    def methods(self) -> list[Record]:
        """Those that the order could have, oldest first."""
        own, currency = (None, self.order["market"]), self.order["currency_code"]
        methods = self.page.methods
        return [m for m in methods if m["market"] in own and m["currency_code"] == currency]

    @cached_property
    def _addresses(self) -> Records:
        return self.page.addresses

    @cached_property
    def _grams(self) -> Mapping[str, Fraction]:
        return self.page.grams

    def _zones(self, _: Iterable[Record]) -> Records:
        return self.page.zones

    def _tiers(self, _: Collection[str]) -> Mapping[str, Sequence[Record]]:
        return self.page.tiers

    def _times(self, location: str | None, _: Iterable[str]) -> Mapping[str, str]:
        return self.page.times.get(location or "", {})


def offers_of(records: Sequence[Record], view: View) -> list[dict[str, Offer]]:
    """Return the methods offered to each shipment of a page, as the relationship shows them."""
    page = OfferPage(view.engine, records)
    return [_offers(page, shipment) for shipment in records]


def _offers(page: OfferPage, shipment: Record) -> dict[str, Offer]:
    order = page.orders.get(shipment["order"])
    if order is None:
        return {}
    counter = PageCounter(page.engine, order, [shipment], page)
    return counter.offers(shipment, base_of(page.lines.get(order["id"], ())))


def offers_to(engine: Engine, shipment_id: str | None) -> dict[str, Offer]:
    """Return the methods offered to a shipment, by id, with what they show there."""
    shipment = engine.get("shipments", shipment_id)
    return offers_of([shipment], engine.view())[0] if shipment else {}


def _ids(records: Iterable[Record], field: str) -> list[str]:
    return [*dict.fromkeys(record[field] for record in records if record[field])]
