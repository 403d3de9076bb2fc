"""Shipments of seeded orders, with the pieces that they take from the warehouse."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.reference_data import Place, ReferenceData, Terms
from mockserver.storage.base import Record


@dataclass(frozen=True, slots=True)
class PackedShipment:
    """A shipment and the pieces in it."""

    shipment: Record
    pieces: Sequence[Record]


class Shipments:
    """The shipments of one sandbox."""

    def __init__(self, batch: Batch, references: ReferenceData) -> None:
        """Start with none."""
        self._batch = batch
        self._references = references
        self._reserved: dict[Place, Record] = {}

    def load(self, order: Record, lines: Sequence[Record], terms: Terms) -> PackedShipment:
        """Make the shipment of an order from the nearest warehouse of its market."""
        warehouse = terms.warehouse
        shipment = self._batch.add(
            "shipments",
            order["created_at"],
            number=f"#{order['number']}/S/001",
            currency_code=order["currency_code"],
            metadata=EMPTY,
            order=order["id"],
            inventory_stock_location=terms.inventory_location,
            stock_location=warehouse["id"],
            origin_address=warehouse["address"],
            shipping_address=order["shipping_address"],
            # Not part of the document: it is no store's own.
            of_store=False,
        )
        return PackedShipment(shipment, [self._pieces(order, line, shipment) for line in lines])

    def _pieces(self, order: Record, line: Record, shipment: Record) -> Record:
        item = self._references.stock_items[line["item"], shipment["stock_location"]]
        return self._batch.add(
            "stock_line_items",
            order["created_at"],
            quantity=line["quantity"],
            name=line["name"],
            metadata=EMPTY,
            shipment=shipment["id"],
            line_item=line["id"],
            stock_item=item["id"],
            sku=line["item"],
            order=order["id"],
        )

    def reserve(self, load: PackedShipment) -> None:
        """Keep what a placed order takes: the stock holds that beside what there is to sell."""
        for pieces in load.pieces:
            place = (pieces["sku"], load.shipment["stock_location"])
            item, reserved = self._references.stock_items[place], self._reserved_stock(place)
            reservation = self._batch.add(
                "stock_reservations",
                pieces["created_at"],
                status="pending",
                expires_at=None,
                quantity=pieces["quantity"],
                metadata=EMPTY,
                line_item=pieces["line_item"],
                order=pieces["order"],
                stock_line_item=pieces["id"],
                stock_item=item["id"],
                reserved_stock=reserved["id"],
                sku=pieces["sku"],
            )
            pieces["stock_reservation"] = reservation["id"]
            item["quantity"] += pieces["quantity"]
            reserved["quantity"] += pieces["quantity"]

    def take_out(self, load: PackedShipment) -> None:
        """Note that what an approved order takes has left the stock."""
        for pieces in load.pieces:
            pieces["taken"] = pieces["quantity"]

    def finish(self) -> None:
        """Store what has become of the stock that was there before."""
        stocks = {
            "reserved_stocks": self._reserved,
            "stock_items": {place: self._references.stock_items[place] for place in self._reserved},
        }
        for type_, records in stocks.items():
            new = {id(each) for each in self._batch.records(type_)}
            for record in records.values():
                if id(record) not in new:
                    self._batch.sandbox.partition.put(type_, record)

    def _reserved_stock(self, place: Place) -> Record:
        if place not in self._reserved:
            item = self._references.stock_items[place]
            reserved = self._batch.sandbox.get("reserved_stocks", item["reserved_stock"])
            if reserved is None:
                reserved = self._batch.add(
                    "reserved_stocks",
                    item["created_at"],
                    quantity=0,
                    metadata=EMPTY,
                    stock_item=item["id"],
                    sku=place[0],
                )
                item["reserved_stock"] = reserved["id"]
            self._reserved[place] = reserved
        return self._reserved[place]
