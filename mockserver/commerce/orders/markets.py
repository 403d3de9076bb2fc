"""Values that an order takes from its market and store, and from the scope (neighbours.md §7)."""

from __future__ import annotations

from mockserver.access import Access
from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.stock.locations import locations_in_scope as of_token
from mockserver.errors import Refusal, violation
from mockserver.schema.amounts import DEFAULT_CURRENCY
from mockserver.schema.protocols import Change, Engine, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


def market_in_scope(change: Change) -> None:
    """Require a market, unless the token has exactly one in scope: then it is that one."""
    if change.record.get("market"):
        return
    in_scope = change.access.market_ids or ()
    if change.before is None and len(in_scope) == 1:
        change.record["market"] = in_scope[0]
    else:
        change.invalid("market", "blank")


def market_is_enabled(change: Change) -> None:
    """Refuse to let tokens of a disabled market write its orders (catalogue.md §2)."""
    if _is_closed_to(change.access, change.engine, change.record.get("market")):
        change.invalid("market", "disabled")


def market_of_line_is_enabled(change: Change) -> None:
    """Refuse to let tokens of a disabled market write lines of its orders."""
    order = change.engine.get("orders", change.record["order"]) or {}
    if _is_closed_to(change.access, change.engine, order.get("market")):
        raise Refusal([violation("market", "disabled", relationship=True)])


def _is_closed_to(access: Access, engine: Engine, market_id: str | None) -> bool:
    if market_id not in (access.market_ids or ()):
        return False
    market = engine.get("markets", market_id) or {}
    return market.get("disabled_at") is not None


def store_in_scope(change: Change) -> None:
    """Give a new order the store that is in scope, when there is exactly one (neighbours.md §7)."""
    named = change.access.stores
    if change.before is not None or change.record.get("store") or len(named) != 1:
        return
    field, value = named[0]
    found = change.engine.find("stores", Compare(field, "eq", value))
    change.record["store"] = found[0]["id"] if found else None


def locations_in_scope(change: Change) -> None:
    """Limit the order to the stock locations in scope of whoever writes it last.

    Who places or approves it later has another token, and takes nothing from elsewhere.
    """
    limited = of_token(change.engine, change.access)
    if limited:
        change.record["stock_locations"] = limited


def terms_of_market(change: Change) -> None:
    """Take currency and tax inclusion from the price list of the market, when that is new."""
    market_id = change.record.get("market")
    if change.before and change.before.get("market") == market_id:
        return
    price_list = price_list_of(change.engine, market_id)
    change.record["currency_code"] = price_list.get("currency_code") or DEFAULT_CURRENCY
    change.record["tax_included"] = price_list.get("tax_included", True)


def checkout_url(record: Record, view: View) -> str | None:
    """Return where the order is checked out: below the URL of its market, if that has one."""
    market = view.related(record, "market", "orders") or {}
    own = market.get("checkout_url")
    return f"{own.rstrip('/')}/{record['id']}" if own else None
