"""The transactions of an order, and the balances that follow from them (commerce.md §15.1).

Nothing but records is looked at: what has been captured of an authorization is the sum of its
captures that succeeded, and no balance is kept anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from mockserver.storage.base import Record

AUTHORIZATIONS, VOIDS, CAPTURES, REFUNDS = "authorizations", "voids", "captures", "refunds"
#: What a transaction refers to, by its kind; an authorization begins.
REFERENCES = {
    VOIDS: "reference_authorization",
    CAPTURES: "reference_authorization",
    REFUNDS: "reference_capture",
}


class TransactionLedger:
    """Transactions of one order, oldest first."""

    def __init__(self, transactions: Sequence[Record]) -> None:
        """Look at these, of every kind, those included that failed."""
        self._transactions = transactions

    def __len__(self) -> int:
        """Return how many there are."""
        return len(self._transactions)

    def of_source(self, type_: str | None, id_: str | None) -> TransactionLedger:
        """Return those alone that were paid with one source."""
        own = (type_, id_)
        return TransactionLedger([t for t in self._transactions if paid_with(t) == own])

    def succeeded(self, kind: str) -> list[Record]:
        """Return those of a kind that succeeded."""
        return [t for t in self._transactions if t["type"] == kind and t["succeeded"]]

    def referring(self, kind: str, to: Record) -> list[Record]:
        """Return those of a kind that succeeded and refer to another one."""
        return [t for t in self.succeeded(kind) if t[REFERENCES[kind]] == to["id"]]

    # --- balances --------------------------------------------------------------------------------

    def capture_balance(self, authorization: Record) -> int:
        """Return the amount left to capture of an authorization."""
        return _amount(authorization) - total(self.referring(CAPTURES, authorization))

    def void_balance(self, authorization: Record) -> int:
        """Return the amount left to void of an authorization; captures do not lower it."""
        return _amount(authorization) - total(self.referring(VOIDS, authorization))

    def refund_balance(self, capture: Record) -> int:
        """Return the amount left to give back of a capture."""
        return _amount(capture) - total(self.referring(REFUNDS, capture))

    def has_room_for(self, transaction: Record) -> bool:
        """Say whether what a transaction refers to still has its amount: that cannot move twice."""
        reference = self._referred_to(transaction)
        if reference is None:
            return True
        if transaction["type"] == REFUNDS:
            left = self.refund_balance(reference)
        else:
            left = self.capture_balance(reference) - total(self.referring(VOIDS, reference))
        return _amount(transaction) <= left

    def _referred_to(self, transaction: Record) -> Record | None:
        name = REFERENCES.get(transaction["type"])
        id_ = transaction.get(name) if name else None
        return next((t for t in self._transactions if t["id"] == id_), None)

    # --- sums ------------------------------------------------------------------------------------

    def standing(self) -> list[Record]:
        """Return the authorizations that succeeded and were not voided."""
        return [a for a in self.succeeded(AUTHORIZATIONS) if not self.referring(VOIDS, a)]

    def open(self) -> list[Record]:
        """Return those of them of which something is left to capture, oldest first."""
        return [a for a in self.standing() if self.capture_balance(a) > 0]

    def refundable(self) -> list[Record]:
        """Return the captures of which something is left to give back, oldest first."""
        return [c for c in self.succeeded(CAPTURES) if self.refund_balance(c) > 0]

    def is_given_back(self, authorization: Record) -> bool:
        """Say whether all that was captured of an authorization was refunded."""
        captures = self.referring(CAPTURES, authorization)
        return bool(captures) and not any(map(self.refund_balance, captures))

    def uncaptured(self, cents: int) -> int:
        """Return the part of an amount that has not been captured yet."""
        return max(0, cents - total(self.succeeded(CAPTURES)))


def shares(
    amount: int, records: Iterable[Record], balance: Callable[[Record], int]
) -> list[tuple[Record, int]]:
    """Spread an amount over records in turn, each up to its balance."""
    found = []
    for record in records:
        part = min(amount, balance(record))
        if part > 0:
            found.append((record, part))
        amount -= part
    return found


def paid_with(transaction: Record) -> tuple[str | None, str | None]:
    """Return the type and the id of the payment source of a transaction."""
    return transaction["payment_source_type"], transaction["payment_source"]


def total(transactions: Iterable[Record]) -> int:
    """Return the sum of the amounts."""
    return sum(map(_amount, transactions))


def _amount(transaction: Record) -> int:
    # A record that somebody has put there need not say how much.
    return transaction.get("amount_cents") or 0
