"""Requests to a shop, each of which has to leave the world in order."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from werkzeug.test import TestResponse

from mockserver.app import MockServerApp
from tests.bearers import TokenBearers
from tests.client import Document, document, path_of, to
from tests.commerce.random_orders import sums
from tests.commerce.random_orders import world as worlds
from tests.commerce.random_orders.shop import STOCK, RandomShop, Terms, actors, refresh
from tests.commerce.random_orders.world import World
from tests.scene import NOTED, address

#: Where a shop opens; whatever follows, follows from what was drawn.
BEGINNING = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)
#: Tokens live longer than that.
HALF_AN_HOUR = timedelta(minutes=30)
#: What a refused request to place an order may leave behind (commerce.md §14.3, §23).
KEPT = frozenset({"resource_errors", "authorizations"})
#: What an order is, and what is asked for to get there: a second time nothing happens.
MOVES = {"_place": "placed", "_approve": "approved", "_cancel": "cancelled"}


class Walk:
    """A shop, and what was asked of it so far.

    Attributes:
        count: how many requests were sent of which each was to change something.
        log: these, as lines of text.
    """

    count = 0

    def __init__(self, app: MockServerApp) -> None:
        """Stand before it."""
        organization = next(iter(app.organizations))
        app.plane.clocks.set({"frozen_at": BEGINNING.isoformat()}, organization.slug)
        self.clock = organization.clock
        self.bearers = TokenBearers(app)
        self.partition = self.bearers.sandbox().partition
        self.log: list[str] = []
        self.tinkered: set[str] = set()
        self.frozen: dict[str, list[Any]] = {}
        self.put: dict[str, int] = {}
        self.aged = timedelta()

    def open(self, terms: Terms) -> None:
        """Open it."""
        self.shop = RandomShop(self.bearers, terms)
        self.clients = actors(self.bearers)
        self.api = self.shop.api = self.clients["integration"]
        for quantities in STOCK.values():
            for code, quantity in quantities.items():
                sku = self.shop.skus[code]["id"]
                self.put[sku] = self.put.get(sku, 0) + quantity
        self.world = World(self.partition)

    # --- requests --------------------------------------------------------------------------------

    def create(
        self, who: str, type_: str, links: Document | None = None, **attributes: Any
    ) -> Document | None:
        """Create a record; return it, if it was."""
        body = document(type_, links=links, **attributes)
        answer = self.send(who, "POST", f"/api/{type_}", body)
        made: Document | None = answer.json.get("data")
        return made

    def change(
        self, who: str, target: Mapping[str, Any], links: Document | None = None, **attributes: Any
    ) -> TestResponse:
        """Change a record."""
        object_ = to({"type": target["type"], "id": target["id"]})
        body = document(object_["type"], object_["id"], links=links, **attributes)
        return self.send(who, "PATCH", path_of(object_), body)

    def delete(self, who: str, type_: str, id_: str) -> None:
        """Delete a record."""
        self.send(who, "DELETE", f"/api/{type_}/{id_}", None)

    def send(self, who: str, method: str, path: str, body: Any) -> TestResponse:
        """Send a request; hold what it leaves behind to what holds always."""
        answer = self.clients[who].request(method, path, body)
        Walk.count += 1
        self.log.append(f"{who} {method} {path} {body} -> {answer.status_code}")
        assert answer.status_code < 500, answer.text
        before, self.world = self.world, World(self.partition)
        if answer.status_code >= 400:
            self._nothing_happened(before, body)
        else:
            self._once(before, body)
        self.check(before)
        return answer

    def address(self, **attributes: Any) -> Document:
        """Create an address."""
        Walk.count += 1
        made = address(self.api, **attributes)
        self.world = World(self.partition)
        return made

    def wait(self, **span: int) -> None:
        """Let time pass, with all that becomes due."""
        Walk.count += 1
        self.log.append(f"wait {span}")
        before = self.world
        self.clock.advance(timedelta(**span))
        self.aged += timedelta(**span)
        if self.aged >= HALF_AN_HOUR:
            refresh(self.clients, self.bearers)
            self.aged = timedelta()
        self.api.get("/api/organization")
        self.world = World(self.partition)
        self.check(before)

    # --- what always holds -----------------------------------------------------------------------

    def _nothing_happened(self, before: World, body: Any) -> None:
        """See that a refused request has changed nothing, but for the errors of placing."""
        sent = (body or {"data": {}})["data"].get("attributes") or {}
        if sent.keys() & {"_place", "_fix_payment_source"}:
            fields = frozenset(NOTED)
            former = before.without(*KEPT, fields=fields)
            assert self.world.without(*KEPT, fields=fields) == former
        else:
            assert self.world.equals(before)

    def _once(self, before: World, body: Any) -> None:
        """See that an order that is where it is to go is left as it is (commerce.md §14.1)."""
        data = (body or {"data": {}})["data"]
        asked = [*(data.get("attributes") or {})]
        if data.get("type") == "orders" and len(asked) == 1 and asked[0] in MOVES:
            former = {each["id"]: each for each in before.of("orders")}
            if former[data["id"]]["status"] == MOVES[asked[0]]:
                noted = frozenset({"updated_at"})
                assert self.world.without(fields=noted) == before.without(fields=noted)

    def check(self, before: World) -> None:
        """Hold the world to what holds always."""
        if self.world.records == before.records:
            return
        for id_ in sorted(self.world.changed(before)):
            self._check_order(id_)
        self._check_frozen()
        worlds.check_statuses(self.world)
        worlds.check_cards(self.world)
        worlds.check_usage(self.world)
        worlds.check_reserved(self.world)
        worlds.check_stock(self.world, self.put)
        worlds.check_placed(self.world, frozenset(self.tinkered))

    def _check_order(self, id_: str) -> None:
        path = f"/api/orders/{id_}?include=line_items,transactions"
        answer = self.api.get(path)
        assert answer.status_code == 200, answer.text
        found = answer.json
        order = found["data"]["attributes"]
        included = found.get("included", [])
        lines = [
            {"id": each["id"], **each["attributes"]}
            for each in included
            if each["type"] == "line_items"
        ]
        assert len(lines) == len(self.world.owned("line_items", id_))
        # What does not refresh by itself is not asked to before it is called off, and stays so.
        refreshes = order["autorefresh"] and order["status"] != "cancelled"
        if refreshes or order["status"] in ("placed", "approved"):
            sums.check_order(order, lines)
        records = self.world.transactions(id_)
        shown = [each for each in included if each["type"] in worlds.TRANSACTIONS]
        sums.check_transactions(shown, records)

    def _check_frozen(self) -> None:
        """See that no amount of a placed order changes but by editing it."""
        former, self.frozen = self.frozen, {}
        for order in self.world.of("orders"):
            if order["status"] in ("placed", "approved", "cancelled"):
                amounts = [order[name] for name in worlds.FROZEN]
                assert former.get(order["id"], amounts) == amounts, order["number"]
                self.frozen[order["id"]] = amounts
