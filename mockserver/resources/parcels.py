"""Parcels (contract: catalogue.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class Parcel(Resource, type_="parcels"):
    """A package with what is in it, on its way."""

    topics: ClassVar = (
        "create",
        "destroy",
        "pre_transit",
        "booked",
        "in_transit",
        "shipped",
        "out_for_delivery",
        "available_for_pickup",
        "delivered",
        "return_to_sender",
        "cancelled",
        "failure",
    )

    number = attribute("string", "R")
    weight = attribute("float", "CURfs", required=True)
    unit_of_weight = attribute("string", "CUR", required=True, enum=("gr", "oz", "lb"))
    eel_pfc = attribute("string", "CUR")
    contents_type = attribute("string", "CUR")
    contents_explanation = attribute("string", "CURf")
    customs_certify = attribute("boolean", "CUR", initial=False)
    customs_signer = attribute("string", "CUR")
    non_delivery_option = attribute("string", "CUR", initial="return")
    restriction_type = attribute("string", "CUR")
    restriction_comments = attribute("string", "CUR")
    customs_info_required = attribute("boolean", "CUR")
    shipping_label_url = attribute("string", "CURf")
    shipping_label_file_type = attribute("string", "CURf")
    shipping_label_size = attribute("string", "CURf")
    shipping_label_resolution = attribute("string", "CURf")
    tracking_number = attribute("string", "CURf")
    tracking_status = attribute("string", "CURfs")
    tracking_status_detail = attribute("string", "CURf")
    tracking_status_updated_at = attribute("datetime", "CURfs")
    tracking_details = attribute("array", "CUR", initial=lambda _: [])
    carrier_weight_oz = attribute("string", "CURfs")
    signed_by = attribute("string", "CUR")
    incoterm = attribute("string", "CURf")
    delivery_confirmation = attribute("string", "CURf")
    base = base_attributes()

    shipment = to_one("shipments", "CUfs", required=True, on_delete="cascade")
    package = to_one("packages", "CUfs", required=True, on_delete="restrict")
    parcel_line_items = to_many("parcel_line_items", "f", inverse="parcel")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    pickup = to_one("pickups", hidden=True)
