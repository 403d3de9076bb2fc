"""A cart from the records of an order, and back: only what has changed is written."""

from __future__ import annotations

from mockserver.commerce.totals.cart import Cart, Line
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

LINES = "line_items"
#: The kinds of lines whose prices are looked up.
PRICED = frozenset({"skus", "bundles"})


def lines_of(engine: Engine, order_id: str) -> list[Record]:
    """Return the line items of an order, oldest first."""
    return engine.find(LINES, Compare("order", "eq", order_id))


def has_goods(engine: Engine, order_id: str) -> bool:
    """Say whether something is bought with the order."""
    return any(line_of(line).is_goods for line in lines_of(engine, order_id))


def opened(engine: Engine, order: Record) -> Cart:
    """Return the cart of a new run; the order is written into, and stored by the caller."""
    lines = map(line_of, lines_of(engine, order["id"]))
    return Cart.opened(order, lines, lambda: engine.begun(LINES))


def line_of(record: Record) -> Line:
    """Return a line item as it enters a run: discounts and taxes are reckoned anew."""
    return Line(
        id=record["id"],
        item_type=record["item_type"] if record["item"] else None,
        item=record["item"],
        number=record[SERIAL],
        quantity=record["quantity"],
        unit_amount_cents=record["unit_amount_cents"] or 0,
        compare_at_amount_cents=record["compare_at_amount_cents"] or 0,
        options_amount_cents=record["options_amount_cents"] or 0,
        name=record["name"],
        sku_code=record["sku_code"],
        bundle_code=record["bundle_code"],
        coupon_code=record["coupon_code"],
        metadata=record["metadata"],
        rule_outcomes=record.get("rule_matches"),
        stored=record,
    )


def written(cart: Cart, line: Line) -> Record:
    """Return the fields that a run decides on, as a line item holds them."""
    return {
        "currency_code": cart.order["currency_code"],
        "name": line.name,
        "unit_amount_cents": line.unit_amount_cents,
        "compare_at_amount_cents": line.compare_at_amount_cents,
        "total_amount_cents": line.total_amount_cents,
        "discount_cents": line.discount_cents,
        "discount_breakdown": {id_: share.entry() for id_, share in line.shares.items()},
        "tax_amount_cents": line.tax_amount_cents,
        "tax_rate": float(line.tax_rate or 0),
        "tax_breakdown": line.tax_breakdown,
        "coupon_code": line.coupon_code,
        "metadata": line.metadata,
        "rule_matches": line.rule_outcomes,
    }


def write_lines(engine: Engine, cart: Cart) -> None:
    """Store what has become of the lines; those that were not made again are gone."""
    for line in cart.lines:
        if line.stored:
            _rewrite(engine, cart, line)
        else:
            _create(engine, cart, line)
    for line in cart.former.values():
        if line.stored:
            engine.remove(LINES, line.id)


def _rewrite(engine: Engine, cart: Cart, line: Line) -> None:
    before, now = line.stored, written(cart, line)
    if cart.reprices and line.item_type in PRICED and before.get("has_own_price"):
        # The price is that of the list again, and follows the quantity.
        now["has_own_price"] = False
    changed = {name: value for name, value in now.items() if before.get(name) != value}
    if changed:
        line.stored = {**before, **changed, "updated_at": engine.clock.timestamp()}
        engine.store(LINES, before, line.stored)


def _create(engine: Engine, cart: Cart, line: Line) -> None:
    line.stored = stored_line(cart, line)
    engine.store(LINES, None, line.stored)


def stored_line(cart: Cart, line: Line) -> Record:
    """Return the record of a line as it is by now, whether or not there is one yet."""
    if line.stored:
        return {**line.stored, **written(cart, line)}
    return {
        **line.begun,
        **written(cart, line),
        "quantity": line.quantity,
        "item": line.item,
        "item_type": line.item_type,
        "order": cart.order["id"],
    }
