"""SKU options: which SKUs they are for (catalogue.md §4)."""

from __future__ import annotations

from mockserver.schema.patterns import compiled
from mockserver.schema.protocols import Target, View
from mockserver.storage.base import Record

OPTIONS = "sku_options"


def fits(option: Record, code: str | None) -> bool:
    """Say whether an option is for the SKU with a code."""
    if not option["sku_code_regex"]:
        return True
    pattern = compiled(option["sku_code_regex"])
    return pattern is not None and pattern.is_in(code or "")


def options_of(sku: Record, view: View) -> list[Target]:
    """Return the options that a SKU can be ordered with."""
    return [(OPTIONS, each["id"]) for each in view.every(OPTIONS) if fits(each, sku["code"])]
