"""The shop of the stories about prices: two markets, two price lists (catalogue.md §35)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop


class PriceShop(ShippingShop):
    """A shop with a market ``us`` besides, which sells in dollars, taxes on top."""

    def __init__(self, api: Api) -> None:
        """Open it."""
        super().__init__(api, "no_split")
        self.dollars = api.create(
            "price_lists", name="PL-USD", currency_code="usd", tax_included=False
        )
        merchant = api.get(f"/api/markets/{self.market['id']}/merchant").json["data"]
        links = {
            "merchant": to(merchant),
            "price_list": to(self.dollars),
            "inventory_model": to(self.model),
        }
        self.usa = api.create("markets", links=links, name="US", code="us")

    def list_price(
        self, code: str, price_list: Document, cents: int, **attributes: Any
    ) -> Document:
        """Price a SKU on a list."""
        links = {"price_list": to(price_list), "sku": to(self.skus[code])}
        return self.api.create("prices", links=links, amount_cents=cents, **attributes)

    def price(self, code: str, price_list: Document | None = None) -> Document:
        """Return the price of a SKU on a list, that of euros unless another is named."""
        where = {
            "filter[q][sku_id_eq]": self.skus[code]["id"],
            "filter[q][price_list_id_eq]": (price_list or self.prices)["id"],
        }
        found: Document = self.api.get("/api/prices", where).json["data"][0]
        return found

    def cart(self, market: Document | None = None) -> Document:
        """Begin an order."""
        return self.api.create("orders", links={"market": to(market or self.market)})

    def buy(self, order: Document, code: str, quantity: int, **attributes: Any) -> Document:
        """Put something into a cart; return the line."""
        links = {"order": to(order)}
        return self.api.create(
            "line_items", links=links, sku_code=code, quantity=quantity, **attributes
        )
