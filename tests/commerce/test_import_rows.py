"""The rows of imports: which record each means, what it says, what is told of those that fail."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.passwords import verify_password
from tests.background import Row, counts, done, file, imported, objects, records
from tests.background import exported as an_export
from tests.client import Api, Document, to
from tests.scene import NOBODY, PLACE, address, market, order, sku, stored

JOHN, JANE = "john@example.com", "jane@example.com"
#: How many records of these types every organization has.
BEGINNINGS = {"addresses": 4, "customer_groups": 1}


@pytest.fixture(autouse=True)
def frozen(clock: Clock) -> None:
    """Let time stand still: tests move it."""
    clock.freeze()


@pytest.fixture
def john(api: Api) -> Document:
    """Return a customer."""
    return api.create("customers", email=JOHN, reference="old", metadata={"a": 1})


def made(sandbox: Sandbox, type_: str, *names: str) -> list[Any]:
    """Return these fields of each record of a type beyond those every organization begins with."""
    found = records(sandbox, type_, *names)
    return found[BEGINNINGS.get(type_, 0) :]


def taken(api: Api, type_: str, rows: Any, **attributes: Any) -> Document:
    """Return what has become of rows that are all good."""
    result = done(api, imported(api, type_, rows, **attributes))
    assert result["errors_log"] == {}
    assert result["status"] == "completed"
    return result


def log_of(api: Api, type_: str, *rows: Row, **attributes: Any) -> Document:
    """Return the log of rows, some of which are not good."""
    one = imported(api, type_, list(rows), skip_errors=True, **attributes)
    log: Document = done(api, one)["errors_log"]
    return log


# --- customers -----------------------------------------------------------------------------------


def test_found_or_made(api: Api, sandbox: Sandbox, john: Document) -> None:
    """By its id, or else by its email address; what is not said stays."""
    jane = api.create("customers", email=JANE)
    rows = [
        {"email": " John@Example.COM ", "reference": "new"},
        {"id": jane["id"], "email": "jane.doe@example.com"},
        {"id": NOBODY, "email": "jack@example.com"},
    ]
    taken(api, "customers", rows)

    assert records(sandbox, "customers", "email", "reference") == [
        [JOHN, "new"],
        ["jane.doe@example.com", None],
        ["jack@example.com", None],
    ]
    assert stored(sandbox, john)["metadata"] == {"a": 1}


def test_a_row_twice(api: Api, sandbox: Sandbox) -> None:
    """The second changes what the first has made; both count."""
    rows = [{"email": JOHN, "reference": "one"}, {"email": JOHN, "reference": "two"}]

    assert counts(taken(api, "customers", rows)) == ("completed", 2, 0)
    assert records(sandbox, "customers", "email", "reference") == [[JOHN, "two"]]


def test_everything_a_customer_can_have(api: Api, sandbox: Sandbox) -> None:
    """Attributes, a password, a group by id, tags by id and by name."""
    group = api.create("customer_groups", name="Loyal")
    tags = [api.create("tags", name=name) for name in ("gold", "silver")]
    row = {
        "email": JOHN,
        "password": "secret1",
        "metadata": {"deep": {"list": [1]}},
        "tax_exemption_code": "X",
        "customer_group_id": group["id"],
        "tags": ["gold", tags[1]["id"]],
    }
    taken(api, "customers", [row])
    (customer,) = sandbox.partition.select("customers")[0]

    assert verify_password("secret1", customer["password"])
    assert customer["metadata"] == {"deep": {"list": [1]}}
    assert customer["customer_group"] == group["id"]
    assert customer["tags"] == [tag["id"] for tag in tags]


def test_linkage_as_in_a_request(api: Api, sandbox: Sandbox) -> None:
    """With a type and an id, nothing else of an object counts; without an id, it is no linkage."""
    group, tag = api.create("customer_groups", name="Loyal"), api.create("tags", name="gold")
    row = {
        "email": JOHN,
        "customer_group": {**to(group), "name": "Other"},
        "tags": [{**tag, "name": "other"}],
    }
    taken(api, "customers", [row])

    assert records(sandbox, "customers", "customer_group", "tags") == [[group["id"], [tag["id"]]]]
    assert made(sandbox, "customer_groups", "name") == ["Loyal"]
    assert records(sandbox, "tags", "name") == ["gold"]
    gone, nameless = {**to(tag), "id": NOBODY}, {"type": "tags", "name": "x"}
    assert log_of(api, "customers", {"email": JANE, "tags": [gone]}) == {
        JANE: {"tags": ["must exist"]}
    }
    assert log_of(api, "customers", {"email": JANE, "tags": [nameless]}) == {
        JANE: {"tags.type": ["is not allowed"]}
    }


def test_linkage_to_one_of_many_types(api: Api, sandbox: Sandbox) -> None:
    """The type that is said is the one that counts."""
    cap = sku(api)
    bought = order(api)
    row = {"order_id": bought["id"], "quantity": 1, "item": {**to(cap), "code": "HAT"}}
    taken(api, "line_items", [row])

    assert records(sandbox, "line_items", "item", "item_type") == [[cap["id"], "skus"]]


TAGGINGS: dict[str, Row] = {
    "by-name": {"tags": ["gold", "silver"]},
    "by-text": {"tags": "gold, silver"},
    "by-object": {"tags": [{"name": "gold"}, {"name": "silver"}]},
    "by-columns": {"tags": {"name": "gold,silver"}},
    "by-command": {"_add_tags": "gold,silver"},
}


@pytest.mark.parametrize("row", TAGGINGS.values(), ids=TAGGINGS)
def test_tagging(api: Api, sandbox: Sandbox, row: Row) -> None:
    """As a list, as text, as objects, by the commands of the API."""
    tags = [api.create("tags", name=name)["id"] for name in ("gold", "silver")]
    taken(api, "customers", [{"email": JOHN, **row}])

    assert records(sandbox, "customers", "tags") == [tags]
    assert sandbox.count("tags") == 2


def test_tags_that_are_new(api: Api, sandbox: Sandbox) -> None:
    """Objects bring them along, names alone do not."""
    taken(api, "customers", [{"email": JOHN, "tags": [{"name": "new"}]}])

    assert records(sandbox, "tags", "name") == ["new"]
    assert log_of(api, "customers", {"email": JANE, "tags": "newer"}) == {
        JANE: {"tags": ["must exist"]}
    }


def test_unlinking(api: Api, sandbox: Sandbox) -> None:
    """Nothing is something to say, too."""
    group, tag = api.create("customer_groups", name="Loyal"), api.create("tags", name="gold")
    api.create("customers", links={"customer_group": to(group), "tags": [to(tag)]}, email=JOHN)
    taken(api, "customers", [{"email": JOHN, "customer_group_id": None, "tag_ids": []}])

    assert records(sandbox, "customers", "customer_group", "tags") == [[None, []]]


def test_a_group_by_name(api: Api, sandbox: Sandbox) -> None:
    """The one that has it, a new one if none has."""
    group = api.create("customer_groups", name="Loyal")
    rows = [
        {"email": f"{n}@example.com", "customer_group": {"name": name}}
        for n, name in enumerate(("Loyal", "New", "New"))
    ]
    taken(api, "customers", rows)
    groups = made(sandbox, "customer_groups", "id", "name")

    assert [name for _, name in groups] == ["Loyal", "New"]
    assert records(sandbox, "customers", "customer_group") == [group["id"], *[groups[1][0]] * 2]


#: What is not good about a customer, and what is told of it.
BAD: dict[str, tuple[Row, Document]] = {
    "malformed": ({"email": "john"}, {"john": {"email": ["is invalid"]}}),
    "no-key": ({"reference": "x"}, {"row 1": {"email": ["can't be blank"]}}),
    "empty": ({}, {"row 1": {"email": ["can't be blank"]}}),
    "no-text": ({"email": {"a": 1}}, {"row 1": {"email": ["is invalid"]}}),
    "only-an-id": ({"id": NOBODY}, {NOBODY: {"email": ["can't be blank"]}}),
    "several": (
        {"email": JOHN, "password": "x", "metadata": "x"},
        {
            JOHN: {
                "password": ["is too short (minimum is 6 characters)"],
                "metadata": ["is invalid"],
            }
        },
    ),
    "unknown": (
        {"email": JOHN, "foo": 1, "bar_id": 2},
        {JOHN: {"foo": ["is not allowed"], "bar_id": ["is not allowed"]}},
    ),
    "a-group-that-is-not-there": (
        {"email": JOHN, "customer_group_id": NOBODY},
        {JOHN: {"customer_group": ["must exist"]}},
    ),
    "a-group-that-is-no-id": (
        {"email": JOHN, "customer_group_id": ["x"]},
        {JOHN: {"customer_group": ["must exist"]}},
    ),
    "a-group-by-a-wrong-id": (
        {"email": JOHN, "customer_group": {"id": NOBODY}},
        {JOHN: {"customer_group.id": ["must exist"]}},
    ),
    "a-group-without-a-name": (
        {"email": JOHN, "customer_group": {"code": "x", "reference": "y"}},
        {JOHN: {"customer_group.name": ["can't be blank"]}},
    ),
    "too-many-tags": (
        {"email": JOHN, "tags": [{"name": f"tag-{n}"} for n in range(11)]},
        {JOHN: {"tags": ["is too long (maximum is 10 tags)"]}},
    ),
    "not-by-an-import": (
        {"email": JOHN, "_request_anonymization": True},
        {
            JOHN: {
                "base": ["You are not authorized to perform this action on the requested resource."]
            }
        },
    ),
}


@pytest.mark.parametrize(("row", "log"), BAD.values(), ids=BAD)
def test_bad_rows(api: Api, sandbox: Sandbox, row: Row, log: Document) -> None:
    """The log has the API's own words; nothing of the row is there, the next one is."""
    assert log_of(api, "customers", row, {"email": JANE}) == log
    assert records(sandbox, "customers", "email") == [JANE]
    assert made(sandbox, "customer_groups", "id") + made(sandbox, "tags", "id") == []


def test_what_is_taken(api: Api, john: Document) -> None:
    """Somebody else's email address is not free."""
    jane = api.create("customers", email=JANE)

    assert log_of(api, "customers", {"id": jane["id"], "email": JOHN}) == {
        JOHN: {"email": ["has already been taken"]}
    }
    assert john["id"] != jane["id"]


def test_bad_rows_with_one_key(api: Api) -> None:
    """Each counts; the log has their messages together, each once."""
    rows = [{"email": "john", "foo": 1}, {"email": "john"}, {"email": "john"}]
    attributes = done(api, imported(api, "customers", rows, skip_errors=True))

    assert counts(attributes) == ("completed", 0, 3)
    assert attributes["errors_log"] == {
        "john": {"foo": ["is not allowed"], "email": ["is invalid"]}
    }


def test_what_nobody_sets_is_passed_over(api: Api, sandbox: Sandbox) -> None:
    """What was exported can be imported."""
    row = {"email": JOHN, "status": "repeat", "created_at": "2020-01-01", "has_password": True}
    taken(api, "customers", [{**row, "events": [{"name": "x"}], "jwt_customer_id": "x"}])

    assert records(sandbox, "customers", "status") == ["prospect"]


def test_moments_of_any_form(api: Api, sandbox: Sandbox) -> None:
    """They are read as in the body of a request, rows of CSV too."""
    market_id = market(api)["id"]
    forms = ("2030-06-01 10:00:00 UTC", "Sat, 01 Jun 2030 10:00:00 GMT", "1/6/2030 10:00", "soon")
    taken(api, "orders", [{"market_id": market_id, "expires_at": form} for form in forms])
    csv = f'market_id,expires_at\n{market_id},"June 1, 2030 10:00"\n'
    taken(api, "orders", csv, format="csv")

    read = "2030-06-01T10:00:00.000Z"
    assert records(sandbox, "orders", "expires_at") == [read, read, read, None, read]


def test_out_and_in_again(api: Api, sandbox: Sandbox) -> None:
    """The file of an export is an import."""
    group = api.create("customer_groups", name="Loyal")
    tag = api.create("tags", name="gold")
    links = {"customer_group": to(group), "tags": [to(tag)]}
    api.create("customers", email=JOHN, reference="r", metadata={"a": [1]}, links=links)
    before = records(
        sandbox, "customers", "email", "reference", "metadata", "customer_group", "tags"
    )
    includes = ["customer_group", "tags"]
    for format_ in ("json", "csv"):
        for dry in (False, True):
            words = {"format": format_, "dry_data": dry, "includes": includes}
            attributes = done(api, an_export(api, "customers", **words))
            again = objects if format_ == "json" else file
            for customer in sandbox.partition.select("customers")[0]:
                sandbox.remove("customers", customer["id"])
            taken(api, "customers", again(api, attributes), format=format_)

            assert before == records(
                sandbox, "customers", "email", "reference", "metadata", "customer_group", "tags"
            )


# --- what belongs to customers -------------------------------------------------------------------


def test_subscriptions(api: Api, sandbox: Sandbox, john: Document) -> None:
    """By the customer, told in any way, and the reference; there are no two of one."""
    rows = [
        {"customer_email": JOHN, "reference": "news"},
        {"customer_id": john["id"], "reference": "news", "metadata": {"b": 2}},
        {"customer": {"email": JOHN}, "reference": "news"},
        {"customer_email": JANE, "reference": "news"},
    ]
    result = taken(api, "customer_subscriptions", rows)
    jane = records(sandbox, "customers", "id")[1]

    assert counts(result) == ("completed", 4, 0)
    assert records(sandbox, "customer_subscriptions", "customer", "reference", "metadata") == [
        [john["id"], "news", {"b": 2}],
        [jane, "news", {}],
    ]


def test_subscriptions_of_one_customer(api: Api, sandbox: Sandbox, john: Document) -> None:
    """The parent need not be said in each row; a row that says another one is right."""
    jane = api.create("customers", email=JANE)
    rows = [{"reference": "news"}, {"reference": "news", "customer_id": jane["id"]}]
    taken(api, "customer_subscriptions", rows * 2, parent_resource_id=john["id"])

    assert records(sandbox, "customer_subscriptions", "customer") == [john["id"], jane["id"]]


def test_bad_subscriptions(api: Api) -> None:
    """They are called by what they say of their key."""
    rows = (
        {"reference": "news"},
        {"customer_email": JOHN},
        {"customer_email": "john", "reference": "news"},
        {"customer": {"email": "john"}, "reference": "offers"},
    )

    assert log_of(api, "customer_subscriptions", *rows) == {
        "news": {"customer": ["must exist"]},
        JOHN: {"reference": ["can't be blank"]},
        "john, news": {"customer_email": ["is invalid"], "customer": ["must exist"]},
        "john, offers": {"customer.email": ["is invalid"]},
    }


def test_addresses_of_customers(api: Api, sandbox: Sandbox, john: Document) -> None:
    """Of an address that is there, or one that comes along."""
    known = address(api)
    rows = [
        {"customer_email": JOHN, "address_id": known["id"]},
        {"customer_id": john["id"], "address_id": known["id"], "reference": "home"},
        {"customer": {"email": JOHN}, "address": {**PLACE, "city": "Milano"}},
        {"customer_email": JOHN, "address": {"id": known["id"], "city": "Roma"}},
    ]
    taken(api, "customer_addresses", rows)
    milano = made(sandbox, "addresses", "id")[1]

    assert made(sandbox, "addresses", "city") == ["Roma", "Milano"]
    assert records(sandbox, "customer_addresses", "customer", "address", "reference") == [
        [john["id"], known["id"], "home"],
        [john["id"], milano, None],
    ]


def test_bad_addresses_of_customers(api: Api, sandbox: Sandbox, john: Document) -> None:
    """What comes along goes as well."""
    rows = (
        {"customer_email": JOHN},
        {"customer_email": JOHN, "address_id": NOBODY},
        {"customer_email": "new@example.com", "address": {**PLACE, "country_code": "ITA"}},
        {"address": PLACE},
    )

    assert log_of(api, "customer_addresses", *rows) == {
        JOHN: {"address": ["must exist"]},
        f"{JOHN}, {NOBODY}": {"address": ["must exist"]},
        "new@example.com": {"address.country_code": ["is not included in the list"]},
        "row 4": {"customer": ["must exist"]},
    }
    assert made(sandbox, "addresses", "id") == []
    assert john["id"] in records(sandbox, "customers", "id")


def test_with_what_belongs_to_it(api: Api, sandbox: Sandbox) -> None:
    """A list of objects is records of their own, which belong to the one of the row."""
    subscriptions = [{"reference": "news"}, {"reference": "offers"}]
    row = {"email": JOHN, "customer_subscriptions": subscriptions}
    taken(api, "customers", [row, row])
    (john,) = records(sandbox, "customers", "id")

    assert records(sandbox, "customer_subscriptions", "customer", "reference") == [
        [john, "news"],
        [john, "offers"],
    ]
    assert log_of(api, "customers", {"email": JANE, "customer_subscriptions": [{}]}) == {
        JANE: {"customer_subscriptions.reference": ["can't be blank"]}
    }
    assert sandbox.count("customers") == 1


# --- other types ---------------------------------------------------------------------------------


def test_tags(api: Api, sandbox: Sandbox) -> None:
    """By name."""
    api.create("tags", name="gold")
    rows = [{"name": "gold", "reference": "Au"}, {"name": "silver"}]
    taken(api, "tags", rows)

    assert records(sandbox, "tags", "name", "reference") == [["gold", "Au"], ["silver", None]]
    assert log_of(api, "tags", {"name": "no name"}) == {"no name": {"name": ["is invalid"]}}


def test_addresses(api: Api, sandbox: Sandbox) -> None:
    """By id; without one they are new, whatever they say."""
    known = address(api)
    taken(api, "addresses", [PLACE, {**PLACE, "city": "Roma"}, {"id": known["id"], "city": "Pisa"}])

    assert made(sandbox, "addresses", "city") == ["Pisa", PLACE["city"], "Roma"]


def test_orders(api: Api, sandbox: Sandbox) -> None:
    """By number; they are of a market that all of them share."""
    bought = order(api)
    number = bought["attributes"]["number"]
    rows = [{"number": number, "reference": "old"}, {"number": "77", "customer_email": JOHN}]
    taken(api, "orders", rows, parent_resource_id=market(api)["id"])

    assert records(sandbox, "orders", "number", "reference", "market") == [
        [number, "old", market(api)["id"]],
        ["77", None, market(api)["id"]],
    ]


def test_lists(api: Api, sandbox: Sandbox) -> None:
    """What other types have is taken without a word about them."""
    taken(api, "sku_lists", [{"name": "Wishes", "customer": {"email": JOHN}}])
    (john,) = records(sandbox, "customers", "id")

    assert records(sandbox, "sku_lists", "name", "customer") == [["Wishes", john]]


# --- CSV -----------------------------------------------------------------------------------------

TEXT = (
    "email,reference,customer_group.name,tags.name,metadata.a,metadata.b,password\n"
    'john@example.com,"a, ""b""",Loyal,"gold,silver",1,2,secret1\n'
    "jane@example.com,,,,,,\n"
)
CSVS: dict[str, Any] = {
    "text": TEXT,
    "lines": TEXT.splitlines(),
    "with-a-mark": f"\ufeff{TEXT}",
    "of-windows": TEXT.replace("\n", "\r\n"),
    "with-spaces": TEXT.replace(",reference", ", reference "),
    "objects": [
        {
            "email": JOHN,
            "reference": 'a, "b"',
            "customer_group": {"name": "Loyal"},
            "tags": ["gold", "silver"],
            "metadata": {"a": "1", "b": "2"},
            "password": "secret1",
        },
        {"email": JANE, "tags": []},
    ],
}


@pytest.mark.parametrize("inputs", CSVS.values(), ids=CSVS)
def test_csv(api: Api, sandbox: Sandbox, inputs: Any) -> None:
    """One text, or a list of lines; a cell that is empty says nothing."""
    for name in ("gold", "silver"):
        api.create("tags", name=name)
    api.create("customers", email=JANE, reference="kept")
    result = taken(api, "customers", inputs, format="csv")
    (group,) = made(sandbox, "customer_groups", "id")
    tags = records(sandbox, "tags", "id")

    assert counts(result) == ("completed", 2, 0)
    assert records(
        sandbox, "customers", "email", "reference", "customer_group", "tags", "metadata"
    ) == [
        [JANE, "kept", None, [], {}],
        [JOHN, 'a, "b"', group, tags, {"a": "1", "b": "2"}],
    ]


def test_the_values_of_csv(api: Api, sandbox: Sandbox) -> None:
    """Numbers and truth are cast as the API casts them, objects are JSON."""
    header = ",".join([*PLACE, "business", "company", "lat", "metadata"])
    cells = ",".join([*(value.replace(" ", "") for value in PLACE.values())])
    text = f'{header}\n{cells},true,Acme,43.5,"{{""a"": [1]}}"\n'
    taken(api, "addresses", text, format="csv")

    assert made(sandbox, "addresses", "business", "lat", "metadata") == [[True, 43.5, {"a": [1]}]]


def test_the_file_of_csv(api: Api) -> None:
    """It is the text that was sent."""
    attributes = taken(api, "customers", TEXT, format="csv")

    assert file(api, attributes) == TEXT
    assert attributes["inputs_size"] == 2
