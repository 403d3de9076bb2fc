"""Wire transfers (contract: neighbours.md §36)."""

from __future__ import annotations

from mockserver.commerce.payments.payment_source_base import PaymentSource, source_tail
from mockserver.schema.vocabulary import event_stores


class WireTransfer(PaymentSource, type_="wire_transfers"):
    """A payment outside, of which nothing is known but the order."""

    tail = source_tail("CUs", gateway=None)
    event_stores = event_stores()
