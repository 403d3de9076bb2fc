"""Measure: ``make bench``, or ``python -m benchmarks NAME ...`` for some of it.

``python -m benchmarks side_by_side`` compares with other servers, and takes options of its own.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Mapping
from itertools import count, islice
from pathlib import Path

from benchmarks import side_by_side
from benchmarks.apps import MEDIA_TYPE, constant, data_directory, sandbox
from benchmarks.load import Run, Served, get, measure, post, served
from benchmarks.orders import BusyOrder

REQUESTS = 4000
WARM_UP = 400
PAIRS = 3
LINES_ADDED = 60


def retrieve() -> None:
    """A retrieve of one customer, as a multiple of a view with constant bytes (goal: 2)."""
    with served(constant) as ceiling, served(sandbox) as ours:
        headers = _authorized(ours)
        ids = [r["id"] for r in _json(ours, "/api/customers?page[size]=25", headers)["data"]]
        calls = [get(f"/api/customers/{id_}", headers) for id_ in ids]
        _compare("retrieve one customer", (ours, calls), (ceiling, [get("/one", headers)]))


def page() -> None:
    """A page of ten customers, as a multiple of a view with as many constant bytes."""
    with served(constant) as ceiling, served(sandbox) as ours:
        headers = _authorized(ours)
        calls = [get("/api/customers", headers)]
        _compare("list a page of 10", (ours, calls), (ceiling, [get("/page", headers)]))


def create() -> None:
    """A create, as a multiple of a view that returns constant bytes."""
    with served(constant) as ceiling, served(sandbox) as ours:
        headers = {**_authorized(ours), "Content-Type": MEDIA_TYPE}
        emails = (f"bench{number}@example.com" for number in count())

        def creates(number: int) -> list[bytes]:
            bodies = map(_customer, islice(emails, number))
            return [post("/api/customers", body, headers) for body in bodies]

        constants = [post("/one", _customer("constant@example.com"), headers)]
        pairs = [
            (
                measure(ours, creates(REQUESTS), REQUESTS, creates(WARM_UP)),
                measure(ceiling, constants, REQUESTS),
            )
            for _ in range(PAIRS)
        ]
        _print("create a customer", pairs)


def start() -> None:
    """Wall time from starting the process to its first answered request (goal: 0.5 s)."""
    took = sorted(_start_once() for _ in range(7))
    print(f"start to first answer     median {took[3]:.3f} s, best {took[0]:.3f} s")


def seed() -> None:
    """Seconds to seed both modes of an organization, by number of customers a mode."""
    for customers in (50, 1000, 100_000):
        began = time.perf_counter()
        sandbox(customers=customers)
        print(f"seed {customers:>7} customers a mode  {time.perf_counter() - began:6.2f} s")


def order() -> None:
    """A line for an order of 50 lines with three promotions, in milliseconds (goal: 10)."""
    busy = BusyOrder()
    took = []
    for number in range(LINES_ADDED):
        began = time.process_time()
        line = busy.add(number)
        took.append((time.process_time() - began) * 1000)
        busy.remove(line)
    took.sort()
    print(f"add a line to 50          median {took[len(took) // 2]:.1f} CPU-ms, best {took[0]:.1f}")


MEASUREMENTS: Mapping[str, Callable[[], None]] = {
    f.__name__: f for f in (retrieve, page, create, order, start, seed)
}


def _compare(
    name: str, ours: tuple[Served, list[bytes]], ceiling: tuple[Served, list[bytes]]
) -> None:
    pairs = [(measure(*ours, REQUESTS), measure(*ceiling, REQUESTS)) for _ in range(PAIRS)]
    _print(name, pairs)


def _print(name: str, pairs: list[tuple[Run, Run]]) -> None:
    pairs.sort(key=lambda pair: pair[0].cpu_us / pair[1].cpu_us)
    ours, ceiling = pairs[len(pairs) // 2]
    print(
        f"{name:25} {ours.cpu_us:5.0f} CPU-us, {ours.rate:6.0f}/s, p99 {ours.p99_ms:.1f} ms; "
        f"constant bytes {ceiling.cpu_us:5.0f} CPU-us, {ceiling.rate:6.0f}/s; "
        f"ratio {ours.cpu_us / ceiling.cpu_us:.2f}"
    )


def _start_once() -> float:
    with tempfile.TemporaryDirectory() as directory:
        ready = Path(directory) / "ready.json"
        command = [sys.executable, "-m", "mockserver", "serve", "--port", "0", "--tls-port", "0"]
        command += ["--ready-file", str(ready), "--data-directory", str(data_directory())]
        began = time.perf_counter()
        with subprocess.Popen(command, stdout=subprocess.DEVNULL) as process:
            while not ready.exists():
                time.sleep(0.002)
            url = json.loads(ready.read_text())["http"]
            with urllib.request.urlopen(f"{url}/.well-known/jwks.json") as answer:
                answer.read()
            took = time.perf_counter() - began
            process.terminate()
        return took


def _authorized(server: Served) -> dict[str, str]:
    body = {
        "grant_type": "client_credentials",
        "client_id": "test_integration_client_id_".ljust(43, "0"),
        "client_secret": "test_integration_client_secret_".ljust(43, "0"),
    }
    request = urllib.request.Request(
        f"http://127.0.0.1:{server.port}/oauth/token",
        json.dumps(body).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request) as answer:
        return {"Authorization": f"Bearer {json.load(answer)['access_token']}"}


def _json(server: Served, path: str, headers: dict[str, str]) -> dict[str, list[dict[str, str]]]:
    request = urllib.request.Request(f"http://127.0.0.1:{server.port}{path}", headers=headers)
    with urllib.request.urlopen(request) as answer:
        found: dict[str, list[dict[str, str]]] = json.load(answer)
    return found


def _customer(email: str) -> bytes:
    return json.dumps({"data": {"type": "customers", "attributes": {"email": email}}}).encode()


if __name__ == "__main__":
    if sys.argv[1:2] == ["side_by_side"] or any(name.startswith("--") for name in sys.argv[1:]):
        side_by_side.main([name for name in sys.argv[1:] if name != "side_by_side"])
        sys.exit()
    for name in sys.argv[1:] or MEASUREMENTS:
        MEASUREMENTS[name]()
