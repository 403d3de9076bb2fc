"""Two complete runs with the same seed and a frozen clock are byte-identical (signatures aside)."""

from __future__ import annotations

import json
import re
from base64 import urlsafe_b64decode
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.client import MEDIA_TYPE, document

JWT = re.compile(r"eyJ[\w-]+\.[\w-]+\.[\w-]+")
NEW_YEAR = {"frozen_at": "2030-01-01T00:00:00Z"}


class Run:
    """One server from its first to its last request."""

    def __init__(self, directory: Path, storage: str, seed: int = 1) -> None:
        """Start it; its signing key is its own."""
        place = storage if storage == "memory" else f"{storage}:{directory / 'records'}"
        told = Settings(
            storage=place, seed=seed, customers=20, data_directory=directory, advice=True
        )
        self.app = create_app(told)
        self._client: Client = self.app.test_client()
        self._token = ""
        self.answers: list[tuple[int, list[tuple[str, str]], str]] = []

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Send a request, keep the answer, and return its document."""
        sent = {"Accept": MEDIA_TYPE, "Authorization": f"Bearer {self._token}", **headers}
        if body is not None:
            sent.setdefault("Content-Type", MEDIA_TYPE)
        data = None if body is None else json.dumps(body)
        answer = self._client.open(path, method=method, headers=sent, data=data)
        self.answers.append((answer.status_code, shown_headers(answer), shown(answer.text)))
        return json.loads(answer.text or "null")

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """Ask the control plane."""
        return self.ask(method, f"/_mock{path}", body, **{"Content-Type": "application/json"})

    def token(
        self, grant: str = "client_credentials", kind: str = "integration", **more: str
    ) -> Any:
        """Ask for a token and go on with it."""
        asked = {"grant_type": grant, "client_id": f"test_{kind}_client_id_".ljust(43, "0"), **more}
        if kind != "sales_channel":
            asked["client_secret"] = f"test_{kind}_client_secret_".ljust(43, "0")
        answer = self.ask("POST", "/oauth/token", asked, **{"Content-Type": "application/json"})
        self._token = (answer or {}).get("access_token", self._token)
        return answer


def shown(text: str) -> str:
    """Return a text with the payloads of its tokens in the place of the tokens."""

    def payload(match: re.Match[str]) -> str:
        return urlsafe_b64decode(match[0].split(".")[1] + "===").decode()

    return JWT.sub(payload, text)


def shown_headers(answer: TestResponse) -> list[tuple[str, str]]:
    # An entity tag and a length are those of the signature as well.
    signed = JWT.search(answer.text)
    return [(n, v) for n, v in answer.headers if not (signed and n in ("Content-Length", "ETag"))]


# --- what a test suite does ----------------------------------------------------------------------

READ = (
    "/api/customers",
    "/api/customers?page[size]=3&page[number]=2&sort=-created_at&include=orders,tags",
    "/api/customers?filter[q][email_end]=example.com&fields[customers]=email,status",
    "/api/orders?include=customer,market",
    "/api/events",
    "/api/returns?sort=-id",
    "/api/customer_addresses?include=address",
    "/api/stock_locations",
    "/api/organization",
    "/api/application",
    "/oauth/tokeninfo",
    "/api/custmers",
    "/api/customers/nobody",
    "/api/customers?filter[q][nope_eq]=1",
)


def read(run: Run) -> None:
    """List, retrieve, ask for what is not there."""
    run.control("PUT", "/clock", NEW_YEAR)
    run.token()
    for path in READ:
        run.ask("GET", path)
    run.ask("OPTIONS", "/api/tags", Origin="https://example.com")
    run.ask("HEAD", "/api/tags")


def write(run: Run) -> None:
    """Create, change, link, delete, be refused."""
    created = {"email": "new@example.com", "password": "secret456", "metadata": {"a": [1, None]}}
    new = run.ask("POST", "/api/customers", document("customers", **created))["data"]["id"]
    own = f"/api/customers/{new}"
    run.ask("POST", "/api/customers", document("customers", **created))
    run.ask("POST", "/api/customers", document("customers", email=7, status="repeat"))
    run.ask("POST", "/api/customers", {"data": None})
    run.control("POST", "/clock/advance", {"by": "PT90S"})
    run.ask("PATCH", own, document("customers", new, reference="R", _add_tags="vip"))
    tag = run.ask("POST", "/api/tags", document("tags", name="own"))["data"]
    run.ask("POST", f"{own}/relationships/tags", {"data": [{"type": "tags", "id": tag["id"]}]})
    run.ask("GET", f"{own}/tags")
    run.ask("GET", f"{own}/relationships/tags")
    market = run.ask("GET", "/api/markets")["data"][0]["id"]
    customer, links = (
        {"type": "customers", "id": new},
        {"market": {"type": "markets", "id": market}},
    )
    order = document("orders", links={**links, "customer": customer})
    id_ = run.ask("POST", "/api/orders", order)["data"]["id"]
    run.ask("PATCH", f"/api/orders/{id_}", document("orders", id_, _place=True))
    run.ask("DELETE", f"/api/orders/{id_}")
    run.ask("DELETE", f"/api/tags/{tag['id']}")


def log_in(run: Run) -> None:
    """Be a guest, a customer, one whose token has expired, nobody."""
    scope = {"scope": "market:code:europe"}
    run.token(kind="sales_channel", **scope)
    run.ask("GET", "/api/customers")
    login = {"username": "new@example.com", "password": "secret456", **scope}
    owned = run.token("password", "sales_channel", **login)
    run.ask("GET", "/api/customers")
    run.control("POST", "/clock/advance", {"by": 20_000})
    run.ask("GET", "/api/customers")
    run.token("refresh_token", "sales_channel", refresh_token=owned["refresh_token"])
    run.ask("GET", f"/api/customers/{owned['owner_id']}")
    run.token("password", "sales_channel", **{**login, "password": "wrong"})
    run.token(kind="nobody")


def control(run: Run) -> None:
    """Make worlds and situations, break things, answer what nobody knows."""
    made = run.control("POST", "/organizations", {"customers": 3, "scenario": "gdpr"})["slug"]
    run.control("POST", f"/organizations/{made}/records", {"data": {"type": "customers"}})
    run.control("POST", f"/organizations/{made}/seed", {"customers": 2})
    run.control("GET", f"/organizations/{made}/snapshot")
    run.control("POST", "/seed", {"scenario": "checkout-ready"})
    effect = {"match": {"type": "tags"}, "probability": 0.5, "effect": {"status": 503}}
    run.control("POST", "/faults", effect)
    body = {"id": "{{uuid}}", "at": "{{now}}"}
    run.control("POST", "/stubs", {"match": {"path": "/api/skus"}, "response": {"body": body}})
    run.token()
    for path in (*["/api/tags"] * 6, "/api/skus", "/api/customers?page[size]=1"):
        run.ask("GET", path)
    run.control("GET", "/snapshot")
    run.control("GET", "/faults")


def play(directory: Path, storage: str, seed: int = 1) -> Run:
    """Return a run of the whole script on a new server."""
    directory.mkdir()
    run = Run(directory, storage, seed)
    for part in (read, write, log_in, control):
        part(run)
    run.app.storage.close()
    return run


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_two_complete_runs(tmp_path: Path, storage: str) -> None:
    """Statuses, headers and bodies of every answer, whatever the storage and the signing key."""
    first, second = play(tmp_path / "1", "memory"), play(tmp_path / "2", storage)

    assert len(first.answers) >= 60
    assert {answer[0] for answer in first.answers} >= {200, 201, 204, 400, 401, 404, 422, 503}
    for one, other in zip(first.answers, second.answers, strict=True):
        assert one == other
    assert len({dict(headers)["X-Request-Id"] for _, headers, _ in first.answers}) == len(
        first.answers
    )


def test_another_seed(tmp_path: Path) -> None:
    """Gives other ids and other values."""
    first, second = play(tmp_path / "1", "memory"), play(tmp_path / "2", "memory", seed=2)

    ids = [set(re.findall(r'"id":"(\w{10})"', run.answers[2][2])) for run in (first, second)]
    assert ids[0]
    assert ids[0] & ids[1] == set()
