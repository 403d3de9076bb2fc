"""Markets, as far as customers and tokens touch them (neighbours.md §23)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.samples import Samples
from tests.scene import market, order, stored

PATH = "/api/markets"
SECRET = re.compile(r"[0-9a-f]{32}")


def test_a_market(api: Api, sandbox: Sandbox) -> None:
    """Its number is its own integer, its secret 32 hexadecimal digits."""
    made = Samples(api).new("markets", name="Asia", code="asia")
    attributes = made["attributes"]

    assert attributes["number"] == stored(sandbox, made)["serial"]
    assert SECRET.fullmatch(attributes["shared_secret"])
    assert (attributes["private"], attributes["disabled_at"]) == (False, None)
    assert attributes["shipping_cost_cutoff"] is None
    assert {m["attributes"]["shared_secret"] for m in api.get(PATH).json["data"]} >= {
        attributes["shared_secret"]
    }


def test_secrets_differ(api: Api) -> None:
    """Each market has its own."""
    for number in range(3):
        Samples(api).new("markets", name=f"{number}")
    secrets = [m["attributes"]["shared_secret"] for m in api.get(PATH).json["data"]]

    assert len(set(secrets)) == len(secrets) == 6


def test_another_secret(api: Api) -> None:
    """By a trigger, and only when it is true."""
    first = market(api)["attributes"]["shared_secret"]
    same = api.update(market(api), _regenerate_shared_secret=False)["attributes"]
    other = api.update(market(api), _regenerate_shared_secret=True)["attributes"]

    assert same["shared_secret"] == first
    assert other["shared_secret"] != first
    assert SECRET.fullmatch(other["shared_secret"])


def test_the_code_is_unique(api: Api) -> None:
    """Scopes name markets by it; none at all may be shared."""
    answer = api.post(PATH, Samples(api).document("markets", name="Europe again", code="europe"))
    codeless = [Samples(api).new("markets", name=name)["attributes"]["code"] for name in "ab"]

    assert got(answer) == refused_with(
        [violation("attributes/code", "has already been taken", "taken", value="europe")]
    )
    assert codeless == [None, None]


def test_the_name_is_required(api: Api) -> None:
    """Among what else may be required where it exists."""
    answer = api.post(PATH, document("markets", code="x"))

    assert answer.status_code == 422
    assert answer.json["errors"][0]["detail"] == "name - can't be blank"


@pytest.mark.parametrize("name", ["private", "number", "shared_secret", "disabled_at"])
def test_what_cannot_be_sent(api: Api, name: str) -> None:
    """What the server manages."""
    answer = api.post(PATH, document("markets", name="x", **{name: None}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def test_switching_off_and_on(api: Api, clock: Clock, token_bearers: TokenBearers) -> None:
    """A market that is off gives no tokens; switching off again does not move the moment."""
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    sold = market(api)
    first = api.update(sold, _disable=True)["attributes"]["disabled_at"]
    clock.advance(timedelta(hours=1))
    second = api.update(sold, _disable=True)["attributes"]["disabled_at"]
    status, _ = token_bearers.answer(
        "Sales channel", "client_credentials", scope="market:code:europe"
    )
    on_again = api.update(sold, _enable=True)["attributes"]["disabled_at"]

    assert first == second == "2026-01-01T00:00:00.000Z"
    assert status == 400
    assert on_again is None
    assert token_bearers.guest() is not None


def test_a_market_made_switched_off(api: Api, clock: Clock) -> None:
    """The triggers work on create as well."""
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    made = Samples(api).new("markets", name="x", _disable=True)

    assert made["attributes"]["disabled_at"] == made["attributes"]["created_at"]


def test_a_market_with_orders_stays(api: Api, sandbox: Sandbox) -> None:
    """Its orders would lose what they are in."""
    made = Samples(api).new("markets", name="x")
    bought = order(api, {"market": to(made)})
    number = stored(sandbox, made)["serial"]
    refusal = got(api.delete(path_of(made)))
    api.delete(path_of(bought))

    assert refusal == refused("LOCKED", f"Failed to destroy Market with id={number}")
    assert api.delete(path_of(made)).status_code == 204


def test_not_for_sales_channels(token_bearers: TokenBearers, api: Api) -> None:
    """Not even the one in scope (authentication.md §13.1)."""
    guest = token_bearers.guest()

    assert got(guest.get(PATH)) == refused("UNAUTHORIZED")
    assert got(guest.get(path_of(market(api)))) == refused("UNAUTHORIZED")


def test_found_by_what_filters_say(api: Api) -> None:
    """The code, and the group of private ones."""
    private = market(api, "vip")
    group = api.get(f"{path_of(private)}/customer_group").json["data"]

    assert ids(api.get(PATH, {"filter[q][customer_group_id_eq]": group["id"]})) == [private["id"]]
    assert private["id"] not in ids(api.get(PATH, {"filter[q][customer_group_null]": "true"}))
