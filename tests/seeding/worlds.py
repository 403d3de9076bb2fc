"""Seeded organizations and what tells two of them apart; run as a script, prints the latter."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from hashlib import sha256

import orjson

from mockserver.access import MODES
from mockserver.clock import Clock
from mockserver.engine.organization import Organization, Organizations
from mockserver.engine.tenant import SeedOptions
from mockserver.resources.registry import indexes
from mockserver.seeding.seed import DOMAIN, seed_customers, seed_foundation
from mockserver.storage.memory import MemoryStorage


def seeded(  # noqa: PLR0913 - whatever a test wants otherwise
    customers: int = 0,
    *,
    slug: str = "acme",
    seed: object = 1,
    year: int = 2026,
    domain: str = DOMAIN,
    locales: Sequence[str] = (),
) -> Organization:
    """Return a new organization with so many customers in each mode."""
    clock = Clock(datetime(year, 1, 1, tzinfo=UTC))
    organization = Organizations(MemoryStorage(indexes())).open(
        slug, clock, seed, SeedOptions(locales=locales)
    )
    seed_foundation(organization, domain)
    seed_customers(organization, customers)
    return organization


def digest(organization: Organization) -> str:
    """Return what differs when any record of two organizations differs."""
    state = sha256()
    for mode in MODES:
        partition = organization.sandbox(mode).partition
        for type_ in partition.types():
            state.update(orjson.dumps(partition.select(type_)[0], option=orjson.OPT_SORT_KEYS))
    return state.hexdigest()


if __name__ == "__main__":
    sys.stdout.write(digest(seeded(50)))
