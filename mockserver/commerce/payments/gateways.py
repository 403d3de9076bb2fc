"""Data of payment gateways: made up, but well formed, and the same in each run.

Only gateways of the merchant's own are called (commerce.md §17.5): nothing made up here leads to
a real one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from mockserver.commerce.payments.answers import Answer
from mockserver.commerce.payments.ledger import AUTHORIZATIONS
from mockserver.commerce.payments.transacting import sent_of
from mockserver.commerce.payments.trial_values import AUTHENTICATION_REQUIRED, answer_of
from mockserver.entropy import Entropy
from mockserver.schema.protocols import Change, Engine, Initial
from mockserver.storage.base import Record

#: Where a gateway's response is kept.
RESPONSE = "payment_response"
CARDS = ("visa", "mastercard", "amex")
#: How long made-up cards are good for, at most.
YEARS = 5


class GatewayAnswer:
    """The effect of a trigger, or of a member by which the payer agrees: fields that are told then.

    What is made up is made once; what is said plainly, a state, is said each time. A member that
    is data keeps what was sent.
    """

    def __init__(
        self,
        *,
        asks: bool = False,
        refuses: Callable[[Answer], Any] | None = None,
        **told: Any | Callable[[Change], Any],
    ) -> None:
        """Tell these fields.

        Args:
            asks: whether the gateway hears what the order costs by now.
            refuses: gives its response where a test value has it say no, or wait.
            **told: the fields.
        """
        self._asks = asks
        self._refuses = refuses
        self._told = told

    def __call__(self, change: Change, value: Any) -> None:
        """Fill the fields in; a blank value asks for nothing."""
        if not change.member.startswith("_"):
            change.record[change.member] = value
        if not value:
            return
        if self._asks:
            ask(change)
        if self._refuses and self._is_refused(change):
            return
        for name, told in self._told.items():
            if not callable(told):
                change.record[name] = told
            elif not change.record.get(name):
                change.record[name] = told(change)

    def _is_refused(self, change: Change) -> bool:
        """Note the response to a test value; one that was noted before is no answer to others."""
        record = change.record
        answer = answer_of(sent_of(change.engine, change.type_, record), AUTHORIZATIONS)
        is_refused = answer is not None and answer is not AUTHENTICATION_REQUIRED
        if is_refused or record.get("refused"):
            record[RESPONSE] = self._refuses(answer) if answer and self._refuses else {}
        record["refused"] = is_refused
        return is_refused


def ask(change: Change) -> None:
    """Note what the order costs: the amount the gateway has heard of."""
    change.record["asked_cents"] = cost(change.engine, change.record)


def cost(engine: Engine, source: Record) -> int | None:
    """Return the present cost of the order of a payment source."""
    id_ = source.get("order")
    return amount(engine.get("orders", id_) if id_ else None)


def amount(order: Record | None) -> int | None:
    """Return the amount to pay for an order, ``None`` without one."""
    return order.get("total_amount_with_taxes_cents") if order else None


# --- values --------------------------------------------------------------------------------------


def token(prefix: str = "", digits: int = 24) -> Initial:
    """Make a source of tokens: ``pi_`` and so many hexadecimal digits, for instance."""
    return lambda change: f"{prefix}{change.engine.entropy.hex(digits)}"


def uuid(change: Change) -> str:
    """Return an identifier in the form of a UUID."""
    return change.engine.entropy.uuid()


def account_key(prefix: str) -> Initial:
    """Make a source of a key of the merchant's account: one for all payments of a mode."""

    def key(change: Change) -> str:
        access = change.access
        own = Entropy(prefix, access.organization, access.mode)
        return f"{prefix}{access.mode}_{own.hex(32)}"

    return key


def card(change: Change) -> dict[str, Any]:
    """Return the payment instrument behind a payment by card."""
    entropy = change.engine.entropy
    year = int(change.engine.clock.timestamp()[:4])
    return {
        "issuer": "sandbox bank",
        "issuer_type": "credit-card",
        "card_type": entropy.choice(CARDS),
        "card_last_digits": f"{entropy.below(10_000):04d}",
        "card_expiry_month": f"{1 + entropy.below(12)}",
        "card_expiry_year": f"{year + 1 + entropy.below(YEARS)}",
    }


def account(issuer: str) -> Initial:
    """Make a source of the payment instrument behind a payment by an account somewhere."""
    return lambda _: {"issuer": issuer, "issuer_type": issuer}


def back_to(url: str | None, **parameters: str | None) -> str | None:
    """Return where the payer is sent: straight back to the client, as if it had agreed.

    Args:
        url: the client's own.
        parameters: what the gateway adds to it.
    """
    return f"{url}{'&' if '?' in url else '?'}{urlencode(parameters)}" if url else None
