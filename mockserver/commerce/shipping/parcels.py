"""Parcels, and what is in each of them (catalogue.md §24)."""

from __future__ import annotations

from typing import Any

from mockserver.commerce.shipping.numbers import last_count, parcel_number
from mockserver.commerce.shipping.states import GONE
from mockserver.schema.protocols import Change, Engine, View
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE, LINES = "parcels", "parcel_line_items"
CONTENTS = ("merchandise", "gift", "documents", "returned_goods", "sample", "other")
NON_DELIVERY = ("return", "abandon")
RESTRICTIONS = ("none", "other", "quarantine", "sanitary_phytosanitary_inspection")
INCOTERMS = ("EXW", "FCA", "CPT", "CIP", "DAT", "DAP", "DDP", "FAS", "FOB", "CFR", "CIF")
CONFIRMATIONS = ("SIGNATURE", "NO_SIGNATURE")


def parcels_of(engine: Engine, shipment_id: str) -> list[Record]:
    """Return the parcels of a shipment, oldest first."""
    return engine.find(TYPE, Compare("shipment", "eq", shipment_id))


# --- what customs ask for ------------------------------------------------------------------------


def needs_explanation(record: Record, _: Any) -> bool:
    """Say whether it has to be told what is in a parcel."""
    return record.get("contents_type") == "other"


def needs_comments(record: Record, _: Any) -> bool:
    """Say whether it has to be told how a parcel is restricted."""
    return record.get("restriction_type") not in (None, "none")


def needs_signer(record: Record, _: Any) -> bool:
    """Say whether somebody has to sign for what is said to customs."""
    return bool(record.get("customs_info_required"))


def is_certified(change: Change) -> None:
    """Require that what is said to customs is certified."""
    record = change.record
    if record["customs_info_required"] and not record["customs_certify"]:
        change.invalid("customs_certify", "blank")


# --- parcels -------------------------------------------------------------------------------------


def details_of_parcel(change: Change) -> None:
    """Number a new parcel within its shipment, which must still be on its way out."""
    record, engine = change.record, change.engine
    shipment = engine.get("shipments", record["shipment"])
    if change.before is not None or shipment is None:
        return
    if shipment["status"] == "cancelled":
        change.invalid("shipment", "invalid_transition")
    last = last_count(parcel["number"] for parcel in parcels_of(engine, shipment["id"]))
    record["number"] = parcel_number(shipment, last + 1)


def track(change: Change) -> None:
    """Note when a parcel was last heard of, and tell of it."""
    record, before = change.record, change.before or {}
    status = record["tracking_status"]
    if status is None or status == before.get("tracking_status"):
        return
    if "tracking_status_updated_at" not in change.sent:
        record["tracking_status_updated_at"] = change.engine.clock.timestamp()
    if status in change.engine.registry[TYPE].topics:
        change.fire(status)


def has_left(engine: Engine, record: Record) -> bool:
    """Say whether a parcel has left with its shipment."""
    shipment = engine.get("shipments", record["shipment"]) or {}
    return shipment.get("status") in GONE


# --- what is in them -----------------------------------------------------------------------------


def is_not_named_otherwise(record: Record, _: Any) -> bool:
    """Say whether the stock line item is not named by its former name either."""
    return record.get("shipment_line_item") is None


def contents_of_parcel(change: Change) -> None:
    """Check what is put into a parcel: of its shipment, and not more than there is."""
    record, engine = change.record, change.engine
    record["stock_line_item"] = record["stock_line_item"] or record["shipment_line_item"]
    line = engine.get("stock_line_items", record["stock_line_item"])
    parcel = engine.get(TYPE, record["parcel"])
    if line is None or parcel is None or record["quantity"] is None:
        return
    if line["shipment"] != parcel["shipment"]:
        change.invalid("stock_line_item", "invalid")
        return
    others = engine.find(LINES, Compare("stock_line_item", "eq", line["id"]))
    packed = sum(each["quantity"] for each in others if each["id"] != record["id"])
    left = line["quantity"] - packed
    if record["quantity"] > left:
        change.invalid("quantity", "less_than_or_equal_to", value=record["quantity"], count=left)


def sku_code(record: Record, view: View) -> Any:
    """Return the code of the SKU that is in a parcel."""
    line = view.related(record, "stock_line_item", LINES)
    sku = view.related(line, "sku", "stock_line_items") if line else None
    return sku["code"] if sku else None
