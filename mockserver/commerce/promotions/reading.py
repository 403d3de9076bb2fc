"""Reads the promotions that an order may get, with their rules, lists and coupons."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from mockserver.commerce.promotions.candidates import candidates
from mockserver.commerce.promotions.coupons import usable_coupons
from mockserver.commerce.promotions.coverage import Coverage, Listed
from mockserver.commerce.promotions.offers import Offer, Requirement
from mockserver.commerce.promotions.requirements import never, of_amount, of_list
from mockserver.commerce.promotions.usage import counted
from mockserver.commerce.totals.buckets import amounts
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import EVERYTHING, Compare

GATE = "coupon_codes_promotion_rules"
#: Of an automatic list without an expression.
NOTHING = r"\z\A."


def offers(engine: Engine, cart: Cart) -> list[Offer]:
    """Return the promotions that may apply to an order, in the order of their ids."""
    promotions = candidates(engine, cart.order, frozenset(counted(cart.order)))
    if not promotions:
        return []
    rules = _rules(engine, promotions)
    gated = {rule["promotion"] for found in rules.values() for rule in found if _is_gate(rule)}
    codes = {c["promotion"]: c["code"] for c in usable_coupons(engine, cart.order, gated)}
    lists = _coverages(engine, cart, [*promotions, *(r for each in rules.values() for r in each)])
    return [_offer(engine, each, rules[each["id"]], codes, lists) for each in promotions]


def _offer(
    engine: Engine,
    promotion: Record,
    rules: Sequence[Record],
    codes: Mapping[str, str],
    lists: Mapping[str, Coverage],
) -> Offer:
    code = codes.get(promotion["id"])
    return Offer(
        promotion["type"],
        promotion,
        [_requirement(engine, rule, code, lists) for rule in rules],
        lists.get(promotion.get("sku_list") or ""),
        code,
        is_gated=any(map(_is_gate, rules)),
    )


def _rules(engine: Engine, promotions: Sequence[Record]) -> Mapping[str, list[Record]]:
    ids = frozenset(promotion["id"] for promotion in promotions)
    found: dict[str, list[Record]] = defaultdict(list)
    for rule in engine.find("promotion_rules", Compare("promotion", "in", ids)):
        found[rule["promotion"]].append(rule)
    return found


def _is_gate(rule: Record) -> bool:
    return bool(rule["type"] == GATE)


def _requirement(
    engine: Engine, rule: Record, code: str | None, lists: Mapping[str, Coverage]
) -> Requirement:
    if _is_gate(rule):
        return _always if code else never
    return REQUIREMENTS[rule["type"]](engine, rule, lists)


def _always(_: Cart) -> bool:
    return True


def _of_filters(engine: Engine, rule: Record) -> Requirement:
    """Return the requirement of filters: an order as they say, with the amounts of the run."""
    filters = rule.get("filters")
    condition = engine.matching("orders", filters) if filters else EVERYTHING
    return lambda cart: engine.holds({**cart.order, **amounts(cart)}, condition)


REQUIREMENTS: Mapping[str, Callable[[Engine, Record, Mapping[str, Coverage]], Requirement]] = {
    "order_amount_promotion_rules": lambda _, rule, __: of_amount(rule),
    "sku_list_promotion_rules": lambda _, rule, lists: of_list(
        rule, lists.get(rule.get("sku_list") or "")
    ),
    "custom_promotion_rules": lambda engine, rule, _: _of_filters(engine, rule),
}


def _coverages(engine: Engine, cart: Cart, holders: Iterable[Record]) -> dict[str, Coverage]:
    """Return the SKU lists of promotions and rules, by id."""
    ids = {id_ for holder in holders if (id_ := holder.get("sku_list"))}
    if not ids:
        return {}
    lists = engine.get_many("sku_lists", ids)
    items: dict[str, list[Record]] = defaultdict(list)
    for item in engine.find("sku_list_items", Compare("sku_list", "in", frozenset(lists))):
        items[item["sku_list"]].append(item)
    bundles = _bundles(engine, cart)
    return {id_: _coverage(each, items[id_], bundles) for id_, each in lists.items()}


def _bundles(engine: Engine, cart: Cart) -> dict[str, Any]:
    """Return the SKU list of each bundle in the cart."""
    ids = [line.item for line in cart.of_kind("bundles") if line.item]
    found = engine.get_many("bundles", ids) if ids else {}
    return {id_: bundle["sku_list"] for id_, bundle in found.items()}


def _coverage(sku_list: Record, items: Sequence[Record], bundles: Mapping[str, str]) -> Coverage:
    if not sku_list["manual"]:
        return Coverage(sku_list["id"], (), sku_list["sku_code_regex"] or NOTHING, bundles)
    ordered = sorted(items, key=lambda item: (item["position"] or 0, item[SERIAL]))
    listed = [Listed(item["sku"], item["quantity"] or 1) for item in ordered]
    return Coverage(sku_list["id"], listed, None, bundles)
