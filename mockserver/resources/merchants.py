"""Merchants: who sells in a market; not served, only named."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.vocabulary import internal


class Merchant(ServiceRecord, type_="merchants"):
    """Who sells."""

    name = internal("string")
