"""What docs/data.md and docs/control-plane.md say is what the sandbox does."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client

from mockserver.app import MockServerApp, create_app
from mockserver.control.jobs import JobsSchema
from mockserver.resources.registry import registry
from mockserver.seeding.credentials import PASSWORD, REDIRECT_URI
from mockserver.seeding.foundation import ROLES, USERS
from mockserver.seeding.markets import MARKETS, PAYMENT_METHODS, PRIVATE_MARKET
from mockserver.seeding.named_customers import NAMED_CUSTOMERS
from mockserver.seeding.products import LISTS, PLENTY, PRODUCTS
from mockserver.seeding.reference_data import LOYAL_GROUP, TAGS
from mockserver.settings import Settings
from mockserver.situations import scenarios
from mockserver.situations.record_schema import known_record_schemas

DOCS = Path(__file__).parents[1] / "docs"
DATA = (DOCS / "data.md").read_text()
CONTROL = (DOCS / "control-plane.md").read_text()
BLOCK = re.compile(r"^```json (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
Json = Any


@pytest.fixture(scope="module")
def app(data_directory: Path) -> MockServerApp:
    """Return the server that everybody starts."""
    return create_app(Settings(data_directory=data_directory))


def table(page: str, heading: str) -> list[list[str]]:
    """Return the cells of the first table below a heading, without backticks."""
    section = page.partition(f"# {heading}\n")[2].partition("\n#")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    cells = [[cell.strip().replace("`", "") for cell in line.split("|")[1:-1]] for line in lines]
    return cells[2:]


# --- data ----------------------------------------------------------------------------------------


def test_credentials(app: MockServerApp) -> None:
    """Those of test mode; the others follow from what is said about them."""
    known = app.plane.organizations.retrieve("acme")["credentials"]
    said = table(DATA, "Credentials")

    assert said == [
        [c["name"], c["kind"], c["client_id"], c["scope"] or ""]
        for c in known
        if c["mode"] == "test"
    ]
    for credential in known:
        (row,) = [row for row in said if row[0] == credential["name"]]
        id_ = row[2].replace("test_", f"{credential['mode']}_")
        assert id_ == credential["client_id"]
        if credential["client_secret"]:
            secret = id_.rstrip("0").replace("client_id", "client_secret").ljust(43, "0")
            assert secret == credential["client_secret"]
    assert REDIRECT_URI in DATA
    assert known[0]["client_secret"] in DATA


def test_people() -> None:
    said = table(DATA, "People")

    assert [row[:2] for row in said] == [[user.email, ROLES[user.role]["name"]] for user in USERS]


def test_markets() -> None:
    said = table(DATA, "Markets")

    assert [row[:3] for row in said] == [
        [market.code, market.currency_code, ", ".join(market.warehouses)] for market in MARKETS
    ]
    assert [row[3] for row in said] == [(market.store or [""])[0] for market in MARKETS]
    assert [row[0] for row in said if row[4]] == [PRIVATE_MARKET]
    default, other = (f"`{type_}`" for type_ in PAYMENT_METHODS)
    assert f"{default}, the default payment method of the market, and {other}." in DATA


@pytest.mark.parametrize("mode", ["test", "live"])
def test_the_cast(app: MockServerApp, mode: Any) -> None:
    """In this order, in both modes, with this status and the password."""
    sandbox = next(iter(app.organizations)).sandbox(mode)
    records = sandbox.partition.select("customers")[0]
    said = table(DATA, "The seeded customers")

    assert [row[0] for row in said] == [plan.email for plan in NAMED_CUSTOMERS]
    assert [row[1:3] for row in said] == [
        ["yes" if record["password"] else "", record["status"]] for record in records[: len(said)]
    ]
    assert len(records) == 50
    assert f"`{PASSWORD}`" in DATA


def test_what_belongs_to_them(app: MockServerApp) -> None:
    """As many as there are in test mode."""
    partition = next(iter(app.organizations)).sandbox("test").partition
    said = {row[0]: int(row[1]) for row in table(DATA, "What belongs to them")}

    assert said == {type_: partition.count(type_) for type_ in said}


def test_products() -> None:
    said = table(DATA, "What there is to buy")

    assert said == [
        [
            p.code,
            f"{p.cents / 100:.2f}",
            "" if p.stock == PLENTY else f"{p.stock}",
            ", ".join(p.tags),
        ]
        for p in PRODUCTS
    ]
    assert [slug for slug in (each["slug"] for each in LISTS) if f"`{slug}`" not in DATA] == []


def test_tags_and_groups() -> None:
    assert f"Tags: {', '.join(f'`{tag}`' for tag in TAGS)}." in DATA
    assert f"Customer groups: `{PRIVATE_MARKET}` and `{LOYAL_GROUP['code']}`." in DATA


def test_scenarios() -> None:
    """Each with the description of its file."""
    found = [scenarios.find(name) for name in scenarios.names()]

    assert table(DATA, "Scenarios") == [[s.name, s.description] for s in found]


def test_types_that_the_api_does_not_show() -> None:
    hidden = set(known_record_schemas()) - registry().keys()

    assert "such as `jobs`, `roles` and `users`" in DATA
    assert {"jobs", "roles", "users"} <= hidden


def test_examples_of_data(app: MockServerApp, tmp_path: Path) -> None:
    """The scenario can be played, the records stored; the snapshot has the form of one."""
    worlds = app.plane.organizations
    counts = iter(([2, 1], [1, 1]))
    for kind, text in BLOCK.findall(DATA):
        if kind == "scenario":
            (tmp_path / "own.json").write_text(text)
            slug = worlds.create({"scenario": str(tmp_path / "own.json")})["slug"]
            found = worlds.snapshot(slug)
            assert [_count(found[mode], "customers") for mode in found] == next(counts)
        elif kind == "records":
            assert len(worlds.records("acme", json.loads(text))["data"]) == 2
        elif kind == "snapshot":
            _check_snapshot(json.loads(text)["test"], worlds.snapshot("acme")["test"])


def _count(document: Json, type_: str) -> int:
    return len([object_ for object_ in document["data"] if object_["type"] == type_])


def _check_snapshot(said: Json, actual: Json) -> None:
    john = next(o for o in actual["data"] if o["attributes"].get("email") == "john@example.com")
    (object_,) = said["data"]

    assert (list(john), john["id"], john["meta"]) == (list(object_), object_["id"], object_["meta"])
    for member in ("attributes", "relationships"):
        assert object_[member].keys() <= john[member].keys()
    for name, linkage in object_["relationships"].items():
        first = john["relationships"][name]["data"]
        assert linkage["data"] == (first[:1] if isinstance(first, list) else first)
    assert said["meta"]["origin"] == actual["meta"]["origin"]
    assert said["meta"]["numbers"]["customers"] == actual["meta"]["numbers"]["customers"]


# --- the control plane ---------------------------------------------------------------------------


def test_examples_of_the_control_plane(data_directory: Path) -> None:
    """Each is answered with the status it says; shown answers have the members of the real ones."""
    client = create_app(Settings(customers=2, data_directory=data_directory)).test_client()
    wrong = [place for place, fits in _played(client) if not fits]

    assert wrong == []


def _played(client: Client) -> Iterator[tuple[str, bool]]:
    answer: Json = None
    for said, text in BLOCK.findall(CONTROL):
        if said == "answer":
            yield text, _alike(json.loads(text), answer)
            continue
        method, path, status = said.split()
        body = {} if method == "GET" else {"data": text or "{}", "content_type": "application/json"}
        response = client.open(path, method=method, **body)
        answer = json.loads(response.text or "null")
        yield said, response.status_code == int(status)


def _alike(said: Json, actual: Json) -> bool:
    """Say whether two JSON values have the same members, of the same kinds."""
    if isinstance(said, dict):
        return said.keys() == actual.keys() and all(_alike(said[n], actual[n]) for n in said)
    if isinstance(said, list):
        return all(_alike(one, other) for one, other in zip(said, actual, strict=False))
    return type(said) is type(actual)


def test_jobs() -> None:
    """Every job there is, and whether it has a way to fail; every word of a search."""
    section = CONTROL.partition("\n## Jobs\n")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| `(\w+)` \| `(\w+)` \| .+ \|(.*)\|$", section, re.MULTILINE)
    declared = {
        (job, type_): job in resource.failures
        for type_, resource in registry().items()
        for job in resource.jobs
    }

    assert {(job, type_): bool(fails.strip()) for job, type_, fails in rows} == declared
    assert [name for name in JobsSchema().fields if f"| `{name}` |" not in section] == []
