"""A front-end developer makes a page in a browser, from an empty folder to tests that pass."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator

import pytest

from tests.cli.processes import ROOT
from tests.clients.conftest import surroundings
from tests.clients.desk import Block, Desk
from tests.clients.install import HERE
from tests.documentation.blocks import Fenced, of
from tests.webhooks.receivers import free_port

PAGE = "docs/browsers.md"
BEGIN, *_ = of(PAGE, "sh")
(CI,) = (block for block in of(PAGE, "sh") if "playwright test" in block.text)
(MARKUP,) = of(PAGE, "html")
PROGRAMS = [block for block in of(PAGE, "js") if block.file]
#: What this module takes care of, for the census.
TAKEN: tuple[Fenced, ...] = (MARKUP,)
NAMES = ("playwright.config.js", "signup.spec.js", "account.spec.js", "page.js", "shop.js")
JAVASCRIPT = ROOT / "tests" / "stories" / "javascript"
#: npm is the real one, but for what it would fetch.
STAND_INS = {
    "npm": f"""
        [ "$1" = install ] || exec node "{HERE}/node_modules/npm/bin/npm-cli.js" "$@"
        tests=node_modules/@playwright/test
        mkdir -p $tests
        ln -s "{HERE}/node_modules/@commercelayer" node_modules/
        ln -s "{JAVASCRIPT}/playwright.mjs" $tests/
        echo '{{"exports": "./playwright.mjs"}}' > $tests/package.json
    """,
    "npx": f'[ "$*" = "playwright test" ] && exec node "{JAVASCRIPT}/npx.mjs"',
    "vite": f'exec node "{JAVASCRIPT}/vite.mjs" $VITE_PORT "{HERE}/node_modules"',
}
#: What a page does, in node: where there is no browser, nothing else says that it works.
CALLS = """
const { explained, logIn, signUp } = await import("./shop.js")
const told = (error) => console.log(explained(error))
console.log((await signUp("new@example.com")).email)
await logIn("john@example.com", "wrong").catch(told)
const john = await logIn("john@example.com", "secret123")
for (const order of await john.orders()) console.log(order.number, order.formatted_total_amount)
await john.changeEmail("mary@example.com").catch(told)
console.log((await john.changeEmail("johnny@example.com")).email)
"""
#: The tests of the page that the browser runs.
TESTS = [
    "a wrong password is said to be one",
    "a customer sees orders, and changes the email",
    "a customer signs up",
    "the page says so when the service is down",
]


@pytest.fixture(scope="module")
def storefront(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    """Return the desk of somebody who has followed the page as far as its tests."""
    place = tmp_path_factory.mktemp("story") / "place"
    ready_file, port = place / "ready.json", str(free_port())
    told = {"MOCKSERVER_PORT": "0", "MOCKSERVER_TLS_PORT": "0"}
    told |= {"MOCKSERVER_READY_FILE": str(ready_file), "VITE_PORT": port}
    desk = Desk(place, None, {**surroundings(), **told}, STAND_INS)
    try:
        desk.script(BEGIN.text, "begin.sh")
        desk.meet(json.loads(ready_file.read_text()))
        desk.ports["5173"] = port
        for block in (MARKUP, *PROGRAMS):
            if block.file in (*NAMES, MARKUP.file):
                desk.put(Block(f"storefront/{block.file}", block.language, block.text))
        yield desk
    finally:
        desk.script("mockserver stop", "end.sh")


def _in_node(desk: Desk) -> None:
    """Make the calls of the page, which node sees as Vite hands it to a browser."""
    said = desk.script(
        f"""
        cd storefront
        set -a; . ./.env.local; set +a
        export NODE_EXTRA_CA_CERTS="$VITE_CL_CA" NODE_OPTIONS="--require=$(mockserver node-preload)"
        sed s/import.meta.env/process.env/ shop.js > calls.js
        node --input-type=module -e '{CALLS.replace("shop.js", "calls.js")}'
        mockserver reset > reset.json
        """,
        "calls.sh",
    )

    assert said.splitlines() == [
        "new@example.com",
        "Wrong email or password",
        *("1 €14,00", "8 €22,50", "14 €22,50"),
        "email - has already been taken",
        "johnny@example.com",
    ]


def _in_chromium(desk: Desk) -> None:
    """Have the browser trust the sandbox, and run the tests of the page in it."""
    said = desk.script(f"cd storefront\n{CI.text}", "ci.sh")

    assert [line for line in said.splitlines() if line.startswith("passed: ")] == [
        f"passed: {name}" for name in TESTS
    ]


HAS_BROWSER = shutil.which("chromium") and shutil.which("certutil")


@pytest.mark.parametrize("driven", [_in_node, *([_in_chromium] if HAS_BROWSER else [])])
def test_a_storefront(storefront: Desk, driven: Callable[[Desk], None]) -> None:
    """Customers sign up and log in, see their orders, change an email, and are told of errors."""
    driven(storefront)
