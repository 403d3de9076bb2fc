"""Random operations on carts, by everybody who may (commerce.md §4, §8, §11).

What is drawn says which record something is done to by a number: of those there are.
"""
# ruff: noqa: D102, D107 - the rules are named after what they do

from __future__ import annotations

from collections.abc import Callable
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

#: How many orders there are at most.
MOST = 5
ANY = st.integers(0, 11)
WHO = st.sampled_from(("integration", *SHOPPERS))
FEW = st.integers(0, 4)
PLACES = (("IT", "20121"), ("FR", "75001"), ("US", "10013"))
TOKENS = ("tok_1", "tok_1", "tok_fail", "tok_async", "tok_decline-capture", "tok_decline-refund")


class CartMachine(RuleBasedStateMachine):
    """A shop and all who fill carts there; refusals are part of it."""

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
            self.walk.change(who, typed("line_item_options", found), quantity=quantity)
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
            self.walk.change(who, typed("shipments", found), links)

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

    # --- which -----------------------------------------------------------------------------------

    def _any(self, which: int) -> Record:
        found = some(self.walk.world.of("orders"), which)
        if not found:
            self._begin("integration", which)
            found = self.walk.world.of("orders")[0]
        return typed("orders", found)

    def _open(self, which: int) -> Record:
        """Return an order that can be changed, or else any."""
        orders = self.walk.world.of("orders")
        found = [each for each in orders if each["status"] in ("draft", "pending", "editing")]
        return typed("orders", some(found, which)) if found else self._any(which)

    def _owned(self, type_: str, which: int) -> list[Record]:
        return self.walk.world.owned(type_, self._any(which)["id"])

    def _line(self, which: int, line: int, order: Record | None = None) -> Record | None:
        chosen = order or self._open(which)
        found = some(self.walk.world.owned("line_items", chosen["id"]), line)
        return typed("line_items", found) if found else None


def typed(type_: str, record: Record) -> Record:
    """Return a record that says its type."""
    return {**record, "type": type_}
