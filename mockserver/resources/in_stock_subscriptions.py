"""In-stock subscriptions (contract: catalogue.md §27)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class InStockSubscription(Resource, type_="in_stock_subscriptions"):
    """A customer's wish to hear when a SKU is back."""

    topics: ClassVar = ("create", "activate", "deactivate", "notify", "destroy")

    status = attribute("string", "Rfs", initial="active", enum=("active", "inactive", "notified"))
    customer_email = attribute("string", "CR", personal=False)
    sku_code = attribute("string", "CUR", personal=False)
    stock_threshold = attribute("integer", "CURfs", initial=1)
    _activate = trigger()
    _deactivate = trigger()
    base = base_attributes()

    market = to_one("markets", "CUfs", required=True, on_delete="cascade")
    customer = to_one("customers", "CUfs", required=True, on_delete="cascade")
    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
