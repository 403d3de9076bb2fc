"""What is kept of tokens."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest

from mockserver.engine.organization import Organizations
from mockserver.oauth.clients import Client
from mockserver.oauth.errors import OAuthError
from mockserver.oauth.issuing import AuthorizationGrant, TokenIssuer
from mockserver.oauth.tokens import PRUNE_EVERY, find_secret, new_secret
from tests.oauth.authorization_world import ISSUER, SECRET, World, signing_key


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def test_expired_records_are_removed_now_and_then(world: World) -> None:
    """Tokens do not pile up."""
    world.back_end()
    for _ in range(PRUNE_EVERY):
        world.clock.advance(timedelta(hours=3))
        world.back_end()
    remaining = world.test.partition.count("access_tokens")

    assert remaining <= 2


def only(world: World, type_: str) -> dict[str, Any]:
    (record,), _ = world.test.partition.select(type_)
    return dict(record)


def test_no_token_is_kept_in_clear(world: World) -> None:
    """Whoever reads the storage cannot use what is there."""
    response = world.login()
    kept = json.dumps([only(world, "access_tokens"), only(world, "refresh_tokens")])

    assert response["refresh_token"] not in kept
    assert response["access_token"].rsplit(".")[-1] not in kept


def test_server_that_starts_again_knows_its_tokens() -> None:
    """Tokens, reuse and refreshing survive with the storage, though the random stream repeats."""
    world = World()
    before = world.login()
    organizations = Organizations(world.organizations.storage)
    organizations.open("acme", world.clock, 1)
    world.organizations = organizations
    again = world.restart()
    after = world.login()

    assert again.bearers.accept(before["access_token"])[1].customer_id == world.ids["john"]
    assert after["access_token"] == before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]
    refreshed = world.token("sales", "refresh_token", refresh_token=before["refresh_token"])
    assert refreshed["access_token"] != before["access_token"]


def test_modes_do_not_share_tokens(world: World) -> None:
    """A live token leaves no trace in the test mode."""
    world.token("live_back", "client_credentials", client_secret=SECRET)

    assert world.test.partition.count("access_tokens") == 0
    assert world.live.partition.count("access_tokens") == 1


def test_token_in_use_is_not_drawn_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """When the numbers that random values derive from have started over."""
    numbers = iter([1, 2, 1, 3, 4])
    monkeypatch.setattr(world.test.partition, "next_number", lambda _: next(numbers))
    found = world.test.get("applications", world.ids["web"])
    assert found is not None
    client = Client(world.test, found)
    first, second = (new_secret(client, "authorization_codes", {}, 60) for _ in range(2))

    assert first != second
    assert find_secret(client, "authorization_codes", first)
    assert find_secret(client, "authorization_codes", second)


def test_what_was_spent_meanwhile_is_refused(world: World) -> None:
    """Of two requests with one refresh token, at the same moment, one is answered."""
    found = world.test.get("applications", world.ids["shop"])
    assert found is not None
    spends = ("refresh_tokens", "spent by another request")
    authorization = AuthorizationGrant("market:all", refreshable=True, spends=spends)
    issuer = TokenIssuer(signing_key(), ISSUER, reuse=True, lifetimes=world.server.lifetimes)
    with pytest.raises(OAuthError, match="invalid_grant"):
        issuer.issue(Client(world.test, found), authorization)

    assert world.test.partition.count("refresh_tokens") == 0
