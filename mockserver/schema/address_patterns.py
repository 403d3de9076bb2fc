"""Patterns that choose addresses: by country, state and postcode (catalogue.md §20)."""

from __future__ import annotations

from mockserver.schema.blocks import Block
from mockserver.schema.vocabulary import attribute, named

#: What of an address is looked at.
PARTS = ("country_code", "state_code", "zip_code")
#: What has to match, and what must not, of each part.
PATTERNS = tuple(name for part in PARTS for name in (f"{part}_regex", f"not_{part}_regex"))


def address_patterns() -> Block:
    """Declare six regular expressions: those of each part that must match, and must not."""
    return named(**{name: attribute("string", "CUR") for name in PATTERNS})
