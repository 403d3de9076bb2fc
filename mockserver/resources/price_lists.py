"""Price lists: the currency of a market and its taxes; not served, only named."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.vocabulary import internal


class PriceList(ServiceRecord, type_="price_lists"):
    """The prices of one currency."""

    name = internal("string")
    code = internal("string")
    currency_code = internal("string")
    tax_included = internal("boolean")
