"""Permissions of bearers: the permits of the declarations, and roles (authentication.md §13).

An action is one of the four words of tokeninfo. A request for a type or an action that is not
allowed, or for a record outside the restriction, is answered 401 ``UNAUTHORIZED``.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import field
from typing import Any, Literal

from mockserver.access import Access
from mockserver.clock import Clock
from mockserver.errors import refusal
from mockserver.late_dataclass import dataclass
from mockserver.reasons import reason
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.resources.registry import Registry, registry
from mockserver.schema.permits import Permit, Setting, settled
from mockserver.schema.protocols import Engine
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING, NOTHING, Any_, Condition, both

Action = Literal["create", "read", "update", "destroy"]
LETTERS: Mapping[Action, str] = {"create": "C", "read": "R", "update": "U", "destroy": "D"}
#: The vendor's action words behind each permission.
VENDOR_ACTIONS: Mapping[str, tuple[str, ...]] = {
    "create": ("create",),
    "read": ("list", "retrieve"),
    "update": ("update",),
    "destroy": ("delete",),
}
ADMIN: Mapping[str, Any] = {"*": {"actions": ["create", "destroy", "read", "update"]}}
#: What is left of a role that is gone: nobody becomes an Admin by losing a role.
NO_ROLE: Record = {"permissions": {}}


def _from_the_start(name: str) -> object:
    """Return an attribute of the organization as it is from the start."""
    return registry()[ORGANIZATIONS].attributes[name].initial


@dataclass(frozen=True, slots=True)
class OrganizationTerms:
    """Terms of an organization that permits depend on.

    Attributes:
        give: gives an attribute of it.
        clock: its time.
    """

    give: Callable[[str], object] = _from_the_start
    clock: Clock = field(default_factory=Clock)

    @property
    def now(self) -> str:
        """Its time, as a timestamp."""
        return self.clock.timestamp()

    def __call__(self, name: str) -> object:
        """Return the attribute with this name."""
        return self.give(name)


@dataclass(frozen=True, slots=True)
class Permissions:
    """Permissions of one bearer.

    Attributes:
        access: the bearer.
        role: the record of the role that applies to kinds that have one, ``None`` for Admin.
        setting: gives an attribute of the organization, and its time.
        engine: the records that decide what is in scope; none: scopes are not looked at.
    """

    access: Access
    role: Record | None = None
    setting: Setting = field(default_factory=OrganizationTerms)
    engine: Engine | None = None
    _scopes: dict[str, Condition] = field(default_factory=dict, init=False, compare=False)

    def allows(self, resource: type[Resource], action: Action, *, lists: bool = False) -> bool:
        """Say whether the bearer may do this to records of the type."""
        if resource.singleton:
            # Any token may look at what it stands in (authentication.md §12).
            return action == "read"
        permit = self._permit(resource)
        if permit is None:
            return action in self._by_role(resource)
        return LETTERS[action] in permit.actions and (permit.lists or not lists)

    def includes(self, resource: type[Resource]) -> bool:
        """Say whether the bearer's documents may include records of the type."""
        permit = self._permit(resource)
        return bool(permit and permit.included) or self.allows(resource, "read")

    def require(
        self,
        resource: type[Resource],
        action: Action,
        sent: Collection[str] = (),
        *,
        lists: bool = False,
    ) -> Condition:
        """Refuse what is not allowed, 401 ``UNAUTHORIZED``; return its ``restriction``."""
        if not self.allows(resource, action, lists=lists):
            why = self._why(resource, "list" if lists else action)
            raise refusal("UNAUTHORIZED", because=why)
        return self._restricted(resource, action, sent)

    def _why(self, resource: type[Resource], action: str) -> str:
        """Return why an action is not allowed, as a sentence."""
        facts = {"bearer": self.access.bearer, "action": action, "type": resource.type_}
        if self.access.is_sales_channel:
            return reason("permission_of_type", **facts)
        if resource.for_kinds and self.access.kind not in resource.for_kinds:
            return reason("permission_of_kind", kinds=" and ".join(resource.for_kinds), **facts)
        return reason("permission_of_role", role=self.access.role_id, **facts)

    def restriction(self, type_: str, action: Action, sent: Collection[str] = ()) -> Condition:
        """Return the condition a record must satisfy for the action.

        Args:
            type_: of the record.
            action: what is done to it; of what is read it says, too, what linkages may lead to.
            sent: the attributes that an update sends, where it sends nothing else.
        """
        return self._restricted(registry()[type_], action, sent)

    def nameable(self, type_: str) -> Condition:
        """Return the condition of the records that linkages may lead to: in scope or not.

        What an order is of, the order's own market decides (catalogue.md §11).
        """
        permit = self._permit(registry()[type_])
        return settled(permit.readable, self.access, self.setting) if permit else EVERYTHING

    def _restricted(
        self, resource: type[Resource], action: Action, sent: Collection[str]
    ) -> Condition:
        scope = self._scope(resource) if action == "read" else EVERYTHING
        permit = self._permit(resource)
        if permit is None or (action == "create" and permit.creates_others):
            return scope
        readable = both(settled(permit.readable, self.access, self.setting), scope)
        return readable if action == "read" else both(readable, self._writable(permit, sent))

    def _scope(self, resource: type[Resource]) -> Condition:
        """Return which records are in the scope of the token, looked up once."""
        if self.engine is None or self.access.market_ids is None or resource.scoped is None:
            return EVERYTHING
        if resource.type_ not in self._scopes:
            self._scopes[resource.type_] = resource.scoped(self.access, self.engine)
        return self._scopes[resource.type_]

    def visible(self, type_: str) -> Condition:
        """Return the condition that the records of a type satisfy which the bearer may read."""
        resource = registry().get(type_)
        if resource is None or not self.allows(resource, "read"):
            return NOTHING
        return self.restriction(type_, "read")

    def _writable(self, permit: Permit, sent: Collection[str]) -> Condition:
        writable = settled(permit.writable, self.access, self.setting)
        if not sent or not permit.commands.keys() >= set(sent):
            return writable
        return Any_((writable, both(*(permit.commands[name] for name in sent))))

    def _permit(self, resource: type[Resource]) -> Permit | None:
        """Return the permit of a sales channel; ``None`` for kinds that have a role."""
        if not self.access.is_sales_channel:
            return None
        return resource.for_customers if self.access.customer_id else resource.for_guests

    def _by_role(self, resource: type[Resource]) -> list[str]:
        if resource.for_kinds and self.access.kind not in resource.for_kinds:
            return []
        permissions = self.role["permissions"] if self.role else ADMIN
        found: Mapping[str, Any] = permissions.get(resource.type_, permissions.get("*", {}))
        return list(found.get("actions", ()))

    def serialized(self, registry: Registry) -> dict[str, dict[str, list[str]]]:
        """Return the permissions as tokeninfo prints them (authentication.md §11)."""
        return {
            type_: {"actions": actions}
            for type_, resource in sorted(registry.items())
            if (actions := [a for a in sorted(VENDOR_ACTIONS) if self._may(resource, a)])
        }

    def _may(self, resource: type[Resource], action: Any) -> bool:
        offered = set(VENDOR_ACTIONS[action]) & set(resource.actions)
        return bool(offered) and self.allows(resource, action)
