"""Operations of a scenario: what is done through the engine, as requests would, and when.

Their form is that of JSON:API's Atomic Operations. The engine does what it does to a request: it
checks, reckons, builds shipments, asks gateways; and it does what is due in between.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from mockserver.clock import Clock, timestamp
from mockserver.durations import span_of
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.pointers import escaped
from mockserver.refusals import invalid
from mockserver.schema.request_documents import creation, update
from mockserver.schema.vocabulary import Resource
from mockserver.situations.document_loader import DocumentLoader, Placed, Target

ADD, UPDATE, REMOVE = OPS = ("add", "update", "remove")
#: Of an operation, of its ``meta``, and of the resource object in it.
MEMBERS = frozenset({"op", "ref", "data", "meta"})
META = frozenset({"at"})
DATA = frozenset({"type", "id", "lid", "attributes", "relationships"})


class Operations:
    """Operations on one sandbox, one after the other, with a time of their own."""

    def __init__(self, sandbox: Sandbox, loader: DocumentLoader) -> None:
        """Operate on the sandbox; linkage means what it means to the loader."""
        self._sandbox = sandbox
        self._loader = loader
        self._present = sandbox.clock.now()

    def run(self, operations: Iterable[Placed]) -> None:
        """Do all of them, and what is due until now.

        Nobody is told by webhooks: it has been so before anybody listened.

        Raises:
            Refusal: 422 with the pointer of what is wrong.
        """
        given = list(operations)
        if not given:
            return
        first = self._moment(*given[0], None)
        with _own_clock(self._sandbox, first), self._sandbox.transaction(mutes_events=True):
            for pointer, operation in given:
                self._pass(self._moment(pointer, operation, self._sandbox.clock.now()))
                with _below(pointer):
                    self._do(operation)
            self._pass(self._present)

    def _moment(self, pointer: str, operation: Any, before: datetime | None) -> datetime:
        """Return when an operation is done: with the one before it, unless it says so."""
        if not isinstance(operation, dict) or not operation.keys() <= MEMBERS:
            raise invalid(pointer, f"Not an operation: {', '.join(sorted(MEMBERS))}.")
        meta = operation.get("meta", {})
        if not isinstance(meta, dict) or not meta.keys() <= META:
            raise invalid(f"{pointer}/meta", 'Not {"at": a span before now}.')
        if "at" not in meta:
            return before or self._present
        span = span_of(meta["at"])
        if span is None or span.is_too_long or (span and not span.is_back):
            raise invalid(f"{pointer}/meta/at", "Not a span before now: -P1M, -P1DT2H.")
        moment = self._present + span.seen_from(self._present)
        if before and moment < before:
            raise invalid(f"{pointer}/meta/at", "Before the operation before it.")
        return moment

    def _pass(self, moment: datetime) -> None:
        """Have time pass, and do what becomes due at its own moment."""
        clock, queue = self._sandbox.clock, self._sandbox.job_queue
        while queue.next_due <= moment.timestamp():
            clock.move_to(queue.next_due)
            queue.work()
        clock.freeze(moment)

    def _do(self, operation: Mapping[str, Any]) -> None:
        op, data = operation.get("op"), operation.get("data", {})
        if op not in OPS:
            raise invalid("/op", f"Not one of: {', '.join(OPS)}.")
        if not isinstance(data, dict) or not data.keys() <= DATA:
            raise invalid("/data", "Not a resource object.")
        if op == ADD:
            self._add(data)
            return
        type_, id_ = self._loader.resolve(operation.get("ref", data), "/ref")
        resource, system = self._resource(type_), self._sandbox.system
        if op == REMOVE:
            self._sandbox.delete(resource, id_, system)
            return
        sent = {**self._sent(resource, data), "id": id_}
        self._sandbox.update(resource, id_, update({"data": sent}, resource, None), system)

    def _add(self, data: Mapping[str, Any]) -> None:
        resource = self._resource(data.get("type"))
        values = creation({"data": self._sent(resource, data)}, resource, None)
        made = self._sandbox.create(resource, values, self._sandbox.system).records[0]
        if "lid" in data:
            self._loader.remember(data["lid"], (resource.type_, str(made["id"])), "/data/lid")

    def _resource(self, type_: Any) -> type[Resource]:
        known = self._sandbox.registry.get(type_) if isinstance(type_, str) else None
        if known is None or not known.actions:
            raise invalid("/data/type", "Not a type of the API.")
        return known

    def _sent(self, resource: type[Resource], data: Mapping[str, Any]) -> dict[str, Any]:
        """Return a resource object as a request sends it: with ids, and with moments."""
        attributes, linkages = data.get("attributes", {}), data.get("relationships", {})
        if not isinstance(attributes, dict) or not isinstance(linkages, dict):
            raise invalid("/data", "Not a resource object.")
        return {
            "type": resource.type_,
            "attributes": dict(self._moments(resource, attributes)),
            "relationships": {
                name: self._linkage(linkage, f"/data/relationships/{escaped(name)}/data")
                for name, linkage in linkages.items()
            },
        }

    def _moments(
        self, resource: type[Resource], attributes: Mapping[str, Any]
    ) -> Iterator[tuple[str, Any]]:
        """Yield attributes; a moment may be said as a span from that of the operation."""
        now = self._sandbox.clock.now()
        for name, value in attributes.items():
            declared = resource.attributes.get(name)
            span = span_of(value) if declared and declared.kind == "datetime" else None
            if span is None or span.is_too_long:
                yield name, value
            else:
                yield name, timestamp(now + span.seen_from(now))

    def _linkage(self, linkage: Any, pointer: str) -> Any:
        data = linkage.get("data") if isinstance(linkage, dict) else None
        if data is None:
            return linkage
        if isinstance(data, list):
            found = (self._loader.resolve(each, f"{pointer}/{i}") for i, each in enumerate(data))
            return {"data": list(map(_identifier, found))}
        return {"data": _identifier(self._loader.resolve(data, pointer))}


def _identifier(target: Target) -> Mapping[str, str]:
    type_, id_ = target
    return {"type": type_, "id": id_}


@contextmanager
def _own_clock(sandbox: Sandbox, at: datetime) -> Iterator[None]:
    """Let a sandbox go by a clock of its own meanwhile: to all others it is what time it is."""
    clock = sandbox.clock
    sandbox.clock = Clock(at)
    try:
        yield
    finally:
        sandbox.clock = clock


@contextmanager
def _below(pointer: str) -> Iterator[None]:
    """Let the refusals of a block be of a file, and their pointers be below another one."""
    try:
        yield
    except Refusal as refused:
        found = ((e.get("source", {}).get("pointer", ""), e["detail"]) for e in refused.errors)
        errors = [e for own, detail in found for e in invalid(f"{pointer}{own}", detail).errors]
        raise Refusal(errors) from None
