"""Roles: what applications and users may do (authentication.md §12)."""

from __future__ import annotations

from typing import Any

from mockserver.late_dataclass import dataclass
from mockserver.schema.service_records import ServiceRecord
from mockserver.schema.validations import Broken, Validation
from mockserver.schema.vocabulary import internal


@dataclass(frozen=True, slots=True)
class ActionsByType(Validation):
    """Permissions as ``{type: {"actions": [...]}}``."""

    def broken(self, value: Any) -> Broken | None:
        """Return ``invalid`` with the value."""
        return None if all(map(_are_actions, value.values())) else ("invalid", {"value": value})


def _are_actions(permission: Any) -> bool:
    actions = permission.get("actions", []) if isinstance(permission, dict) else None
    return isinstance(actions, list) and all(isinstance(action, str) for action in actions)


class Role(ServiceRecord, type_="roles"):
    """Permissions by type, for those that have the role."""

    name = internal("string")
    kind = internal("string")
    permissions = internal("object", required=True, validate=ActionsByType())
