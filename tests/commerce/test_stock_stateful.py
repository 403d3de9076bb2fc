"""Any sequence of carts, orders, transfers and returns sells nothing twice (catalogue.md §16)."""
# ruff: noqa: D102, D107 - the rules are named after what they do

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from mockserver.commerce.stock.models import STRATEGIES
from mockserver.commerce.stock.transfers import FINAL
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING
from tests.client import Api, Document, document, path_of, to
from tests.commerce.shipping_shop import ShippingShop
from tests.conftest import Kept

CODES = ("TSHIRT", "MUG")
#: How many orders there are at most, and which of them something happens to.
MOST = 4
WHICH = st.integers(0, MOST - 1)
FEW = st.integers(1, 4)
FULFILLED = ("_picking", "_packing", "_ready_to_ship", "_ship")
BACK = ("_request", "_approve", "_ship", "_receive")


class StockMachine(RuleBasedStateMachine):
    """A shop of two locations, and whoever buys there; refusals are part of it."""

    def __init__(self, app: Callable[[], Kept]) -> None:
        super().__init__()
        self.api = Api(app().put_back())
        self.sandbox = next(iter(self.api.app.organizations)).sandbox("test")
        self.orders: list[Document] = []
        self.transfers: list[Document] = []
        self.put: Counter[str] = Counter()

    @initialize(strategy=st.sampled_from(sorted(STRATEGIES)), by_hand=st.booleans())
    def open(self, strategy: str, *, by_hand: bool) -> None:
        self.shop = ShippingShop(self.api, strategy, manual_stock_decrement=by_hand)
        self.by_hand = by_hand
        self.shop.stock("mil", TSHIRT=4, MUG=2)
        self.shop.stock("rom", TSHIRT=3, MUG=5)
        self.put.update(TSHIRT=7, MUG=7)
        self.ids = {code: self.shop.skus[code]["id"] for code in CODES}
        self.order(1, 1)

    # --- what happens ----------------------------------------------------------------------------

    def order(self, tshirts: int, mugs: int) -> None:
        order = self.shop.order()
        for code, quantity in zip(CODES, (tshirts, mugs), strict=True):
            self.send("line_items", {"order": to(order)}, sku_code=code, quantity=quantity)
        self.shop.pay(order)
        self.orders.append(order)

    @rule(tshirts=FEW, mugs=FEW)
    def fill_a_cart(self, tshirts: int, mugs: int) -> None:
        if len(self.orders) < MOST:
            self.order(tshirts, mugs)

    @rule(which=WHICH, line=st.integers(0, 1), quantity=FEW, keeps=st.booleans())
    def change_a_cart(self, which: int, line: int, quantity: int, *, keeps: bool) -> None:
        (order,) = self.chosen(which, "pending")
        self.change(order, line, quantity, **({"_reserve_stock": True} if keeps else {}))

    @rule(which=WHICH, steps=st.integers(0, 3))
    def sell(self, which: int, steps: int) -> None:
        (order,) = self.chosen(which, "pending")
        self.choose(order)
        self.trigger(order, *("_place", "_approve", "_capture")[:steps])

    @rule(which=WHICH)
    def approve(self, which: int) -> None:
        self.trigger(*self.chosen(which, "placed"), "_approve", "_capture")

    @rule(which=WHICH, name=st.sampled_from(["_cancel", "_refund"]))
    def call_off(self, which: int, name: str) -> None:
        self.trigger(*self.chosen(which, "placed", "approved"), name)

    @rule(which=WHICH, line=st.integers(0, 1), quantity=FEW)
    def edit(self, which: int, line: int, quantity: int) -> None:
        (order,) = self.chosen(which, "placed")
        self.trigger(order, "_start_editing")
        self.change(order, line, quantity)
        self.choose(order)
        self.trigger(order, "_stop_editing")

    @rule(which=WHICH, steps=st.integers(1, 4))
    def send_out(self, which: int, steps: int) -> None:
        for shipment in self.shop.shipments(*self.chosen(which, "in_progress")):
            self.trigger(shipment, *FULFILLED[:steps])

    @rule(which=WHICH, name=st.sampled_from(["_decrement_stock", "_release_stock", "_cancel"]))
    def handle_by_hand(self, which: int, name: str) -> None:
        if name == "_cancel" or self.by_hand:
            for shipment in self.shop.shipments(*self.chosen(which, "in_progress"))[:1]:
                self.trigger(shipment, name)

    @rule(which=WHICH, quantity=FEW)
    def send_back(self, which: int, quantity: int) -> None:
        self.send_out(which, len(FULFILLED))
        (order,) = self.chosen(which, "fulfilled")
        returned = self.send("returns", {"order": to(order)})
        for line in self.lines(order) if returned else ():
            links = {"return": to(returned or {}), "line_item": to(line)}
            self.send("return_line_items", links, quantity=quantity)
        if returned:
            self.trigger(returned, *BACK, "_restock")

    @rule(code=st.sampled_from(CODES), quantity=FEW, onwards=st.booleans())
    def bring(self, code: str, quantity: int, *, onwards: bool) -> None:
        ends = ("mil", "rom") if onwards else ("rom", "mil")
        names = ("origin_stock_location", "destination_stock_location")
        links = {n: to(self.shop.locations[e]) for n, e in zip(names, ends, strict=True)}
        links["sku"] = to(self.shop.skus[code])
        self.transfers += filter(None, [self.send("stock_transfers", links, quantity=quantity)])

    @rule(
        which=WHICH,
        name=st.sampled_from(["_upcoming", "_picking", "_in_transit", "_complete", "_cancel"]),
    )
    def bring_on(self, which: int, name: str) -> None:
        built = self.api.get("/api/stock_transfers").json["data"]
        for transfer in built[which % len(built) :][:1] if built else ():
            self.trigger(transfer, name)

    @rule(code=st.sampled_from(CODES), quantity=FEW)
    def stock_up(self, code: str, quantity: int) -> None:
        item = self.shop.items["mil", code]
        now = self.shop.shown(item)["quantity"]
        self.api.update(item, quantity=now + quantity)
        self.put[code] += quantity

    @rule(minutes=st.integers(1, 90))
    def pass_time(self, minutes: int) -> None:
        self.sandbox.clock.advance(timedelta(minutes=minutes))
        self.api.get("/api/stock_items")

    # --- how it is done --------------------------------------------------------------------------

    def send(self, type_: str, links: Document, **attributes: Any) -> Document | None:
        answer = self.api.post(f"/api/{type_}", document(type_, links=links, **attributes))
        assert answer.status_code in (201, 422), answer.text
        made: Document | None = answer.json.get("data")
        return made

    def patch(self, object_: Document, **attributes: Any) -> None:
        body = document(object_["type"], object_["id"], **attributes)
        answer = self.api.patch(path_of(object_), body)
        assert answer.status_code in (200, 422), answer.text

    def chosen(self, which: int, *wanted: str) -> list[Document]:
        """Return one of the orders, one in such a status where there is one."""
        statuses = {each["id"]: self.statuses(each) for each in self.all("orders")}
        fitting = [each for each in self.orders if statuses[each["id"]] & {*wanted}]
        found = fitting or self.orders
        return [found[which % len(found)]]

    @staticmethod
    def statuses(order: Record) -> set[str]:
        return {order["status"], order["fulfillment_status"]}

    def trigger(self, order: Document, *names: str) -> None:
        for name in names:
            self.patch(order, **{name: True})

    def choose(self, order: Document) -> None:
        for shipment in self.shop.shipments(order):
            self.shop.choose(shipment, "STD")

    def change(self, order: Document, line: int, quantity: int, **also: Any) -> None:
        for each in self.lines(order)[line : line + 1]:
            self.patch(each, quantity=quantity, **also)

    def lines(self, order: Document) -> list[Document]:
        found = self.shop.related(order, "line_items")
        return [line for line in found if line["attributes"]["item_type"] == "skus"]

    def all(self, type_: str) -> list[Record]:
        return self.sandbox.find(type_, EVERYTHING)

    # --- what always holds -----------------------------------------------------------------------

    @invariant()
    def no_more_is_reserved_than_there_is(self) -> None:
        held: Counter[str] = Counter()
        for reservation in self.all("stock_reservations"):
            held[reservation["stock_item"]] += reservation["quantity"]
        counted = {each["stock_item"]: each["quantity"] for each in self.all("reserved_stocks")}
        for item in self.all("stock_items"):
            assert 0 <= held[item["id"]] <= item["quantity"]
            assert counted.get(item["id"], 0) == held[item["id"]]

    @invariant()
    def nothing_is_lost(self) -> None:
        there: Counter[str] = Counter()
        for item in self.all("stock_items"):
            there[item["sku"]] += item["quantity"]
        for line in self.all("stock_line_items"):
            there[line["sku"]] += line.get("taken") or 0
        for sku, quantity in self.restocked():
            there[sku] -= quantity
        assert {code: there[id_] for code, id_ in self.ids.items()} == dict(self.put)

    def restocked(self) -> Iterator[tuple[str, int]]:
        lines = {line["id"]: line for line in self.all("line_items")}
        for row in self.all("return_line_items"):
            if row["restocked_at"]:
                yield lines[row["line_item"]]["item"], row["quantity"]

    @invariant()
    def what_is_placed_is_reserved(self) -> None:
        wanted: Counter[tuple[str, str]] = Counter()
        for line in self.all("line_items"):
            if line["item_type"] == "skus":
                wanted[line["order"], line["item"]] += line["quantity"]
        for held in self.all("stock_reservations"):
            wanted[held["order"], held["sku"]] -= held["quantity"]
        placed = {each["id"] for each in self.all("orders") if each["status"] == "placed"}
        whole = placed - self.called_off_in_part()
        assert not [key for key, left in wanted.items() if key[0] in whole and left]

    def called_off_in_part(self) -> set[str]:
        """Return the orders of which a shipment or a transfer is settled already."""
        gone = [each["order"] for each in self.all("shipments") if each["status"] == "cancelled"]
        settled = (each for each in self.all("stock_transfers") if each["status"] in FINAL)
        return {*gone, *(each["order"] for each in settled if each["order"])}


@pytest.mark.parametrize("storage", ["memory"])
def test_any_sequence(kept: Callable[[str, Any], Kept], storage: str) -> None:
    """Whatever is asked for, the stock is as what has been answered says."""
    run_state_machine_as_test(
        lambda: StockMachine(lambda: kept(storage, {})),
        settings=settings(
            max_examples=30,
            stateful_step_count=30,
            # To shorten a sequence takes longer than to read it.
            phases=[Phase.generate],
            deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
