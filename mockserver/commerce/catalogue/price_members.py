"""Members of prices and price lists that rules have a say in (catalogue.md §7)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.commerce.catalogue.ruled_prices import (
    payload_of,
    ruled,
    rules_of,
    token_payload,
)
from mockserver.commerce.rules.price_rules import RuledPrice
from mockserver.schema.amounts import amount, formatted
from mockserver.schema.blocks import Block
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import DeriveFrom, View
from mockserver.schema.vocabulary import attribute, named
from mockserver.storage.base import Record

PRICES = "prices"


class RuledAmount(Block):
    """An amount of which records hold what was sent, and documents show what rules leave of it."""

    def __init__(self, flags: str, words: Mapping[str, Any]) -> None:
        """Declare it; the words are as for ``money``."""
        self._flags = flags
        self._words = words

    def members(self, name: str) -> Mapping[str, Any]:
        """Return the three attributes of the amount with this name."""
        cents = f"{name}_cents"

        def shown(print_: Callable[[Record, str], Any]) -> DeriveFrom:
            return lambda record, view: print_(under_rules(record, view), cents)

        return {
            cents: Attribute(
                "integer", self._flags, derive_from=shown(dict.get), stored=True, **self._words
            ),
            f"{name}_float": Attribute("float", "R", derive_from=shown(amount)),
            f"formatted_{name}": Attribute("string", "R", derive_from=shown(formatted)),
        }


def ruled_amount(flags: str, **words: Any) -> Block:
    """Declare an amount that rules have a say in."""
    return RuledAmount(flags, words)


def original_amount() -> Block:
    """Declare the amount as it was sent, before rules."""
    return named(
        original_amount_cents=attribute("integer", "R", derive=lambda r: r["amount_cents"]),
        formatted_original_amount=attribute(
            "string", "R", derive=lambda r: formatted(r, "amount_cents")
        ),
    )


def price_rules() -> Attribute:
    """Declare ``rules``."""
    example: dict[str, Any] = {"rules": []}
    return attribute("object", "CURf", initial=lambda _: {}, alone="written", example=example)


def under_rules(price: Record, view: View) -> Record:
    """Return a price with what rules leave of its amounts."""
    found = _ruled(price, view)
    return {**price, **found.amounts} if found else price


def outcomes(price: Record, view: View) -> list[dict[str, Any]]:
    """Return the outcome of each rule."""
    found = _ruled(price, view)
    return found.outcomes if found else []


def payload(price: Record, view: View) -> dict[str, Any]:
    """Return the payload of rules of a price."""
    sku = view.related(price, "sku", PRICES) or {}
    return {"price": payload_of(price, sku, token_payload(view.engine, view.access))}


def _ruled(price: Record, view: View) -> RuledPrice | None:
    rules = rules_of(view.related(price, "price_list", PRICES) or {}, price)
    if not rules:
        return None
    sku = view.related(price, "sku", PRICES) or {}
    return ruled(view.engine, rules, price, sku, token_payload(view.engine, view.access))
