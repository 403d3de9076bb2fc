"""Prices of SKUs on a list: by quantity and frequency, under rules (catalogue.md §9, §10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from mockserver.access import Access
from mockserver.commerce.catalogue.price_tiers import amount_of
from mockserver.commerce.catalogue.ruled_prices import ruled, rules_of, token_payload
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, both

SKUS, PRICES, TIERS = "skus", "prices", "price_tiers"


@dataclass(frozen=True, slots=True)
class LinePrice:
    """The price of one piece, and the amount it is compared with."""

    unit_amount_cents: int
    compare_at_amount_cents: int = 0


@dataclass(frozen=True, slots=True)
class Lot:
    """So many pieces of a SKU, once or every so often.

    Attributes:
        sku: its id.
        quantity: how many.
        frequency: how often; ``None`` for once.
    """

    sku: str
    quantity: int = 1
    frequency: str | None = None


def sku_prices(
    engine: Engine,
    price_list: Record,
    lots: Sequence[Lot],
    access: Access | None = None,
) -> list[LinePrice | None]:
    """Return the price of a piece of each lot, ``None`` for SKUs that the list has no price of.

    Args:
        engine: the records around, of which few are read, however many lots there are.
        price_list: an empty record where there is none.
        lots: of which SKUs, and how many.
        access: the token of the request, which rules may ask about.
    """
    prices = prices_on(engine, price_list, {lot.sku for lot in lots})
    tiers = _tiers(engine, prices.values())
    now = engine.clock.now()

    def priced(lot: Lot) -> LinePrice | None:
        price = prices.get(lot.sku)
        if price is None:
            return None
        of_price = tiers.get(price["id"], ())
        cents = amount_of(price["amount_cents"], of_price, lot.quantity, lot.frequency, now)
        return _under_rules(engine, price_list, {**price, "amount_cents": cents}, access)

    return [priced(lot) for lot in lots]


def prices_on(engine: Engine, price_list: Record, skus: Iterable[str]) -> Mapping[str, Record]:
    """Return the prices that a list has of SKUs, by the SKU."""
    if not price_list:
        return {}
    of_skus = Compare("sku", "in", frozenset(skus))
    on_list = Compare("price_list", "eq", price_list["id"])
    return {price["sku"]: price for price in engine.find(PRICES, both(of_skus, on_list))}


def _tiers(engine: Engine, prices: Iterable[Record]) -> Mapping[str, list[Record]]:
    found: dict[str, list[Record]] = {price["id"]: [] for price in prices}
    if found:
        for tier in engine.find(TIERS, Compare("price", "in", frozenset(found))):
            found[tier["price"]].append(tier)
    return found


def _under_rules(
    engine: Engine, price_list: Record, price: Record, access: Access | None
) -> LinePrice:
    rules = rules_of(price_list, price)
    if rules:
        sku = engine.get(SKUS, price["sku"]) or {}
        found = ruled(engine, rules, price, sku, token_payload(engine, access))
        price = {**price, **found.amounts}
    return LinePrice(price["amount_cents"], price["compare_at_amount_cents"] or 0)
