"""How shipments go on (catalogue.md §23)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.shipping.contents import SHIPMENTS, TRANSFERS, is_open, transfers_of
from mockserver.commerce.shipping.fulfilment import settle_order
from mockserver.schema.protocols import Change, Effect, Engine
from mockserver.schema.transitions import Transition

#: The statuses of what has left; of that nothing is called off, and nothing deleted.
GONE = frozenset({"shipped", "delivered"})
#: The statuses of transfers that a shipment need not wait for any more.
SETTLED = frozenset({"draft", "completed", "cancelled"})


def _command_transfers(engine: Engine, shipment_id: str, trigger: str) -> None:
    """Give what is still to be brought for a shipment a command."""
    for transfer in filter(is_open, transfers_of(engine, shipment_id)):
        engine.change(TRANSFERS, transfer["id"], {trigger: True})


def _reserve_what_is_brought(change: Change, _: Any) -> None:
    """Have what is to be brought reserved, before it is told that the shipment is upcoming."""
    engine, id_ = change.engine, change.record["id"]
    change.after(lambda: _command_transfers(engine, id_, "_upcoming"))


def _has_everything(change: Change) -> bool:
    """Say whether what waits on hold has all that is to be brought; else it stays there."""
    if change.record["status"] != "on_hold":
        return True
    transfers = transfers_of(change.engine, change.record["id"])
    return all(transfer["status"] in SETTLED for transfer in transfers)


def _telling(event: str) -> Effect:
    """Return the effect that tells of a move, and then does what that means to the order."""

    def tell(change: Change, _: Any) -> None:
        engine, shipment = change.engine, change.record

        def told() -> None:
            engine.fire(SHIPMENTS, shipment["id"], event)
            settle_order(engine, shipment["order"])

        change.after(told)

    return tell


def _call_off(change: Change, value: Any) -> None:
    """Bring nothing more; what was taken, the stock line items give back."""
    engine, id_ = change.engine, change.record["id"]
    change.after(lambda: _command_transfers(engine, id_, "_cancel"))
    _telling("cancel")(change, value)


UPCOMING = Transition("upcoming", ("draft",), event="upcoming", then=_reserve_what_is_brought)
CANCEL = Transition(
    "cancelled",
    ("draft", "upcoming", "on_hold", "picking", "packing", "ready_to_ship"),
    then=_call_off,
)
ON_HOLD = Transition("on_hold", ("upcoming", "picking"), "on_hold_at", "on_hold")
PICKING = Transition(
    "picking",
    ("upcoming", "on_hold", "packing", "ready_to_ship"),
    "picking_at",
    "picking",
    guard=_has_everything,
)
PACKING = Transition("packing", ("picking",), "packing_at", "packing")
READY_TO_SHIP = Transition("ready_to_ship", ("packing",), "ready_to_ship_at", "ready_to_ship")
SHIP = Transition("shipped", ("ready_to_ship",), "shipped_at", then=_telling("ship"))
DELIVER = Transition("delivered", ("shipped",), "delivered_at", "deliver")
