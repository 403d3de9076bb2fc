"""Exports: from pending to a file, and what is in the file (neighbours.md §38)."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.commerce.transfers.background_jobs import MAXIMUM_RECORDS
from mockserver.commerce.transfers.export_plans import columns
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from tests.backends import BACKENDS
from tests.background import (
    DELAY,
    LONG,
    STEP,
    crowd,
    done,
    exported,
    file,
    now,
    objects,
    pass_time,
    records,
)
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, impossible, refused_with, violation
from tests.scene import PLACE, address, alter, digest, events, order, stored

BOTH = pytest.mark.parametrize("storage", BACKENDS)
JOHN, JANE = "john@example.com", "jane@example.com"
EMAILS = [{"email": f"{number:04}@example.com"} for number in range(600)]


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


@pytest.fixture
def john(api: Api) -> Document:
    """Return a customer with something of everything."""
    group = api.create("customer_groups", name="Loyal")
    tags = [to(api.create("tags", name=name)) for name in ("gold", "silver")]
    links = {"customer_group": to(group), "tags": tags}
    john = api.create("customers", email=JOHN, password="secret1", reference="r", links=links)
    for reference in ("news", "offers"):
        api.create("customer_subscriptions", customer_email=JOHN, reference=reference)
    api.create("customer_addresses", links={"customer": to(john), "address": to(address(api))})
    return john


def content(api: Api, type_: str, **attributes: Any) -> list[Document]:
    """Return the records in the file of an export."""
    result = done(api, exported(api, type_, **attributes))
    assert result["status"] == "completed", result
    return objects(api, result)


def table(api: Api, type_: str, **attributes: Any) -> list[list[str]]:
    """Return the lines of the file of an export as CSV, the header first."""
    result = done(api, exported(api, type_, format="csv", **attributes))
    assert result["status"] == "completed", result
    return list(csv.reader(io.StringIO(file(api, result))))


# --- from pending to completed -------------------------------------------------------------------


def test_created(api: Api) -> None:
    """It waits; how much there is to do is known."""
    for email in (JOHN, JANE):
        api.create("customers", email=email)
    filters = {"email_eq": JOHN}
    attributes = exported(api, "customers", filters=filters)["attributes"]
    times = ("started_at", "completed_at", "interrupted_at", "estimated_completion_at")
    expected = {
        "resource_type": "customers",
        "format": "json",
        "status": "pending",
        "includes": [],
        "fields": [],
        "filters": filters,
        "dry_data": False,
        "jwt_filters": False,
        **dict.fromkeys(times),
        "records_count": 1,
        "processed_count": 0,
        "progress": 0.0,
        "attachment_url": None,
        "errors_log": {},
    }

    assert expected == {name: attributes[name] for name in expected}


@BOTH
def test_from_pending_to_completed(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """It begins after a while and goes on by steps, which a poll sees."""
    crowd(sandbox, "customers", EMAILS)
    made, began = exported(api, "customers"), clock.timestamp()
    seen = [now(api, made)]
    for by in (DELAY, STEP, STEP, STEP):
        pass_time(api, by)
        seen.append(now(api, made))
    last = seen[-1]

    assert [(a["status"], a["processed_count"], a["progress"]) for a in seen] == [
        ("pending", 0, 0.0),
        ("in_progress", 0, 0.0),
        ("in_progress", 250, 41.67),
        ("in_progress", 500, 83.33),
        ("completed", 600, 100.0),
    ]
    assert [a["attachment_url"] is None for a in seen] == [True] * 4 + [False]
    assert began < last["started_at"] < last["completed_at"] == last["updated_at"]
    assert [a["estimated_completion_at"] for a in seen[1:]] == [last["completed_at"]] * 4
    assert [each["email"] for each in objects(api, last)] == [row["email"] for row in EMAILS]
    assert events(sandbox, made) == [f"exports.{name}" for name in ("create", "start", "complete")]


def test_the_time_it_will_take(api: Api, clock: Clock) -> None:
    """Lists can be asked for it."""
    api.create("customers", email=JOHN)
    done(api, exported(api, "customers"))
    name = "filter[estimated_completion_at_from]"

    assert len(api.get("/api/exports", {name: "2020-01-01"}).json["data"]) == 1
    assert api.get("/api/exports", {name: f"{clock.now().year + 1}-01-01"}).json["data"] == []


@pytest.mark.parametrize("size", [1, 249, 250, 251, 500])
@pytest.mark.parametrize("format_", ["json", "csv"])
def test_files_of_any_size(api: Api, sandbox: Sandbox, size: int, format_: str) -> None:
    """The steps leave no trace."""
    crowd(sandbox, "customers", EMAILS[:size])
    emails = [row["email"] for row in EMAILS[:size]]
    if format_ == "json":
        assert content(api, "customers", fields=["email"]) == [{"email": e} for e in emails]
    else:
        assert table(api, "customers", fields=["email"]) == [["email"], *([e] for e in emails)]


def test_records_that_come_and_go(api: Api, sandbox: Sandbox) -> None:
    """What is gone is not missing, what is new is there."""
    crowd(sandbox, "customers", EMAILS)
    made = exported(api, "customers", fields=["email"])
    for by in (DELAY, STEP):
        pass_time(api, by)
    first, *_, last = records(sandbox, "customers", "id")
    for id_ in (first, last):
        assert api.delete(f"/api/customers/{id_}").status_code == 204
    api.create("customers", email=JOHN)
    attributes = done(api, made)
    found = [each["email"] for each in objects(api, attributes)]

    assert found == [*(row["email"] for row in EMAILS[:-1]), JOHN]
    assert (attributes["records_count"], attributes["progress"]) == (600, 100.0)


def test_everything_is_gone(api: Api, sandbox: Sandbox) -> None:
    """An empty file is a file."""
    tag = api.create("tags", name="vip")
    made = exported(api, "tags")
    sandbox.remove("tags", tag["id"])
    attributes = done(api, made)

    assert objects(api, attributes) == []
    assert (attributes["status"], attributes["progress"]) == ("completed", 0.0)


# --- interruption and failure --------------------------------------------------------------------


@BOTH
def test_interrupting_and_starting_again(api: Api, sandbox: Sandbox) -> None:
    """There is no half a file; it begins from the beginning."""
    crowd(sandbox, "customers", EMAILS)
    made = exported(api, "customers", fields=["email"])
    for by in (DELAY, STEP):
        pass_time(api, by)
    interrupted = api.update(made, _interrupt=True)["attributes"]
    pass_time(api, LONG)

    assert (interrupted["status"], interrupted["processed_count"]) == ("interrupted", 250)
    assert now(api, made) == interrupted
    assert interrupted["interrupted_at"] == interrupted["updated_at"]
    assert interrupted["attachment_url"] is None

    again = api.update(made, _start=True)["attributes"]
    assert (again["status"], again["processed_count"]) == ("in_progress", 0)
    assert again["started_at"] > interrupted["started_at"]
    assert again["interrupted_at"] is None
    assert [e["email"] for e in objects(api, done(api, made))] == [r["email"] for r in EMAILS]
    names = ("create", "start", "interrupt", "start", "complete")
    assert events(sandbox, made) == [f"exports.{name}" for name in names]


#: Where each trigger leads, and from where it does not.
TRIGGERS = {
    "_start": ("in_progress", ("pending", "in_progress", "completed", "failed")),
    "_interrupt": ("interrupted", ("interrupted", "completed", "failed")),
}


@pytest.mark.parametrize(
    ("name", "goal", "status"),
    [(name, goal, status) for name, (goal, known) in TRIGGERS.items() for status in known],
)
def test_not_now(api: Api, sandbox: Sandbox, name: str, goal: str, status: str) -> None:
    """Each trigger has its states, and does nothing in the one it leads to."""
    api.create("tags", name="vip")
    made = exported(api, "tags")
    alter(sandbox, made, status=status)
    before = digest(sandbox)
    answer = api.patch(path_of(made), document("exports", made["id"], **{name: True}))

    if status == goal:
        assert answer.status_code == 200
    else:
        assert got(answer) == refused_with([impossible(status, goal)])
    assert digest(sandbox) == before


def test_too_many_by_then(api: Api, sandbox: Sandbox) -> None:
    """Records that come later than the export may make it fail; no file is left."""
    crowd(sandbox, "customers", [{"email": f"{n}@example.com"} for n in range(MAXIMUM_RECORDS)])
    made = exported(api, "customers", fields=["id"])
    api.create("customers", email=JOHN)
    attributes = done(api, made)

    assert made["attributes"]["records_count"] == 10_000
    assert attributes["status"] == "failed"
    assert attributes["errors_log"] == {"RuntimeError": "more than 10000 records"}
    assert attributes["attachment_url"] is None
    assert events(sandbox, made) == ["exports.create", "exports.start"]


def test_what_nobody_thought_of(api: Api, sandbox: Sandbox) -> None:
    """It fails, and says so, rather than going on for ever."""
    api.create("tags", name="vip")
    made = exported(api, "tags")
    alter(sandbox, made, filters={"nope_eq": "x"})
    attributes = done(api, made)

    assert attributes["status"] == "failed"
    assert list(attributes["errors_log"]) == ["Refusal"]


def test_failing_on_demand(api: Api) -> None:
    """A tester may see what a client does then."""
    api.create("tags", name="vip")
    made = exported(api, "tags")
    api.app.plane.jobs.fail_one(api.app.plane.jobs.list()[0]["id"])
    attributes = now(api, made)

    assert (attributes["status"], attributes["errors_log"]) == (
        "failed",
        {"RuntimeError": "query timeout"},
    )


# --- what is refused -----------------------------------------------------------------------------


def invalid(name: str, value: Any) -> Document:
    return violation(f"attributes/{name}", "is invalid", "invalid", value=value)


def not_included(name: str, value: str) -> Document:
    title = "is not included in the list"
    return violation(f"attributes/{name}", title, "inclusion", value=value)


NONE = violation(
    "attributes/records_count", "must be greater than 0", "greater_than", value=0, count=0
)
REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "no-type": ({}, [violation("attributes/resource_type", "can't be blank", "blank")]),
    "a-type-that-is-not-exported": (
        {"resource_type": "markets"},
        [not_included("resource_type", "markets")],
    ),
    "a-type-that-is-not-declared": (
        {"resource_type": "spaceships"},
        [not_included("resource_type", "spaceships")],
    ),
    "another-format": (
        {"resource_type": "tags", "format": "xml"},
        [not_included("format", "xml")],
    ),
    "an-unknown-filter": (
        {"resource_type": "tags", "filters": {"nope_eq": "x"}},
        [invalid("filters", {"nope_eq": "x"})],
    ),
    "an-unknown-filter-beside-a-known-one": (
        {"resource_type": "tags", "filters": {"name_not_null": True, "nope_eq": "x"}},
        [invalid("filters", {"name_not_null": True, "nope_eq": "x"})],
    ),
    "an-unknown-predicate": (
        {"resource_type": "tags", "filters": {"name_is": "x"}},
        [invalid("filters", {"name_is": "x"})],
    ),
    "filters-that-are-none": (
        {"resource_type": "tags", "filters": "name_eq"},
        [invalid("filters", "name_eq")],
    ),
    "nothing": (
        {"resource_type": "tags", "filters": {"name_eq": "none"}},
        [NONE],
    ),
    "an-unknown-field": (
        {"resource_type": "tags", "fields": ["name", "nope"]},
        [invalid("fields", "nope")],
    ),
    "a-field-that-is-not-exported": (
        {"resource_type": "customers", "fields": ["tax_exemption_code"]},
        [invalid("fields", "tax_exemption_code")],
    ),
    "a-field-of-nothing": (
        {"resource_type": "customers", "fields": ["customer_group.nope"]},
        [invalid("fields", "customer_group.nope")],
    ),
    "a-field-that-is-no-text": (
        {"resource_type": "tags", "fields": [1]},
        [invalid("fields", 1)],
    ),
    "an-unknown-include": (
        {"resource_type": "customers", "includes": ["tags", "tags.nope"]},
        [invalid("includes", "tags.nope")],
    ),
    "an-include-that-is-not-exported": (
        {"resource_type": "customers", "includes": ["jwt_markets"]},
        [invalid("includes", "jwt_markets")],
    ),
    "several-things": (
        {"resource_type": "tags", "fields": ["nope"], "includes": ["x"], "format": "xml"},
        [not_included("format", "xml"), invalid("includes", "x"), invalid("fields", "nope")],
    ),
}


@pytest.mark.parametrize(("attributes", "errors"), REFUSED.values(), ids=REFUSED)
def test_refused(
    api: Api, sandbox: Sandbox, john: Document, attributes: Document, errors: list[Document]
) -> None:
    """422, and nothing has changed."""
    before = digest(sandbox)
    answer = api.post("/api/exports", document("exports", **attributes))

    assert got(answer) == refused_with(errors)
    assert digest(sandbox) == before
    assert stored(sandbox, john)


def test_too_many(api: Api, sandbox: Sandbox) -> None:
    """In the words that clients read the limit from."""
    size = MAXIMUM_RECORDS + 1
    crowd(sandbox, "customers", [{"email": f"{n}@example.com"} for n in range(size)])
    answer = api.post("/api/exports", document("exports", resource_type="customers"))
    error = violation(
        "attributes/records_count",
        "must be less than or equal to 10000",
        "less_than_or_equal_to",
        value=size,
        count=MAXIMUM_RECORDS,
    )

    assert got(answer) == refused_with([error])


def test_the_queue(api: Api, sandbox: Sandbox) -> None:
    """As many as the organization has room for."""
    api.create("tags", name="vip")
    body = document("exports", resource_type="tags")
    codes = [api.post("/api/exports", body).status_code for _ in range(11)]
    sandbox.organization.set({"exports_max_concurrent_count": 11})
    more = [api.post("/api/exports", body).status_code for _ in range(2)]

    assert (codes, more) == ([201] * 10 + [422], [201, 422])


def test_a_full_queue_takes_none_back(api: Api, sandbox: Sandbox) -> None:
    """An interrupted export begins again when there is room for it."""
    api.create("tags", name="vip")
    interrupted = exported(api, "tags")
    api.update(interrupted, _interrupt=True)
    made = [exported(api, "tags") for _ in range(10)]
    before = digest(sandbox)
    again = document("exports", interrupted["id"], _start=True)
    answer = api.patch(path_of(interrupted), again)
    full = violation("", "exceeds the maximum of 10 concurrent jobs", "too_many_jobs", count=10)

    assert got(answer) == refused_with([full])
    assert digest(sandbox) == before
    api.update(made[0], _interrupt=True)
    assert api.update(interrupted, _start=True)["attributes"]["status"] == "in_progress"


# --- the file ------------------------------------------------------------------------------------


def test_a_customer(api: Api, sandbox: Sandbox, john: Document) -> None:
    """Everything that documents show and exports may, and where it leads."""
    shown = now(api, john)
    group = stored(sandbox, john)["customer_group"]
    withheld = ("tax_exemption_code", "jwt_custom_claim")
    expected = {"id": john["id"], **{n: v for n, v in shown.items() if n not in withheld}}

    assert content(api, "customers") == [{**expected, "customer_group_id": group}]


INCLUDES: dict[str, tuple[list[str], Any]] = {
    "to-one": (["customer_group"], lambda c: c["customer_group"]["name"] == "Loyal"),
    "to-many": (["tags"], lambda c: [t["name"] for t in c["tags"]] == ["gold", "silver"]),
    "of-others": (
        ["customer_subscriptions"],
        lambda c: [s["reference"] for s in c["customer_subscriptions"]] == ["news", "offers"],
    ),
    "deep": (
        ["customer_addresses.address"],
        lambda c: [a["address"]["city"] for a in c["customer_addresses"]] == [PLACE["city"]],
    ),
    "several": (["tags", "customer_group"], lambda c: {"tags", "customer_group"} <= c.keys()),
    "of-nothing": (["orders"], lambda c: c["orders"] == []),
}


@pytest.mark.parametrize(("includes", "holds"), INCLUDES.values(), ids=INCLUDES)
def test_includes(api: Api, john: Document, includes: list[str], holds: Any) -> None:
    """They stand nested, in full."""
    (customer,) = content(api, "customers", includes=includes)

    assert holds(customer)
    assert customer["email"] == JOHN == john["attributes"]["email"]
    assert ("customer_group_id" in customer) is ("customer_group" not in includes)


FIELDS: dict[str, tuple[list[str], Any]] = {
    "some": (["reference", "email"], {"email": JOHN, "reference": "r"}),
    "nested": (
        ["email", "customer_group.name", "tags.name"],
        {
            "email": JOHN,
            "customer_group": {"name": "Loyal"},
            "tags": [{"name": "gold"}, {"name": "silver"}],
        },
    ),
    "only-nested": (
        ["customer_addresses.address.city"],
        {"customer_addresses": [{"address": {"city": PLACE["city"]}}]},
    ),
}


@pytest.mark.parametrize(("fields", "expected"), FIELDS.values(), ids=FIELDS)
def test_fields(api: Api, john: Document, fields: list[str], expected: Document) -> None:
    """No others, of the record and of what it leads to; includes say nothing then."""
    found = content(api, "customers", fields=fields, includes=["orders"])

    assert found == [expected]
    assert john["attributes"]["email"] == JOHN


def test_all_fields(api: Api, john: Document) -> None:
    """An asterisk is what there is, of the record or of what it leads to."""
    (plain,) = content(api, "customers")
    (found,) = content(api, "customers", fields=["*", "tags.*"])
    (tags,) = content(api, "customers", includes=["tags"])

    assert plain == {name: value for name, value in found.items() if name != "tags"}
    assert found["tags"] == tags["tags"]
    assert len(tags["tags"]) == 2
    assert john["id"] == plain["id"]


def test_the_id_of_a_relationship(api: Api, sandbox: Sandbox, john: Document) -> None:
    """It is a field as well."""
    expected = {"customer_group_id": stored(sandbox, john)["customer_group"]}

    assert content(api, "customers", fields=["customer_group_id"]) == [expected]


def test_dry_data(api: Api, sandbox: Sandbox, john: Document) -> None:
    """What an import can do nothing with is left out: ids, times, blanks, what nobody sets."""
    (found,) = content(api, "customers", dry_data=True, includes=["tags", "customer_addresses"])
    record = stored(sandbox, john)
    names = ("email", "shopper_reference", "profile_id", "reference")

    assert found == {
        **{name: record[name] for name in names},
        "customer_group_id": record["customer_group"],
        "tags": [{"name": "gold"}, {"name": "silver"}],
        "customer_addresses": [
            {
                "customer_email": JOHN,
                "customer_id": john["id"],
                "address_id": records(sandbox, "customer_addresses", "address")[0],
            }
        ],
    }


@pytest.mark.parametrize(
    ("filters", "emails"),
    [
        ({}, [JOHN, JANE]),
        (None, [JOHN, JANE]),
        ({"email_eq": JOHN}, [JOHN]),
        ({"email_in": [JOHN, JANE]}, [JOHN, JANE]),
        ({"email_or_reference_start": "jane"}, [JANE]),
        ({"customer_group_name_eq": "Loyal"}, [JOHN]),
        ({"customer_group_null": True}, [JANE]),
        ({"total_orders_count_gteq": 0, "password_present": "true"}, [JOHN]),
        ({"metadata_jcont": {"vip": True}}, [JANE]),
        ({"email_eq": ""}, [JOHN, JANE]),
        ({"email_eq": None}, [JOHN, JANE]),
    ],
)
def test_filters(api: Api, john: Document, filters: Any, emails: list[str]) -> None:
    """The predicates of lists, with values as JSON has them."""
    api.create("customers", email=JANE, metadata={"vip": True})

    assert [e["email"] for e in content(api, "customers", filters=filters)] == emails
    assert john["attributes"]["email"] == JOHN


@pytest.mark.parametrize("moment", ["2024/01/01", "1 January 2024", "2024-01-01}"])
def test_chosen_by_a_moment(api: Api, sandbox: Sandbox, john: Document, moment: str) -> None:
    """Whatever form it has."""
    alter(sandbox, john, created_at="2023-12-31T23:59:59.999Z")
    api.create("customers", email=JANE)

    found = content(api, "customers", filters={"created_at_lt": moment})
    assert [e["email"] for e in found] == [JOHN]


def test_blank_includes_and_fields_fall_away(api: Api, john: Document) -> None:
    """Nothing but blank ones are none."""
    made = exported(api, "customers", includes=["", "tags", None], fields=[" "])

    assert [made["attributes"][name] for name in ("includes", "fields")] == [["tags"], []]
    (found,) = objects(api, done(api, made))
    assert found["email"] == john["attributes"]["email"]
    assert [tag["name"] for tag in found["tags"]] == ["gold", "silver"]


def test_csv(api: Api, john: Document) -> None:
    """A header, a line for each; what lists lead to stands between commas."""
    api.create("customers", email=JANE, metadata={"a": [1, "b"]})
    fields = ["email", "reference", "has_password", "metadata", "customer_group.name", "tags.name"]
    deep = "customer_addresses.address.city"

    assert table(api, "customers", fields=[*fields, deep]) == [
        [
            "email",
            "has_password",
            "reference",
            "metadata",
            "customer_group.name",
            "tags.name",
            deep,
        ],
        [JOHN, "true", "r", "{}", "Loyal", "gold,silver", PLACE["city"]],
        [JANE, "false", "", '{"a":[1,"b"]}', "", "", ""],
    ]
    assert john["id"]


def test_the_columns_of_csv(api: Api, john: Document) -> None:
    """Without fields they are those of an object, of what is included last."""
    (found,) = content(api, "customers", includes=["customer_group"])
    header, line = table(api, "customers", includes=["customer_group"])
    nested = found.pop("customer_group")

    assert header == [*found, *(f"customer_group.{name}" for name in nested)]
    assert line[header.index("customer_group.id")] == nested["id"]
    assert line[0] == john["id"]


def test_where_there_are_several_types(api: Api, sandbox: Sandbox) -> None:
    """The type stands beside the id."""
    bought = order(api)
    alter(sandbox, bought, payment_source=None, payment_source_type=None)
    (found,) = content(api, "orders", fields=["payment_source_id", "payment_source_type"])

    assert found == {"payment_source_id": None, "payment_source_type": None}


@pytest.mark.parametrize("type_", sorted(registry()))
def test_no_secret_leaves(type_: str) -> None:
    """What is flagged stays, and so does what documents do not show."""
    resource = registry()[type_]
    members = {**resource.attributes, **resource.relationships}
    withheld = {name for name, member in members.items() if not member.exported}
    hidden = {name for name, a in resource.attributes.items() if not a.flags.fetchable}
    shown = columns(resource)

    assert (withheld | hidden) & shown.keys() - {"id"} == set()
    assert {f"{name}_id" for name in withheld} & shown.keys() == set()
