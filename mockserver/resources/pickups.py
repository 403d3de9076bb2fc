"""Pickups (contract: catalogue.md §25)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
)


class Pickup(Resource, type_="pickups"):
    """A carrier's coming for the parcels of a shipment, whichever carrier it is."""

    actions: ClassVar = ("list", "retrieve")

    type = kind(("easypost_pickups",))
    status = attribute("string", "Rfs", initial="unknown")
    internal_id = attribute("string", "R")
    base = base_attributes()

    shipment = to_one("shipments", "CUfs", required=True, on_delete="restrict")
    parcels = to_many("parcels", "f", inverse="pickup")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
