"""Asks the service of an external promotion what it takes off (commerce.md §17.4)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine


class NoAnswerError(Exception):
    """The service has not answered, or said no."""


def ask(engine: Engine, cart: Cart, offer: Offer) -> Mapping[str, Any]:  # noqa: ARG001 - see below
    """Return the data of the service's answer.

    Raises:
        NoAnswerError: there is none.
    """
    raise NoAnswerError
