"""Payments by a gateway of the merchant's own (contract: neighbours.md §31)."""

from __future__ import annotations

from itertools import islice
from typing import Any, ClassVar

from mockserver.commerce.payments.gateways import card
from mockserver.commerce.payments.payment_source_base import WALLET, PaymentSource, source_tail
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import View
from mockserver.schema.validations import Broken, Validation
from mockserver.schema.vocabulary import attribute, event_stores, to_one
from mockserver.storage.base import Record

#: How long card numbers are.
CARD_NUMBER = range(12, 20)


@dataclass(frozen=True, slots=True)
class NoCardNumber(Validation):
    """A token, not the number of a card, which must not be stored."""

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid``; what might be somebody's card number is not repeated."""
        digits = value.replace(" ", "").replace("-", "")
        if not digits.isdecimal() or len(digits) not in CARD_NUMBER or _checksum(digits) % 10:
            return None
        return "invalid", {}


def _checksum(digits: str) -> int:
    """Return the checksum of card numbers: of every second digit from the right, the double's."""
    doubled = (str(int(d) * (1 + place % 2)) for place, d in enumerate(reversed(digits)))
    return sum(int(digit) for double in doubled for digit in double)


def wallet(record: Record, view: View) -> list[tuple[str, str]]:
    """Return the wallet entry that keeps the source."""
    entries = view.pointing_at(record, WALLET, "payment_source")
    own = (e for e in entries if e["payment_source_type"] == "external_payments")
    return [(WALLET, entry["id"]) for entry in islice(own, 1)]


class ExternalPayment(PaymentSource, type_="external_payments"):
    """A payment with a token that the merchant's gateway has given."""

    declines_quietly: ClassVar = True

    payment_source_token = attribute(
        "string", "CRf", required=True, validate=NoCardNumber(), secret=True
    )
    options = attribute("object", "CUR", initial=lambda _: {}, exported=False)
    tail = source_tail("CUfs", instrument=card)
    wallet = to_one(WALLET, targets=wallet)
    event_stores = event_stores()
