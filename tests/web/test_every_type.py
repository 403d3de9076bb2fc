"""Every declared type does what its declaration says, whatever type it is.

The requests are made from the declarations: a type that is added is tested from then on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import TestResponse

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.schema.relationships import Relationship
from mockserver.schema.vocabulary import ACTIONS, Resource
from tests.client import Api, Document, document, ids, path_of, to
from tests.ignoring import is_ignored
from tests.refusals import got, refused, violation
from tests.samples import FOUND, Samples, is_needed, plain
from tests.scene import NOBODY, digest

Member = tuple[str, str]

TYPES = sorted(type_ for type_, resource in registry().items() if not resource.singleton)
CREATABLE = [type_ for type_ in TYPES if "create" in registry()[type_].actions]
#: Those of which there is a record to look at.
MADE = sorted({*CREATABLE, *(FOUND.keys() & set(TYPES))})
LISTED = [type_ for type_ in MADE if "list" in registry()[type_].actions]
UPDATABLE = [type_ for type_ in MADE if "update" in registry()[type_].actions]
DELETABLE = [type_ for type_ in MADE if "delete" in registry()[type_].actions]
SINGLETONS = sorted(resource.singleton for resource in registry().values() if resource.singleton)

NEWEST = {"sort": "-id", "page[size]": "25"}
NOT_FOUND = refused("RECORD_NOT_FOUND")
NOT_ALLOWED = refused("METHOD_NOT_ALLOWED")
REFERENCES = {"reference": "r", "reference_origin": "o", "metadata": {"a": [1, None]}}
#: What is changed together with something else only, or by what there is none of.
NOT_ALONE = frozenset({"customer_password", "bundle_code"})


@pytest.fixture
def samples(api: Api) -> Samples:
    """Return what makes records."""
    return Samples(api)


def members(resource: type[Resource]) -> Iterator[tuple[str, Any]]:
    yield from resource.attributes.items()
    yield from resource.relationships.items()


def each(types: list[str], wanted: Any) -> list[Member]:
    """Return the members of these types that are wanted, as (type, name)."""
    return [
        (type_, name)
        for type_ in types
        for name, member in members(registry()[type_])
        if wanted(type_, name, member)
    ]


def is_relationship(_: str, __: str, member: Any) -> bool:
    return isinstance(member, Relationship)


def errors(answer: TestResponse) -> list[Document]:
    """Return the errors of an answer."""
    found: list[Document] = answer.json.get("errors", [])
    return found


@pytest.fixture
def refuses(sandbox: Sandbox, clock: Clock) -> Iterator[Any]:
    """Return what notes how everything is now; in the end it must be the same.

    Time stands still, lest a job that was made before becomes due meanwhile.
    """
    clock.freeze()
    noted: list[str] = []
    yield lambda: noted.append(digest(sandbox))
    assert noted[-1:] == [digest(sandbox)]


# --- the five actions ----------------------------------------------------------------------------


@pytest.mark.parametrize("type_", TYPES)
def test_actions(api: Api, type_: str) -> None:
    """What a type does not offer is a 405; of nobody there is nothing."""
    path, member = f"/api/{type_}", f"/api/{type_}/{NOBODY}"
    answers = {
        "list": api.get(path),
        "create": api.post(path, {}),
        "retrieve": api.get(member),
        "update": api.patch(member, document(type_, NOBODY)),
        "delete": api.delete(member),
    }
    expected = dict.fromkeys(ACTIONS, NOT_FOUND) | {
        "list": (200, answers["list"].text),
        "create": refused("PARAM_MISSING", "The required parameter, data, is missing."),
    }

    assert {action: got(answer) for action, answer in answers.items()} == {
        action: expected[action] if action in registry()[type_].actions else NOT_ALLOWED
        for action in ACTIONS
    }


def as_written(found: Document) -> Document:
    """Return the attributes of a record that was read as the answer to its writing has them."""
    attributes = registry()[found["type"]].attributes
    return {n: v for n, v in found["attributes"].items() if attributes[n].alone != "read"}


@pytest.mark.parametrize("type_", MADE)
def test_documents(samples: Samples, type_: str) -> None:
    """A record is shown alike wherever it is, with every member in the order of declaration."""
    made, resource = samples.new(type_), registry()[type_]
    shown = [n for n, a in resource.attributes.items() if a.flags.fetchable and n != "id"]
    found = samples.api.get(path_of(made)).json["data"]

    assert [n for n in made if n != "relationships"] == [
        "id",
        "type",
        "links",
        "attributes",
        "meta",
    ]
    assert list(found["attributes"]) == shown
    assert list(made.get("relationships", ())) == list(resource.relationships)
    assert {**found, "attributes": as_written(found), "meta": {}} == {**made, "meta": {}}
    if type_ in LISTED:
        (listed,) = (
            object_
            for object_ in samples.api.get(f"/api/{type_}", NEWEST).json["data"]
            if object_["id"] == made["id"]
        )
        among_others = {
            name: value
            for name, value in made["attributes"].items()
            if not resource.attributes[name].alone
        }
        assert {**listed, "meta": {}} == {**made, "attributes": among_others, "meta": {}}


@pytest.mark.parametrize("path", [*(f"/api/{type_}" for type_ in LISTED), *SINGLETONS, *MADE])
def test_head(samples: Samples, path: str) -> None:
    """The headers of a GET, and no body."""
    if path in MADE:
        path = path_of(samples.new(path))
    elif path in SINGLETONS:
        path = f"/api/{path}"
    head, full = samples.api.request("HEAD", path), samples.api.get(path)

    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["ETag"] == full.headers["ETag"]
    assert head.headers["Content-Type"] == full.headers["Content-Type"]


@pytest.mark.parametrize("type_", UPDATABLE)
def test_references(samples: Samples, type_: str) -> None:
    """They can be changed on every type (conventions.md §3), and nothing else is."""
    made = samples.new(type_)
    before = as_written(samples.api.get(path_of(made)).json["data"])
    changed = samples.api.update(made, **REFERENCES)["attributes"]
    again = samples.api.update(made, **REFERENCES)["attributes"]

    # An order notes when it was reckoned again as well.
    moved = {name: changed[name] for name in ("updated_at", "refreshed_at") if name in changed}
    assert changed == {**before, **REFERENCES, **moved}
    assert changed["updated_at"] >= before["updated_at"]
    assert again == changed


UPDATES = [
    (type_, name)
    for type_ in UPDATABLE
    for name in plain(registry()[type_], "updatable")
    if name not in NOT_ALONE
]


@pytest.mark.parametrize(("type_", "name"), UPDATES)
def test_updates(samples: Samples, type_: str, name: str) -> None:
    """Each attribute takes a value that it may have, and shows it."""
    made, attribute = samples.new(type_), registry()[type_].attributes[name]
    value = samples.value(type_, name)
    changed = samples.api.update(made, **{name: value})["attributes"]

    assert changed.get(name) == (value if attribute.flags.fetchable else None)


@pytest.mark.parametrize("type_", DELETABLE)
def test_deletes(samples: Samples, type_: str) -> None:
    """Then it is gone everywhere."""
    made = samples.new(type_)
    path = path_of(made)

    assert got(samples.api.delete(path)) == (204, "")
    assert got(samples.api.get(path)) == got(samples.api.delete(path)) == NOT_FOUND
    if type_ in LISTED:
        assert made["id"] not in ids(samples.api.get(f"/api/{type_}", NEWEST))


# --- relationships -------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", MADE)
def test_both_urls(samples: Samples, type_: str) -> None:
    """Related records and linkage are the same ones, of nobody there are none."""
    made = samples.new(type_)
    for name, relationship in registry()[type_].relationships.items():
        related = samples.api.get(f"{path_of(made)}/{name}")
        linkage = samples.api.get(f"{path_of(made)}/relationships/{name}")

        assert (name, related.status_code, linkage.status_code) == (name, 200, 200)
        if not relationship.history:
            assert linked(related.json["data"]) == linkage.json["data"]
        nobody = f"/api/{type_}/{NOBODY}"
        for path in (name, f"relationships/{name}"):
            assert got(samples.api.get(f"{nobody}/{path}")) == NOT_FOUND
        if relationship.flags.updatable and type_ in UPDATABLE:
            nothing: Any = {"data": [] if relationship.many else None}
            for method in ("post", "patch", "delete") if relationship.many else ("patch",):
                write_linkage = getattr(samples.api, method)
                assert got(write_linkage(f"{nobody}/relationships/{name}", nothing)) == NOT_FOUND


def linked(data: Any) -> Any:
    """Return the linkage to primary data."""
    return [to(each) for each in data] if isinstance(data, list) else data and to(data)


@pytest.mark.parametrize("type_", MADE)
def test_includes(samples: Samples, type_: str) -> None:
    """Every relationship is included, alone and with the others, but for histories."""
    made, relationships = samples.new(type_), registry()[type_].relationships
    path = path_of(made)
    includable = [name for name, relationship in relationships.items() if relationship.includable]
    whole = samples.api.get(path, {"include": ",".join(includable)}).json
    included = [to(each) for each in whole.get("included", ())]
    for name in relationships:
        answer = samples.api.get(path, {"include": name})
        if name not in includable:
            detail = f"{name} is not a valid includable relationship of {type_}"
            assert got(answer) == refused("INVALID_INCLUDE", detail)
            continue
        data = answer.json["data"]["relationships"][name]["data"]
        assert data == samples.api.get(f"{path}/relationships/{name}").json["data"]
        assert whole["data"]["relationships"][name]["data"] == data
        for target in data if isinstance(data, list) else [data] if data else []:
            assert target in [*included, to(made)]


LINKS = each([t for t in TYPES if {"create", "update"} & {*registry()[t].actions}], is_relationship)


@pytest.mark.parametrize(("type_", "name"), LINKS)
def test_linkages_that_are_none(samples: Samples, refuses: Any, type_: str, name: str) -> None:
    """Of a wrong type, to nobody, or of what is not written at all."""
    resource, relationship = registry()[type_], registry()[type_].relationships[name]
    made = samples.new(type_) if type_ in UPDATABLE else {"type": type_, "id": NOBODY}
    body = samples.document(type_) if type_ in CREATABLE else {}
    refuses()
    wrong = next(t for t in TYPES if t not in relationship.types)
    known = next((t for t in relationship.types if t in registry()), None)
    for action, flag in (("create", "creatable"), ("update", "updatable")):
        if action not in resource.actions:
            continue
        writes = getattr(relationship.flags, flag)
        for target, expected in (
            (wrong, refused("TYPE_MISMATCH", f"{wrong} is not a valid type for this operation.")),
            (known, NOT_FOUND),
        ):
            if target is None:
                continue
            linkage: Any = {"type": target, "id": NOBODY}
            sent = {name: {"data": [linkage] if relationship.many else linkage}}
            data = body["data"] if action == "create" else document(type_, made["id"])["data"]
            answer = write(samples.api, made, action, {**data, "relationships": sent})
            not_allowed = refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")

            assert got(answer) == (expected if writes else not_allowed)


def is_rewritten(type_: str, _: str, member: Any) -> bool:
    known = isinstance(member, Relationship) and {*member.types} & registry().keys()
    return bool(known and member.flags.updatable and type_ in UPDATABLE)


@pytest.mark.parametrize(("type_", "name"), each(UPDATABLE, is_rewritten))
def test_relinks(samples: Samples, type_: str, name: str) -> None:
    """An updatable linkage is replaced, by either URL, and cleared unless it is required."""
    relationship, made = registry()[type_].relationships[name], samples.new(type_)
    own = f"{path_of(made)}/relationships/{name}"
    other: Any = samples.apart().link(type_, name)
    nothing: Any = [] if relationship.many else None
    is_required = is_needed(registry()[type_], name, relationship)

    samples.api.update(made, links={name: other})
    assert samples.api.get(own).json["data"] == other
    cleared = samples.api.patch(own, {"data": nothing})
    if is_required:
        assert violation(f"relationships/{name}", "can't be blank", "blank") in errors(cleared)
    else:
        assert got(cleared) == (204, "")
        assert samples.api.get(own).json["data"] == nothing
    # What is nothing without it is gone by now.
    again: Any = samples.apart().linkage(relationship) if relationship.inverse else other
    assert got(samples.api.patch(own, {"data": again})) == (204, "")
    assert samples.api.get(own).json["data"] == again


def write(api: Api, object_: Document, action: str, data: Document) -> TestResponse:
    """Create or update."""
    if action == "create":
        return api.post(f"/api/{object_['type']}", {"data": data})
    return api.patch(path_of(object_), {"data": data})


# --- what is asked of lists ----------------------------------------------------------------------


@pytest.mark.parametrize("type_", LISTED)
def test_filters(samples: Samples, type_: str) -> None:
    """A record is found by what it shows under each filterable name, and by no other name."""
    made, resource = samples.new(type_), registry()[type_]
    shown = {**made["attributes"], "id": made["id"]}
    for name, attribute in resource.attributes.items():
        value, path = shown.get(name), f"/api/{type_}"
        key = f"{name}_null"
        if attribute.flags.filterable:
            by_null = {f"filter[q][{key}]": str(value is None).lower(), **NEWEST}
            assert made["id"] in ids(samples.api.get(path, by_null)), key
            if isinstance(value, str | int) and value != "":
                by_value = {f"filter[q][{name}_eq]": text(value), **NEWEST}
                assert made["id"] in ids(samples.api.get(path, by_value)), name
        elif not attribute.predicates and not is_path(resource, name):
            assert is_ignored(samples.api, type_, key, "true")


def is_path(resource: type[Resource], name: str) -> bool:
    """Say whether the name can be read as a path: ``customer_email`` is the customer's email."""
    steps = (n for n, r in resource.relationships.items() if r.flags.filterable)
    return any(name.startswith(f"{step}_") for step in steps)


def text(value: str | float) -> str:
    """Return a value as a query says it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.mark.parametrize("type_", LISTED)
def test_other_filters(samples: Samples, type_: str) -> None:
    """Every name beside ``q`` is understood (conventions.md §13.3), and no others."""
    made, path = samples.new(type_), f"/api/{type_}"
    attributes = registry()[type_].attributes
    for name in registry()[type_].filters:
        is_object = name in attributes and attributes[name].kind == "object"
        value = "{}" if is_object else "2020-01-01"
        answer = samples.api.get(path, {f"filter[{name}]": value} if name != "q" else {})
        assert (name, answer.status_code) == (name, 200)

    assert ids(samples.api.get(path, {"filter[ids]": made["id"]})) == [made["id"]]
    assert got(samples.api.get(path, {"filter[foo]": "1"})) == refused(
        "FILTER_NOT_ALLOWED", "foo is not allowed."
    )


@pytest.mark.parametrize("type_", LISTED)
def test_sorts(samples: Samples, type_: str) -> None:
    """Every sortable member sorts, both ways; no other does."""
    made, resource = samples.new(type_), registry()[type_]
    for name, member in members(resource):
        is_step = isinstance(member, Relationship)
        steps = f"{name}.id" if is_step else name
        leads = not is_step or member.types[0] in registry()
        for criterion in (steps, f"-{steps}"):
            answer = samples.api.get(f"/api/{type_}", {"sort": criterion, "page[size]": "25"})
            if member.flags.sortable and leads:
                assert made["id"] in ids(answer), criterion
            else:
                detail = f"{steps} is not a valid sort criteria for {type_}"
                assert got(answer) == refused("INVALID_SORT_CRITERIA", detail)


# --- what is refused -----------------------------------------------------------------------------


def is_required(type_: str, name: str, member: Any) -> bool:
    """Say whether a record cannot be created without the member, whatever else it has."""
    if isinstance(member, Relationship):
        return is_needed(registry()[type_], name, member)
    return bool(member.flags.creatable and member.presence is True and not member.effect)


@pytest.mark.parametrize(("type_", "name"), each(CREATABLE, is_required))
def test_required_members(samples: Samples, refuses: Any, type_: str, name: str) -> None:
    """Null, or left out where there is no default: 422 ``can't be blank``."""
    body, member = samples.document(type_), registry()[type_].attributes.get(name)
    refuses()
    part = "relationships" if member is None else "attributes"
    sent: Document = body["data"].get(part, {})
    ways = [{**sent, name: {"data": None} if member is None else None}]
    if member is None or member.initial is None:
        ways.append({key: value for key, value in sent.items() if key != name})
    for way in ways:
        answer = samples.api.post(f"/api/{type_}", {"data": {**body["data"], part: way}})

        assert answer.status_code == 422
        assert violation(f"{part}/{name}", "can't be blank", "blank") in errors(answer)


def is_enum(_: str, __: str, member: Any) -> bool:
    writes = member.flags.creatable or member.flags.updatable
    return bool(not isinstance(member, Relationship) and member.enum and writes)


@pytest.mark.parametrize(("type_", "name"), each(CREATABLE, is_enum))
def test_enums(samples: Samples, refuses: Any, type_: str, name: str) -> None:
    """What is none of the values: 422 ``is not included in the list``."""
    made, body, flags = (
        samples.new(type_),
        samples.document(type_),
        registry()[type_].attributes[name].flags,
    )
    refuses()
    expected = violation(
        f"attributes/{name}", "is not included in the list", "inclusion", value="none"
    )
    for action in ("create",) * flags.creatable + ("update",) * flags.updatable:
        data = body["data"] if action == "create" else document(type_, made["id"])["data"]
        attributes = {**data.get("attributes", {}), name: "none"}
        answer = write(samples.api, made, action, {**data, "attributes": attributes})

        assert answer.status_code == 422
        assert expected in errors(answer)


@pytest.mark.parametrize("type_", CREATABLE)
def test_attributes_that_are_not_sent(samples: Samples, refuses: Any, type_: str) -> None:
    """Each without the flag is refused by name, with null as well."""
    made, body, resource = samples.new(type_), samples.document(type_), registry()[type_]
    refuses()
    for name, attribute in {**resource.attributes, "foo": None}.items():
        expected = refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")
        if attribute is None or not attribute.flags.creatable:
            sent = {**body["data"].get("attributes", {}), name: None}
            answer = write(samples.api, made, "create", {**body["data"], "attributes": sent})
            assert got(answer) == expected
        if "update" in resource.actions and (attribute is None or not attribute.flags.updatable):
            answer = samples.api.patch(path_of(made), document(type_, made["id"], **{name: None}))
            assert got(answer) == expected


@pytest.mark.parametrize("type_", CREATABLE)
def test_values_of_another_kind(samples: Samples, refuses: Any, type_: str) -> None:
    """A list for an object, an object for the rest: 422 ``is invalid``, and never a failure."""
    body, resource = samples.document(type_), registry()[type_]
    refuses()
    for name, attribute in resource.attributes.items():
        if attribute.flags.creatable:
            wrong: Any = ["x"] if attribute.kind == "object" else {"x": 1}
            sent = {**body["data"].get("attributes", {}), name: wrong}
            data = {**body["data"], "attributes": sent}
            answer = samples.api.post(f"/api/{type_}", {"data": data})

            assert (name, answer.status_code) == (name, 422)
            assert f"/data/attributes/{name}" in [e["source"]["pointer"] for e in errors(answer)]
