"""Delivers in the background: in order for each webhook, and none waits for another one.

One thread, which begins with the first delivery, decides what is sent; each attempt has a thread
of its own, and there are never more than ``POOL`` at a time.
"""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Iterator, Mapping
from queue import Empty, SimpleQueue
from threading import Event, Lock, Thread, current_thread
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from mockserver.clock import monotonic
from mockserver.engine.random_seed import RandomSeed
from mockserver.engine.record_store import RecordStore
from mockserver.storage.base import Record, StorageError
from mockserver.webhooks import outbox
from mockserver.webhooks.bookkeeping import note, tell
from mockserver.webhooks.outbox import DELIVERIES, WEBHOOKS
from mockserver.webhooks.signing import call_headers, headers, signature
from mockserver.webhooks.transport import Outcome, Transport

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations

#: Attempts that are made at the same time.
POOL = 16
#: Seconds after which clocks are looked at in any case: somebody may have set one.
LONGEST = 3600.0
#: Seconds that attempts are given to notice that they have been cut.
PARTING = 1.0
#: Seconds after which it is tried again to store an outcome that could not be stored.
AGAIN = 1.0

#: A webhook of a mode: what of it is sent goes one after the other.
Lane = tuple[RecordStore, str]
#: A delivery as it was tried, what came of it, and the seconds it took.
Attempt = tuple[Record, Outcome, float]

log = logging.getLogger(__name__)


class Dispatcher:
    """Sends what is in the outboxes of all organizations as their clocks run.

    Attributes:
        transport: sends.
        outcomes: how many attempts have come to what.
    """

    def __init__(self, organizations: Organizations, transport: Transport) -> None:
        """Deliver for these organizations, from the first wake on."""
        self.transport = transport
        self.outcomes: Counter[str] = Counter()
        self._organizations = organizations
        self._starting = Lock()
        self._thread: Thread | None = None
        #: Held while an outcome is stored: once stopped, nothing is.
        self._storing = Lock()
        self._stopped = False
        self._ended = Event()
        #: Who is to be looked at; ``None`` for all.
        self._calls: SimpleQueue[RecordStore | None] = SimpleQueue()
        #: The stores that had something to deliver when they were last looked at.
        self._waiting: dict[RecordStore, None] = {}
        self._under_way: dict[Lane, Thread] = {}
        #: Those that have failed through a fault of ours, and go no further.
        self._broken: set[Lane] = set()
        #: When a webhook was last served, counted in attempts: the longest ago goes first.
        self._served: WeakKeyDictionary[RecordStore, Counter[str]] = WeakKeyDictionary()
        self._attempts = 0

    # --- what it is told -------------------------------------------------------------------------

    def event_announced(self, store: RecordStore, event: Record) -> None:
        """Note what is to be delivered of an event; whoever tells does not wait for it."""
        organization = self._organizations.get(store.organization.slug)
        if organization and outbox.post(organization.sandbox(store.mode), event):
            store.transactions.after(self.wake, store)

    def webhook_stored(
        self, store: RecordStore, before: Record | None, webhook: Record | None
    ) -> None:
        """Look at a webhook that has changed; forget what one that is gone has not got yet."""
        if before is None:
            return
        if webhook is None:
            outbox.drop(store, before["id"])
        store.transactions.after(self.wake, store)

    def wake(self, *stores: RecordStore) -> None:
        """Look what is to be delivered, in these stores or in all; callable from anywhere."""
        if self._thread is None and not any(map(outbox.has_pending, stores or self._stores())):
            return
        for store in stores or (None,):
            self._calls.put(store)
        with self._starting:
            if self._thread is None and not self._stopped:
                self._thread = Thread(target=self._run, name="webhooks", daemon=True)
                self._thread.start()

    def stop(self) -> None:
        """End it: what is under way is cut, and counts as never tried."""
        with self._storing:
            self._stopped = True
        self._ended.set()
        self._calls.put(None)
        with self._starting:
            thread = self._thread
        if thread and thread is not current_thread():
            thread.join()
        self.transport.cut()
        for attempt in list(self._under_way.values()):
            attempt.join(PARTING)

    # --- what it tells ---------------------------------------------------------------------------

    def is_busy(self, store: RecordStore) -> bool:
        """Say whether something of a mode is being delivered, or is to be right now."""
        lanes = {lane for lane in list(self._under_way) if lane[0] is store}
        if self._stopped or lanes - self._broken:
            return not self._stopped
        heads = outbox.heads(store)
        return any(outbox.is_due(store, h) and (store, h["webhook"]) not in lanes for h in heads)

    def next_due(self, store: RecordStore) -> float:
        """Return when the next retry is due, in seconds since the epoch; infinite when none is."""
        heads = (head for head in outbox.heads(store) if not outbox.is_due(store, head))
        return min((float(head["due_at"]) for head in heads), default=float("inf"))

    # --- what it does ----------------------------------------------------------------------------

    def _run(self) -> None:
        wait = 0.0
        while not self._stopped:
            self._listen(wait)
            try:
                wait = self._dispatch()
            except StorageError:  # it is there again a little later
                wait = AGAIN
            except Exception:
                log.exception("Webhooks are not delivered until something is to be done anew.")
                wait = LONGEST

    def _listen(self, wait: float) -> None:
        """Take the calls there are, after waiting for the first one."""
        try:
            self._note(self._calls.get(timeout=wait) if wait > 0 else self._calls.get_nowait())
            while True:
                self._note(self._calls.get_nowait())
        except Empty:
            return

    def _note(self, store: RecordStore | None) -> None:
        self._waiting.update(dict.fromkeys(self._stores() if store is None else (store,)))

    def _stores(self) -> Iterator[RecordStore]:
        for organization in self._organizations:
            yield from organization.active()

    def _dispatch(self) -> float:
        """Begin every attempt that is due, and return in how many seconds the next one is."""
        waits = [LONGEST]
        due: list[tuple[int, RecordStore, Record]] = []
        for store in list(self._waiting):
            heads = list(outbox.heads(store)) if self._is_there(store) else []
            if not heads:
                del self._waiting[store]
            for head in heads:
                lane = store, head["webhook"]
                if lane in self._under_way:
                    continue
                if outbox.is_due(store, head):
                    due.append((self._last_served(lane), store, head))
                elif store.clock.frozen_at is None:
                    waits.append(head["due_at"] - store.clock.seconds())
        due.sort(key=lambda candidate: candidate[0])
        for _, store, head in due[: POOL - len(self._under_way)]:
            self._begin(store, head)
        return max(min(waits), 0.001)

    def _last_served(self, lane: Lane) -> int:
        return self._served.get(lane[0], Counter())[lane[1]]

    def _is_there(self, store: RecordStore) -> bool:
        return self._organizations.get(store.organization.slug) is store.organization

    def _begin(self, store: RecordStore, delivery: Record) -> None:
        lane = store, delivery["webhook"]
        attempt = Thread(
            target=self._attempt,
            args=(lane, delivery, store.random_seed),
            name=f"webhook {delivery['webhook']}",
            daemon=True,
        )
        self._attempts += 1
        self._served.setdefault(store, Counter())[delivery["webhook"]] = self._attempts
        self._under_way[lane] = attempt
        attempt.start()

    def _attempt(self, lane: Lane, delivery: Record, random_seed: RandomSeed) -> None:
        try:
            self._try(lane, delivery, random_seed)
        except Exception:
            # Its webhook gets nothing more: the same would happen again, without an end.
            log.exception("A delivery of %s to %s failed.", delivery["topic"], lane[1])
            self._broken.add(lane)
            return
        del self._under_way[lane]
        self._calls.put(lane[0])

    def _try(self, lane: Lane, delivery: Record, random_seed: RandomSeed) -> None:
        store, webhook_id = lane
        tried = _addressed(delivery, store.get(WEBHOOKS, webhook_id))
        began = monotonic()
        outcome = self.transport.send(
            tried["callback_url"],
            tried["body"].encode(),
            _headers(store, tried),
        )
        took = monotonic() - began
        while not self._is_noted(store, delivery, random_seed, (tried, outcome, took)):
            # What has been sent is not sent again because its outcome cannot be stored.
            self._ended.wait(AGAIN)

    def _is_noted(
        self, store: RecordStore, delivery: Record, random_seed: RandomSeed, attempt: Attempt
    ) -> bool:
        """Store what came of an attempt, if it still matters; say no if it cannot be stored."""
        with self._storing:
            if self._stopped or store.random_seed is not random_seed or not self._is_there(store):
                return True
            try:
                with store.transaction():
                    # Who has forgotten or replaced it meanwhile wants to hear nothing of it.
                    if store.get(DELIVERIES, delivery["id"]) != delivery:
                        return True
                    settled = note(store, *attempt)
            except StorageError:
                return False
            tell(settled, attempt[1])
            self.outcomes[attempt[1].kind] += 1
        return True


def _headers(store: RecordStore, tried: Record) -> Mapping[str, str]:
    """Return the headers of a delivery; a call of a service is sent again as it was."""
    signed = tried.get("signature") or ""
    if tried["webhook"] is None:
        return call_headers(signed)
    return headers(tried["topic"], signed, store.organization.preference("webhook_content_type"))


def _addressed(delivery: Record, webhook: Record | None) -> Record:
    """Return a delivery with the URL and the signature of now; those of last time of a replay."""
    if webhook is None:
        return delivery
    signed = signature(webhook["shared_secret"] or "", delivery["body"].encode())
    return {**delivery, "callback_url": webhook["callback_url"], "signature": signed}
