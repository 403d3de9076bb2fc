"""Prices of the pieces on the lines of an order (catalogue.md §11)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from mockserver.access import Access
from mockserver.commerce.catalogue.external_prices import price_again
from mockserver.commerce.catalogue.price_lists import price_list_of
from mockserver.commerce.catalogue.sku_prices import LinePrice, Lot, sku_prices
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record

SKUS, BUNDLES = "skus", "bundles"


def price_of(
    engine: Engine, order: Record, line: Record, item: Record, access: Access | None = None
) -> LinePrice | None:
    """Return the price of a piece of the item of a line, ``None`` where nobody knows it.

    Args:
        engine: the records around.
        order: that the line is of.
        line: with its item, quantity and frequency.
        item: the record itself.
        access: the token of the request, which rules may ask about.
    """
    if line["item_type"] == SKUS:
        lot = Lot(item["id"], line["quantity"] or 1, line["frequency"])
        price_list = price_list_of(engine, order["market"])
        return sku_prices(engine, price_list, [lot], access)[0]
    own = OWN_PRICES.get(line["item_type"])
    return own(item) if own else None


def price_lines(engine: Engine, cart: Cart) -> None:
    """Look up anew what SKUs and bundles cost, where a run is to (commerce.md §3.1).

    A line whose price is gone keeps what it had.
    """
    if cart.reprices:
        lines = cart.of_kind(SKUS, BUNDLES)
        asking = [line for line in lines if line.stored.get("_external_price")]
        left = price_again(engine, cart, asking) if asking else []
        own = [line for line in lines if line not in asking or line in left]
        _price_skus(engine, cart, [line for line in own if line.item_type == SKUS])
        _price_bundles(engine, [line for line in own if line.item_type == BUNDLES])


def _price_skus(engine: Engine, cart: Cart, lines: Sequence[Line]) -> None:
    price_list = price_list_of(engine, cart.order["market"])
    lots = [_lot(line) for line in lines]
    prices = sku_prices(engine, price_list, lots, cart.priced_for)
    for line, price in zip(lines, prices, strict=True):
        _take(line, price)


def _price_bundles(engine: Engine, lines: Sequence[Line]) -> None:
    bundles = engine.get_many(BUNDLES, {line.item for line in lines if line.item})
    for line in lines:
        bundle = bundles.get(line.item or "")
        _take(line, _of_bundle(bundle) if bundle else None)


def _lot(line: Line) -> Lot:
    return Lot(line.item or "", line.quantity, line.stored.get("frequency"))


def _take(line: Line, price: LinePrice | None) -> None:
    if price:
        line.unit_amount_cents = price.unit_amount_cents
        line.compare_at_amount_cents = price.compare_at_amount_cents


def _of_bundle(bundle: Record) -> LinePrice | None:
    cents = bundle["price_amount_cents"]
    return None if cents is None else LinePrice(cents, bundle["compare_at_amount_cents"] or 0)


#: What an item costs that has a price of its own, by its type.
OWN_PRICES: Mapping[str, Callable[[Record], LinePrice | None]] = {
    BUNDLES: _of_bundle,
    "gift_cards": lambda card: LinePrice(card["balance_cents"] or 0),
    "adjustments": lambda adjustment: LinePrice(adjustment["amount_cents"] or 0),
}
