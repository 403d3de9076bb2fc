"""How a return goes on, and what that does to its lines (neighbours.md §11)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.returns.refunding import give_back, worth
from mockserver.commerce.returns.restocking import most_of_line, put_back
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.transitions import Transition, refuse_trigger
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "returns"
LINES, ORDERS = "return_line_items", "orders"
#: The statuses in which what was sent has come back.
BACK = ("received", "refunded")


def is_sold(change: Change) -> bool:
    """Say whether what is to come back was sold; a draft may be of any order."""
    return bool(_order(change).get("placed_at"))


def restock_lines(change: Change, _: Any) -> None:
    """Restock the lines that are not restocked yet."""
    engine, record = change.engine, change.record

    def restock() -> None:
        for line in lines(engine, record["id"]):
            if line.get("restocked_at") is None:
                engine.change(LINES, line["id"], {"_restock": True})

    change.after(restock)


def _order(change: Change) -> Record:
    return change.engine.get(ORDERS, change.record.get("order") or "") or {}


def restock(change: Change, _: Any) -> None:
    """Restock a line of what has come back, once; the return tells of all its lines at once."""
    returned = change.engine.get(TYPE, change.record["return"]) or {}
    if change.record.get("restocked_at"):
        return
    if returned.get("status") not in BACK:
        refuse_trigger(change)
        return
    engine, record = change.engine, change.record
    record["restocked_at"] = engine.clock.timestamp()
    change.after(lambda: put_back(engine, record))
    if not change.access.is_service:
        change.after(lambda: engine.fire(TYPE, record["return"], "restock"))


def details_of_line_item(change: Change) -> None:
    """Check a line against the line item of the order, and take its amount from there."""
    record, engine = change.record, change.engine
    returned = engine.get(TYPE, record.get("return") or "")
    line_item = engine.get("line_items", record.get("line_item") or "")
    if returned is None or line_item is None:
        return
    record["currency_code"] = returned.get("currency_code")
    if line_item.get("order") != returned.get("order"):
        change.invalid("line_item", "invalid", value=line_item["id"])
        return
    quantity = record.get("quantity") or 0
    if change.before and quantity == change.before["quantity"]:
        return
    limit = most_of_line(engine, line_item, record)
    if quantity > limit:
        change.invalid("quantity", "less_than_or_equal_to", value=quantity, count=limit)
    order = engine.get(ORDERS, returned["order"]) or {}
    included = bool(order.get("tax_included"))
    record["total_amount_cents"] = worth(line_item, quantity, tax_included=included)
    change.after(lambda: count_lines(engine, returned["id"]))


def lines(engine: Engine, return_id: str) -> list[Record]:
    """Return the lines of a return."""
    return engine.find(LINES, Compare("return", "eq", return_id))


def count_lines(engine: Engine, return_id: str) -> None:
    """Set what follows from the lines of a return: how much it is of, and what is refunded."""
    if engine.get(TYPE, return_id) is None:
        return
    found = lines(engine, return_id)
    sums = {
        "skus_count": sum(line["quantity"] for line in found),
        "estimated_refund_amount_cents": sum(line["total_amount_cents"] or 0 for line in found),
    }
    engine.change(TYPE, return_id, sums)


REQUEST = Transition("requested", ("draft",), event="request", guard=is_sold)
APPROVE = Transition("approved", ("requested",), "approved_at", "approve")
REJECT = Transition("rejected", ("requested",), "rejected_at", "reject")
CANCEL = Transition("cancelled", ("draft", "requested", "approved"), "cancelled_at")
SHIP = Transition("shipped", ("approved",), "shipped_at", "ship")
RECEIVE = Transition("received", ("shipped",), "received_at", "receive")
RESTOCK = Transition(None, BACK, event="restock", then=restock_lines)
REFUND = Transition("refunded", ("received",), by=give_back)
ARCHIVE = Transition(None, stamp="archived_at")
UNARCHIVE = Transition(None, sets={"archived_at": None})
