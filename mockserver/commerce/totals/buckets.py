"""Sums of the lines of an order, bucket by bucket (commerce.md §3.3)."""

from __future__ import annotations

from collections.abc import Mapping

from mockserver.commerce.totals.cart import (
    ADJUSTMENTS,
    DISCOUNTS,
    GIFT_CARDS,
    GOODS,
    PAYMENT_METHODS,
    SHIPMENTS,
    Cart,
    Line,
)

#: The buckets, by the kind of line; a gift card that is bought is in that of the goods.
BUCKETS: Mapping[str | None, str] = {
    **dict.fromkeys(GOODS, "subtotal"),
    **dict.fromkeys(DISCOUNTS, "discount"),
    SHIPMENTS: "shipping",
    PAYMENT_METHODS: "payment_method",
    ADJUSTMENTS: "adjustment",
    GIFT_CARDS: "gift_card",
}
#: Those that taxes are reckoned of.
TAXED = ("subtotal", "shipping", "payment_method", "adjustment")
#: Those of the total: what a gift card pays is not taken off it.
TOTALLED = (*TAXED, "discount")
#: The kinds of which pieces are counted.
COUNTED = ("skus", "bundles")


def bucket(line: Line) -> str:
    """Return the bucket that a line counts in."""
    return "subtotal" if line.is_goods else BUCKETS[line.item_type]


def amounts(cart: Cart) -> dict[str, int]:
    """Return the amounts without taxes of what is in the cart by now, and the total of them."""
    sums = dict.fromkeys((*TOTALLED, "gift_card"), 0)
    for line in cart.lines:
        sums[bucket(line)] += line.total_amount_cents
    sums["total"] = max(0, sum(sums[name] for name in TOTALLED))
    return {f"{name}_amount_cents": cents for name, cents in sums.items()}


def total(cart: Cart) -> int:
    """Return the cost of the cart by now, without gift cards and taxes on top."""
    return amounts(cart)["total_amount_cents"]


def taxes(cart: Cart) -> dict[str, int]:
    """Return the taxes of each bucket, and of all."""
    sums = dict.fromkeys(TAXED, 0)
    for line in cart.lines:
        if line.tax_amount_cents:
            sums[bucket(line)] += line.tax_amount_cents
    sums["total"] = sum(sums.values())
    return {f"{name}_tax_amount_cents": cents for name, cents in sums.items()}


def add_up(cart: Cart) -> None:
    """Write what the lines add up to into the order."""
    found = {**amounts(cart), **taxes(cart)}
    for name in TAXED:
        tax = found[f"{name}_tax_amount_cents"] if cart.tax_included else 0
        found[f"{name}_taxable_amount_cents"] = found[f"{name}_amount_cents"] - tax
    found["total_taxable_amount_cents"] = sum(found[f"{n}_taxable_amount_cents"] for n in TAXED)
    on_top = 0 if cart.tax_included else found["total_tax_amount_cents"]
    paid = found["total_amount_cents"] + found["gift_card_amount_cents"]
    found["total_amount_with_taxes_cents"] = paid + on_top
    found["skus_count"] = sum(line.quantity for line in cart.of_kind(*COUNTED))
    found["shipments_count"] = len(cart.of_kind(SHIPMENTS))
    cart.order.update(found)
