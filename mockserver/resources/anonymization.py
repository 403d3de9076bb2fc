"""Requesting and cancelling a customer's anonymization (customers §11.1 to §11.3)."""

from __future__ import annotations

from typing import Any

from mockserver.errors import refusal
from mockserver.resources.behaviour import Change

#: The states from which an anonymization can be requested; a cancelled or failed one again.
REQUESTABLE = (None, "cancelled", "failed")
#: Inside ``anonymization_info`` moments print unlike anywhere else (conventions §3).
MOMENT = "%Y-%m-%d %H:%M:%S UTC"
REQUEST, CANCEL = "_request_anonymization", "_cancel_anonymization"


def request(change: Change, _: Any) -> None:
    """Move to ``requested``; what is known of an earlier request is dropped."""
    user = _user(change)
    if _status(change.record) not in REQUESTABLE:
        change.invalid(REQUEST, "invalid_transition")
        # A refused draft is never stored; a cancellation in the same request sees the trace.
        change.record["anonymization_status"] = None
        return
    info = {"status": "requested", "requested_at": _moment(change), "requester": user}
    _set(change, info)


def cancel(change: Change, _: Any) -> None:
    """Move from ``requested`` to ``cancelled``; not together with a request (customers §11.3)."""
    user = _user(change)
    before, now = _status(change.before or {}), _status(change.record)
    if before == now == "requested":
        info = {**change.record["anonymization_info"], "status": "cancelled"}
        _set(change, {**info, "cancelled_at": _moment(change), "cancellation_requester": user})
        change.fire("anonymization_cancelled")
        return
    if now == "requested":
        change.invalid(REQUEST, "invalid_transition")
    change.invalid(CANCEL, "invalid_transition")


def _set(change: Change, info: dict[str, Any]) -> None:
    change.record["anonymization_info"] = info
    change.record["anonymization_status"] = info["status"]


def _status(record: dict[str, Any]) -> str | None:
    status: str | None = record.get("anonymization_status")
    return status


def _moment(change: Change) -> str:
    return change.world.clock.now().strftime(MOMENT)


def _user(change: Change) -> dict[str, Any]:
    """Return the user who asks; only a user of the organization may (customers §11.1)."""
    owner = change.access.owner
    if owner is None or owner.type != "User":
        raise refusal("UNAUTHORIZED")
    user = change.world.get("users", owner.id) or {}
    known = {name: user.get(name) for name in ("first_name", "last_name", "email")}
    return {"id": owner.id, **known}
