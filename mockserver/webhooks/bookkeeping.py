"""Outcome of an attempt: the callback, the circuit, and when the next one is due."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from mockserver.clock import EPOCH, timestamp
from mockserver.engine.record_store import RecordStore
from mockserver.resources.deliveries import DELIVERED, FAILED, PENDING, REFUSED
from mockserver.storage.base import Record
from mockserver.userinfo import without_userinfo
from mockserver.webhooks.outbox import DELIVERIES, WEBHOOKS, delay
from mockserver.webhooks.transport import Outcome

#: How often a failed delivery is tried again; the n-th time 2^n seconds later (customers.md §16).
RETRIES = 10
#: Consecutive failures of which the owner is warned, and those that open the circuit.
WARNED, OPENED = 5, 30
CALLBACKS = "event_callbacks"

log = logging.getLogger(__name__)


def note(store: RecordStore, delivery: Record, outcome: Outcome, took: float) -> Record:
    """Store what came of an attempt and return the delivery as it is now.

    Nothing else of the webhook moves, and nobody is told: a delivery is no event.

    Args:
        store: of the delivery.
        delivery: as it was tried: with the URL and the signature that were used.
        outcome: of the attempt.
        took: seconds of the attempt, by the machine's clock.
    """
    webhook = store.get(WEBHOOKS, delivery["webhook"])
    attempt = {
        "at": store.clock.timestamp(),
        "response_code": _code(outcome),
        "response_message": outcome.message,
    }
    attempted = {**delivery, "attempts": [*delivery["attempts"], attempt]}
    changes: Record = {"status": _status(attempted, outcome), "due_at": None}
    if changes["status"] == PENDING:
        changes["due_at"] = _next(store, attempted, took)
    if delivery["webhook"]:
        store.insert(CALLBACKS, _callback(attempted, outcome, webhook))
    if webhook and not (outcome.refused or delivery.get("replay_of")):
        circuit = _circuit(webhook, outcome)
        store.partition.put(WEBHOOKS, {**webhook, **circuit})
        if circuit["circuit_state"] == "open":
            # What waits for the circuit waits for nothing else.
            changes["due_at"] = None
    settled = {**attempted, **changes, "updated_at": store.clock.timestamp()}
    store.partition.put(DELIVERIES, settled)
    return settled


def _status(attempted: Record, outcome: Outcome) -> str:
    if outcome.refused:
        return REFUSED
    if outcome.is_delivered:
        return DELIVERED
    is_last = attempted.get("replay_of") or len(attempted["attempts"]) > RETRIES
    return FAILED if is_last else PENDING


def _next(store: RecordStore, attempted: Record, took: float) -> float:
    """Return when a delivery is tried again.

    A retry is counted from when the last one was due, so that in an hour that a tester skips
    happens what happens in an hour. Time that stands does not pass while a receiver thinks.
    """
    now = store.clock.seconds()
    due_at = attempted.get("due_at")
    passed = 0.0 if store.clock.frozen_at else took
    failed_at = now if due_at is None else min(now, due_at + passed)
    return float(failed_at + delay(len(attempted["attempts"])))


def _circuit(webhook: Record, outcome: Outcome) -> Mapping[str, Any]:
    """Return the fields of the circuit after an attempt; only a reset closes an open one."""
    count = 0 if outcome.is_delivered else (webhook["circuit_failure_count"] or 0) + 1
    state = webhook["circuit_state"]
    if count == WARNED:
        log.warning("%s has failed %d times in a row.", webhook["name"], count)
    if count == OPENED:
        state = "open"
        log.warning("%s has failed %d times: its circuit is open.", webhook["name"], count)
    return {"circuit_failure_count": count, "circuit_state": state}


def _callback(attempted: Record, outcome: Outcome, webhook: Record | None) -> Record:
    return {
        "callback_url": attempted["callback_url"],
        "signature": attempted.get("signature"),
        "body": attempted["body"],
        "response_code": _code(outcome),
        "response_message": outcome.message,
        "reference": None,
        "reference_origin": None,
        "metadata": {},
        "webhook": attempted["webhook"] if webhook else None,
        "event": attempted["event"],
    }


def _code(outcome: Outcome) -> str | None:
    return None if outcome.code is None else str(outcome.code)


def tell(delivery: Record, outcome: Outcome) -> None:
    """Say in the log what came of an attempt that did not deliver."""
    if outcome.is_delivered:
        return
    due_at = delivery.get("due_at")
    again = f"again at {timestamp(EPOCH + timedelta(seconds=due_at))}" if due_at else "no more"
    log.log(
        logging.WARNING if outcome.refused else logging.INFO,
        "%s to %s: %s; it is tried %s.",
        delivery["topic"],
        without_userinfo(delivery["callback_url"]),
        " ".join(filter(None, (_code(outcome), outcome.message))),
        again,
    )
