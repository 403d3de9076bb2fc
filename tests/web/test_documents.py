"""The shape of documents: ids, timestamps, member order (conventions.md §3, §4)."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mockserver.app import MockServerApp
from tests.client import Api, document, path_of, to
from tests.refusals import got, refused_with, violation

ID = re.compile(r"[A-Za-z]{10}")
TIMESTAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

CUSTOMER_ATTRIBUTES = [
    "email",
    "status",
    "has_password",
    "total_orders_count",
    "shopper_reference",
    "profile_id",
    "tax_exemption_code",
    "created_at",
    "updated_at",
    "reference",
    "reference_origin",
    "jwt_custom_claim",
    "metadata",
    "anonymization_info",
    "anonymization_status",
]
CUSTOMER_RELATIONSHIPS = [
    "customer_group",
    "customer_addresses",
    "customer_payment_sources",
    "customer_subscriptions",
    "orders",
    "order_subscriptions",
    "returns",
    "sku_lists",
    "attachments",
    "events",
    "tags",
    "jwt_customer",
    "jwt_markets",
    "jwt_stock_locations",
    "event_stores",
]


def test_a_single_document(api: Api, app: MockServerApp) -> None:
    """A document without includes is exactly this, members in this order (conventions.md §4.1)."""
    clock = next(iter(app.organizations)).clock
    clock.freeze(datetime(2026, 1, 15, 10, 17, 57, 865_000, UTC))
    answer = api.post("/api/customers", document("customers", email="john@example.com"))
    data = answer.json["data"]
    url = f"http://localhost/api/customers/{data['id']}"

    assert list(answer.json) == ["data"]
    assert list(data) == ["id", "type", "links", "attributes", "relationships", "meta"]
    assert {
        "id": data["id"],
        "type": "customers",
        "links": {"self": url},
        "attributes": {
            "email": "john@example.com",
            "status": "prospect",
            "has_password": False,
            "total_orders_count": 0,
            "shopper_reference": data["attributes"]["shopper_reference"],
            "profile_id": data["attributes"]["profile_id"],
            "tax_exemption_code": None,
            "created_at": "2026-01-15T10:17:57.865Z",
            "updated_at": "2026-01-15T10:17:57.865Z",
            "reference": None,
            "reference_origin": None,
            "jwt_custom_claim": None,
            "metadata": {},
            "anonymization_info": {},
            "anonymization_status": None,
        },
        "relationships": {
            name: {"links": {"self": f"{url}/relationships/{name}", "related": f"{url}/{name}"}}
            for name in CUSTOMER_RELATIONSHIPS
        },
        "meta": data["meta"],
    } == data


def test_the_order_of_members(api: Api) -> None:
    """Attributes and relationships come in the order of the public metadata (conventions.md §4)."""
    data = api.create("customers", email="john@example.com")

    assert list(data["attributes"]) == CUSTOMER_ATTRIBUTES
    assert list(data["relationships"]) == CUSTOMER_RELATIONSHIPS
    assert all(list(r["links"]) == ["self", "related"] for r in data["relationships"].values())


def test_ids_are_ten_letters(api: Api) -> None:
    """An id is ten ASCII letters, and unique in its type (conventions.md §3)."""
    found = [api.create("tags", name=f"tag-{number}")["id"] for number in range(50)]

    assert [id_ for id_ in found if not ID.fullmatch(id_)] == []
    assert len(set(found)) == 50


def test_ids_are_case_sensitive(api: Api) -> None:
    """The same letters in another case are another id (conventions.md §3)."""
    tag = api.create("tags", name="vip")

    assert api.get(f"/api/tags/{tag['id'].swapcase()}").status_code == 404


def test_generated_references_are_uuids(api: Api) -> None:
    """What a customer is known by elsewhere is a UUID v4 (customers.md §3)."""
    attributes = api.create("customers", email="john@example.com")["attributes"]

    assert UUID.fullmatch(attributes["shopper_reference"])
    assert UUID.fullmatch(attributes["profile_id"])


def test_timestamps(api: Api) -> None:
    """They are UTC with three decimals, and equal when a record is new (conventions.md §3)."""
    attributes = api.create("customers", email="john@example.com")["attributes"]

    assert TIMESTAMP.fullmatch(attributes["created_at"])
    assert attributes["created_at"] == attributes["updated_at"]


def test_updated_at_moves_only_with_a_change(api: Api, app: MockServerApp) -> None:
    """Sending what is there already is no change (conventions.md §3, §7)."""
    clock = next(iter(app.organizations)).clock
    clock.freeze(datetime(2026, 1, 1, tzinfo=UTC))
    customer = api.create("customers", email="john@example.com", metadata={"vip": 1})
    clock.advance(timedelta(minutes=1))
    same = api.update(customer, email=" John@Example.com", metadata={"vip": 1})
    other = api.update(customer, metadata={"vip": True})

    assert same["attributes"]["updated_at"] == "2026-01-01T00:00:00.000Z"
    assert other["attributes"]["updated_at"] == "2026-01-01T00:01:00.000Z"
    assert other["attributes"]["created_at"] == "2026-01-01T00:00:00.000Z"


def test_meta_of_a_resource(api: Api, app: MockServerApp) -> None:
    """Mode, organization and a trace id that all objects of one answer share.

    conventions.md §4.1.
    """
    tags = [to(api.create("tags", name=name)) for name in ("a", "b")]
    api.create("customers", email="john@example.com", links={"tags": tags})
    document_ = api.get("/api/customers?include=tags").json
    metas = [object_["meta"] for object_ in (*document_["data"], *document_["included"])]
    other = api.get("/api/customers").json["data"][0]["meta"]

    assert len(metas) == 3
    assert all(meta == metas[0] for meta in metas)
    assert list(metas[0]) == ["mode", "organization_id", "trace_id"]
    assert metas[0]["mode"] == "test"
    assert next(iter(app.organizations)).id == metas[0]["organization_id"]
    assert re.fullmatch(r"[0-9a-f]{64}", metas[0]["trace_id"])
    assert metas[0]["trace_id"] != other["trace_id"]


def test_the_live_mode(api: Api) -> None:
    """Records of one mode do not exist in the other."""
    customer = api.create("customers", email="john@example.com")
    live = api.request("GET", "/api/customers", headers={"X-Mock-Mode": "live"})
    there = api.request("GET", path_of(customer), headers={"X-Mock-Mode": "live"})

    assert live.json["data"] == []
    assert there.status_code == 404


def test_links_have_the_host_of_the_request(api: Api) -> None:
    """Absolute URLs begin with scheme and host of the request (conventions.md §4.1)."""
    customer = api.create("customers", email="john@example.com")
    answer = api.request("GET", path_of(customer), headers={"Host": "acme.cl.localhost:8080"})

    assert (
        f"http://acme.cl.localhost:8080{path_of(customer)}" == answer.json["data"]["links"]["self"]
    )


def test_relationships_have_data_only_when_included(api: Api) -> None:
    """Included and empty: null for a to-one, an empty list for a to-many (conventions.md §4.1)."""
    customer = api.create("customers", email="john@example.com")
    answer = api.get(path_of(customer), {"include": "customer_group,tags"})
    relationships = answer.json["data"]["relationships"]

    assert {
        name: relationship["data"]
        for name, relationship in relationships.items()
        if "data" in relationship
    } == {"customer_group": None, "tags": []}
    assert list(relationships["tags"]) == ["links", "data"]


def test_a_list(api: Api) -> None:
    """Data, meta, links, in this order, with counts and page links (conventions.md §4.2)."""
    for number in range(5):
        api.create("customers", email=f"{number}@example.com")
    answer = api.get("/api/customers?page[size]=3&sort=email&fields[customers]=id,email")
    url = "http://localhost/api/customers?fields%5Bcustomers%5D=id%2Cemail"

    assert list(answer.json) == ["data", "meta", "links"]
    assert answer.json["meta"] == {"record_count": 5, "page_count": 2}
    assert {
        "first": f"{url}&page%5Bnumber%5D=1&page%5Bsize%5D=3&sort=email",
        "next": f"{url}&page%5Bnumber%5D=2&page%5Bsize%5D=3&sort=email",
        "last": f"{url}&page%5Bnumber%5D=2&page%5Bsize%5D=3&sort=email",
    } == answer.json["links"]


def test_included_stands_between_data_and_meta(api: Api) -> None:
    """The top level is data, included, meta, links (conventions.md §4.2)."""
    tag = api.create("tags", name="vip")
    api.create("customers", email="john@example.com", links={"tags": [to(tag)]})

    assert list(api.get("/api/customers?include=tags").json) == [
        "data",
        "included",
        "meta",
        "links",
    ]


def test_an_empty_list(api: Api) -> None:
    """An empty list has one page (conventions.md §4.3)."""
    answer = api.get("/api/customers")
    page = "http://localhost/api/customers?page%5Bnumber%5D=1&page%5Bsize%5D=10"

    assert {
        "data": [],
        "meta": {"record_count": 0, "page_count": 1},
        "links": {"first": page, "last": page},
    } == answer.json


def test_a_null_related_resource(api: Api) -> None:
    """What leads nowhere is null (conventions.md §4.4)."""
    customer = api.create("customers", email="john@example.com")

    assert got(api.get(f"{path_of(customer)}/customer_group")) == (200, '{"data":null}')


@pytest.mark.parametrize(
    ("path", "type_"), [("organization", "organizations"), ("application", "applications")]
)
def test_singletons(api: Api, path: str, type_: str) -> None:
    """No id in the URL, no links, no relationships; the type is a plural (conventions.md §4.1)."""
    data = api.get(f"/api/{path}").json["data"]

    assert list(data) == ["id", "type", "attributes", "relationships", "meta"]
    assert (type_, {}) == (data["type"], data["relationships"])
    assert api.get(f"/api/{type_}").status_code == 404
    assert api.get(f"/api/{path}/{data['id']}").status_code == 404


# --- scalars -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sent", "stored"),
    [
        (True, True),
        (False, False),
        ("true", True),
        ("1", True),
        ("t", True),
        ("false", False),
        ("0", False),
        ("f", False),
        (1, True),
        (0, False),
        ("", None),
        (None, None),
    ],
    ids=repr,
)
def test_booleans(api: Api, sent: Any, stored: Any) -> None:
    """Texts are cast to booleans, an empty one to null (conventions.md §3)."""
    location = _location(api, suppress_etd=sent)

    assert stored is location["attributes"]["suppress_etd"]


def _location(api: Api, **attributes: Any) -> Any:
    found = api.get("/api/stock_locations").json["data"][0]
    return api.update(found, **attributes)


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("12", 12), (12, 12), (12.9, 12), ("12abc", 12), ("abc", 0), ("", None), (None, None)],
    ids=repr,
)
def test_integers(api: Api, sent: Any, stored: int | None) -> None:
    """Texts are cast to integers, one without digits to zero (conventions.md §3)."""
    market = api.get("/api/markets").json["data"][0]
    updated = api.patch(
        path_of(market),
        document("markets", market["id"], shipping_cost_cutoff=sent),
    )

    assert stored == updated.json["data"]["attributes"]["shipping_cost_cutoff"]


@pytest.mark.parametrize(
    ("sent", "stored"),
    [("x", "x"), ("", ""), (12, "12"), (1.5, "1.5"), (True, "t"), (False, "f"), (None, None)],
    ids=repr,
)
def test_free_texts(api: Api, sent: Any, stored: str | None) -> None:
    """References are free texts, and an empty one stays empty (conventions.md §3)."""
    customer = api.create("customers", email="john@example.com", reference=sent)

    assert stored == customer["attributes"]["reference"]


@pytest.mark.parametrize("sent", [{}, [], {"a": 1}, ["x"], "a\0b"], ids=repr)
def test_what_is_no_text(api: Api, sent: Any) -> None:
    """An object, a list and a NUL byte are no text."""
    answer = api.post("/api/customers", document("customers", email="a@b.c", reference=sent))

    assert got(answer) == refused_with(
        [violation("attributes/reference", "is invalid", "invalid", value=sent)]
    )


def test_references_are_not_unique(api: Api) -> None:
    """Two customers may have the same reference (conventions.md §3)."""
    pair = [
        api.create("customers", email=f"{n}@b.c", reference="x", reference_origin="y") for n in "ab"
    ]

    assert [(c["attributes"]["reference"], c["attributes"]["reference_origin"]) for c in pair] == [
        ("x", "y")
    ] * 2


METADATA: list[Any] = [
    {},
    {"a": 1},
    {"a": {"b": [1, 2.5, None, True, "x", {"c": {}}]}},
    {"": "", "ключ": "värde 🎉", "a.b": "%_\\"},
    {"big": 2**63 - 1, "small": -(2**63), "float": 1e-7},
    None,
]


@pytest.mark.parametrize("sent", METADATA, ids=repr)
def test_metadata(api: Api, sent: Any) -> None:
    """Metadata is any JSON object, or null (conventions.md §3)."""
    customer = api.create("customers", email="john@example.com", metadata=sent)

    assert sent == customer["attributes"]["metadata"]
    assert sent == api.get(path_of(customer)).json["data"]["attributes"]["metadata"]


@pytest.mark.parametrize("type_", ["customers", "tags", "customer_groups", "markets", "orders"])
def test_what_every_type_can_update(api: Api, type_: str) -> None:
    """References and metadata can be updated on every type (conventions.md §3)."""
    market = api.get("/api/markets").json["data"][0]
    object_ = {
        "customers": lambda: api.create("customers", email="a@b.c"),
        "tags": lambda: api.create("tags", name="vip"),
        "customer_groups": lambda: api.create("customer_groups", name="VIP"),
        "markets": lambda: market,
        "orders": lambda: api.create("orders", links={"market": to(market)}),
    }[type_]()
    sent = {"reference": "r", "reference_origin": "o", "metadata": {"a": 1}}
    updated = api.update(object_, **sent)

    assert sent == {name: updated["attributes"][name] for name in sent}


TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=30)
JSON_VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)
CUSTOMERS = st.fixed_dictionaries(
    {
        "email": st.emails().map(str.lower).filter(lambda email: len(email) < 200),
        "reference": st.none() | TEXT,
        "reference_origin": st.none() | TEXT,
        "tax_exemption_code": st.none() | TEXT,
        "metadata": st.none() | st.dictionaries(TEXT, JSON_VALUES, max_size=5),
    }
)


@settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(attributes=CUSTOMERS)
def test_what_is_created_is_retrieved(api: Api, attributes: dict[str, Any]) -> None:
    """Any valid customer reads back as it was sent, from the answer and from the server."""
    customer = api.create("customers", **attributes)
    found = api.get(path_of(customer)).json["data"]
    assert api.delete(path_of(customer)).status_code == 204

    assert attributes == {name: customer["attributes"][name] for name in attributes}
    assert customer["attributes"] == found["attributes"]
    assert customer["relationships"] == found["relationships"]
