"""Random operations on orders, by everybody who may (commerce.md, catalogue.md §15 to §26)."""
# ruff: noqa: D102, D107 - the rules are named after what they do

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from mockserver.app import MockServerApp
from mockserver.commerce.stock.models import STRATEGIES
from mockserver.storage.base import Record
from tests.client import Document, to
from tests.commerce.random_orders.shop import (
    CODES,
    COUPONS,
    METHODS,
    SHOPPERS,
    TAXED,
    Terms,
    some,
)
from tests.commerce.random_orders.walk import Walk
from tests.commerce.random_orders.world import TRANSACTIONS

#: How many orders there are at most.
MOST = 5
ANY = st.integers(0, 11)
WHO = st.sampled_from(("integration", *SHOPPERS))
FEW = st.integers(0, 4)
PLACES = (("IT", "20121"), ("FR", "75001"), ("US", "10013"))
TOKENS = ("tok_1", "tok_1", "tok_fail", "tok_async", "tok_decline-capture", "tok_decline-refund")
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
#: What else changes around orders: what is charged for, and what pays.
CHANGES: Sequence[tuple[str, Document]] = (
    *(("prices", {"amount_cents": cents}) for cents in (0, 333, 1999, 4500)),
    *(("tax_rules", {"tax_rate": rate}) for rate in (0.04, 0.22)),
    *(("gift_cards", {"_balance_change_cents": cents}) for cents in (1000, -700)),
    *(("gift_cards", {name: True}) for name in ("_deactivate", "_activate")),
    *(("coupons", {"usage_limit": limit}) for limit in (1, 2)),
)
FULFILLED = ("_picking", "_packing", "_ready_to_ship", "_ship", "_deliver")


class OrderMachine(RuleBasedStateMachine):
    """A shop and all who deal with its orders; refusals are part of it."""

    def __init__(self, app: Callable[[], MockServerApp]) -> None:
        super().__init__()
        self.walk = Walk(app())

    @initialize(
        strategy=st.sampled_from(sorted(STRATEGIES)),
        by_hand=st.sampled_from([False, False, True]),
        currency=st.sampled_from(["EUR", "USD", "JPY", "KWD"]),
        included=st.booleans(),
        rate=st.sampled_from([22, 22, 19, 7, 0]),
        taxed=st.frozensets(st.sampled_from(TAXED)),
    )
    def open(self, **terms: Any) -> None:
        self.walk.open(Terms(**terms))
        self.shop = self.walk.shop
        self._begin("integration", 0)

    # --- carts -----------------------------------------------------------------------------------

    def _begin(self, who: str, code: int) -> None:
        links = {"market": to(self.shop.market)}
        sent = {} if who == "customer" else {"customer_email": "bob@example.com"}
        order = self.walk.create(who, "orders", links, **sent)
        if order:
            self._add(who, order, sku_code=CODES[code % len(CODES)], quantity=2)

    def _add(self, who: str, order: Any, links: Document | None = None, **sent: Any) -> None:
        linked = {"order": {"type": "orders", "id": order["id"]}, **(links or {})}
        self.walk.create(who, "line_items", linked, **sent)

    @rule(who=WHO, code=ANY)
    def begin(self, who: str, code: int) -> None:
        if len(self.walk.world.of("orders")) < MOST:
            self._begin(who, code)

    @rule(who=WHO, which=ANY, code=ANY, quantity=FEW, merges=st.booleans(), keeps=st.booleans())
    def put(  # noqa: PLR0913 - what hypothesis draws
        self, who: str, which: int, code: int, quantity: int, *, merges: bool, keeps: bool
    ) -> None:
        sent = {"_update_quantity": True} if merges else {}
        if keeps and who == "integration":
            sent["_reserve_stock"] = True
        self._add(who, self._open(which), sku_code=some(CODES, code), quantity=quantity, **sent)

    @rule(who=WHO, which=ANY, quantity=FEW)
    def put_a_bundle(self, who: str, which: int, quantity: int) -> None:
        self._add(who, self._open(which), bundle_code="KIT", quantity=quantity)

    @rule(which=ANY, cents=st.sampled_from([0, 5, 999, 12_345]), quantity=FEW)
    def wrap(self, which: int, cents: int, quantity: int) -> None:
        sent = {"name": "Wrapping", "unit_amount_cents": cents, "quantity": quantity}
        self._add("integration", self._open(which), **sent)

    @rule(which=ANY, cents=st.sampled_from([-99_999, -500, -1, 750]), distributed=st.booleans())
    def adjust(self, which: int, cents: int, *, distributed: bool) -> None:
        sent = {"name": "By hand", "currency_code": self.shop.currency, "amount_cents": cents}
        made = self.walk.create(
            "integration", "adjustments", distribute_discount=distributed, **sent
        )
        if made:
            self._add("integration", self._open(which), {"item": to(made)}, quantity=1)

    @rule(who=WHO, which=ANY)
    def buy_a_card(self, who: str, which: int) -> None:
        self._add(who, self._open(which), {"item": to(self.shop.cards[-1])}, quantity=1)

    @rule(who=WHO, which=ANY, line=ANY, quantity=FEW, keeps=st.booleans())
    def change(self, who: str, which: int, line: int, quantity: int, *, keeps: bool) -> None:
        found = self._line(which, line)
        sent = {"_reserve_stock": True} if keeps and who == "integration" else {}
        if found:
            self.walk.change(who, found, quantity=quantity, **sent)

    @rule(which=ANY, line=ANY, cents=st.sampled_from([0, 1, 777, 50_000]))
    def price(self, which: int, line: int, cents: int) -> None:
        found = self._line(which, line)
        if found:
            self.walk.change("integration", found, unit_amount_cents=cents)

    @rule(who=WHO, which=ANY, line=ANY)
    def take_out(self, who: str, which: int, line: int) -> None:
        found = self._line(which, line)
        if found:
            self.walk.delete(who, "line_items", found["id"])

    @rule(who=WHO, which=ANY, line=ANY, quantity=FEW)
    def emboss(self, who: str, which: int, line: int, quantity: int) -> None:
        found = self._line(which, line)
        if found:
            links = {"line_item": to(found), "sku_option": to(self.shop.option)}
            sent = {"quantity": quantity, "options": {"text": "Ada"}}
            self.walk.create(who, "line_item_options", links, **sent)

    @rule(who=WHO, option=ANY, quantity=FEW)
    def emboss_otherwise(self, who: str, option: int, quantity: int) -> None:
        found = some(self.walk.world.of("line_item_options"), option)
        if found and quantity:
            self.walk.change(who, _of("line_item_options", found), quantity=quantity)
        elif found:
            self.walk.delete(who, "line_item_options", found["id"])

    @rule(
        who=WHO,
        which=ANY,
        name=st.sampled_from(["coupon_code", "gift_card_code", "gift_card_or_coupon_code"]),
        code=st.sampled_from([*COUPONS, *(f"CARD-{n}-{n}-{n}" for n in range(4)), "", None, "NO"]),
    )
    def enter(self, who: str, which: int, name: str, code: str | None) -> None:
        self.walk.change(who, self._open(which), **{name: code})

    @rule(who=WHO, which=ANY, place=ANY, name=st.sampled_from(["shipping", "billing"]))
    def send_to(self, who: str, which: int, place: int, name: str) -> None:
        country, zip_code = some(PLACES, place)
        made = self.walk.address(country_code=country, zip_code=zip_code)
        self.walk.change(who, self._open(which), {f"{name}_address": to(made)})

    @rule(who=WHO, which=ANY, shipment=ANY, method=ANY)
    def ship_by(self, who: str, which: int, shipment: int, method: int) -> None:
        found = some(self._owned("shipments", which), shipment)
        if found:
            chosen = some([*self.shop.methods.values(), None], method)
            links = {"shipping_method": to(chosen) if chosen else None}
            self.walk.change(who, _of("shipments", found), links)

    @rule(who=WHO, which=ANY, method=st.sampled_from([*METHODS, None]))
    def pay_by(self, who: str, which: int, method: str | None) -> None:
        chosen = to(self.shop.payments[method]) if method else None
        self.walk.change(who, self._open(which), {"payment_method": chosen})

    @rule(who=WHO, which=ANY, token=st.sampled_from(TOKENS))
    def give_source(self, who: str, which: int, token: str) -> None:
        self._source(who, self._open(which), token)

    def _source(self, who: str, order: Any, token: str) -> None:
        method = self.walk.partition.get("payment_methods", order.get("payment_method") or "")
        kind = method["payment_source_type"] if method else "wire_transfers"
        sent = {"payment_source_token": token} if kind == "external_payments" else {}
        self.walk.create(who, kind, {"order": to(order)}, **sent)

    @rule(
        which=ANY,
        name=st.sampled_from(["autorefresh", *TAXED]),
        value=st.sampled_from([True, True, False]),
    )
    def switch(self, which: int, name: str, *, value: bool) -> None:
        self.walk.change("integration", self._open(which), **{name: value})

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
                _of("shipments", shipment), "available_shipping_methods"
            ):
                self.walk.change(who, _of("shipments", shipment), {"shipping_method": to(method)})
        if not order["payment_method"]:
            method = some(METHODS, len(self.walk.log))
            links = {"payment_method": to(self.shop.payments[method])}
            self.walk.change("integration", order, links)
        self._source(who, self._now(order), token)
        self.walk.change(who, order, _place=True)

    def _now(self, order: Record) -> Record:
        found = [each for each in self.walk.world.of("orders") if each["id"] == order["id"]]
        return _of("orders", found[0])

    def _deliver(self, order: Record, *_: str) -> None:
        if order["payment_status"] != "paid":
            self._trigger(order, "_capture")
        for shipment in self.walk.world.owned("shipments", order["id"]):
            for step in (
                FULFILLED if shipment["status"] in ("upcoming", "picking", "on_hold") else ()
            ):
                self.walk.change("integration", _of("shipments", shipment), **{step: True})

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
        order = _of("orders", some(placed, which))
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
            self.walk.change("integration", _of(*chosen), **{name: True, **amount})

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
            self.walk.change("integration", _of("shipments", found), **{name: True})

    @rule(which=ANY, name=st.sampled_from(TRANSFER))
    def move_transfer(self, which: int, name: str) -> None:
        found = some(self.walk.world.of("stock_transfers"), which)
        if found:
            self.walk.tinkered.add(found["order"])
            self.walk.change("integration", _of("stock_transfers", found), **{name: True})

    @rule(item=ANY, more=st.integers(-3, 5), quantity=FEW)
    def stock(self, item: int, more: int, quantity: int) -> None:
        """Reserve some, or change how many there are."""
        found = some(self.walk.world.of("stock_items"), item)
        if quantity:
            links = {"stock_item": to(_of("stock_items", found))}
            self.walk.create("integration", "stock_reservations", links, quantity=quantity)
            return
        sent = {"quantity": found["quantity"] + more, "_validate": True}
        # By the time it is looked at, it may be there.
        self.walk.put[found["sku"]] += more
        answer = self.walk.change("integration", _of("stock_items", found), **sent)
        if answer.status_code != 200:
            self.walk.put[found["sku"]] -= more

    @rule(which=ANY, quantity=FEW)
    def hold_otherwise(self, which: int, quantity: int) -> None:
        found = some(self.walk.world.of("stock_reservations"), which)
        if found:
            self.walk.tinkered.add(found["order"])
            if quantity:
                held = _of("stock_reservations", found)
                self.walk.change("integration", held, quantity=quantity)
            else:
                self.walk.delete("integration", "stock_reservations", found["id"])

    @rule(which=ANY, line=ANY, quantity=st.integers(1, 3))
    def send_back(self, which: int, line: int, quantity: int) -> None:
        order = self._any(which)
        made = self.walk.create("integration", "returns", {"order": to(_of("orders", order))})
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
            self.walk.change("integration", _of("returns", found), **{name: True}, **amount)

    # --- the shop --------------------------------------------------------------------------------

    @rule(which=ANY, name=st.sampled_from(["_enable", "_enable", "_disable"]))
    def promote(self, which: int, name: str) -> None:
        self.walk.change("integration", some(self.shop.promotions, which), **{name: True})

    @rule(which=ANY, change=st.sampled_from(CHANGES))
    def change_the_shop(self, which: int, change: tuple[str, Document]) -> None:
        type_, sent = change
        found = some(self.walk.world.of(type_), which)
        if sent.get("usage_limit", found.get("usage_count", 0)) >= found.get("usage_count", 0):
            self.walk.change("integration", _of(type_, found), **sent)

    @rule(minutes=st.sampled_from([1, 30, 61, 1500]))
    def wait(self, minutes: int) -> None:
        self.walk.wait(minutes=minutes)

    # --- which -----------------------------------------------------------------------------------

    def _any(self, which: int) -> Record:
        found = some(self.walk.world.of("orders"), which)
        if not found:
            self._begin("integration", which)
            found = self.walk.world.of("orders")[0]
        return _of("orders", found)

    def _open(self, which: int) -> Record:
        """Return an order that can be changed, or else any."""
        orders = self.walk.world.of("orders")
        found = [each for each in orders if each["status"] in ("draft", "pending", "editing")]
        return _of("orders", some(found, which)) if found else self._any(which)

    def _owned(self, type_: str, which: int) -> list[Record]:
        return self.walk.world.owned(type_, self._any(which)["id"])

    def _line(self, which: int, line: int, order: Record | None = None) -> Record | None:
        chosen = order or self._open(which)
        found = some(self.walk.world.owned("line_items", chosen["id"]), line)
        return _of("line_items", found) if found else None


def _of(type_: str, record: Record) -> Record:
    """Return a record that says its type."""
    return {**record, "type": type_}
