"""A line for each request: of a server that runs, on its standard error and from afar."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.cli.processes import Home, Served, until
from tests.cli.test_output import full

__all__ = ["full"]

QUICK = ("--no-tls", "--no-seed", "--auth", "off")
TYPO = "/api/customers?filter%5Bq%5D%5Bemial_eq%5D=x"
#: What is asked, and what is said of it before the milliseconds.
ASKED = {
    TYPO: "GET /api/customers?filter[q][emial_eq]=x 200 ignored emial_eq (email_eq?)",
    "/api/tags?sort=nmae": "GET /api/tags?sort=nmae 400 INVALID_SORT_CRITERIA"
    " nmae is not a valid sort criteria for tags (name?)",
    "/api/tags?password=geheim&x=%1b[31m": r"GET /api/tags?password=***&x=\x1b[31m 200",
}


def lines(logged: str) -> list[str]:
    """Return what was logged without the milliseconds, which have to be there."""
    return [re.sub(r" \d+\.\d ms$", "", line) for line in logged.splitlines()]


@pytest.mark.parametrize("size", ["1000", "0"])
def test_a_line_for_each_request(home: Home, size: str) -> None:
    """In order, with what was ignored said once; the control plane is not logged."""
    with Served(home, *QUICK, "--journal-size", size) as served:
        for path in ASKED:
            served.ask("GET", path, "")
            served.ask("GET", "/_mock/health", "")
        status, _, logged = served.end()

    assert (status, lines(logged)) == (0, list(ASKED.values()))


@pytest.mark.parametrize(
    ("arguments", "variables"),
    [(["--quiet"], {}), ([], {"MOCKSERVER_QUIET": "1"})],
    ids=["argument", "variable"],
)
def test_quiet(home: Home, arguments: list[str], variables: dict[str, str]) -> None:
    """Then what is ignored is a warning, once, as it was."""
    with Served(home, *QUICK, *arguments, **variables) as served:
        for _ in range(2):
            served.ask("GET", TYPO, "")
        logged = served.end()[2]

    (line,) = logged.splitlines()
    assert "WARNING" in line
    assert "emial_eq" in line


def test_json(home: Home) -> None:
    """One object a line, for programs."""
    (home / "mockserver.toml").write_text('log-format = "json"\n')
    with Served(home, *QUICK) as served:
        served.ask("GET", TYPO, "")
        (said,) = map(json.loads, served.end()[2].splitlines())

    assert (said["method"], said["path"], said["status"]) == ("GET", "/api/customers", 200)
    assert said["query"] == "filter[q][emial_eq]=x"
    assert said["ignored"] == [{"name": "emial_eq", "nearest": "email_eq"}]
    assert said["organization"] == "acme"


def test_nobody_reads_it(home: Home, full: tuple[int, int]) -> None:
    """Requests are answered all the same."""
    with Served(home, *QUICK, stderr=full[1]) as served:
        answers = [served.ask("GET", "/api/tags", "")[0] for _ in range(1100)]

        assert served.end()[0] == 0
    assert set(answers) == {200}


def test_followed_from_afar(home: Home) -> None:
    """`journal follow` prints the very same lines."""
    with Served(home, *QUICK) as served:
        command = ["journal", "follow", "type=customers", "--ready-file", str(served.ready_file)]
        with (home / "followed").open("w") as output:
            process = subprocess.Popen(  # noqa: S603 - our own command
                [sys.executable, "-m", "mockserver", *command], stdout=output
            )
        # What is asked before it listens is not seen.
        until(lambda: bool(served.ask("GET", TYPO, "") and (home / "followed").read_text()))
        served.ask("GET", "/api/tags", "")
        served.ask("GET", "/api/customers?sort=emial", "")
        logged = served.end()[2]
    process.wait(30)

    found = (home / "followed").read_text().splitlines(keepends=True)
    here = [line for line in logged.splitlines(keepends=True) if "/api/customers" in line]
    assert found == here[-len(found) :]
    assert lines("".join(found))[0] == ASKED[TYPO]
    assert "sort=emial 400 INVALID_SORT_CRITERIA" in found[-1]
