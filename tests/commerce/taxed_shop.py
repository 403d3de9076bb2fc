"""A shop that taxes by a rule, as the stories of the contract have it (commerce.md §29)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, to
from tests.commerce.stock_shop import Shop
from tests.scene import address, shown

VAT = 0.22
JOHN = "john@example.com"


class TaxedShop:
    """A market with one rule for every address; what it sells is nothing that is shipped."""

    def __init__(
        self,
        api: Api,
        *,
        included: bool = True,
        rate: float = VAT,
        currency: str = "EUR",
        **switches: bool,
    ) -> None:
        """Open it, with prices that contain taxes or do not."""
        self.api = api
        self.market = Shop(api).market
        self.prices = api.create(
            "price_lists", name="PL", currency_code=currency, tax_included=included
        )
        self.calculator = api.create("manual_tax_calculators", name="VAT")
        self.rule = self.tax(rate, **switches)
        links = {"price_list": to(self.prices), "tax_calculator": to(self.calculator)}
        api.update(self.market, links=links)

    def tax(self, rate: float, **attributes: Any) -> Document:
        """Add a rule."""
        links = {"manual_tax_calculator": to(self.calculator)}
        sent = {"name": "VAT", "tax_rate": rate, **attributes}
        return self.api.create("tax_rules", links=links, **sent)

    def sell(self, code: str, cents: int) -> Document:
        """Sell something, of which there always is some."""
        flags = {"do_not_ship": True, "do_not_track": True}
        made = self.api.create("skus", code=code, name=code, **flags)
        links = {"price_list": to(self.prices), "sku": to(made)}
        self.api.create("prices", links=links, amount_cents=cents)
        return made

    def order(self, *cents: int, **attributes: Any) -> Document:
        """Fill a cart with a piece of something for each price, and say where it is billed."""
        links = {"market": to(self.market), "billing_address": to(address(self.api))}
        made = self.api.create("orders", links=links, customer_email=JOHN, **attributes)
        for number, amount in enumerate(cents):
            code = f"{made['id']}-{number}"
            self.sell(code, amount)
            self.add(made, code)
        return made

    def add(self, order: Document, code: str, quantity: int = 1) -> Document:
        """Put something into a cart."""
        links = {"order": to(order)}
        return self.api.create("line_items", links=links, sku_code=code, quantity=quantity)

    def adjust(self, order: Document, cents: int, **attributes: Any) -> Document:
        """Add an amount by hand; return its line."""
        sent = {"name": "By hand", "currency_code": "EUR", "amount_cents": cents, **attributes}
        made = self.api.create("adjustments", **sent)
        links = {"order": to(order), "item": to(made)}
        return self.api.create("line_items", links=links, quantity=1)

    def amounts(self, order: Document, *names: str) -> dict[str, Any]:
        """Return amounts of an order in cents, by the names they have without that."""
        now = shown(self.api, order)
        return {name: now[f"{name}_cents"] for name in names}

    def lines(self, order: Document) -> list[Document]:
        """Return the attributes of an order's lines, oldest first."""
        found = self.api.get(f"/api/orders/{order['id']}/line_items", {"sort": "created_at"})
        return [line["attributes"] for line in found.json["data"]]
