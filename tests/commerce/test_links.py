"""Links, and where they lead (commerce.md §21)."""

from __future__ import annotations

from base64 import urlsafe_b64decode
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused_with, violation
from tests.scene import market, order, shown, sku

MAY = "2026-05-31T10:00:00.000Z"
#: The sales channel that is there from the start.
CLIENT = "test_sales_channel_client_id_".ljust(43, "0")


def link(api: Api, item: Document, **attributes: Any) -> Document:
    """Create a link to an item."""
    sent = {"name": "L", "client_id": CLIENT, "scope": "market:code:europe", **attributes}
    return api.create("links", links={"item": to(item)}, **sent)


def code(made: Document) -> str:
    """Return the last part of the address of a link."""
    return urlsplit(made["attributes"]["url"]).path.removeprefix("/")


def follow(app: MockServerApp, made: Document) -> Any:
    """Follow a link, as anybody who has it."""
    return app.test_client().get(f"/links/{code(made)}")


def test_a_new_link(api: Api, clock: Clock) -> None:
    """It starts at once, for a month, at an address that is its own for good."""
    clock.freeze(datetime.fromisoformat(MAY))
    made = link(api, order(api), params={"lang": "it"})
    now = made["attributes"]
    padded = code(made) + "=" * (-len(code(made)) % 4)
    region, _, uuid = urlsafe_b64decode(padded).decode().partition("/")

    assert (now["starts_at"], now["expires_at"]) == (MAY, "2026-06-30T10:00:00.000Z")
    assert (now["status"], now["active"], now["item_type"]) == ("active", True, "orders")
    assert now["url"].startswith("https://commercelayer.link/")
    assert (region, len(uuid), uuid[14]) == ("eu-west-1", 36, "4")
    renamed = api.update(made, name="M", domain="go.example.com")["attributes"]
    assert renamed["url"] == f"https://go.example.com/{code(made)}"


def test_its_status(api: Api, clock: Clock) -> None:
    """Pending, active, expired as time goes by; disabled before all that."""
    clock.freeze(datetime.fromisoformat(MAY))
    made = link(api, sku(api), starts_at="2026-06-01T00:00:00.000Z")
    found = [shown(api, made)["status"]]
    for days in (1, 31):
        clock.advance(timedelta(days=days))
        found.append(shown(api, made)["status"])
    disabled = api.update(made, _disable=True)["attributes"]

    assert found == ["pending", "active", "expired"]
    assert (disabled["status"], disabled["active"]) == ("disabled", False)
    assert api.update(made, _enable=True)["attributes"]["status"] == "expired"


@pytest.mark.parametrize(
    ("name", "value", "status"),
    [
        ("starts_at", "2098-01-01T00:00:00.000Z", "pending"),
        ("expires_at", "2021-01-01T00:00:00.000Z", "expired"),
    ],
)
def test_a_limit_taken_away(api: Api, name: str, value: str, status: str) -> None:
    """An update may empty either end: then the link has no such limit."""
    span = {"starts_at": "2020-01-01T00:00:00.000Z", "expires_at": "2099-01-01T00:00:00.000Z"}
    made = link(api, sku(api), **{**span, name: value})
    changed = api.update(made, **{name: None})["attributes"]

    assert made["attributes"]["status"] == status
    assert (changed[name], changed["status"]) == (None, "active")


def test_it_ends_after_it_starts(api: Api) -> None:
    """Anything else is refused; a start at the end of the calendar has nothing after it."""
    for span in ({"starts_at": MAY, "expires_at": MAY}, {"starts_at": "9999-12-31T00:00:00.000Z"}):
        sent = {"name": "L", "client_id": "c", "scope": "s", **span}
        answer = api.post("/api/links", document("links", links={"item": to(order(api))}, **sent))
        expires = span.get("expires_at") or span["starts_at"]
        title = "must be after starts_at"
        error = violation("attributes/expires_at", title, "after", value=expires)
        assert got(answer) == refused_with([error])


@pytest.mark.parametrize("checkout", ["https://shop.example.com/checkout/", None])
def test_to_an_order(app: MockServerApp, api: Api, checkout: str | None) -> None:
    """It leads to the checkout of the order's market, or the organization's, with a token."""
    api.update(market(api), checkout_url=checkout)
    bought = order(api)
    made = link(api, bought, params={"lang": "it"})
    answer = follow(app, made)
    where = urlsplit(answer.headers["Location"])
    query = parse_qs(where.query)
    own = "https://shop.example.com/checkout" if checkout else app.address_of("acme") + "/checkout"

    assert answer.status_code == 302
    assert f"{where.scheme}://{where.netloc}{where.path}" == f"{own}/{bought['id']}"
    assert query["lang"] == ["it"]
    with_it = Api(app, query["accessToken"][0])
    assert with_it.get(path_of(bought)).status_code == 200


def test_to_what_is_sold(app: MockServerApp, api: Api, sandbox: Sandbox) -> None:
    """It leads to the microstore that the organization's configuration names."""
    links = {"microstore": "https://apps.example.com/microstore"}
    sandbox.organization.set({"config": {"mfe": {"default": {"links": links}}}})
    product, listed = sku(api), api.create("sku_lists", name="List")

    for item, path in ((product, "sku"), (listed, "list")):
        where = urlsplit(follow(app, link(api, item)).headers["Location"])
        assert where.netloc == "apps.example.com"
        assert where.path == f"/microstore/{path}/{item['id']}"


def test_leading_nowhere(app: MockServerApp, api: Api) -> None:
    """What is not active, no link, or of no client leads nowhere; a link goes with its item."""
    disabled, orphan = link(api, sku(api)), link(api, order(api))
    api.update(disabled, _disable=True)
    gone = api.get(f"{path_of(orphan)}/item").json["data"]
    api.delete(path_of(gone))
    unknown = link(api, order(api), client_id="nobody")

    for made in (disabled, orphan, unknown):
        assert follow(app, made).status_code == 404
    for wrong in ("x", "%FF", "aGVsbG8"):
        assert app.test_client().get(f"/links/{wrong}").status_code == 404
    assert api.get(path_of(orphan)).status_code == 404


def test_who_sees_them(token_bearers: TokenBearers) -> None:
    """Sales channels do not."""
    assert token_bearers.guest().get("/api/links").status_code == 401
