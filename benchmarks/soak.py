"""Soak: ``python -m benchmarks.soak``: a million mixed requests, and what they leave behind.

The requests are made in process, past the network: reads, writes, logins, revocations, carts, and a
webhook that is delivered. As much is removed as is created, so memory and file are to stay flat.
"""

from __future__ import annotations

import argparse
import gc
import json
import os
import random
import resource
import tempfile
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path
from typing import Any

from benchmarks.apps import MEDIA_TYPE, data_directory
from mockserver import Settings, create_app
from mockserver.settings import HISTORY_SIZE

#: Customers that are there at a time, once there are so many, and carts.
CUSTOMERS, CARTS = 2_000, 50
SLOW = 0.05
#: How often each kind of request is made, of a hundred.
MIX: Mapping[str, int] = {
    "retrieve": 38,
    "page": 8,
    "search": 8,
    "create": 12,
    "update": 18,
    "remove": 12,
    "address": 1,
    "cart": 1,
    "login": 1,
    "revoke": 1,
}


class Soak:
    """An application, and the requests that are made of it."""

    def __init__(self, place: str, **told: Any) -> None:
        """Begin with the default seed."""
        self._receiver = ThreadingHTTPServer(("127.0.0.1", 0), _Receiver)
        threading.Thread(target=self._receiver.serve_forever, daemon=True).start()
        told |= {"reuse_tokens": False, "data_directory": data_directory()}
        self.app = create_app(Settings(storage=place, **told))
        self._random = random.Random(1)  # noqa: S311 - not a secret
        self._token = ""
        self._customers: deque[str] = deque()
        self._carts: deque[str] = deque()
        self._number = 0
        self.slow: Counter[str] = Counter()
        self.slowest = 0.0
        self.login()
        url = f"http://127.0.0.1:{self._receiver.server_port}/"
        self._create("webhooks", topic="orders.create", callback_url=url)
        gc.collect()
        gc.freeze()

    def close(self) -> None:
        """End it."""
        self.app.close()
        self._receiver.shutdown()
        self._receiver.server_close()

    def run(self, requests: int) -> None:
        """Make so many requests."""
        kinds: Sequence[Callable[[], object]] = [getattr(self, name) for name in MIX]
        for made in self._random.choices(kinds, list(MIX.values()), k=requests):
            made()

    # --- the kinds -------------------------------------------------------------------------------

    def retrieve(self) -> None:
        """Retrieve a customer."""
        self._ask("GET", f"/api/customers/{self._some()}")

    def page(self) -> None:
        """List a page, sorted."""
        self._ask("GET", "/api/customers", query="page[size]=10&sort=-created_at")

    def search(self) -> None:
        """Find a customer by email."""
        query = f"filter[q][email_eq]=soak{self._number - 1}@example.com"
        self._ask("GET", "/api/customers", query=query)

    def create(self) -> None:
        """Create a customer, and remove the oldest of too many."""
        self._number += 1
        email = f"soak{self._number}@example.com"
        self._customers.append(self._create("customers", email=email, metadata={"n": self._number}))
        if len(self._customers) > CUSTOMERS:
            self.remove()

    def update(self) -> None:
        """Change a customer."""
        self._number += 1
        id_ = self._some()
        self._ask("PATCH", f"/api/customers/{id_}", _document("customers", id_, self._number))

    def remove(self) -> None:
        """Delete the oldest customer."""
        if len(self._customers) > 1:
            self._ask("DELETE", f"/api/customers/{self._customers.popleft()}")

    def address(self) -> None:
        """Create an address and delete it."""
        words = ("first_name", "last_name", "line_1", "city", "zip_code", "state_code", "phone")
        made = self._create("addresses", country_code="IT", **dict.fromkeys(words, "x"))
        self._ask("DELETE", f"/api/addresses/{made}")

    def cart(self) -> None:
        """Create an order with a line, of which a webhook is told; delete the oldest one."""
        market = self._ask("GET", "/api/markets", query="page[size]=1")["data"][0]
        sku = self._ask("GET", "/api/skus", query="page[size]=1")["data"][0]
        order = self._create("orders", linked={"market": market})
        linked = {"order": {"type": "orders", "id": order}, "item": sku}
        self._create("line_items", linked=linked, quantity=1)
        self._carts.append(order)
        if len(self._carts) > CARTS:
            self._ask("DELETE", f"/api/orders/{self._carts.popleft()}")

    def login(self) -> None:
        """Get a new token."""
        body = {
            "grant_type": "client_credentials",
            "client_id": "test_integration_client_id_".ljust(43, "0"),
            "client_secret": "test_integration_client_secret_".ljust(43, "0"),
        }
        self._token = self._ask("POST", "/oauth/token", body, "application/json")["access_token"]

    def revoke(self) -> None:
        """Revoke the token and get another one."""
        body = {
            "token": self._token,
            "client_id": "test_integration_client_id_".ljust(43, "0"),
            "client_secret": "test_integration_client_secret_".ljust(43, "0"),
        }
        self._ask("POST", "/oauth/revoke", body, "application/json")
        self.login()

    # --- steps -----------------------------------------------------------------------------------

    def _some(self) -> str:
        if not self._customers:
            self.create()
        return self._customers[self._random.randrange(len(self._customers))]

    def _create(self, type_: str, linked: Mapping[str, Any] | None = None, **values: Any) -> str:
        data: dict[str, Any] = {"type": type_, "attributes": values}
        if linked:
            names = {name: {"type": r["type"], "id": r["id"]} for name, r in linked.items()}
            data["relationships"] = {name: {"data": target} for name, target in names.items()}
        made: str = self._ask("POST", f"/api/{type_}", {"data": data})["data"]["id"]
        return made

    def _ask(
        self, method: str, path: str, body: Any = None, type_: str = MEDIA_TYPE, *, query: str = ""
    ) -> Any:
        content = json.dumps(body).encode() if body else b""
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": path,
            "QUERY_STRING": query,
            "SERVER_NAME": "localhost",
            "SERVER_PORT": "80",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "HTTP_HOST": "acme.cl.localhost",
            "HTTP_AUTHORIZATION": f"Bearer {self._token}",
            "CONTENT_TYPE": type_ if body else "",
            "CONTENT_LENGTH": str(len(content)),
            "wsgi.version": (1, 0),
            "wsgi.url_scheme": "http",
            "wsgi.input": BytesIO(content),
            "wsgi.errors": BytesIO(),
            "wsgi.multithread": False,
            "wsgi.multiprocess": False,
            "wsgi.run_once": False,
        }
        statuses: list[str] = []
        began = time.perf_counter()
        parts = self.app(environ, lambda status, *_: statuses.append(status))
        answer = b"".join(parts)
        getattr(parts, "close", lambda: None)()
        took = time.perf_counter() - began
        self.slowest = max(self.slowest, took)
        self.slow[method] += took > SLOW
        if not statuses[0].startswith("2"):
            message = f"{method} {path} was answered {statuses[0]}: {answer!r}"
            raise AssertionError(message)
        return json.loads(answer) if answer else None


class _Receiver(BaseHTTPRequestHandler):
    """Takes what a webhook delivers."""

    def do_POST(self) -> None:
        """Say yes."""
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


def _document(type_: str, id_: str, number: int) -> dict[str, Any]:
    attributes = {"reference": str(number), "metadata": {"n": number}}
    return {"data": {"type": type_, "id": id_, "attributes": attributes}}


def memory() -> float:
    """Return the megabytes that the process has in memory now; at most, where nobody says."""
    try:
        pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
        return pages * os.sysconf("SC_PAGE_SIZE") / 1e6
    except (OSError, ValueError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def main() -> None:
    """Do what the command line says, and print a line for each part of it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--requests", type=int, default=1_000_000, help="(1000000)")
    parser.add_argument("--storage", default="tinydb", help="memory, or a kind of file (tinydb)")
    parser.add_argument("--lines", type=int, default=20, help="how often it is reported (20)")
    parser.add_argument(
        "--history-size", type=int, default=HISTORY_SIZE, help="a smaller one is reached sooner"
    )
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        path = Path(directory) / "sandbox.json"
        place = told.storage if told.storage == "memory" else f"{told.storage}:{path}"
        soak = Soak(place, history_size=told.history_size, deliveries_size=told.history_size // 10)
        print("  requests  memory MB  file MB  requests/s  CPU-us each  slowest ms  over 50 ms")
        try:
            for line in range(1, told.lines + 1):
                part = told.requests // told.lines
                soak.slow.clear()
                soak.slowest = 0.0
                began, cpu = time.perf_counter(), time.process_time()
                soak.run(part)
                took, used = time.perf_counter() - began, time.process_time() - cpu
                size = path.stat().st_size / 1e6 if path.exists() else 0.0
                print(
                    f"{line * part:10} {memory():10.0f} {size:8.1f} {part / took:11.0f} "
                    f"{used / part * 1e6:12.0f} {soak.slowest * 1e3:11.1f} {soak.slow.total():11}",
                    flush=True,
                )
            gone = soak.app.organizations.listeners.forgotten
            print("forgotten:", ", ".join(f"{name} {count}" for name, count in gone.items()))
        finally:
            soak.close()


if __name__ == "__main__":
    main()
