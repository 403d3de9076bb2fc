"""Permits of sales channels, as each declaration says them (authentication.md §13).

A permit may restrict the records it applies to; a request for a type or an action without a permit,
or for a record outside the restriction, is answered 401 ``UNAUTHORIZED``. Guests and logged
customers have permits of their own: neither inherits from the other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Protocol

from mockserver.access import Access
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.conditions import (
    EVERYTHING,
    NOTHING,
    Any_,
    Compare,
    Condition,
    Not,
    Null,
    Related,
    both,
)


class TenantTerms(Protocol):
    """Terms of the organization: its attributes, and its time."""

    @property
    def now(self) -> str:
        """The organization's time, as a timestamp."""

    def __call__(self, name: str, /) -> object:
        """Return the attribute with this name, ``orders_sales_channel_guest_only`` for instance."""


Setting = TenantTerms
#: Which records a token sees that has markets in scope, whatever its kind (catalogue.md §2).
Scoped = Callable[[Access, Engine], Condition]
#: Which records: the same for everybody, or depending on who asks and on the organization.
Restriction = Condition | Callable[[Access, Setting], Condition]


def settled(restriction: Restriction, access: Access, setting: Setting) -> Condition:
    """Return the condition that a restriction comes to for one bearer."""
    return restriction(access, setting) if callable(restriction) else restriction


@dataclass(frozen=True, slots=True)
class Permit:
    """Permission: actions as letters of ``CRUD``, whether lists, and of which records.

    Attributes:
        actions: letters of ``CRUD``.
        lists: whether the type may be listed.
        readable: the records that may be read, as far as reading is allowed, and that a linkage
            may lead to.
        writable: what those that may be created, changed or deleted satisfy besides.
        included: whether documents of others include what may not be read by itself.
        commands: attributes that may be sent, alone, to further records, by name.
        creates_others: whether records may be created that cannot be read then.
    """

    actions: str
    lists: bool = False
    readable: Restriction = EVERYTHING
    writable: Restriction = EVERYTHING
    commands: Mapping[str, Condition] = field(default_factory=dict)
    creates_others: bool = False
    included: bool = False


#: Neither read nor named.
CLOSED = Permit("", readable=NOTHING)
#: Not read, but linkages may lead there: what a shop is made of.
NAMED = Permit("")
#: The same, and included where others lead to it (catalogue.md §2).
INCLUDED = Permit("", included=True)
CATALOGUE = Permit("R", lists=True)
#: Read by who knows the id.
SINGLE = Permit("R")


def part_of(type_: str, name: str, restriction: Restriction) -> Restriction:
    """Restrict to the records whose to-one of this name leads to a record that satisfies this."""

    def parts(access: Access, setting: Setting) -> Condition:
        return Related(type_, name, "id", settled(restriction, access, setting))

    return parts


def joined(*restrictions: Restriction) -> Restriction:
    """Restrict to what satisfies every one of the restrictions."""

    def all_of(access: Access, setting: Setting) -> Condition:
        return both(*(settled(restriction, access, setting) for restriction in restrictions))

    return all_of


# --- whose records --------------------------------------------------------------------------------

#: What is of a customer who can log in; other customers, and nobody, are guests.
REGISTERED = Related("customers", "customer", "id", Null("password", negated=True))
GUESTS = Not(REGISTERED)


def own_by(name: str = "customer") -> Restriction:
    """Restrict to the records whose field names the logged customer."""
    return lambda access, _: Compare(name, "eq", access.customer_id)


def another_customers(access: Access, _: Setting) -> Condition:
    """Restrict to the records of other customers than the logged one."""
    return Compare("customer", "eq", access.customer_id, negated=True)


def own_or_nobodys(access: Access, _: Setting) -> Condition:
    """Restrict to the records of the logged customer, and to those without a customer."""
    return Any_((Null("customer"), Compare("customer", "eq", access.customer_id)))


def own(actions: str, name: str = "customer", *, creates_others: bool = False) -> Permit:
    """Permit these actions, and lists, of the records that belong to the logged customer."""
    return Permit(actions, True, own_by(name), creates_others=creates_others)


def in_scope(access: Access, _: Setting) -> Condition:
    """Restrict to what is of the markets in scope."""
    if access.market_ids is None:
        return EVERYTHING
    return Compare("market", "in", frozenset(access.market_ids))
