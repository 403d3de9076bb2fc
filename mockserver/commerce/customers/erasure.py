"""Erasure of what tells of a customer, as the declarations say it (customers.md §11.4).

There is no other definition: what is seeded as forgotten looks the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

from mockserver.schema.protocols import Engine
from mockserver.schema.relationships import Relationship
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare, Condition, both

CUSTOMERS, ADDRESSES = "customers", "addresses"


def email(id_: str, number: int) -> str:
    """Return the email that replaces a customer's own; ids may differ in case alone."""
    return f"anonymized-{id_.lower()}-{number}@anonymized.invalid"


def free_email(engine: Engine, customer: Record) -> str:
    """Return an anonymized email that nobody has: another customer may have taken this one."""
    own = free = email(customer["id"], customer[SERIAL])
    for again in count(2):
        taken = engine.find(CUSTOMERS, Compare("email", "eq", free))
        if all(other["id"] == customer["id"] for other in taken):
            break
        free = own.replace("@", f"-{again}@")
    return free


def forgotten(engine: Engine, type_: str, record: Record) -> Record:
    """Return the personal fields of a record as an anonymization leaves them."""
    members = engine.registry[type_].attributes
    return {name: m.personal(engine, record) for name, m in members.items() if m.personal}


def forget_associations(engine: Engine, customer: Record) -> None:
    """Rewrite or delete what else tells of a customer, and blank its history."""
    for id_ in sorted(_addresses(engine, customer)):
        address = engine.get(ADDRESSES, id_) or {}
        engine.rewrite(ADDRESSES, id_, forgotten(engine, ADDRESSES, address))
        engine.forget_history(ADDRESSES, id_)
    for type_, link in _links(engine):
        if link.on_anonymize == "delete":
            for record in _own(engine, type_, link, customer):
                engine.remove(type_, record["id"])
                engine.forget_history(type_, record["id"])


def _addresses(engine: Engine, customer: Record) -> set[str]:
    """Return the ids of the addresses that records of the customer lead to."""
    found: set[str] = set()
    for type_, link in _links(engine):
        linkages = engine.registry[type_].relationships
        personal = [name for name, linkage in linkages.items() if linkage.personal]
        if personal:
            for record in _own(engine, type_, link, customer):
                found.update(record[name] for name in personal if record.get(name))
    return found


def _links(engine: Engine) -> Iterator[tuple[str, Relationship]]:
    """Yield the types whose records lead to a customer, with the to-one that does."""
    # From the last name to the first: events of what is deleted are numbered in this order.
    for type_, resource in sorted(engine.registry.items(), reverse=True):
        for link in resource.relationships.values():
            if link.stored and not link.many and CUSTOMERS in link.types:
                yield type_, link


def _own(engine: Engine, type_: str, link: Relationship, customer: Record) -> list[Record]:
    condition: Condition = Compare(link.field, "eq", customer["id"])
    if link.polymorphic:
        condition = both(condition, Compare(link.type_field, "eq", CUSTOMERS))
    return engine.find(type_, condition)
