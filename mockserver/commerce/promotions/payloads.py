"""Payloads of the rules of flex promotions: an order, as far as they name it.

commerce.md §7.3.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from mockserver.commerce.rules.paths import Path
from mockserver.commerce.totals.buckets import amounts
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.schema.protocols import Engine, Target
from mockserver.storage.base import Record

#: The members that are named of something, each with those named of that in turn.
Named = dict[str, Any]
ORDERS, LINES = "orders", "line_items"
#: The relationships that a path may go along; another one leads nowhere.
FOLLOWED: Mapping[str, frozenset[str]] = {
    ORDERS: frozenset(
        {
            *("market", "store", "customer", "shipping_address", "billing_address", "tags"),
            *("shipments", "payment_method"),
        }
    ),
    "customers": frozenset({"customer_group", "tags"}),
    LINES: frozenset(
        {
            *("sku", "bundle", "shipment", "payment_method", "adjustment", "gift_card"),
            *("line_item_options", "tags"),
        }
    ),
    "skus": frozenset({"sku_lists", "shipping_category", "tags"}),
    "bundles": frozenset({"sku_list", "tags"}),
    "shipments": frozenset(
        {"shipping_method", "available_shipping_methods", "shipping_category", "stock_location"}
    ),
}


def payload(engine: Engine, cart: Cart, paths: Iterable[Path]) -> dict[str, Any]:
    """Return the order with what these paths name, amounts and lines as they are in the run."""
    order = {**cart.order, **amounts(cart)}
    return payload_of(engine, order, [_record(line) for line in cart.lines], paths)


def payload_of(
    engine: Engine, order: Record, lines: Sequence[Record], paths: Iterable[Path]
) -> dict[str, Any]:
    """Return an order and its lines with what these paths name of them."""
    named = _tree(paths).get("order", {})
    of_lines = named.pop(LINES, None)
    (found,) = _objects(engine, ORDERS, [order], named)
    if of_lines is not None:
        found[LINES] = _objects(engine, LINES, lines, of_lines)
    return {"order": found}


def _tree(paths: Iterable[Path]) -> Named:
    tree: Named = {}
    for steps in paths:
        at = tree
        for step in steps:
            at = at.setdefault(step, {})
    return tree


def _record(line: Line) -> Record:
    """Return a line as a record that has what the run has made of it so far."""
    return {
        **(line.stored or line.begun),
        "id": line.id,
        "item": line.item,
        "item_type": line.item_type,
        "name": line.name,
        "quantity": line.quantity,
        "unit_amount_cents": line.unit_amount_cents,
        "total_amount_cents": line.total_amount_cents,
        "discount_cents": line.discount_cents,
    }


def _objects(
    engine: Engine, type_: str, records: Sequence[Record], named: Named
) -> list[dict[str, Any]]:
    """Return records as plain values: their ids, and what is named of them."""
    found = [{"id": record["id"]} for record in records]
    for name, of_it in named.items():
        values = _members(engine, type_, records, name, of_it)
        for each, value in zip(found, values, strict=True):
            each[name] = value
    return found


def _members(
    engine: Engine, type_: str, records: Sequence[Record], name: str, named: Named
) -> Sequence[Any]:
    """Return the member of this name of each record."""
    resource = engine.registry[type_]
    if name in resource.relationships:
        if name not in FOLLOWED.get(type_, ()):
            return [None] * len(records)
        return _linked(engine, type_, records, name, named)
    attribute = resource.attributes.get(name)
    if attribute and attribute.path:
        owners = _objects(engine, type_, records, _tree([attribute.path]))
        return [_end(each, attribute.path) for each in owners]
    return [record.get(name) for record in records]


def _linked(
    engine: Engine, type_: str, records: Sequence[Record], name: str, named: Named
) -> list[Any]:
    """Return the records that a relationship of each record leads to, as plain values."""
    targets = engine.linked_all(type_, records, name)
    known = _read(engine, (target for each in targets for target in each), named)
    lists = [[known[target] for target in each if target in known] for each in targets]
    if engine.registry[type_].relationships[name].many:
        return lists
    return [next(iter(each), None) for each in lists]


def _read(
    engine: Engine, targets: Iterable[Target], named: Named
) -> Mapping[Target, dict[str, Any]]:
    by_type: dict[str, dict[str, None]] = defaultdict(dict)
    for type_, id_ in targets:
        by_type[type_][id_] = None
    found = {}
    for type_, ids in by_type.items():
        records = engine.get_many(type_, ids)
        for each in _objects(engine, type_, [*records.values()], named):
            found[type_, each["id"]] = each
    return found


def _end(value: Any, steps: Sequence[str]) -> Any:
    """Return the record at the end of a path of to-ones."""
    for step in steps:
        value = value.get(step) if isinstance(value, dict) else None
    return value
