"""A shop with two stock locations, as the stories of the contract have it (catalogue.md §35)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, to
from tests.scene import address

#: What locations have, by the code of the SKU.
Stock = dict[str, int]


class Shop:
    """A market ``eu``, served from ``mil`` and, after that, from ``rom``."""

    def __init__(
        self,
        api: Api,
        strategy: str = "split_shipments",
        *,
        currency: str = "EUR",
        **model: Any,
    ) -> None:
        """Open it, without anything to sell."""
        self.api = api
        place = address(api)
        self.address = place
        self.locations = {
            code: api.create(
                "stock_locations", links={"address": to(place)}, name=code.upper(), code=code
            )
            for code in ("mil", "rom")
        }
        self.model = api.create("inventory_models", name="IM", strategy=strategy, **model)
        self.inventory = {
            code: self.serve(location, priority)
            for priority, (code, location) in enumerate(self.locations.items(), 1)
        }
        merchant = api.create("merchants", links={"address": to(place)}, name="M")
        self.prices = api.create(
            "price_lists", name=f"PL-{currency}", currency_code=currency, tax_included=True
        )
        links = {
            "merchant": to(merchant),
            "price_list": to(self.prices),
            "inventory_model": to(self.model),
        }
        self.market = api.create("markets", links=links, name="EU", code="eu")
        self.skus: dict[str, Document] = {}
        self.items: dict[tuple[str, str], Document] = {}

    def serve(self, location: Document, priority: int) -> Document:
        """Have the model served from a location, too."""
        links = {"stock_location": to(location), "inventory_model": to(self.model)}
        return self.api.create("inventory_stock_locations", links=links, priority=priority)

    def sku(self, code: str, cents: int = 1000, **attributes: Any) -> Document:
        """Sell something, of which there is none yet."""
        category = self.api.create("shipping_categories", name="MERCH")
        links = {"shipping_category": to(category)}
        self.skus[code] = self.api.create("skus", links=links, code=code, name=code, **attributes)
        links = {"price_list": to(self.prices), "sku": to(self.skus[code])}
        self.api.create("prices", links=links, amount_cents=cents)
        return self.skus[code]

    def stock(self, location: str, **quantities: int) -> None:
        """Put pieces there."""
        for code, quantity in quantities.items():
            links = {
                "stock_location": to(self.locations[location]),
                "sku": to(self.skus.get(code) or self.sku(code)),
            }
            made = self.api.create("stock_items", links=links, quantity=quantity)
            self.items[location, code] = made

    def at(self, location: str, code: str) -> tuple[int, int]:
        """Return how many pieces are there, and how many of them are reserved."""
        where = {
            "filter[q][sku_id_eq]": self.skus[code]["id"],
            "filter[q][stock_location_id_eq]": self.locations[location]["id"],
            "include": "reserved_stock",
        }
        found = self.api.get("/api/stock_items", where).json
        reserved = [each["attributes"]["quantity"] for each in found.get("included", ())]
        return found["data"][0]["attributes"]["quantity"], sum(reserved)
