"""SKU lists (contract: neighbours.md §13)."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, ClassVar

from mockserver.resources.behaviour import Change
from mockserver.resources.permits import SINGLE
from mockserver.resources.vocabulary import (
    Resource,
    attribute,
    event_stores,
    identifier,
    metadata,
    moment,
    references,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


def slug(change: Change) -> str:
    """Return the name in kebab case; links keep working when the name changes later."""
    plain = unicodedata.normalize("NFKD", change.record.get("name") or "")
    words = re.findall(r"[a-z0-9]+", plain.encode("ascii", "ignore").decode().lower())
    return "-".join(words)


def _automatic(record: Record, _: Any) -> bool:
    return not record.get("manual")


class SkuList(Resource):
    """A list of SKUs, by hand or by a regular expression; perhaps a customer's own."""

    class Meta:
        """The type."""

        type_ = "sku_lists"

    for_guests: ClassVar = SINGLE

    name = attribute("string", "CURfs", required=True)
    slug = attribute("string", "Rfs", initial=slug)
    description = attribute("string", "CURf")
    image_url = attribute("string", "CURf")
    manual = attribute("boolean", "CURfs", initial=True)
    sku_code_regex = attribute("string", "CUR", required=_automatic)
    id = identifier()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    customer = to_one("customers", "CUfs")
    skus = to_many("skus", virtual=True)
    sku_list_items = to_many("sku_list_items", "f", inverse="sku_list")
    bundles = to_many("bundles", inverse="sku_list")
    attachments = to_many("attachments", "f", inverse="attachable")
    links = to_many("links", "f", inverse="item")
    event_stores = event_stores()
