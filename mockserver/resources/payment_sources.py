"""The types a payment source can have; they are many, and no type of their own."""

from __future__ import annotations

PAYMENT_SOURCES = (
    "adyen_payments",
    "axerve_payments",
    "braintree_payments",
    "checkout_com_payments",
    "external_payments",
    "klarna_payments",
    "paypal_payments",
    "satispay_payments",
    "stripe_payments",
    "wire_transfers",
)
