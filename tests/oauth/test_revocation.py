"""Revocation: who may, and what it ends."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from mockserver.errors import Refusal
from mockserver.oauth.errors import OAuthError
from tests.oauth.authorization_world import JOHN, SECRET, World


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def shop_guest(world: World) -> str:
    return str(world.token("shop", "client_credentials", scope="market:all")["access_token"])


def shop_claim(world: World) -> str:
    return str(world.on_behalf("shop", {"custom_claim": {"a": 1}})["access_token"])


def shop_customer(world: World) -> str:
    return str(world.on_behalf("shop", world.filled({"owner": JOHN}))["access_token"])


def back_end(world: World) -> str:
    return str(world.back_end()["access_token"])


def web_user(world: World) -> str:
    return str(world.exchange(world.code())["access_token"])


@pytest.mark.parametrize(
    ("issue", "client_id", "secret", "allowed"),
    [
        (lambda world: world.login()["access_token"], "sales", None, True),
        (lambda world: world.login()["access_token"], "sales", "wrong", False),
        (lambda world: world.login()["refresh_token"], "sales", None, True),
        (lambda world: world.login()["access_token"], "shop", SECRET, False),
        (lambda world: world.login()["refresh_token"], "shop", SECRET, False),
        (lambda world: world.login()["access_token"], "", None, False),
        (lambda world: world.login()["access_token"], "nobody", None, False),
        (lambda world: world.guest()["access_token"], "sales", None, False),
        (shop_guest, "shop", None, False),
        (shop_guest, "shop", SECRET, True),
        (shop_claim, "shop", None, False),
        (shop_claim, "shop", SECRET, True),
        (shop_customer, "shop", None, True),
        (shop_customer, "shop", SECRET, True),
        (back_end, "back", None, False),
        (back_end, "back", "wrong", False),
        (back_end, "back", SECRET, True),
        (back_end, "plain", SECRET, False),
        (web_user, "web", None, False),
        (web_user, "web", SECRET, True),
    ],
)
def test_revocation(
    world: World,
    issue: Callable[[World], str],
    client_id: str,
    secret: str | None,
    *,
    allowed: bool,
) -> None:
    """The client itself, with its secret unless a storefront's customer logs out."""
    asked = {"token": issue(world), "client_id": client_id}
    asked |= {"client_secret": secret} if secret else {}
    if allowed:
        assert world.server.revoke(asked) == {}
    else:
        with pytest.raises(OAuthError) as caught:
            world.server.revoke(asked)
        expected = {
            "title": "unauthorized_client",
            "detail": "You are not authorized to revoke this token",
            "code": "FORBIDDEN",
            "status": 403,
            "meta": {},
        }
        assert caught.value.body() == {"errors": [expected]}


def revoke(world: World, token: str) -> None:
    world.server.revoke({"token": token, "client_id": "sales"})


def test_revoked_access_token(world: World) -> None:
    """It is refused from then on, and not issued again; its refresh token is still good."""
    response = world.login()
    world.access(response["access_token"])
    revoke(world, response["access_token"])
    revoke(world, response["access_token"])

    with pytest.raises(Refusal, match="INVALID_TOKEN"):
        world.access(response["access_token"])
    assert world.login()["access_token"] != response["access_token"]
    assert world.access(world.refresh(response)["access_token"])


def test_revoked_token_in_another_spelling(world: World) -> None:
    """Padding, which a JWT may have, does not make it another token."""
    token = world.login()["access_token"]
    spelling = f"{token}=="
    assert world.access(spelling)
    revoke(world, token)

    with pytest.raises(Refusal, match="INVALID_TOKEN"):
        world.access(spelling)


def test_revoked_refresh_token(world: World) -> None:
    """It is refused from then on; the access token is still good."""
    response = world.login()
    revoke(world, response["refresh_token"])

    with pytest.raises(OAuthError, match="invalid_grant"):
        world.refresh(response)
    world.access(response["access_token"])


def test_revocation_survives_a_restart(world: World) -> None:
    """It is a record."""
    token = world.login()["access_token"]
    revoke(world, token)

    with pytest.raises(Refusal, match="INVALID_TOKEN"):
        world.restart().bearers.accept(token)


def test_token_whose_record_is_gone_can_be_revoked(world: World) -> None:
    """After a reset of the records."""
    token = world.login()["access_token"]
    (record,), _ = world.test.partition.select("access_tokens")
    world.test.partition.remove("access_tokens", record["id"])
    revoke(world, token)

    with pytest.raises(Refusal, match="INVALID_TOKEN"):
        world.access(token)


@pytest.mark.parametrize("token", ["x", "a.b.c", "é"])
@pytest.mark.parametrize(
    "client",
    [{"client_id": "sales"}, {"client_id": "back", "client_secret": SECRET}],
    ids=["public", "with its secret"],
)
def test_unknown_token_is_revoked_already(world: World, client: dict[str, str], token: str) -> None:
    """Whichever client asks."""
    assert world.server.revoke({"token": token, **client}) == {}


@pytest.mark.parametrize(
    "client",
    [
        pytest.param({}, id="none"),
        pytest.param({"client_secret": SECRET}, id="a secret alone"),
        pytest.param({"client_id": "", "client_secret": SECRET}, id="empty"),
        pytest.param({"client_id": "nobody"}, id="unknown"),
        pytest.param({"client_id": "back"}, id="without its secret"),
        pytest.param({"client_id": "back", "client_secret": "wrong"}, id="with a wrong secret"),
        pytest.param({"client_id": "sales", "client_secret": "any"}, id="secret of nothing"),
    ],
)
def test_unknown_client_may_revoke_nothing(world: World, client: dict[str, str]) -> None:
    """Not even a token that nobody has issued; what it could not revoke stays good."""
    back_ends = back_end(world)
    for token in ("1234", back_ends, world.login()["refresh_token"]):
        with pytest.raises(OAuthError) as caught:
            world.server.revoke({"token": token, **client})
        assert (403, "unauthorized_client") == (caught.value.status, caught.value.title)
    assert world.access(back_ends)


def test_token_asked_for_without_the_secret_is_revoked_with_it(world: World) -> None:
    """A storefront takes it, a back-end of the same sales channel ends it."""
    token = shop_guest(world)
    world.server.revoke({"token": token, "client_id": "shop", "client_secret": SECRET})

    with pytest.raises(Refusal, match="INVALID_TOKEN"):
        world.access(token)


def test_token_of_a_client_that_is_gone(world: World) -> None:
    """Nobody could be authorized to revoke it, and it is no good anyway."""
    token = world.login()["access_token"]
    world.test.partition.remove("applications", world.ids["sales"])

    assert world.server.revoke({"token": token, "client_id": "shop"}) == {}


def test_revocation_needs_a_token(world: World) -> None:
    """The parameter is named."""
    with pytest.raises(OAuthError, match="Missing required parameter: token"):
        world.server.revoke({"client_id": "sales"})
