"""When an order is reckoned anew: what sets a run off, what holds it back (commerce.md §3.1)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.orders import refresh
from mockserver.commerce.orders.states import is_open
from mockserver.commerce.promotions.frozen import thaw
from mockserver.commerce.stock.cart_checks import has_gone
from mockserver.commerce.totals.cart import GENERATED
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Not, both

#: The commands that ask for a run, also of an order that does not refresh by itself.
ASKED = ("_refresh", "_refresh_prices", "_update_taxes")


def keep_up_to_date(change: Change) -> None:
    """Reckon an order anew when something of it has changed, as the last of its checks."""
    if change.before is None:
        change.after(lambda: _begin(change))
    elif _is_due(change) and not change.is_refused:
        thaw(change.record)
        bring_up_to_date(change)


def bring_up_to_date(change: Change, *, is_placed: bool = False) -> None:
    """Reckon an order that is about to be stored; it is done once for a change.

    Args:
        change: of the order.
        is_placed: whether it is being placed: what it is to take has to be there then.
    """
    priced_for = change.access if change.sent.get("_refresh_prices") else None
    # The service's own wish for a run is no wish to have shipments built anew.
    refreshes = bool(change.sent.get("_refresh")) and not change.access.is_service
    rebuilds = refreshes or (is_placed and has_gone(change.engine, change.record["id"]))
    refresh.run(
        change.engine, change.record, priced_for=priced_for, rebuilds=rebuilds, at_once=is_placed
    )


def order_changed(engine: Engine, order_id: str | None, **values: Any) -> None:
    """Reckon an order anew: something that belongs to it is another, or gone.

    Args:
        engine: the records around.
        order_id: the order; of none, nothing is done.
        **values: what else becomes of it.
    """
    order = engine.get("orders", order_id)
    if order is None or refresh.is_running(order["id"]):
        return
    engine.change("orders", order["id"], {**values, **_command(engine, order)})


def _begin(change: Change) -> None:
    """Reckon a new order that something is to pay for already: it has no goods yet."""
    id_ = change.record["id"]
    if change.record.get("payment_method"):
        order_changed(change.engine, id_)
        change.record.update(change.engine.get("orders", id_) or {})


def _is_due(change: Change) -> bool:
    if not is_open(change.record) or refresh.is_running(change.record["id"]):
        return False
    if any(change.sent.get(name) for name in ASKED):
        return True
    return bool(change.record["autorefresh"]) and change.record != change.before


def _command(engine: Engine, order: Record) -> Record:
    """Return the command that an order is given when something has happened to it."""
    if not is_open(order) or not order["autorefresh"]:
        return {}
    return {"autorefresh": False} if _is_too_long(engine, order) else {"_refresh": True}


def _is_too_long(engine: Engine, order: Record) -> bool:
    """Say whether an order has more lines than the organization has reckoned by itself.

    Those count that somebody has put there, not what the order makes of them.
    """
    limit: int = engine.setting(f"orders_autorefresh_cutoff_{engine.mode}")
    made = Not(Compare("item_type", "in", GENERATED))
    return 0 < limit < engine.count("line_items", both(Compare("order", "eq", order["id"]), made))
