"""Who works for an organization: the users one of whom agrees when a web app asks."""

from __future__ import annotations

from collections.abc import Iterator

from mockserver.access import MODES, Mode
from mockserver.engine.organization import Organization
from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Person:
    """A person, and the credentials to ask for a user's token.

    Attributes:
        email: what the user is named by.
        role: the name of the user's role, ``None`` without one.
        mode: which one the user's record is of.
    """

    email: str | None
    role: str | None
    mode: Mode


def people(organization: Organization) -> list[Person]:
    """Return the users the organization has now, test before live, the first ones first."""
    return [person for mode in MODES for person in _people(organization, mode)]


def _people(organization: Organization, mode: Mode) -> Iterator[Person]:
    partition = organization.partitions[mode]
    for record in partition.select("users")[0]:
        role = partition.get("roles", record.get("role_id") or "") or {}
        yield Person(record.get("email"), role.get("name"), mode)
