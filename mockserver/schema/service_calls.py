"""Calls of external services: what is posted where, what an answer means (commerce.md §17.1)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.storage.base import Record

#: A record, by type and id.
Called = tuple[str, str]
SUCCESSFUL = range(200, 300)
#: The statuses of an answer that says no.
NEGATIVE = range(400, 500)
#: The answer is still to come (commerce.md §17.6).
ACCEPTED = 202


@dataclass(frozen=True, slots=True)
class ServiceCall:
    """One call of a service of the merchant's own.

    Attributes:
        name: what is asked for: ``prices``, ``taxes``.
        url: where the service is.
        secret: what the call is signed with.
        circuit: the record that counts the failures of the service, by type and id.
        posted: the record whose document is posted, by type and id.
        includes: the paths that are included in the document.
        unstored: records as they are by now, which are stored later: the document shows them so.
        removed: those that are no more, and still stored.
        shown: attributes that the posted record shows otherwise than it has them.
        is_usable: says whether the data of a yes has what it was asked for; otherwise it is none.
        late: the path that an answer comes to that is given later; none: there is none such.
    """

    name: str
    url: str
    secret: str
    circuit: Called
    posted: Called
    includes: Sequence[str] = ()
    unstored: Sequence[tuple[str, Record]] = ()
    removed: Sequence[Called] = ()
    shown: Mapping[str, Any] = field(default_factory=dict)
    is_usable: Callable[[Mapping[str, Any]], bool] = lambda _: True
    late: str | None = None


@dataclass(frozen=True, slots=True)
class ServiceReply:
    """Reply of a service, or why there is none.

    Attributes:
        success: whether the service has said yes.
        data: what it has said besides.
        error: why it has said no: ``code``, ``message`` and perhaps ``data``.
        failure: why there is no answer; ``None`` where there is one.
        is_pending: whether the answer is still to come.
    """

    success: bool = False
    data: Mapping[str, Any] = field(default_factory=dict)
    error: Mapping[str, Any] = field(default_factory=dict)
    failure: str | None = None
    is_pending: bool = False

    @property
    def message(self) -> str | None:
        """The words of a service that has said no."""
        message = self.error.get("message")
        return None if message is None else str(message)

    @property
    def code(self) -> str | None:
        """The code that goes with them."""
        code = self.error.get("code")
        return None if code is None else str(code)


def reply_of(status: int | None, reason: str, document: Any) -> ServiceReply:
    """Return the meaning of an answer; a 4xx says no, whatever else it says.

    Args:
        status: of the answer, ``None`` where none came.
        reason: its words, or why none came.
        document: its body as JSON, ``None`` where it is none.
    """
    said = _object(document)
    if status in NEGATIVE:
        return ServiceReply(data=_object(said.get("data")), error=_error(said, reason))
    if status not in SUCCESSFUL:
        return ServiceReply(failure=f"{status} {reason}".strip() if status else reason)
    if not isinstance(document, dict):
        return ServiceReply(failure="The answer is no JSON object")
    if not isinstance(said.get("success"), bool):
        return ServiceReply(failure="The answer has no boolean 'success'")
    data, success = _object(said.get("data")), said["success"]
    error = {} if success else _error(said, reason)
    return ServiceReply(success, data, error, is_pending=success and status == ACCEPTED)


def _error(said: Mapping[str, Any], reason: str) -> Mapping[str, Any]:
    """Return the error of an answer, which payments have inside their data."""
    error = _object(said.get("error")) or _object(_object(said.get("data")).get("error"))
    return error or {"code": None, "message": reason}


def _object(value: Any) -> Mapping[str, Any]:
    return value if isinstance(value, dict) else {}
