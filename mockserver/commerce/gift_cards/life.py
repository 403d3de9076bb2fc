"""The states of a gift card, what moves it on, and what is noted of it (commerce.md §9)."""

from __future__ import annotations

from typing import Any, NoReturn

from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.gift_cards.logs import with_balance
from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Change, Effect, Engine, View
from mockserver.schema.transitions import Transition
from mockserver.schema.validations import Length
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

#: The statuses of a card that was not paid with yet: it may go, and whoever holds it sees its code.
UNUSED = frozenset({"draft", "inactive"})
BALANCE, MAXIMUM = "balance_cents", "balance_max_cents"


def closed_to_sales_channels(effect: Effect) -> Effect:
    """Return the same effect for all but sales channels, who are refused (commerce.md §26)."""

    def guarded(change: Change, value: Any) -> None:
        if change.access.is_sales_channel:
            _refuse(change)
        effect(change, value)

    return guarded


def _refuse(change: Change) -> NoReturn:
    why = reason("permission_of_gift_card", bearer=change.access.bearer)
    raise refusal("UNAUTHORIZED", because=why)


PURCHASE = Transition("inactive", ("draft",), event="purchase")
ACTIVATE = closed_to_sales_channels(Transition("active", ("inactive",), event="activate"))
DEACTIVATE = closed_to_sales_channels(Transition("inactive", ("active",), event="deactivate"))


# --- a new card -----------------------------------------------------------------------------------


def new_code(change: Change) -> str:
    """Return a code for a card that was not given one."""
    return change.engine.entropy.uuid()


def code_of_card(change: Change) -> None:
    """Give a new card a code, which is as long as the organization wants it."""
    record, setting = change.record, change.engine.setting
    if change.before is not None:
        return
    if not record["code"]:
        record["code"] = new_code(change)
    bounds = (setting(f"gift_cards_{end}_code_length") for end in ("min", "max"))
    broken = Length(*bounds).broken(record["code"])
    if broken:
        change.invalid("code", broken[0], **broken[1])


def shown_code(record: Record, view: View) -> str | None:
    """Return the code; a sales channel sees that of a card that is not in use yet."""
    if view.access.is_sales_channel and record["status"] not in UNUSED:
        return None
    return str(record["code"])


def currency_of_card(change: Change) -> None:
    """Take the currency from the market, unless it is said; either has to be there."""
    record = change.record
    own = price_list_of(change.engine, record["market"]).get("currency_code")
    record["currency_code"] = record["currency_code"] or own
    if not record["currency_code"]:
        change.invalid("currency_code", "blank")
    elif own and record["currency_code"] != own:
        change.invalid("currency_code", "inclusion", value=record["currency_code"])


# --- the balance ----------------------------------------------------------------------------------


def change_balance(change: Change, cents: int | None) -> None:
    """Add to the balance, which has to be rechargeable for that, or take from it."""
    record = change.record
    if not cents:
        return
    if change.access.is_sales_channel:
        _refuse(change)
    if cents > 0 and not record["rechargeable"]:
        change.invalid(change.member, "invalid", value=cents)
        return
    record[BALANCE] = (record[BALANCE] or 0) + cents


def balance_of_card(change: Change) -> None:
    """Keep the balance between nothing and its maximum, and note how it changes."""
    record, before = change.record, change.before
    balance, maximum = record[BALANCE], record[MAXIMUM]
    if balance is None:
        return
    name = "_balance_change_cents" if change.sent.get("_balance_change_cents") else BALANCE
    if balance not in INTEGER_RANGE:
        change.invalid(name, "invalid", value=change.sent[name])
    elif balance < 0:
        change.invalid(name, "greater_than_or_equal_to", value=change.sent[name], count=0)
    if maximum is not None and balance > maximum:
        change.invalid(name, "less_than_or_equal_to", value=balance, count=maximum)
    if before is None:
        record["initial_balance_cents"] = balance
    elif before[BALANCE] != balance:
        _note(change, before, balance)


def _note(change: Change, before: Record, balance: int) -> None:
    """Note a change of the balance, unless whoever makes it has noted it already."""
    if len(change.record["balance_log"]) == len(before["balance_log"]):
        now = change.engine.clock.timestamp()
        change.record.update(with_balance(before, balance - before[BALANCE], now))


# --- the recipient, and the end -------------------------------------------------------------------


def is_deletable(record: Record) -> bool:
    """Say whether nobody has paid with the card yet (commerce.md §9.5)."""
    return record["status"] in UNUSED and not record["usage_log"]


def is_on_an_order(engine: Engine, record: Record) -> bool:
    """Say whether an order has a line of the card."""
    of_card = Compare("item_type", "eq", "gift_cards"), Compare("item", "eq", record["id"])
    return bool(engine.count("line_items", both(*of_card)))
