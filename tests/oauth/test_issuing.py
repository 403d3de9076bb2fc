"""Issuing: the same token again, or a new one, and for how long."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from mockserver.oauth.errors import OAuthError
from mockserver.situations.snapshots import TOKENS
from tests.oauth.authorization_world import NOW, SECRET, World, payload_of


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


Issue = Callable[[World], dict[str, Any]]


ISSUES: dict[str, Issue] = {
    "guest": World.guest,
    "back_end": World.back_end,
    "login": World.login,
    "claim": lambda world: world.on_behalf("back", {"custom_claim": {"a": 1}}),
}


def test_credentials_decide_the_mode(world: World) -> None:
    """The same request with the other mode's credentials gives the other mode's token."""
    live = world.token("live_back", "client_credentials", client_secret=SECRET)["access_token"]

    assert payload_of(live)["test"] is False
    assert world.access(live).mode == "live"
    assert world.access(world.back_end()["access_token"]).mode == "test"


def test_issuer_can_be_set_after_the_start(world: World) -> None:
    """Tokens asked for later carry it, and earlier ones are not used again."""
    world.back_end()
    world.server.issuer = "https://auth.cl.localhost:9999"
    payload = payload_of(world.back_end()["access_token"])

    assert world.server.issuer == payload["iss"] == "https://auth.cl.localhost:9999"


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_asking_again_returns_the_same_token(world: World, issue: Issue) -> None:
    """The token and its creation stay, the seconds left shrink."""
    first = issue(world)
    world.clock.advance(timedelta(seconds=90))
    second = issue(world)

    assert first["access_token"] == second["access_token"]
    assert second["created_at"] == first["created_at"] == NOW
    assert second["expires_in"] == first["expires_in"] - 90


@pytest.mark.parametrize("issue", ISSUES.values(), ids=ISSUES)
def test_reuse_can_be_switched_off(issue: Issue) -> None:
    """Then each token is a new one, even at the same moment."""
    world = World(reuse_tokens=False)

    assert issue(world)["access_token"] != issue(world)["access_token"]


def test_reuse_can_be_switched_off_later(world: World) -> None:
    """And on again: then the newest token is used."""
    first = world.back_end()["access_token"]
    world.server.reuse_tokens = False
    second = world.back_end()["access_token"]
    world.server.reuse_tokens = True

    assert world.server.reuse_tokens
    assert first != second
    assert world.back_end()["access_token"] == second


def test_issuing_does_not_change_what_is_created_next(world: World) -> None:
    """Tokens draw from streams of their own, the same in every run."""
    token = world.login()["access_token"]
    other = World()

    assert other.login()["access_token"] == token
    assert World().test.entropy.uuid() == world.test.entropy.uuid()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ISSUES["guest"], lambda world: world.guest("market:code:usa")),
        (ISSUES["guest"], ISSUES["login"]),
        (ISSUES["login"], lambda world: world.login("member@example.com")),
        (ISSUES["claim"], ISSUES["back_end"]),
        (ISSUES["claim"], lambda world: world.on_behalf("back", {"custom_claim": {"a": 2}})),
        (
            ISSUES["back_end"],
            lambda world: world.token("plain", "client_credentials", client_secret=SECRET),
        ),
    ],
)
def test_token_for_another_purpose_is_another_token(
    world: World, first: Issue, second: Issue
) -> None:
    """Client, scope, owner and claim make the purpose."""
    assert first(world)["access_token"] != second(world)["access_token"]


def test_expired_token_is_not_used_again(world: World) -> None:
    """At the end of its life a new one takes its place, not a second earlier."""
    first = world.back_end()
    world.clock.advance(timedelta(seconds=7199))
    last = world.back_end()
    world.clock.advance(timedelta(seconds=1))
    second = world.back_end()

    assert (last["access_token"], last["expires_in"]) == (first["access_token"], 1)
    assert second["access_token"] != first["access_token"]
    assert (second["created_at"], second["expires_in"]) == (NOW + 7200, 7200)


def test_token_from_the_future_is_not_used_again(world: World) -> None:
    """When the clock has been turned back."""
    first = world.back_end()
    world.clock.advance(timedelta(hours=-1))

    assert first["access_token"] != world.back_end()["access_token"]


@pytest.mark.parametrize(
    ("client_id", "expected"), [("sales", 60), ("back", 30), ("web", 20), ("board", 20)]
)
def test_lifetimes_can_be_overridden(client_id: str, expected: int) -> None:
    """By kind, at the start or later; the dashboard's apps count as web apps."""
    world = World(lifetimes={"sales_channel": 60, "integration": 30})
    world.server.lifetimes["webapp"] = 20
    asked = {"grant_type": "client_credentials", "scope": "market:all"}
    if client_id in ("web", "board"):
        response = world.on_behalf(client_id, {"custom_claim": {}})
    else:
        secret = SECRET if client_id == "back" else ""
        response = world.server.token({**asked, "client_id": client_id, "client_secret": secret})

    assert response["expires_in"] == expected


def test_lifetimes_of_refresh_tokens_and_codes(world: World) -> None:
    """Can be set as well."""
    world.server.lifetimes.update({"refresh_token": 60, "authorization_code": 10})
    code, response = world.code(), world.login()
    world.clock.advance(timedelta(seconds=10))
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code)
    world.clock.advance(timedelta(seconds=50))
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.refresh(response)


def test_credentials_may_have_a_lifetime_of_their_own(world: World) -> None:
    """It counts before the kind's."""
    world.change("applications", "sales", access_token_lifetime=7200)

    assert world.guest()["expires_in"] == 7200


def test_refused_request_changes_nothing(world: World) -> None:
    """A grant that fails late leaves no token."""
    with pytest.raises(OAuthError):
        world.login(scope="market:code:vip")

    assert dict.fromkeys(TOKENS, 0) == {
        type_: world.test.partition.count(type_) for type_ in TOKENS
    }
