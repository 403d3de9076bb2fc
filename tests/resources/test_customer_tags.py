"""Tags on customers and other taggable records (customers.md §10)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.samples import Samples
from tests.scene import BY_HAND, address, alter, digest, events, order, return_of, sku, stored

TOO_MANY = violation("relationships/tags", "is too long (maximum is 10 tags)", "too_long", count=10)
#: Those of the declared types that carry tags.
TAGGABLE = sorted(
    type_
    for type_, resource in registry().items()
    if "tags" in resource.relationships and "update" in resource.actions
)


@pytest.fixture
def tags(api: Api) -> dict[str, Document]:
    """Return thirteen tags by name: ``vip``, ``VIP``, ``old``, and ``t0`` to ``t9``."""
    names = ("vip", "VIP", "old", *(f"t{n}" for n in range(10)))
    return {name: api.create("tags", name=name) for name in names}


@pytest.fixture
def customer(api: Api, tags: dict[str, Document]) -> Document:
    """Return a customer tagged ``old`` and ``t0``."""
    return api.create("customers", email="john@example.com", links=linked(tags, "old", "t0"))


def linked(tags: dict[str, Document], *names: str) -> Document:
    """Return a relationship to the tags with these names."""
    return {"tags": [to(tags[name]) for name in names]}


def held(api: Api, object_: Document) -> list[str]:
    """Return the names of a record's tags, in the order of its linkage."""
    document_ = api.get(f"{path_of(object_)}?include=tags&fields[tags]=name").json
    names = {o["id"]: o["attributes"]["name"] for o in document_.get("included", ())}
    return [names[tag["id"]] for tag in document_["data"]["relationships"]["tags"]["data"]]


#: What is sent, and the tags of who had ``old`` and ``t0`` before.
BY_NAME: dict[str, tuple[dict[str, Any], list[str]]] = {
    "one-more": ({"_add_tags": "vip"}, ["old", "t0", "vip"]),
    "two-more": ({"_add_tags": "vip,t1"}, ["old", "t0", "vip", "t1"]),
    "in-the-order-named": ({"_add_tags": "t2,t1"}, ["old", "t0", "t2", "t1"]),
    "trimmed": ({"_add_tags": "  vip ,\tt1\n"}, ["old", "t0", "vip", "t1"]),
    "twice": ({"_add_tags": "vip,vip"}, ["old", "t0", "vip"]),
    "held-already": ({"_add_tags": "old,vip"}, ["old", "t0", "vip"]),
    "unknown": ({"_add_tags": "nobody,vip"}, ["old", "t0", "vip"]),
    "only-unknown": ({"_add_tags": "nobody"}, ["old", "t0"]),
    "invalid": ({"_add_tags": "no body!,vip," + "x" * 99}, ["old", "t0", "vip"]),
    "empty-parts": ({"_add_tags": ",,vip,,"}, ["old", "t0", "vip"]),
    "empty": ({"_add_tags": ""}, ["old", "t0"]),
    "null": ({"_add_tags": None}, ["old", "t0"]),
    "another-case": ({"_add_tags": "Vip"}, ["old", "t0"]),
    "its-own-case": ({"_add_tags": "VIP"}, ["old", "t0", "VIP"]),
    "semicolons": ({"_add_tags": "vip;t1"}, ["old", "t0"]),
    "one-less": ({"_remove_tags": "old"}, ["t0"]),
    "none-left": ({"_remove_tags": "t0, old"}, []),
    "less-twice": ({"_remove_tags": "old,old"}, ["t0"]),
    "not-held": ({"_remove_tags": "vip"}, ["old", "t0"]),
    "less-unknown": ({"_remove_tags": "nobody,old"}, ["t0"]),
    "less-in-another-case": ({"_remove_tags": "OLD"}, ["old", "t0"]),
    "less-nothing": ({"_remove_tags": None}, ["old", "t0"]),
    "both": ({"_add_tags": "vip", "_remove_tags": "old"}, ["t0", "vip"]),
    "both-the-other-way": ({"_remove_tags": "old", "_add_tags": "vip"}, ["t0", "vip"]),
    "additions-first": ({"_remove_tags": "vip", "_add_tags": "vip"}, ["old", "t0"]),
    "removed-last": ({"_remove_tags": "old", "_add_tags": "old"}, ["t0"]),
}


@pytest.mark.parametrize(("sent", "expected"), BY_NAME.values(), ids=BY_NAME)
def test_by_name(api: Api, customer: Document, sent: dict[str, Any], expected: list[str]) -> None:
    """Additions first, removals last; what is no tag's name is silently dropped."""
    api.update(customer, **sent)

    assert held(api, customer) == expected


#: What is linked, what is sent by name, and the tags then.
REPLACED: dict[str, tuple[list[str], dict[str, str], list[str]]] = {
    "others": (["vip", "t1"], {}, ["vip", "t1"]),
    "none": ([], {}, []),
    "some-of-them": (["t0"], {}, ["t0"]),
    "then-more": (["vip"], {"_add_tags": "t1"}, ["vip", "t1"]),
    "then-less": (["vip", "t1"], {"_remove_tags": "t1"}, ["vip"]),
    "then-both": (["vip"], {"_add_tags": "t1", "_remove_tags": "vip"}, ["t1"]),
}


@pytest.mark.parametrize(("names", "sent", "expected"), REPLACED.values(), ids=REPLACED)
def test_the_list_is_replaced(  # noqa: PLR0913 - the row of the table
    api: Api,
    customer: Document,
    tags: dict[str, Document],
    *,
    names: list[str],
    sent: dict[str, str],
    expected: list[str],
) -> None:
    """A relationship replaces the list; names come after it (customers.md §6)."""
    api.update(customer, links=linked(tags, *names), **sent)

    assert held(api, customer) == expected


TEN = [f"t{n}" for n in range(10)]
#: Which tags are linked, what is sent by name, and whether that is too many.
LIMIT: dict[str, tuple[list[str] | None, dict[str, str], bool]] = {
    "ten": (TEN, {}, False),
    "eleven": ([*TEN, "vip"], {}, True),
    "ten-by-name": (None, {"_add_tags": "t1,t2,t3,t4,t5,t6,t7,t8"}, False),
    "eleven-by-name": (None, {"_add_tags": "t1,t2,t3,t4,t5,t6,t7,t8,t9"}, True),
    "twelve-of-which-two-are-removed": (
        None,
        {"_add_tags": ",".join([*TEN, "vip"]), "_remove_tags": "old,vip"},
        False,
    ),
    "twelve-of-which-one-is-removed": (
        None,
        {"_add_tags": ",".join([*TEN, "vip"]), "_remove_tags": "old"},
        True,
    ),
    "ten-and-one-by-name": (TEN, {"_add_tags": "vip"}, True),
    "eleven-and-one-less-by-name": ([*TEN, "vip"], {"_remove_tags": "t9"}, False),
    "the-same-one-again": (TEN, {"_add_tags": "t5"}, False),
}


@pytest.mark.parametrize(("names", "sent", "too_many"), LIMIT.values(), ids=LIMIT)
def test_ten_at_most(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    customer: Document,
    tags: dict[str, Document],
    *,
    names: list[str] | None,
    sent: dict[str, str],
    too_many: bool,
) -> None:
    """Counted after removals; too many change nothing."""
    links = None if names is None else linked(tags, *names)
    before = digest(sandbox)
    answer = api.patch(
        path_of(customer), document("customers", customer["id"], links=links, **sent)
    )

    if too_many:
        assert got(answer) == refused_with([TOO_MANY])
        assert digest(sandbox) == before
    else:
        assert answer.status_code == 200
        assert len(held(api, customer)) == 10


def test_eleven_on_create(api: Api, sandbox: Sandbox, tags: dict[str, Document]) -> None:
    """The limit is the same."""
    before = digest(sandbox)
    sent = document("customers", email="a@b.c", links=linked(tags, *TEN, "vip"))

    assert got(api.post("/api/customers", sent)) == refused_with([TOO_MANY])
    assert digest(sandbox) == before


def test_the_limit_is_the_organizations(
    api: Api, sandbox: Sandbox, customer: Document, tags: dict[str, Document]
) -> None:
    """``tags_max_allowed_number``; who has more than a lower limit allows may get rid of some."""
    api.update(customer, links=linked(tags, "old", "t0", "t1", "t2"))
    organization = sandbox.organization_record()
    sandbox.partition.put("organizations", {**organization, "tags_max_allowed_number": 2})
    body = document("customers", customer["id"], _add_tags="vip", _remove_tags="t1")
    answer = api.patch(path_of(customer), body)
    fewer = api.update(customer, _remove_tags="t2", reference="r")

    title = "is too long (maximum is 2 tags)"
    assert got(answer) == refused_with(
        [violation("relationships/tags", title, "too_long", count=2)]
    )
    assert fewer["attributes"]["reference"] == "r"
    assert held(api, customer) == ["old", "t0", "t1"]


@pytest.mark.parametrize("name", ["_add_tags", "_remove_tags"])
def test_names_come_with_updates_only(api: Api, name: str) -> None:
    """On create the relationship is what there is (customers.md §3)."""
    answer = api.post("/api/customers", document("customers", email="a@b.c", **{name: "vip"}))

    assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")


@pytest.mark.parametrize("value", [{}, ["vip"]], ids=repr)
@pytest.mark.parametrize("name", ["_add_tags", "_remove_tags"])
def test_names_are_text(api: Api, customer: Document, name: str, value: Any) -> None:
    """A list is not: names are separated by commas."""
    body = document("customers", customer["id"], **{name: value})

    assert got(api.patch(path_of(customer), body)) == refused_with(
        [violation(f"attributes/{name}", "is invalid", "invalid", value=value)]
    )


# --- what a change sets off -----------------------------------------------------------------------

#: What is sent to who has ``old`` and ``t0``, and whether the list changes.
CHANGES: dict[str, tuple[list[str] | None, dict[str, str], bool]] = {
    "added": (None, {"_add_tags": "vip"}, True),
    "removed": (None, {"_remove_tags": "old"}, True),
    "replaced": (["vip"], {}, True),
    "cleared": ([], {}, True),
    "nothing-added": (None, {"_add_tags": "old,nobody"}, False),
    "nothing-removed": (None, {"_remove_tags": "vip"}, False),
    "added-and-removed": (None, {"_add_tags": "vip", "_remove_tags": "vip"}, False),
    "the-same": (["old", "t0"], {}, False),
    "the-same-in-another-order": (["t0", "old"], {}, False),
    "the-same-in-two-parts": (["t0"], {"_add_tags": "old"}, False),
}


@pytest.mark.parametrize(("names", "sent", "changed"), CHANGES.values(), ids=CHANGES)
def test_what_a_change_sets_off(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    clock: Clock,
    customer: Document,
    tags: dict[str, Document],
    *,
    names: list[str] | None,
    sent: dict[str, str],
    changed: bool,
) -> None:
    """The event fires and ``updated_at`` moves; neither without a change."""
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    links = None if names is None else linked(tags, *names)
    updated = api.update(customer, links=links, **sent)

    assert events(sandbox, customer) == ["customers.create", *["customers.tagged"] * changed]
    assert (updated["attributes"]["updated_at"] == "2030-01-01T00:00:00.000Z") is changed


def test_once_for_one_request(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """However many tags come and go."""
    api.update(customer, _add_tags="vip,t1,t2", _remove_tags="old")

    assert events(sandbox, customer) == ["customers.create", "customers.tagged"]


def test_a_deleted_tag(
    api: Api, sandbox: Sandbox, clock: Clock, customer: Document, tags: dict[str, Document]
) -> None:
    """Its associations are removed: a change of the list like any other."""
    other = api.create("customers", email="a@b.c", links=linked(tags, "t0"))
    before = stored(sandbox, other)
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    api.delete(path_of(tags["old"]))

    assert held(api, customer) == ["t0"]
    assert events(sandbox, customer) == ["customers.create", "customers.tagged"]
    assert stored(sandbox, customer)["updated_at"] == "2030-01-01T00:00:00.000Z"
    assert stored(sandbox, other) == before


def test_a_renamed_tag(
    api: Api, sandbox: Sandbox, clock: Clock, customer: Document, tags: dict[str, Document]
) -> None:
    """Who carries it carries it still, and has not changed."""
    before = stored(sandbox, customer)
    clock.advance(timedelta(hours=1))
    api.update(tags["old"], name="ancient")
    api.update(customer, _remove_tags="old")

    assert stored(sandbox, customer) == before
    assert held(api, customer) == ["ancient", "t0"]


# --- who, and what else ---------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_not_for_sales_channels(
    token_bearers: TokenBearers, api: Api, tags: dict[str, Document], kind: str
) -> None:
    """None of the three may be sent, whatever its value."""
    record = api.create("customers", email="me@example.com", password="secret")
    channel = (
        token_bearers.guest()
        if kind == "guest"
        else token_bearers.customer("me@example.com", "secret")
    )
    bodies = {
        "_add_tags": document("customers", record["id"], _add_tags=None),
        "_remove_tags": document("customers", record["id"], _remove_tags=""),
        "tags": document("customers", record["id"], links={"tags": []}),
    }
    created = channel.post(
        "/api/customers", document("customers", email="a@b.c", links=linked(tags, "vip"))
    )

    for name, body in bodies.items():
        answer = channel.patch(path_of(record), body)
        assert got(answer) == refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")
    assert got(created) == refused("PARAM_NOT_ALLOWED", "tags is not allowed.")


def test_a_tag_has_to_be_there(api: Api, customer: Document) -> None:
    """Linking does not create tags, in neither way."""
    links = {"tags": [{"type": "tags", "id": "AAAAAAAAAA"}]}
    answer = api.patch(path_of(customer), document("customers", customer["id"], links=links))
    api.update(customer, _add_tags="brand-new")

    assert got(answer) == refused("RECORD_NOT_FOUND")
    assert api.get("/api/tags", {"filter[q][name_eq]": "brand-new"}).json["data"] == []


#: Those of which the makers below make one at most: it has a name of its own.
ONLY_ONE = ("customers", "skus", "line_item_options", "bundles")
#: How a record of each taggable type is made, around an order.
MAKERS: dict[str, Callable[[Api, Document], Document]] = {
    "customers": lambda api, _: api.create("customers", email="taggable@example.com"),
    "addresses": lambda api, _: address(api),
    "skus": lambda api, _: sku(api),
    "orders": lambda _, bought: bought,
    "line_items": lambda api, bought: api.create(
        "line_items", links={"order": to(bought)}, quantity=1, unit_amount_cents=100
    ),
    "returns": return_of,
    "order_subscriptions": lambda api, bought: api.create(
        "order_subscriptions", frequency="weekly", links={"source_order": to(bought)}, **BY_HAND
    ),
}


def make(type_: str, api: Api, bought: Document) -> Document:
    """Return a record of a taggable type: of an order where it has to be of one."""
    return MAKERS[type_](api, bought) if type_ in MAKERS else Samples(api).new(type_)


def told(sandbox: Sandbox, record: Document) -> list[str]:
    """Return what is told of a record under the name of its own kind."""
    return [each for each in events(sandbox, record) if each.startswith(f"{record['type']}.")]


def tagged(record: Document, times: int) -> list[str]:
    """Return what is told of tags that change so often; of some types nothing is."""
    type_ = record["type"]
    return [f"{type_}.tagged"] * times if "tagged" in registry()[type_].topics else []


@pytest.mark.parametrize("type_", TAGGABLE)
def test_every_taggable_type(
    api: Api, sandbox: Sandbox, tags: dict[str, Document], type_: str
) -> None:
    """The rules are the same for all of them."""
    record = make(type_, api, order(api))
    before = told(sandbox, record)
    api.update(record, _add_tags=",".join(tags), _remove_tags="vip,VIP,old")
    answer = api.patch(path_of(record), document(type_, record["id"], _add_tags="vip"))
    api.delete(path_of(tags["t9"]))

    assert held(api, record) == TEN[:9]
    assert got(answer) == refused_with([TOO_MANY])
    assert told(sandbox, record)[len(before) :] == tagged(record, 2)


@pytest.mark.parametrize("type_", TAGGABLE)
def test_the_linkage_of_every_taggable_type(
    api: Api, sandbox: Sandbox, tags: dict[str, Document], type_: str
) -> None:
    """Replaced, added to and taken from by its own URL; each change is told of once."""
    record = make(type_, api, order(api))
    before, path = told(sandbox, record), f"{path_of(record)}/relationships/tags"
    vip, old, first = ({"data": [to(tags[name])]} for name in ("vip", "old", "t0"))
    answers = [api.patch(path, vip), api.post(path, old), api.post(path, first)]
    linked_ = api.get(path).json["data"]
    answers += [api.delete(path, vip), api.delete(path, vip), api.post(path, old)]

    assert [got(answer) for answer in answers] == [(204, "")] * 6
    assert linked_ == [to(tags[name]) for name in ("vip", "old", "t0")]
    assert held(api, record) == ["old", "t0"]
    assert told(sandbox, record)[len(before) :] == tagged(record, 4)


@pytest.mark.parametrize("type_", TAGGABLE)
def test_finding_every_taggable_type(api: Api, tags: dict[str, Document], type_: str) -> None:
    """By its tags, by either filter; they are listed and included."""
    records = [make(type_, api, order(api))]
    records += [] if type_ in ONLY_ONE else [make(type_, api, order(api))]
    api.update(records[0], links=linked(tags, "vip", "t0"))
    path, vip = f"/api/{type_}", tags["vip"]["id"]
    included = api.get(path_of(records[0]), {"include": "tags"}).json["included"]

    for query in (
        {"filter[q][tags_id_in]": vip},
        {"filter[q][tags_name_eq]": "vip"},
        {"filter[tags_id]": vip},
    ):
        assert ids(api.get(path, query)) == [records[0]["id"]]
    assert ids(api.get(path, {"filter[q][tags_name_eq]": "old"})) == []
    assert [to(each) for each in included] == [to(tags[name]) for name in ("vip", "t0")]
    assert sorted(ids(api.get(f"{path_of(records[0])}/tags"))) == sorted(
        tags[name]["id"] for name in ("vip", "t0")
    )


def test_deleting_a_tag_of_every_taggable_type(
    api: Api, sandbox: Sandbox, tags: dict[str, Document]
) -> None:
    """Every carrier lets go, and tells of it; the tag itself has no topics."""
    records = [make(type_, api, order(api)) for type_ in TAGGABLE]
    for record in records:
        api.update(record, links=linked(tags, "vip", "t0"))
    api.delete(path_of(tags["vip"]))

    for record in records:
        assert held(api, record) == ["t0"]
        of_tags = [each for each in told(sandbox, record) if each.endswith(".tagged")]
        assert of_tags[-2:] == tagged(record, 2)
    assert events(sandbox, tags["vip"]) == []


def test_the_list_of_old_is_not_looked_at(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """Who has too many from before can be updated otherwise."""
    record = stored(sandbox, customer)
    many = [api.create("tags", name=f"more-{n}")["id"] for n in range(12)]
    alter(sandbox, customer, tags=[*record["tags"], *many])

    assert api.update(customer, reference="r")["attributes"]["reference"] == "r"
