"""The same loads on all servers in turn, round by round: ``python -m benchmarks side_by_side``.

What counts are ratios: all servers share the machine, and each round asks every one of them.
"""

from __future__ import annotations

import argparse
import json
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from benchmarks.apps import MEDIA_TYPE
from benchmarks.peers import (
    INSTALLED,
    LOAD_CORE,
    ROOT,
    Peer,
    constant,
    install,
    json_server,
    ours,
    pin,
)

RESULTS = Path(__file__).parent / "RESULTS.md"
CONNECTIONS = (8, 1)
PAGE = 25
Request = dict[str, Any]
OURS, JSON_SERVER = "mockserver", "json-server 1.0 beta"
FLASK, LISTENER = "constant Flask on our listener", "the listener alone"


@dataclass(frozen=True, slots=True)
class Measured:
    """Results of one load on one server: requests a second, server CPU a request, latency."""

    rate: float
    cpu_us: float
    p50: float
    p99: float


@dataclass(frozen=True, slots=True)
class Customers:
    """What is asked for: ids and emails of customers that all servers have."""

    documents: Sequence[Any]

    def sample(self, size: int = 200) -> Sequence[Any]:
        """Return some of them, the same each time."""
        return random.Random(1).sample(self.documents, min(size, len(self.documents)))  # noqa: S311

    @property
    def emails(self) -> Sequence[str]:
        """The emails of some of them."""
        return [each["attributes"]["email"] for each in self.sample()]


def loads_of_ours(customers: Customers) -> Mapping[str, Sequence[Request]]:
    """Return what the sandbox is asked."""
    pages = max(1, len(customers.documents) // PAGE)
    path = "/api/customers"
    body = json.dumps({"data": {"type": "customers", "attributes": {"email": "n{}@example.com"}}})
    create = {"method": "POST", "path": path, "body": body}
    create["headers"] = {"Content-Type": MEDIA_TYPE}
    retrieves = [_get(f"{path}/{each['id']}") for each in customers.sample()]
    return {
        "retrieve": retrieves,
        "page of 25": [_get(f"{path}?page[size]={PAGE}&page[number]={n}") for n in _numbers(pages)],
        "equality": [_get(f"{path}?filter[q][email_eq]={email}") for email in customers.emails],
        "substring": [
            _get(f"{path}?filter[q][email_cont]={_part(email)}&page[size]={PAGE}")
            for email in customers.emails
        ],
        "create": [create],
        "90/10": [*retrieves[:9], create],
    }


def loads_of_json_server(customers: Customers) -> Mapping[str, Sequence[Request]]:
    """Return the same, as json-server is asked."""
    pages = max(1, len(customers.documents) // PAGE)
    path = "/customers"
    create: Request = {"method": "POST", "path": path, "headers": {}}
    create["headers"] = {"Content-Type": "application/json"}
    create["body"] = json.dumps({"attributes": {"email": "n{}@example.com"}})
    retrieves = [_get(f"{path}/{each['id']}") for each in customers.sample()]
    email = "attributes.email"
    return {
        "retrieve": retrieves,
        "page of 25": [_get(f"{path}?_page={n}&_per_page={PAGE}") for n in _numbers(pages)],
        "equality": [_get(f"{path}?{email}:eq={each}") for each in customers.emails],
        "substring": [
            _get(f"{path}?{email}:contains={_part(each)}&_page=1&_per_page={PAGE}")
            for each in customers.emails
        ],
        "create": [create],
        "90/10": [*retrieves[:9], create],
    }


def loads_of_constants() -> Mapping[str, Sequence[Request]]:
    """Return the same, as the ceilings are asked."""
    return {"retrieve": [_get("/retrieve")], "page of 25": [_get("/page")]}


def _get(path: str) -> Request:
    return {"method": "GET", "path": path}


def _numbers(pages: int) -> Sequence[int]:
    return random.Random(2).sample(range(1, pages + 1), min(40, pages))  # noqa: S311


def _part(email: str) -> str:
    """Return some letters of an email that few others have."""
    return email.partition("@")[0][1:8]


def fire(peer: Peer, requests: Sequence[Request], connections: int, seconds: float) -> Measured:
    """Load a server and return what came of it.

    Raises:
        RuntimeError: not everything was answered well.
    """
    told = {
        "url": peer.url,
        "connections": connections,
        "seconds": seconds,
        "warmup": 1,
        "requests": [
            {**each, "headers": {**peer.headers, **each.get("headers", {})}} for each in requests
        ],
    }
    command = ["node", str(Path(__file__).with_name("cannon.mjs")), str(INSTALLED.parent)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdin
        assert process.stdout
        pin(process, LOAD_CORE)
        process.stdin.write(json.dumps(told).encode())
        process.stdin.close()
        process.stdout.readline()
        before = peer.cpu_seconds()
        found = json.loads(process.stdout.read())
        used = peer.cpu_seconds() - before
    if found["failed"]:
        message = f"{peer.name}: {found['failed']} requests failed"
        raise RuntimeError(message)
    # A second may be too short for a single answer.
    answered = found["answered"] or 1
    rate = answered / found["seconds"]
    return Measured(rate, used / answered * 1e6, found["p50"], found["p99"])


@contextmanager
def lineup(told: argparse.Namespace) -> Iterator[Mapping[Peer, Mapping[str, Sequence[Request]]]]:
    """Run every server, each with what it is asked."""
    with ExitStack() as running:
        start = running.enter_context
        directory = Path(start(tempfile.TemporaryDirectory()))
        seeded = ("--customers", str(told.customers))
        sandbox = start(ours(OURS, *seeded))
        customers = Customers(list(_documents(sandbox, told.customers)))
        found = {sandbox: loads_of_ours(customers)}
        if told.against:
            tree = start(_checked_out(told.against, directory / "tree"))
            found[start(ours(told.against, *seeded, root=tree))] = loads_of_ours(customers)
        if not told.alone:
            one = len(json.dumps({"data": customers.documents[0]}))
            sizes = {"retrieve": one, "page": one * PAGE}
            server = start(json_server(JSON_SERVER, customers.documents, directory))
            found[server] = loads_of_json_server(customers)
            for name, kind in ((FLASK, "flask"), (LISTENER, "listener")):
                found[start(constant(name, kind, sizes))] = loads_of_constants()
        yield found


def _documents(sandbox: Peer, count: int) -> Iterator[Any]:
    for number in range(1, count // PAGE + 1):
        page = sandbox.ask(f"/api/customers?page[size]={PAGE}&page[number]={number}")
        yield from page["data"]


@contextmanager
def _checked_out(commit: str, tree: Path) -> Iterator[Path]:
    git = ["git", "-C", str(ROOT), "worktree"]
    subprocess.run([*git, "add", "--detach", str(tree), commit], check=True)
    try:
        yield tree
    finally:
        subprocess.run([*git, "remove", "--force", str(tree)], check=True)


Table = dict[tuple[str, int], dict[str, list[Measured]]]


def measured(told: argparse.Namespace) -> tuple[Table, Mapping[str, int]]:
    """Return what each load on each server gave in each round, and what memory each has held."""
    table: Table = {}
    with lineup(told) as servers:
        for _ in range(told.rounds):
            for name in told.load or next(iter(servers.values())):
                for connections in told.connections:
                    row = table.setdefault((name, connections), {})
                    for peer, loads in servers.items():
                        if name in loads:
                            found = fire(peer, loads[name], connections, told.seconds)
                            row.setdefault(peer.name, []).append(found)
                    _show(name, connections, row)
        return table, {peer.name: peer.peak_megabytes() for peer in servers}


def _show(name: str, connections: int, row: Mapping[str, Sequence[Measured]]) -> None:
    said = (
        f"{peer} {found[-1].rate:.0f}/s {found[-1].cpu_us:.0f} us" for peer, found in row.items()
    )
    print(f"{name} · {connections}: {'; '.join(said)}", flush=True)


def report(told: argparse.Namespace, table: Table, memory: Mapping[str, int]) -> Iterator[str]:
    """Yield the lines of the results: medians, and ratios to ours of the same rounds."""
    yield f"### {told.customers} customers, {told.rounds} rounds of {told.seconds} s"
    yield ""
    yield "Requests a second · server CPU a request · ratio of ours to it in requests (in CPU)"
    yield ""
    yield f"| load · connections | {' | '.join(memory)} |"
    yield f"| --- |{' --: |' * len(memory)}"
    for (name, connections), row in table.items():
        cells = (_cell(row.get(peer), row[OURS]) for peer in memory)
        yield f"| {name} · {connections} | {' | '.join(cells)} |"
    yield f"| peak memory, MB | {' | '.join(map(str, memory.values()))} |"
    yield ""


def _cell(found: Sequence[Measured] | None, own: Sequence[Measured]) -> str:
    if not found:
        return ""
    rate, cpu = median(each.rate for each in found), median(each.cpu_us for each in found)
    if found is own:
        return f"{rate:,.0f} · {cpu:.0f} us"
    rounds = list(zip(own, found, strict=True))
    faster = median(one.rate / other.rate for one, other in rounds)
    cheaper = median(other.cpu_us / one.cpu_us for one, other in rounds)
    return f"{rate:,.0f} · {cpu:.0f} us · {faster:.2f} ({cheaper:.2f})"


def main(arguments: Sequence[str]) -> None:
    """Measure, print, and write the results down."""
    parser = argparse.ArgumentParser(prog="benchmarks side_by_side", description=__doc__)
    add = parser.add_argument
    add("--customers", type=int, default=1000)
    add("--rounds", type=int, default=3)
    add("--seconds", type=int, default=3)
    add("--connections", type=int, nargs="+", default=CONNECTIONS)
    add("--load", nargs="+", help="some of the loads")
    add("--against", metavar="COMMIT", help="a commit to compare with")
    add("--alone", action="store_true", help="without peers and ceilings")
    add("--write", action="store_true", help="into RESULTS.md")
    told = parser.parse_args(arguments)
    install()
    lines = "\n".join(report(told, *measured(told)))
    print(lines)
    if told.write:
        before = RESULTS.read_text() if RESULTS.exists() else "# Results\n\n"
        RESULTS.write_text(f"{before}{lines}\n")


if __name__ == "__main__":
    main(sys.argv[1:])
