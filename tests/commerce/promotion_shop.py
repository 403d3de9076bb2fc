"""A shop with promotions, coupons and lists, as the stories have it (commerce.md §29)."""

from __future__ import annotations

from typing import Any

from tests.client import Api, Document, to
from tests.commerce.taxed_shop import TaxedShop
from tests.scene import shown

PERCENTAGE = "percentage_discount_promotions"
FIXED_AMOUNT = "fixed_amount_promotions"
FIXED_PRICE = "fixed_price_promotions"
FREE_GIFT = "free_gift_promotions"
FREE_SHIPPING = "free_shipping_promotions"
BUY_X_PAY_Y = "buy_x_pay_y_promotions"
FLEX = "flex_promotions"
ALWAYS = {"starts_at": "2020-01-01T00:00:00Z", "expires_at": "2099-01-01T00:00:00Z"}


class PromotionShop(TaxedShop):
    """A shop that discounts what it sells."""

    def __init__(self, api: Api, **terms: Any) -> None:
        """Open it; nothing is discounted yet."""
        super().__init__(api, **terms)
        self.skus: dict[str, Document] = {}

    def cart(self, /, **goods: tuple[int, int]) -> Document:
        """Fill a cart with SKUs, each with what a piece costs and how many there are."""
        order = self.order()
        for code, (cents, quantity) in goods.items():
            self.put(order, code, cents, quantity)
        return order

    def put(self, order: Document, code: str, cents: int, quantity: int = 1) -> Document:
        """Put pieces of a SKU into a cart, which is sold from now on if it was not."""
        if code not in self.skus:
            self.skus[code] = self.sell(code, cents)
        return self.add(order, code, quantity)

    def listed(self, *codes: str | tuple[str, int], **attributes: Any) -> Document:
        """Make a list of SKUs, some with a quantity."""
        made = self.api.create("sku_lists", name="List", **attributes)
        for each in codes:
            code, quantity = (each, 1) if isinstance(each, str) else each
            links = {"sku_list": to(made), "sku": to(self.skus[code])}
            self.api.create("sku_list_items", links=links, quantity=quantity)
        return made

    def promote(
        self, type_: str, *, sku_list: Document | None = None, **attributes: Any
    ) -> Document:
        """Create a promotion that is active."""
        links = {"sku_list": to(sku_list)} if sku_list else {}
        return self.api.create(type_, links=links, **{"name": "P", **ALWAYS, **attributes})

    def ask(
        self, kind: str, promotion: Document, links: Document | None = None, **attributes: Any
    ) -> Document:
        """Ask something of orders before a promotion applies."""
        linked = {"promotion": to(promotion), **(links or {})}
        return self.api.create(f"{kind}_promotion_rules", links=linked, **attributes)

    def coupon(self, promotion: Document, code: str, **attributes: Any) -> Document:
        """Gate a promotion by a coupon."""
        rule = self.ask("coupon_codes", promotion)
        return self.api.create(
            "coupons", links={"promotion_rule": to(rule)}, code=code, **attributes
        )

    def refresh(self, order: Document) -> None:
        """Reckon an order anew."""
        self.api.update(order, _refresh=True)

    def now(self, order: Document, *names: str) -> tuple[Any, ...]:
        """Return amounts of an order in cents, by their names."""
        found = shown(self.api, order)
        return tuple(found[f"{name}_cents"] for name in names)

    def discounts(self, order: Document) -> dict[str, int]:
        """Return the lines of promotions, each with its amount, by its name."""
        return {
            str(line["name"]): int(line["total_amount_cents"])
            for line in self.lines(order)
            if str(line["item_type"]).endswith("_promotions")
        }

    def goods(self, order: Document) -> list[Document]:
        """Return the lines of SKUs, oldest first."""
        return [line for line in self.lines(order) if line["item_type"] == "skus"]

    def taxes(self, order: Document) -> list[int]:
        """Return the taxes of the goods, oldest first."""
        return [
            int(line["tax_amount_cents"])
            for line in self.lines(order)
            if line["item_type"] in (None, "skus", "bundles")
        ]
