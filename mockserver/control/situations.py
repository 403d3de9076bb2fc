"""Situations of one organization: back to its seed, out as a snapshot, in again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.access import MODES, Mode
from mockserver.control import scenarios
from mockserver.control.records import from_object, to_object
from mockserver.control.refusals import invalid
from mockserver.sandbox.organization import Organization
from mockserver.sandbox.sandbox import Sandbox
from mockserver.sandbox.tokens import INTERNAL_INDEXES
from mockserver.seeding.seed import seed_customers, seed_foundation
from mockserver.storage.base import SERIAL, Record

#: Tokens are of a client's session, not of the data: situations neither hold nor end them.
TOKENS = frozenset(INTERNAL_INDEXES)


def reset(organization: Organization) -> None:
    """Put an organization back to what it was seeded with; its tokens stay good."""
    kept = {mode: _tokens(organization.sandbox(mode)) for mode in MODES}
    for mode in MODES:
        organization.sandbox(mode).start_over()
    plant(organization)
    for mode in MODES:
        for type_, records in kept[mode].items():
            organization.sandbox(mode).partition.load(type_, records)


def plant(organization: Organization) -> None:
    """Seed an organization that holds nothing, the way its recipe says."""
    recipe = organization.recipe
    seed_foundation(organization, recipe.domain)
    organization.remember()
    for name, value in recipe.settings.items():
        organization.set(name, value)
    if recipe.customers:
        seed_customers(organization, recipe.customers)
    if recipe.scenario:
        scenarios.play(scenarios.find(recipe.scenario), organization)


def _tokens(sandbox: Sandbox) -> dict[str, list[Record]]:
    return {type_: sandbox.partition.select(type_)[0] for type_ in TOKENS}


def snapshot(organization: Organization) -> dict[str, Any]:
    """Return everything an organization holds: one readable JSON:API document for each mode."""
    return {mode: _document(organization.sandbox(mode)) for mode in MODES}


def _document(sandbox: Sandbox) -> dict[str, Any]:
    types = [type_ for type_ in sandbox.partition.types() if type_ not in TOKENS]
    return {
        "data": [
            to_object(type_, sandbox.registry.get(type_), record)
            for type_ in types
            for record in sandbox.partition.select(type_)[0]
        ],
        "meta": {
            "organization": sandbox.organization.slug,
            "mode": sandbox.mode,
            "numbers": {
                type_: number
                for type_, number in sorted(sandbox.partition.numbers().items())
                if type_ not in TOKENS
            },
        },
    }


def restore(organization: Organization, document: Any) -> None:
    """Put an organization into the state of a snapshot, exactly.

    Raises:
        Refusal: 422 with a pointer; nothing has changed.
    """
    if not isinstance(document, dict) or not set(document) <= set(MODES) or not document:
        raise invalid("", 'Not a snapshot: {"test": document, "live": document}.')
    loaded = {m: _loaded(organization.sandbox(m), document[m], m) for m in MODES if m in document}
    for mode, (records, numbers) in loaded.items():
        _replace(organization.sandbox(mode), records, numbers)


Loaded = tuple[dict[str, list[Record]], Mapping[str, int]]


def _loaded(sandbox: Sandbox, document: Any, mode: Mode) -> Loaded:
    """Return the records of a document, by type, and the last number given of each type."""
    if not isinstance(document, dict) or not isinstance(document.get("data"), list):
        raise invalid(f"/{mode}/data", "Not a list of resource objects.")
    records: dict[str, list[Record]] = {}
    for index, object_ in enumerate(document["data"]):
        type_, record = _loaded_record(sandbox, object_, f"/{mode}/data/{index}")
        records.setdefault(type_, []).append(record)
    numbers = (document.get("meta") or {}).get("numbers") or {}
    if not all(type(number) is int for number in numbers.values()):
        raise invalid(f"/{mode}/meta/numbers", "Not numbers by type.")
    return records, numbers


def _loaded_record(sandbox: Sandbox, object_: Any, pointer: str) -> tuple[str, Record]:
    try:
        type_ = str(object_["type"])
        record = from_object(sandbox.registry.get(type_), object_)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise invalid(pointer, "Not a resource object as a snapshot writes it.") from None
    if type(record["id"]) is not str or type(record[SERIAL]) is not int:
        raise invalid(pointer, "The id is not a text, or meta.serial not an integer.")
    return type_, record


def _replace(
    sandbox: Sandbox, records: dict[str, list[Record]], numbers: Mapping[str, int]
) -> None:
    kept = _tokens(sandbox)
    with sandbox.partition.transaction():
        sandbox.start_over()
        for type_, loaded in {**records, **kept}.items():
            sandbox.partition.load(type_, loaded)
        for type_, number in numbers.items():
            sandbox.partition.skip_numbers(type_, number)
