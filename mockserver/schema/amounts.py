"""Money: three attributes for each amount, of which the cents alone are stored.

conventions.md §3.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from mockserver.schema.blocks import Block
from mockserver.schema.currencies import CURRENCIES, Currency, currency
from mockserver.schema.members import Attribute
from mockserver.schema.validations import Inclusion
from mockserver.storage.base import Record

DEFAULT_CURRENCY = "EUR"
#: What ``currency_code`` has to be (commerce.md §2.2).
CURRENCY = Inclusion(frozenset(CURRENCIES))


def money(flags: str, **words: Any) -> Block:
    """Declare an amount: the cents with the flags given, the float and the formatted text.

    Args:
        flags: of ``CURfs``, for the cents.
        **words: as for ``attribute``.
    """
    return Amount(flags, words)


class Amount(Block):
    """``x_cents``, ``x_float`` and ``formatted_x``."""

    def __init__(self, flags: str, words: Mapping[str, Any]) -> None:
        """Declare an amount; see :func:`money`."""
        self._flags = flags
        self._words = words

    def members(self, name: str) -> Mapping[str, Any]:
        """Return the three attributes of the amount with this name."""
        cents = f"{name}_cents"
        return {
            cents: Attribute("integer", self._flags, **self._words),
            f"{name}_float": Attribute("float", "R", **self._words_of(amount, cents)),
            f"formatted_{name}": Attribute("string", "R", **self._words_of(formatted, cents)),
        }

    def _words_of(self, shown: Callable[[Record, str], Any], cents: str) -> Mapping[str, Any]:
        """Return how a member follows from the cents, which may themselves follow from others."""
        derive, derive_from = (self._words.get(word) for word in ("derive", "derive_from"))
        if derive_from:
            return {"derive_from": lambda r, view: shown({**r, cents: derive_from(r, view)}, cents)}
        if derive:
            return {"derive": lambda record: shown({**record, cents: derive(record)}, cents)}
        return {"derive": lambda record: shown(record, cents)}


def amount(record: Record, cents_name: str) -> float | None:
    """Return an amount in units of its currency."""
    cents = record.get(cents_name)
    return None if cents is None else _currency_of(record).amount(cents)


def formatted(record: Record, cents_name: str) -> str | None:
    """Return an amount as the vendor prints it: ``€10,00``, ``$34.80`` (commerce.md §2.2)."""
    cents = record.get(cents_name)
    return None if cents is None else _currency_of(record).formatted(cents)


def _currency_of(record: Record) -> Currency:
    return currency(record.get("currency_code") or DEFAULT_CURRENCY)
