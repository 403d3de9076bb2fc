"""Access tokens: what they say, how long they live, and what their bearers act as."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.access import Access, Owner
from mockserver.errors import Refusal
from mockserver.sandbox.claims import encoded, purpose
from mockserver.sandbox.oauth_errors import OAuthError
from mockserver.sandbox.organization import Organizations
from mockserver.sandbox.tokens import INTERNAL_INDEXES, PRUNE_EVERY
from tests.sandbox.authorization_world import (
    ISSUER,
    NOW,
    SECRET,
    World,
    payload_of,
    signing_key,
)

Issue = Callable[[World], dict[str, Any]]

TENANT = {"id": "AcmeAcmeAc", "slug": "acme", "enterprise": True, "region": "eu-west-1"}


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


def application(world: World, name: str, kind: str, *, public: bool = False) -> dict[str, Any]:
    confidential = name not in ("sales",)
    identity = {"id": world.ids[name], "client_id": name, "kind": kind}
    return {**identity, "public": public, "confidential": confidential}


def market(world: World, name: str, *locations: str, **values: Any) -> dict[str, Any]:
    ids = [world.ids[location] for location in locations]
    claim = {"id": [world.ids[name]], "stock_location_ids": ids}
    return {**claim, "geocoder_id": None, "allows_external_prices": False, **values}


def without_times(payload: dict[str, Any], lifetime: int) -> dict[str, Any]:
    """Return the payload without what differs from token to token, once that is checked."""
    assert payload["iat"] == NOW
    assert payload["exp"] == NOW + lifetime
    assert 0 <= payload["rand"] < 1
    return {name: value for name, value in payload.items() if name not in ("iat", "exp", "rand")}


# --- the payload ---------------------------------------------------------------------------------


def test_integration_token(world: World) -> None:
    """A back-end's token: no market, no owner."""
    payload = payload_of(world.back_end()["access_token"])

    order = ["organization", "application", "scope", "exp", "test", "rand", "iat", "iss"]
    assert order == list(payload)
    expected = {
        "organization": TENANT,
        "application": application(world, "back", "integration"),
        "scope": "market:all",
        "test": True,
        "iss": ISSUER,
    }
    assert expected == without_times(payload, 7200)


def test_guest_token(world: World) -> None:
    """A storefront's token describes the one market in scope."""
    payload = payload_of(world.guest("market:code:usa")["access_token"])

    assert list(payload)[:4] == ["organization", "application", "market", "scope"]
    assert list(payload["market"]) == [
        "id",
        "stock_location_ids",
        "geocoder_id",
        "allows_external_prices",
    ]
    expected = {
        "organization": TENANT,
        "application": application(world, "sales", "sales_channel", public=True),
        "market": market(world, "usa", geocoder_id="GeoCoderId", allows_external_prices=True),
        "scope": "market:code:usa",
        "test": True,
        "iss": ISSUER,
    }
    assert expected == without_times(payload, 14400)


@pytest.mark.parametrize(
    ("scope", "expected"),
    [
        ("market:all", None),
        ("market:61", ("europe", "milan", "rome")),
        ("market:61 stock_location:72", ("europe", "rome")),
        ("store:code:paris", ("europe", "milan", "rome")),
        ("market:61 market:62", None),
    ],
)
def test_market_claim_is_there_with_a_single_market(
    world: World, scope: str, expected: tuple[str, ...] | None
) -> None:
    """Several markets, or all of them, are told by the scope alone."""
    payload = payload_of(world.guest(scope)["access_token"])

    assert scope == payload["scope"]
    assert (market(world, *expected) if expected else None) == payload.get("market")


def test_customer_token(world: World) -> None:
    """A logged customer's token names the owner after the market."""
    payload = payload_of(world.login()["access_token"])

    assert list(payload)[2:5] == ["market", "owner", "scope"]
    assert payload["owner"] == {"id": world.ids["john"], "type": "Customer"}


def test_token_on_behalf_of_somebody_with_a_claim(world: World) -> None:
    """The custom claim follows the owner and comes as it was asserted."""
    claim = {"customer": {"first_name": "Jörg", "tags": ["a?b>c~d", "\x7f", "漢字"]}}
    owner = {"type": "User", "id": world.ids["ringo"]}
    token = world.assert_("back", {"owner": owner, "custom_claim": claim})["access_token"]
    payload = payload_of(token)

    assert list(payload)[2:5] == ["owner", "custom_claim", "scope"]
    assert claim == payload["custom_claim"]
    assert payload["owner"] == {"id": world.ids["ringo"], "type": "User"}


def test_provisioning_token(world: World) -> None:
    """A person's token has a user, no organization, and never says test."""
    token = world.token("person", "client_credentials", client_secret=SECRET)["access_token"]
    payload = payload_of(token)

    expected = {
        "user": {"id": world.ids["ringo"]},
        "application": application(world, "person", "user"),
        "scope": "provisioning-api",
        "test": False,
        "iss": ISSUER,
    }
    assert next(iter(payload)) == "user"
    assert expected == without_times(payload, 7200)


def test_person_may_be_another_than_the_first(world: World) -> None:
    """Provisioning credentials can say whose they are."""
    world.change("applications", "person", user_id=world.ids["paul"])
    token = world.token("person", "client_credentials", client_secret=SECRET)["access_token"]

    assert payload_of(token)["user"] == {"id": world.ids["paul"]}


def test_credentials_decide_the_mode(world: World) -> None:
    """The same request with the other mode's credentials gives the other mode's token."""
    live = world.token("live_back", "client_credentials", client_secret=SECRET)["access_token"]

    assert payload_of(live)["test"] is False
    assert world.server.access(live).mode == "live"
    assert world.server.access(world.back_end()["access_token"]).mode == "test"


def test_defaults_of_a_bare_organization(world: World) -> None:
    """Without further data it is no enterprise and in Ireland."""
    record = world.test.get("organizations", "AcmeAcmeAc")
    assert record
    bare = {name: record[name] for name in ("id", "number", "slug")}
    world.test.partition.put("organizations", bare)
    payload = payload_of(world.back_end()["access_token"])

    assert payload["organization"] == TENANT | {"enterprise": False}


def test_issuer_can_be_set_after_the_start(world: World) -> None:
    """Tokens asked for later carry it, and earlier ones are not used again."""
    world.back_end()
    world.server.issuer = "https://auth.cl.localhost:9999"
    payload = payload_of(world.back_end()["access_token"])

    assert world.server.issuer == payload["iss"] == "https://auth.cl.localhost:9999"


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_payload_survives_plain_base64(claims: dict[str, Any]) -> None:
    """No character of base64url alone appears, the text is ASCII, and nothing is lost."""
    payload = encoded(claims)
    segment = signing_key().sign(payload).split(".")[1]

    assert payload.isascii()
    assert re.fullmatch(r"[A-Za-z0-9]*", segment)
    assert claims == json.loads(payload)


def test_every_ascii_character_survives_plain_base64() -> None:
    """Each one at each of the three places in a group of three bytes."""
    for code in range(128):
        for shift in ("", "a", "aa"):
            segment = signing_key().sign(encoded({shift: chr(code) * 3})).split(".")[1]
            assert "-" not in segment
            assert "_" not in segment


# --- reuse ---------------------------------------------------------------------------------------

ISSUES: dict[str, Issue] = {
    "guest": World.guest,
    "back_end": World.back_end,
    "login": World.login,
    "claim": lambda world: world.assert_("back", {"custom_claim": {"a": 1}}),
}


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


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (ISSUES["guest"], lambda world: world.guest("market:code:usa")),
        (ISSUES["guest"], ISSUES["login"]),
        (ISSUES["login"], lambda world: world.login("member@example.com")),
        (ISSUES["claim"], ISSUES["back_end"]),
        (ISSUES["claim"], lambda world: world.assert_("back", {"custom_claim": {"a": 2}})),
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


def test_purpose_leaves_the_times_out() -> None:
    """Two sets of claims that differ in nothing else are for the same purpose."""
    claims = {"scope": "market:all", "exp": 1, "iat": 2, "rand": 0.5}

    assert purpose(claims) == purpose({"iat": 3, "rand": 0.1, "exp": 4, "scope": "market:all"})


# --- lifetimes -----------------------------------------------------------------------------------


def test_lifetimes_can_be_overridden() -> None:
    """By kind or for the rest."""
    world = World(lifetimes={"sales_channel": 60, "access_token": 30})

    assert world.guest()["expires_in"] == 60
    assert world.back_end()["expires_in"] == 30


def test_credentials_may_have_a_lifetime_of_their_own(world: World) -> None:
    """It counts before the kind's."""
    world.change("applications", "sales", access_token_lifetime=7200)

    assert world.guest()["expires_in"] == 7200


def test_expired_records_are_removed_now_and_then(world: World) -> None:
    """Tokens do not pile up."""
    world.back_end()
    for _ in range(PRUNE_EVERY):
        world.clock.advance(timedelta(hours=3))
        world.back_end()
    remaining = world.test.partition.count("access_tokens")

    assert remaining <= 2


# --- the bearer ----------------------------------------------------------------------------------


def test_bearer_of_an_integration_token(world: World) -> None:
    """It acts with its own role, in every market."""
    access = world.server.access(world.back_end()["access_token"])

    expected = Access(
        "acme", "test", "integration", world.ids["back"], role_id=world.ids["admin"]
    )
    assert expected == access


def test_bearer_of_a_customer_token(world: World) -> None:
    """It acts for the customer, in the market of the scope, without a role."""
    access = world.server.access(world.login()["access_token"])

    expected = Access(
        "acme",
        "test",
        "sales_channel",
        world.ids["sales"],
        owner=Owner("Customer", world.ids["john"]),
        scope="market:code:europe",
        market_ids=(world.ids["europe"],),
        stock_location_ids=(world.ids["milan"], world.ids["rome"]),
    )
    assert expected == access


def test_bearer_with_several_markets(world: World) -> None:
    """The markets are those the scope leads to now."""
    token = world.guest("market:61 market:62 stock_location:72")["access_token"]
    before = world.server.access(token)
    world.test.partition.remove("markets", world.ids["usa"])
    after = world.server.access(token)

    assert before.market_ids == (world.ids["europe"], world.ids["usa"])
    assert before.stock_location_ids == (world.ids["rome"],)
    assert after.market_ids == (world.ids["europe"],)


def test_bearer_has_the_custom_claim(world: World) -> None:
    """For documents that show it."""
    token = world.assert_("back", {"custom_claim": {"a": [1]}})["access_token"]

    assert world.server.access(token).custom_claim == {"a": [1]}


def owned(world: World, client_id: str, type_: str, name: str) -> str:
    owner = {"type": type_, "id": world.ids[name]}
    return str(world.assert_(client_id, {"owner": owner})["access_token"])


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

    assert world.server.access(token).role_id == (world.ids[role] if role else None)


def test_changed_role_has_effect_at_once(world: World) -> None:
    """A token says who, not what they may do."""
    token = owned(world, "web", "User", "paul")
    world.server.access(token)
    world.change("users", "paul", role_id=world.ids["admin"])

    assert world.server.access(token).role_id == world.ids["admin"]


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
        world.server.access(token)
    change(world)

    assert_invalid(world, token)


def test_token_is_good_until_its_last_second(world: World) -> None:
    """``exp`` is the first moment it is not."""
    token = world.login()["access_token"]
    world.clock.advance(timedelta(seconds=14399, milliseconds=999))
    world.server.access(token)
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
def test_signed_token_that_names_nobody(
    world: World, claim: str, name: str, value: object
) -> None:
    """Its parts are well-formed and lead nowhere, or are not."""
    payload = payload_of(world.login()["access_token"])
    payload[claim][name] = value
    assert_invalid(world, signing_key().sign(encoded(payload)))


def test_token_survives_a_reset(world: World) -> None:
    """Its signature vouches for it when its record is gone."""
    token = world.back_end()["access_token"]
    world.test.partition.remove("access_tokens", only(world, "access_tokens")["id"])

    assert world.server.access(token).kind == "integration"


def test_signature_is_verified_once(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """A repeated request costs no cryptography."""
    token = world.back_end()["access_token"]
    first = world.server.access(token)
    monkeypatch.setattr("jwt.PyJWS.decode_complete", None)

    assert first is world.server.access(token)


def assert_invalid(world: World, token: str) -> None:
    """Both check the token and find it no good."""
    for check in (world.server.access, world.server.tokeninfo):
        with pytest.raises(Refusal) as refused:
            check(token)
        assert refused.value.status == 401
        assert refused.value.errors[0]["code"] == "INVALID_TOKEN"


# --- what is kept --------------------------------------------------------------------------------


def only(world: World, type_: str) -> dict[str, Any]:
    (record,), _ = world.test.partition.select(type_)
    return record


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

    assert again.access(before["access_token"]).customer_id == world.ids["john"]
    assert after["access_token"] == before["access_token"]
    assert after["refresh_token"] != before["refresh_token"]
    refreshed = world.token("sales", "refresh_token", refresh_token=before["refresh_token"])
    assert refreshed["access_token"] != before["access_token"]


def test_refused_request_changes_nothing(world: World) -> None:
    """A grant that fails late leaves no token."""
    with pytest.raises(OAuthError):
        world.login(scope="market:code:vip")

    assert {type_: 0 for type_ in INTERNAL_INDEXES} == {
        type_: world.test.partition.count(type_) for type_ in INTERNAL_INDEXES
    }


def test_modes_do_not_share_tokens(world: World) -> None:
    """A live token leaves no trace in the test mode."""
    world.token("live_back", "client_credentials", client_secret=SECRET)

    assert world.test.partition.count("access_tokens") == 0
    assert world.live.partition.count("access_tokens") == 1
