"""The shipping methods that shipments are offered, at their prices (catalogue.md §21)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from typing import Any

from mockserver.commerce.shipping.contents import grams_of
from mockserver.commerce.shipping.lead_times import lead_times_from
from mockserver.commerce.shipping.methods import (
    EXTERNAL,
    TIERED,
    Base,
    Consignment,
    default_price,
    is_offered,
    price,
    weighs,
)
from mockserver.commerce.totals.cart import GOODS, PROMOTIONS
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Condition, Null, both

METHODS, TIERS, ZONES = "shipping_methods", "shipping_weight_tiers", "shipping_zones"
#: What of a method is shown only where it is offered to a shipment.
Offer = Mapping[str, Any]


@dataclass
class Counter:
    """Where the shipments of one order are told what they can have, and for how much.

    Attributes:
        engine: where to look.
        order: the record.
        shipments: those asked for.
    """

    engine: Engine
    order: Record
    shipments: Sequence[Record]

    @cached_property
    def market(self) -> Record:
        """The market of the order."""
        return self.engine.get("markets", self.order["market"]) or {}

    def consignment(self, shipment: Record, method: Record) -> Consignment:
        """Return a shipment as a method looks at it, with its weight where that matters."""
        found = self._consignments[shipment["id"]]
        return replace(found, grams=self._grams[shipment["id"]]) if weighs(method) else found

    @cached_property
    def _grams(self) -> Mapping[str, Fraction]:
        return grams_of(self.engine, [shipment["id"] for shipment in self.shipments])

    @cached_property
    def _consignments(self) -> Mapping[str, Consignment]:
        addresses = self._addresses
        return {
            shipment["id"]: Consignment(
                self.order["currency_code"],
                self.order["market"],
                shipment["shipping_category"],
                shipment["stock_location"],
                addresses.get(shipment["shipping_address"]),
            )
            for shipment in self.shipments
        }

    @cached_property
    def _addresses(self) -> Mapping[str, Record]:
        ids = {each["shipping_address"] for each in self.shipments if each["shipping_address"]}
        return self.engine.get_many("addresses", ids)

    @cached_property
    def methods(self) -> list[Record]:
        """Those that the order could have, oldest first."""
        return self.engine.find(METHODS, _of_order(self.order))

    @cached_property
    def chosen(self) -> Mapping[str, Record]:
        """Those that the shipments have, by id."""
        ids = {each["shipping_method"] for each in self.shipments if each["shipping_method"]}
        return self.engine.get_many(METHODS, ids)

    def offered(self, shipment: Record) -> list[Record]:
        """Return the methods that are available for a shipment."""
        zones = self._zones(self.methods)
        return [each for each in self.methods if self._fits(each, zones, shipment)]

    def method_of(self, shipment: Record) -> Record | None:
        """Return the method that a shipment has."""
        return self.chosen.get(shipment["shipping_method"])

    def keeps(self, shipment: Record) -> bool:
        """Say whether a shipment may stay with its method, though that may be disabled by now."""
        method = self.method_of(shipment)
        if method is None:
            return False
        if self._is_default(method):
            return True
        enabled = {**method, "disabled_at": None}
        return self._fits(enabled, self._zones([method]), shipment)

    def prices(self, asked: Sequence[tuple[Record, Record]], base: Base) -> list[int]:
        """Return the price of each of these methods for the shipment beside it."""
        tiers = self._tiers({method["id"] for method, _ in asked if method["scheme"] == TIERED})
        return [
            default_price(method, base)
            if self._is_default(method) and method["scheme"] != EXTERNAL
            else price(method, tiers.get(method["id"], ()), base, self.consignment(each, method))
            for method, each in asked
        ]

    def offers(self, shipment: Record, base: Base) -> dict[str, Offer]:
        """Return the methods offered to a shipment, by id, with what they show there."""
        methods = self.offered(shipment)
        ids = [method["id"] for method in methods]
        times = self._times(shipment["stock_location"], ids)
        prices = self.prices([(method, shipment) for method in methods], base)
        return {
            id_: {"offered_at": cents, "offered_within": times.get(id_)}
            for id_, cents in zip(ids, prices, strict=True)
        }

    def _fits(self, method: Record, zones: Mapping[str, Record], shipment: Record) -> bool:
        zone = zones.get(method["shipping_zone"])
        return is_offered(method, zone, self.consignment(shipment, method))

    def _zones(self, methods: Iterable[Record]) -> Mapping[str, Record]:
        ids = {method["shipping_zone"] for method in methods if method["shipping_zone"]}
        return self.engine.get_many(ZONES, ids) if ids else {}

    def _times(self, location: str | None, methods: Iterable[str]) -> Mapping[str, str]:
        return lead_times_from(self.engine, location, methods)

    def _is_default(self, method: Record) -> bool:
        return bool(method["id"] == self.market.get("default_shipping_method"))

    def _tiers(self, methods: Collection[str]) -> Mapping[str, Sequence[Record]]:
        """Return the tiers of methods, by method."""
        found: dict[str, list[Record]] = {}
        own = Compare("shipping_method", "in", frozenset(methods))
        for tier in self.engine.find(TIERS, own) if methods else ():
            found.setdefault(tier["shipping_method"], []).append(tier)
        return found


def _of_order(order: Record) -> Condition:
    of_market = Any_((Null("market"), Compare("market", "eq", order["market"])))
    return both(of_market, Compare("currency_code", "eq", order["currency_code"]))


def base_of(lines: Sequence[Record]) -> Base:
    """Return the worth of an order with these line items, as far as it is known by now."""
    goods = [line for line in lines if _is_goods(line)]
    promotions = {line["id"] for line in lines if line["item_type"] in PROMOTIONS}
    subtotal = sum(line["total_amount_cents"] for line in goods)
    discounts = sum(
        share["cents"]
        for line in goods
        for id_, share in (line["discount_breakdown"] or {}).items()
        if id_ in promotions
    )
    adjusted = sum(
        line["total_amount_cents"] for line in lines if line["item_type"] == "adjustments"
    )
    return Base(subtotal, subtotal + discounts + adjusted)


def _is_goods(line: Record) -> bool:
    bought = line["item_type"] == "gift_cards" and line["total_amount_cents"] > 0
    return line["item_type"] in GOODS or bought
