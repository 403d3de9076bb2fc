"""Offers of the shop: options, a bundle, a coupon with its promotion, a gift card."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import BEGINNING, FOREVER
from mockserver.seeding.products import PRODUCTS
from mockserver.storage.base import Record

#: What any product can be ordered with, and some products alone, with the price in cents.
OPTIONS: Sequence[tuple[str, int, str | None]] = (
    ("Gift wrapping", 300, None),
    ("Engraving", 990, "^(PEN|CUP|BOTTLE)-"),
)
#: Sold as one, in the public market alone.
BUNDLE: Mapping[str, str] = {"code": "WINTER-SET", "name": "Winter set"}
BUNDLED: Sequence[str] = ("SCARF-WOOL", "GLOVES-LEATHER", "SOCKS-WOOL-3")
BUNDLE_CENTS = 7900
#: What takes so many percent off.
COUPON, PERCENTAGE = "WELCOME10", 10
#: A card that can be paid with.
GIFT_CARD, BALANCE = "GIFT-FIFTY-EUROS", 5000


class Offers:
    """Offers of the shop beside its products, on their way into one mode."""

    def __init__(
        self, batch: Batch, markets: Mapping[str, Record], skus: Mapping[str, str]
    ) -> None:
        """Start with none.

        Args:
            batch: where the records go.
            markets: by their currency, the first of each.
            skus: ids by code.
        """
        self._batch = batch
        self._markets = markets
        self._skus = skus

    def build(self) -> None:
        """Make the records."""
        for currency in self._markets:
            self._options(currency)
        if market := self._markets.get("EUR"):
            self._bundle(market)
        self._promotion()
        self._gift_card()

    def _options(self, currency: str) -> None:
        for name, cents, regex in OPTIONS:
            self._batch.add(
                "sku_options",
                BEGINNING,
                name=name,
                currency_code=currency,
                price_amount_cents=cents,
                sku_code_regex=regex,
                metadata=EMPTY,
            )

    def _bundle(self, market: Record) -> None:
        of = {"name": BUNDLE["name"], "slug": "winter-set", "metadata": EMPTY}
        sku_list = self._batch.add("sku_lists", BEGINNING, **of)
        for position, code in enumerate(BUNDLED, 1):
            self._batch.add(
                "sku_list_items",
                BEGINNING,
                position=position,
                quantity=1,
                metadata=EMPTY,
                sku_list=sku_list["id"],
                sku=self._skus[code],
            )
        self._batch.add(
            "bundles",
            BEGINNING,
            currency_code="EUR",
            do_not_ship=False,
            do_not_track=False,
            price_amount_cents=BUNDLE_CENTS,
            compare_at_amount_cents=sum(p.cents for p in PRODUCTS if p.code in BUNDLED),
            metadata=EMPTY,
            market=market["id"],
            sku_list=sku_list["id"],
            **BUNDLE,
        )

    def _promotion(self) -> None:
        type_ = "percentage_discount_promotions"
        promotion = self._batch.add(
            type_,
            BEGINNING,
            name="Welcome",
            percentage=PERCENTAGE,
            starts_at=BEGINNING,
            expires_at=FOREVER,
            metadata=EMPTY,
        )
        of = {"promotion": promotion["id"], "promotion_type": type_, "metadata": EMPTY}
        rule = self._batch.add("coupon_codes_promotion_rules", BEGINNING, **of)
        self._batch.add("coupons", BEGINNING, code=COUPON, promotion_rule=rule["id"], **of)

    def _gift_card(self) -> None:
        self._batch.add(
            "gift_cards",
            BEGINNING,
            code=GIFT_CARD,
            status="active",
            currency_code="EUR",
            initial_balance_cents=BALANCE,
            balance_cents=BALANCE,
            balance_log=[],
            usage_log=EMPTY,
            metadata=EMPTY,
        )
