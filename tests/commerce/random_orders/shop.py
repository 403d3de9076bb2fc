"""The shop of the random operations: some of everything that can change what an order costs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.bearers import TokenBearers
from tests.client import Api, Document, to
from tests.commerce.promotion_shop import ALWAYS
from tests.commerce.story_shop import StoryShop

EMAIL, PASSWORD = "ada@example.com", "secret123"
SCOPE = "market:code:eu"
SHOPPERS = ("integration", "guest", "customer")
#: How much there is of what is tracked, by location.
STOCK = {"mil": {"TSHIRT": 6, "MUG": 9, "ICE": 3}, "rom": {"TSHIRT": 5, "MUG": 4}}
CODES = ("TSHIRT", "MUG", "ICE", "EBOOK")
COUPONS = ("SUMMER-2026", "WINTER-2026", "AUTUMN-2026", "FREE-SHIPPING")
#: A bank, whose money comes in any case; a service that declines or takes its time as it is told;
#: one that takes the money at once; and one that nobody waits for.
METHODS: dict[str, tuple[str, Document]] = {
    "bank": ("wire_transfers", {"price_amount_cents": 0}),
    "service": ("external_payments", {"price_amount_cents": 250}),
    "at once": ("external_payments", {"price_amount_cents": 0, "auto_capture": True}),
    "later": ("wire_transfers", {"price_amount_cents": 99, "require_capture": False}),
}
GATEWAYS = {"wire_transfers": "manual_gateways", "external_payments": "external_gateways"}
TAXED = ("freight_taxable", "payment_method_taxable", "adjustment_taxable", "gift_card_taxable")
FLEX = [
    {
        "name": "every third hundred",
        "conditions": [
            {"field": "order.subtotal_amount_cents", "matcher": "gteq", "value": 3000},
        ],
        "actions": [
            {
                "type": "every_x_discount_y",
                "selector": "order.line_items.sku",
                "value": {"x": 3000, "y": 333, "attribute": "subtotal_amount_cents"},
            },
            {"type": "percentage", "selector": "order.line_items.shipment", "value": 0.5},
        ],
    }
]


@dataclass(frozen=True, slots=True)
class Terms:
    """How a shop sells.

    Attributes:
        strategy: of its inventory model.
        by_hand: whether it takes from its stock by hand.
        currency: of all its prices.
        included: whether these contain taxes.
        rate: of taxes, in percent.
        taxed: which of ``TAXED`` are.
    """

    strategy: str
    by_hand: bool
    currency: str
    included: bool
    rate: int
    taxed: frozenset[str]


class RandomShop(StoryShop):
    """A shop with promotions, coupons, gift cards, options, a bundle and several ways to pay."""

    def __init__(self, bearers: TokenBearers, terms: Terms) -> None:
        """Open it."""
        super().__init__(
            bearers.integration(),
            included=terms.included,
            rate=terms.rate / 100,
            terms={
                "strategy": terms.strategy,
                "manual_stock_decrement": terms.by_hand,
                "currency": terms.currency,
            },
            **{name: name in terms.taxed for name in TAXED},
        )
        self.currency = terms.currency
        for location, quantities in STOCK.items():
            self.stock(location, **quantities)
        self.api.update(self.methods["STD"], free_over_amount_cents=9000)
        self.goods = self._list("TSHIRT", "MUG", "ICE")
        self.bundle = self._bundle()
        self.option = self.api.create(
            "sku_options",
            name="Embossing",
            currency_code=terms.currency,
            price_amount_cents=490,
        )
        self.payments = {name: self._payment(*METHODS[name]) for name in METHODS}
        self.promotions = self._promotions()
        self.coupons = self._coupons()
        self.cards = self._cards()
        self.api.create("customers", email=EMAIL, password=PASSWORD)
        (self.tax_rule,) = self.related(self.calculator, "tax_rules")

    def _list(self, *codes: str) -> Document:
        made = self.api.create("sku_lists", name="List")
        for code in codes:
            links = {"sku_list": to(made), "sku": to(self.skus[code])}
            self.api.create("sku_list_items", links=links, quantity=1)
        return made

    def _bundle(self) -> Document:
        links = {"market": to(self.market), "sku_list": to(self._list("TSHIRT", "MUG"))}
        prices = {"price_amount_cents": 3900, "compare_at_amount_cents": 4150}
        return self.api.create("bundles", links=links, code="KIT", name="Kit", **prices)

    def _payment(self, kind: str, attributes: Document) -> Document:
        gateway = self.api.create(GATEWAYS[kind], name="Gateway")
        links = {"payment_gateway": to(gateway), "market": to(self.market)}
        return self.api.create(
            "payment_methods", links=links, payment_source_type=kind, **attributes
        )

    def _promotions(self) -> list[Document]:
        """Begin some of every kind; which of them run is for whoever goes on."""
        listed = {"sku_list": to(self.goods)}
        kinds: list[tuple[str, Document, Document]] = [
            ("percentage_discount", {"percentage": 15}, {}),
            ("percentage_discount", {"percentage": 33, "exclusive": True, "priority": 2}, {}),
            ("fixed_amount", {"fixed_amount_cents": 777, "priority": 1}, {}),
            ("fixed_price", {"fixed_amount_cents": 1999}, listed),
            ("free_gift", {"max_quantity": 2}, listed),
            ("buy_x_pay_y", {"x": 3, "y": 2, "cheapest_free": True}, listed),
            ("free_shipping", {"total_usage_limit": 1}, {}),
        ]
        made = [
            self.api.create(
                f"{kind}_promotions",
                links={"market": to(self.market), **links},
                **{"name": kind, **ALWAYS, **attributes},
            )
            for kind, attributes, links in kinds
        ]
        flex = self.api.create("flex_promotions", name="flex", **ALWAYS, rules={"rules": FLEX})
        for promotion in (*made, flex):
            self.api.update(promotion, _disable=True)
        return [*made, flex]

    def _coupons(self) -> list[Document]:
        """Give out coupons, of which one can be used once, and one once by each customer."""
        kinds: list[tuple[str, Document, Document]] = [
            ("percentage_discount", {"percentage": 7}, {}),
            ("fixed_amount", {"fixed_amount_cents": 5000}, {"usage_limit": 1}),
            ("percentage_discount", {"percentage": 100}, {"customer_single_use": True}),
            ("free_shipping", {}, {"usage_limit": 2}),
        ]
        found = []
        for code, (kind, attributes, limits) in zip(COUPONS, kinds, strict=True):
            sale = self.promote(f"{kind}_promotions", name=code, **attributes)
            links = {"promotion": to(sale)}
            rule = self.api.create("coupon_codes_promotion_rules", links=links)
            links = {"promotion_rule": to(rule)}
            found.append(self.api.create("coupons", links=links, code=code, **limits))
        return found

    def _cards(self) -> list[Document]:
        """Give out gift cards; the last one is a draft that can be bought."""
        kinds: list[Document] = [
            {"balance_cents": 5000},
            {"balance_cents": 99_999, "distribute_discount": False},
            {"balance_cents": 3333, "rechargeable": False},
            {"balance_cents": 20_000, "single_use": True},
        ]
        found = []
        for number, attributes in enumerate(kinds):
            card = self.api.create(
                "gift_cards",
                currency_code=self.currency,
                code=f"CARD-{number}-{number}-{number}",
                **attributes,
            )
            found.append(self.api.update(card, _purchase=True))
            self.api.update(card, _activate=True)
        bought = {"balance_cents": 2500, "currency_code": self.currency, "code": "CARD-TO-BUY"}
        return [*found, self.api.create("gift_cards", **bought)]


def actors(bearers: TokenBearers) -> dict[str, Api]:
    """Return a client for each kind of shopper, whose tokens begin now."""
    return {
        "integration": bearers.integration(),
        "guest": bearers.guest(SCOPE),
        "customer": bearers.customer(EMAIL, PASSWORD, SCOPE),
    }


def refresh(clients: dict[str, Api], bearers: TokenBearers) -> None:
    """Give the clients tokens anew: these do not live for long."""
    for name, made in actors(bearers).items():
        clients[name].token = made.token


def some(values: Any, number: int) -> Any:
    """Return one of what there is, by any number; ``None`` of nothing."""
    found = list(values)
    return found[number % len(found)] if found else None
