"""The payload of an access token: what it says, and that plain base64 can read it."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.oauth.claims import encoded, purpose
from tests.oauth.authorization_world import ISSUER, NOW, SECRET, World, payload_of, signing_key


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


TENANT = {"id": "AcmeAcmeAc", "slug": "acme", "enterprise": True, "region": "eu-west-1"}


def application(world: World, name: str, kind: str, *, public: bool = False) -> dict[str, Any]:
    confidential = name != "sales"
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
    token = world.on_behalf("back", {"owner": owner, "custom_claim": claim})["access_token"]
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


def test_defaults_of_a_bare_organization(world: World) -> None:
    """Without further data it is no enterprise and in Ireland."""
    record = world.test.get("organizations", "AcmeAcmeAc")
    assert record
    bare = {name: record[name] for name in ("id", "serial", "slug")}
    world.test.partition.put("organizations", bare)
    payload = payload_of(world.back_end()["access_token"])

    assert payload["organization"] == TENANT | {"enterprise": False}


JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), JSON_VALUES))
def test_payload_survives_plain_base64(claims: dict[str, Any]) -> None:
    """No character of base64url alone appears, the text is ASCII, and nothing is lost."""
    payload = encoded(claims)
    segment = base64.urlsafe_b64encode(payload.encode()).decode().rstrip("=")

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


def test_purpose_leaves_the_times_out() -> None:
    """Two sets of claims that differ in nothing else are for the same purpose."""
    claims = {"scope": "market:all", "exp": 1, "iat": 2, "rand": 0.5}

    assert purpose(claims) == purpose({"iat": 3, "rand": 0.1, "exp": 4, "scope": "market:all"})
