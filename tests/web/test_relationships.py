"""Related resources and relationship endpoints (conventions.md §5)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.resources.registry import registry
from tests.client import Api, Document, ids, path_of, to
from tests.refusals import Refused, got, refused

CUSTOMER = registry()["customers"].relationships
TO_ONE = [name for name, relationship in CUSTOMER.items() if not relationship.many]
TO_MANY = [n for n, r in CUSTOMER.items() if r.many and n != "event_stores"]
READ_ONLY = [name for name in CUSTOMER if name not in ("customer_group", "tags")]
NOBODY = "AAAAAAAAAA"


@pytest.fixture
def group(api: Api) -> Document:
    """Return a customer group."""
    return api.create("customer_groups", name="Gold")


@pytest.fixture
def tags(api: Api) -> list[Document]:
    """Return five tags."""
    return [api.create("tags", name=name) for name in "dbace"]


@pytest.fixture
def customer(api: Api, group: Document, tags: list[Document]) -> Document:
    """Return a customer of the group with the first three tags."""
    links = {"customer_group": to(group), "tags": [to(tag) for tag in tags[:3]]}
    return api.create("customers", email="john@example.com", links=links)


@pytest.fixture
def guest(api: Api) -> Document:
    """Return a customer with nothing linked."""
    return api.create("customers", email="guest@example.com")


# --- related -----------------------------------------------------------------------------------


def test_a_to_one_is_a_single_document(api: Api, customer: Document, group: Document) -> None:
    """The related resource, as if it had been asked for by its own URL."""
    answer = api.get(f"{path_of(customer)}/customer_group")
    own = api.get(path_of(group))

    assert answer.status_code == 200
    assert _without_trace(own.json) == _without_trace(answer.json)


def _without_trace(document_: Any) -> Any:
    document_["data"]["meta"].pop("trace_id")
    return document_


def test_a_to_one_takes_include_and_fields(api: Api, customer: Document) -> None:
    """Both apply to the related type; sort, filter and page are ignored."""
    answer = api.get(
        f"{path_of(customer)}/customer_group",
        {
            "include": "customers",
            "fields[customer_groups]": "name,customers",
            "fields[customers]": "email",
            "sort": "nonsense",
            "filter[nonsense]": "1",
            "page[size]": "99",
        },
    )

    assert answer.json["data"]["attributes"] == {"name": "Gold"}
    assert answer.json["data"]["relationships"]["customers"]["data"] == [to(customer)]
    assert [o["attributes"] for o in answer.json["included"]] == [{"email": "john@example.com"}]


def test_a_to_many_is_a_list_document(api: Api, customer: Document, tags: list[Document]) -> None:
    """Pages, counts and links on the related URL; filters and sort of the related type."""
    path = f"{path_of(customer)}/tags"
    answer = api.get(path, {"page[size]": "2", "sort": "-name", "filter[q][name_not_eq]": "zz"})
    url = f"http://localhost{path}?filter%5Bq%5D%5Bname_not_eq%5D=zz"

    assert ids(answer) == [tags[0]["id"], tags[1]["id"]]
    assert answer.json["meta"] == {"record_count": 3, "page_count": 2}
    assert answer.json["links"] == {
        "first": f"{url}&page%5Bnumber%5D=1&page%5Bsize%5D=2&sort=-name",
        "next": f"{url}&page%5Bnumber%5D=2&page%5Bsize%5D=2&sort=-name",
        "last": f"{url}&page%5Bnumber%5D=2&page%5Bsize%5D=2&sort=-name",
    }


def test_a_to_many_takes_include_and_fields(api: Api, customer: Document, group: Document) -> None:
    """Both apply to the related type."""
    answer = api.get(
        f"{path_of(group)}/customers",
        {"include": "tags", "fields[customers]": "email,tags", "fields[tags]": "name"},
    )

    assert ids(answer) == [customer["id"]]
    assert [o["attributes"]["name"] for o in answer.json["included"]] == ["d", "b", "a"]


@pytest.mark.parametrize("name", TO_ONE)
def test_every_to_one_of_a_guest_is_null(api: Api, guest: Document, name: str) -> None:
    """Both URLs of an empty to-one answer null."""
    path = path_of(guest)
    links = {
        "self": f"http://localhost{path}/relationships/{name}",
        "related": f"http://localhost{path}/{name}",
    }

    assert api.get(f"{path}/{name}").json == {"data": None}
    assert api.get(f"{path}/relationships/{name}").json == {"data": None, "links": links}


@pytest.mark.parametrize("name", TO_MANY)
def test_every_to_many_of_a_guest_is_a_list(api: Api, guest: Document, name: str) -> None:
    """Both URLs of a to-many answer a list, an empty one but for the events."""
    path = path_of(guest)
    count = 1 if name == "events" else 0
    related = api.get(f"{path}/{name}")
    linkage = api.get(f"{path}/relationships/{name}")

    assert related.json["meta"] == {"record_count": count, "page_count": 1}
    assert ids(related) == ids(linkage)
    assert len(ids(related)) == count


def test_event_stores_are_paged_by_cursor(api: Api, guest: Document) -> None:
    """A list without counts, whose meta is that of a resource (conventions.md §9)."""
    answer = api.get(f"{path_of(guest)}/event_stores?page[size]=25&sort=-id")

    assert answer.status_code == 200
    assert list(answer.json) == ["data", "meta", "links"]
    assert list(answer.json["meta"]) == ["mode", "organization_id", "trace_id"]
    assert answer.json["links"] == {}


@pytest.mark.parametrize("type_", [t for t, r in sorted(registry().items()) if "list" in r.actions])
def test_every_relationship_has_both_urls(api: Api, guest: Document, type_: str) -> None:
    """Each link of each relationship of each type leads somewhere."""
    api.create("attachments", name="note", links={"attachable": to(guest)})
    for object_ in api.get(f"/api/{type_}?page[size]=1").json["data"]:
        for name, relationship in object_["relationships"].items():
            for url in relationship["links"].values():
                assert (name, 200) == (name, api.get(url).status_code)


def test_a_relationship_that_leads_nowhere(api: Api) -> None:
    """It is empty, and its page must be right all the same."""
    market = api.get("/api/markets").json["data"][0]

    assert ids(api.get(f"{path_of(market)}/price_list_schedulers")) == []
    assert api.get(f"{path_of(market)}/geocoder").json == {"data": None}
    assert got(api.get(f"{path_of(market)}/price_list_schedulers?page[size]=26")) == refused(
        "INVALID_PAGE_VALUE", "size exceeds maximum page size of 25."
    )


def test_a_polymorphic_to_one(api: Api, customer: Document, group: Document) -> None:
    """It leads to the resource itself, whose relationships can be included."""
    attachment = api.create("attachments", name="note", links={"attachable": to(customer)})
    path = path_of(attachment)
    answer = api.get(f"{path}/attachable?include=customer_group")

    assert answer.json["data"]["type"] == "customers"
    assert [to(included) for included in answer.json["included"]] == [to(group)]
    assert api.get(f"{path}/relationships/attachable").json["data"] == to(customer)


# --- linkage -----------------------------------------------------------------------------------


def test_the_linkage_of_a_to_one(api: Api, customer: Document, group: Document) -> None:
    """One resource identifier object and both links, members in this order."""
    path = f"{path_of(customer)}/relationships/customer_group"
    url = f"http://localhost{path_of(customer)}"
    body = (
        f'{{"data":{{"type":"customer_groups","id":"{group["id"]}"}},'
        f'"links":{{"self":"{url}/relationships/customer_group",'
        f'"related":"{url}/customer_group"}}}}'
    )

    assert (200, body) == got(api.get(path))


def test_the_linkage_of_a_to_many(api: Api, customer: Document, tags: list[Document]) -> None:
    """All resource identifier objects."""
    answer = api.get(f"{path_of(customer)}/relationships/tags")

    assert answer.json["data"] == [to(tag) for tag in tags[:3]]


def test_linkage_is_not_paginated(api: Api, group: Document) -> None:
    """All members, however many there are."""
    for number in range(30):
        link = {"customer_group": to(group)}
        api.create("customers", email=f"{number}@example.com", links=link)
    answer = api.get(f"{path_of(group)}/relationships/customers?page[size]=2")

    assert len(answer.json["data"]) == 30


# --- writing linkage ---------------------------------------------------------------------------


def linked(api: Api, customer: Document, name: str) -> Any:
    """Return the linkage of a customer's relationship."""
    return api.get(f"{path_of(customer)}/relationships/{name}").json["data"]


def empty(status: int, body: str) -> bool:
    """Say whether an answer is a 204 with nothing in it."""
    return (status, body) == (204, "")


def test_a_to_one_is_replaced_and_cleared(api: Api, customer: Document) -> None:
    """PATCH sets another one or none."""
    path = f"{path_of(customer)}/relationships/customer_group"
    other = api.create("customer_groups", name="Silver")

    assert empty(*got(api.patch(path, {"data": to(other)})))
    assert linked(api, customer, "customer_group") == to(other)
    assert empty(*got(api.patch(path, {"data": None})))
    assert linked(api, customer, "customer_group") is None


@pytest.mark.parametrize("body", [None, {"data": None}, {}], ids=["none", "null", "empty"])
def test_a_to_one_is_cleared_by_delete(api: Api, customer: Document, body: Any) -> None:
    """DELETE clears, whatever its body says."""
    path = f"{path_of(customer)}/relationships/customer_group"

    assert empty(*got(api.delete(path, body)))
    assert linked(api, customer, "customer_group") is None


def test_tags_are_replaced(api: Api, customer: Document, tags: list[Document]) -> None:
    """PATCH replaces the members, in the order sent, each once."""
    path = f"{path_of(customer)}/relationships/tags"
    sent = [to(tags[4]), to(tags[0]), to(tags[4])]

    assert empty(*got(api.patch(path, {"data": sent})))
    assert linked(api, customer, "tags") == [to(tags[4]), to(tags[0])]
    assert empty(*got(api.patch(path, {"data": []})))
    assert linked(api, customer, "tags") == []


def test_tags_are_added(api: Api, customer: Document, tags: list[Document]) -> None:
    """POST adds what is not there yet."""
    sent = [to(tags[0]), to(tags[3])]
    answer = api.post(f"{path_of(customer)}/relationships/tags", {"data": sent})

    assert empty(*got(answer))
    assert linked(api, customer, "tags") == [to(tag) for tag in tags[:4]]


def test_tags_are_removed(api: Api, customer: Document, tags: list[Document]) -> None:
    """DELETE removes the members named; others named do not matter."""
    sent = [to(tags[0]), to(tags[4])]
    answer = api.delete(f"{path_of(customer)}/relationships/tags", {"data": sent})

    assert empty(*got(answer))
    assert linked(api, customer, "tags") == [to(tags[1]), to(tags[2])]


def test_put_is_patch(api: Api, customer: Document) -> None:
    """PUT means the same."""
    path = f"{path_of(customer)}/relationships/tags"

    assert empty(*got(api.request("PUT", path, {"data": []})))
    assert linked(api, customer, "tags") == []


@pytest.mark.parametrize("method", ["PATCH", "POST"])
def test_more_tags_than_allowed(api: Api, customer: Document, method: str) -> None:
    """The rules of an update apply, and nothing is changed."""
    many = [to(api.create("tags", name=f"tag-{n}")) for n in range(11)]
    before = linked(api, customer, "tags")
    answer = api.request(method, f"{path_of(customer)}/relationships/tags", {"data": many})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["source"] == {"pointer": "/data/relationships/tags"}
    assert linked(api, customer, "tags") == before


def test_writing_linkage_is_an_update(api: Api, customer: Document, tags: list[Document]) -> None:
    """The customer's events tell of it, but only when something has changed."""
    path = f"{path_of(customer)}/relationships/tags"
    for member in (tags[0], tags[3]):
        api.post(path, {"data": [to(member)]})
    names = [o["attributes"]["name"] for o in api.get(f"{path_of(customer)}/events").json["data"]]

    assert names == ["customers.create", "customers.tagged"]


def test_members_beside_the_identity_are_ignored(
    api: Api, guest: Document, group: Document, tags: list[Document]
) -> None:
    """Whole resources are linked as they were fetched, and stay as they are."""
    fetched = [api.get(path_of(tag)).json["data"] | {"name": "other"} for tag in tags]
    path = f"{path_of(guest)}/relationships"
    linked = []
    for method, members in (
        ("PATCH", fetched[:2]),
        ("POST", fetched[2:3]),
        ("DELETE", fetched[:1]),
    ):
        answer = api.request(method, f"{path}/tags", {"data": members})
        assert answer.status_code == 204, answer.text
        linked.append(ids(api.get(f"{path}/tags")))
    answer = api.patch(f"{path}/customer_group", {"data": {**group, "meta": {}, "x": None}})

    one, two, three = (tag["id"] for tag in tags[:3])
    assert linked == [[one, two], [one, two, three], [two, three]]
    assert answer.status_code == 204
    assert api.get(f"{path}/customer_group").json["data"] == to(group)
    assert [api.get(path_of(tag)).json["data"]["attributes"] for tag in tags] == [
        tag["attributes"] for tag in tags
    ]


ONE = "customer_group"
MISSING = refused("PARAM_MISSING", "The required parameter, data, is missing.")
NOT_A_LINK: dict[str, tuple[str, str, Any, Refused]] = {
    "no-data": ("PATCH", ONE, {}, MISSING),
    "no-data-to-many": ("POST", "tags", {"meta": {}}, MISSING),
    "no-body": ("PATCH", ONE, b"", MISSING),
    "list-for-one": ("PATCH", ONE, {"data": []}, refused("INVALID_LINKS_OBJECT")),
    "text-for-one": ("PATCH", ONE, {"data": "x"}, refused("INVALID_LINKS_OBJECT")),
    "empty-for-one": ("PATCH", ONE, {"data": {}}, refused("INVALID_LINKS_OBJECT")),
    "no-id": ("PATCH", ONE, {"data": {"type": "customer_groups"}}, refused("INVALID_LINKS_OBJECT")),
    "more-without-id": (
        "PATCH",
        ONE,
        {"data": {"type": "customer_groups", "name": "Gold"}},
        refused("INVALID_LINKS_OBJECT"),
    ),
    "more-without-type": (
        "DELETE",
        "tags",
        {"data": [{"id": NOBODY, "name": "vip"}]},
        refused("INVALID_LINKS_OBJECT"),
    ),
    "null-for-many": ("PATCH", "tags", {"data": None}, refused("INVALID_LINKS_OBJECT")),
    "one-for-many": (
        "POST",
        "tags",
        {"data": {"type": "tags", "id": NOBODY}},
        refused("INVALID_LINKS_OBJECT"),
    ),
    "wrong-type": (
        "PATCH",
        ONE,
        {"data": {"type": "tags", "id": NOBODY}},
        refused("TYPE_MISMATCH", "tags is not a valid type for this operation."),
    ),
    "wrong-type-to-many": (
        "DELETE",
        "tags",
        {"data": [{"type": "skus", "id": NOBODY}]},
        refused("TYPE_MISMATCH", "skus is not a valid type for this operation."),
    ),
    "type-is-no-text": (
        "PATCH",
        ONE,
        {"data": {"type": None, "id": NOBODY}},
        refused("TYPE_MISMATCH", "null is not a valid type for this operation."),
    ),
    "id-is-no-text": (
        "PATCH",
        ONE,
        {"data": {"type": "customer_groups", "id": 5}},
        refused("INVALID_FIELD_VALUE", "5 is not a valid value for id."),
    ),
    "unknown-id": (
        "PATCH",
        ONE,
        {"data": {"type": "customer_groups", "id": NOBODY}},
        refused("RECORD_NOT_FOUND"),
    ),
    "unknown-member": (
        "POST",
        "tags",
        {"data": [{"type": "tags", "id": NOBODY}]},
        refused("RECORD_NOT_FOUND"),
    ),
}


@pytest.mark.parametrize("case", NOT_A_LINK.values(), ids=NOT_A_LINK)
def test_what_is_no_linkage(
    api: Api, customer: Document, case: tuple[str, str, Any, Refused]
) -> None:
    """Each way to get it wrong has its error, and changes nothing."""
    method, name, body, expected = case
    before = linked(api, customer, name)
    answer = api.request(method, f"{path_of(customer)}/relationships/{name}", body)

    assert expected == got(answer)
    assert linked(api, customer, name) == before


@pytest.mark.parametrize("name", READ_ONLY)
@pytest.mark.parametrize("method", ["PATCH", "PUT", "POST", "DELETE"])
def test_what_cannot_be_updated(api: Api, guest: Document, name: str, method: str) -> None:
    """Replacing members is forbidden; every other write names the relationship."""
    many = CUSTOMER[name].many
    answer = api.request(
        method, f"{path_of(guest)}/relationships/{name}", {"data": [] if many else None}
    )
    forbidden = many and method in ("PATCH", "PUT")
    expected = refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")
    if not many and method == "POST":
        expected = refused("METHOD_NOT_ALLOWED")

    assert (refused("FORBIDDEN") if forbidden else expected) == got(answer)


@pytest.mark.parametrize("method", ["POST", "PATCH", "PUT", "DELETE", "PROPFIND"])
@pytest.mark.parametrize("name", ["customer_group", "tags", "events"])
def test_a_related_url_is_only_read(api: Api, guest: Document, name: str, method: str) -> None:
    """Any other method is not allowed there."""
    answer = api.request(method, f"{path_of(guest)}/{name}", {"data": None})

    assert got(answer) == refused("METHOD_NOT_ALLOWED")
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize("path", ["customer_group", "tags", "event_stores", "relationships/tags"])
def test_a_missing_parent(api: Api, path: str) -> None:
    """Nobody has no relationships."""
    assert got(api.get(f"/api/customers/{NOBODY}/{path}")) == refused("RECORD_NOT_FOUND")


def test_writing_to_a_missing_parent(api: Api, group: Document) -> None:
    """There is nobody to link."""
    base = f"/api/customers/{NOBODY}/relationships"

    assert got(api.patch(f"{base}/customer_group", {"data": to(group)})) == refused(
        "RECORD_NOT_FOUND"
    )
    assert got(api.post(f"{base}/tags", {"data": []})) == refused("RECORD_NOT_FOUND")
    assert got(api.delete(f"{base}/customer_group")) == refused("RECORD_NOT_FOUND")


@pytest.mark.parametrize("name", ["nope", "addresses", "email", "relationships", "customers"])
@pytest.mark.parametrize("base", ["", "relationships/"])
def test_an_unknown_relationship(api: Api, guest: Document, base: str, name: str) -> None:
    """Types and attributes are no relationships."""
    assert got(api.get(f"{path_of(guest)}/{base}{name}")) == refused("RECORD_NOT_FOUND")


def test_a_required_to_one_cannot_be_cleared(api: Api, guest: Document) -> None:
    """What a record needs stays."""
    address = api.create(
        "addresses",
        first_name="John",
        last_name="Doe",
        line_1="Main Street 1",
        city="Rome",
        zip_code="00100",
        country_code="IT",
        state_code="RM",
        phone="1",
    )
    entry = api.create("customer_addresses", links={"customer": to(guest), "address": to(address)})
    answer = api.delete(f"{path_of(entry)}/relationships/address")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["detail"] == "address - can't be blank"


def test_tags_of_another_type(api: Api, tags: list[Document]) -> None:
    """Tags of every type that has them are written alike."""
    market = api.get("/api/markets").json["data"][0]
    order = api.create("orders", links={"market": to(market)})
    answer = api.post(f"{path_of(order)}/relationships/tags", {"data": [to(tags[0])]})

    assert empty(*got(answer))
    assert api.get(f"{path_of(order)}/relationships/tags").json["data"] == [to(tags[0])]
