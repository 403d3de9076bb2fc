"""Deliveries: what is to be sent to a webhook, and how that fared (customers.md §16)."""

from __future__ import annotations

from typing import Any, ClassVar

import orjson

from mockserver import depth
from mockserver.late_dataclass import dataclass
from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.validations import SECONDS, Broken, Each, Validation
from mockserver.schema.vocabulary import internal
from mockserver.storage.conditions import Compare

PENDING, DELIVERED, FAILED, REFUSED = STATUSES = ("pending", "delivered", "failed", "refused")
#: Levels of a body: what the API was sent in a few more.
DEEPEST = depth.DEEPEST + 20


@dataclass(frozen=True, slots=True)
class JsonDocument(Validation):
    """The text of a JSON object."""

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        return None if _is_document(value) else ("invalid", {"value": value})


def _is_document(value: str) -> bool:
    try:
        document = orjson.loads(value)
    except orjson.JSONDecodeError:
        return False
    return isinstance(document, dict) and not depth.is_deeper_than([document], DEEPEST)


class OutboxDelivery(ServiceRecord, type_="deliveries"):
    """An event on its way to a webhook, or a call that an external service was sent.

    A call has no event and no webhook, and keeps the answer.
    """

    #: What is still to be sent is never forgotten.
    expendable: ClassVar = Compare("status", "in", frozenset({DELIVERED, FAILED, REFUSED}))
    limited_by: ClassVar = "deliveries_size"

    topic = internal("string", required=True)
    event = internal("string")
    webhook = internal("string", indexed=True, references=("webhooks",))
    resource_type = internal("string", required=True)
    resource = internal("string", required=True)
    callback_url = internal("string", required=True)
    body = internal("string", required=True, validate=JsonDocument())
    status = internal("string", required=True, enum=STATUSES, indexed=True)
    attempts = internal("array", required=True, validate=Each(dict))
    #: Seconds by the organization's clock; null: as soon as can be.
    due_at = internal("float", validate=SECONDS)
    replay_of = internal("string")
    signature = internal("string")
    #: The body of what a service has answered.
    answer = internal("string")
