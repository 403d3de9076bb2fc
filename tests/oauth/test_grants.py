"""The grants: who gets what, and how the rest is refused."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mockserver.oauth.clients import JWT_BEARER
from mockserver.oauth.errors import OAuthError
from tests.oauth.authorization_world import (
    GUEST_KEYS,
    NOW,
    OWNED_KEYS,
    PASSWORD,
    SECRET,
    UNOWNED_KEYS,
    World,
    payload_of,
)


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def test_client_credentials(world: World) -> None:
    """Neither refresh token nor owner."""
    response = world.guest()

    assert list(response) == GUEST_KEYS
    assert response["token_type"] == "bearer"
    assert response["scope"] == "market:code:europe"
    assert (response["created_at"], response["expires_in"]) == (NOW, 14400)


@pytest.mark.parametrize("scope", [{}, {"scope": ""}])
def test_back_end_needs_no_scope(world: World, scope: dict[str, str]) -> None:
    """An empty one is none; the whole is the default."""
    response = world.token("back", "client_credentials", client_secret=SECRET, **scope)

    assert response["scope"] == "market:all"
    assert response["expires_in"] == 7200


@pytest.mark.parametrize("email", ["john@example.com", "  JOHN@Example.com\t"])
def test_password(world: World, email: str) -> None:
    """The email is trimmed and its case does not count; the owner is lower case here."""
    response = world.login(email)

    assert list(response) == OWNED_KEYS
    assert response["owner_id"] == world.ids["john"]
    assert response["owner_type"] == "customer"
    assert payload_of(response["access_token"])["owner"]["type"] == "Customer"


def test_member_logs_in_to_a_private_market(world: World) -> None:
    """What guests cannot have."""
    assert world.login("member@example.com", scope="market:code:vip")["expires_in"] == 14400


def test_refresh_token_inherits_and_rotates(world: World) -> None:
    """Same scope and owner, new tokens; the old refresh token is spent, the access token is not."""
    first = world.login()
    second = world.refresh(first)

    assert list(second) == OWNED_KEYS
    inherited = ("scope", "owner_id", "owner_type")
    assert {k: first[k] for k in inherited} == {k: second[k] for k in inherited}
    assert first["access_token"] != second["access_token"]
    assert first["refresh_token"] != second["refresh_token"]
    world.access(first["access_token"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.refresh(first)
    world.refresh(second)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ("", "market:61 market:62"),
        ("market:61 market:62", "market:61 market:62"),
        ("market:62", "market:62"),
        ("market:62,market:61", "market:62,market:61"),
        ("market:code:europe", "market:61 market:62"),
        ("market:61 market:all", "market:61 market:62"),
        (" , ", "market:61 market:62"),
    ],
)
def test_refresh_token_can_narrow_the_scope(world: World, asked: str, expected: str) -> None:
    """For one access token; anything else but a part is ignored."""
    narrowed = world.refresh(world.login(scope="market:61 market:62"), scope=asked)

    assert expected == narrowed["scope"]
    assert world.refresh(narrowed)["scope"] == "market:61 market:62"


def test_refresh_token_of_a_claim(world: World) -> None:
    """A token without an owner inherits its claim."""
    first = world.on_behalf("shop", {"custom_claim": {"a": 1}})
    asked = {"refresh_token": first["refresh_token"], "client_secret": SECRET}
    second = world.token("shop", "refresh_token", **asked)

    assert list(second) == UNOWNED_KEYS
    assert payload_of(second["access_token"])["custom_claim"] == {"a": 1}


def test_refresh_token_lives_two_weeks(world: World) -> None:
    """And not a second longer."""
    first = world.login()
    world.clock.advance(timedelta(days=14, seconds=-1))
    second = world.refresh(first)
    world.clock.advance(timedelta(days=14))

    with pytest.raises(OAuthError, match="invalid_grant"):
        world.refresh(second)


def test_authorization_code(world: World) -> None:
    """Two steps: consent, which is automatic, and exchange."""
    response = world.exchange(world.code())

    assert list(response) == OWNED_KEYS
    assert response["owner_type"] == "user"
    assert response["owner_id"] == world.ids["ringo"]
    assert response["scope"] == "market:all"
    assert payload_of(response["access_token"])["owner"]["type"] == "User"
    assert world.access(response["access_token"]).role_id == world.ids["admin"]


def test_authorization_code_keeps_the_scope(world: World) -> None:
    """The one of the first step."""
    response = world.exchange(world.code(scope="market:code:usa"))

    assert response["scope"] == "market:code:usa"
    assert "market" in payload_of(response["access_token"])


def test_authorization_code_for_another_user(world: World) -> None:
    """A login hint says which user agrees."""
    response = world.exchange(world.code(login_hint="paul@example.com"))

    assert response["owner_id"] == world.ids["paul"]


def test_authorization_code_is_good_once(world: World) -> None:
    """A second exchange is refused."""
    code = world.code()
    world.exchange(code)

    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code)


def test_authorization_code_is_good_for_ten_minutes(world: World) -> None:
    """Its last second included."""
    codes = [world.code(), world.code()]
    world.clock.advance(timedelta(seconds=599))
    world.exchange(codes[0])
    world.clock.advance(timedelta(seconds=1))

    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(codes[1])


def test_failed_exchange_does_not_spend_the_code(world: World) -> None:
    """A wrong redirect URI, then the right one."""
    code = world.code()
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code, redirect_uri="https://app.test/other")

    world.exchange(code)


@pytest.mark.parametrize(
    ("client_id", "grant_type", "present", "missing"),
    [
        ("shop", "", {}, "grant_type"),
        ("shop", "password", {"password": "x"}, "username"),
        ("shop", "password", {"username": "x", "password": ""}, "password"),
        ("shop", "refresh_token", {}, "refresh_token"),
        ("web", "authorization_code", {"redirect_uri": "x"}, "code"),
        ("web", "authorization_code", {"code": "x"}, "redirect_uri"),
        ("shop", JWT_BEARER, {}, "assertion"),
    ],
)
def test_missing_parameter_is_named(
    world: World, client_id: str, grant_type: str, present: dict[str, str], missing: str
) -> None:
    """``invalid_request`` says which one."""
    asked = {"client_id": client_id, "client_secret": SECRET, "grant_type": grant_type, **present}
    error = world.refused(asked)

    assert (error.title, error.status, error.code) == ("invalid_request", 400, "BAD_REQUEST")
    assert f"Missing required parameter: {missing}." == error.detail


@pytest.mark.parametrize(
    "grant_type", ["implicit", "Password", "client_credentials ", "jwt-bearer"]
)
def test_unknown_grant(world: World, grant_type: str) -> None:
    """Even before the client is looked at."""
    error = world.refused({"grant_type": grant_type})

    assert (error.title, error.status) == ("unsupported_grant_type", 400)


@pytest.mark.parametrize(
    ("email", "password"),
    [
        ("john@example.com", "wrong"),
        ("john@example.com", f"{PASSWORD} "),
        ("john@example.com", PASSWORD.upper()),
        ("nobody@example.com", PASSWORD),
        ("visitor@example.com", PASSWORD),
        ("visitor@example.com", "None"),
        ("%", PASSWORD),
        ("john@example.com", "\ud800\x00"),
    ],
)
def test_wrong_login(world: World, email: str, password: str) -> None:
    """Unknown, a guest or a wrong password: the same answer."""
    asked = {"client_id": "sales", "grant_type": "password", "scope": "market:all"}
    error = world.refused({**asked, "username": email, "password": password})

    assert (error.title, error.status) == ("invalid_grant", 400)


def test_login_in_the_other_mode(world: World) -> None:
    """A customer of the test mode does not exist for live credentials."""
    world.live.partition.remove("customers", world.ids["live_john"])
    asked = {"client_id": "live_sales", "grant_type": "password", "scope": "market:all"}

    error = world.refused({**asked, "username": "john@example.com", "password": PASSWORD})
    assert error.title == "invalid_grant"


@pytest.mark.parametrize("grant_type", ["client_credentials", "password"])
@pytest.mark.parametrize("scope", [{}, {"scope": ""}, {"scope": "market:code:vip"}])
def test_sales_channel_has_to_ask_for_a_scope(
    world: World, grant_type: str, scope: dict[str, str]
) -> None:
    """That it may have."""
    asked = {"client_id": "sales", "grant_type": grant_type, **scope}
    asked |= {"username": "john@example.com", "password": PASSWORD}
    error = world.refused(asked)

    assert (error.title, error.status) == ("invalid_scope", 400)


def remove_john(world: World) -> None:
    world.test.partition.remove("customers", world.ids["john"])


def disable_market(world: World) -> None:
    world.change("markets", "europe", disabled_at="2026-01-01T00:00:00.000Z")


@pytest.mark.parametrize(
    ("change", "title"), [(remove_john, "invalid_grant"), (disable_market, "invalid_scope")]
)
def test_refresh_token_that_no_longer_helps(
    world: World, change: Callable[[World], None], title: str
) -> None:
    """The owner must be there, the scope allowed; a refused refresh spends nothing."""
    response = world.login()
    change(world)

    with pytest.raises(OAuthError, match=title):
        world.refresh(response)
    assert world.test.partition.count("refresh_tokens") == 1


def test_refresh_token_of_another_client(world: World) -> None:
    """It is good for the client it was issued to."""
    response = world.login()
    asked = {"client_id": "shop", "grant_type": "refresh_token"}

    error = world.refused({**asked, "refresh_token": response["refresh_token"]})
    assert error.title == "invalid_grant"
    error = world.refused({**asked, "refresh_token": response["access_token"]})
    assert error.title == "invalid_grant"


def test_refresh_token_is_revoked_by_removing_its_record(world: World) -> None:
    """As the anonymization of a customer does, by the owner's id."""
    response = world.login()
    (record,), _ = world.test.partition.select("refresh_tokens")
    assert record["owner_id"] == world.ids["john"]
    world.test.partition.remove("refresh_tokens", record["id"])

    with pytest.raises(OAuthError, match="invalid_grant"):
        world.refresh(response)


def test_authorization_code_of_another_client(world: World) -> None:
    """Or of a user who is gone."""
    code = world.code()
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code, "board")
    world.test.partition.remove("users", world.ids["ringo"])
    with pytest.raises(OAuthError, match="invalid_grant"):
        world.exchange(code)
