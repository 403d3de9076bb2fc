"""What the pages show besides programs and commands: settings, answers, probes, messages."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
import yaml

from mockserver.app import create_app
from mockserver.cli.commands import commands
from mockserver.cli.configuration import configured
from mockserver.cli.options import SERVER
from mockserver.errors import Refusal
from mockserver.schema import validations, vocabulary
from mockserver.settings import Settings
from tests.cli.processes import PACKAGE, TIMEOUT, Served, run
from tests.clients.install import node
from tests.documentation.blocks import Fenced, of
from tests.test_pages import _alike

(SETTINGS,) = of("docs/command-line.md", "toml")
(READY,) = of("docs/command-line.md", "json")
(LOG,) = of("docs/command-line.md", "text")
(CONTAINER,) = of("docs/command-line.md", "dockerfile")
PROBE, SERVICE = of("docs/command-line.md", "yaml")
(FORBIDDEN,) = of("docs/control-plane.md", "http")
(SEARCH,) = of("docs/journal.md", "http")
(REFUSALS,) = of("docs/data.md", "text")
(STRUCK,) = of("docs/faults.md", "text")
(ROOMS,) = of("docs/design.md", "text")
DECLARATION, DUMPED = of("docs/design.md", "python")
PLAYWRIGHT, CONFIGURATION = of("docs/hosted-apps.md", "js")
#: What this module takes care of, for the census.
TAKEN: tuple[Fenced, ...] = (
    *(SETTINGS, READY, LOG, CONTAINER, PROBE, SERVICE, FORBIDDEN, SEARCH, REFUSALS),
    *(STRUCK, ROOMS, DECLARATION, DUMPED, PLAYWRIGHT, CONFIGURATION),
)
ORIGIN = "https://shop.example:3000"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Return a server that lets the pages of one origin ask."""
    with Served(tmp_path_factory.mktemp("home"), "--cors-origin", ORIGIN) as served:
        yield served


def here(text: str, served: Served) -> str:
    """Return a text with the port of a server in the place of the usual one."""
    return text.replace("8080", str(served.ready["http"].rpartition(":")[2]))


def parsed(arguments: list[str]) -> dict[str, Any]:
    """Return the parameters of a command that is not run.

    Raises:
        ClickException: there is no such command, or it does not take that.
    """
    name, command, rest = commands.resolve_command(
        commands.make_context("mockserver", []), arguments
    )
    assert command is not None
    return command.make_context(name, rest).params


def test_the_file_of_settings(tmp_path: Path) -> None:
    """Every key is one, and every value of its type."""
    (tmp_path / SETTINGS.file).write_text(SETTINGS.text)

    found = configured(tmp_path / SETTINGS.file, SERVER)

    assert len(found) == SETTINGS.text.count(" = ")


def test_the_ready_file(served: Served) -> None:
    said, (organization,) = json.loads(READY.text), served.ready["organizations"]

    assert _alike(said, {**served.ready, "organizations": [organization]})


def test_the_lines_of_the_log(tmp_path: Path) -> None:
    """What is asked there is said so, but for the time it takes."""
    empty = {"data": {"type": "customers", "attributes": {"email": ""}}}
    with Served(tmp_path) as served:
        token = run(tmp_path, "token").stdout.strip()
        served.ask("GET", "/api/customers?filter%5Bq%5D%5Bemial_eq%5D=x", token)
        served.ask("POST", "/api/customers", token, empty)
        run(tmp_path, "faults", "add", '{"match": {"type": "tags"}, "effect": {"drop": "before"}}')
        with pytest.raises(ConnectionError):
            served.ask("GET", "/api/tags", token)
        _, _, said = served.end()

    lines = [line for line in said.splitlines() if "/oauth/" not in line]
    assert _timeless(lines) == _timeless(LOG.text.splitlines())


def _timeless(lines: list[str]) -> list[str]:
    return [re.sub(r"[\d.]+ ms$", "…", line) for line in lines]


def test_the_container(served: Served) -> None:
    """Its command is one of ours, and its health is what the server says."""
    command, health = CONTAINER.text.splitlines()
    program, *arguments = json.loads(command.removeprefix("CMD "))
    check = json.loads(here(health.partition(" CMD ")[2], served))

    assert program == "mockserver"
    assert parsed(arguments)["host"] == "0.0.0.0"  # noqa: S104 - in a container
    assert check[0] == "python"
    subprocess.run([sys.executable, *check[1:]], check=True, timeout=TIMEOUT)  # noqa: S603


def test_the_probe_of_a_pod(served: Served) -> None:
    asked = yaml.safe_load(here(PROBE.text, served))["readinessProbe"]["httpGet"]

    with urlopen(f"http://127.0.0.1:{asked['port']}{asked['path']}", timeout=TIMEOUT) as answer:
        assert answer.status == 200


def test_the_health_of_a_service(served: Served) -> None:
    """As the runner's shell runs it."""
    service = yaml.safe_load(here(SERVICE.text, served))["services"]["mockserver"]
    check = re.search(r'--health-cmd "(.+)"', service["options"])
    assert check

    command = check[1].replace('\\"', '"').replace("python ", f"{sys.executable} ")
    subprocess.run(["sh", "-c", command], check=True, timeout=TIMEOUT)  # noqa: S603, S607


def test_a_search_by_url(served: Served) -> None:
    method, path = SEARCH.text.split()

    with urlopen(Request(served.ready["http"] + path, method=method), timeout=TIMEOUT) as answer:  # noqa: S310
        assert answer.status == 200


def test_an_origin_that_may_not_ask(served: Served) -> None:
    status, _, body = FORBIDDEN.text.partition("\n\n")
    request = Request(f"{served.ready['http']}/api/customers")  # noqa: S310 - our own server's
    request.add_header("Origin", "https://evil.example")

    with pytest.raises(HTTPError) as refused:
        urlopen(request, timeout=TIMEOUT)  # noqa: S310

    assert status == f"HTTP/1.1 {refused.value.code} {refused.value.reason}"
    assert json.loads(body) == json.load(refused.value)


def test_refused_scenarios(
    tmp_path: Path, data_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Broken where the page says, and with an email that is taken."""
    monkeypatch.chdir(tmp_path)
    worlds = create_app(Settings(seeded=False, data_directory=data_directory)).plane.organizations
    twice = [
        {"type": "customers", "id": id_, "attributes": {"email": "ann@example.com"}}
        for id_ in ("ann", "bob")
    ]
    said = []
    for text in ('{"both":\n\n           =}', json.dumps({"both": {"data": twice}})):
        Path("friends.json").write_text(text)
        with pytest.raises(Refusal) as refused:
            worlds.create({"scenario": "friends.json"})
        said.append(refused.value.errors[0]["detail"])

    syntax, taken = REFUSALS.text.splitlines()
    # What the parser expected there it says as well, if it knows.
    assert said[0].startswith(syntax.removesuffix("."))
    assert said[1].endswith(taken)


def test_a_fault_that_was_forgotten(tmp_path: Path) -> None:
    """What is said of it, but for the part that the page leaves out."""
    with Served(tmp_path):
        run(tmp_path, "faults", "add", '{"effect": {"error": "INVALID_TOKEN"}}')
        said = run(tmp_path, "token").stderr

    begin, _, end = STRUCK.text.partition("... ")
    assert (said[: len(begin)], said[-len(end) :]) == (begin, end)


def test_the_rooms() -> None:
    """The tree names every module of the package itself and every room, and nothing else."""
    named = set(
        re.findall(
            r"(?<![\w.])(\w+\.py|\w+/)(?=\s|$)",
            ROOMS.text.split("\nfixtures/")[0].partition("\n")[2],
        )
    )
    rooms = {path.parent for path in PACKAGE.rglob("*") if path.suffix in {".py", ".cjs"}}
    there = {f"{room.name}/" for room in rooms - {PACKAGE}}
    modules = {path.name for path in PACKAGE.glob("[!_]*.py")}

    assert named == there | modules


def test_a_declaration() -> None:
    """It is one as it stands."""
    space: dict[str, Any] = {**vars(validations), **vars(vocabulary)}

    exec(DECLARATION.text, space)  # noqa: S102 - our own page

    assert space["Tag"].attributes["name"].unique is True


def test_dump_and_load() -> None:
    """A declaration dumps a record, and loads a document, without a server."""
    space: dict[str, Any] = {}

    exec(DUMPED.text, space)  # noqa: S102 - our own page

    assert {"email": "ada@example.com"} == space["values"]
    assert ("customers", "ada@example.com") == (
        space["document"]["data"]["type"],
        space["document"]["data"]["attributes"]["email"],
    )


@pytest.mark.parametrize(
    ("block", "shown", "expected"),
    [
        (
            PLAYWRIGHT,
            "console.log(made.default.use.launchOptions.args[0])",
            "--host-resolver-rules=MAP a b",
        ),
        (CONFIGURATION, "console.log(window.clAppConfig.selfHostedSlug)", "acme"),
    ],
    ids=["playwright", "the account app"],
)
def test_configurations(tmp_path: Path, block: Fenced, shown: str, expected: str) -> None:
    """Node reads them, and finds in them what they are for."""
    (tmp_path / "shown.mjs").write_text(block.text)
    program = f'globalThis.window = {{}}; const made = await import("./shown.mjs"); {shown}'
    done = subprocess.run(  # noqa: S603 - our own page
        [node(), "--input-type=module", "-e", program],
        cwd=tmp_path,
        env={"MOCKSERVER_HOST_RESOLVER_RULES": "MAP a b"},
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=True,
    )

    assert done.stdout == f"{expected}\n"
