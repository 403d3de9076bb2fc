"""Order factories (contract: commerce.md §18)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.copies.copy_members import copy_attributes, copy_relationships
from mockserver.schema.vocabulary import Resource, base_attributes, to_one


class OrderFactory(Resource, type_="order_factories"):
    """An order made from another one, once or by a subscription."""

    actions: ClassVar = ("list", "retrieve")

    own = copy_attributes()
    base = base_attributes()

    orders = copy_relationships(of_family=True)
    #: Shown by its kinds alone.
    order_subscription = to_one("order_subscriptions", hidden=True, on_delete="keep")
