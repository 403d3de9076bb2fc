"""Placing an order, and what that makes of its customer (neighbours §7, customers §9)."""

from __future__ import annotations

from typing import Any

from mockserver.resources.behaviour import Change, World
from mockserver.resources.order_amounts import lines_of
from mockserver.resources.transitions import Transition, refuse_transition
from mockserver.storage.base import Record

#: The job that places an order that asked to be placed asynchronously.
PLACING = "place"
#: The kinds of line items that can be of something to ship.
SHIPPED = frozenset({None, "skus", "bundles"})
#: How far a customer has come; it never goes back.
STEPS = ("prospect", "acquired", "repeat")


def pending_by_itself(change: Change) -> None:
    """Move a draft on once it has a customer and line items (neighbours §7)."""
    order = change.record
    is_draft = change.before is not None and order["status"] == "draft"
    if is_draft and order.get("customer") and lines_of(change.world, order["id"]):
        order["status"] = "pending"
        change.fire("pending")


def _place(change: Change, _: Any) -> None:
    """Place what is complete, at once or in a while; addresses and payment are waived."""
    world, order = change.world, change.record
    missing = [] if order.get("customer") else ["customer"]
    if not lines_of(world, order["id"]):
        missing.append("line_items")
    if missing:
        refuse_transition(change)
    for name in missing:
        change.invalid(name, "blank")
    if order.get("place_async"):
        delay = world.pace("job_delay")
        change.after(lambda: world.schedule("orders", order["id"], PLACING, delay))
        return
    order.update(_placed(world, order))
    change.fire("place")
    change.after(lambda: _count(world, order))


PLACE = Transition("placing", ("draft", "pending"), event="placing", then=_place)


def place_later(world: World, order: Record) -> None:
    """Place an order that asked for it, unless it has gone another way since."""
    if order["status"] != "placing":
        return
    world.change("orders", order["id"], _placed(world, order))
    world.fire("orders", order["id"], "place")
    _count(world, order)


def call_off_placing(change: Change, _: Any) -> None:
    """Forget an order's wish to be placed: it has gone back."""
    world, id_ = change.world, change.record["id"]
    change.after(lambda: world.cancel("orders", id_, PLACING))


def _placed(world: World, order: Record) -> dict[str, Any]:
    """Return what becomes of an order that is placed."""
    total = order["total_amount_cents"]
    placed = {
        "status": "placed",
        "placed_at": world.clock.timestamp(),
        "place_total_amount_cents": total,
    }
    if total == 0 and order["payment_status"] == "unpaid":
        placed["payment_status"] = "free"
    if not any(_is_shipped(world, line) for line in lines_of(world, order["id"])):
        placed["fulfillment_status"] = "not_required"
    return placed


def _is_shipped(world: World, line: Record) -> bool:
    """Say whether there is something to ship: anything but a SKU that says it is no such thing."""
    sku = world.get("skus", line["item"] or "") if line["item_type"] == "skus" else None
    return line["item_type"] in SHIPPED and not (sku or {}).get("do_not_ship")


def _count(world: World, order: Record) -> None:
    """Count a placed order for its customer, who comes a step further with it (customers §9)."""
    id_ = order["customer"]
    customer = world.get("customers", id_)
    if customer is None:
        return
    total = customer["total_orders_count"] + 1
    step = max(customer["status"], "acquired" if total == 1 else "repeat", key=STEPS.index)
    world.change("customers", id_, {"status": step, "total_orders_count": total})
    if step != customer["status"]:
        world.fire("customers", id_, step)
