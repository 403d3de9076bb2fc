"""Orders (contract: neighbours.md §7).

What touches customers is real; the other triggers are accepted and do nothing.
"""

from __future__ import annotations

from typing import ClassVar

from mockserver.resources.amounts import money
from mockserver.resources.credentials import PASSWORD, sign_up
from mockserver.resources.customer_links import customer_email, customer_of_bearer, own_customer
from mockserver.resources.order_effects import (
    DELETABLE,
    country_of_address,
    customer_type,
    free_number,
    is_editable,
    market_in_scope,
    save_address,
    save_payment_source,
    sharing_token,
    terms_of_market,
    wallet,
)
from mockserver.resources.payment_sources import PAYMENT_SOURCES
from mockserver.resources.permits import OPEN_STATUSES, READABLE_STATUSES, Permit, own
from mockserver.resources.tagging import adding_tags, removing_tags, tag_limit, tags_relationship
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
    trigger,
)
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare


class Order(Resource):
    """A cart, and what becomes of it."""

    class Meta:
        """The type."""

        type_ = "orders"

    for_guests: ClassVar = Permit(
        "CRU",
        readable=Compare("status", "in", READABLE_STATUSES),
        writable=Compare("status", "in", OPEN_STATUSES),
    )
    for_customers: ClassVar = own("CRU")

    topics: ClassVar = (
        "create",
        "draft",
        "pending",
        "placing",
        "place",
        "approve",
        "cancel",
        "authorize",
        "void",
        "pay",
        "refund",
        "start_fulfilling",
        "cancel_fulfilling",
        "fulfill",
        "start_editing",
        "stop_editing",
        "rebuild_shipments",
        "create_subscriptions",
        "cancel_subscriptions",
        "tax_calculation_failed",
        "tagged",
        "destroy",
    )
    #: What the changes of its status are told as.
    always_told: ClassVar = ("draft", "pending", "placing", "place", "approve", "cancel")
    checks: ClassVar = (
        market_in_scope,
        customer_of_bearer,
        own_customer,
        terms_of_market,
        country_of_address,
        tag_limit,
    )

    number = attribute("string", "CURfs", unique=True, initial=free_number, prohibited=True)
    affiliate_code = attribute("string", "CURfs")
    autorefresh = attribute("boolean", "CUR", initial=True)
    place_async = attribute("boolean", "CURfs", initial=False)
    status = attribute(
        "string",
        "Rfs",
        initial="draft",
        enum=("draft", "pending", "editing", "placing", "placed", "approved", "cancelled"),
    )
    payment_status = attribute(
        "string",
        "Rfs",
        initial="unpaid",
        enum=(
            "unpaid",
            "authorized",
            "partially_authorized",
            "paid",
            "partially_paid",
            "voided",
            "partially_voided",
            "refunded",
            "partially_refunded",
            "free",
        ),
    )
    fulfillment_status = attribute(
        "string",
        "Rfs",
        initial="unfulfilled",
        enum=("unfulfilled", "in_progress", "fulfilled", "not_required"),
    )
    guest = attribute("boolean", "CURfs", initial=False)
    editable = attribute("boolean", "R", derive=is_editable)
    customer_email = customer_email("CURf")
    customer_password = attribute("string", "CU", effect=sign_up, rules=(PASSWORD,))
    customer_type = attribute("string", "R", derive=customer_type, enum=("new", "returning"))
    language_code = attribute("string", "CURfs", initial="en")
    currency_code = attribute("string", "Rfs")
    tax_included = attribute("boolean", "Rfs")
    tax_rate = attribute("float", "Rfs")
    freight_taxable = attribute("boolean", "CUR", initial=False)
    payment_method_taxable = attribute("boolean", "CUR", initial=False)
    adjustment_taxable = attribute("boolean", "CUR", initial=False)
    gift_card_taxable = attribute("boolean", "CUR", initial=False)
    requires_billing_info = attribute("boolean", "R", initial=False)
    country_code = attribute("string", "Rfs")
    shipping_country_code_lock = attribute("string", "CUR")
    coupon_code = attribute("string", "CURfs")
    gift_card_code = attribute("string", "CURfs")
    gift_card_or_coupon_code = attribute("string", "CUR")
    subtotal_amount = money("Rfs", initial=0)
    shipping_amount = money("Rfs", initial=0)
    payment_method_amount = money("Rfs", initial=0)
    discount_amount = money("Rfs", initial=0)
    adjustment_amount = money("Rfs", initial=0)
    gift_card_amount = money("Rfs", initial=0)
    total_tax_amount = money("Rfs", initial=0)
    subtotal_tax_amount = money("Rfs", initial=0)
    shipping_tax_amount = money("R", initial=0)
    payment_method_tax_amount = money("R", initial=0)
    adjustment_tax_amount = money("R", initial=0)
    total_amount = money("Rfs", initial=0)
    total_taxable_amount = money("R", initial=0)
    subtotal_taxable_amount = money("R", initial=0)
    shipping_taxable_amount = money("R", initial=0)
    payment_method_taxable_amount = money("R", initial=0)
    adjustment_taxable_amount = money("R", initial=0)
    total_amount_with_taxes = money("R", initial=0)
    fees_amount = money("Rfs", initial=0)
    duty_amount = money("Rfs", initial=0)
    place_total_amount = money("R", initial=0)
    skus_count = attribute("integer", "R", initial=0)
    line_item_options_count = attribute("integer", "R", initial=0)
    shipments_count = attribute("integer", "R", initial=0)
    tax_calculations_count = attribute("integer", "R", initial=0)
    validations_count = attribute("integer", "R", initial=0)
    errors_count = attribute("integer", "R", initial=0)
    # Typed clients read an object here, payment source or not.
    payment_source_details = attribute("object", "Rf", initial=lambda _: {})
    token = attribute("string", "Rf", initial=sharing_token)
    cart_url = attribute("string", "CUR")
    return_url = attribute("string", "CUR")
    terms_url = attribute("string", "CUR")
    privacy_url = attribute("string", "CUR")
    checkout_url = attribute("string", "R")
    _archive = trigger()
    _unarchive = trigger()
    _pending = trigger(prohibited=True)
    _place = trigger()
    _cancel = trigger()
    _approve = trigger(prohibited=True)
    _approve_and_capture = trigger(prohibited=True)
    _authorize = trigger()
    _authorization_amount_cents = attribute("integer", "U")
    _capture = trigger(prohibited=True)
    _refund = trigger(prohibited=True)
    _fulfill = trigger(prohibited=True)
    _update_taxes = trigger()
    _nullify_payment_source = trigger()
    _fix_payment_source = trigger(prohibited=True)
    _billing_address_clone_id = attribute("string", "U")
    _shipping_address_clone_id = attribute("string", "U")
    _customer_payment_source_id = attribute("string", "U")
    _shipping_address_same_as_billing = trigger()
    _billing_address_same_as_shipping = trigger()
    _commit_invoice = trigger()
    _refund_invoice = trigger()
    _save_payment_source_to_customer_wallet = trigger(save_payment_source)
    _save_shipping_address_to_customer_address_book = trigger(save_address("shipping_address"))
    _save_billing_address_to_customer_address_book = trigger(save_address("billing_address"))
    _refresh = trigger()
    _refresh_prices = trigger(prohibited=True)
    _validate = trigger()
    _create_subscriptions = trigger()
    _start_editing = trigger(prohibited=True)
    _stop_editing = trigger(prohibited=True)
    placed_at = attribute("datetime", "Rfs")
    approved_at = attribute("datetime", "Rfs")
    cancelled_at = attribute("datetime", "Rfs")
    payment_updated_at = attribute("datetime", "Rfs")
    fulfillment_updated_at = attribute("datetime", "Rfs")
    refreshed_at = attribute("datetime", "Rfs")
    archived_at = attribute("datetime", "Rfs")
    subscription_created_at = attribute("datetime", "Rfs")
    expires_at = attribute("datetime", "CURfs", prohibited=True)
    expiration_info = attribute("object", "CUR", prohibited=True)
    id = identifier()
    circuit_state = attribute("string", "Rfs", initial="closed")
    circuit_failure_count = attribute("integer", "Rfs", initial=0)
    _reset_circuit = trigger(prohibited=True)
    _add_tags = adding_tags()
    _remove_tags = removing_tags()
    created_at = moment()
    updated_at = moment()
    reference, reference_origin = references()
    metadata = metadata()

    market = to_one("markets", "CUfs", on_delete="restrict")
    customer = to_one("customers", "CUfs", on_delete="restrict")
    shipping_address = to_one("addresses", "CUf", on_delete="restrict")
    billing_address = to_one("addresses", "CUf", on_delete="restrict")
    store = to_one("stores", "CUfs")
    default_shipping_method = to_one("shipping_methods", virtual=True)
    default_payment_method = to_one("payment_methods", virtual=True)
    available_payment_methods = to_many("payment_methods", virtual=True)
    available_customer_payment_sources = to_many("customer_payment_sources", targets=wallet)
    available_free_skus = to_many("skus", virtual=True)
    available_free_bundles = to_many("bundles", virtual=True)
    payment_method = to_one("payment_methods", "CUf")
    payment_source = to_one(PAYMENT_SOURCES, "CUf")
    discount_engine_item = to_one("discount_engine_items", "f", inverse="order")
    line_items = to_many("line_items", "f", inverse="order")
    line_item_options = to_many("line_item_options", "f")
    stock_reservations = to_many("stock_reservations", "f", inverse="order")
    stock_line_items = to_many("stock_line_items", "f")
    stock_transfers = to_many("stock_transfers", "f")
    shipments = to_many("shipments", "f", inverse="order")
    payment_options = to_many("payment_options", "f", inverse="order")
    transactions = to_many(("authorizations", "voids", "captures", "refunds"), "f", inverse="order")
    authorizations = to_many("authorizations", "f", inverse="order")
    captures = to_many("captures", "f", inverse="order")
    voids = to_many("voids", "f", inverse="order")
    refunds = to_many("refunds", "f", inverse="order")
    returns = to_many("returns", "f", inverse="order")
    order_subscription = to_one("order_subscriptions", "f")
    order_subscriptions = to_many("order_subscriptions", "f", inverse="source_order")
    order_factories = to_many("order_factories", inverse="source_order")
    order_copies = to_many("order_copies", "f", inverse="source_order")
    recurring_order_copies = to_many("recurring_order_copies", "f", inverse="source_order")
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
