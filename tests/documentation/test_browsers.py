"""The programs of docs/browsers.md, beside a real sandbox: what is not ours is a stand-in."""

from __future__ import annotations

import json
import re
import subprocess
from pathlib import Path

import pytest

from tests.cli.processes import TIMEOUT, Served, run
from tests.clients.install import node
from tests.documentation.blocks import of

PROGRAMS = {block.file: block.text for block in of("docs/browsers.md", "js")}
#: Playwright as far as the page uses it: a page is one that signs up at the sandbox.
PLAYWRIGHT = """
export const tests = []
let before
export const defineConfig = (config) => config
export const test = (name, body) =>
  tests.push(async (given) => { await before(given); await body(given) })
test.beforeEach = (body) => { before = body }
export const expect = (found) => ({
  toBe: (wanted) => { if (found !== wanted) throw new Error(`${found} is not ${wanted}`) },
  toBeVisible: async () => { if (shown !== found) throw new Error(`${shown}, not ${found}`) },
})
"""
#: MSW as far as the page uses it.
MSW = """
const made = (method) => (path, answer) => ({ method, path, answer })
export const http = { get: made("GET"), all: made("*") }
export const HttpResponse = { json: (body) => body }
export const passthrough = () => "passed"
"""
SIGN_UP = """
const answer = await fetch("http://127.0.0.1:8080/api/customers", {
  method: "POST",
  headers: {
    "Content-Type": "application/vnd.api+json",
    Authorization: `Bearer ${process.env.TOKEN}`,
  },
  body: JSON.stringify({ data: { type: "customers", attributes: { email: "new@example.com" } } }),
})
globalThis.shown = answer.ok ? "Welcome" : "Try again later"
"""
DRIVEN_BY_PLAYWRIGHT = f"""
import {{ tests }} from "@playwright/test"
await import("./signup.spec.js")
const ask = (method) => async (url, told) => {{
  const headers = {{ "Content-Type": "application/json" }}
  const answer = await fetch(url, {{ method, headers, body: told && JSON.stringify(told.data) }})
  if (!answer.ok) throw new Error(`${{method}} ${{url}} ${{await answer.text()}}`)
  return answer
}}
const request = {{ post: ask("POST"), delete: ask("DELETE") }}
const button = {{ click: async () => {{ {SIGN_UP} }} }}
const page = {{
  goto: async () => {{}},
  getByLabel: () => ({{ fill: async () => {{}} }}),
  getByRole: () => button,
  getByText: (text) => text,
}}
for (const test of tests) await test({{ page, request }})
console.log(tests.length)
"""
DRIVEN_BY_CYPRESS = f"""
const queue = []
globalThis.describe = (name, body) => body()
globalThis.beforeEach = globalThis.it = (first, second) => (second ?? first)()
globalThis.cy = {{
  visit: () => {{}},
  get: () => ({{ type: () => {{}} }}),
  contains: (text) => ({{
    click: () => queue.push(async () => {{ {SIGN_UP} }}),
    shown: queue.push(async () => {{
      if (text === "Welcome" && shown !== text) throw new Error(shown)
    }}),
  }}),
  request: (method, url, told) => {{
    const result = {{ should: (_, wanted) => {{ result.wanted = wanted }} }}
    queue.push(async () => {{
      const headers = {{ "Content-Type": "application/json" }}
      const answer = await fetch(url, {{ method, headers, body: told && JSON.stringify(told) }})
      if (!answer.ok) throw new Error(`${{method}} ${{url}} ${{await answer.text()}}`)
      if (result.wanted === undefined) return
      const found = (await answer.json()).count
      if (found !== result.wanted) throw new Error(`${{found}} is not ${{result.wanted}}`)
    }})
    return {{ its: () => result }}
  }},
}}
await import("./signup.cy.js")
for (const step of queue) await step()
console.log(queue.length)
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a directory with the programs of the page, and the packages they import."""
    place = tmp_path / "place"
    place.mkdir()
    (place / "package.json").write_text('{"type": "module"}')
    for package, text in {"@playwright/test": PLAYWRIGHT, "msw": MSW}.items():
        module = place / "node_modules" / package
        module.mkdir(parents=True)
        (module / "package.json").write_text('{"type": "module", "main": "index.js"}')
        (module / "index.js").write_text(text)
    for name, text in PROGRAMS.items():
        (place / name).write_text(text)
    return place


def said(place: Path, program: str, **environment: str) -> str:
    """Run a program there, and return what it prints."""
    done = subprocess.run(  # noqa: S603 - our own page
        [node(), "--input-type=module", "-e", program],
        cwd=place,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


@pytest.mark.parametrize(
    ("file", "driver", "steps"),
    [("signup.spec.js", DRIVEN_BY_PLAYWRIGHT, "2"), ("signup.cy.js", DRIVEN_BY_CYPRESS, "6")],
)
def test_browser_tests(tmp_path: Path, place: Path, file: str, driver: str, steps: str) -> None:
    """They find in the journal what the page did, and the fault strikes it."""
    with Served(tmp_path, "--customers", "1", "--no-tls") as served:
        token = run(tmp_path, "token", "--ready-file", str(served.ready_file)).stdout.strip()
        url = str(served.ready["http"])
        path = place / file
        path.write_text(path.read_text().replace("http://127.0.0.1:8080", url))
        assert said(place, driver.replace("http://127.0.0.1:8080", url), TOKEN=token) == steps


def test_the_configuration_of_playwright(place: Path) -> None:
    """What it waits for is the health of the sandbox."""
    program = """
      const { webServer } = (await import("./playwright.config.js")).default
      console.log(JSON.stringify(webServer[0]))
    """
    found = json.loads(said(place, program))

    assert found == {
        "command": "mockserver serve",
        "url": "http://127.0.0.1:8080/_mock/health",
        "reuseExistingServer": True,
    }


def test_the_handlers_of_msw(place: Path) -> None:
    """Of the sandbox everything passes."""
    program = """
      const { handlers } = await import("./handlers.js")
      for (const { path, answer } of handlers) console.log(path, JSON.stringify(answer()))
    """
    assert said(place, program).splitlines() == [
        'https://stock.example/levels/:sku {"quantity":3}',
        'http://127.0.0.1:8080/* "passed"',
        'https://*.cl.localhost:8443/* "passed"',
    ]


def test_the_variables_of_vite(tmp_path: Path, place: Path) -> None:
    """A page gets a token with what the file hands on to it."""
    path = place / "sandbox.js"
    path.write_text(path.read_text().replace("import.meta.env", "process.env"))
    with Served(tmp_path, "--customers", "1", "--no-tls") as served:
        which = ("--ready-file", str(served.ready_file))
        lines = run(tmp_path, "credentials", "--format", "env", "--prefix", "VITE_", *which).stdout
        told = dict(re.findall(r"^(\w+)='?(.*?)'?$", lines, re.MULTILINE))
        program = 'const { token } = await import("./sandbox.js"); console.log(await token())'

        assert said(place, program, **told).startswith("ey")


def test_the_prefixes_of_vite(place: Path) -> None:
    program = 'console.log((await import("./vite.config.js")).default.envPrefix)'

    assert said(place, program) == "[ 'VITE_', 'CL_' ]"
