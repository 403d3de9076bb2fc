"""The commands of a page are run as printed, one block after the other, beside a server.

They are run by one shell, as those of somebody who reads from top to bottom; the server is the one
that the page's reader has, on other ports. README and two pages of docs have runners of their own.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.cli.processes import ROOT, Served
from tests.clients.conftest import surroundings
from tests.clients.desk import Desk
from tests.documentation.blocks import PAGES, Fenced, of
from tests.webhooks.receivers import free_port

#: Programs that a machine without a network, a display or the reader's project cannot run. What
#: they are given is what the shell makes of the line; every `mockserver` in it is the real one.
ABSENT = {
    "npx": "fetches packages, and runs the tests of the reader",
    "npm": "fetches packages, and runs the scripts of the reader",
    "pnpm": "fetches packages, and runs the scripts of the reader",
    "pip": "fetches packages; what the wheel contains is tested in tests/test_manual.py",
    "pytest": "runs the tests of the reader; those of the page: tests/testing",
    "go": "is not everywhere; where it is, tests/cli/test_languages.py runs the program",
    "ruby": "is not everywhere; where it is, tests/cli/test_languages.py runs the program",
    "php": "is not everywhere; where it is, tests/cli/test_languages.py runs the program",
    "java": "is not everywhere; where it is, tests/cli/test_languages.py runs the program",
    "keytool": "comes with Java",
    "mvn": "fetches packages, and runs the tests of the reader",
    "../../vendor/bin/phpunit": "runs the tests of the reader",
    "certutil": "would change the trust of a browser",
    "chromium": "opens a window",
}
#: Commands that go on until somebody stops them: here that is soon, and only then is it well.
_ENDLESS = 'timeout 3 {command} "$@"; status=$?; [ $status = 124 ] || exit $status'
#: A server takes other ports and another ready file than the one that runs already. In the
#: background, where a shell gives nothing to read, it goes on; else it ends once it is ready. One
#: that is detached, and stopped by its port, has a free one.
_MOCKSERVER = f"""
run() {{ {sys.executable} -m mockserver "$@"; }}
case "$1 ${{2:-}}" in
"journal follow"*)
  {_ENDLESS.format(command=f"{sys.executable} -m mockserver")}; exit 0 ;;
"serve --detach"*|"stop --port"*)
  unset MOCKSERVER_READY_FILE; export MOCKSERVER_TLS_PORT=0
  run "$@" --port "$FREE_PORT" ;;
"serve "*)
  export MOCKSERVER_PORT=0 MOCKSERVER_TLS_PORT=0
  case "$*" in
  *--ready-file*) ;;
  *) export MOCKSERVER_READY_FILE="$HOME/ready-$$.json" ;;
  esac
  if [ /dev/stdin -ef /dev/null ]; then run "$@"; exit; fi
  {sys.executable} -m mockserver "$@" & server=$!
  until [ -e "$MOCKSERVER_READY_FILE" ]; do kill -0 $server && sleep 0.1 || exit 1; done
  kill $server; wait $server ;;
*)
  run "$@" ;;
esac
"""
_CURL = f"""
case "$*" in
*/stream*) {_ENDLESS.format(command=shutil.which("curl"))}; exit 0 ;;
*) exec {shutil.which("curl")} "$@" ;;
esac
"""
STAND_INS = {**dict.fromkeys(ABSENT, "exit 0"), "mockserver": _MOCKSERVER, "curl": _CURL}
#: Where the pages have the application of the reader listen.
APPLICATION = "localhost:3000"
#: What the pages call another machine, which here is this one.
ANOTHER = "demo.example"
ELSEWHERE = {"README.md", "docs/clients.md", "docs/demo.md"}
#: What is printed among other things.
PRINTED = {
    "docs/command-line.md": ['"record_count":500', "# Webhooks"],
    "docs/webhooks.md": ['"topic":"customers.create"', '"complete": true'],
    "docs/data.md": [
        "https://commercelayer.link/",
        "to-come pending",
        "PR-3007 flex -€4,65",
        "FU-4004/S/001 packing",
        "failing active",
        "Your card was declined.",
    ],
    "docs/faults.md": ["503 Service Unavailable", "423"],
    "docs/journal.md": [": listening"],
    "docs/hosted-apps.md": ["?accessToken=ey", "SHIRT-LINEN-M"],
}


def commands(page: str) -> list[Fenced]:
    """Return the blocks of a page that are typed; one with a name is a script of a story."""
    return [block for block in of(page, "sh") if not block.file]


FOLLOWED = [
    name
    for name in (page.relative_to(ROOT).as_posix() for page in PAGES)
    if name not in ELSEWHERE and commands(name)
]


@pytest.fixture
def application() -> Iterator[str]:
    """Return the address of the reader's application, which takes whatever it is sent."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"127.0.0.1:{server.server_port}"
        server.shutdown()


@pytest.mark.skipif(not shutil.which("curl"), reason="there is no curl")
@pytest.mark.parametrize("page", FOLLOWED)
def test_the_commands_of_a_page(
    page: str,
    tmp_path: Path,
    data_directory: Path,
    application: str,
    request: pytest.FixtureRequest,
) -> None:
    """Every one ends well."""
    home, place = tmp_path / "home", tmp_path / "place"
    home.mkdir()
    create_app(
        Settings(
            customers=1,
            data_directory=data_directory,
            storage=f"tinydb:{tmp_path / 'sandbox.json'}",
        )
    ).close()
    with Served(home) as served:
        told = {"MOCKSERVER_READY_FILE": str(served.ready_file), "FREE_PORT": str(free_port())}
        if any("DATABASE_URL" in block.text for block in commands(page)):
            told["DATABASE_URL"] = request.getfixturevalue("postgres").database()
        desk = Desk(place, served.ready, {**surroundings(), **told}, STAND_INS)
        (tmp_path / "sandbox.json").rename(place / "sandbox.json")
        for block in of(page, *("js", "go", "ruby", "php", "java", "python")):
            if block.file:
                (place / block.file).write_text(block.text)
        text = "\n".join(f"echo '# {block}'\n{block.text}" for block in commands(page))
        text = text.replace(APPLICATION, application).replace(ANOTHER, "127.0.0.1")
        try:
            said = desk.script(text, "page.sh")
        finally:
            desk.script("mockserver stop --port 0 || true", "end.sh")

    assert [words for words in PRINTED.get(page, []) if words not in said] == [], said
