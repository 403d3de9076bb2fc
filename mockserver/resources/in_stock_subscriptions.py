"""In-stock subscriptions (contract: catalogue.md §27)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import customer_email
from mockserver.commerce.stock.in_stock import ACTIVATE, DEACTIVATE
from mockserver.schema.codes import code_naming
from mockserver.schema.permits import GUESTS, Permit, in_scope, joined, own_by
from mockserver.schema.validations import AtLeast
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

    # Whoever has an email address can be signed up with it.
    for_guests: ClassVar = Permit("CRUD", readable=joined(in_scope, GUESTS), creates_others=True)
    for_customers: ClassVar = Permit("CRUD", readable=joined(in_scope, own_by()))

    uniques: ClassVar = (("customer", "market", "sku"),)
    topics: ClassVar = ("create", "activate", "deactivate", "notify", "destroy")

    status = attribute("string", "Rfs", initial="active", enum=("active", "inactive", "notified"))
    customer_email = customer_email("CR")
    sku_code = code_naming("skus", "sku")
    stock_threshold = attribute("integer", "CURfs", initial=1, validate=AtLeast(1))
    _activate = trigger(ACTIVATE)
    _deactivate = trigger(DEACTIVATE)
    base = base_attributes()

    market = to_one("markets", "CUfs", required=True, on_delete="cascade")
    customer = to_one("customers", "CUfs", required=True, on_delete="cascade", owner=True)
    sku = to_one("skus", "CUfs", required=True, on_delete="cascade")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
