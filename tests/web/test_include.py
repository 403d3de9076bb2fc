"""Compound documents (conventions.md §4.5, §12)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.resources.registry import registry
from mockserver.schema.vocabulary import Resource
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import Refused, error, got, refused, refused_with


def address(api: Api, line: str) -> Document:
    """Return an address."""
    return api.create(
        "addresses",
        business=True,
        company="Acme",
        line_1=line,
        city="Rome",
        zip_code="00100",
        state_code="RM",
        country_code="IT",
        phone="1",
    )


@pytest.fixture
def world(api: Api) -> dict[str, Document]:
    """Return two customers of one group, with tags, addresses, orders and an attachment."""
    made = {
        "gold": api.create("customer_groups", name="Gold"),
        "vip": api.create("tags", name="vip"),
        "new": api.create("tags", name="new"),
        "home": address(api, "Home"),
    }
    market = {"market": to(api.get("/api/markets").json["data"][0])}
    for name in ("john", "jane"):
        made[name] = api.create(
            "customers",
            email=f"{name}@example.com",
            links={
                "customer_group": to(made["gold"]),
                "tags": [to(made["vip"]), to(made["new"])][: 2 if name == "john" else 1],
            },
        )
        customer = {"customer": to(made[name])}
        made[f"entry-{name}"] = api.create(
            "customer_addresses", links={**customer, "address": to(made["home"])}
        )
        for number in (1, 2):
            made[f"order-{name}-{number}"] = api.create(
                "orders", customer_email=f"{name}@example.com", links=market
            )
    made["guest"] = api.create("customers", email="guest@example.com")
    links = {"attachable": to(made["john"])}
    made["note"] = api.create("attachments", name="note", links=links)
    return made


def included(document_: Any) -> list[Document]:
    """Return the identifiers of what a document includes, in order."""
    return [to(object_) for object_ in document_.get("included", [])]


def linkage(object_: Document) -> Document:
    """Return the linkage of each relationship that has one."""
    relationships = object_["relationships"].items()
    return {name: member["data"] for name, member in relationships if "data" in member}


def test_a_to_one_and_a_to_many(api: Api, world: dict[str, Document]) -> None:
    """Both have linkage, and what it names is included in full."""
    answer = api.get(f"{path_of(world['john'])}?include=customer_group,tags").json
    vip = api.get(path_of(world["vip"])).json["data"]
    for object_ in (vip, *answer["included"]):
        object_["meta"].pop("trace_id")

    assert included(answer) == [to(world["gold"]), to(world["vip"]), to(world["new"])]
    assert linkage(answer["data"]) == {
        "customer_group": to(world["gold"]),
        "tags": [to(world["vip"]), to(world["new"])],
    }
    assert vip == answer["included"][1]


def test_a_path_includes_each_step(api: Api, world: dict[str, Document]) -> None:
    """Of a path every step is included (conventions.md §12)."""
    answer = api.get(f"{path_of(world['john'])}?include=customer_addresses.address").json
    entry, home = answer["included"]

    assert included(answer) == [to(world["entry-john"]), to(world["home"])]
    assert linkage(answer["data"]) == {"customer_addresses": [to(world["entry-john"])]}
    assert linkage(entry) == {"address": to(world["home"])}
    assert linkage(home) == {}


def test_each_once(api: Api, world: dict[str, Document]) -> None:
    """What several lead to is included once (conventions.md §4.5)."""
    answer = api.get("/api/customers?include=customer_group,tags,customer_addresses.address").json

    assert sorted(object_["type"] for object_ in answer["included"]) == [
        "addresses",
        "customer_addresses",
        "customer_addresses",
        "customer_groups",
        "tags",
        "tags",
    ]
    assert len(world) == len({str(to(object_)) for object_ in world.values()})


def test_primary_data_are_not_repeated(api: Api, world: dict[str, Document]) -> None:
    """A path that leads back adds linkage, not copies (conventions.md §4.5)."""
    answer = api.get("/api/customers?include=customer_group.customers.tags").json
    gold = answer["included"][0]

    assert included(answer) == [to(world["gold"]), to(world["vip"]), to(world["new"])]
    assert linkage(gold) == {"customers": [to(world["john"]), to(world["jane"])]}
    assert [list(linkage(object_)) for object_ in answer["data"]] == [
        ["customer_group", "tags"],
        ["customer_group", "tags"],
        ["customer_group"],
    ]


def test_nothing_to_include(api: Api, world: dict[str, Document]) -> None:
    """The member is absent when every relation is empty (conventions.md §4.5)."""
    path = path_of(world["guest"])
    answer = api.get(f"{path}?include=customer_group,tags,orders.market,jwt_customer").json

    assert "included" not in answer
    assert linkage(answer["data"]) == {
        "customer_group": None,
        "orders": [],
        "tags": [],
        "jwt_customer": None,
    }


def test_all_of_them_come(api: Api) -> None:
    """What is included is not paginated (conventions.md §12)."""
    group = api.create("customer_groups", name="Gold")
    links = {"customer_group": to(group)}
    for number in range(40):
        api.create("customers", email=f"{number}@example.com", links=links)
    answer = api.get(f"{path_of(group)}?include=customers")

    assert len(answer.json["included"]) == 40
    assert len(linkage(answer.json["data"])["customers"]) == 40


def test_on_every_kind_of_request(api: Api, world: dict[str, Document]) -> None:
    """Reads of one, of many and of related, creates and updates (conventions.md §12)."""
    john, gold = world["john"], world["gold"]
    links = {"customer_group": to(gold)}
    query = {"include": "customer_group"}
    answers = [
        api.get(path_of(john), query),
        api.get("/api/customers", query),
        api.get(f"{path_of(gold)}/customers", query),
        api.get(f"{path_of(world['entry-john'])}/customer", query),
        api.post("/api/customers", document("customers", email="a@b.c", links=links), query),
        api.patch(path_of(john), document("customers", john["id"]), query),
    ]

    assert [included(answer.json) for answer in answers] == [[to(gold)]] * 6


def test_a_polymorphic_relation(api: Api, world: dict[str, Document]) -> None:
    """It resolves to the concrete type, and a path may go on from there (conventions.md §12)."""
    answer = api.get(f"{path_of(world['note'])}?include=attachable.customer_group").json

    assert included(answer) == [to(world["john"]), to(world["gold"])]
    assert linkage(answer["data"]) == {"attachable": to(world["john"])}


def test_relations_that_lead_nowhere(api: Api, world: dict[str, Document]) -> None:
    """They are empty, alone and on the way to something else."""
    order = path_of(world["order-john-1"])
    answer = api.get(f"{order}?include=stock_reservations.sku,payment_source,transactions").json

    assert "included" not in answer
    assert linkage(answer["data"]) == {
        "stock_reservations": [],
        "payment_source": None,
        "transactions": [],
    }


@pytest.mark.parametrize("include", ["", ",", "tags,", "tags,,", "tags,tags"])
def test_what_is_lenient(api: Api, world: dict[str, Document], include: str) -> None:
    """Trailing commas fall away; a path may be named twice."""
    answer = api.get(f"{path_of(world['jane'])}?include={include}")
    expected = [to(world["vip"])] if include.strip(",") else []

    assert answer.status_code == 200
    assert expected == included(answer.json)


def invalid(name: str, type_: str = "customers") -> dict[str, Any]:
    """Return the error of one bad path."""
    return error("INVALID_INCLUDE", f"{name} is not a valid includable relationship of {type_}")


SEVENTH = "customer_group.customers.customer_group.customers.customer_group.customers"
REFUSED: dict[str, tuple[str, Refused]] = {
    "unknown": ("foo", refused_with([invalid("foo")])),
    "attribute": ("email", refused_with([invalid("email")])),
    "type-not-relationship": ("addresses", refused_with([invalid("addresses")])),
    "not-includable": ("event_stores", refused_with([invalid("event_stores")])),
    "nested-unknown": ("orders.foo", refused_with([invalid("foo", "orders")])),
    "nested-not-includable": (
        "tags.event_stores",
        refused_with([invalid("event_stores", "tags")]),
    ),
    "third-step": (
        "customer_group.customers.foo",
        refused_with([invalid("foo", "customers")]),
    ),
    "first-step-fails-first": ("foo.bar", refused_with([invalid("foo")])),
    "empty-step": ("tags.", refused_with([invalid("", "tags")])),
    "leading-comma": (",tags", refused_with([invalid("")])),
    "space": ("tags,%20orders", refused_with([invalid(" orders")])),
    "two": ("foo,tags,bar.tags", refused_with([invalid("foo"), invalid("bar")])),
    "too-deep": (f"{SEVENTH}.tags", refused_with([invalid("tags")])),
    "too-deep-and-unknown": (f"{SEVENTH}.foo", refused_with([invalid("foo")])),
}


@pytest.mark.parametrize(("include", "expected"), REFUSED.values(), ids=REFUSED)
@pytest.mark.parametrize("one", [True, False], ids=["one", "list"])
def test_what_is_refused(api: Api, include: str, expected: Refused, one: Any) -> None:
    """Each bad path names the step that fails and the type it fails on (conventions.md §12)."""
    customer = api.create("customers", email="john@example.com")
    path = path_of(customer) if one else "/api/customers"

    assert expected == got(api.get(f"{path}?include={include}"))


def test_six_levels(api: Api, world: dict[str, Document]) -> None:
    """Six steps are allowed (conventions.md §12)."""
    answer = api.get(f"{path_of(world['john'])}?include={SEVENTH}")

    assert included(answer.json) == [to(world["gold"]), to(world["jane"])]


LATER: dict[str, tuple[str, list[dict[str, Any]]]] = {
    "filter": ("filter[foo]=1", [error("FILTER_NOT_ALLOWED", "foo is not allowed.")]),
    "sort": (
        "sort=foo",
        [error("INVALID_SORT_CRITERIA", "foo is not a valid sort criteria for customers")],
    ),
    "page": (
        "page[size]=0",
        [error("INVALID_PAGE_VALUE", "0 is not a valid value for size page parameter.")],
    ),
    "filter-then-page": (
        "page[size]=0&filter[foo]=1",
        [error("FILTER_NOT_ALLOWED", "foo is not allowed.")],
    ),
    "nothing": ("", []),
}


@pytest.mark.parametrize(("query", "errors"), LATER.values(), ids=LATER)
def test_reported_with_a_later_one(api: Api, query: str, errors: list[dict[str, Any]]) -> None:
    """Bad paths are reported together with the first bad parameter after them.

    conventions.md §12.
    """
    answer = api.get(f"/api/customers?include=foo,bar&{query}")

    assert got(answer) == refused_with([invalid("foo"), invalid("bar"), *errors])


def test_fields_come_before(api: Api) -> None:
    """A bad fieldset is reported alone (conventions.md §17)."""
    answer = api.get("/api/customers?include=foo&fields[customers]=foo")

    assert got(answer) == refused("INVALID_FIELD", "foo is not a valid field for customers.")


READ = [t for t, r in sorted(registry().items()) if r.singleton or "list" in r.actions]


@pytest.mark.parametrize("type_", READ)
def test_every_relationship(api: Api, world: dict[str, Document], type_: str) -> None:
    """Whatever a declaration does not close can be included, alone and all together."""
    resource = registry()[type_]
    path = f"/api/{resource.singleton or type_}"
    open_ = [name for name, r in resource.relationships.items() if r.includable]

    assert api.get(f"{path}?include={','.join(open_)}").status_code == 200
    assert [n for n in open_ if api.get(f"{path}?include={n}").status_code != 200] == []
    for name in set(resource.relationships) - set(open_):
        assert api.get(f"{path}?include={name}").status_code == 400
    assert world


def paths(resource: type[Resource], depth: int) -> Iterator[str]:
    """Yield every path of declared types so deep."""
    for name, relationship in resource.relationships.items():
        if relationship.includable:
            yield name
            target = registry().get(relationship.types[0]) if relationship.types else None
            if target and depth > 1 and not relationship.polymorphic:
                yield from (f"{name}.{rest}" for rest in paths(target, depth - 1))


PATHS = sorted(paths(registry()["customers"], 3))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=st.lists(st.sampled_from(PATHS), min_size=1, max_size=6))
def test_any_paths(api: Api, world: dict[str, Document], asked: list[str]) -> None:
    """Each once, primary data never; all linkage leads into the document, all of it is led to."""
    answer = api.get("/api/customers", {"include": ",".join(asked)}).json
    primary = {(o["type"], o["id"]) for o in answer["data"]}
    beside = [(o["type"], o["id"]) for o in answer.get("included", ())]
    reached: set[tuple[str, str]] = set()
    for object_ in (*answer["data"], *answer.get("included", ())):
        for data in linkage(object_).values():
            for one in data if isinstance(data, list) else [data] if data else []:
                reached.add((one["type"], one["id"]))

    assert len(beside) == len(set(beside))
    assert primary.isdisjoint(beside)
    assert reached - primary == set(beside)
    for path in asked:
        for object_ in answer["data"]:
            assert path.partition(".")[0] in linkage(object_)
            _check(api, object_, path.split("."), answer)
    assert world


def _check(api: Api, object_: Document, path: list[str], answer: Document) -> None:
    """Check linkage along a path against what the relationship endpoints say."""
    name, *rest = path
    data = linkage(object_)[name]
    assert api.get(object_["relationships"][name]["links"]["self"]).json["data"] == data
    if rest:
        wanted = [to(o) for o in (data if isinstance(data, list) else [data] if data else [])]
        for other in (*answer["data"], *answer.get("included", ())):
            if to(other) in wanted:
                _check(api, other, rest, answer)


def test_ids_of_the_list_are_those_without_includes(api: Api, world: dict[str, Document]) -> None:
    """Including changes neither what is found nor its order."""
    plain = ids(api.get("/api/customers?sort=-email"))

    assert plain == ids(api.get("/api/customers?sort=-email&include=tags,orders,customer_group"))
    assert len(plain) == len([o for o in world.values() if o["type"] == "customers"])
