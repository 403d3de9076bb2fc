"""The jwt-bearer grant: acting for somebody, by an assertion that nobody verifies."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.oauth.clients import JWT_BEARER
from mockserver.oauth.errors import OAuthError, oauth_error
from tests.oauth.authorization_world import (
    CLAIMS,
    JOHN,
    OWNED_KEYS,
    SECRET,
    UNOWNED_KEYS,
    World,
    assertion,
    unsigned,
)


@pytest.fixture
def world() -> World:
    """Return a new world."""
    return World()


@pytest.mark.parametrize("client_id", ["shop", "back", "web", "board"])
@pytest.mark.parametrize(
    ("claims", "owner_type", "keys"),
    [
        ({"owner": JOHN}, "customer", OWNED_KEYS),
        ({"owner": {"type": "User", "id": "{paul}"}}, "user", OWNED_KEYS),
        ({"custom_claim": {"a": 1}}, None, UNOWNED_KEYS),
        ({"custom_claim": {}}, None, UNOWNED_KEYS),
        ({"owner": None, "custom_claim": {"a": 1}}, None, UNOWNED_KEYS),
        ({"owner": JOHN, "custom_claim": {"a": 1}, "extra": 1}, "customer", OWNED_KEYS),
        ({"owner": JOHN, "custom_claim": None}, "customer", OWNED_KEYS),
    ],
)
def test_jwt_bearer(
    world: World, client_id: str, claims: Any, owner_type: str | None, keys: list[str]
) -> None:
    """Every confidential client may act for somebody, or carry a claim."""
    response = world.on_behalf(client_id, world.filled(claims))

    assert keys == list(response)
    assert owner_type == response.get("owner_type")
    assert response["scope"] == "market:all"
    world.access(response["access_token"])


def test_jwt_bearer_with_a_scope(world: World) -> None:
    """Instead of the default; the private market opens to its member."""
    member = world.filled({"owner": {"type": "Customer", "id": "{member}"}})

    assert world.on_behalf("shop", member, scope="market:code:vip")["scope"] == "market:code:vip"
    with pytest.raises(OAuthError, match="invalid_scope"):
        world.on_behalf("shop", world.filled({"owner": JOHN}), scope="market:code:vip")


def test_jwt_bearer_takes_unsigned_assertions(world: World) -> None:
    """The signature does not matter, nor does an ``exp`` in the past."""
    payload = json.dumps({CLAIMS: {"custom_claim": {"a": 1}}, "exp": 1})
    asked = {"assertion": unsigned(payload), "client_secret": SECRET}

    assert world.token("shop", JWT_BEARER, **asked)["scope"] == "market:all"


def test_jwt_bearer_takes_four_kilobytes(world: World) -> None:
    """Exactly so many, and not one byte more."""
    bare = len(unsigned(json.dumps({CLAIMS: {"custom_claim": {"a": ""}}})))
    filler = "x" * ((4096 - bare) * 3 // 4 - 2)
    text = unsigned(json.dumps({CLAIMS: {"custom_claim": {"a": filler}}}))
    text = f"{text}{'A' * (4096 - len(text))}"
    asked = {"client_id": "shop", "grant_type": JWT_BEARER, "client_secret": SECRET}

    world.server.token({**asked, "assertion": text})
    assert world.refused({**asked, "assertion": f"{text}A"}).title == "invalid_assertion"


NESTED = "[" * 80 + "]" * 80


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("x", id="no JWT"),
        pytest.param("a.b.c", id="no base64"),
        pytest.param("é.é.é", id="not ASCII"),
        pytest.param("\ud800", id="no text"),
        pytest.param("{}", id="plain JSON"),
        pytest.param(unsigned("[]"), id="no object"),
        pytest.param(unsigned("{"), id="no JSON"),
        pytest.param(unsigned("{}"), id="no claims"),
        pytest.param(unsigned(f'{{"{CLAIMS}":{{"custom_claim":{{"a":{NESTED}}}}}}}'), id="deep"),
        pytest.param(unsigned(f'{{"{CLAIMS}":{{"custom_claim":{{"a":NaN}}}}}}'), id="NaN"),
        pytest.param(
            unsigned(f'{{"{CLAIMS}":{{"custom_claim":{{"a":"\\ud800"}}}}}}'), id="surrogate"
        ),
        pytest.param(assertion(None), id="null"),
        pytest.param(assertion([]), id="array"),
        pytest.param(assertion({}), id="empty"),
        pytest.param(assertion({"other": 1}), id="neither"),
        pytest.param(assertion({"owner": None, "custom_claim": None}), id="both null"),
        pytest.param(assertion({"custom_claim": "x"}), id="claim no object"),
        pytest.param(assertion({"owner": "x"}), id="owner no object"),
        pytest.param(assertion({"owner": {"type": "Customer"}}), id="owner without id"),
        pytest.param(assertion({"owner": {"type": "Customer", "id": 1}}), id="numeric id"),
        pytest.param(assertion({"owner": {"type": ["User"], "id": "x"}}), id="type no text"),
        pytest.param(assertion({"owner": {"type": "customer", "id": "x"}}), id="lower case"),
        pytest.param(assertion({"owner": {"type": "Robot", "id": "x"}}), id="unknown type"),
        pytest.param(assertion({"owner": {"type": "User", "id": "x"}}), id="unknown owner"),
        pytest.param(assertion({"custom_claim": {"a": "x" * 4000}}), id="over 4 KB"),
    ],
)
def test_assertion_is_refused(world: World, text: str) -> None:
    """Anything but well-formed claims about somebody who is there."""
    asked = {"client_id": "shop", "client_secret": SECRET, "grant_type": JWT_BEARER}
    with pytest.raises(OAuthError) as caught:
        world.server.token({**asked, "assertion": text})

    assert oauth_error("invalid_assertion").body() == caught.value.body()


def test_owner_of_the_other_mode(world: World) -> None:
    """Does not exist."""
    world.store("only_live", "customers", world.live, id="OnlyOnLive", email="a@b.c")

    with pytest.raises(OAuthError, match="invalid_assertion"):
        world.on_behalf("shop", {"owner": {"type": "Customer", "id": "OnlyOnLive"}})
