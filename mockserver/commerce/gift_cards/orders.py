"""Gift cards along the way of an order: used, given back, bought (commerce.md §9.3, §9.4)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.commerce.gift_cards.finding import CARDS, balance_for, card_for
from mockserver.commerce.gift_cards.logs import taken_by, with_use
from mockserver.schema.protocols import Change, Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

CODE = "gift_card_code"
#: The card that a placed order has taken from.
TAKEN_FROM = "gift_card_taken_from"
#: The statuses of an order that has not taken its cards yet.
BEFORE = frozenset({"draft", "pending", "placing"})


def code_means_a_card(change: Change) -> None:
    """Refuse a code of no card that the order can be paid with, if the organization says so."""
    order, before = change.record, change.before or {}
    is_placed = _moves_to(change, "placed")
    if not order[CODE] or (order[CODE] == before.get(CODE) and not is_placed):
        return
    code_still_counts(change)


def code_still_counts(change: Change) -> None:
    """Refuse a code that pays nothing, if there is one, and if the organization says so."""
    order = change.record
    if not order[CODE] or change.is_broken(CODE):
        return
    if not change.engine.setting("orders_invalid_gift_card_errors"):
        return
    if card_for(change.engine, order, order[CODE]) is None:
        change.invalid(CODE, "noent_gift_card")


def card_still_pays(change: Change) -> None:
    """Refuse to place an order whose card has less by now than it was to pay (commerce.md §9.4)."""
    line = None if change.is_broken(CODE) else _line_of_used(change)
    card = change.engine.get(CARDS, line["item"]) if line else None
    if line and (card is None or balance_for(card, change.record) < -line["total_amount_cents"]):
        change.invalid(CODE, "invalid", value=change.record[CODE])


def follow_order(change: Change) -> None:
    """Have the cards of an order follow it: when it is placed, approved or cancelled."""
    engine, order, before = change.engine, change.record, change.before
    if before is None or before["status"] == order["status"]:
        return
    if order["status"] == "placed":
        _take(change)
        if before["status"] in BEFORE:
            change.after(lambda: _move_bought(engine, order, "draft", "_purchase"))
    elif order["status"] == "approved":
        change.after(lambda: _move_bought(engine, order, "inactive", "_activate"))
    elif order["status"] == "cancelled":
        _settle(change, None, 0)


def _moves_to(change: Change, status: str) -> bool:
    before = change.before
    return bool(before and before["status"] != status and change.record["status"] == status)


def _take(change: Change) -> None:
    """Take what the order is paid with, if the card still has it (commerce.md §9.4)."""
    line = _line_of_used(change)
    if line is None or change.is_broken(CODE):
        _settle(change, None, 0)
        return
    card = change.engine.get(CARDS, line["item"])
    amount = -line["total_amount_cents"]
    if card is None or balance_for(card, change.record) < amount:
        change.invalid(CODE, "invalid", value=change.record[CODE])
        return
    _settle(change, card, amount)


def _settle(change: Change, card: Record | None, amount: int) -> None:
    """Have the order take so much from the card, and nothing from another one."""
    engine, order = change.engine, change.record
    former = order.pop(TAKEN_FROM, None)
    if card:
        order[TAKEN_FROM] = card["id"]
        change.after(lambda: _use(engine, order, card["id"], amount))
    if former and former != order.get(TAKEN_FROM):
        change.after(lambda: _use(engine, order, former, 0))


def _use(engine: Engine, order: Record, id_: str, amount: int) -> None:
    """Bring what the order has taken from a card to this amount."""
    card = engine.get(CARDS, id_)
    cents = taken_by(card, order) - amount if card else 0
    if not card or not cents:
        return
    used = with_use(card, order, cents, engine.clock.timestamp())
    status, events = _after_use(card, used["balance_cents"], cents)
    engine.change(CARDS, id_, {**used, "status": status})
    for event in events:
        engine.fire(CARDS, id_, event)


def _after_use(card: Record, balance: int, cents: int) -> tuple[str, Sequence[str]]:
    """Return the status of a card that was used, or given back to, and what is told of it."""
    if cents > 0:
        return ("active" if card["status"] == "redeemed" else card["status"]), ()
    if card["single_use"] or not (balance or card["rechargeable"]):
        return "redeemed", ("use", "redeem")
    return card["status"], ("use",)


def _move_bought(engine: Engine, order: Record, status: str, trigger: str) -> None:
    """Move the cards on that were bought with the order, those in this status."""
    bought = [line["item"] for line in _of_cards(engine, order) if line["total_amount_cents"] >= 0]
    for id_, card in engine.get_many(CARDS, bought).items():
        if card["status"] == status:
            engine.change(CARDS, id_, {trigger: True})


def _line_of_used(change: Change) -> Record | None:
    return next((line for line in _lines(change) if line["total_amount_cents"] < 0), None)


def _lines(change: Change) -> list[Record]:
    return _of_cards(change.engine, change.record)


def _of_cards(engine: Engine, order: Record) -> list[Record]:
    of_cards = Compare("item_type", "eq", CARDS)
    return engine.find("line_items", both(Compare("order", "eq", order["id"]), of_cards))
