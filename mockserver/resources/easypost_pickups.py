"""EasyPost pickups (contract: catalogue.md §25)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.pickups import in_time, schedule, shipment_is_ready
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    to_one,
    trigger,
)


class EasypostPickup(Resource, type_="easypost_pickups"):
    """A carrier's coming for the parcels of a shipment."""

    family: ClassVar = "pickups"
    checks: ClassVar = (shipment_is_ready, in_time)

    type = kind(("easypost_pickups",))
    status = attribute("string", "Rfs", initial="unknown")
    internal_id = attribute("string", "R")
    base = base_attributes()
    selected_rate_id = attribute("string", "UR")
    rates = attribute("array", "R")
    instructions = attribute("string", "CR")
    min_datetime = attribute("datetime", "CRfs", required=True)
    max_datetime = attribute("datetime", "CRfs", required=True)
    _purchase = trigger(schedule)
    purchase_started_at = attribute("datetime", "Rfs")
    purchase_completed_at = attribute("datetime", "Rfs")

    shipment = to_one("shipments", "CUfs", required=True, on_delete="cascade")
    parcels = to_many("parcels", "f", inverse="pickup")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
