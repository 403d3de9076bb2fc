"""The plan of an order's shipments, by what it is of and where that lies."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from mockserver.commerce.catalogue.line_pieces import Piece, pieces_of
from mockserver.commerce.shipping.allocation import Allocation, Location, Unit, allocate
from mockserver.commerce.stock.availability import StockLevel, levels
from mockserver.commerce.stock.locations import NO_SPLIT, StockPlace, model_of, places_of_order
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

#: The parts of an address that zones look at.
WHERE = ("country_code", "state_code", "zip_code")


@dataclass
class ShippingPlan:
    """The shipments of an order as they should be by now (catalogue.md §17).

    Attributes:
        engine: where to look.
        order: the record.
        lines: its line items, oldest first.
    """

    engine: Engine
    order: Record
    lines: Sequence[Record]

    @cached_property
    def ordered(self) -> list[Piece]:
        """The pieces of the order."""
        return pieces_of(self.engine, self.lines)

    @property
    def pieces(self) -> list[Piece]:
        """The pieces to take from stock: without an address only those that do not travel."""
        has_address = self.order["shipping_address"] is not None
        return [piece for piece in self.ordered if has_address or piece.sku["do_not_ship"]]

    @property
    def ships(self) -> bool:
        """Whether anything has to be shipped."""
        return any(not piece.sku["do_not_ship"] for piece in self.ordered)

    @cached_property
    def market(self) -> Record:
        """The market of the order."""
        return self.engine.get("markets", self.order["market"]) or {}

    @cached_property
    def model(self) -> Record:
        """The inventory model of the market."""
        return model_of(self.engine, self.order["market"])

    @cached_property
    def places(self) -> Mapping[str, StockPlace]:
        """The list of locations, by id."""
        return {each.location: each for each in places_of_order(self.engine, self.order)}

    @cached_property
    def levels(self) -> Mapping[tuple[str, str], StockLevel]:
        """The stock of the locations, of each SKU that is tracked."""
        skus = {piece.sku["id"] for piece in self.pieces if not piece.sku["do_not_track"]}
        listed = [*self.places.values()]
        return levels(self.engine, listed, skus, self.order["id"]) if skus and listed else {}

    def stock_item(self, location: str | None, unit: Unit) -> str | None:
        """Return the stock item that a unit is taken from; none of what is not tracked."""
        level = self.levels.get((location or "", unit.sku)) if unit.tracked else None
        return level.item if level else None

    def allocation(self) -> Allocation:
        """Return where everything comes from."""
        strategy = self.model.get("strategy") or NO_SPLIT
        locations = [Location(place, self._net(place)) for place in self.places]
        return allocate(strategy, [_unit(piece) for piece in self.pieces], locations)

    def _net(self, location: str) -> dict[str, int]:
        return {sku: level.net for (place, sku), level in self.levels.items() if place == location}

    @cached_property
    def digest(self) -> str:
        """A digest of all that shipments are built of, which tells whether anything has changed."""
        address = self.engine.get("addresses", self.order["shipping_address"]) or {}
        told: list[Any] = [
            *(self.order["market"], self.order["store"], self.order["shipping_address"]),
            *(address.get(part) for part in WHERE),
            self.market.get("default_shipping_method"),
            [[piece.line["id"], piece.sku["id"], piece.quantity] for piece in self.pieces],
        ]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _unit(piece: Piece) -> Unit:
    sku = piece.sku
    return Unit(
        piece.line["id"],
        sku["id"],
        piece.quantity,
        sku["shipping_category"],
        ships=not sku["do_not_ship"],
        tracked=not sku["do_not_track"],
        bundled=piece.is_bundled,
    )
