"""Builds the shipments of an order, again and again while it changes (catalogue.md §17)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from mockserver.commerce.shipping.allocation import Load, Portion
from mockserver.commerce.shipping.contents import LINES, SHIPMENTS, TRANSFERS, shipments_of
from mockserver.commerce.shipping.in_store import in_store
from mockserver.commerce.shipping.numbers import shipment_number
from mockserver.commerce.shipping.offers import Counter
from mockserver.commerce.shipping.plan import ShippingPlan
from mockserver.commerce.shipping.stock_lines import COPIED
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

OPEN = frozenset({"draft", "pending", "editing", "placing"})
STARTED = frozenset({"in_progress", "fulfilled"})
CREATE, EVENT = "create", "rebuild_shipments"
#: What a shipment has of its order.
OF_ORDER = ("shipping_address", "currency_code")
#: What tells one record from the others of its kind, and what it should be.
Key = tuple[Any, ...]
Wanted = Mapping[Key, Mapping[str, Any]]


def build_shipments(engine: Engine, cart: Cart) -> None:
    """Bring the shipments of an order up to date, before they are priced."""
    order = cart.order
    if order["status"] not in OPEN or order["fulfillment_status"] in STARTED:
        return
    plan = ShippingPlan(engine, order, [line.stored for line in cart.lines if line.stored])
    is_filled = any(line.is_goods for line in cart.lines)
    order["fulfillment_status"] = "not_required" if is_filled and not plan.ships else "unfulfilled"
    is_other = plan.digest != order.get("built_from")
    if cart.rebuilds or (is_other and (cart.at_once or not _is_too_soon(engine, order))):
        Building(plan).run()


def _is_too_soon(engine: Engine, order: Record) -> bool:
    """Say whether so little time has passed that the organization wants no other building."""
    lapse: float = engine.setting("orders_min_rebuild_shipments_lapse") or 0
    last = order.get("built_at")
    if not lapse or last is None:
        return False
    passed = datetime.fromisoformat(engine.clock.timestamp()) - datetime.fromisoformat(last)
    return passed.total_seconds() < lapse


class Building:
    """One building of the shipments of an order."""

    def __init__(self, plan: ShippingPlan) -> None:
        """Build what is planned."""
        self.plan = plan
        self.engine, self.order = plan.engine, plan.order
        self.before = {_key(each): each for each in shipments_of(plan.engine, plan.order["id"])}
        self.numbered: int = plan.order.get("shipments_numbered") or 0
        #: Whether anything has come of it: what is as it was has not been built again.
        self.is_other = False

    def run(self) -> None:
        """Keep what is as it should be, make what is missing, remove the rest."""
        allocation = self.plan.allocation()
        if not self.before and not allocation.loads and not allocation.unshipped:
            self._note()
            return
        portions = [(None, portion) for portion in allocation.unshipped]
        kept = {}
        for load in allocation.loads:
            shipment = kept[load.location, load.category, load.line] = self._shipment(load)
            portions += [(shipment["id"], portion) for portion in load.portions]
        self._bring(LINES, dict(self._stock_lines(portions)), _line_key)
        self._bring(TRANSFERS, dict(self._transfers(portions)), _transfer_key)
        for gone in self.before.keys() - kept.keys():
            self._remove(SHIPMENTS, self.before[gone])
        self._settle_methods(shipments_of(self.engine, self.order["id"]))
        self._note()
        if self.is_other:
            self.engine.fire("orders", self.order["id"], EVENT)

    def _note(self) -> None:
        self.order.update(
            built_from=self.plan.digest,
            built_at=self.engine.clock.timestamp(),
            shipments_numbered=self.numbered,
        )

    # --- shipments -------------------------------------------------------------------------------

    def _shipment(self, load: Load) -> Record:
        """Return the shipment of a load: the one there was, or a new one."""
        known = self.before.get((load.location, load.category, load.line))
        if known is None:
            return self._new_shipment(load)
        told = {name: self.order[name] for name in OF_ORDER if known[name] != self.order[name]}
        return self._change(SHIPMENTS, known, told) if told else known

    def _new_shipment(self, load: Load) -> Record:
        self.numbered += 1
        place = self.plan.places[load.location]
        location = self.engine.get("stock_locations", place.location) or {}
        values = {
            "number": shipment_number(self.order, self.numbered),
            "order": self.order["id"],
            "shipping_category": load.category,
            "inventory_stock_location": place.inventory_location,
            "stock_location": place.location,
            "origin_address": location.get("address"),
            "of_line": load.line,
            "of_store": place.inventory_location is None,
            **{name: self.order[name] for name in OF_ORDER},
        }
        return self._make(SHIPMENTS, values)

    def _make(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Store a new record with all that it is; nothing of it is up to anybody else."""
        made = {**self.engine.begun(type_), **values}
        self.engine.store(type_, None, made)
        self.is_other = True
        if CREATE in self.engine.registry[type_].topics:
            self.engine.fire(type_, made["id"], CREATE)
        return made

    def _change(self, type_: str, record: Record, values: Mapping[str, Any]) -> Record:
        self.is_other = True
        return self.engine.change(type_, record["id"], values)

    def _remove(self, type_: str, record: Record) -> None:
        self.is_other = True
        self.engine.remove(type_, record["id"])

    def _settle_methods(self, shipments: Sequence[Record]) -> None:
        """Take away the methods that are not available any more, and give the default one."""
        counter = Counter(self.engine, self.order, shipments)
        own = in_store(self.engine, self.order, shipments)
        default = self._default_method()
        for shipment in shipments:
            method = shipment["shipping_method"] if counter.keeps(shipment) else None
            method = method or (None if shipment["id"] in own else default)
            if method != shipment["shipping_method"]:
                self._change(SHIPMENTS, shipment, {"shipping_method": method})

    def _default_method(self) -> str | None:
        """Return the method that the market's shipments have unless another one is chosen."""
        id_: str | None = self.plan.market.get("default_shipping_method")
        method = self.engine.get("shipping_methods", id_) or {}
        in_use = method.get("disabled_at") is None
        fits = method.get("currency_code") == self.order["currency_code"]
        return id_ if in_use and fits else None

    # --- what is in them -------------------------------------------------------------------------

    def _stock_lines(
        self, portions: Iterable[tuple[str | None, Portion]]
    ) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        lines = {line["id"]: line for line in self.plan.lines}
        for shipment, portion in portions:
            if portion.origin is None:
                item = self.plan.stock_item(portion.location, portion.unit)
                shown = {name: lines[portion.unit.line].get(name) for name in COPIED}
                values = {**self._common(shipment, portion), **shown, "stock_item": item}
                yield (shipment, portion.unit.line, portion.unit.sku, item), values

    def _transfers(
        self, portions: Iterable[tuple[str | None, Portion]]
    ) -> Iterator[tuple[Key, Mapping[str, Any]]]:
        for shipment, portion in portions:
            if portion.origin is not None:
                values = {
                    **self._common(shipment, portion),
                    "origin_stock_location": portion.origin,
                    "destination_stock_location": portion.location,
                }
                route = (portion.origin, portion.location)
                yield (shipment, portion.unit.line, portion.unit.sku, *route), values

    def _common(self, shipment: str | None, portion: Portion) -> dict[str, Any]:
        return {
            "quantity": portion.quantity,
            "sku": portion.unit.sku,
            "line_item": portion.unit.line,
            "shipment": shipment,
            "order": self.order["id"],
        }

    def _bring(self, type_: str, wanted: Wanted, key: Callable[[Record], Key]) -> None:
        """Make the records of a type what they should be."""
        own = Compare("order", "eq", self.order["id"])
        found = {key(record): record for record in self.engine.find(type_, own)}
        for gone in found.keys() - wanted.keys():
            self._remove(type_, found[gone])
        for each, values in wanted.items():
            known = found.get(each)
            if known is None:
                self._make(type_, values)
            elif known["quantity"] != values["quantity"]:
                self._change(type_, known, {"quantity": values["quantity"]})


def _key(shipment: Record) -> Key:
    return shipment["stock_location"], shipment["shipping_category"], shipment.get("of_line")


def _line_key(line: Record) -> Key:
    return line["shipment"], line["line_item"], line["sku"], line["stock_item"]


def _transfer_key(transfer: Record) -> Key:
    route = transfer["origin_stock_location"], transfer["destination_stock_location"]
    return transfer["shipment"], transfer["line_item"], transfer["sku"], *route
