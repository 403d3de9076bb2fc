"""Stock reservations (contract: catalogue.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.stock.reservations import (
    EXPIRE,
    KEEP,
    details_of_reservation,
    end,
    end_draft,
    expire,
    expires_at,
    pieces_are_free,
    settle_reservation,
    within_what_is_free,
)
from mockserver.schema.permits import INCLUDED
from mockserver.schema.validations import MoreThan
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_one,
    trigger,
)


class StockReservation(Resource, type_="stock_reservations"):
    """Units of a stock item that are kept for somebody."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    checks: ClassVar = (details_of_reservation, within_what_is_free, settle_reservation)
    jobs: ClassVar = {EXPIRE: expire}
    due: ClassVar = {EXPIRE: expires_at}
    follows: ClassVar = {"order": {"place": end_draft, "stop_editing": end_draft, "cancel": end}}

    status = attribute("string", "Rfs", initial="draft", enum=("draft", "pending"))
    quantity = attribute("integer", "CURfs", required=True, validate=MoreThan(0))
    expires_at = attribute("datetime", "Rfs")
    _pending = trigger(KEEP)
    base = base_attributes()

    line_item = to_one("line_items", "fs", on_delete="cascade")
    order = to_one("orders", "f", on_delete="cascade")
    stock_line_item = to_one("stock_line_items", "fs", on_delete="cascade")
    stock_transfer = to_one("stock_transfers", "fs", on_delete="cascade")
    stock_item = to_one("stock_items", "Cfs", required=True, on_delete="restrict")
    reserved_stock = to_one("reserved_stocks", "fs")
    sku = to_one("skus", "f", on_delete="restrict")
    event_stores = event_stores()

    removed = staticmethod(pieces_are_free)
