"""Test values: what clients send where a gateway is to say no (commerce.md §13.3)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.commerce.payments.trial_values import answer_of, is_expired

AUTHORIZE, CAPTURE, VOID, REFUND = "authorizations", "captures", "voids", "refunds"

#: What is sent, for what, and the code of the refusal: ``None`` for a yes, ``""`` for a wait.
ANSWERS: list[tuple[Any, str, str | None]] = [
    ({"payment_source_token": "tok_1"}, AUTHORIZE, None),
    ({"payment_source_token": "tok_fail_1"}, AUTHORIZE, "card_declined"),
    ({"token": "fail"}, CAPTURE, "card_declined"),
    ({"payment_method_nonce": "nonce-async"}, AUTHORIZE, ""),
    ({"payment_method_nonce": "nonce-async"}, REFUND, ""),
    ({"token": "tok_decline-capture"}, AUTHORIZE, None),
    ({"token": "tok_decline-capture"}, CAPTURE, "capture_failed"),
    ({"token": "tok_decline-void"}, VOID, "void_failed"),
    ({"token": "tok_decline-refund"}, REFUND, "refund_failed"),
    # What is no token may say anything.
    ({"failure_url": "https://example.com/fail"}, AUTHORIZE, None),
    ({"options": {"description": "do not fail"}}, AUTHORIZE, None),
    # Stripe
    ({"options": {"payment_method": "pm_card_chargeDeclined"}}, AUTHORIZE, "card_declined"),
    ({"options": {"payment_method": "tok_chargeDeclinedExpiredCard"}}, AUTHORIZE, "expired_card"),
    ({"options": {"card": {"number": "4000000000000127"}}}, AUTHORIZE, "incorrect_cvc"),
    ({"options": {"card": {"number": 4000000000000119}}}, AUTHORIZE, "processing_error"),
    ({"options": {"payment_method": "pm_card_refundFail"}}, AUTHORIZE, None),
    ({"options": {"payment_method": "pm_card_refundFail"}}, REFUND, "refund_failed"),
    ({"options": {"payment_method": "pm_card_pendingRefund"}}, REFUND, ""),
    ({"options": {"payment_method": "pm_card_visa"}}, AUTHORIZE, None),
    # Braintree
    ({"payment_method_nonce": "fake-valid-nonce"}, AUTHORIZE, None),
    ({"payment_method_nonce": "fake-processor-declined-visa-nonce"}, AUTHORIZE, "2000"),
    ({"payment_method_nonce": "fake-processor-failure-jcb-nonce"}, AUTHORIZE, "3000"),
    ({"payment_method_nonce": "fake-consumed-nonce"}, AUTHORIZE, "93107"),
    # Adyen
    ({"payment_request_data": {"paymentMethod": {"holderName": "DECLINED"}}}, AUTHORIZE, "2"),
    ({"payment_request_data": {"holderName": "NOT_ENOUGH_BALANCE"}}, AUTHORIZE, "12"),
    ({"data": [{"RequestedTestAcquirerResponseCode": 6}]}, AUTHORIZE, "6"),
    ({"payment_request_data": {"holderName": "PENDING"}}, AUTHORIZE, ""),
    ({"payment_request_data": {"holderName": "refund failed"}}, REFUND, "refund_failed"),
    ({"payment_request_data": {"city": "DECLINED"}}, AUTHORIZE, None),
    ({"a": None, "b": True, "c": 1.5}, AUTHORIZE, None),
]


@pytest.mark.parametrize(("sent", "kind", "code"), ANSWERS)
def test_answers(sent: Any, kind: str, code: str | None) -> None:
    """What each brings about; all others are no business of the table."""
    answer = answer_of(sent, kind)

    if code is None:
        assert answer is None
    elif not code:
        assert answer is not None
        assert (answer.is_pending, answer.error_code, answer.is_declined) == (True, None, False)
    else:
        assert answer is not None
        assert (answer.succeeded, answer.error_code, answer.is_declined) == (False, code, True)
        assert answer.message


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"token": "tok_expired"}, True),
        ({"token": "tok_1"}, False),
        ({"reference": "expired"}, False),
        ({"token": "tok_chargeDeclinedExpiredCard"}, False),
    ],
)
def test_expired(*, sent: Any, expected: bool) -> None:
    """In a token alone."""
    assert is_expired(sent) is expected
