"""Products: the things there are to buy, and the lists the shop itself has made of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.late_dataclass import dataclass

#: How many pieces there are of what does not run out.
PLENTY = 5000


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy, at the same price in any currency.

    Attributes:
        grams: what one weighs.
        tags: names.
        stock: how many pieces there are in each warehouse.
        was: what it cost before.
    """

    code: str
    name: str
    cents: int
    grams: int
    tags: tuple[str, ...] = ()
    stock: int = PLENTY
    was: int | None = None


PRODUCTS: Sequence[Product] = (
    Product("SHIRT-LINEN-M", "Linen shirt, medium", 2900, 220, ("summer",), was=3500),
    Product("SHIRT-COTTON-S", "Cotton shirt, small", 2900, 180, ("summer",)),
    Product("JACKET-RAIN-L", "Rain jacket, large", 5900, 640),
    Product("JUMPER-WOOL-XL", "Wool jumper, extra large", 6500, 700, ("winter",)),
    Product("CAP-CORD", "Corduroy cap", 2200, 120),
    Product("PRINT-HARBOUR-A2", "Print of a harbour, A2", 9400, 400),
    Product("CUP-ENAMEL", "Enamel cup", 1550, 310, stock=10),
    Product("PENCIL-RED", "Red pencil", 350, 10),
    Product("SHIRT-LINEN-L", "Linen shirt, large", 2900, 240, ("summer",), was=3500),
    Product("SHIRT-COTTON-M", "Cotton shirt, medium", 2900, 200, ("summer",)),
    Product("JACKET-RAIN-M", "Rain jacket, medium", 5900, 600),
    Product("JUMPER-WOOL-M", "Wool jumper, medium", 6500, 640, ("winter",)),
    Product("SCARF-WOOL", "Wool scarf", 2700, 150, ("winter",)),
    Product("GLOVES-LEATHER", "Leather gloves", 4900, 110, ("winter",)),
    Product("SOCKS-WOOL-3", "Wool socks, three pairs", 1800, 180, ("winter",)),
    Product("BELT-LEATHER", "Leather belt", 3900, 210),
    Product("BAG-CANVAS", "Canvas bag", 1900, 260, ("summer",)),
    Product("BACKPACK-GREY", "Grey backpack", 7900, 850, was=8900),
    Product("UMBRELLA-NAVY", "Navy umbrella", 3400, 420),
    Product("TOWEL-BEACH", "Beach towel", 2600, 480, ("summer",)),
    Product("BLANKET-ALPACA", "Alpaca blanket", 12900, 1200, ("winter",)),
    Product("CANDLE-CEDAR", "Cedar candle", 2400, 330),
    Product("NOTEBOOK-A5", "Notebook, A5", 1200, 240),
    Product("PEN-BRASS", "Brass pen", 3800, 60),
    Product("POSTER-MAP-A1", "Poster of a map, A1", 4500, 300),
    Product("TEAPOT-IRON", "Iron teapot", 5400, 1600),
    Product("TRAY-OAK", "Oak tray", 4200, 900),
    Product("BOTTLE-STEEL", "Steel bottle", 2800, 350),
    Product("LAMP-READING", "Reading lamp", 8900, 2100),
    Product("CLOCK-WALL", "Wall clock", 6900, 800, stock=3),
)
#: The lists that belong to no customer: one by hand, one by a regular expression.
LISTS: Sequence[Mapping[str, Any]] = (
    {"name": "Gifts", "slug": "gifts", "description": "For those who have everything."},
    {"name": "Shirts", "slug": "shirts", "manual": False, "sku_code_regex": "^SHIRT-"},
)
#: What is on the list by hand, by code.
GIFTS: Sequence[str] = ("CAP-CORD", "CUP-ENAMEL", "PRINT-HARBOUR-A2")
