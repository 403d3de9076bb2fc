"""Outages: the whole API down, of one organization or of all, until it is said to be up again."""

from __future__ import annotations

from typing import Any

from marshmallow import Schema, ValidationError, fields

from mockserver.control.components import Components, Json, find
from mockserver.refusals import load, refused
from mockserver.traffic.faults import Fault, Faults

Listing = list[Json]
#: The fault of all organizations; that of one has its slug behind it.
NAME = "outage"
#: What happens where nobody says anything, in the words of ``X-Mock-Fault``.
DOWN = "503"
#: What is down: tokens can be had.
API = "/api/*"


class OutageSchema(Schema):
    """Effect of an outage on requests, which the fault checks."""

    effect = fields.Raw(load_default=DOWN)


class OutageControl:
    """The outages of one server: faults with a name, asked before all others."""

    def __init__(self, components: Components) -> None:
        """Control those of these parts."""
        self._components = components

    @property
    def _faults(self) -> Faults:
        return self._components.traffic.faults

    def list(self, organization: str | None = None) -> Listing:
        """Return the outages there are, or those that one organization is under; none: all is up.

        Raises:
            Refusal: 404 for the organization.
        """
        names = {NAME, self._name(organization)} if organization else None
        return [fault.serialized() for fault in self._faults.all() if _is_outage(fault, names)]

    def on(self, body: Any = None, organization: str | None = None) -> Json:
        """Let every request to the API fail, in place of the outage there was.

        Args:
            body: as ``OutageSchema``; ``None``: 503.
            organization: the only one that is down.

        Raises:
            Refusal: 404 for the organization, 422 for the effect; nothing has changed.
        """
        name = self._name(organization)
        wanted = load(OutageSchema(), {} if body is None else body)
        rule = {"match": {"path": API}, "effect": wanted["effect"]}
        try:
            return self._faults.add(rule, organization, name).serialized()
        except ValidationError as error:
            raise refused(error) from None

    def off(self, organization: str | None = None) -> None:
        """End the outage, if there is one; other faults stay.

        Raises:
            Refusal: 404 for the organization.
        """
        self._faults.remove(self._name(organization))

    def _name(self, organization: str | None) -> str:
        return f"{NAME}-{find(self._components, organization).slug}" if organization else NAME


def _is_outage(fault: Fault, names: set[str] | None) -> bool:
    return fault.id in names if names else fault.id.partition("-")[0] == NAME
