"""What the bearer of a token acts as, and when no longer."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from mockserver.access import Access, Owner
from mockserver.errors import Refusal
from mockserver.oauth.claims import encoded
from tests.oauth.authorization_world import SECRET, World, payload_of, signing_key


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def test_bearer_of_an_integration_token(world: World) -> None:
    """It acts with its own role, in every market."""
    access = world.access(world.back_end()["access_token"])

    expected = Access("acme", "test", "integration", world.ids["back"], role_id=world.ids["admin"])
    assert expected == access


def test_bearer_of_a_customer_token(world: World) -> None:
    """It acts for the customer, in the market of the scope, without a role."""
    access = world.access(world.login()["access_token"])

    expected = Access(
        "acme",
        "test",
        "sales_channel",
        world.ids["sales"],
        is_confidential=False,
        owner=Owner("Customer", world.ids["john"]),
        scope="market:code:europe",
        market_ids=(world.ids["europe"],),
        stock_location_ids=(world.ids["milan"], world.ids["rome"]),
    )
    assert expected == access


def test_bearer_with_several_markets(world: World) -> None:
    """The markets are those the scope leads to now."""
    token = world.guest("market:61 market:62 stock_location:72")["access_token"]
    before = world.access(token)
    world.test.partition.remove("markets", world.ids["usa"])
    after = world.access(token)

    assert before.market_ids == (world.ids["europe"], world.ids["usa"])
    assert before.stock_location_ids == (world.ids["rome"],)
    assert after.market_ids == (world.ids["europe"],)


def test_bearer_has_the_custom_claim(world: World) -> None:
    """For documents that show it."""
    token = world.on_behalf("back", {"custom_claim": {"a": [1]}})["access_token"]

    assert world.access(token).custom_claim == {"a": [1]}


def owned(world: World, client_id: str, type_: str, name: str) -> str:
    owner = {"type": type_, "id": world.ids[name]}
    return str(world.on_behalf(client_id, {"owner": owner})["access_token"])


@pytest.mark.parametrize(
    ("client_id", "owner", "role"),
    [
        ("reading", None, "reader"),
        ("plain", None, None),
        ("reading", ("User", "ringo"), "reader"),
        ("web", ("User", "ringo"), "admin"),
        ("web", ("User", "paul"), "reader"),
        ("board", ("User", "paul"), "reader"),
        ("web", ("Customer", "john"), None),
        ("shop", ("User", "ringo"), None),
        ("shop", ("Customer", "john"), None),
    ],
)
def test_role_is_the_integrations_or_the_users(
    world: World, client_id: str, owner: tuple[str, str] | None, role: str | None
) -> None:
    """A web app acts with the role of its user, an integration always with its own."""
    if owner:
        token = owned(world, client_id, *owner)
    else:
        token = world.token(client_id, "client_credentials", client_secret=SECRET)["access_token"]

    assert world.access(token).role_id == (world.ids[role] if role else None)


def test_changed_role_has_effect_at_once(world: World) -> None:
    """A token says who, not what they may do."""
    token = owned(world, "web", "User", "paul")
    world.access(token)
    world.change("users", "paul", role_id=world.ids["admin"])

    assert world.access(token).role_id == world.ids["admin"]


def expire(world: World) -> None:
    world.clock.advance(timedelta(seconds=14400))


def drop_organization(world: World) -> None:
    world.organizations.drop("acme")


def remove_client(world: World) -> None:
    world.test.partition.remove("applications", world.ids["sales"])


def replace_client(world: World) -> None:
    world.change("applications", "sales", uid="another")


def remove_owner(world: World) -> None:
    world.test.partition.remove("customers", world.ids["john"])


@pytest.mark.parametrize(
    "change", [expire, drop_organization, remove_client, replace_client, remove_owner]
)
@pytest.mark.parametrize("seen", [True, False], ids=["seen before", "never seen"])
def test_token_that_is_no_longer_good(
    world: World, change: Callable[[World], None], *, seen: bool
) -> None:
    """Remembering a token skips no rule."""
    token = world.login()["access_token"]
    if seen:
        world.access(token)
    change(world)

    assert_invalid(world, token)


def test_token_is_good_until_its_last_second(world: World) -> None:
    """``exp`` is the first moment it is not."""
    token = world.login()["access_token"]
    world.clock.advance(timedelta(seconds=14399, milliseconds=999))
    world.access(token)
    world.clock.advance(timedelta(milliseconds=1))

    assert_invalid(world, token)


def test_token_of_a_removed_user(world: World) -> None:
    """As for customers."""
    token = owned(world, "web", "User", "paul")
    world.test.partition.remove("users", world.ids["paul"])

    assert_invalid(world, token)


@pytest.mark.parametrize(
    ("client_id", "scope"),
    [("person", "provisioning-api"), ("person", "metrics-api"), ("back", "metrics-api")],
)
def test_token_for_another_api(world: World, client_id: str, scope: str) -> None:
    """Its bearer has nothing to do here."""
    asked = {"client_secret": SECRET, "scope": scope}
    assert_invalid(world, world.token(client_id, "client_credentials", **asked)["access_token"])


@pytest.mark.parametrize(
    "payload",
    [
        "",
        "null",
        "[]",
        "{}",
        '{"scope":1}',
        '{"organization":{"slug":"acme"},"application":null,"scope":"market:all","exp":1}',
        '{"application":{},"scope":"market:all","exp":"x"}',
    ],
)
def test_signed_nonsense(world: World, payload: str) -> None:
    """A key that is given may have signed other things."""
    assert_invalid(world, signing_key().sign(payload))


@pytest.mark.parametrize(
    ("claim", "name", "value"),
    [
        ("owner", "type", "Robot"),
        ("owner", "id", ["x"]),
        ("owner", "id", "nobody"),
        ("organization", "slug", {}),
        ("organization", "slug", "nowhere"),
        ("application", "id", []),
        ("application", "client_id", None),
    ],
)
def test_signed_token_that_names_nobody(world: World, claim: str, name: str, value: object) -> None:
    """Its parts are well-formed and lead nowhere, or are not."""
    payload = payload_of(world.login()["access_token"])
    payload[claim][name] = value
    assert_invalid(world, signing_key().sign(encoded(payload)))


def test_token_survives_a_reset(world: World) -> None:
    """Its signature vouches for it when its record is gone."""
    token = world.back_end()["access_token"]
    (record,), _ = world.test.partition.select("access_tokens")
    world.test.partition.remove("access_tokens", record["id"])

    assert world.access(token).kind == "integration"


def test_signature_is_verified_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated request costs no cryptography."""
    token = world.back_end()["access_token"]
    first = world.access(token)
    monkeypatch.setattr("jwt.PyJWS.decode_complete", None)

    assert first is world.access(token)


def assert_invalid(world: World, token: str) -> None:
    """Both check the token and find it no good."""
    for check in (world.access, world.server.tokeninfo):
        with pytest.raises(Refusal) as refused:
            check(token)
        assert refused.value.status == 401
        assert refused.value.errors[0]["code"] == "INVALID_TOKEN"
