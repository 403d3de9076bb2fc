"""The likeliest mistakes: whoever makes one is told what it is, and what to do about it."""

from __future__ import annotations

import json
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import urlencode, urlsplit

import pytest

from mockserver.situations import scenarios
from tests.cli.processes import ROOT, TIMEOUT, Home, Served, port_of, run, until
from tests.clients.install import node

MEDIA_TYPE = "application/vnd.api+json"
EMAIL = {"email": "late@example.com"}
#: Longer than any token lasts, in seconds.
TOO_LONG = "20000"


class Answer(NamedTuple):
    """What a request is answered."""

    status: int
    document: Any
    reason: str | None
    request_id: str


Mistake = Callable[["Desk"], Answer]


@dataclass(frozen=True)
class Seen:
    """What one request shows to whoever looks: at the answer, the log and the journal.

    Attributes:
        status: of the answer.
        detail: of its first error.
        reason: in ``X-Mock-Reason``, and in the journal.
        advice: of the journal.
        line: of the log, without the milliseconds.
    """

    status: int
    detail: str | None
    reason: str | None
    advice: list[str]
    line: str


class Desk:
    """A server in a terminal, and who uses it."""

    def __init__(self, served: Served, home: Home, log: Path) -> None:
        """Sit down at a server that runs in a home and logs to a file."""
        self.served = served
        self.home = home
        self._log = log
        self.token = self.command("token").stdout.strip()
        answer = self.ask("GET", "/api/customers?page[size]=1")
        self.customer: str = answer.document["data"][0]["id"]

    @property
    def here(self) -> str:
        """Where the customer is."""
        return f"/api/customers/{self.customer}"

    def command(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command that asks this server."""
        return run(self.home, *arguments, "--ready-file", str(self.served.ready_file))

    def ask(self, method: str, target: str, body: Any = None, **headers: str) -> Answer:
        """Send a request with the token; an underscore in the name of a header is a hyphen."""
        usual = {"Authorization": f"Bearer {self.token}", "Content-Type": MEDIA_TYPE}
        sent = {**usual, **{name.replace("_", "-"): value for name, value in headers.items()}}
        connection = HTTPConnection(urlsplit(self.served.ready["http"]).netloc, timeout=TIMEOUT)
        text = body if isinstance(body, str | None) else json.dumps(body)
        connection.request(method, target, text, sent)
        answer = connection.getresponse()
        document = json.loads(answer.read())
        connection.close()
        reason, request_id = answer.headers["X-Mock-Reason"], answer.headers["X-Request-Id"]
        return Answer(answer.status, document, reason, request_id)

    def lines(self) -> list[str]:
        """Return what has been logged."""
        return self._log.read_text().splitlines()

    def look(self, mistake: Mistake) -> Seen:
        """Make a mistake, and look at all that tells of it; what varies is ``...``."""
        known = len(self.lines())
        status, document, reason, request_id = mistake(self)
        until(lambda: len(self.lines()) > known)
        kept = json.loads(self.command("journal", "list", "--limit", "1000").stdout)["exchanges"]
        (exchange,) = (each for each in kept if each["request_id"] == request_id)
        assert exchange["reason"] == reason
        detail = document["errors"][0]["detail"] if "errors" in document else None
        advice = [each["detail"] for each in exchange["advice"]]
        line = re.sub(r" \d+\.\d ms$", "", self.lines()[-1])
        return Seen(status, detail, self._plain(reason), self._all(advice), str(self._plain(line)))

    def _all(self, texts: list[str]) -> list[str]:
        return [str(self._plain(text)) for text in texts]

    def _plain(self, text: str | None) -> str | None:
        return text and re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "...", text).replace(
            self.customer, "ID"
        )


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return a desk with a server of the module's own."""
    home = tmp_path_factory.mktemp("home")
    log = home / "log"
    with log.open("w") as file, Served(home, "--reason", stderr=file.fileno()) as served:
        yield Desk(served, home, log)


def _resource(type_: str = "customers", **members: Any) -> dict[str, Any]:
    return {"data": {"type": type_, "attributes": EMAIL, **members}}


def _client_id(desk: Desk) -> Answer:
    form = {"grant_type": "client_credentials", "client_id": "nobody", "client_secret": "x"}
    kind = "application/x-www-form-urlencoded"
    return desk.ask("POST", "/oauth/token", urlencode(form), Content_Type=kind)


def _expired_token(desk: Desk) -> Answer:
    assert desk.command("clock", "advance", TOO_LONG).returncode == 0
    try:
        return desk.ask("GET", "/api/customers")
    finally:
        desk.command("clock", "thaw")


def _other_mode(desk: Desk) -> Answer:
    live = desk.command("token", "--mode", "live").stdout.strip()
    return desk.ask("GET", desk.here, Authorization=f"Bearer {live}")


def _without_type(desk: Desk) -> Answer:
    links = {"customer_group": {"data": {"id": "xYZkjABcde"}}}
    return desk.ask("POST", "/api/customers", _resource(relationships=links))


_TOKEN_INVALID = "The access token you provided is invalid."
_MEDIA_TYPE = (
    "All requests that create or update must use the 'application/vnd.api+json' Content-Type."
    " This request specified 'application/json'."
)
_HOST = (
    "The token is of the organization acme, the host of other: ask the host of acme,"
    " or get a token of other."
)
_CLIENT = "There is no client nobody: mockserver credentials prints those there are."
_EXPIRED = "The token expired at ..., and it is ... in acme: get a new one."
_MODE = (
    "The record ID of customers exists in test mode, and the token is of live mode:"
    " get a token of test mode."
)
_KEY = "An update names the record in its body too: data.id is missing."
_LINKAGE = (
    'The relationship customer_group has to be {"data": {"type": "customer_groups", "id": "..."}}.'
)

#: What is asked, and what is seen of it.
REQUESTS: dict[str, tuple[Mistake, Seen]] = {
    "host of another organization": (
        lambda desk: desk.ask("GET", "/api/customers", Host="other.cl.localhost"),
        Seen(
            401,
            _TOKEN_INVALID,
            _HOST,
            [_HOST],
            f"GET /api/customers 401 INVALID_TOKEN {_HOST}",
        ),
    ),
    "Content-Type": (
        lambda desk: desk.ask(
            "POST", "/api/customers", _resource(), Content_Type="application/json"
        ),
        Seen(
            415,
            _MEDIA_TYPE,
            None,
            [],
            f"POST /api/customers 415 UNSUPPORTED_MEDIA_TYPE {_MEDIA_TYPE}",
        ),
    ),
    "client id": (
        _client_id,
        Seen(
            401,
            "Client authentication failed due to unknown client, no client authentication"
            " included, or unsupported authentication method.",
            _CLIENT,
            [_CLIENT],
            f"POST /oauth/token 401 invalid_client {_CLIENT}",
        ),
    ),
    "expired token": (
        _expired_token,
        Seen(
            401,
            _TOKEN_INVALID,
            _EXPIRED,
            [_EXPIRED],
            f"GET /api/customers 401 INVALID_TOKEN {_EXPIRED}",
        ),
    ),
    "token of the other mode": (
        _other_mode,
        Seen(
            404,
            "The requested resource was not found. Please double-check the resource id.",
            _MODE,
            [_MODE],
            f"GET /api/customers/ID 404 RECORD_NOT_FOUND {_MODE}",
        ),
    ),
    "filter typo": (
        lambda desk: desk.ask("GET", "/api/customers?filter[q][emial_eq]=x"),
        Seen(
            200,
            None,
            None,
            ["filter[q][emial_eq] is ignored, there is no such condition; did you mean email_eq?"],
            "GET /api/customers?filter[q][emial_eq]=x 200 ignored emial_eq (email_eq?)",
        ),
    ),
    "include typo": (
        lambda desk: desk.ask("GET", "/api/customers?include=custmer_group"),
        Seen(
            400,
            "custmer_group is not a valid includable relationship of customers",
            None,
            [],
            "GET /api/customers?include=custmer_group 400 INVALID_INCLUDE custmer_group is not a"
            " valid includable relationship of customers (customer_group?)",
        ),
    ),
    "PATCH without id": (
        lambda desk: desk.ask("PATCH", desk.here, _resource()),
        Seen(
            400,
            "The resource object does not contain a key.",
            _KEY,
            [_KEY],
            f"PATCH /api/customers/ID 400 KEY_ORDER_MISMATCH {_KEY}",
        ),
    ),
    "wrong type": (
        lambda desk: desk.ask("POST", "/api/customers", _resource("customer")),
        Seen(
            400,
            "customer is not a valid resource.",
            None,
            [],
            "POST /api/customers 400 INVALID_RESOURCE customer is not a valid resource."
            " (customers?)",
        ),
    ),
    "relationship without type": (
        _without_type,
        Seen(
            400,
            "Data is not a valid Links Object.",
            _LINKAGE,
            [_LINKAGE],
            f"POST /api/customers 400 INVALID_LINKS_OBJECT {_LINKAGE}",
        ),
    ),
}


@pytest.mark.parametrize(("mistake", "expected"), REQUESTS.values(), ids=REQUESTS)
def test_request(desk: Desk, mistake: Mistake, expected: Seen) -> None:
    """The answer is the service's own; reason, advice and log say what to do."""
    assert desk.look(mistake) == expected


_SCENARIOS = ", ".join(scenarios.names())
_UNKNOWN = f"There is no scenario 'nonesuch'; there are: {_SCENARIOS}, or a .json file."
_NOT_TOML = '; write one setting a line, as port = 8080, and texts in quotes, as seed = "demo"'
_UNKNOWN_KEY = "bad.toml: unknown key 'prot'; did you mean 'port'? there are "
#: The command, and a pattern of all it prints. ``{port}`` is that of the server that runs.
COMMANDS: dict[str, tuple[list[str], str]] = {
    "wrong port": (
        ["token", "--port", "9"],
        r"no server runs on port 9; there runs: http://127\.0\.0\.1:{port}",
    ),
    "unknown scenario, of a running server": (
        ["seed", "--scenario", "nonesuch", "--port", "{port}"],
        f"(404 NOT_FOUND: )?{re.escape(_UNKNOWN)}",
    ),
    "unknown scenario, at the start": (
        ["serve", "--port", "0", "--scenario", "nonesuch"],
        f"(404 NOT_FOUND: )?{re.escape(_UNKNOWN)}",
    ),
    "no TOML": (
        ["serve", "--config", "broken.toml"],
        rf"broken\.toml is not TOML: .*\(at line 2, column 6\){re.escape(_NOT_TOML)}",
    ),
    "unknown setting": (["serve", "--config", "bad.toml"], f"{re.escape(_UNKNOWN_KEY)}host, .*"),
    "port in use": (
        ["serve", "--port", "{port}", "--tls-port", "0"],
        (
            r"cannot listen on 127\.0\.0\.1:{port}: Address already in use, by pid \d+ \(.*\);"
            r" \S.* stop --port {port} ends the mockserver that has it; --port 0 takes what is free"
        ),
    ),
}


@pytest.mark.parametrize(("arguments", "expected"), COMMANDS.values(), ids=COMMANDS)
def test_command(desk: Desk, arguments: list[str], expected: str) -> None:
    """It fails with one line, which says what there is instead."""
    (desk.home / "broken.toml").write_text("customers = 5\nport 8080\n")
    (desk.home / "bad.toml").write_text("prot = 8080\n")
    port = str(port_of(desk.served.ready["http"]))
    done = run(desk.home, *(each.replace("{port}", port) for each in arguments))
    pattern = "mockserver: " + expected.replace("{port}", port) + "\n"

    assert (done.returncode in (1, 2), done.stdout) == (True, "")
    assert re.fullmatch(pattern, done.stderr), done.stderr


PYTHON = [sys.executable, "-c"]
#: Programs that ask for a URL; curl, which nothing here installs, where the machine has it.
CLIENTS: dict[str, list[str]] = {
    **({"curl": ["curl", "-sS", "{url}"]} if shutil.which("curl") else {}),
    "requests": [*PYTHON, "import requests; requests.get('{url}')"],
    "httpx": [*PYTHON, "import httpx; httpx.get('{url}')"],
    "node": [node(), "--input-type=module", "-e", "await fetch('{url}')"],
}
#: Where they go wrong, and what the row of the table of symptoms tells to do about it.
PLACES: dict[str, tuple[str, str]] = {
    "wrong port": ("http://127.0.0.1:{free}/api", "mockserver status"),
    "wrong host": ("http://acme.cl.invalid/api", "127.0.0.1"),
    "no CA": ("https://127.0.0.1:{tls}/api", "NODE_EXTRA_CA_CERTS"),
}


def _free() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
    return port


def _remedies(message: str) -> list[str]:
    """Return what the table of symptoms says of a message that a client printed."""
    page = (ROOT / "docs" / "clients.md").read_text()
    table = page.partition("## When it does not work")[2].partition("\n## ")[0]
    rows = [row.strip("| ").split(" | ", 1) for row in table.splitlines() if row.startswith("| `")]
    return [why for seen, why in rows if any(s in message for s in re.findall("`([^`]+)`", seen))]


@pytest.mark.parametrize("client", CLIENTS.values(), ids=CLIENTS)
@pytest.mark.parametrize(("url", "remedy"), PLACES.values(), ids=PLACES)
def test_client(desk: Desk, client: list[str], url: str, remedy: str) -> None:
    """What a client prints where no server can tell is in the table of symptoms."""
    tls = port_of(desk.served.ready["https"])
    there = url.replace("{tls}", str(tls)).replace("{free}", str(_free()))
    done = subprocess.run(  # noqa: S603 - the clients of the table
        [each.replace("{url}", there) for each in client],
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert done.returncode != 0
    assert any(remedy in each for each in _remedies(done.stderr)), done.stderr
