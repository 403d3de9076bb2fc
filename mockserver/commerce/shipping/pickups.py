"""Carriers that come for what is ready to be shipped (catalogue.md §25)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.clock import parse_timestamp
from mockserver.commerce.shipping.carriers import DIGITS, selected_rate
from mockserver.commerce.shipping.parcels import parcels_of
from mockserver.schema.protocols import Change

#: How soon a carrier can come at the earliest, and how long it can wait at most.
SOONEST, LATEST = timedelta(hours=2), timedelta(hours=24)


def shipment_is_ready(change: Change) -> None:
    """Require a shipment that is ready, in a parcel, with a label."""
    record, engine = change.record, change.engine
    shipment = engine.get("shipments", record["shipment"])
    if change.before is not None or shipment is None:
        return
    is_ready = shipment["status"] == "ready_to_ship" and shipment["purchase_completed_at"]
    parcels = parcels_of(engine, shipment["id"])
    if not is_ready or not parcels:
        change.invalid("shipment", "invalid")
        return
    record["internal_id"] = f"pickup_{engine.entropy.hex(DIGITS)}"
    record["rates"] = [
        {**rate, "id": f"pickuprate_{engine.entropy.hex(DIGITS)}"}
        for rate in shipment["rates"]
        if rate["id"] == shipment["selected_rate_id"]
    ]
    # Of several parcels the first one counts.
    change.after(lambda: _note(change, parcels[0]["id"]))


def _note(change: Change, parcel_id: str) -> None:
    change.engine.rewrite("parcels", parcel_id, {"pickup": change.record["id"]})


def in_time(change: Change) -> None:
    """Require a span of time that a carrier can come in."""
    if change.before is not None:
        return
    now, record = change.engine.clock.now(), change.record
    first, last = (parse_timestamp(record[name] or "") for name in ("min_datetime", "max_datetime"))
    if first is not None and first < now + SOONEST:
        change.invalid("min_datetime", "invalid", value=record["min_datetime"])
    if last is not None and (last > now + LATEST or (first is not None and last <= first)):
        change.invalid("max_datetime", "invalid", value=record["max_datetime"])


def schedule(change: Change, _: Any) -> None:
    """Have the carrier come, at the rate that is selected."""
    if selected_rate(change) is not None:
        now = change.engine.clock.timestamp()
        change.record.update(status="scheduled", purchase_started_at=now, purchase_completed_at=now)
