"""The members that describe the token of the request, not the record (customers.md §12)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.schema.blocks import Block
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Target, View
from mockserver.schema.vocabulary import attribute, named, to_many, to_one
from mockserver.storage.base import Record


def custom_claim() -> Attribute:
    """Declare ``jwt_custom_claim``."""
    return attribute(
        "object", "R", derive_from=lambda _, view: view.access.custom_claim, exported=False
    )


def token_relationships() -> Block:
    """Declare the customer that owns the token, and the markets and stock locations in scope.

    Of the markets there are none for ``market:all``.
    """
    return named(
        jwt_customer=to_one("customers", targets=_customer, exported=False),
        jwt_markets=to_many("markets", targets=_markets, exported=False),
        jwt_stock_locations=to_many("stock_locations", targets=_stock_locations, exported=False),
    )


def _customer(_: Record, view: View) -> Sequence[Target]:
    id_ = view.access.customer_id
    return [("customers", id_)] if id_ else []


def _markets(_: Record, view: View) -> Sequence[Target]:
    return [("markets", id_) for id_ in view.access.market_ids or ()]


def _stock_locations(_: Record, view: View) -> Sequence[Target]:
    return [("stock_locations", id_) for id_ in view.access.stock_location_ids]
