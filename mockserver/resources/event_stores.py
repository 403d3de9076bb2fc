"""Event stores (contract: neighbours.md §21, customers.md §13)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import Resource, attribute, identifier, metadata, moment
from mockserver.storage.conditions import EVERYTHING


class EventStore(Resource, type_="event_stores"):
    """One change of a record; the engine makes them."""

    actions: ClassVar = ("retrieve",)
    expendable: ClassVar = EVERYTHING
    for_kinds: ClassVar = frozenset({"integration"})

    id = identifier()
    resource_type = attribute("string", "R", predicates=("eq", "in"))
    resource_id = attribute("string", "R", indexed=True)
    event = attribute("string", "R")
    ip_address = attribute("string", "")
    user_agent = attribute("string", "")
    uuid = attribute("string", "")
    payload = attribute("object", "R")
    who = attribute("object", "R")
    created_at = moment()
    updated_at = moment()
    reference = attribute("string", "CURfs", initial={})
    reference_origin = attribute("string", "CURfs", initial={})
    metadata = metadata()
