"""The SKUs that line items are of: a bundle is all that its list holds (catalogue.md §6)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

SKUS, BUNDLES, MEMBERS = "skus", "bundles", "sku_list_items"


@dataclass(frozen=True, slots=True)
class Piece:
    """So many pieces of a SKU on a line.

    Attributes:
        line: the record of the line item.
        sku: the record of the SKU.
        each: how many there are in one of what the line is of.
    """

    line: Record
    sku: Record
    each: int = 1

    @property
    def quantity(self) -> int:
        """How many there are on the line."""
        return int(self.line["quantity"]) * self.each

    @property
    def is_bundled(self) -> bool:
        """Whether it is part of a bundle."""
        return bool(self.line["item_type"] == BUNDLES)


def pieces_of(engine: Engine, lines: Iterable[Record]) -> list[Piece]:
    """Return the pieces of lines, in their order; those of bundles in the order of the list."""
    about = [line for line in lines if line["item"] and line["item_type"] in (SKUS, BUNDLES)]
    members = _members(engine, [line["item"] for line in about if line["item_type"] == BUNDLES])
    ids = {line["item"] for line in about} | {m["sku"] for list_ in members.values() for m in list_}
    skus = engine.get_many(SKUS, ids)
    return [
        Piece(line, skus[id_], each)
        for line in about
        for id_, each in _parts(line, members)
        if id_ in skus
    ]


def _parts(line: Record, members: Mapping[str, Sequence[Record]]) -> Iterable[tuple[str, int]]:
    """Return the ids of the SKUs in one of what a line is of, with how many there are of each."""
    if line["item_type"] == SKUS:
        return [(line["item"], 1)]
    return [(member["sku"], member["quantity"] or 1) for member in members.get(line["item"], ())]


def _members(engine: Engine, bundles: Sequence[str]) -> dict[str, list[Record]]:
    """Return the members of the lists of bundles, in order, by the bundle."""
    if not bundles:
        return {}
    lists = {id_: bundle["sku_list"] for id_, bundle in engine.get_many(BUNDLES, bundles).items()}
    found: dict[str, list[Record]] = {id_: [] for id_ in lists.values()}
    for member in engine.find(MEMBERS, Compare("sku_list", "in", frozenset(found))):
        found[member["sku_list"]].append(member)
    for list_ in found.values():
        list_.sort(key=lambda member: (member["position"] or 0, member[SERIAL]))
    return {bundle: found[list_] for bundle, list_ in lists.items()}
