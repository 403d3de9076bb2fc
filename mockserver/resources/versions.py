"""Versions (contract: neighbours.md §22): withdrawn for event stores, so there are none."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import Resource, attribute, base_attributes, event_stores


class Version(Resource, type_="versions"):
    """A change of a record as it used to be told; nothing makes one."""

    actions: ClassVar = ("list", "retrieve")

    item_type = attribute("string", "", deprecated=True)
    resource_type = attribute("string", "Rf")
    resource_id = attribute("string", "Rf")
    event = attribute("string", "R")
    ip_address = attribute("string", "")
    user_agent = attribute("string", "")
    uuid = attribute("string", "")
    changes = attribute("object", "R")
    who = attribute("object", "R")
    base = base_attributes()

    event_stores = event_stores()
