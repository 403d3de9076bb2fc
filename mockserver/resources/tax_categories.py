"""Tax categories (contract: commerce.md §10.4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.taxes.declared import of_an_account
from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.codes import code_naming
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class TaxCategory(Resource, type_="tax_categories"):
    """A SKU's code in the categories of a tax calculator."""

    checks: ClassVar = (of_an_account,)
    uniques: ClassVar = (("tax_calculator", "sku"),)
    import_key: ClassVar = ("code", "tax_calculator")

    code = attribute("string", "CURfs", required=True)
    sku_code = code_naming("skus", "sku")
    base = base_attributes()

    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    tax_calculator = to_one(
        KINDS,
        "Cf",
        required=True,
        on_delete="cascade",
    )
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
