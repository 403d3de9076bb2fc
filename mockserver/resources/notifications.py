"""Notifications (contract: commerce.md §22)."""

from __future__ import annotations

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores, to_one


class Notification(Resource, type_="notifications"):
    """Something to tell about an order, a line item or a shipping method."""

    name = attribute("string", "CURfs", required=True)
    flash = attribute("boolean", "CURfs", initial=False)
    body = attribute("object", "CUR", initial=lambda _: {})
    base = base_attributes()

    notifiable = to_one(
        ("line_items", "orders", "shipping_methods"), "CUR", required=True, on_delete="cascade"
    )
    event_stores = event_stores()
