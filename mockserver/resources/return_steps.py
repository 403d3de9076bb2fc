"""How a return goes on, and what that does to its lines (neighbours §11)."""

from __future__ import annotations

from typing import Any

from mockserver.resources.behaviour import Change, World
from mockserver.resources.transitions import Transition, refuse_transition
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "returns"
LINES = "return_line_items"
#: The statuses in which what was sent has come back.
BACK = ("received", "refunded")


def of_placed_order(change: Change, _: Any) -> None:
    """Refuse to request what was never sold; a draft may be of any order."""
    order = change.world.get("orders", change.record.get("order") or "")
    if not (order or {}).get("placed_at"):
        refuse_transition(change)


def restock_lines(change: Change, _: Any) -> None:
    """Restock the lines that are not restocked yet."""
    world, record = change.world, change.record

    def restock() -> None:
        for line in lines(world, record["id"]):
            if line.get("restocked_at") is None:
                world.change(LINES, line["id"], {"_restock": True})

    change.after(restock)


def refund_amount(change: Change, amount: int | None) -> None:
    """Check the amount to be refunded: something, and not more than the order's total."""
    if amount is None:
        return
    order = change.world.get("orders", change.record.get("order") or "") or {}
    total = order.get("total_amount_with_taxes_cents") or 0
    if amount <= 0:
        change.invalid(change.member, "greater_than", value=amount, count=0)
    elif amount > total:
        change.invalid(change.member, "less_than_or_equal_to", value=amount, count=total)


def lines(world: World, return_id: str) -> list[Record]:
    """Return the lines of a return."""
    return world.find(LINES, Compare("return", "eq", return_id))


def count_lines(world: World, return_id: str) -> None:
    """Set what follows from the lines of a return: how much it is of, and what is refunded."""
    if world.get(TYPE, return_id) is None:
        return
    found = lines(world, return_id)
    sums = {
        "skus_count": sum(line["quantity"] for line in found),
        "estimated_refund_amount_cents": sum(line["total_amount_cents"] or 0 for line in found),
    }
    world.change(TYPE, return_id, sums)


REQUEST = Transition("requested", ("draft",), event="request", then=of_placed_order)
APPROVE = Transition("approved", ("requested",), "approved_at", "approve")
REJECT = Transition("rejected", ("requested",), "rejected_at", "reject")
CANCEL = Transition("cancelled", ("draft", "requested", "approved"), "cancelled_at")
SHIP = Transition("shipped", ("approved",), "shipped_at", "ship")
RECEIVE = Transition("received", ("shipped",), "received_at", "receive")
RESTOCK = Transition(None, BACK, event="restock", then=restock_lines)
REFUND = Transition("refunded", ("received",), "refunded_at")
ARCHIVE = Transition(None, stamp="archived_at")
UNARCHIVE = Transition(None, sets={"archived_at": None})
