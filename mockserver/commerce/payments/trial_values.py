"""Test values: what a client sends where a gateway is to decline, or to take its time.

The words of commerce.md §13.3, and the cards, tokens and names that the gateways themselves
publish for their own sandboxes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.commerce.payments.answers import WAITING, Answer, declined
from mockserver.commerce.payments.ledger import AUTHORIZATIONS, CAPTURES, REFUNDS, VOIDS

#: The kind of transaction that is answered so.
Answers = Mapping[str, Answer]

CARD_DECLINED = declined("Your card was declined.", "card_declined", "generic_decline")
INSUFFICIENT_FUNDS = declined(
    "Your card has insufficient funds.", "card_declined", "insufficient_funds"
)
LOST = declined("Your card was declined.", "card_declined", "lost_card")
STOLEN = declined("Your card was declined.", "card_declined", "stolen_card")
TOO_OFTEN = declined("Your card was declined.", "card_declined", "card_velocity_exceeded")
FRAUDULENT = declined("Your card was declined.", "card_declined", "fraudulent")
CARD_EXPIRED = declined("Your card has expired.", "expired_card")
WRONG_CVC = declined("Your card's security code is incorrect.", "incorrect_cvc")
WRONG_NUMBER = declined("Your card number is incorrect.", "incorrect_number")
NOT_PROCESSED = declined(
    "An error occurred while processing your card. Try again in a little bit.", "processing_error"
)
#: The payer has to agree first: it has, once the gateway is looked at again.
AUTHENTICATION_REQUIRED = declined(
    "This transaction requires authentication.", "authentication_required"
)
CONSUMED = declined("Cannot use a payment method nonce more than once.", "93107")
GATEWAY_FRAUD = declined("Gateway Rejected: fraud", "gateway_rejected", "fraud")
DO_NOT_HONOR = declined("Do Not Honor", "2000")
PROCESSOR_FAILED = declined("Processor Network Unavailable - Try Again", "3000")
REFUND_FAILED = declined("The refund failed.", "refund_failed")
CAPTURE_FAILED = declined("The capture failed.", "capture_failed")
VOID_FAILED = declined("The authorization could not be voided.", "void_failed")


def at_first(answer: Answer) -> Answers:
    """Answer so when money is to be authorized."""
    return {AUTHORIZATIONS: answer}


#: Cards by number, as Stripe publishes them, and its names of them as payment methods and tokens.
STRIPE: Mapping[str, tuple[Answers, tuple[str, ...]]] = {
    "4000000000000002": (at_first(CARD_DECLINED), ("visa_chargeDeclined", "chargeDeclined")),
    "4000000000009995": (
        at_first(INSUFFICIENT_FUNDS),
        ("visa_chargeDeclinedInsufficientFunds", "chargeDeclinedInsufficientFunds"),
    ),
    "4000000000009987": (at_first(LOST), ("visa_chargeDeclinedLostCard",)),
    "4000000000009979": (at_first(STOLEN), ("visa_chargeDeclinedStolenCard",)),
    "4000000000006975": (at_first(TOO_OFTEN), ("visa_chargeDeclinedVelocityLimitExceeded",)),
    "4100000000000019": (at_first(FRAUDULENT), ("radarBlock", "chargeDeclinedFraudulent")),
    "4000000000000069": (at_first(CARD_EXPIRED), ("chargeDeclinedExpiredCard",)),
    "4000000000000127": (at_first(WRONG_CVC), ("chargeDeclinedIncorrectCvc",)),
    "4242424242424241": (at_first(WRONG_NUMBER), ()),
    "4000000000000119": (at_first(NOT_PROCESSED), ("chargeDeclinedProcessingError",)),
    "4000000000000341": (at_first(CARD_DECLINED), ("chargeCustomerFail",)),
    "4000000000003220": (at_first(AUTHENTICATION_REQUIRED), ("threeDSecure2Required",)),
    "4000002760003184": (at_first(AUTHENTICATION_REQUIRED), ("authenticationRequired",)),
    "4000002500003155": (at_first(AUTHENTICATION_REQUIRED), ("authenticationRequiredOnSetup",)),
    "4000000000007726": ({REFUNDS: WAITING}, ("pendingRefund",)),
    "4000000000005126": ({REFUNDS: REFUND_FAILED}, ("refundFail",)),
}
#: The nonces of Braintree.
BRAINTREE: Mapping[str, Answers] = {
    **{
        f"fake-processor-declined-{card}-nonce": at_first(DO_NOT_HONOR)
        for card in ("visa", "mastercard", "amex", "discover", "diners", "jcb", "maestro")
    },
    "fake-processor-failure-jcb-nonce": at_first(PROCESSOR_FAILED),
    "fake-gateway-rejected-fraud-nonce": at_first(GATEWAY_FRAUD),
    "fake-luhn-invalid-nonce": at_first(declined("Credit card number is invalid.", "81715")),
    "fake-consumed-nonce": at_first(CONSUMED),
}
#: The names of card holders at Adyen, with the number and the words of the refusal.
ADYEN: Mapping[str, tuple[str, str]] = {
    "DECLINED": ("2", "Refused"),
    "REFERRAL": ("3", "Referral"),
    "ERROR": ("4", "Acquirer Error"),
    "BLOCK_CARD": ("5", "Blocked Card"),
    "CARD_EXPIRED": ("6", "Expired Card"),
    "INVALID_AMOUNT": ("7", "Invalid Amount"),
    "INVALID_CARD_NUMBER": ("8", "Invalid Card Number"),
    "ISSUER_UNAVAILABLE": ("9", "Issuer Unavailable"),
    "NOT_SUPPORTED": ("10", "Not supported"),
    "NOT_3D_AUTHENTICATED": ("11", "3D Not Authenticated"),
    "NOT_ENOUGH_BALANCE": ("12", "Not enough balance"),
    "ACQUIRER_FRAUD": ("14", "Acquirer Fraud"),
    "CANCELLED": ("15", "Cancelled"),
    "SHOPPER_CANCELLED": ("16", "Shopper Cancelled"),
}
#: The keys under which a client of Adyen says such a name, or the number alone.
HOLDER, NUMBER = "holderName", "RequestedTestAcquirerResponseCode"

#: Whole values, wherever a client says them.
VALUES: Mapping[str, Answers] = {
    **{number: answers for number, (answers, _) in STRIPE.items()},
    **{
        f"{prefix}_{name}": answers
        for answers, names in STRIPE.values()
        for name in names
        for prefix in ("pm_card", "tok")
    },
    **BRAINTREE,
}
#: Values by the key they stand under.
KEYED: Mapping[tuple[str, str], Answers] = {
    **{(HOLDER, n): at_first(declined(said, no)) for n, (no, said) in ADYEN.items()},
    **{(NUMBER, no): at_first(declined(said, no)) for no, said in ADYEN.values()},
    (HOLDER, "PENDING"): at_first(WAITING),
    (NUMBER, "13"): at_first(WAITING),
    (HOLDER, "capture failed"): {CAPTURES: CAPTURE_FAILED},
    (HOLDER, "refund failed"): {REFUNDS: REFUND_FAILED},
}
EVERY = (AUTHORIZATIONS, CAPTURES, VOIDS, REFUNDS)
#: Parts of tokens, the more special ones first.
PARTS: Mapping[str, Answers] = {
    "decline-capture": {CAPTURES: CAPTURE_FAILED},
    "decline-void": {VOIDS: VOID_FAILED},
    "decline-refund": {REFUNDS: REFUND_FAILED},
    "fail": dict.fromkeys(EVERY, CARD_DECLINED),
    "async": dict.fromkeys(EVERY, WAITING),
}
#: What stands in a token that cannot be used any more: it is refused with its source.
EXPIRED = "expired"
#: The members that hold tokens.
TOKENS = frozenset(
    {
        *("payment_source_token", "token", "payment_method_nonce", "auth_token"),
        *("stripe_id", "paypal_payer_id", "payment_id", "payment_method"),
    }
)


def answer_of(sent: Any, kind: str) -> Answer | None:
    """Return how a gateway answers to what a client has sent; nothing of its own: ``None``."""
    for key, value in _texts("", sent):
        exact = KEYED.get((key, value)) or VALUES.get(value.replace(" ", ""))
        if exact is not None:
            return exact.get(kind)
        found = next((a for part, a in PARTS.items() if part in value and key in TOKENS), None)
        if found is not None:
            return found.get(kind)
    return None


def is_expired(sent: Any) -> bool:
    """Say whether a token that was sent says that it has expired."""
    return any(EXPIRED in value and key in TOKENS for key, value in _texts("", sent))


def _texts(key: str, value: Any) -> Iterator[tuple[str, str]]:
    """Yield every text in a value with the key it stands under; numbers as text."""
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _texts(str(name), inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(key, inner)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield key, str(value)
