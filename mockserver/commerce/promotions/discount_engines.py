"""Discount engines, as far as a sandbox has one: effects that the account tells itself.

They are ``effects`` in the metadata of the account, as the engine would answer them: each with
``effectType`` and ``props``; ``setDiscount`` takes a ``value`` off in units (commerce.md §20).
"""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from mockserver.commerce.totals.cart import DISCOUNT_ENGINE_ITEMS, Cart
from mockserver.commerce.totals.distribution import spread
from mockserver.commerce.totals.rounding import exact, rounded
from mockserver.errors import Refusal, violation
from mockserver.schema.currencies import currency
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

ENGINES, EFFECTS = "discount_engines", "effects"
DISCOUNT = "setDiscount"
#: What the line of it is called.
NAME = "Discount"


def discount_by_engine(engine: Engine, cart: Cart) -> None:
    """Take off what the discount engine of the market says, as one line.

    Raises:
        Refusal: 422 for what is no list of effects, where the organization wants to be told.
    """
    account = _account(engine, cart.order)
    effects = (account.get("metadata") or {}).get(EFFECTS) if account else None
    if account is None or effects is None:
        return
    if not isinstance(effects, list):
        if engine.setting("discount_engines_errors"):
            raise Refusal([violation("discount_engine_item", "invalid", relationship=True)])
        return
    cents = _cents(cart, effects)
    item = _item(engine, cart.order, account, effects)
    if cents > 0:
        line = cart.generate(DISCOUNT_ENGINE_ITEMS, item, NAME, -cents)
        line.unit_amount_cents = -spread(line, cart.discountable())
        if not line.unit_amount_cents:
            cart.remove([line])


def endpoint(record: Record) -> str:
    """Return where an account's engine is; nobody is called there."""
    return f"https://{record['baseurl']}.talon.one/v2"


def _account(engine: Engine, order: Record) -> Record | None:
    if not engine.setting("discount_engines_enabled"):
        return None
    market = engine.get("markets", order.get("market")) or {}
    return engine.get(ENGINES, market.get("discount_engine"))


def _cents(cart: Cart, effects: list[Any]) -> int:
    whole = sum((_value(effect) for effect in effects), Fraction(0))
    return rounded(whole * currency(cart.order["currency_code"]).subunit_to_unit)


def _value(effect: Any) -> Fraction:
    """Return the amount of an effect, in units; others than discounts take off nothing."""
    if not isinstance(effect, dict) or effect.get("effectType") != DISCOUNT:
        return Fraction(0)
    props = effect.get("props")
    value = props.get("value") if isinstance(props, Mapping) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return Fraction(0)
    return exact(value)


def _item(engine: Engine, order: Record, account: Record, effects: list[Any]) -> str:
    """Keep the answer with the order, one of them, and return the id of its record."""
    body = {EFFECTS: effects}
    known = engine.find(DISCOUNT_ENGINE_ITEMS, Compare("order", "eq", order["id"]))
    if not known:
        own = {"discount_engine": (ENGINES, account["id"]), "order": ("orders", order["id"])}
        made = engine.add(DISCOUNT_ENGINE_ITEMS, own)
        return str(engine.rewrite(DISCOUNT_ENGINE_ITEMS, made["id"], {"body": body})["id"])
    if known[0].get("body") != body:
        engine.rewrite(DISCOUNT_ENGINE_ITEMS, known[0]["id"], {"body": body})
    return str(known[0]["id"])
