"""Orders (contract: neighbours.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import customer_email
from mockserver.commerce.customers.registration import PASSWORD, sign_up
from mockserver.commerce.orders.amounts import AMOUNTS, currency_of_lines
from mockserver.commerce.orders.effects import (
    checkout_url,
    country_of_address,
    customer_type,
    free_number,
    guest_by_customer,
    is_editable,
    market_in_scope,
    sharing_token,
    terms_of_market,
)
from mockserver.commerce.orders.parts import PARTS, TERMS
from mockserver.commerce.orders.payments import method_of_source, tell_sources, wallet
from mockserver.commerce.orders.permits import FOR_CUSTOMERS, FOR_GUESTS
from mockserver.commerce.orders.placing import PLACING, pending_by_itself, place_later
from mockserver.commerce.orders.scoped_stores import store_in_scope
from mockserver.commerce.orders.states import DELETABLE, STAMPS, STATES, frozen_fields, stamp_moves
from mockserver.commerce.orders.triggers import TOPICS, TRIGGERS
from mockserver.commerce.payments.payment_choices import (
    available_payment_methods,
    default_payment_method,
)
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record


class Order(Resource, type_="orders"):
    """A cart, and what becomes of it."""

    for_guests: ClassVar = FOR_GUESTS
    for_customers: ClassVar = FOR_CUSTOMERS

    import_parent: ClassVar = "market"
    topics: ClassVar = TOPICS
    #: What the changes of its status are told as.
    always_told: ClassVar = ("draft", "pending", "placing", "place", "approve", "cancel")
    checks: ClassVar = (
        market_in_scope,
        store_in_scope,
        terms_of_market,
        country_of_address,
        guest_by_customer,
        method_of_source,
        tell_sources,
        frozen_fields,
        pending_by_itself,
        stamp_moves,
        currency_of_lines,
        tag_limit,
    )
    jobs: ClassVar = {PLACING: place_later}

    number = attribute("string", "CURfs", unique=True, initial=free_number, prohibited=True)
    affiliate_code = attribute("string", "CURfs", exported=False)
    autorefresh = attribute("boolean", "CUR", initial=True)
    place_async = attribute("boolean", "CURfs", initial=False)
    states = STATES
    guest = attribute("boolean", "CURfs", initial=False)
    editable = attribute("boolean", "R", derive=is_editable)
    customer_email = customer_email("CURf")
    customer_password = attribute("string", "CU", effect=sign_up, rules=(PASSWORD,))
    customer_type = attribute(
        "string", "R", derive_from=customer_type, enum=("new", "returning"), exported=False
    )
    terms = TERMS
    amounts = AMOUNTS
    # Typed clients read an object here, payment source or not.
    payment_source_details = attribute("object", "Rf", initial=lambda _: {})
    token = attribute("string", "Rf", initial=sharing_token, secret=True)
    cart_url = attribute("string", "CUR")
    return_url = attribute("string", "CUR")
    terms_url = attribute("string", "CUR")
    privacy_url = attribute("string", "CUR")
    checkout_url = attribute("string", "R", derive_from=checkout_url)
    triggers = TRIGGERS
    stamps = STAMPS
    expires_at = attribute("datetime", "CURfs", prohibited=True, exported=False)
    expiration_info = attribute("object", "CUR", prohibited=True, exported=False)
    base = base_attributes(circuit(), tagging())

    market = to_one("markets", "CUfs", on_delete="restrict")
    customer = to_one("customers", "CUfs", on_delete="restrict", owner=True)
    shipping_address = to_one("addresses", "CUf", on_delete="restrict")
    billing_address = to_one("addresses", "CUf", on_delete="restrict")
    store = to_one("stores", "CUfs")
    default_shipping_method = to_one("shipping_methods", virtual=True)
    default_payment_method = to_one("payment_methods", targets=default_payment_method)
    available_payment_methods = to_many("payment_methods", targets=available_payment_methods)
    available_customer_payment_sources = to_many("customer_payment_sources", targets=wallet)
    available_free_skus = to_many("skus", virtual=True)
    available_free_bundles = to_many("bundles", virtual=True)
    payment_method = to_one("payment_methods", "CUf")
    payment_source = to_one(PAYMENT_SOURCES, "CUf")
    parts = PARTS
    attachments = to_many("attachments", "f", inverse="attachable")
    notifications = to_many("notifications", "f", inverse="notifiable")
    links = to_many("links", "f", inverse="item")
    resource_errors = to_many("resource_errors", "f", inverse="resource")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()

    @staticmethod
    def deletable(record: Record) -> bool:
        """Say whether it is not placed yet; a placed order stays (neighbours §7)."""
        return record["status"] in DELETABLE
