"""Client authentication, and which kind may use which grant."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.oauth.clients import GRANTS_OF_KIND, JWT_BEARER
from mockserver.oauth.grants import GRANTS
from tests.oauth.authorization_world import (
    CREDENTIALS,
    JOHN,
    PASSWORD,
    SECRET,
    World,
    assertion,
    payload_of,
)


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


@pytest.mark.parametrize("grant_type", GRANTS)
@pytest.mark.parametrize(
    ("client_id", "kind"), [(name, kind) for name, kind, secret, _ in CREDENTIALS if secret]
)
def test_kinds_have_their_grants(world: World, client_id: str, kind: str, grant_type: str) -> None:
    """A grant of another kind is refused before anything else is looked at."""
    asked = {"client_id": client_id, "client_secret": SECRET, "grant_type": grant_type}
    permitted = grant_type in GRANTS_OF_KIND.get(kind, GRANTS_OF_KIND["webapp"])
    needs_more = grant_type != "client_credentials" or kind == "sales_channel"
    if not permitted:
        assert (world.refused(asked).title, world.refused(asked).status) == (
            "unauthorized_client",
            401,
        )
    elif needs_more:
        assert world.refused(asked).title in ("invalid_request", "invalid_scope")
    else:
        assert world.server.token(asked)["token_type"] == "bearer"


@pytest.mark.parametrize(
    "parameters",
    [
        pytest.param({}, id="no client"),
        pytest.param({"client_id": ""}, id="empty client"),
        pytest.param({"client_id": "nobody"}, id="unknown client"),
        pytest.param({"client_id": "Back", "client_secret": SECRET}, id="case of the id"),
        pytest.param({"client_id": "back"}, id="no secret"),
        pytest.param({"client_id": "back", "client_secret": ""}, id="empty secret"),
        pytest.param({"client_id": "back", "client_secret": "wrong"}, id="wrong secret"),
        pytest.param({"client_id": "back", "client_secret": "ü\ud800"}, id="strange secret"),
        pytest.param({"client_id": "sales", "client_secret": "any"}, id="secret of nothing"),
        pytest.param({"client_id": "shop", "client_secret": "wrong"}, id="wrong, not needed"),
    ],
)
def test_client_authentication_fails(world: World, parameters: dict[str, str]) -> None:
    """``invalid_client``, whatever is wrong."""
    asked = {"grant_type": "client_credentials", "scope": "market:all", **parameters}
    error = world.refused(asked)

    assert (error.title, error.status, error.code) == ("invalid_client", 401, "UNAUTHORIZED")


@pytest.mark.parametrize(
    ("client_id", "basic", "confidential"),
    [
        ("back", (("back", SECRET)), True),
        ("shop", (("shop", "")), False),
        ("shop", (("shop", SECRET)), True),
        ("sales", (("sales", "")), False),
    ],
)
def test_basic_authentication(
    world: World, client_id: str, basic: tuple[str, str], *, confidential: bool
) -> None:
    """HTTP Basic instead of the body; who shows a secret is confidential."""
    asked = {"grant_type": "client_credentials", "scope": "market:all"}
    payload = payload_of(world.server.token(asked, basic)["access_token"])

    assert payload["application"]["client_id"] == client_id
    assert payload["application"]["confidential"] is confidential


def of(token: dict[str, Any]) -> tuple[bool, bool]:
    """Return what a token says of its client: public, confidential."""
    said = payload_of(token["access_token"])["application"]
    return said["public"], said["confidential"]


@pytest.mark.parametrize("secret", [{"client_secret": SECRET}, {}, {"client_secret": ""}])
@pytest.mark.parametrize("kept", [{"client_secret": SECRET}, {}])
def test_confidential_is_who_shows_the_secret(
    world: World, kept: dict[str, str], secret: dict[str, str]
) -> None:
    """By every grant that a sales channel may use without its secret; public it is anyway."""
    email = {"username": "john@example.com", "password": PASSWORD, "scope": "market:all"}
    guest = world.token("shop", "client_credentials", scope="market:all", **secret)
    customer = world.token("shop", "password", **email, **secret)
    earlier = world.token("shop", "password", **email, **kept)["refresh_token"]
    again = world.token("shop", "refresh_token", refresh_token=earlier, **secret)

    expected = True, bool(secret.get("client_secret"))
    assert [expected] * 3 == [of(token) for token in (guest, customer, again)]


def test_acting_for_somebody_is_confidential(world: World) -> None:
    """The secret is always shown then; who refreshes without it is public."""
    token = world.on_behalf("shop", world.filled({"owner": JOHN}))
    again = world.token("shop", "refresh_token", refresh_token=token["refresh_token"])

    assert [(True, True), (True, False)] == [of(token), of(again)]


@pytest.mark.parametrize("grant_type", ["client_credentials", "password", "refresh_token"])
def test_wrong_secret_is_refused_where_none_is_needed(world: World, grant_type: str) -> None:
    """And spends nothing."""
    earlier = world.token(
        "shop", "password", username="john@example.com", password=PASSWORD, scope="market:all"
    )["refresh_token"]
    asked = {"username": "john@example.com", "password": PASSWORD, "refresh_token": earlier}
    asked |= {"scope": "market:all", "grant_type": grant_type, "client_id": "shop"}

    assert world.refused({**asked, "client_secret": "wrong"}).title == "invalid_client"
    assert world.refused(asked, ("shop", "wrong")).title == "invalid_client"
    assert world.server.token(asked)["token_type"] == "bearer"


def test_reuse_keeps_confidential_tokens_apart(world: World) -> None:
    """The token of who has shown the secret is not for who has not."""
    asked: dict[str, Any] = {"scope": "market:all"}
    with_secret, without = (
        [world.token("shop", "client_credentials", **asked, **secret) for _ in range(2)]
        for secret in ({"client_secret": SECRET}, {})
    )

    assert with_secret[0]["access_token"] == with_secret[1]["access_token"]
    assert without[0]["access_token"] == without[1]["access_token"]
    assert with_secret[0]["access_token"] != without[0]["access_token"]


def test_basic_authentication_counts_alone(world: World) -> None:
    """A secret in the body does not make up for a wrong one in the header."""
    asked = {"grant_type": "client_credentials", "client_id": "back", "client_secret": SECRET}

    assert world.refused(asked, ("back", "wrong")).title == "invalid_client"
    assert world.refused(asked, ("", "")).title == "invalid_client"


@pytest.mark.parametrize("client_id", ["sales", "shop"])
def test_jwt_bearer_needs_a_secret_of_every_kind(world: World, client_id: str) -> None:
    """Anybody could act for everybody otherwise."""
    claims = assertion(world.filled({"owner": JOHN}))
    asked = {"client_id": client_id, "grant_type": JWT_BEARER, "assertion": claims}

    assert world.refused(asked).title == "invalid_client"


@pytest.mark.parametrize("required", [True, False])
@pytest.mark.parametrize("enterprise", [True, False])
def test_jwt_bearer_may_be_for_enterprises_only(*, required: bool, enterprise: bool) -> None:
    """An option; the grant is open otherwise."""
    world = World(jwt_bearer_requires_enterprise=required)
    world.change("organizations", "organization", enterprise=enterprise)
    asked = {"client_id": "shop", "client_secret": SECRET, "grant_type": JWT_BEARER}
    asked["assertion"] = assertion({"custom_claim": {"a": 1}})

    if required and not enterprise:
        assert world.refused(asked).title == "unauthorized_client"
    else:
        world.server.token(asked)
