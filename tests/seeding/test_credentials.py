"""The credentials that are published, and those that are not."""

from __future__ import annotations

import re

import pytest

from mockserver.engine.organization import Organization
from mockserver.seeding.credentials import Credential, credentials
from tests.seeding.worlds import seeded

ID, SECRET = "client_id", "client_secret"


def published(mode: str, key: str, what: str) -> str:
    """Return a published value."""
    return f"{mode}_{key}_{what}_".ljust(43, "0")


@pytest.mark.parametrize(
    "mode",
    ["test", "live"],
)
def test_those_of_the_first_organization_are_published(acme: Organization, mode: str) -> None:
    """They are constants that a test may hold on to."""
    assert [c for c in credentials(acme) if c.mode == mode] == [
        Credential(name, kind, mode, published(mode, key, ID), secret, scope)
        for name, kind, key, secret, scope in (
            (
                "Integration",
                "integration",
                "integration",
                f"{mode}_integration_client_secret_000000000000",
                None,
            ),
            (
                "Read-only integration",
                "integration",
                "read_only_integration",
                f"{mode}_read_only_integration_client_secret_00",
                None,
            ),
            ("Sales channel", "sales_channel", "sales_channel", None, "market:code:europe"),
            (
                "Web app",
                "webapp",
                "webapp",
                f"{mode}_webapp_client_secret_00000000000000000",
                "market:all",
            ),
            (
                "Confidential sales channel",
                "sales_channel",
                "confidential_channel",
                f"{mode}_confidential_channel_client_secret_000",
                "market:code:europe",
            ),
        )
    ]


def test_those_of_the_first_organization_have_nothing_to_do_with_the_seed() -> None:
    """Who shares a sandbox needs another organization, as the page on demos says."""
    assert credentials(seeded()) == credentials(seeded(seed=2))


def test_those_of_others_are_their_own() -> None:
    """They are well-formed, of one use, and the same whenever the slug and the seed are."""
    ours, again = credentials(seeded(slug="blue")), credentials(seeded(slug="blue"))
    others = credentials(seeded(slug="green")), credentials(seeded(slug="blue", seed=2))
    values = [v for c in ours for v in (c.client_id, c.client_secret) if v]

    assert ours == again
    assert len(set(values)) == 18
    assert all(re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_-]{42}", value) for value in values)
    for other in others:
        assert not {c.client_id for c in other} & {c.client_id for c in ours}


def test_none_begins_with_a_dash() -> None:
    """A command line would take it for an option."""
    found = [c for number in range(60) for c in credentials(seeded(slug=f"brand-{number}"))]

    assert not [c for c in found if f"{c.client_id}".startswith("-")]
    assert not [c for c in found if f"{c.client_secret}".startswith("-")]


def test_they_are_read_from_the_store() -> None:
    """What was changed is told as it is now."""
    organization = seeded()
    partition = organization.sandbox("live").partition
    first = partition.select("applications", limit=1)[0][0]
    partition.put("applications", {**first, "secret": "changed"})

    assert credentials(organization)[5].client_secret == "changed"
