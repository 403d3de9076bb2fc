"""The shop of the stories about money: everything is shipped, and taxed by one rule.

commerce.md §29.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from tests.client import Api, Document, to
from tests.commerce.shipping_shop import ShippingShop
from tests.scene import address

VAT = 0.22


class StoryShop(ShippingShop):
    """A market whose prices contain taxes or do not, with a rate for every address."""

    def __init__(
        self,
        api: Api,
        *,
        included: bool = True,
        rate: float = VAT,
        terms: Mapping[str, Any] = MappingProxyType({}),
        **switches: bool,
    ) -> None:
        """Open it; ``STD`` costs 700 cents.

        Args:
            api: what it is opened with.
            included: whether prices contain taxes.
            rate: of taxes.
            terms: the currency, where that is not the euro, and what the inventory model is like.
            switches: what else is taxed than goods.
        """
        super().__init__(api, **terms)
        api.update(self.prices, tax_included=included)
        self.calculator = api.create("manual_tax_calculators", name="VAT")
        links = {"manual_tax_calculator": to(self.calculator)}
        api.create("tax_rules", links=links, name="VAT", tax_rate=rate, **switches)
        api.update(self.market, links={"tax_calculator": to(self.calculator)})

    def stocked(self, **cents: int) -> None:
        """Sell this at these prices; there is plenty of it."""
        for code, price in cents.items():
            self.sell(code, price)
        self.stock("mil", **dict.fromkeys(cents, 1000))

    def cart(self, **quantities: int) -> Document:
        """Fill a cart, say where that goes and who pays, and ship it."""
        links = {"billing_address": to(address(self.api))}
        order = self.order(links=links, **quantities)
        self.ship_by(order, "STD")
        return order

    def pay_by(self, order: Document, cents: int = 0) -> None:
        """Choose a method of payment that costs so much, and a source of its kind."""
        gateway = self.api.create("manual_gateways", name="Manual")
        links = {"payment_gateway": to(gateway), "market": to(self.market)}
        method = self.api.create(
            "payment_methods",
            links=links,
            payment_source_type="wire_transfers",
            price_amount_cents=cents,
        )
        self.api.update(order, links={"payment_method": to(method)})
        self.api.create("wire_transfers", links={"order": to(order)})

    def promote(self, kind: str, code: str | None = None, **attributes: Any) -> Document:
        """Run a promotion, perhaps for those who have a coupon."""
        sent = {
            "name": "Promotion",
            "starts_at": "2020-01-01T00:00:00.000Z",
            "expires_at": "2099-01-01T00:00:00.000Z",
            **attributes,
        }
        made = self.api.create(kind, links={"market": to(self.market)}, **sent)
        if code:
            rule = self.api.create("coupon_codes_promotion_rules", links={"promotion": to(made)})
            self.api.create("coupons", links={"promotion_rule": to(rule)}, code=code)
        return made

    def cents(self, order: Document, *names: str) -> tuple[int, ...]:
        """Return amounts of an order, by the names they have without ``_amount_cents``."""
        now = self.shown(order)
        return tuple(
            now["total_amount_with_taxes_cents" if name == "due" else f"{name}_amount_cents"]
            for name in names
        )

    def lines(self, order: Document, kind: str = "skus") -> list[Document]:
        """Return the attributes of an order's lines of a kind, oldest first."""
        query = {"filter[q][order_id_eq]": order["id"], "filter[q][item_type_eq]": kind}
        found = self.api.get("/api/line_items", {**query, "sort": "created_at,id"}).json["data"]
        return [line["attributes"] for line in found]
