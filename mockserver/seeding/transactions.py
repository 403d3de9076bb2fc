"""Transactions of seeded orders: what was authorized, captured, or let go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.payments.answers import SUCCESS
from mockserver.commerce.payments.payment_sources import method_type
from mockserver.entropy import Entropy
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.storage.base import Record

DUE = "total_amount_with_taxes_cents"
#: Hexadecimal digits of what a gateway calls a transaction.
DIGITS = 24


class SeededTransactions:
    """The transactions of one sandbox."""

    def __init__(self, batch: Batch, entropy: Entropy) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            entropy: what their tokens are drawn from.
        """
        self._batch = batch
        self._entropy = entropy

    def authorize(self, order: Record, source: Record, at: str) -> Record:
        """Make the authorization of a whole order."""
        own = {
            "number": f"{order['number']}/T/001",
            "token": source.get("stripe_id") or self._entropy.hex(DIGITS),
            "payment_method_type": method_type(order["payment_source_type"], source),
        }
        return self._add("authorizations", order, at, own)

    def capture(self, order: Record, authorization: Record, at: str) -> Record:
        """Make the capture of all that was authorized."""
        return self._add("captures", order, at, _following(order, authorization))

    def void(self, order: Record, authorization: Record, at: str) -> Record:
        """Make the void of all that was authorized."""
        return self._add("voids", order, at, _following(order, authorization))

    def _add(self, kind: str, order: Record, at: str, own: Mapping[str, Any]) -> Record:
        return self._batch.add(
            kind,
            at,
            currency_code=order["currency_code"],
            amount_cents=order[DUE],
            succeeded=True,
            message=SUCCESS,
            gateway_transaction_id=self._entropy.hex(DIGITS),
            metadata=EMPTY,
            order=order["id"],
            payment_source=order["payment_source"],
            payment_source_type=order["payment_source_type"],
            **own,
        )


def _following(order: Record, authorization: Record) -> Mapping[str, Any]:
    """Return the fields of what follows an authorization, those included that it repeats."""
    return {
        **{name: authorization[name] for name in ("token", "payment_method_type")},
        "number": f"{order['number']}/T/002",
        "reference_authorization": authorization["id"],
    }
