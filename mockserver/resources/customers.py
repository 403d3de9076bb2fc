"""Customers (contract: customers.md)."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from mockserver.commerce.customers.anonymization import FAILURES, JOBS, cancel, request
from mockserver.commerce.customers.customer_links import EMAIL, normal_email
from mockserver.commerce.customers.erasure import free_email
from mockserver.commerce.customers.registration import PASSWORD, is_registered, set_password
from mockserver.schema.identities import IDENTITY, generated, identity
from mockserver.schema.permits import CLOSED, own
from mockserver.schema.personal import cleared, regenerated
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.token_members import custom_claim, token_relationships
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)


class Customer(Resource, type_="customers"):
    """Somebody who buys, known by email; a guest until there is a password."""

    for_guests: ClassVar = replace(CLOSED, actions="C", creates_others=True)
    for_customers: ClassVar = own("CRUD", "id", creates_others=True)

    topics: ClassVar = (
        "create",
        "acquired",
        "repeat",
        "create_password",
        "metadata_update",
        "tagged",
        "anonymization_started",
        "anonymization_completed",
        "anonymization_cancelled",
        "anonymization_failed",
        "destroy",
    )
    checks: ClassVar = (tag_limit,)
    jobs: ClassVar = JOBS
    failures: ClassVar = FAILURES

    email = attribute(
        "string",
        "CURfs",
        required=True,
        unique=True,
        normalise=normal_email,
        validate=EMAIL,
        personal=free_email,
        example="{}@example.com",
    )
    password = attribute(
        "string",
        "CU",
        effect=set_password,
        digest=True,
        personal=cleared,
        validate=PASSWORD,
        predicates=("present", "blank", "null", "not_null"),
        exported=False,
    )
    status = attribute("string", "Rfs", initial="prospect", enum=("prospect", "acquired", "repeat"))
    has_password = attribute("boolean", "R", derive=is_registered)
    total_orders_count = attribute("integer", "Rfs", initial=0)
    shopper_reference = attribute(
        "string",
        "CUR",
        effect=identity("shopper_reference"),
        initial=generated,
        validate=IDENTITY,
        personal=regenerated,
    )
    profile_id = attribute(
        "string",
        "CUR",
        effect=identity("profile_id"),
        initial=generated,
        validate=IDENTITY,
        personal=regenerated,
    )
    tax_exemption_code = attribute("string", "CUR", exported=False, personal=cleared)
    base = base_attributes(tagging(), personal=True, jwt_custom_claim=custom_claim())
    _request_anonymization = trigger(request, prohibited=True)
    _cancel_anonymization = trigger(cancel, prohibited=True)
    anonymization_info = attribute("object", "R", initial=lambda _: {})
    anonymization_status = attribute("string", "Rfs")

    customer_group = to_one("customer_groups", "CUfs", closed_to_sales_channels=True)
    customer_addresses = to_many("customer_addresses", "f", inverse="customer")
    customer_payment_sources = to_many("customer_payment_sources", "f", inverse="customer")
    customer_subscriptions = to_many("customer_subscriptions", "f", inverse="customer")
    orders = to_many("orders", inverse="customer")
    order_subscriptions = to_many("order_subscriptions", "f", inverse="customer")
    returns = to_many("returns", "f", inverse="customer")
    sku_lists = to_many("sku_lists", "f", inverse="customer")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    jwt = token_relationships()
    event_stores = event_stores()
