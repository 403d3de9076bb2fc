"""Compound documents: the records an include path leads to, each once (conventions §4.5, §12)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mockserver.effort import spend
from mockserver.jsonapi.document import Found
from mockserver.jsonapi.query import IncludeTree
from mockserver.resources.behaviour import Target
from mockserver.sandbox.linking import targets
from mockserver.storage.base import Record

if TYPE_CHECKING:
    from mockserver.sandbox.permissions import Permissions
    from mockserver.sandbox.sandbox import Sandbox

#: Steps of work that it takes to follow a relationship of one record, and to take in what it finds.
A_RELATIONSHIP, A_TARGET = 100, 20


class Inclusion:
    """Walks an include tree from primary records.

    What the bearer may not read is left out of ``included`` and of the linkage.
    """

    def __init__(self, sandbox: Sandbox, permissions: Permissions) -> None:
        """Include as the bearer."""
        self._sandbox = sandbox
        self._access = permissions.access
        self._permissions = permissions
        self._records: dict[Target, Record | None] = {}
        self.included: dict[Target, Record] = {}
        self.linkages: dict[Target, dict[str, list[Target]]] = {}

    def of(self, found: Found, tree: IncludeTree) -> Found:
        """Return the same records together with everything the tree includes."""
        primary = {
            (type_, record["id"]): record
            for type_, record in zip(found.types, found.records, strict=True)
        }
        self._records.update(primary)
        self._walk(primary, tree)
        for target in primary:
            self.included.pop(target, None)
        return Found(found.records, found.types, found.total, self.included, self.linkages)

    def _walk(self, level: dict[Target, Record], tree: IncludeTree) -> None:
        for name, inner in tree.items():
            beyond: dict[Target, Record] = {}
            for (type_, id_), record in level.items():
                resource = self._sandbox.registry[type_]
                if name in resource.relationships:
                    linked = targets(self._sandbox, resource, record, name, self._access)
                    spend(A_RELATIONSHIP + A_TARGET * len(linked))
                    readable = {t: r for t in linked if (r := self._record(t)) is not None}
                    self.linkages.setdefault((type_, id_), {})[name] = list(readable)
                    beyond.update(readable)
            self.included.update(beyond)
            if inner:
                self._walk(beyond, inner)

    def _record(self, target: Target) -> Record | None:
        """Return a record the bearer may read, looked up once per request."""
        if target not in self._records:
            self._records[target] = self._sandbox.readable(*target, self._permissions)
        return self._records[target]
