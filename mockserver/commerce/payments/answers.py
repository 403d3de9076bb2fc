"""Answers of gateways: whether money could be authorized, captured, voided or refunded.

commerce.md §15.1, §17.5.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

SUCCESS, PENDING = "Success!", "pending"


@dataclass(frozen=True, slots=True)
class PaymentRequest:
    """A request to a gateway.

    Attributes:
        kind: the type of transaction that is to come of it.
        order: what is paid.
        source: what it is paid with, with its type.
        cents: how much.
        reference: the authorization that is captured or voided, the capture that is refunded.
        links: what else the transaction leads to, by name.
    """

    kind: str
    order: Record
    source: tuple[str, Record]
    cents: int
    reference: Record | None = None
    links: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Answer:
    """A gateway's answer to a request.

    Attributes:
        succeeded: whether the money moved.
        message: in words.
        error_code: why not; of an answer that is still to come there is none.
        error_detail: more of that.
        further: other fields of the transaction: ``token``, ``amount_cents``, ``cvv_code``.
        is_pending: whether the answer is still to come (commerce.md §17.6).
        action_id: what that answer will be known by.
    """

    succeeded: bool = True
    message: str | None = SUCCESS
    error_code: str | None = None
    error_detail: str | None = None
    further: Mapping[str, Any] = field(default_factory=dict)
    is_pending: bool = False
    action_id: str | None = None

    @property
    def is_declined(self) -> bool:
        """Whether the gateway has said no."""
        return not self.succeeded and not self.is_pending

    def fields(self) -> Record:
        """Return the fields of a transaction that the answer decides."""
        names = ("succeeded", "message", "error_code", "error_detail")
        return {**{name: getattr(self, name) for name in names}, **self.further}


def declined(message: str, code: str, detail: str | None = None) -> Answer:
    """Return the answer of a gateway that says no."""
    return Answer(succeeded=False, message=message, error_code=code, error_detail=detail)


WAITING = Answer(succeeded=False, message=PENDING, is_pending=True)

#: What a type of gateways does when it is asked.
Gateway = Callable[[Engine, PaymentRequest], Answer]
