"""Members that the kinds of order factories have in common (commerce.md §18)."""

from __future__ import annotations

from mockserver.commerce.copies.copying import COPIES, PENDING, RECURRING, STATUSES
from mockserver.schema.blocks import Block
from mockserver.schema.vocabulary import attribute, event_stores, kind, named, to_many, to_one


def copy_attributes() -> Block:
    """Declare what stands before the base."""
    return named(
        type=kind((COPIES, RECURRING)),
        status=attribute("string", "Rfs", initial=PENDING, enum=STATUSES),
        started_at=attribute("datetime", "Rfs"),
        completed_at=attribute("datetime", "Rfs"),
        failed_at=attribute("datetime", "Rfs"),
        errors_log=attribute("object", "R", initial=lambda _: {}),
        errors_count=attribute("integer", "Rfs", initial=0),
        place_target_order=attribute("boolean", "CR", initial=False),
        reuse_wallet=attribute("boolean", "CR", initial=False),
    )


def copy_relationships(*, of_family: bool = False) -> Block:
    """Declare the order that is copied, and the one that comes of it.

    Args:
        of_family: whether the declaration shows the records of its kinds, which settle themselves
            what becomes of them when an order goes.
    """
    return named(
        source_order=to_one(
            "orders", "Cf", required=True, on_delete="keep" if of_family else "cascade"
        ),
        target_order=to_one("orders", "f", on_delete="keep" if of_family else "set_null"),
        events=to_many("events", "f", inverse="resource"),
        event_stores=event_stores(),
    )
