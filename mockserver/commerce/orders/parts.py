"""Members of orders that do nothing by themselves: the terms, and what hangs on an order (§7)."""

from __future__ import annotations

from mockserver.schema.vocabulary import attribute, named, to_many, to_one

#: Language, taxes and codes, as they were sent.
TERMS = named(
    language_code=attribute("string", "CURfs", initial="en"),
    currency_code=attribute("string", "Rfs"),
    tax_included=attribute("boolean", "Rfs"),
    tax_rate=attribute("float", "Rfs"),
    freight_taxable=attribute("boolean", "CUR", initial=False),
    payment_method_taxable=attribute("boolean", "CUR", initial=False),
    adjustment_taxable=attribute("boolean", "CUR", initial=False),
    gift_card_taxable=attribute("boolean", "CUR", initial=False),
    requires_billing_info=attribute("boolean", "R", initial=False),
    country_code=attribute("string", "Rfs"),
    shipping_country_code_lock=attribute("string", "CUR"),
    coupon_code=attribute("string", "CURfs"),
    gift_card_code=attribute("string", "CURfs"),
    gift_card_or_coupon_code=attribute("string", "CUR"),
)

#: Line items, shipments, transactions, and what is made of the order later.
PARTS = named(
    discount_engine_item=to_one("discount_engine_items", "f", inverse="order"),
    line_items=to_many("line_items", "f", inverse="order"),
    line_item_options=to_many("line_item_options", "f"),
    stock_reservations=to_many("stock_reservations", "f", inverse="order"),
    stock_line_items=to_many("stock_line_items", "f"),
    stock_transfers=to_many("stock_transfers", "f"),
    shipments=to_many("shipments", "f", inverse="order"),
    payment_options=to_many("payment_options", "f", inverse="order"),
    transactions=to_many(("authorizations", "voids", "captures", "refunds"), "f", inverse="order"),
    authorizations=to_many("authorizations", "f", inverse="order"),
    captures=to_many("captures", "f", inverse="order"),
    voids=to_many("voids", "f", inverse="order"),
    refunds=to_many("refunds", "f", inverse="order"),
    returns=to_many("returns", "f", inverse="order"),
    order_subscription=to_one("order_subscriptions", "f"),
    order_subscriptions=to_many("order_subscriptions", "f", inverse="source_order"),
    order_factories=to_many("order_factories", inverse="source_order"),
    order_copies=to_many("order_copies", "f", inverse="source_order"),
    recurring_order_copies=to_many("recurring_order_copies", "f", inverse="source_order"),
)
