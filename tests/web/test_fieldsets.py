"""Sparse fieldsets (conventions.md §11)."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.resources.registry import known_types, registry, singular
from tests.client import Api, Document, document, path_of, to
from tests.refusals import Refused, got, refused

CUSTOMERS = registry()["customers"]
RETURNED = [n for n, a in CUSTOMERS.attributes.items() if a.flags.fetchable and n != "id"]
WRITE_ONLY = [n for n, a in CUSTOMERS.attributes.items() if not a.flags.fetchable]
FIELDS = [*CUSTOMERS.attributes, *CUSTOMERS.relationships]


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a customer with a group and a tag."""
    group, tag = api.create("customer_groups", name="Gold"), api.create("tags", name="vip")
    links = {"customer_group": to(group), "tags": [to(tag)]}
    return api.create("customers", email="john@example.com", links=links)


@pytest.mark.parametrize(
    ("fields", "attributes", "relationships"),
    [
        ("email", ["email"], []),
        ("status,email", ["email", "status"], []),
        ("email,email", ["email"], []),
        ("id", [], []),
        ("password", [], []),
        ("_add_tags,password", [], []),
        ("tags", [], ["tags"]),
        ("event_stores,tags", [], ["tags", "event_stores"]),
        ("tags,email", ["email"], ["tags"]),
        ("id,email,tags,password", ["email"], ["tags"]),
        ("email,", ["email"], []),
    ],
)
def test_what_is_returned(
    api: Api, customer: Document, fields: str, attributes: list[str], relationships: list[str]
) -> None:
    """Identity, links and meta always; the others if one of their fields was asked for."""
    data = api.get(path_of(customer), {"fields[customers]": fields}).json["data"]
    members = ["attributes"] * bool(attributes) + ["relationships"] * bool(relationships)

    assert ["id", "type", "links", *members, "meta"] == list(data)
    assert attributes == list(data.get("attributes", {}))
    assert relationships == list(data.get("relationships", {}))


def test_everywhere(api: Api, customer: Document) -> None:
    """They apply to reads of one and of many, to creates and to updates (conventions.md §11)."""
    query = {"fields[customers]": "reference"}
    path = path_of(customer)
    sent = document("customers", email="jane@example.com", reference="r")
    changed = document("customers", customer["id"], reference="r")
    found = [
        api.patch(path, changed, query).json["data"],
        api.get(path, query).json["data"],
        api.get("/api/customers", query).json["data"][0],
        api.get(f"{path}/customer_group", {"fields[customer_groups]": "reference"}).json["data"],
        api.post("/api/customers", sent, query).json["data"],
    ]

    assert [list(data["attributes"]) for data in found] == [["reference"]] * 5
    assert [data for data in found if "relationships" in data] == []


def test_types_not_mentioned_come_in_full(api: Api, customer: Document) -> None:
    """A fieldset is for its type alone."""
    answer = api.get(
        f"{path_of(customer)}?include=customer_group,tags&fields[customer_groups]=name"
    )
    group, tag = answer.json["included"]

    assert list(answer.json["data"]["attributes"]) == RETURNED
    assert group["attributes"] == {"name": "Gold"}
    assert "relationships" not in group
    assert next(iter(tag["attributes"])) == "name"
    assert list(tag["relationships"]) == ["event_stores"]


def test_included_without_linkage(api: Api, customer: Document) -> None:
    """What is included is there even when the relationship was not asked for.

    conventions.md §11.
    """
    answer = api.get(f"{path_of(customer)}?include=tags&fields[customers]=email")

    assert "relationships" not in answer.json["data"]
    assert [o["attributes"]["name"] for o in answer.json["included"]] == ["vip"]


def test_included_with_linkage(api: Api, customer: Document) -> None:
    """A relationship that is asked for and included has its linkage (conventions.md §11)."""
    answer = api.get(f"{path_of(customer)}?include=tags&fields[customers]=tags")

    assert [to(answer.json["included"][0])] == (
        answer.json["data"]["relationships"]["tags"]["data"]
    )


def test_a_fieldset_of_a_type_that_is_not_part_of_it(api: Api, customer: Document) -> None:
    """Any type may be named, whether the document holds some of it or not."""
    answer = api.get(f"{path_of(customer)}?fields[parcels]=number,weight")

    assert answer.status_code == 200


def test_a_list_of_fields(api: Api, customer: Document) -> None:
    """Brackets make a list as well."""
    path = path_of(customer)
    answer = api.get(f"{path}?fields[customers][]=email&fields[customers][]=status,reference")

    assert list(answer.json["data"]["attributes"]) == ["email", "status", "reference"]


def test_singletons(api: Api) -> None:
    """They have fieldsets too."""
    data = api.get("/api/organization?fields[organizations]=slug").json["data"]

    assert list(data) == ["id", "type", "attributes", "meta"]
    assert data["attributes"] == {"slug": "acme"}


def without_trace(document_: Document) -> Document:
    """Return a document without what differs in each answer."""
    document_["data"]["meta"].pop("trace_id")
    return document_


def test_the_singular_of_a_type_has_no_effect(api: Api, customer: Document) -> None:
    """It is known, and no document is of it; of the type itself nothing is left out."""
    for path, query in (
        ("/api/organization", "fields[organization]=slug"),
        ("/api/application", "fields[application]=name,kind"),
        (path_of(customer), "fields[customer]=email&fields[customer_group]=name&fields[tag]=name"),
    ):
        whole = without_trace(api.get(path).json)
        assert whole == without_trace(api.get(f"{path}?{query}").json)

    both = f"{path_of(customer)}?fields[customer]=status&fields[customers]=email"
    assert list(api.get(both).json["data"]["attributes"]) == ["email"]


@pytest.mark.parametrize("type_", sorted(known_types()))
def test_every_type_is_found_by_its_singular(api: Api, type_: str) -> None:
    """Its fields are checked, and errors name it as it was sent."""
    one = singular(type_)
    answer = api.get(f"/api/organization?fields[{one}]=id")
    wrong = api.get(f"/api/organization?fields[{one}]=nonsense")
    nothing = refused("INVALID_FIELD", f"nonsense is not a valid field for {one}.")

    assert answer.status_code == 200, answer.text
    assert type_ not in registry() or nothing == got(wrong)


REFUSED: dict[str, tuple[str, Refused]] = {
    "unknown-field-of-one": (
        "fields[customer]=foo",
        refused("INVALID_FIELD", "foo is not a valid field for customer."),
    ),
    "nothing-of-one": (
        "fields[address]=",
        refused("INVALID_FIELD", "nil is not a valid field for address."),
    ),
    "unknown-one": (
        "fields[addres]=id",
        refused("INVALID_RESOURCE", "addres is not a valid resource."),
    ),
    "one-in-capitals": (
        "fields[Customer]=email",
        refused("INVALID_RESOURCE", "Customer is not a valid resource."),
    ),
    "unknown-field": (
        "fields[customers]=foo",
        refused("INVALID_FIELD", "foo is not a valid field for customers."),
    ),
    "first-unknown-field": (
        "fields[customers]=email,foo,bar",
        refused("INVALID_FIELD", "foo is not a valid field for customers."),
    ),
    "space": (
        "fields[customers]=email,%20status",
        refused("INVALID_FIELD", " status is not a valid field for customers."),
    ),
    "empty-element": (
        "fields[customers]=email,,status",
        refused("INVALID_FIELD", " is not a valid field for customers."),
    ),
    "hidden-number": (
        "fields[customers]=number",
        refused("INVALID_FIELD", "number is not a valid field for customers."),
    ),
    "type-is-no-field": (
        "fields[customers]=type",
        refused("INVALID_FIELD", "type is not a valid field for customers."),
    ),
    "another-type": (
        "fields[tags]=email",
        refused("INVALID_FIELD", "email is not a valid field for tags."),
    ),
    "unknown-type": (
        "fields[foos]=email",
        refused("INVALID_RESOURCE", "foos is not a valid resource."),
    ),
    "empty-type": ("fields[]=email", refused("INVALID_FIELD_FORMAT")),
    "nothing": (
        "fields[customers]=",
        refused("INVALID_FIELD", "nil is not a valid field for customers."),
    ),
    "only-commas": (
        "fields[customers]=,",
        refused("INVALID_FIELD", "nil is not a valid field for customers."),
    ),
    "no-type": ("fields=email", refused("INVALID_FIELD_FORMAT")),
    "no-type-and-nothing": ("fields=", refused("INVALID_FIELD_FORMAT")),
    "too-deep": ("fields[customers][x]=email", refused("INVALID_FIELD_FORMAT")),
}


@pytest.mark.parametrize(
    "path", ["/api/customers", "/api/customers/AAAAAAAAAA", "/api/organization"]
)
@pytest.mark.parametrize(("query", "expected"), REFUSED.values(), ids=REFUSED)
def test_what_is_refused(api: Api, query: str, expected: Refused, path: str) -> None:
    """Each bad fieldset has its error, wherever it stands."""
    assert expected == got(api.get(f"{path}?{query}"))


@settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(asked=st.lists(st.sampled_from(FIELDS), min_size=1, unique=True), linked=st.booleans())
def test_any_set_of_fields(api: Api, customer: Document, asked: list[str], linked: bool) -> None:  # noqa: FBT001
    """Exactly the fields asked for, with the values and in the order of the full document."""
    include = {"include": "tags,customer_group"} if linked else {}
    path = path_of(customer)
    full = api.get(path, include).json["data"]
    sparse = api.get(path, {**include, "fields[customers]": ",".join(asked)}).json["data"]

    for member in ("attributes", "relationships"):
        expected = [(n, v) for n, v in full[member].items() if n in asked]
        assert expected == list(sparse.get(member, {}).items())
        assert bool(expected) is (member in sparse)
    assert (full["id"], full["type"], full["links"]) == (
        sparse["id"],
        sparse["type"],
        sparse["links"],
    )
    assert [name for name in WRITE_ONLY if name in sparse.get("attributes", {})] == []
