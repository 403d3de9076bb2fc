"""Products: the things there are to buy, and the lists the shop itself has made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy, at the same price in any currency.

    Attributes:
        tags: names.
        stock: how many pieces there are; ``None`` where nobody counts them.
    """

    code: str
    name: str
    cents: int
    tags: tuple[str, ...] = ()
    stock: int | None = None


PRODUCTS: Sequence[Product] = (
    Product("SHIRT-LINEN-M", "Linen shirt, medium", 2900, ("summer",)),
    Product("SHIRT-COTTON-S", "Cotton shirt, small", 2900, ("summer",)),
    Product("JACKET-RAIN-L", "Rain jacket, large", 5900),
    Product("JUMPER-WOOL-XL", "Wool jumper, extra large", 6500, ("winter",)),
    Product("CAP-CORD", "Corduroy cap", 2200),
    Product("PRINT-HARBOUR-A2", "Print of a harbour, A2", 9400),
    Product("CUP-ENAMEL", "Enamel cup", 1550, stock=10),
    Product("PENCIL-RED", "Red pencil", 350),
)
#: The lists that belong to no customer: one by hand, one by a regular expression.
LISTS: Sequence[Mapping[str, Any]] = (
    {"name": "Gifts", "slug": "gifts", "description": "For those who have everything."},
    {"name": "Shirts", "slug": "shirts", "manual": False, "sku_code_regex": "^SHIRT-"},
)
#: What is on the list by hand, by code.
GIFTS: Sequence[str] = ("CAP-CORD", "CUP-ENAMEL", "PRINT-HARBOUR-A2")
