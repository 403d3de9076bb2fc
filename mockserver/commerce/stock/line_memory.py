"""Pieces of line items that are in stock again, cancelled or returned (catalogue.md §26).

Of each SKU of a line no more can come back than the line is of; whoever resets that memory can
have more of it returned.
"""

from __future__ import annotations

from mockserver.commerce.catalogue.line_pieces import pieces_of
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

LINES, RETURNED = "line_items", "return_line_items"


def note_back(engine: Engine, line_id: str | None, sku_id: str | None, pieces: int) -> None:
    """Remember that pieces of a SKU of a line are in stock again."""
    line = engine.get(LINES, line_id)
    if line and sku_id:
        back = dict(line.get("restocked") or {})
        back[sku_id] = back.get(sku_id, 0) + pieces
        engine.rewrite(LINES, line["id"], {"restocked": back})


def still_out(engine: Engine, line: Record) -> dict[str, int]:
    """Return how many pieces of each tracked SKU of a line can still come back."""
    out: dict[str, int] = {}
    for piece in pieces_of(engine, [line]):
        if not piece.sku["do_not_track"]:
            out[piece.sku["id"]] = out.get(piece.sku["id"], 0) + piece.quantity
    back = line.get("restocked") or {}
    return {sku: max(0, pieces - back.get(sku, 0)) for sku, pieces in out.items()}


def reset_restocked(change: Change, asked: bool) -> None:  # noqa: FBT001 - an effect's value
    """Forget what of a line has come back: it can be returned once more."""
    if not asked:
        return
    own = Compare("line_item", "eq", change.record["id"])
    returned = (each for each in change.engine.find(RETURNED, own) if each["restocked_at"])
    forgotten = sum(each["quantity"] for each in returned)
    change.record.update(restocked=None, returns_forgotten=forgotten)
