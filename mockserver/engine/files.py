"""Files that belong to records: kept with them, and fetched by links that are good for a while."""

from __future__ import annotations

import hashlib
import hmac
from math import ceil

from mockserver.engine.record_store import RecordStore
from mockserver.resources.files import File
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, both

FILES = File.type_
#: Where files are fetched from.
PREFIX = "/downloads"
#: Seconds that a link is good for (neighbours.md §38).
LIFETIME = 300
KEY_BYTES = 32


class Files:
    """The files of one mode of an organization, each of one record, in parts."""

    def __init__(self, store: RecordStore) -> None:
        """Keep the files with these records."""
        self._store = store

    def append(self, type_: str, id_: str, format_: str, content: str, until: int = 0) -> None:
        """Add a part to the file of a record, in a format; ``until`` is the caller's own mark."""
        values = {"resource_type": type_, "resource": id_, "format": format_}
        self._store.insert(FILES, {**values, "content": content, "until": until})

    def parts(self, type_: str, id_: str) -> list[Record]:
        """Return the parts of the file of a record, in order."""
        return self._store.find(FILES, _of(type_, id_))

    def drop(self, type_: str, id_: str) -> None:
        """Remove the file of a record."""
        for part in self.parts(type_, id_):
            self._store.partition.remove(FILES, part["id"])

    def signed_path(self, type_: str, id_: str) -> str:
        """Return the path that the file of a record can be fetched from for five minutes."""
        expires = str(ceil(self._store.clock.seconds()) + LIFETIME)
        path = f"{PREFIX}/{self._store.organization.slug}/{self._store.mode}/{type_}/{id_}"
        return f"{path}?expires={expires}&signature={self._signature(type_, id_, expires)}"

    def is_signed(self, type_: str, id_: str, expires: str, signature: str) -> bool:
        """Say whether a link is one of ours, be it expired."""
        own = self._signature(type_, id_, expires)
        return hmac.compare_digest(own.encode(), signature.encode("utf-8", "replace"))

    def is_expired(self, expires: str) -> bool:
        """Say whether a link of ours is good no more."""
        return int(expires) < self._store.clock.seconds()

    def _signature(self, type_: str, id_: str, expires: str) -> str:
        key = self._store.organization.entropy_of(self._store.mode, FILES).bytes(KEY_BYTES)
        signed = f"{type_}/{id_}?{expires}".encode("utf-8", "replace")
        return hmac.new(key, signed, hashlib.sha256).hexdigest()


def _of(type_: str, id_: str) -> Condition:
    return both(Compare("resource", "eq", id_), Compare("resource_type", "eq", type_))
