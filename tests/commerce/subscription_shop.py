"""The shop of the stories about what is bought again and again (commerce.md §29.11)."""

from __future__ import annotations

from typing import Any

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD
from tests.client import Api, Document, path_of, to
from tests.commerce.story_shop import StoryShop
from tests.scene import address, events
from tests.till import choose, source

JANE = "jane@example.com"


class SubscriptionShop(StoryShop):
    """A market that offers to buy A, B and C again; Jane has an account there."""

    def __init__(self, api: Api, *frequencies: str, **model: Any) -> None:
        """Open it."""
        super().__init__(api)
        self.stocked(A=1500, B=2500, C=1200)
        offered = [*frequencies] or ["weekly", "monthly"]
        self.model = api.create("subscription_models", name="M", frequencies=offered, **model)
        self.jane = api.create("customers", email=JANE, password=PASSWORD)
        api.update(self.market, links={"subscription_model": to(self.model)})

    def basket(self, *lines: tuple[str, int, str | None]) -> Document:
        """Fill Jane's cart with codes, quantities and how often she wants them."""
        home = to(address(self.api))
        links = {"market": to(self.market), "customer": to(self.jane)}
        order = self.api.create(
            "orders", links={**links, "billing_address": home, "shipping_address": home}
        )
        for code, quantity, frequency in lines:
            self.api.create(
                "line_items",
                links={"order": to(order)},
                sku_code=code,
                quantity=quantity,
                frequency=frequency,
            )
        self.ship_by(order, *["STD"] * len(self.shipments(order)))
        return order

    def bought(self, *lines: tuple[str, int, str | None]) -> Document:
        """Place such an order, and keep what it is paid with in the wallet."""
        order = self.basket(*lines)
        choose(self.api, order)
        source(self.api, order)
        self.api.update(order, _save_payment_source_to_customer_wallet=True)
        self.api.update(order, _place=True)
        return order

    def subscribed(self, *lines: tuple[str, int, str | None]) -> tuple[Document, list[Document]]:
        """Buy it, and have subscriptions made of that."""
        order = self.bought(*lines)
        self.api.update(order, _create_subscriptions=True)
        return order, self.related(order, "order_subscriptions")

    def factories(self, subscription: Document) -> list[Document]:
        """Return what has made orders for a subscription, oldest first."""
        found = self.api.get(f"{path_of(subscription)}/order_factories", {"sort": "created_at"})
        made: list[Document] = found.json["data"]
        return made

    def target(self, factory: Document) -> Document:
        """Return the order that has come of a copy."""
        found: Document = self.api.get(f"{path_of(factory)}/target_order").json["data"]
        return found

    def last(self, subscription: Document) -> tuple[Document, Document]:
        """Return the last copy of a subscription, and its order."""
        factory = self.factories(subscription)[-1]
        return factory, self.target(factory)


def told(sandbox: Sandbox, object_: Document) -> list[str]:
    """Return what has happened to a record, without its type."""
    return [name.partition(".")[2] for name in events(sandbox, object_)]
