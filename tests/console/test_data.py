"""Records in the console: listed, filtered, created, changed, commanded and deleted by the API."""

from __future__ import annotations

import re
from typing import Any

import pytest
from markupsafe import escape

from mockserver.app import MockServerApp
from mockserver.console.calls import ApiCall
from mockserver.console.columns import columns
from mockserver.console.filtering import canonical, paths
from mockserver.console.form_fields import form_fields
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from tests.client import Api
from tests.console.browsing import ROOT, Browser

TEST = f"{ROOT}/acme/test"
DATA = f"{TEST}/data"


@pytest.fixture
def browser(app: MockServerApp) -> Browser:
    browser = Browser(app)
    browser.open(DATA)
    return browser


def asked(app: MockServerApp) -> list[tuple[str, str, int]]:
    """Return what the console has asked the API, the newest last."""
    found = app.plane.journal.list({"organization": "acme"})["exchanges"]
    return [
        (one["request"]["method"], one["request"]["path"], one["response"]["status"])
        for one in found
        if one["request"]["headers"].get("user-agent") == "mockserver-console"
    ]


def customer(browser: Browser, email: str, **fields: str) -> str:
    """Create a customer by the form and return its id."""
    browser.open(f"{DATA}/customers/new")
    browser.send(f"{DATA}/customers/new", {"email": email, **fields})
    assert browser.status == 200, browser.text
    return browser.path.rpartition("/")[2]


# --- lists ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("type_", sorted(registry()))
def test_every_type_has_a_table_and_a_form(browser: Browser, type_: str) -> None:
    """Both are made from the declaration alone; a type that cannot be listed says so."""
    resource = registry()[type_]
    browser.open(f"{DATA}/{type_}")
    assert browser.status == 200, browser.text
    assert ("The API does not list" in browser.text) is ("list" not in resource.actions)

    browser.open(f"{DATA}/{type_}/new")
    assert browser.status == (200 if "create" in resource.actions else 404)
    assert [column.name for column in columns(resource, None)]


def test_a_list_is_filtered_and_sorted_in_the_words_of_the_api(browser: Browser) -> None:
    for email in ("ada@example.com", "bob@example.org", "eve@example.com"):
        customer(browser, email)
    form = "path=email&predicate=end&value=@example.com&by=email&descending=1"
    browser.open(f"{DATA}/customers?{form}")

    assert "filter[q][email_end]=" in browser.path
    assert "sort=-email" in browser.path
    assert re.findall(r"\w+@example\.\w+(?=</td>)", browser.page) == [
        "eve@example.com",
        "ada@example.com",
    ]
    assert "email_end = @example.com" in browser.text
    assert "GET /api/customers?filter[q][email_end]=@example.com&amp;sort=-email" in browser.page


def test_looking_leaves_no_trace(browser: Browser, app: MockServerApp) -> None:
    """No exchange, no strike of a fault: those are for what somebody sends."""
    app.plane.journal.clear()
    app.plane.faults.add({"effect": "TOO_MANY_REQUESTS", "times": 1})
    browser.open(f"{DATA}/customers")
    browser.open(f"{DATA}/organizations")

    assert browser.status == 200
    assert app.plane.journal.list({})["total"] == 0
    assert app.plane.faults.list()[0]["struck"] == 0


def test_a_call_that_is_sent_meets_a_fault(browser: Browser, app: MockServerApp) -> None:
    app.plane.faults.add({"effect": "TOO_MANY_REQUESTS", "times": 1})
    browser.open(f"{DATA}/customers")
    browser.send(f"{TEST}/send", {"path": "/api/customers", "query": "page[size]=5"})

    assert "429 GET /api/customers?page[size]=5" in browser.text
    assert "TOO_MANY_REQUESTS" in browser.text
    assert asked(app)[-1] == ("GET", "/api/customers", 429)

    browser.send(f"{TEST}/send", {"path": "/api/customers", "query": ""})
    assert "200 GET /api/customers" in browser.text


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("filter[q][emial_eq]=a", "emial_eq"),
        ("sort=emial", "emial is not a valid sort criteria"),
        ("fields[customers]=emial", "emial is not a valid field"),
        ("page[size]=26", "exceeds maximum page size"),
    ],
)
def test_a_query_that_the_api_refuses(browser: Browser, query: str, said: str) -> None:
    browser.open(f"{DATA}/customers?{query}")

    assert browser.status == 400
    assert said in browser.text


def test_columns_are_the_fields_of_the_api(browser: Browser) -> None:
    customer(browser, "ada@example.com", reference="A-1")
    browser.open(f"{DATA}/customers?columns=1&column=reference&column=status")

    assert "fields[customers]=reference,status" in browser.path
    assert re.findall(r'<th scope="col"[^>]*>(?:<a[^>]*>)?(\w+)', browser.page) == [
        "id",
        "status",
        "reference",
    ]


def test_paths_lead_one_relationship_further() -> None:
    found = paths(registry()["customers"])

    assert {"email", "status", "customer_group_name", "tags_name"} <= set(found)


def test_a_form_without_its_fields_is_a_query() -> None:
    assert canonical(registry()["customers"], "sort=email&page[number]=2") is None


# --- records -------------------------------------------------------------------------------------


def test_a_record_is_clicked_through_both_ways(browser: Browser) -> None:
    browser.open(f"{DATA}/customer_groups/new")
    browser.send(f"{DATA}/customer_groups/new", {"name": "Loyal"})
    group = browser.path.rpartition("/")[2]
    id_ = customer(browser, "ada@example.com", **{"link.customer_group": group})

    assert f'href="{DATA}/customer_groups/{group}">Loyal</a>' in browser.page
    browser.open(f"{DATA}/customer_groups/{group}")
    assert f'href="{DATA}/customers/{id_}">ada@example.com</a>' in browser.page
    browser.open(f"{DATA}/customer_groups/{group}/customers")
    assert "ada@example.com" in browser.text
    assert f"GET /api/customer_groups/{group}/customers" in browser.text


def test_errors_stand_beside_their_fields(browser: Browser, app: MockServerApp) -> None:
    """In the words of the API, with what was typed still there; nothing has been stored."""
    browser.open(f"{DATA}/customers/new")
    browser.send(
        f"{DATA}/customers/new",
        {"email": "nobody", "reference": "R", "link.customer_group": "none"},
    )
    assert browser.status == 404
    browser.send(f"{DATA}/customers/new", {"email": "nobody", "reference": "R"})

    assert browser.status == 422
    field = re.search(r'<label for="field-(\d+)">email', browser.page)
    assert field
    assert f'id="field-{field[1]}" name="email" aria-invalid="true"' in browser.page
    assert 'value="nobody"' in browser.page
    assert 'value="R"' in browser.page
    about = browser.page.partition(f'id="about-{field[1]}"')[2].partition("</div>")[0]
    assert "invalid" in about
    assert "POST /api/customers" in browser.text
    assert asked(app)[-1] == ("POST", "/api/customers", 422)


def test_what_is_left_as_it_is_is_not_sent(browser: Browser, app: MockServerApp) -> None:
    id_ = customer(browser, "ada@example.com", reference="A-1", metadata='{"a": 1}')
    browser.open(f"{DATA}/customers/{id_}/edit")
    typed = dict(
        re.findall(r'<input id="field-\d+" name="([\w.]+)"[^>]*value="([^"]*)"', browser.page)
    )
    typed["metadata"] = '{\n  "a": 1\n}'
    browser.send(f"{DATA}/customers/{id_}/edit", {**typed, "reference": "", "email": "eve@x.com"})

    assert browser.path == f"{DATA}/customers/{id_}"
    sent = app.plane.journal.list({"type": "customers"})["exchanges"][-1]["request"]["body"]
    assert sent["data"]["attributes"] == {"email": "eve@x.com", "reference": None}


def test_values_are_sent_as_what_they_are(browser: Browser, api: Api, sandbox: Sandbox) -> None:
    """Numbers, truth, JSON, links to many; what is no JSON goes as it is, for the API to refuse."""
    tag = sandbox.add("tags", {"name": "new"})["id"]
    browser.open(f"{DATA}/skus/new")
    fields = {
        "code": "S",
        "name": "S",
        "pieces_per_pack": "6",
        "do_not_ship": "true",
        "metadata": '{"a": [1]}',
        "link.tags": f"{tag}",
    }
    browser.send(f"{DATA}/skus/new", fields)
    (made,) = api.get("/api/skus?include=tags").json["data"]
    found = made["attributes"]

    assert (found["pieces_per_pack"], found["do_not_ship"], found["metadata"]) == (
        6,
        True,
        {"a": [1]},
    )
    assert [link["id"] for link in made["relationships"]["tags"]["data"]] == [tag]
    browser.open(f"{DATA}/skus/new")
    browser.send(f"{DATA}/skus/new", {**fields, "code": "T", "pieces_per_pack": "six"})
    assert (browser.status, "must be greater than or equal to 1" in browser.text) == (422, True)


def test_commands_and_what_became_of_a_record(browser: Browser, app: MockServerApp) -> None:
    browser.open(f"{DATA}/markets")
    market = re.findall(rf'{DATA}/markets/(\w+)"', browser.page)[-1]
    browser.open(f"{DATA}/markets/{market}")
    browser.send(f"{DATA}/markets/{market}/trigger", {"name": "_disable"})

    assert "_disable is done." in browser.text
    assert asked(app)[-1] == ("PATCH", f"/api/markets/{market}", 200)
    assert "disabled_at" in browser.page.partition('id="history"')[2]


def test_a_command_that_is_refused(browser: Browser) -> None:
    browser.open(f"{DATA}/markets")
    market = re.findall(rf'{DATA}/markets/(\w+)"', browser.page)[-1]
    browser.open(f"{DATA}/orders/new")
    browser.send(f"{DATA}/orders/new", {"link.market": market})
    order = browser.path
    browser.send(f"{order}/trigger", {"name": "_approve"})

    assert browser.status == 422
    assert "PATCH /api/orders/" in browser.text


def test_a_record_is_deleted(browser: Browser, api: Api) -> None:
    id_ = customer(browser, "ada@example.com")
    browser.send(f"{DATA}/customers/{id_}/delete")

    assert browser.path == f"{DATA}/customers"
    assert api.get(f"/api/customers/{id_}").status_code == 404
    browser.open(f"{DATA}/customers/{id_}")
    assert browser.status == 404


def test_what_waits_for_a_record(browser: Browser, app: MockServerApp) -> None:
    id_ = customer(browser, "ada@example.com")
    app.plane.customers.anonymize("acme", {"email": "ada@example.com"})
    browser.open(f"{DATA}/customers/{id_}")

    assert "anonymization_start" in browser.text


def test_records_are_searched_while_somebody_types(browser: Browser) -> None:
    customer(browser, "ada@example.com")
    id_ = customer(browser, "eve@example.com")
    browser.open(f"{DATA}/customers/options?link.customer=EVE", headers={"HX-Request": "true"})

    assert browser.page.split() == ["<option", f'value="{id_}">eve@example.com</option>']


def test_the_other_mode_is_another_world(browser: Browser) -> None:
    customer(browser, "ada@example.com")
    browser.open(f"{ROOT}/acme/live/data/customers")

    assert "ada@example.com" not in browser.text


@pytest.mark.parametrize("value", ["<script>alert(1)</script>", '"><img src=x>', "{{ 7 * 7 }}"])
def test_what_records_say_is_text(browser: Browser, value: str) -> None:
    id_ = customer(browser, "ada@example.com", reference=value)
    for path in (
        "customers?fields[customers]=reference",
        f"customers/{id_}",
        f"customers/{id_}/edit",
    ):
        browser.open(f"{DATA}/{path}")
        assert str(escape(value)) in browser.page
        assert "<script>alert" not in browser.page
        assert "<img" not in browser.page


# --- forms and calls -----------------------------------------------------------------------------


def test_fields_are_made_from_the_declaration() -> None:
    found = {f.name: f for f in form_fields(registry()["prices"], "creatable", {}, "EUR")}

    assert (found["amount_cents"].widget, found["amount_cents"].currency) == ("money", "EUR")
    assert (found["sku"].widget, found["sku"].types) == ("one", ["skus"])
    skus = {f.name: f for f in form_fields(registry()["skus"], "creatable", {})}
    assert skus["unit_of_weight"].choices == ("gr", "oz", "lb")
    assert skus["code"].is_required
    assert list(skus)[:2] == ["code", "name"]
    customers = {f.name: f for f in form_fields(registry()["customers"], "creatable", {})}
    assert customers["password"].widget == "secret"
    assert not any(f.name.startswith("_request") for f in customers.values())


CALLS: list[tuple[ApiCall, str, str]] = [
    (
        ApiCall("GET", ("customers",), "filter[q][email_eq]=a%20b&sort=-created_at&page[size]=5"),
        """curl -g 'http://x/api/customers?filter[q][email_eq]=a%20b&sort=-created_at&page[size]=5'""",
        """customers.list({ filters: { email_eq: "a b" }, sort: ["-created_at"], pageSize: 5 })""",
    ),
    (
        ApiCall("GET", ("customers", "abc", "orders"), "include=market"),
        "curl -g 'http://x/api/customers/abc/orders?include=market'",
        """customers.orders("abc", { include: ["market"] })""",
    ),
    (
        ApiCall("DELETE", ("customers", "abc")),
        "curl -g -X DELETE http://x/api/customers/abc",
        """customers.delete("abc")""",
    ),
    (
        ApiCall(
            "PATCH",
            ("orders", "abc"),
            body={
                "data": {
                    "type": "orders",
                    "id": "abc",
                    "attributes": {"_place": True},
                    "relationships": {"customer": {"data": {"type": "customers", "id": "c"}}},
                }
            },
        ),
        "curl -g -X PATCH http://x/api/orders/abc",
        'orders.update({\n  id: "abc",\n  _place: true,\n  customer: customers.relationship("c")',
    ),
]


@pytest.mark.parametrize(("call", "curl", "script"), CALLS, ids=lambda value: str(value)[:30])
def test_calls_are_written_as_somebody_would(call: Any, curl: str, script: str) -> None:
    written = dict(call.written("http://x"))

    assert written["curl"].startswith(curl)
    assert script in written["JavaScript SDK"]
