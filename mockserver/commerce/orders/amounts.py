"""What an order costs: its amounts, and how its line items add up to them (neighbours.md §7).

A plain sum: there is no tax, promotion or price engine. An amount is in the place its kind of
line item belongs to, and the total is all of them together.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

#: The amount that each kind of line item counts towards; every other kind is a promotion.
COUNTS_TOWARDS: Mapping[str | None, str] = {
    None: "subtotal",
    "skus": "subtotal",
    "bundles": "subtotal",
    "gift_cards": "subtotal",
    "shipments": "shipping",
    "payment_methods": "payment_method",
    "adjustments": "adjustment",
}
PARTS = ("subtotal", "shipping", "payment_method", "adjustment", "discount")
#: What is taxed, were there taxes.
TAXABLE = ("subtotal", "shipping", "payment_method", "adjustment")
COUNTED = frozenset({"skus", "bundles"})


def sums(lines: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Return the amounts of an order with these line items, and how many SKUs they are of."""
    parts = dict.fromkeys(PARTS, 0)
    count = 0
    for line in lines:
        parts[COUNTS_TOWARDS.get(line["item_type"], "discount")] += line["total_amount_cents"]
        count += line["quantity"] if line["item_type"] in COUNTED else 0
    total = sum(parts.values())
    return {
        **{f"{part}_amount_cents": cents for part, cents in parts.items()},
        **{f"{part}_taxable_amount_cents": parts[part] for part in TAXABLE},
        "total_amount_cents": total,
        "total_taxable_amount_cents": total - parts["discount"],
        "total_amount_with_taxes_cents": total,
        "skus_count": count,
    }


def lines_of(engine: Engine, order_id: str) -> list[Record]:
    """Return the line items of an order, oldest first."""
    return engine.find("line_items", Compare("order", "eq", order_id))


def add_up(engine: Engine, order_id: str) -> None:
    """Bring the amounts of an order up to date with its line items."""
    engine.change("orders", order_id, sums(lines_of(engine, order_id)))


def currency_of_lines(change: Change) -> None:
    """Give the line items the currency of their order, when that is another one now."""
    if not change.before or _currency(change.before) == _currency(change.record):
        return
    engine, order = change.engine, change.record

    def give() -> None:
        for line in lines_of(engine, order["id"]):
            engine.change("line_items", line["id"], {"currency_code": _currency(order)})

    change.after(give)


def _currency(order: Record) -> Any:
    return order.get("currency_code")


def refresh(change: Change, _: Any) -> None:
    """Note that the order has been refreshed; prices and amounts are up to date always."""
    change.record["refreshed_at"] = change.engine.clock.timestamp()
