"""Introspection of a token at ``/oauth/tokeninfo``: who it is and what it may do.

authentication.md §11.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.access import Access, Owner
from mockserver.oauth.claims import Claims
from mockserver.oauth.clients import GRANTS_OF_KIND
from mockserver.oauth.tokens import find_owner
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

if TYPE_CHECKING:
    from mockserver.engine.sandbox import Sandbox

#: The dashboard's own applications, as (name, kind).
DASHBOARD_APPS: tuple[tuple[str, str], ...] = (
    ("Bundles", "bundles"),
    ("Customers", "customers"),
    ("Exports", "exports"),
    ("Gift cards", "gift_cards"),
    ("Imports", "imports"),
    ("Inventory", "inventory"),
    ("Orders", "orders"),
    ("Price lists", "price_lists"),
    ("Promotions", "promotions"),
    ("Resources", "resources"),
    ("Returns", "returns"),
    ("Shipments", "shipments"),
    ("SKU lists", "sku_lists"),
    ("SKUs", "skus"),
    ("Stock transfers", "stock_transfers"),
    ("Subscriptions", "subscriptions"),
    ("Tags", "tags"),
    ("Webhooks", "webhooks"),
)
USER_FIELDS = ("first_name", "last_name", "email")


def token_information(sandbox: Sandbox, access: Access, claims: Claims) -> dict[str, Any]:
    """Return the body of tokeninfo for a token that is good in the sandbox."""
    role = _role(sandbox, access)
    owner = access.owner and _owner(sandbox, access.owner)
    return {
        "token": {
            "test": access.mode == "test",
            "market_ids": list(access.market_ids or ()),
            "stock_location_ids": list(access.stock_location_ids),
            "lifespan": claims.expires_at - int(sandbox.clock.seconds()),
        },
        "role": role and {name: role[name] for name in ("id", "kind", "name")},
        "application": _application(sandbox, access),
        **({"owner": owner} if owner else {}),
        "permissions": sandbox.permissions(access).serialized(sandbox.registry),
        "accessible_apps": _accessible_apps(access, role),
    }


def _role(sandbox: Sandbox, access: Access) -> Record | None:
    """Return the role that counts; a kind with roles but without one of its own is an Admin."""
    if access.is_sales_channel:
        return None
    if access.role_id is not None:
        return sandbox.get("roles", access.role_id)
    admins = sandbox.find("roles", Compare("kind", "eq", "admin"))
    return admins[0] if admins else None


def _application(sandbox: Sandbox, access: Access) -> dict[str, Any]:
    application = sandbox.get("applications", access.application_id or "") or {}
    return {
        "id": access.application_id,
        "kind": access.kind,
        "name": application.get("name"),
        # The vendor's own applications are the ones a merchant cannot create.
        "core": access.kind not in GRANTS_OF_KIND,
    }


def _owner(sandbox: Sandbox, owner: Owner) -> dict[str, Any]:
    record = find_owner(sandbox, owner) or {}
    identity = {"id": owner.id, "type": owner.type}
    if owner.type == "Customer":
        return {**identity, "email": record.get("email")}
    return {
        **identity,
        **{name: record.get(name) for name in USER_FIELDS},
        "owner": bool(record.get("owner")),
        "time_zone": record.get("time_zone"),
    }


def _accessible_apps(access: Access, role: Record | None) -> list[dict[str, Any]]:
    by_user = access.owner is not None and access.owner.type == "User"
    if not by_user and (role is None or role["kind"] != "admin"):
        return []
    return [{"name": name, "kind": kind, "core": True} for name, kind in DASHBOARD_APPS]
