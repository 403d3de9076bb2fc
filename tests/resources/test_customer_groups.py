"""Groups of customers, which make markets private (neighbours.md §1)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import events, market, stored

PATH = "/api/customer_groups"


def test_a_group(api: Api, sandbox: Sandbox) -> None:
    """Name and code, three relationships and the history; no events (customers.md §16)."""
    group = api.create("customer_groups", name="Gold", code="gold", metadata={"foo": "bar"})

    assert list(group["attributes"].items())[:2] == [("name", "Gold"), ("code", "gold")]
    assert list(group["relationships"]) == ["customers", "markets", "attachments", "event_stores"]
    assert events(sandbox, group) == []


@pytest.mark.parametrize("name", [None, "", " "])
def test_the_name_is_required(api: Api, name: str | None) -> None:
    """On create and on update."""
    group = api.create("customer_groups", name="Gold")
    expected = refused_with([violation("attributes/name", "can't be blank", "blank")])
    changed = document("customer_groups", group["id"], name=name)

    assert got(api.post(PATH, document("customer_groups", name=name))) == expected
    assert got(api.post(PATH, document("customer_groups"))) == expected
    assert got(api.patch(path_of(group), changed)) == expected


def test_names_and_codes_are_not_unique(api: Api) -> None:
    """Two groups may be called the same."""
    made = [api.create("customer_groups", name="Gold", code="gold")["id"] for _ in range(2)]

    assert set(made) <= set(ids(api.get(PATH)))


def test_metadata_is_replaced(api: Api, clock: Clock) -> None:
    """As recorded: the old keys are gone, and ``updated_at`` moves."""
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    group = api.create("customer_groups", name="Gold", metadata={"foo": "bar", "a": 1})
    clock.advance(timedelta(seconds=1))
    attributes = api.update(group, metadata={"bar": "foo"})["attributes"]

    assert attributes["metadata"] == {"bar": "foo"}
    assert attributes["updated_at"] == "2026-01-01T00:00:01.000Z"


@pytest.mark.parametrize("name", ["customers", "markets", "attachments"])
def test_members_are_linked_at_their_end(api: Api, name: str) -> None:
    """A group does not take them in."""
    answer = api.post(PATH, document("customer_groups", links={name: []}, name="Gold"))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


def test_members(api: Api) -> None:
    """They are found from the group, and the group from them."""
    gold, silver = (api.create("customer_groups", name=name) for name in ("Gold", "Silver"))
    members = [
        api.create("customers", email=f"{n}@example.com", links={"customer_group": to(gold)})
        for n in range(3)
    ]
    api.update(members[0], links={"customer_group": to(silver)})
    found = api.get("/api/customers", {"filter[q][customer_group_name_eq]": "Gold"})

    assert ids(api.get(f"{path_of(gold)}/customers")) == [m["id"] for m in members[1:]]
    assert ids(found) == [m["id"] for m in members[1:]]
    assert api.get(f"{path_of(members[0])}/customer_group").json["data"]["id"] == silver["id"]


def test_a_group_makes_a_market_private(api: Api) -> None:
    """And public again, when it is taken away."""
    group, sold = api.create("customer_groups", name="Gold"), market(api)
    private = api.update(sold, links={"customer_group": to(group)})["attributes"]["private"]
    markets = ids(api.get(f"{path_of(group)}/markets"))
    public = api.update(sold, links={"customer_group": None})["attributes"]["private"]

    assert (private, public) == (True, False)
    assert markets == [sold["id"]]


def test_deleting(api: Api, sandbox: Sandbox) -> None:
    """Members are detached, unchanged otherwise; attachments go along."""
    group = api.create("customer_groups", name="Gold")
    member = api.create("customers", email="a@b.c", links={"customer_group": to(group)})
    note = api.create("attachments", name="note", links={"attachable": to(group)})
    before = stored(sandbox, member)
    api.delete(path_of(group))

    assert stored(sandbox, member) == {**before, "customer_group": None}
    assert events(sandbox, member) == ["customers.create"]
    assert got(api.get(path_of(note))) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_not_for_sales_channels(token_bearers: TokenBearers, api: Api, kind: str) -> None:
    """Not even one's own group is seen (authentication.md §13.4)."""
    group = api.create("customer_groups", name="Gold")
    me = api.create(
        "customers", email="a@b.c", password=PASSWORD, links={"customer_group": to(group)}
    )
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer("a@b.c")
    answers = [
        channel.get(PATH),
        channel.get(path_of(group)),
        channel.get(f"{path_of(me)}/customer_group"),
        channel.post(PATH, document("customer_groups", name="x")),
        channel.patch(path_of(group), document("customer_groups", group["id"], name="x")),
        channel.delete(path_of(group)),
    ]

    assert [got(answer) for answer in answers] == [refused("UNAUTHORIZED")] * 6
