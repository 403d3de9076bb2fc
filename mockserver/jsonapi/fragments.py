"""Documents as text, joined from fragments that are kept for as long as their records are stored.

What an object says of its record changes with the record alone. All else is joined in: its links by
a template, which the id is put into, the members that look at what is around the record, and
``meta``. Templates are cut from what `schema.dumping` makes of an object, which decides the order.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from mockserver.late_dataclass import dataclass
from mockserver.schema.dumping import dump_plan, relationship_objects, resource_object
from mockserver.schema.members import Place
from mockserver.schema.protocols import DeriveFrom, View
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record

#: Bytes of fragments that a server keeps, and what one takes besides its text.
KEPT, OVERHEAD = 48 * 1024 * 1024, 500
#: How many shapes are known: types times fieldsets times names of the server.
SHAPES = 512
#: What stands for an id, for attributes and for meta in what a template is cut from. The first is
#: a control character, of which there is none in JSON.
ID = b"\x01"
_ID, _ATTRIBUTES, _META = "\x01", {"\x02": 0}, {"\x03": ""}

Fragment = tuple[bytes, ...]


class Shape:
    """How objects of a type are written around what their records say.

    Attributes:
        holes: the members that look at what is around a record: they come between the parts of
            its fragment.
    """

    def __init__(
        self, resource: type[Resource], place: Place, fields: Collection[str] | None, base_url: str
    ) -> None:
        """Cut the template.

        Args:
            resource: the type.
            place: where it is shown.
            fields: the members that are asked for; all of them where there are none.
            base_url: what links begin with.
        """
        plan = dump_plan(resource, place)
        names = [name for name in plan.names if fields is None or name in fields]
        self._derived = {name: derive for name, derive in plan.derived if name in names}
        holes = {name: reader for name, reader in plan.derived_from if name in names}
        self.holes: Sequence[DeriveFrom] = tuple(holes[name] for name in names if name in holes)
        self._runs = tuple(_runs(names, holes))
        url = f"{base_url}/api/{resource.type_}/{_ID}"
        linked = [n for n in resource.relationships if fields is None or n in fields]
        text = orjson.dumps(
            resource_object(
                resource.type_,
                _ID,
                links={"self": url},
                attributes=_ATTRIBUTES if names else None,
                relationships=relationship_objects(url, linked) or None,
                meta=_META,
            )
        ).replace(orjson.dumps(_ID)[1:-1], ID)
        head, attributes, rest = text.rpartition(orjson.dumps(_ATTRIBUTES))
        links, _, self._end = rest.partition(orjson.dumps(_META))
        self._has_attributes = bool(attributes)
        self._head, self._links = head.split(ID), links.split(ID)

    def fragment(self, record: Record) -> Fragment:
        """Return the attributes that the record alone tells, in parts, between which holes are."""
        derived, stored = self._derived, record.get
        parts = []
        for opening, names, closing in self._runs:
            shown = {n: derived[n](record) if n in derived else stored(n) for n in names}
            parts.append(opening + orjson.dumps(shown)[1:-1] + closing)
        return tuple(parts)

    def text(self, record: Record, fragment: Fragment, view: View) -> bytes:
        """Return the object of a record up to its meta."""
        id_ = orjson.dumps(record["id"])[1:-1]
        links = id_.join(self._links)
        if not self._has_attributes:
            return links
        around = [id_.join(self._head), fragment[0]]
        for hole, part in zip(self.holes, fragment[1:], strict=True):
            around += (orjson.dumps(hole(record, view)), part)
        around.append(links)
        return b"".join(around)

    def closing(self, meta: Mapping[str, str]) -> bytes:
        """Return the end of an object from its meta on, the same for all of a document."""
        return orjson.dumps(meta) + self._end


@lru_cache(maxsize=SHAPES)
def shape(
    resource: type[Resource], place: Place, fields: frozenset[str] | None, base_url: str
) -> Shape:
    """Return the shape of objects; see ``Shape``."""
    return Shape(resource, place, fields, base_url)


class Fragments:
    """Fragments of the records that are held, by what they are of: the stored object itself.

    A record that is written is another object, so that no fragment is ever of an earlier one. Those
    that nobody has asked for in a while are let go.
    """

    def __init__(self, limit: int = KEPT) -> None:
        """Keep about so many bytes."""
        self._limit = limit
        self._size = 0
        self._young: dict[tuple[int, Shape], tuple[Record, Fragment]] = {}
        self._old: dict[tuple[int, Shape], tuple[Record, Fragment]] = {}

    def text(self, shape: Shape, record: Record, view: View) -> bytes:
        """Return the object of a record that is held, up to its meta."""
        # While a fragment is kept its record is, so that no other object has the same identity.
        key = (id(record), shape)
        kept = self._young.get(key) or self._kept(key, record)
        return shape.text(record, kept[1], view)

    def _kept(self, key: tuple[int, Shape], record: Record) -> tuple[Record, Fragment]:
        """Keep a fragment among those that were asked for lately, made if there is none."""
        found = self._old.get(key) or (record, key[1].fragment(record))
        self._size += OVERHEAD + sum(map(len, found[1]))
        if 2 * self._size > self._limit:
            self._old, self._young, self._size = self._young, {}, 0
        self._young[key] = found
        return found


@dataclass(slots=True)
class Text:
    """The text of a document, all but its meta.

    Attributes:
        shape: of its objects.
        objects: up to their meta.
        around: what is beside the data, where that is a page and not one resource.
    """

    shape: Shape
    objects: Sequence[bytes]
    around: Mapping[str, Any] | None = None

    def written(self, meta: Mapping[str, str]) -> bytes:
        """Return all of it."""
        closing = self.shape.closing(meta)
        if self.around is None:
            return b"".join((b'{"data":', self.objects[0], closing, b"}"))
        around = b"]," + orjson.dumps(self.around)[1:]
        if not self.objects:
            return b'{"data":[' + around
        # Beginning and end go with the objects there, so that what is large is copied once.
        objects = list(self.objects)
        objects[0] = b'{"data":[' + objects[0]
        objects[-1] += closing + around
        return (closing + b",").join(objects)


def _runs(
    names: Sequence[str], holes: Collection[str]
) -> Iterator[tuple[bytes, Sequence[str], bytes]]:
    """Yield the names between holes, with the text before their values and after it."""
    opening, run = b"{", list[str]()
    for name in names:
        if name not in holes:
            run.append(name)
            continue
        comma = b"," if run or opening == b"," else b""
        yield (opening if run or not comma else b"", run, comma + orjson.dumps(name) + b":")
        opening, run = b",", []
    yield (opening if run or opening == b"{" else b"", run, b"}")
