"""``mockserver verify`` finds nothing in the sandbox, and every fault in a second server."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import fromstring

import pytest
from click.testing import CliRunner, Result

from mockserver.cli.commands import commands
from mockserver.verification.catalogue import RULES
from tests.verification.second_server import Fault, second_server

Json = dict[str, Any]
ONE = "^/api/customers/[A-Za-z]{10}$"
LIST = r"^/api/customers\?"


def verify(url: str, *arguments: str) -> Result:
    return CliRunner().invoke(commands, ["verify", "--against", url, *arguments])


def differing(result: Result) -> list[str]:
    """Return the sentences of the rules that do not hold."""
    return [v["says"] for v in json.loads(result.stdout)["verdicts"] if not v["holds"]]


@pytest.fixture(scope="module")
def url() -> Any:
    with second_server() as url:
        yield url


def test_the_sandbox_keeps_every_rule(url: str) -> None:
    """In an organization of its own, which is gone afterwards."""
    result = verify(url, "--form", "json")

    assert (result.exit_code, differing(result)) == (0, [])
    assert json.loads(result.stdout)["rules"] == len(RULES) > 200
    assert result.stderr == ""


def test_with_the_credentials_of_an_integration(url: str) -> None:
    """As against the real service, which has no control plane; nothing is left there."""
    client = (
        *("--client-id", "test_integration_client_id_0000000000000000"),
        *("--client-secret", "test_integration_client_secret_000000000000"),
    )
    first, again = (verify(url, *client, "--auth-url", url, "--form", "json") for _ in "12")

    assert (first.exit_code, differing(first), first.stderr) == (0, [], "")
    assert (again.exit_code, differing(again), again.stderr) == (0, [], "")


def data(change: Callable[[Json], Any]) -> Callable[[Json], None]:
    """Return what changes the resource object of a document."""
    return lambda document: change(document["data"]) and None


def error(**members: Any) -> Callable[[Json], None]:
    """Return what changes the members of an error."""
    return lambda document: document["errors"][0].update(members)


FAULTS = (
    Fault("A create is answered 201", "POST", "^/api/customer_groups", status=200, was=201),
    Fault("come in one order", path=ONE, document=data(lambda d: d.update(id=d.pop("id")))),
    Fault("no links, meta or jsonapi", path=ONE, document=lambda d: d.update(jsonapi={})),
    Fault("say their mode", path=ONE, document=data(lambda d: d.update(meta={}))),
    Fault(
        "links and no data",
        path=ONE,
        document=data(lambda d: d["relationships"]["customer_group"].update(data=None)),
    ),
    Fault(
        "three decimals",
        path=ONE,
        document=data(lambda d: d["attributes"].update(created_at="2026-01-01T00:00:00Z")),
    ),
    Fault(
        "no orders and empty metadata",
        path=ONE,
        document=data(lambda d: d["attributes"].update(total_orders_count="0")),
    ),
    Fault("without a charset", path=ONE, headers={"Content-Type": "application/json"}),
    Fault("No Location", "POST", "^/api/tags", headers={"Location": "/api/tags/x"}),
    Fault("three headers, and no reset", headers={"X-Ratelimit-Limit": None}),
    Fault(
        "counts its records",
        path=r"^/api/customers\?.*page\[size\]=1&",
        document=lambda d: d["meta"].update(page_count=1),
    ),
    Fault(
        "An empty list has one page",
        path="nobody",
        document=lambda d: d["meta"].update(page_count=0),
    ),
    Fault("there is no such member", path="include=", document=lambda d: {"included": [], **d}),
    Fault("Without a token", was=401, status=403),
    Fault("a missing record", path="^/api/nope", document=error(code="NOT_FOUND")),
    Fault("status of an error is text", was=404, document=error(status=404)),
    Fault("says which", "POST", was=415, status=400),
    Fault("more than 25", path="size]=26", was=400, status=200),
    Fault("A minus turns", path="sort=-email", document=lambda d: d["data"].reverse()),
    Fault(
        "cont does not mind case",
        path="email_cont",
        document=lambda d: d.update(data=[]),
    ),
    Fault("Any other name beside q", was=400, path=r"filter\[foo\]", status=200),
    Fault("taken once", "POST", LIST[:-2], was=422, status=409),
    Fault(
        "cannot be blank",
        "POST",
        LIST[:-2],
        was=422,
        document=lambda d: d["errors"][0].pop("source") and None,
    ),
    Fault("needs the id", "PATCH", ONE, was=400, document=error(title="Bad Request")),
    Fault("answered 204 without a type", "DELETE", ONE, was=204, status=200),
    Fault(
        "customers are listed",
        path=r"^/api/customers\?page\[size\]=1$",
        document=lambda d: d["data"][0]["attributes"].pop("profile_id") and None,
    ),
)


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.breaks.replace(" ", "-"))
def test_every_fault_is_found(fault: Fault) -> None:
    """By the rule that it breaks, with the status of a failure."""
    with second_server(fault) as url:
        result = verify(url, "--form", "json")

    assert result.exit_code == 1
    assert any(fault.breaks in says for says in differing(result)), differing(result)


def test_reports(tmp_path: Path) -> None:
    """What was asked, expected and answered, in each form."""
    path = tmp_path / "report"
    fault = Fault("say their mode", path=ONE, document=data(lambda d: d.update(meta={})))
    with second_server(fault) as url:
        said = verify(url).stdout
        written = verify(url, "--form", "junit", "--output", str(path))
        suite = fromstring(path.read_text())  # noqa: S314 - our own
        markdown = verify(url, "--form", "markdown").stdout

    assert "DIFFERS  conventions.md §4.1 [O] Resources say their mode and organization" in said
    assert "  asked     GET /api/customers/" in said
    assert "  expected  data.meta.mode: is missing" in said
    assert "  answered  200 {" in said
    assert f"of {len(RULES)} rules hold" in said
    assert written.stdout == ""
    assert suite.attrib["tests"] == str(len(RULES))
    assert int(suite.attrib["failures"]) == len(suite.findall("testcase/failure")) > 0
    assert (
        "| conventions.md §4.1 | O | Resources say their mode and organization | **no** |"
        in markdown
    )


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (("--client-id", "x"), 2, "give both --client-id and --client-secret, or neither"),
        (("--client-id", "x", "--client-secret", "y"), 2, "no token from"),
        (("--form", "html"), 2, "'html' is not one of"),
    ],
)
def test_what_cannot_be_done(url: str, arguments: tuple[str, ...], status: int, says: str) -> None:
    result = verify(url, *arguments)

    assert result.exit_code == status
    assert says in result.output


def test_nothing_answers() -> None:
    """One line, and the status of a command that cannot be done."""
    result = verify("http://127.0.0.1:1")

    assert result.exit_code == 2
    assert "does not answer" in result.output
