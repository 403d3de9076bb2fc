"""Who may do what: the permission tables of authentication §13, as data.

An action is one of the four words of tokeninfo. A rule may restrict the records it applies to;
a request for a type or an action without a rule, or for a record outside the restriction, is
answered 401 ``UNAUTHORIZED``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from mockserver.access import Access
from mockserver.errors import refusal
from mockserver.resources.payment_sources import PAYMENT_SOURCES
from mockserver.resources.registry import Registry
from mockserver.resources.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, Compare, Condition, Related, both

Action = Literal["create", "read", "update", "destroy"]
LETTERS: Mapping[Action, str] = {"create": "C", "read": "R", "update": "U", "destroy": "D"}
#: The vendor's action words behind each permission.
VENDOR_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "create": ("create",),
    "read": ("list", "retrieve"),
    "update": ("update",),
    "destroy": ("delete",),
}
#: The only kind that may read event stores (authentication §13.3).
INTEGRATION = "integration"
#: Readable by any token (authentication §12).
OPEN_TO_ALL = frozenset({"applications", "organizations"})


@dataclass(frozen=True, slots=True)
class Rule:
    """What one type allows: actions as letters of ``CRUD``, whether lists, and of which records.

    Attributes:
        actions: letters of ``CRUD``.
        lists: whether the type may be listed.
        readable: the records that may be read; a function of the bearer where it depends.
        writable: what those that may be created or changed satisfy besides.
        creates_others: whether records may be created that cannot be read then.
    """

    actions: str
    lists: bool = False
    readable: Condition | Callable[[Access], Condition] = EVERYTHING
    writable: Condition = EVERYTHING
    creates_others: bool = False


def _own(field: str) -> Callable[[Access], Condition]:
    return lambda access: Compare(field, "eq", access.customer_id)


def _of_order(condition: Condition) -> Condition:
    return Related("orders", "order", "id", condition)


def _of_own_order(access: Access) -> Condition:
    return _of_order(_own("customer")(access))


def _of_order_in_scope(access: Access) -> Condition:
    if access.market_ids is None:
        return EVERYTHING
    return _of_order(Compare("market", "in", frozenset(access.market_ids)))


def _with_order(*statuses: str) -> Condition:
    return _of_order(Compare("status", "in", frozenset(statuses)))


OPEN_ORDER = frozenset({"draft", "pending"})
SINGLE = Rule("CRUD")
READ = Rule("R")
CATALOGUE = Rule("R", lists=True)
WITH_ORDER = _with_order("draft", "pending", "placed")
WITH_OPEN_ORDER = _with_order(*OPEN_ORDER)
ORDER_PART = Rule("CRUD", readable=WITH_ORDER, writable=WITH_OPEN_ORDER)

GUEST: Mapping[str, Rule] = {
    "addresses": SINGLE,
    "customers": Rule("C"),
    "customer_subscriptions": SINGLE,
    "customer_password_resets": Rule("U"),
    "in_stock_subscriptions": SINGLE,
    "gift_cards": SINGLE,
    "gift_card_recipients": SINGLE,
    "orders": Rule(
        "CRU",
        readable=Compare("status", "in", OPEN_ORDER | {"placed"}),
        writable=Compare("status", "in", OPEN_ORDER),
    ),
    "line_items": ORDER_PART,
    "line_item_options": ORDER_PART,
    **dict.fromkeys(PAYMENT_SOURCES, ORDER_PART),
    "returns": Rule("CRU", readable=_of_order_in_scope, writable=Compare("status", "eq", "draft")),
    "return_line_items": Rule("CR"),
    "sku_lists": SINGLE,
    "sku_list_items": SINGLE,
    **dict.fromkeys(("bundles", "skus", "sku_options", "prices", "promotions"), CATALOGUE),
    **dict.fromkeys(("payment_methods", "shipping_methods", "delivery_lead_times"), READ),
    **dict.fromkeys(("stock_items", "stock_transfers", "geocoders"), READ),
    "shipments": Rule("RU", readable=WITH_ORDER, writable=WITH_OPEN_ORDER),
    "shipment_line_items": READ,
}

CUSTOMER: Mapping[str, Rule] = {
    **GUEST,
    "customers": Rule("CRUD", lists=True, readable=_own("id"), creates_others=True),
    "customer_addresses": Rule("CRUD", lists=True, readable=_own("customer")),
    "customer_payment_sources": Rule("RUD", lists=True, readable=_own("customer")),
    "customer_subscriptions": Rule("CRUD", lists=True, readable=_own("customer")),
    "orders": Rule("CRU", lists=True, readable=_own("customer")),
    "order_subscriptions": Rule("RU", lists=True, readable=_own("customer")),
    "returns": Rule("CRU", lists=True, readable=_own("customer")),
    "line_items": Rule("CRUD", readable=_of_own_order),
    "line_item_options": Rule("CRUD", readable=_of_own_order),
    "shipments": Rule("RU", readable=_of_own_order),
    "parcels": Rule(
        "R", readable=lambda access: Related("shipments", "shipment", "id", _of_own_order(access))
    ),
}

ADMIN: Mapping[str, Any] = {"*": {"actions": ["create", "destroy", "read", "update"]}}
#: What is left of a role that is gone: nobody becomes an Admin by losing a role.
NO_ROLE: Record = {"permissions": {}}


@dataclass(frozen=True, slots=True)
class Permissions:
    """What one bearer may do.

    Attributes:
        access: the bearer.
        role: the record of the role that applies to kinds that have one, ``None`` for Admin.
    """

    access: Access
    role: Record | None = None

    def allows(self, resource: type[Resource], action: Action, *, lists: bool = False) -> bool:
        """Say whether the bearer may do this to records of the type."""
        if resource.type_ in OPEN_TO_ALL:
            return action == "read"
        rule = self._rule(resource.type_)
        if rule is None:
            return action in self._by_role(resource.type_)
        return LETTERS[action] in rule.actions and (rule.lists or not lists)

    def require(self, resource: type[Resource], action: Action, *, lists: bool = False) -> None:
        """Refuse what is not allowed, 401 ``UNAUTHORIZED``."""
        if not self.allows(resource, action, lists=lists):
            raise refusal("UNAUTHORIZED")

    @property
    def reads_event_stores(self) -> bool:
        """Whether change histories may be read: by integrations alone (authentication §13.3)."""
        return self.access.kind == INTEGRATION and "read" in self._by_role("event_stores")

    def restriction(self, type_: str, action: Action) -> Condition:
        """Return the condition a record must satisfy for the action."""
        rule = self._rule(type_)
        if rule is None or (action == "create" and rule.creates_others):
            return EVERYTHING
        readable = rule.readable(self.access) if callable(rule.readable) else rule.readable
        return readable if action == "read" else both(readable, rule.writable)

    def _rule(self, type_: str) -> Rule | None:
        """Return the rule of a sales channel; ``None`` for kinds that have a role."""
        if not self.access.is_sales_channel:
            return None
        table = CUSTOMER if self.access.customer_id else GUEST
        return table.get(type_, NO_RULE)

    def _by_role(self, type_: str) -> list[str]:
        if type_ == "event_stores" and self.access.kind != INTEGRATION:
            return []
        permissions = self.role["permissions"] if self.role else ADMIN
        found: Mapping[str, list[str]] = permissions.get(type_, permissions.get("*", {}))
        return list(found.get("actions", ()))

    def printed(self, registry: Registry) -> dict[str, dict[str, list[str]]]:
        """Return the permissions as tokeninfo prints them (authentication §11)."""
        return {
            type_: {"actions": actions}
            for type_, resource in sorted(registry.items())
            if (actions := [a for a in sorted(VENDOR_ACTIONS) if self._may(resource, a)])
        }

    def _may(self, resource: type[Resource], action: Any) -> bool:
        offered = set(VENDOR_ACTIONS[action]) & set(resource.actions)
        return bool(offered) and self.allows(resource, action)


NO_RULE = Rule("")
