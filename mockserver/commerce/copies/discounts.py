"""The discounts that a copied order keeps of its source (commerce.md §18)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.orders.cart_records import lines_of
from mockserver.commerce.totals.cart import DISCOUNTS, PAYMENT_METHODS, SHIPMENTS
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

#: What is discounted once it is known what it costs (commerce.md §3.1).
LATER = (SHIPMENTS, PAYMENT_METHODS)


def discounts_of(engine: Engine, source_id: str, copied: Mapping[str, str]) -> list[dict[str, Any]]:
    """Return the discounts of an order as its copy has them.

    Args:
        engine: the records around.
        source_id: the order.
        copied: the ids of the copy's lines by those of its source; what was left out has none.
    """
    lines = lines_of(engine, source_id)
    return [_discount(each, lines, copied) for each in lines if each["item_type"] in DISCOUNTS]


def _discount(line: Record, lines: list[Record], copied: Mapping[str, str]) -> dict[str, Any]:
    borne = {each["id"]: _borne(each, line["id"]) for each in lines}
    later = {kind: sum(borne[e["id"]] for e in lines if e["item_type"] == kind) for kind in LATER}
    return {
        "item_type": line["item_type"],
        "item": line["item"],
        "name": line["name"],
        "parts": {copied[id_]: cents for id_, cents in borne.items() if cents and id_ in copied},
        "later": {kind: cents for kind, cents in later.items() if cents},
        "rest": -line["total_amount_cents"] - sum(borne.values()),
    }


def _borne(line: Record, discount_id: str) -> int:
    """Return the part of a discount that a line bears, above zero."""
    share = (line["discount_breakdown"] or {}).get(discount_id) or {"cents": 0}
    return -int(share["cents"])
