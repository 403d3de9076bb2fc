"""Inventory models: which stock a market sells from; not served, only named."""

from __future__ import annotations

from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.vocabulary import internal


class InventoryModel(ServiceRecord, type_="inventory_models"):
    """The stock locations of a market, in order."""

    name = internal("string")
