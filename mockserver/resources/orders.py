"""Orders (contract: neighbours.md §7)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import customer_email
from mockserver.commerce.customers.geocoding import locate_addresses_of_order
from mockserver.commerce.customers.registration import PASSWORD, sign_up
from mockserver.commerce.gift_cards.orders import code_means_a_card, follow_order
from mockserver.commerce.orders import commands, states
from mockserver.commerce.orders.addresses import (
    clone_address,
    country_of_address,
    same_address,
    save_address,
)
from mockserver.commerce.orders.codes import code_of_either, shown_code
from mockserver.commerce.orders.customers import customer_type, guest_by_customer
from mockserver.commerce.orders.markets import (
    checkout_url,
    locations_in_scope,
    market_in_scope,
    market_is_enabled,
    store_in_scope,
    terms_of_market,
)
from mockserver.commerce.orders.numbers import free_number, sharing_token
from mockserver.commerce.orders.payments import (
    method_of_source,
    nullify_payment_source,
    pay_from_wallet,
    save_payment_source,
    tell_sources,
    wallet,
)
from mockserver.commerce.orders.permits import FOR_CUSTOMERS, FOR_GUESTS
from mockserver.commerce.orders.placing import PLACING, pending_by_itself, place, place_later
from mockserver.commerce.orders.progress import settle_payment
from mockserver.commerce.orders.refreshing import keep_up_to_date
from mockserver.commerce.orders.requirements import billing_info_is_required
from mockserver.commerce.orders.subscriptions import create_subscriptions
from mockserver.commerce.orders.topics import TOPICS
from mockserver.commerce.orders.validation import validate
from mockserver.commerce.payments.payment_choices import (
    available_payment_methods,
    default_payment_method,
)
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.commerce.payments.transaction_members import KINDS
from mockserver.commerce.promotions.free_gifts import (
    available_free_bundles,
    available_free_skus,
)
from mockserver.commerce.promotions.order_codes import code_means_a_coupon
from mockserver.commerce.promotions.usage import follow_uses
from mockserver.commerce.shipping.choosing import default_method
from mockserver.commerce.shipping.fulfilment import ship_when_placed
from mockserver.commerce.taxes.declared import invoice
from mockserver.commerce.taxes.terms import note_own_switches
from mockserver.schema.amounts import money
from mockserver.schema.circuit_breakers import circuit
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import Each
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    internal,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.base import Record


class Order(Resource, type_="orders"):
    """A cart, and what becomes of it."""

    for_guests: ClassVar = FOR_GUESTS
    for_customers: ClassVar = FOR_CUSTOMERS

    import_parent: ClassVar = "market"
    sample: ClassVar = ("market",)
    topics: ClassVar = TOPICS
    #: What the changes of its status are told as.
    always_told: ClassVar = ("draft", "pending", "placing", "place", "approve", "cancel")
    checks: ClassVar = (
        market_in_scope,
        market_is_enabled,
        store_in_scope,
        locations_in_scope,
        terms_of_market,
        country_of_address,
        locate_addresses_of_order,
        guest_by_customer,
        method_of_source,
        states.frozen_fields,
        pending_by_itself,
        tag_limit,
        note_own_switches,
        code_means_a_card,
        code_means_a_coupon,
        keep_up_to_date,
        settle_payment,
    )
    last_checks: ClassVar = (ship_when_placed, follow_order, follow_uses, tell_sources)
    jobs: ClassVar = {PLACING: place_later}

    number = attribute(
        "string", "CURfs", unique=True, initial=free_number, prohibited=True, personal=False
    )
    affiliate_code = attribute("string", "CURfs", exported=False, personal=False)
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
    editable = attribute("boolean", "R", derive_from=states.is_editable)
    customer_email = customer_email("CURf")
    customer_password = attribute("string", "CU", effect=sign_up, validate=PASSWORD)
    customer_type = attribute(
        "string", "R", derive_from=customer_type, enum=("new", "returning"), exported=False
    )
    language_code = attribute("string", "CURfs", initial="en", personal=False)
    currency_code = attribute("string", "Rfs")
    tax_included = attribute("boolean", "Rfs")
    tax_rate = attribute("float", "Rfs")
    freight_taxable = attribute("boolean", "CUR")
    payment_method_taxable = attribute("boolean", "CUR")
    adjustment_taxable = attribute("boolean", "CUR")
    gift_card_taxable = attribute("boolean", "CUR")
    requires_billing_info = attribute("boolean", "R", derive_from=billing_info_is_required)
    country_code = attribute("string", "Rfs")
    shipping_country_code_lock = attribute("string", "CUR", personal=False)
    coupon_code = attribute("string", "CURfs", personal=False)
    gift_card_code = attribute("string", "CURfs", personal=False)
    gift_card_or_coupon_code = attribute(
        "string",
        "CUR",
        effect=code_of_either,
        derive=shown_code,
        personal=False,
        deprecated=True,
    )
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
    duty_amount = money("Rfs")
    # None before there is one (commerce.md §3.3).
    place_total_amount = money("R")
    skus_count = attribute("integer", "R", initial=0)
    line_item_options_count = attribute("integer", "R", initial=0)
    shipments_count = attribute("integer", "R", initial=0)
    tax_calculations_count = attribute("integer", "R", initial=0)
    validations_count = attribute("integer", "R", initial=0)
    errors_count = attribute("integer", "R", initial=0)
    # Typed clients read an object here, payment source or not.
    payment_source_details = attribute("object", "Rf", initial=lambda _: {})
    token = attribute("string", "Rf", initial=sharing_token, secret=True)
    cart_url = attribute("string", "CUR", personal=False)
    return_url = attribute("string", "CUR", personal=False)
    terms_url = attribute("string", "CUR", personal=False)
    privacy_url = attribute("string", "CUR", personal=False)
    checkout_url = attribute("string", "R", derive_from=checkout_url)
    # Those without an effect ask for a run alone.
    _archive = trigger(commands.ARCHIVE)
    _unarchive = trigger(commands.UNARCHIVE)
    _pending = trigger(commands.PENDING, prohibited=True)
    # Of a request that places and approves, both are done, in this order.
    _place = trigger(place, late=True)
    _cancel = trigger(commands.CANCEL, late=True)
    _approve = trigger(commands.APPROVE, prohibited=True, late=True)
    _approve_and_capture = trigger(commands.APPROVE_AND_CAPTURE, prohibited=True, late=True)
    _authorize = trigger(commands.AUTHORIZE, late=True)
    _authorization_amount_cents = attribute("integer", "U")
    _capture = trigger(commands.CAPTURE, prohibited=True, late=True)
    _refund = trigger(commands.REFUND, prohibited=True, late=True)
    _fulfill = trigger(commands.FULFILL, prohibited=True, late=True)
    _update_taxes = trigger()
    _nullify_payment_source = trigger(nullify_payment_source)
    _fix_payment_source = trigger(commands.fix_payment_source, prohibited=True, late=True)
    _billing_address_clone_id = attribute(
        "string", "U", effect=clone_address("billing_address"), names="addresses"
    )
    _shipping_address_clone_id = attribute(
        "string", "U", effect=clone_address("shipping_address"), names="addresses"
    )
    _customer_payment_source_id = attribute(
        "string", "U", effect=pay_from_wallet, names="customer_payment_sources"
    )
    _shipping_address_same_as_billing = trigger(same_address("shipping_address", "billing_address"))
    _billing_address_same_as_shipping = trigger(same_address("billing_address", "shipping_address"))
    _commit_invoice = trigger(invoice("invoice_committed"))
    _refund_invoice = trigger(invoice("invoice_refunded"))
    _save_payment_source_to_customer_wallet = trigger(save_payment_source)
    _save_shipping_address_to_customer_address_book = trigger(save_address("shipping_address"))
    _save_billing_address_to_customer_address_book = trigger(save_address("billing_address"))
    _refresh = trigger()
    _refresh_prices = trigger(prohibited=True)
    _validate = trigger(validate, late=True)
    # Made of what is placed, perhaps by the same request.
    _create_subscriptions = trigger(create_subscriptions, late=True)
    _start_editing = trigger(commands.START_EDITING, prohibited=True)
    _stop_editing = trigger(commands.STOP_EDITING, prohibited=True, late=True)
    placed_at = attribute("datetime", "Rfs")
    approved_at = attribute("datetime", "Rfs")
    cancelled_at = attribute("datetime", "Rfs")
    payment_updated_at = attribute("datetime", "Rfs")
    fulfillment_updated_at = attribute("datetime", "Rfs")
    refreshed_at = attribute("datetime", "Rfs", exported=False)
    archived_at = attribute("datetime", "Rfs")
    subscription_created_at = attribute("datetime", "Rfs")
    expires_at = attribute("datetime", "CURfs", prohibited=True, exported=False)
    expiration_info = attribute("object", "CUR", prohibited=True, exported=False, personal=False)
    base = base_attributes(circuit(), tagging())

    market = to_one("markets", "CUfs", on_delete="restrict")
    customer = to_one("customers", "CUfs", on_delete="restrict", owner=True)
    shipping_address = to_one("addresses", "CUf", on_delete="restrict", personal=True)
    billing_address = to_one("addresses", "CUf", on_delete="restrict", personal=True)
    store = to_one("stores", "CUfs", on_delete="restrict")
    default_shipping_method = to_one("shipping_methods", targets=default_method)
    default_payment_method = to_one("payment_methods", targets=default_payment_method)
    available_payment_methods = to_many("payment_methods", targets=available_payment_methods)
    available_customer_payment_sources = to_many("customer_payment_sources", targets=wallet)
    available_free_skus = to_many("skus", targets=available_free_skus)
    available_free_bundles = to_many("bundles", targets=available_free_bundles)
    payment_method = to_one("payment_methods", "CUf")
    payment_source = to_one(PAYMENT_SOURCES, "CUf")
    discount_engine_item = to_one("discount_engine_items", "f", inverse="order")
    line_items = to_many("line_items", "f", inverse="order")
    line_item_options = to_many("line_item_options", "f", inverse="order")
    stock_reservations = to_many("stock_reservations", "f", inverse="order")
    stock_line_items = to_many("stock_line_items", "f", inverse="order")
    stock_transfers = to_many("stock_transfers", "f", inverse="order")
    shipments = to_many("shipments", "f", inverse="order")
    payment_options = to_many("payment_options", "f", inverse="order")
    transactions = to_many(KINDS, "f", inverse="order")
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
    #: What its shipments were last built of, and when; the highest number that one has had.
    built_from = internal("string")
    built_at = internal("datetime")
    shipments_numbered = internal("integer")
    #: What the tokens that it was written with are limited to.
    stock_locations = internal("array", validate=Each(str))
    #: The switches of taxes that requests have set, and no rule changes.
    own_tax_switches = internal("array", validate=Each(str))
    #: What it was placed with, while it is edited: promotions and coupons.
    uses_counted = internal("array", validate=Each(str))
    #: The gift card that the placed order has taken from.
    gift_card_taken_from = internal("string", references=("gift_cards",))
    #: The promotions with free gifts that matched in the last run.
    gift_promotions = internal("array", validate=Each(str))
    #: The discounts that a copy has of its source, until it is edited.
    frozen_discounts = internal("object")

    @staticmethod
    def deletable(record: Record) -> bool:
        """Say whether it is not placed yet; a placed order stays (neighbours.md §7)."""
        return record["status"] in states.DELETABLE
