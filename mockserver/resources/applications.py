"""API credentials (contract: neighbours.md §40, authentication.md §1)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.access import Access
from mockserver.schema.validations import AtLeast, AtMost
from mockserver.schema.vocabulary import Resource, attribute, base_attributes, internal
from mockserver.storage.conditions import Compare, Condition


class Application(Resource, type_="applications"):
    """The application of a token; the secret and the client id are never shown."""

    actions: ClassVar = ("retrieve",)
    singleton: ClassVar = "application"

    @staticmethod
    def of_bearer(access: Access) -> Condition:
        """Return which application is that of a token."""
        return Compare("id", "eq", access.application_id)

    name = attribute("string", "CURf")
    kind = attribute(
        "string",
        "CURf",
        enum=(
            "dashboard",
            "user",
            "contentful",
            "bundles",
            "customers",
            "datocms",
            "exports",
            "external",
            "generic",
            "gift_cards",
            "imports",
            "integration",
            "inventory",
            "metrics",
            "orders",
            "price_lists",
            "promotions",
            "resources",
            "returns",
            "sales_channel",
            "sanity",
            "shipments",
            "skus",
            "sku_lists",
            "stock_transfers",
            "subscriptions",
            "tags",
            "webapp",
            "webhooks",
            "zapier",
        ),
    )
    public_access = attribute("boolean", "Rf")
    redirect_uri = attribute("string", "CUR")
    #: The client id; unique, so that tokens find their application without searching.
    uid = attribute("string", "", unique=True)
    secret = attribute("string", "", exported=False)
    scopes = attribute("string", "Rf")
    base = base_attributes()

    role_id = internal("string")
    user_id = internal("string")
    access_token_lifetime = internal("integer", validate=(AtLeast(1), AtMost(10**9)))


#: What the engine calls the type of what tokens are issued to.
APPLICATIONS = Application.type_
