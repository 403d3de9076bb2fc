"""The contents of a copied order: the goods of its source, or the items of a subscription.

commerce.md §18, §19.5.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from typing import Any

from mockserver.commerce.catalogue.line_prices import price_of
from mockserver.commerce.orders.cart_records import line_of, lines_of
from mockserver.errors import Refusal, violation
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

ITEMS, OPTIONS, CARDS = "order_subscription_items", "line_item_options", "gift_cards"
#: What a line has of the one that it is copied from.
OF_LINE = ("quantity", "unit_amount_cents", "compare_at_amount_cents", "name", "image_url")
OF_OPTION = ("name", "quantity", "unit_amount_cents", "options", "metadata", "sku_option")
#: What a gift card has of the one that was bought with the source: no two orders sell one card.
OF_CARD = (
    *("currency_code", "balance_max_cents", "single_use", "rechargeable", "distribute_discount"),
    *("image_url", "market", "gift_card_recipient"),
)
#: The items that have to have a price.
PRICED = ("skus", "bundles")


@dataclass(frozen=True, slots=True)
class CopiedLine:
    """One line of the order to be made.

    Attributes:
        values: of the line.
        item_type: of what it is of, ``None`` for a line without an item.
        item: the id of that.
        source: the id of the line that it is copied from.
        options: the records of the options that it is ordered with.
        is_priced: whether its item has to have a price by now.
    """

    values: Record
    item_type: str | None
    item: str | None
    source: str | None = None
    options: Sequence[Record] = field(default=())
    is_priced: bool = False


def goods_of(engine: Engine, order: Record) -> list[CopiedLine]:
    """Return the lines of a source order that are copied: its goods."""
    lines = [line for line in lines_of(engine, order["id"]) if line_of(line).is_goods]
    options: dict[str, list[Record]] = {}
    for option in engine.find(OPTIONS, Compare("order", "eq", order["id"])):
        options.setdefault(option["line_item"], []).append(option)
    return [_of_line(line, options.get(line["id"], ())) for line in lines]


def _of_line(line: Record, options: Sequence[Record]) -> CopiedLine:
    has_own_price = line.get("has_own_price") or line["_external_price"]
    return CopiedLine(
        {**{name: line[name] for name in OF_LINE}, "metadata": line["metadata"]},
        line["item_type"] if line["item"] else None,
        line["item"],
        line["id"],
        options,
        is_priced=line["item_type"] in PRICED and not has_own_price,
    )


def items_of(engine: Engine, subscription_id: str) -> list[CopiedLine]:
    """Return the lines of an order that a run of a subscription makes, at the items' own prices."""
    items = engine.find(ITEMS, Compare("order_subscription", "eq", subscription_id))
    return [
        CopiedLine(
            {name: item[name] for name in OF_LINE[:2]},
            item["item_type"],
            item["item"],
            item["source_line_item"],
        )
        for item in items
    ]


def put_into(engine: Engine, order: Record, wanted: CopiedLine) -> Record:
    """Put a line into an order, with its options.

    Raises:
        Refusal: what it is of is gone, or not sold any more, or out of stock.
    """
    values: dict[str, Any] = {**wanted.values, "order": order["id"]}
    if wanted.item_type:
        _require(engine, order, wanted)
        values["item"] = (wanted.item_type, _item(engine, wanted))
    line = engine.add("line_items", values)
    for option in wanted.options:
        said = {name: option[name] for name in OF_OPTION}
        engine.add(OPTIONS, {**said, "line_item": line["id"]})
    return line


def _require(engine: Engine, order: Record, wanted: CopiedLine) -> None:
    """Refuse what is gone, and what has no price by now."""
    item = engine.get(str(wanted.item_type), wanted.item)
    if item is None:
        raise Refusal([violation("item", "blank", relationship=True)])
    line = {**wanted.values, "item_type": wanted.item_type, "frequency": None}
    if wanted.is_priced and price_of(engine, order, line, item) is None:
        raise Refusal([violation("unit_amount_cents", "blank")])


def _item(engine: Engine, wanted: CopiedLine) -> str | None:
    """Return the id of what a line is of; a gift card that has been bought is a new one then."""
    card = engine.get(CARDS, wanted.item) if wanted.item_type == CARDS else None
    if card is None:
        return wanted.item
    said = {name: card[name] for name in OF_CARD}
    made = engine.add(CARDS, {**said, "balance_cents": card["initial_balance_cents"]})
    return str(made["id"])
