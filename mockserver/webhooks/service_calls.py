"""Calls external services, which are answered at once: taxes, prices, payments (commerce.md §17.1).

Whoever asks waits, inside its transaction. What was sent stays sent, whatever becomes of that: call
and circuit are noted once it has ended.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext, suppress
from typing import TYPE_CHECKING, Any

import orjson

from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.engine.record_store import RecordStore
from mockserver.resources.deliveries import DELIVERED, FAILED, REFUSED
from mockserver.schema.service_calls import ServiceCall, ServiceReply, reply_of
from mockserver.storage.base import Partition, Pausable, Record
from mockserver.webhooks.outbox import DELIVERIES, NEW
from mockserver.webhooks.payloads import posted_document
from mockserver.webhooks.signing import call_headers, signature
from mockserver.webhooks.transport import Outcome, Transport

if TYPE_CHECKING:
    from mockserver.engine.organization import Organizations

#: Consecutive failures after which the circuit is still closed.
TOLERATED = 30
OPEN = "open"
#: Bytes of an answer that are read: taxes of many lines, for instance.
READ = 4_194_304
#: What the topics of calls begin with where deliveries are looked at; none is sent.
PREFIX = "external"

log = logging.getLogger(__name__)


class ServiceCaller:
    """Sends the calls of all organizations.

    Attributes:
        transport: sends; with its limit of time.
    """

    def __init__(
        self,
        organizations: Organizations,
        transport: Transport,
        address: Callable[[str], str],
    ) -> None:
        """Call services for these organizations.

        Args:
            organizations: those of the server.
            transport: sends.
            address: returns where an organization is found, by its slug.
        """
        self.transport = transport
        self._organizations = organizations
        self._address = address

    def ask(self, store: RecordStore, call: ServiceCall) -> ServiceReply:
        """Post a document to a service and return its answer; there is none of an open circuit."""
        if (store.get(*call.circuit) or {}).get("circuit_state") == OPEN:
            return ServiceReply(failure="The circuit is open")
        body = self._body(store, call)
        signed = signature(call.secret, body)
        with _paused(store.partition):
            outcome = self.transport.send(call.url, body, call_headers(signed))
        reply = _reply(outcome, call)
        delivery = _delivery(store, call, body.decode(), signed, outcome, reply)
        store.transactions.regardless(_note, store, call, delivery, outcome, reply)
        return reply

    def _body(self, store: RecordStore, call: ServiceCall) -> bytes:
        """Return the document as it is by now, though not all of it is stored."""
        organization = self._organizations.get(store.organization.slug)
        if organization is None:
            message = f"the organization {store.organization.slug} is gone"
            raise LookupError(message)
        with _supposed(store, call):
            sandbox = organization.sandbox(store.mode)
            document = posted_document(sandbox, *call.posted, call.includes)
        data = document["data"]
        data["attributes"] = {**data["attributes"], **call.shown}
        if call.late:
            late = f"{self._address(store.organization.slug)}{call.late}"
            data["meta"] = {**data.get("meta", {}), "webhook_endpoint_url": late}
        return orjson.dumps(document)


@contextmanager
def _supposed(store: RecordStore, call: ServiceCall) -> Iterator[None]:
    """Let the storage hold for a moment what is not stored yet."""
    with suppress(_UndoneError), store.partition.transaction():
        for type_, id_ in call.removed:
            store.partition.remove(type_, id_)
        for type_, record in call.unstored:
            store.partition.put(type_, record)
        yield
        _undo()


def _paused(partition: Partition) -> AbstractContextManager[None]:
    """Let others read while a service thinks, itself among them."""
    return partition.paused() if isinstance(partition, Pausable) else nullcontext()


class _UndoneError(Exception):
    """Ends a transaction of which nothing is to stay."""


def _undo() -> None:
    raise _UndoneError


def _reply(outcome: Outcome, call: ServiceCall) -> ServiceReply:
    try:
        document = orjson.loads(outcome.body)
    except orjson.JSONDecodeError:
        document = None
    if is_deeper_than([document], DEEPEST):
        return ServiceReply(failure="The answer is nested too deeply")
    reply = reply_of(outcome.code, outcome.message, document)
    if reply.success and not call.is_usable(reply.data):
        return ServiceReply(failure=f"The answer says yes to {call.name}, and not what")
    return reply


def _delivery(  # noqa: PLR0913, PLR0917 - all there is to know of a call
    store: RecordStore,
    call: ServiceCall,
    body: str,
    signed: str,
    outcome: Outcome,
    reply: ServiceReply,
) -> Record:
    """Return the record of a call, to be looked at and sent once more."""
    attempt: Mapping[str, Any] = {
        "at": store.clock.timestamp(),
        "response_code": None if outcome.code is None else str(outcome.code),
        "response_message": reply.failure or outcome.message,
    }
    type_, id_ = call.posted
    return {
        **NEW,
        "topic": f"{PREFIX}.{call.name}",
        "event": None,
        "webhook": None,
        "callback_url": call.url,
        "resource_type": type_,
        "resource": id_,
        "body": body,
        "signature": signed,
        "status": REFUSED if outcome.refused else FAILED if reply.failure else DELIVERED,
        "attempts": [attempt],
        "answer": outcome.body.decode(errors="replace"),
    }


def _note(
    store: RecordStore, call: ServiceCall, delivery: Record, outcome: Outcome, reply: ServiceReply
) -> None:
    """Store a call, and what it does to the circuit; no history and no event tells of either."""
    if reply.failure:
        log.info("%s of %s: %s", delivery["topic"], delivery["resource"], reply.failure)
    with store.transaction():
        store.insert(DELIVERIES, delivery)
        service = store.get(*call.circuit)
        if service and not outcome.refused:
            circuit = _circuit(service, reply)
            if any(service.get(name) != value for name, value in circuit.items()):
                store.partition.put(call.circuit[0], {**service, **circuit})


def _circuit(service: Record, reply: ServiceReply) -> Mapping[str, Any]:
    """Return the fields of a circuit after a call: more than thirty failures in a row open it.

    Who has said no has answered: that counts as neither.
    """
    count, state = service["circuit_failure_count"] or 0, service["circuit_state"]
    if reply.failure:
        count += 1
        state = OPEN if count > TOLERATED else state
    elif reply.success:
        count = 0
    return {"circuit_failure_count": count, "circuit_state": state}
