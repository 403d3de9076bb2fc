"""Random operations on orders, by everybody who may (commerce.md, catalogue.md §15 to §26)."""
# ruff: noqa: D102 - the rules are named after what they do

from __future__ import annotations

from collections.abc import Sequence

from hypothesis import strategies as st
from hypothesis.stateful import rule

from mockserver.storage.base import Record
from tests.client import Document, to
from tests.commerce.random_orders.carts import ANY, FEW, MOST, TOKENS, WHO, CartMachine, typed
from tests.commerce.random_orders.shop import CODES, METHODS, some
from tests.commerce.random_orders.world import TRANSACTIONS

ORDER = (
    *("_place", "_cancel", "_approve", "_capture", "_refund", "_approve_and_capture"),
    *("_start_editing", "_stop_editing", "_archive", "_unarchive", "_authorize", "_pending"),
    *("_nullify_payment_source", "_refresh", "_refresh_prices", "_update_taxes", "_fulfill"),
    *("_validate", "_fix_payment_source"),
)
#: Where an order can go from where it is, and further what is of no use there.
MOVES = {
    "draft": ("_place",),
    "pending": ("_place", "_authorize", "_refresh", "_refresh_prices", "_nullify_payment_source"),
    "placed": ("_approve", "_cancel", "_start_editing", "_start_editing", "_approve_and_capture"),
    "editing": ("_stop_editing", "_stop_editing", "_cancel", "_refresh_prices"),
    "approved": ("_capture", "_refund", "_cancel", "_fulfill"),
    "cancelled": ("_cancel", "_archive", "_refund"),
}
#: Where money can go, by the kind of transaction.
MONEY = {
    "authorizations": ("_capture", "_capture", "_void", "_cancel", "_forward"),
    "captures": ("_refund", "_refund", "_cancel", "_forward"),
    "voids": ("_forward",),
    "refunds": ("_forward",),
}
SHIPMENT = (
    *("_upcoming", "_picking", "_packing", "_ready_to_ship", "_ship", "_deliver", "_on_hold"),
    *("_cancel", "_decrement_stock", "_release_stock", "_reserve_stock"),
)
TRANSFER = ("_upcoming", "_picking", "_on_hold", "_in_transit", "_complete", "_cancel")
RETURN = ("_request", "_approve", "_ship", "_receive", "_restock", "_refund", "_cancel", "_reject")
FULFILLED = ("_picking", "_packing", "_ready_to_ship", "_ship", "_deliver")
#: What else changes around orders: what is charged for, and what pays.
CHANGES: Sequence[tuple[str, Document]] = (
    *(("prices", {"amount_cents": cents}) for cents in (0, 333, 1999, 4500)),
    *(("tax_rules", {"tax_rate": rate}) for rate in (0.04, 0.22)),
    *(("gift_cards", {"_balance_change_cents": cents}) for cents in (1000, -700)),
    *(("gift_cards", {name: True}) for name in ("_deactivate", "_activate")),
    *(("coupons", {"usage_limit": limit}) for limit in (1, 2)),
)
#: What somebody may think is no longer needed.
SPENT = ("coupons", "gift_cards", "adjustments", "promotions", "addresses")


class OrderMachine(CartMachine):
    """The same, and what becomes of orders, shipments and money."""

    # --- orders go on ----------------------------------------------------------------------------

    @rule(which=ANY, token=st.sampled_from(TOKENS), who=WHO)
    def bring_on(self, which: int, token: str, who: str) -> None:
        self._bring_on(self._any(which), who, token)

    def _bring_on(self, order: Record, who: str, token: str) -> None:
        steps = {
            "draft": self._complete,
            "pending": self._complete,
            "placed": lambda o, *_: self._trigger(o, "_approve"),
            "editing": lambda o, *_: self._trigger(o, "_stop_editing"),
            "approved": self._deliver,
        }
        if order["status"] in steps:
            steps[order["status"]](order, who, token)

    def _complete(self, order: Record, who: str, token: str) -> None:
        place = to(self.walk.address(billing_info="IT1"))
        links = {"billing_address": place, "shipping_address": place}
        self.walk.change("integration", order, links)
        for shipment in self.walk.world.owned("shipments", order["id"]):
            for method in self.shop.related(
                typed("shipments", shipment), "available_shipping_methods"
            ):
                self.walk.change(who, typed("shipments", shipment), {"shipping_method": to(method)})
        if not order["payment_method"]:
            method = some(METHODS, len(self.walk.log))
            links = {"payment_method": to(self.shop.payments[method])}
            self.walk.change("integration", order, links)
        self._source(who, self._now(order), token)
        self.walk.change(who, order, _place=True)

    def _now(self, order: Record) -> Record:
        found = [each for each in self.walk.world.of("orders") if each["id"] == order["id"]]
        return typed("orders", found[0])

    def _deliver(self, order: Record, *_: str) -> None:
        if order["payment_status"] != "paid":
            self._trigger(order, "_capture")
        for shipment in self.walk.world.owned("shipments", order["id"]):
            for step in (
                FULFILLED if shipment["status"] in ("upcoming", "picking", "on_hold") else ()
            ):
                self.walk.change("integration", typed("shipments", shipment), **{step: True})

    def _trigger(self, order: Record, name: str) -> None:
        self.walk.change("integration", order, **{name: True})

    @rule(who=WHO, code=ANY, quantity=st.integers(1, 3), steps=st.integers(1, 4))
    def sell(self, who: str, code: int, quantity: int, steps: int) -> None:
        """Take a new order as far as it goes in so many steps."""
        if len(self.walk.world.of("orders")) < MOST:
            self._begin(who, code)
        order = self.walk.world.of("orders")[-1]
        self._add(who, order, sku_code=some(CODES, code + 1), quantity=quantity)
        for _ in range(steps):
            self._bring_on(self._now(order), who, "tok_1")

    @rule(which=ANY, number=ANY)
    def go_on(self, which: int, number: int) -> None:
        order = self._any(which)
        self._trigger(order, some(MOVES[order["status"]], number))

    @rule(which=ANY, line=ANY, quantity=FEW, code=ANY)
    def edit(self, which: int, line: int, quantity: int, code: int) -> None:
        """Change what was placed, where that can still be changed."""
        placed = [o for o in self.walk.world.of("orders") if o["status"] == "placed"]
        if not placed:
            return
        order = typed("orders", some(placed, which))
        self._trigger(order, "_start_editing")
        found = self._line(which, line, order)
        if found and quantity:
            self.walk.change("integration", found, quantity=quantity)
        elif found:
            self.walk.delete("integration", "line_items", found["id"])
        self._add("integration", order, sku_code=some(CODES, code), quantity=1)
        if line % 2:
            self._trigger(order, "_stop_editing")

    @rule(who=WHO, which=ANY, name=st.sampled_from(ORDER))
    def ask(self, who: str, which: int, name: str) -> None:
        self.walk.change(who, self._any(which), **{name: True})

    @rule(which=ANY, cents=st.sampled_from([1, 500, 10_000]))
    def authorize(self, which: int, cents: int) -> None:
        sent = {"_authorize": True, "_authorization_amount_cents": cents}
        self.walk.change("integration", self._any(which), **sent)

    @rule(
        which=ANY,
        number=ANY,
        cents=st.sampled_from([None, None, 0, 1, 700, 4000, 99_999]),
    )
    def move_money(self, which: int, number: int, cents: int | None) -> None:
        found = [(type_, each) for type_ in TRANSACTIONS for each in self.walk.world.of(type_)]
        chosen = some(found, which)
        if chosen:
            name = some(MONEY[chosen[0]], number)
            has_amount = cents is not None and name in ("_capture", "_refund")
            amount = {f"{name}_amount_cents": cents} if has_amount else {}
            self.walk.change("integration", typed(*chosen), **{name: True, **amount})

    @rule(who=WHO, which=ANY)
    def drop(self, who: str, which: int) -> None:
        if len(self.walk.world.of("orders")) == MOST:
            self.walk.delete(who, "orders", self._any(which)["id"])

    # --- shipments and stock ---------------------------------------------------------------------

    @rule(which=ANY, shipment=ANY, name=st.sampled_from(SHIPMENT))
    def move_shipment(self, which: int, shipment: int, name: str) -> None:
        found = some(self._owned("shipments", which), shipment)
        if found:
            self.walk.tinkered.add(found["order"])
            self.walk.change("integration", typed("shipments", found), **{name: True})

    @rule(which=ANY, name=st.sampled_from(TRANSFER))
    def move_transfer(self, which: int, name: str) -> None:
        found = some(self.walk.world.of("stock_transfers"), which)
        if found:
            self.walk.tinkered.add(found["order"])
            self.walk.change("integration", typed("stock_transfers", found), **{name: True})

    @rule(item=ANY, more=st.integers(-3, 5), quantity=FEW)
    def stock(self, item: int, more: int, quantity: int) -> None:
        """Reserve some, or change how many there are."""
        found = some(self.walk.world.of("stock_items"), item)
        if quantity:
            links = {"stock_item": to(typed("stock_items", found))}
            self.walk.create("integration", "stock_reservations", links, quantity=quantity)
            return
        sent = {"quantity": found["quantity"] + more, "_validate": True}
        # By the time it is looked at, it may be there.
        self.walk.put[found["sku"]] += more
        answer = self.walk.change("integration", typed("stock_items", found), **sent)
        if answer.status_code != 200:
            self.walk.put[found["sku"]] -= more

    @rule(which=ANY, quantity=FEW)
    def hold_otherwise(self, which: int, quantity: int) -> None:
        found = some(self.walk.world.of("stock_reservations"), which)
        if found:
            self.walk.tinkered.add(found["order"])
            if quantity:
                held = typed("stock_reservations", found)
                self.walk.change("integration", held, quantity=quantity)
            else:
                self.walk.delete("integration", "stock_reservations", found["id"])

    @rule(which=ANY, line=ANY, quantity=st.integers(1, 3))
    def send_back(self, which: int, line: int, quantity: int) -> None:
        order = self._any(which)
        made = self.walk.create("integration", "returns", {"order": to(typed("orders", order))})
        found = self._line(which, line, order)
        if made and found:
            links = {"return": to(made), "line_item": to(found)}
            self.walk.create("integration", "return_line_items", links, quantity=quantity)
            for step in RETURN[:5]:
                self.walk.change("integration", made, **{step: True})

    @rule(which=ANY, name=st.sampled_from(RETURN), cents=st.sampled_from([None, 1, 500, 99_999]))
    def move_return(self, which: int, name: str, cents: int | None) -> None:
        found = some(self.walk.world.of("returns"), which)
        if found:
            amount = {"_refund_amount_cents": cents} if cents and name == "_refund" else {}
            self.walk.change("integration", typed("returns", found), **{name: True}, **amount)

    # --- the shop --------------------------------------------------------------------------------

    @rule(which=ANY, name=st.sampled_from(["_enable", "_enable", "_disable"]))
    def promote(self, which: int, name: str) -> None:
        self.walk.change("integration", some(self.shop.promotions, which), **{name: True})

    @rule(which=ANY, change=st.sampled_from(CHANGES))
    def change_the_shop(self, which: int, change: tuple[str, Document]) -> None:
        type_, sent = change
        found = some(self.walk.world.of(type_), which)
        used = found.get("usage_count", 0) if found else 0
        if found and sent.get("usage_limit", used) >= used:
            self.walk.change("integration", typed(type_, found), **sent)

    @rule(minutes=st.sampled_from([1, 30, 61, 1500]))
    def wait(self, minutes: int) -> None:
        self.walk.wait(minutes=minutes)

    @rule(which=ANY, type_=st.sampled_from(SPENT))
    def discard(self, which: int, type_: str) -> None:
        kinds = (t for t in self.walk.world.records if t.endswith("_promotions"))
        chosen = some(kinds, which) if type_ == "promotions" else type_
        found = some(self.walk.world.of(chosen or ""), which) if which % 3 == 0 else None
        if found:
            self.walk.tinkered.add(found.get("order") or "")
            self.walk.delete("integration", chosen, found["id"])
