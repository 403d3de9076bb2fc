"""Outbox of webhooks: deliveries and how they fared, stored so that none is lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mockserver.engine.record_store import RecordStore
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.deliveries import PENDING, OutboxDelivery
from mockserver.resources.webhooks import Webhook
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, Not, Null, both
from mockserver.webhooks.payloads import Payloads

DELIVERIES = OutboxDelivery.type_
WEBHOOKS = Webhook.type_
#: Seconds that a clock may be corrected by without being set back.
TOLERANCE = 1.0

IS_PENDING = Compare("status", "eq", PENDING)
IS_REPLAY = both(IS_PENDING, Null("replay_of", negated=True))
IS_ENABLED = Null("disabled_at")
IS_BLOCKED = Compare("circuit_state", "eq", "open")
IS_OPEN = both(IS_ENABLED, Not(IS_BLOCKED))


def post(sandbox: Sandbox, event: Record) -> bool:
    """Note one delivery for each webhook that is to be told of an event; say whether any is."""
    wanted = both(Compare("topic", "eq", event["name"]), IS_ENABLED)
    webhooks = sandbox.find(WEBHOOKS, wanted)
    # Who brings records may bring an event of nothing.
    if not webhooks or event["resource_type"] not in sandbox.registry:
        return False
    payloads = Payloads(sandbox, event)
    for webhook in webhooks:
        values = {
            "topic": event["name"],
            "event": event["id"],
            "webhook": webhook["id"],
            "callback_url": webhook["callback_url"],
            "resource_type": event["resource_type"],
            "resource": event["resource"],
            "body": payloads.body(webhook),
        }
        noted = sandbox.insert(DELIVERIES, {**NEW, **values})
        if sandbox.retention.is_due(noted[SERIAL]):
            _limit_blocked(sandbox)
    return True


def _limit_blocked(store: RecordStore) -> None:
    """Let what waits for open circuits, perhaps for ever, not grow for ever."""
    blocked = frozenset(webhook["id"] for webhook in store.find(WEBHOOKS, IS_BLOCKED))
    store.retention.limit(DELIVERIES, both(IS_PENDING, Compare("webhook", "in", blocked)))


#: How a delivery begins. ``due_at``: seconds by the sandbox's clock; null: as soon as can be.
NEW: Mapping[str, object] = {
    "status": PENDING,
    "signature": None,
    "due_at": None,
    "replay_of": None,
    "attempts": [],
}


def replay(store: RecordStore, delivery: Record) -> Record:
    """Note that the body of a delivery is to be sent once more, as a delivery of its own."""
    copied = {name: delivery.get(name) for name in COPIED}
    return store.insert(DELIVERIES, {**NEW, **copied, "replay_of": delivery["id"]})


COPIED = (
    *("topic", "event", "webhook", "callback_url"),
    *("resource_type", "resource", "body", "signature"),
)


def drop(store: RecordStore, webhook_id: str) -> None:
    """Forget what a webhook that is gone has not got yet."""
    for delivery in store.find(DELIVERIES, both(Compare("webhook", "eq", webhook_id), IS_PENDING)):
        store.partition.remove(DELIVERIES, delivery["id"])


def has_pending(store: RecordStore) -> bool:
    """Say whether anything waits to be delivered."""
    return store.partition.count(DELIVERIES, IS_PENDING) > 0


def heads(store: RecordStore) -> Iterator[Record]:
    """Yield the next delivery of each webhook, whether due by now or not.

    Replays go first, whatever has become of the webhook; of one that is disabled, or whose circuit
    is open, everything else waits.
    """
    if not has_pending(store):
        return
    served = set()
    for delivery in store.find(DELIVERIES, IS_REPLAY):
        if delivery["webhook"] not in served:
            served.add(delivery["webhook"])
            yield delivery
    for webhook in store.find(WEBHOOKS, IS_OPEN):
        if webhook["id"] not in served:
            own = both(Compare("webhook", "eq", webhook["id"]), IS_PENDING)
            yield from store.partition.select(DELIVERIES, own, limit=1)[0]


def is_due(store: RecordStore, delivery: Record) -> bool:
    """Say whether the time of a delivery has come.

    No retry is further away than its own delay: one that seems so was noted before the clock was
    set back, by a restart for instance, and would else wait for as long as the clock was ahead.
    """
    due_at = delivery.get("due_at")
    if due_at is None:
        return True
    wait = due_at - store.clock.seconds()
    return bool(wait <= 0 or wait > delay(len(delivery["attempts"])) + TOLERANCE)


def delay(attempts: int) -> int:
    """Return how many seconds after so many failed attempts the next one comes."""
    return int(2**attempts)
