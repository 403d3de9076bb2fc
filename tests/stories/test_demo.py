"""A demo for five people: a shared host, what is shown, and the night after it."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from tests.cli.processes import connect, headers
from tests.clients.conftest import surroundings
from tests.clients.desk import Block, Desk
from tests.documentation.blocks import Fenced, of
from tests.webhooks.receivers import free_port

PAGE = of("docs/demo.md", "sh")
#: What is typed on the server, and what whoever shows the demo types on another machine.
*PREPARED, SHOWN = PAGE
(AGAIN,) = (block for block in PREPARED if "--reset-daily" in block.text)
(ELSEWHERE,) = (
    block for block in of("docs/command-line.md", "sh") if "export MOCKSERVER_URL" in block.text
)
#: What this module takes care of, for the census.
TAKEN: tuple[Fenced, ...] = tuple(PAGE)
CUSTOMERS = 50
PEOPLE = ("ines", "marek", "olga", "sam", "yuki")
#: What a DNS, or the lines of hosts.txt, would say on each of the machines: they are all this one.
NAMES = """
import socket

_asked = socket.getaddrinfo


def _answered(host, *rest, **named):
    return _asked("127.0.0.1" if str(host).endswith(".example") else host, *rest, **named)


socket.getaddrinfo = _answered
"""
#: One of the five, who has the file with the credentials and the certificate, and keeps a token.
PERSON = """
import json
import os
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import Request, urlopen

assert os.environ["CL_HTTP_URL"].startswith("http://demo.example:")
kept = Path(os.environ["CL_ORGANIZATION"])
if not kept.exists():
    form = {
        "grant_type": "client_credentials",
        "client_id": os.environ["CL_CLIENT_ID"],
        "client_secret": os.environ["CL_CLIENT_SECRET"],
    }
    answer = urlopen(os.environ["CL_HTTP_URL"] + "/oauth/token", urlencode(form).encode())
    kept.write_text(json.load(answer)["access_token"])


def ask(document=None):
    headers = {
        "Authorization": f"Bearer {kept.read_text()}",
        "Content-Type": "application/vnd.api+json",
    }
    data = document and json.dumps(document).encode()
    url = os.environ["CL_BASE_URL"] + "/api/customers"
    return json.load(urlopen(Request(url, data, headers)))


known = ask()["meta"]["record_count"]
ask({"data": {"type": "customers", "attributes": {"email": "zoe@example.org"}}})
print(kept, known, ask()["meta"]["record_count"])
"""
EVERYBODY = f"""
for name in {" ".join(PEOPLE)}; do
  (set -a; . ./$name.env; set +a; SSL_CERT_FILE="$PWD/ca.pem" python3 person.py)
done
"""
#: What everybody finds, and leaves.
FOUND = [f"demo-{name} {CUSTOMERS} {CUSTOMERS + 1}" for name in PEOPLE]
_MOCKSERVER = f'{sys.executable} -m mockserver "$@"'
STAND_INS = {
    "mockserver": f"""
        case "$1 $2" in
        "journal follow") timeout 3 {_MOCKSERVER}; [ $? = 124 ] ;;
        *) exec {_MOCKSERVER} ;;
        esac
    """
}
#: What is printed among other things, while the demo is shown.
PRINTED = ('"status": 503', '"anonymization_status": "completed"', '"offset": 2592000.0')
#: How many seconds before the night the server begins: more where the machine is slow.
EVENINGS = (5, 20, 60)
NIGHT = 3 * 60 * 60
DAY = 24 * 60 * 60


@pytest.fixture(scope="module")
def host(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return the desk of the server, on which the page has been followed."""
    place = tmp_path_factory.mktemp("story") / "place"
    ports = {"8080": str(free_port()), "8443": str(free_port())}
    told = {"MOCKSERVER_PORT": ports["8080"], "MOCKSERVER_TLS_PORT": ports["8443"]}
    desk = Desk(place, None, {**surroundings(), **told, "PYTHONPATH": str(place)}, STAND_INS)
    desk.ports |= ports
    desk.put(Block("sitecustomize.py", "python", NAMES))
    desk.put(Block("person.py", "python", PERSON))
    prepared = "".join(block.text for block in PREPARED)
    try:
        desk.script(f'{prepared}\necho "$MOCKSERVER_CONTROL_TOKEN" > token', "prepare.sh")
        yield desk
    finally:
        desk.script("mockserver stop --port 8080", "end.sh")


def test_a_demo(host: Desk) -> None:
    """Each of the five has an organization; what is shown is of another one, and ends by night."""
    assert host.script(EVERYBODY, "people.sh").splitlines() == FOUND

    said = host.script(_shown(), "show.sh")
    assert [words for words in PRINTED if words not in said] == [], said
    assert host.script("cat hosts.txt", "hosts.sh").split() == [
        "192.0.2.7",
        *(f"{name}.sandbox.example" for name in ("demo", *(f"demo-{each}" for each in PEOPLE))),
        "auth.sandbox.example",
    ]

    assert any(_is_put_back(host, seconds) for seconds in EVENINGS)
    assert host.script(EVERYBODY, "people.sh").splitlines() == FOUND
    left = host.script(
        """
        export MOCKSERVER_CONTROL_TOKEN=$(cat token)
        mockserver outage show
        mockserver clock show --organization demo
        mockserver token --organization demo --customer ada@shop.example
        """,
        "left.sh",
    )
    assert left.startswith("[]\n")
    assert '"offset": 0.0' in left
    assert left.splitlines()[-1].startswith("ey")


def _shown() -> str:
    """Return what is typed on another machine, which knows the server by its URL alone."""
    (told,) = (line for line in ELSEWHERE.text.splitlines() if line.startswith("export "))
    return f"""
        TOKEN=$(cat token)
        export MOCKSERVER_DATA_DIRECTORY="$PWD/elsewhere"
        unset MOCKSERVER_PORT MOCKSERVER_TLS_PORT
        {told.replace("=TOKEN", '="$TOKEN"')}
{SHOWN.text}
        mockserver outage on --organization demo
    """


def _is_put_back(host: Desk, seconds: int) -> bool:
    """Start the server so many seconds before the night, and say whether that has come."""
    zone = _zone(NIGHT - seconds)
    _, *again = AGAIN.text.splitlines()
    text = "\n".join(again)
    host.script(f"export MOCKSERVER_CONTROL_TOKEN=$(cat token) TZ={zone}\n{text}", "again.sh")
    token = host.script("cat demo-ines", "token.sh").strip()
    until = time.monotonic() + seconds + 5
    while time.monotonic() < until:
        with closing(connect(f"http://127.0.0.1:{host.ports['8080']}")) as connection:
            connection.request("GET", "/api/customers", headers=headers(token))
            if json.load(connection.getresponse())["meta"]["record_count"] == CUSTOMERS:
                return True
        time.sleep(0.2)
    return False


def _zone(wanted: float) -> str:
    """Return a time zone in which it is so many seconds after midnight now."""
    ahead = round(wanted - time.time()) % DAY
    return f"NGT-{ahead // 3600:02}:{ahead // 60 % 60:02}:{ahead % 60:02}"
