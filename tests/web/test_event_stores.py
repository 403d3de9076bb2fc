"""Change histories: what is recorded, who did it, and pages by cursor (customers.md §13)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.history import tracked
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.seeding.seed import seed_customers
from tests.backends import BACKENDS
from tests.client import Api, Bearers, Document, document, ids, path_of, to
from tests.refusals import got, refused
from tests.scene import NOBODY, address, digest

START = datetime(2026, 8, 13, 7, 28, 44, tzinfo=UTC)


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest) -> str:
    """Return each kind of storage."""
    return str(request.param)


@pytest.fixture
def customer(api: Api, clock: Clock) -> Document:
    """Return a customer made at a known time."""
    clock.freeze(START)
    return api.create("customers", email="john@example.com", password="secret")


def history(api: Api, object_: Document, query: str = "") -> list[Document]:
    """Return the entries of a record's history."""
    answer = api.get(f"{path_of(object_)}/event_stores?{query}")
    assert answer.status_code == 200, answer.text
    found: list[Document] = answer.json["data"]
    return found


def told(entries: list[Document]) -> list[tuple[str, list[str]]]:
    """Return the events and the names of what they changed."""
    return [(e["attributes"]["event"], sorted(e["attributes"]["payload"])) for e in entries]


# --- what is recorded ----------------------------------------------------------------------------


def test_a_creation(api: Api, customer: Document) -> None:
    """Every value that is not null, from null; a password is told nowhere."""
    (entry,) = history(api, customer)
    attributes = entry["attributes"]

    assert list(attributes) == [
        "resource_type", "resource_id", "event", "payload", "who", "created_at", "updated_at",
        "reference", "reference_origin", "metadata",
    ]  # fmt: skip
    assert attributes["payload"]["email"] == {"from": None, "to": "john@example.com"}
    assert "password" not in str(entry)
    assert {
        **attributes,
        "payload": {},
        "who": {},
    } == {
        "resource_type": "customers",
        "resource_id": customer["id"],
        "event": "create",
        "payload": {},
        "who": {},
        "created_at": "2026-08-13T07:28:44.000Z",
        "updated_at": "2026-08-13T07:28:44.000Z",
        "reference": {},
        "reference_origin": {},
        "metadata": {},
    }
    assert entry["id"] == "1786606124000-0"
    assert entry["links"]["self"].endswith(f"/api/event_stores/{entry['id']}")
    assert "relationships" not in entry
    assert entry["meta"]["mode"] == "test"


def test_an_update(api: Api, clock: Clock, customer: Document) -> None:
    """What differs, linkages by id; what stays the same leaves no entry."""
    group = api.create("customer_groups", name="VIP")
    tag = api.create("tags", name="vip")
    clock.advance(datetime(2026, 8, 13, 7, 28, 45, tzinfo=UTC) - START)
    links = {"customer_group": to(group), "tags": [to(tag)]}
    api.update(customer, metadata={"vip": True}, links=links)
    api.update(customer, metadata={"vip": True})
    _, entry = history(api, customer)

    assert entry["attributes"]["payload"] == {
        "metadata": {"from": {}, "to": {"vip": True}},
        "updated_at": {"from": "2026-08-13T07:28:44.000Z", "to": "2026-08-13T07:28:45.000Z"},
        "customer_group_id": {"from": None, "to": group["id"]},
        "tag_ids": {"from": [], "to": [tag["id"]]},
    }


def test_a_deletion_and_what_lets_go(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """A record that is gone keeps its entries; one that has let go has one more."""
    group = api.create("customer_groups", name="VIP")
    api.update(customer, links={"customer_group": to(group)})
    (made,) = history(api, group)
    api.delete(path_of(group))
    last = history(api, customer)[-1]

    assert last["attributes"]["payload"] == {"customer_group_id": {"from": group["id"], "to": None}}
    assert api.get(f"{path_of(group)}/event_stores").status_code == 404
    assert api.get(path_of(made)).json["data"]["attributes"] == made["attributes"]
    gone = sandbox.partition.select("event_stores")[0][-1]
    assert (gone["event"], gone["payload"]["name"]) == ("destroy", {"from": "VIP", "to": None})


def test_a_refused_change(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """Nothing of it is recorded."""
    before = digest(sandbox)

    assert api.patch(path_of(customer), document("customers", customer["id"], email="no"))
    assert digest(sandbox) == before


def test_every_type_that_links_to_it(api: Api) -> None:
    """The types with the relationship are tracked, and no other is."""
    linked = {t for t, r in registry().items() if "event_stores" in r.relationships}

    assert linked == {type_ for type_ in registry() if tracked(type_)}
    assert told(history(api, address(api)))[0][0] == "create"


def test_what_was_seeded(api: Api, sandbox: Sandbox) -> None:
    """Its creation is told from the record itself, with the changes since then taken back."""
    seed_customers(sandbox.organization, 1)
    john = api.get("/api/customers").json["data"][0]
    api.update(john, reference="new")
    created, updated = history(api, john)

    assert created["attributes"]["payload"]["reference"] == {"from": None, "to": "CRM-0001"}
    assert created["attributes"]["created_at"] == john["attributes"]["created_at"]
    assert created["attributes"]["who"] == {"worker": {"id": "acme", "type": "Worker"}}
    assert updated["attributes"]["payload"]["reference"] == {"from": "CRM-0001", "to": "new"}
    assert api.get(path_of(created)).json["data"]["attributes"] == created["attributes"]
    event = api.get(f"{path_of(john)}/events").json["data"]
    assert [told(history(api, each))[0][0] for each in event] == ["create"] * len(event)


# --- who ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("options", [{"auth": True}])
def test_who(api: Api, bearers: Bearers) -> None:
    """The application, and the owner of the token; what follows is in the same name."""
    admin = bearers.integration()
    made = bearers.guest().post(
        "/api/customers", document("customers", email="a@example.com", password="secret")
    )
    customer = made.json["data"]
    bearers.customer("a@example.com", "secret").update(customer, reference="mine")
    subscribed = admin.create(
        "customer_subscriptions", customer_email="b@example.com", reference="news"
    )
    found = admin.get(f"{path_of(subscribed)}/customer").json["data"]
    by_guest, by_owner = (e["attributes"]["who"] for e in history(admin, customer))
    (by_integration,) = (e["attributes"]["who"] for e in history(admin, found))

    assert by_guest["application"]["kind"] == "sales_channel"
    assert by_guest["application"]["public"] is True
    assert "owner" not in by_guest
    assert by_owner["owner"] == {
        "id": customer["id"],
        "type": "Customer",
        "email": "a@example.com",
    }
    assert by_integration["application"] == {
        "id": by_integration["application"]["id"],
        "client_id": "test_integration_client_id_0000000000000000",
        "kind": "integration",
        "public": False,
        "confidential": True,
    }
    assert api.get(f"{path_of(customer)}/event_stores").status_code == 401


@pytest.mark.parametrize("options", [{"auth": True}])
def test_who_is_confidential_as_the_token_is(bearers: Bearers) -> None:
    """A sales channel that has shown its secret, unlike one that has none."""
    guests = (bearers.guest(), bearers.confidential_guest())
    customers = [
        guest.create("customers", email=f"guest-{number}@example.com")
        for number, guest in enumerate(guests)
    ]
    first = [history(bearers.integration(), customer)[0] for customer in customers]

    said = [entry["attributes"]["who"]["application"] for entry in first]
    assert [(True, False), (True, True)] == [(a["public"], a["confidential"]) for a in said]


@pytest.mark.parametrize("options", [{"auth": True}])
def test_who_may_read(bearers: Bearers) -> None:
    """Integrations alone (authentication.md §13.3)."""
    customer = bearers.integration().create("customers", email="a@example.com", password="secret")
    (entry,) = history(bearers.integration(), customer)
    own = bearers.customer("a@example.com", "secret")
    for api in (own, bearers.guest()):
        for path in (f"{path_of(customer)}/event_stores", path_of(entry)):
            assert got(api.get(path)) == refused("UNAUTHORIZED")
    reader = bearers.integration(name="read_only_integration")
    assert reader.get(path_of(entry)).status_code == 200


# --- pages ----------------------------------------------------------------------------------------


def walk(api: Api, url: str) -> list[list[str]]:
    """Follow the links and return the ids of each page."""
    pages = []
    while url:
        answer = api.get(url)
        assert list(answer.json["meta"]) == ["mode", "organization_id", "trace_id"]
        pages.append(ids(answer))
        url = answer.json["links"].get("next", "").removeprefix("http://localhost")
    return pages


@pytest.mark.parametrize("sort", ["id", "-id", "created_at", "-created_at"])
@pytest.mark.parametrize(("size", "lengths"), [(25, [7]), (7, [7]), (3, [3, 3, 1]), (6, [6, 1])])
def test_pages(api: Api, customer: Document, sort: str, size: int, lengths: list[int]) -> None:
    """Every entry once, in order, whatever the size; the last page leads nowhere."""
    for number in range(6):
        api.update(customer, reference=str(number))
    url = f"{path_of(customer)}/event_stores?page[size]={size}&sort={sort}"
    pages = walk(api, url)
    flat = [id_ for page in pages for id_ in page]

    assert lengths == [len(page) for page in pages]
    assert flat == sorted(flat, key=lambda id_: int(id_[14:]), reverse=sort.startswith("-"))
    assert len(set(flat)) == 7


def test_the_link_of_a_page(api: Api, customer: Document) -> None:
    """Sorted and encoded like those of other lists, with the cursor for the number.

    conventions.md §9.
    """
    api.update(customer, reference="new")
    url = f"{path_of(customer)}/event_stores"
    answer = api.get(f"{url}?sort=-id&page[size]=1&page[number]=1&foo=bar")
    link = answer.json["links"]["next"]

    assert link.startswith(f"http://localhost{url}?page%5Bafter%5D=")
    assert link.endswith("&page%5Bsize%5D=1&sort=-id")
    assert "number" not in link
    assert "foo" not in link


WRONG: dict[str, tuple[str, Any]] = {
    "size": ("page[size]=26", "INVALID_PAGE_VALUE"),
    "cursor": ("page[after]=nonsense", "INVALID_PAGE_VALUE"),
    "another cursor": ("page[after]=WzFd", "INVALID_PAGE_VALUE"),
    "sort": ("sort=event", "INVALID_SORT_CRITERIA"),
    "field": ("fields[event_stores]=nope", "INVALID_FIELD"),
    "include": ("include=who", "INVALID_INCLUDE"),
    "filter": ("filter[event]=create", "FILTER_NOT_ALLOWED"),
}


@pytest.mark.parametrize(("query", "code"), WRONG.values(), ids=WRONG)
def test_bad_queries(api: Api, customer: Document, query: str, code: str) -> None:
    """As of any other list."""
    answer = api.get(f"{path_of(customer)}/event_stores?{query}")

    assert (answer.status_code, answer.json["errors"][0]["code"]) == (400, code)


def test_fields_and_filters(api: Api, clock: Clock, customer: Document) -> None:
    """Sparse fieldsets and the filterable moment work as elsewhere."""
    clock.advance(datetime(2026, 8, 13, 8, tzinfo=UTC) - START)
    api.update(customer, reference="new")
    later = "fields[event_stores]=event&filter[q][created_at_gt]=2026-08-13T07:30:00Z"

    assert [e["attributes"] for e in history(api, customer, later)] == [{"event": "update"}]


@pytest.mark.parametrize(
    ("condition", "count"),
    [
        ("resource_type_eq]=customers", 2),
        ("resource_type_in]=customers,orders", 2),
        ("resource_type_eq]=orders", 0),
    ],
)
def test_by_type(api: Api, customer: Document, condition: str, count: int) -> None:
    """The two predicates the field has, though all of a history is about one record.

    neighbours.md §21.
    """
    api.update(customer, reference="new")

    assert count == len(history(api, customer, f"filter[q][{condition}"))


def test_a_told_creation_is_filtered_too(sandbox: Sandbox, api: Api) -> None:
    """It is in the list whenever it satisfies what is asked for, as a recorded one is."""
    seeded = {"type": "customers", "id": sandbox.insert("customers", {"email": "s@x.com"})["id"]}

    assert ["create"] == [
        entry["attributes"]["event"]
        for entry in history(api, seeded, "filter[q][resource_type_eq]=customers")
    ]
    assert [] == history(api, seeded, "filter[q][resource_type_eq]=orders")


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/event_stores", 405),
        ("/api/event_stores/1786606124000-99", 404),
        ("/api/event_stores/1786606124000-1003", 404),
        ("/api/event_stores/nope", 404),
        (f"/api/event_stores/0-{'9' * 30}", 404),
        (f"/api/customers/{NOBODY}/event_stores", 404),
    ],
)
def test_what_is_not_there(api: Api, path: str, status: int) -> None:
    """Never listed, and nothing under an id that was not given."""
    assert api.get(path).status_code == status


def test_ids_in_one_millisecond(api: Api, clock: Clock) -> None:
    """They count on, and go on counting when time comes back to it."""
    clock.freeze(START)
    first = history(api, api.create("tags", name="a"))[0]["id"]
    second = history(api, api.create("tags", name="b"))[0]["id"]
    clock.thaw()
    api.create("tags", name="c")
    clock.freeze(START)
    third = history(api, api.create("tags", name="d"))[0]["id"]

    assert [first, second, third] == [f"1786606124000-{number}" for number in range(3)]
