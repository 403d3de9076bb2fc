"""A customer's anonymization (customers.md §11): asked for by users, carried out by jobs.

The way is from ``requested`` over ``started`` to ``completed`` or ``failed``; or, while it is
``requested``, to ``cancelled``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.customers.erasure import forget_associations, forgotten
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.protocols import Change, Engine, Job
from mockserver.storage.base import Record

#: The states from which an anonymization can be requested; a cancelled or failed one again.
REQUESTABLE = (None, "cancelled", "failed")
#: Inside ``anonymization_info`` moments print unlike anywhere else (conventions.md §3).
MOMENT = "%Y-%m-%d %H:%M:%S UTC"
REQUEST, CANCEL = "_request_anonymization", "_cancel_anonymization"
CUSTOMERS = "customers"
#: The names of the jobs.
START, COMPLETE = "anonymization_start", "anonymization_complete"


# --- what users ask for --------------------------------------------------------------------------


def request(change: Change, _: Any) -> None:
    """Move to ``requested``; what is known of an earlier request is dropped."""
    user = _user(change)
    if _status(change.record) not in REQUESTABLE:
        change.invalid(REQUEST, "invalid_transition")
        # A refused draft is never stored; a cancellation in the same request sees the trace.
        change.record["anonymization_status"] = None
        return
    info = {"status": "requested", "requested_at": _moment(change.engine), "requester": user}
    change.record.update(_state(info))
    change.called = "anonymization_request"
    change.after(lambda: _await_start(change.engine, change.record["id"]))


def cancel(change: Change, _: Any) -> None:
    """Move from ``requested`` to ``cancelled``; not together with a request.

    customers.md §11.3.
    """
    user = _user(change)
    before, now = _status(change.before or {}), _status(change.record)
    if before == now == "requested":
        info = {**change.record["anonymization_info"], "status": "cancelled"}
        info |= {"cancelled_at": _moment(change.engine), "cancellation_requester": user}
        change.record.update(_state(info))
        change.called = "anonymization_cancel"
        change.fire("anonymization_cancelled")
        change.after(lambda: change.engine.cancel(CUSTOMERS, change.record["id"], START))
        return
    if now == "requested":
        change.invalid(REQUEST, "invalid_transition")
    change.invalid(CANCEL, "invalid_transition")


def _await_start(engine: Engine, id_: str) -> None:
    """Have it started in time; a job left from an earlier request would come too early."""
    engine.cancel(CUSTOMERS, id_, START)
    engine.schedule(CUSTOMERS, id_, START, engine.delay("anonymization_delay"))


def _user(change: Change) -> dict[str, Any]:
    """Return the user who asks; only a user of the organization may (customers.md §11.1)."""
    owner = change.access.owner
    if owner is None or owner.type != "User":
        raise refusal("UNAUTHORIZED", because=reason("permission_of_user"))
    user = change.engine.get("users", owner.id) or {}
    known = {name: user.get(name) for name in ("first_name", "last_name", "email")}
    return {"id": owner.id, **known}


# --- what the service does then ------------------------------------------------------------------


def start(engine: Engine, customer: Record) -> None:
    """Move from ``requested`` to ``started``; in any other state there is nothing to start."""
    if _status(customer) == "requested":
        _reach(engine, customer, "started")
        duration = engine.delay("anonymization_duration")
        engine.schedule(CUSTOMERS, customer["id"], COMPLETE, duration)


def complete(engine: Engine, customer: Record) -> None:
    """Forget a customer whose anonymization has started: everything of customers.md §11.4.

    The record, its id, its orders and its counters stay, so that statistics hold.
    """
    if _status(customer) != "started":
        return
    id_ = customer["id"]
    forget_associations(engine, customer)
    engine.end_tokens(CUSTOMERS, id_)
    _reach(engine, customer, "completed", forgotten(engine, CUSTOMERS, customer))
    engine.forget_history(CUSTOMERS, id_)


def fail(engine: Engine, customer: Record) -> None:
    """Move to ``failed``, from ``requested`` by way of ``started``; the data stay as they are."""
    if _status(customer) == "requested":
        customer = _reach(engine, customer, "started")
    if _status(customer) == "started":
        _reach(engine, customer, "failed")


#: What ``Resource.jobs`` and ``Resource.failures`` of customers are.
JOBS: Mapping[str, Job] = {START: start, COMPLETE: complete}
FAILURES: Mapping[str, Job] = dict.fromkeys(JOBS, fail)


def _reach(
    engine: Engine, customer: Record, status: str, values: Mapping[str, Any] | None = None
) -> Record:
    """Store that a status is reached, with what else changes then, and tell of it."""
    now = {"status": status, f"{status}_at": _moment(engine)}
    state = _state({**(customer.get("anonymization_info") or {}), **now})
    name = f"anonymization_{status}"
    reached = engine.rewrite(CUSTOMERS, customer["id"], {**(values or {}), **state}, called=name)
    engine.fire(CUSTOMERS, customer["id"], name)
    return reached


def _state(info: dict[str, Any]) -> dict[str, Any]:
    return {"anonymization_info": info, "anonymization_status": info["status"]}


def _status(record: dict[str, Any]) -> str | None:
    status: str | None = record.get("anonymization_status")
    return status


def _moment(engine: Engine) -> str:
    return engine.clock.now().strftime(MOMENT)
