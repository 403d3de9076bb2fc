"""SKU lists (contract: neighbours.md §13)."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any, ClassVar

from mockserver.schema.permits import GUESTS, Permit, own_or_nobodys
from mockserver.schema.protocols import Change, View
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import SERIAL, Record

if TYPE_CHECKING:
    from mockserver.automata import Automaton


def slug(change: Change) -> str:
    """Return the name in kebab case; links keep working when the name changes later."""
    plain = unicodedata.normalize("NFKD", change.record.get("name") or "")
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    return "-".join(words)


def _automatic(record: Record, _: Any) -> bool:
    return not record.get("manual")


def usable_regex(change: Change) -> None:
    """Check a new regular expression: its length, by the organization's limit, and its syntax."""
    regex, limit = (
        change.record.get("sku_code_regex"),
        change.engine.setting("api_max_regex_length"),
    )
    if not regex or regex == (change.before or {}).get("sku_code_regex"):
        return
    if len(regex) > limit:
        change.invalid("sku_code_regex", "too_long", count=limit)
    elif _pattern(regex) is None:
        change.invalid("sku_code_regex", "invalid", value=regex)


def _pattern(text: str) -> Automaton | None:
    """Return what finds an expression, ``None`` if it is none."""
    from mockserver.commerce.catalogue.sku_patterns import pattern  # noqa: PLC0415 - as above
    from mockserver.expressions import PatternError  # noqa: PLC0415 - slow, seldom needed

    try:
        return pattern(text)
    except PatternError:
        return None


def members(record: Record, view: View) -> list[tuple[str, str]]:
    """Return the SKUs of a list: by position, or those whose codes match."""
    if record.get("manual"):
        items = view.pointing_at(record, "sku_list_items", "sku_list")
        items = sorted(items, key=lambda item: (item["position"] or 0, item[SERIAL]))
        return [("skus", item["sku"]) for item in items]
    regex = record.get("sku_code_regex")
    chosen = _pattern(regex) if regex else None
    if chosen is None:
        # An expression of before there were rules chooses nothing.
        return []
    return [("skus", sku["id"]) for sku in view.every("skus") if chosen.is_in(sku["code"])]


class SkuList(Resource, type_="sku_lists"):
    """A list of SKUs, by hand or by a regular expression; perhaps a customer's own."""

    for_guests: ClassVar = Permit("CRUD", readable=GUESTS)
    for_customers: ClassVar = Permit("CRUD", readable=own_or_nobodys)

    checks: ClassVar = (usable_regex,)

    name = attribute("string", "CURfs", required=True, personal=False)
    slug = attribute("string", "Rfs", initial=slug)
    description = attribute("string", "CURf", personal=False)
    image_url = attribute("string", "CURf", personal=False)
    manual = attribute("boolean", "CURfs", initial=True)
    sku_code_regex = attribute("string", "CUR", required=_automatic, personal=False)
    base = base_attributes()

    customer = to_one("customers", "CUfs", owner=True)
    skus = to_many("skus", targets=members)
    sku_list_items = to_many("sku_list_items", "f", inverse="sku_list")
    bundles = to_many("bundles", inverse="sku_list")
    attachments = to_many("attachments", "f", inverse="attachable")
    links = to_many("links", "f", inverse="item")
    event_stores = event_stores()
