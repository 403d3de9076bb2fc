"""Conditions of ``filter[q]`` that types know by name, as the metadata lists them."""

from __future__ import annotations

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.traffic.near_misses import ignored
from tests.client import Api, ids, path_of, to
from tests.commerce.promotion_shop import ALWAYS, FLEX, PERCENTAGE
from tests.scene import alter, gift_card, order, sku
from tests.till import approved

NOW = "2026-03-01T00:00:00.000Z"
PAST, COMING = "2026-02-01T00:00:00Z", "2026-04-01T00:00:00Z"
OVER, AHEAD = {**ALWAYS, "expires_at": PAST}, {**ALWAYS, "starts_at": COMING}
SPANS = {
    **dict.fromkeys(("active", "dear", "inactive"), ALWAYS),
    **dict.fromkeys(("expired", "disabled"), OVER),
    "pending": AHEAD,
}
ALL = set(SPANS)


@pytest.fixture(params=["memory", "tinydb"])
def storage(request: pytest.FixtureRequest) -> str:
    """Run on every backend."""
    return str(request.param)


@pytest.fixture(autouse=True)
def _frozen(app: MockServerApp) -> None:
    app.plane.clocks.set({"frozen_at": NOW})


#: What is asked of promotions, and the names of those that satisfy it.
STANDING: dict[str, tuple[dict[str, str], set[str]]] = {
    "active": ({"active": "true"}, {"active", "dear"}),
    "active by a number": ({"active": "1"}, {"active", "dear"}),
    "expired": ({"expired": "true"}, {"expired", "disabled"}),
    "status active": ({"with_status": "active"}, {"active", "dear"}),
    "status expired": ({"with_status": "expired"}, {"expired"}),
    "status disabled": ({"with_status": "disabled"}, {"disabled"}),
    "status pending": ({"with_status": "pending"}, {"pending"}),
    "status inactive": ({"with_status": "inactive"}, {"inactive"}),
    "one of two": ({"with_status": "pending,inactive"}, {"pending", "inactive"}),
    "no status": ({"with_status": "unheard"}, set()),
    # Of a condition by name the search library knows no contrary.
    "not active": ({"active": "false"}, ALL),
    "empty": ({"with_status": ""}, ALL),
    "beside another": ({"active": "true", "name_eq": "dear"}, {"dear"}),
    "both": ({"active": "true", "with_status": "expired"}, set()),
}


@pytest.mark.parametrize("type_", [PERCENTAGE, FLEX])
@pytest.mark.parametrize(("asked", "expected"), STANDING.values(), ids=STANDING)
def test_where_promotions_stand(
    api: Api, sandbox: Sandbox, type_: str, asked: dict[str, str], expected: set[str]
) -> None:
    """Of each kind, and of all kinds together (commerce.md §5.2)."""
    more = {"percentage": 10} if type_ == PERCENTAGE else {"rules": {"rules": []}}
    made = {name: api.create(type_, name=name, **when, **more) for name, when in SPANS.items()}
    alter(sandbox, made["disabled"], disabled_at=PAST)
    spent = {"total_usage_limit": 1, "total_usage_count": 1, "total_usage_reached": True}
    alter(sandbox, made["inactive"], **spent)
    query = {f"filter[q][{name}]": value for name, value in asked.items()}

    for path in (type_, "promotions"):
        found = api.get(f"/api/{path}", query).json
        assert {each["attributes"]["name"] for each in found["data"]} == expected
        assert found["meta"]["record_count"] == len(expected)


def test_promotions_for_a_sku(api: Api) -> None:
    """Those whose list holds one of such a code, by hand or by an expression."""
    listed = api.create("sku_lists", name="By hand")
    api.create("sku_list_items", links={"sku_list": to(listed), "sku": to(sku(api, "HAT-1"))})
    sku(api, "CAP-1")
    caps = api.create("sku_lists", name="Caps", manual=False, sku_code_regex="^CAP")
    sale = {"name": "P", "percentage": 10, **ALWAYS}
    hats, cap = (api.create(PERCENTAGE, links={"sku_list": to(x)}, **sale) for x in (listed, caps))
    api.create(PERCENTAGE, **sale)
    asked = {"eq": "HAT-1", "start": "CAP", "end": "-1", "matches": "%A_-%", "in": "CAP-1,X"}
    expected = {"eq": [hats], "start": [cap], "end": [hats, cap], "in": [cap]}
    expected["matches"] = expected["end"]

    for path in (PERCENTAGE, "promotions"):
        found = {
            predicate: ids(api.get(f"/api/{path}", {f"filter[q][sku_code_{predicate}]": value}))
            for predicate, value in asked.items()
        }
        assert found == {name: [each["id"] for each in made] for name, made in expected.items()}


def test_transactions_that_succeeded(api: Api, sandbox: Sandbox) -> None:
    """Of an order as well, and of each kind."""
    paid = approved(api, 1000)
    refused = api.get(f"{path_of(paid)}/authorizations").json["data"][0]
    api.update(paid, _capture=True)
    alter(sandbox, refused, succeeded=False)
    taken = api.get(f"{path_of(paid)}/captures").json["data"][0]
    asked = {"filter[q][succeeded]": "true"}

    assert ids(api.get("/api/transactions", asked)) == [taken["id"]]
    assert ids(api.get(f"{path_of(paid)}/transactions", asked)) == [taken["id"]]
    assert ids(api.get("/api/captures", asked)) == [taken["id"]]
    assert ids(api.get("/api/authorizations", asked)) == []


def test_gift_cards_by_status(api: Api) -> None:
    draft, bought = gift_card(api), gift_card(api)
    active = api.update(bought, _deactivate=True)
    found = {
        status: ids(api.get("/api/gift_cards", {"filter[q][with_status]": status}))
        for status in ("active", "inactive", "inactive,active", "redeemed")
    }

    assert active["attributes"]["status"] == "inactive"
    assert found["inactive"] == [bought["id"]]
    assert found["active"] == [draft["id"]]
    assert set(found["inactive,active"]) == {draft["id"], bought["id"]}
    assert found["redeemed"] == []


def test_subscriptions(api: Api, sandbox: Sandbox) -> None:
    """Active, expired, and to run by now (commerce.md §19.3)."""
    base = {"frequency": "weekly", "activate_by_source_order": False, "starts_at": COMING}
    draft, active, due, over = (
        api.create("order_subscriptions", links={"source_order": to(order(api))}, **base)
        for _ in range(4)
    )
    for each in (active, due):
        alter(sandbox, each, status="active", next_run_at=COMING)
    alter(sandbox, due, next_run_at=PAST)
    alter(sandbox, over, expires_at=PAST)
    found = {
        name: set(ids(api.get("/api/order_subscriptions", {f"filter[q][{name}]": "true"})))
        for name in ("active", "expired", "runnable")
    }

    assert draft["id"] not in set.union(*found.values())
    assert found["active"] == {active["id"], due["id"]}
    assert found["expired"] == {over["id"]}
    assert found["runnable"] == {due["id"]}


def test_whatever_selects_records_knows_them(api: Api) -> None:
    """Exports for instance."""
    gift_card(api)
    api.update(gift_card(api), _deactivate=True)
    made = api.create("exports", resource_type="gift_cards", filters={"with_status": "inactive"})

    assert made["attributes"]["records_count"] == 1


@pytest.mark.parametrize(
    ("key", "meant"), [("active_eq", "active"), ("with_status_in", "with_status")]
)
def test_the_nearest_is_told(key: str, meant: str) -> None:
    """They take no predicate."""
    assert ignored(PERCENTAGE, key).nearest == meant
