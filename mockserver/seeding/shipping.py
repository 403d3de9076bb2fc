"""Shipping of the shop: what is shipped alike, the ways to ship, how long each takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import BEGINNING

#: What everything in the shop is shipped as.
MERCHANDISE = "merchandise"
CATEGORY: Mapping[str, Any] = {"name": "Merchandise", "code": MERCHANDISE, "metadata": EMPTY}


@dataclass(frozen=True, slots=True)
class ShippingOffer:
    """A way to ship in each market.

    Attributes:
        cents: what it costs, in any currency.
        free_over: from above which amount it costs nothing.
        hours: how long it takes from the nearest warehouse, at least and at most.
    """

    name: str
    cents: int
    free_over: int | None
    hours: tuple[int, int]


OFFERS: Sequence[ShippingOffer] = (
    ShippingOffer("Standard shipping", 700, 9900, (48, 72)),
    ShippingOffer("Express delivery", 1200, None, (12, 24)),
)
STANDARD = OFFERS[0]
#: How much longer it takes from each warehouse further away.
FURTHER = 24


class Shipping:
    """The ways to ship of one mode, on their way into it."""

    def __init__(self, batch: Batch, locations: Mapping[str, str]) -> None:
        """Make what is the same in all markets.

        Args:
            batch: where the records go.
            locations: the ids of the stock locations, by code.
        """
        self._batch = batch
        self._locations = locations
        self._category = batch.add("shipping_categories", BEGINNING, **CATEGORY)["id"]

    def sell_to(self, market: str, currency_code: str, warehouses: Sequence[str]) -> None:
        """Make the methods of a market, with the lead times from its warehouses."""
        for offer in OFFERS:
            method = self._batch.add(
                "shipping_methods",
                BEGINNING,
                name=offer.name,
                currency_code=currency_code,
                price_amount_cents=offer.cents,
                free_over_amount_cents=offer.free_over,
                metadata=EMPTY,
                market=market,
                shipping_category=self._category,
            )
            self._lead_times(offer, method["id"], warehouses)

    def _lead_times(self, offer: ShippingOffer, method: str, warehouses: Sequence[str]) -> None:
        for further, code in enumerate(warehouses):
            least, most = (hours + further * FURTHER for hours in offer.hours)
            self._batch.add(
                "delivery_lead_times",
                BEGINNING,
                min_hours=least,
                max_hours=most,
                # Halves of a day count as a whole one (catalogue.md §22).
                min_days=(least + 12) // 24,
                max_days=(most + 12) // 24,
                metadata=EMPTY,
                stock_location=self._locations[code],
                shipping_method=method,
            )
