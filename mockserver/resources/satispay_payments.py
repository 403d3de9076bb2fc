"""Payments by Satispay (contract: neighbours.md §34)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.payments.gateways import GatewayAnswer, account, back_to, uuid
from mockserver.commerce.payments.payment_source_base import PaymentSource, source_tail
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import attribute, event_stores
from mockserver.storage.base import Record

ACCEPTED = "ACCEPTED"
#: A page that nobody has.
PAGE = "https://payments.example/"


def page(record: Record) -> str | None:
    """Return where the payer pays: here, it is sent on at once, if the client said where to."""
    return back_to(record.get("redirect_url") or PAGE, payment_id=record.get("payment_id"))


def accepted(change: Change) -> dict[str, Any]:
    """Return the gateway's consent."""
    return {"id": change.record["payment_id"], "status": ACCEPTED}


class SatispayPayment(PaymentSource, type_="satispay_payments"):
    """A payment that has been accepted when it is looked at again."""

    payment_id = attribute("string", "Rfs", initial=uuid)
    flow = attribute("string", "CRfs", required=True, initial="MATCH_CODE")
    status = attribute("string", "Rfs", initial="PENDING")
    redirect_url = attribute("string", "CUR")
    payment_url = attribute("string", "R", derive=page)
    payment_response = attribute("object", "R", initial=lambda _: {}, exported=False)
    _refresh = attribute(
        "boolean",
        "U",
        effect=GatewayAnswer(
            status=ACCEPTED, payment_response=accepted, payment_instrument=account("satispay")
        ),
    )
    tail = source_tail("CUfs", gateway="f")
    event_stores = event_stores()
