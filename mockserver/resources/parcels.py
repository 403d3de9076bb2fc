"""Parcels (contract: catalogue.md §24)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.parcels import (
    CONFIRMATIONS,
    CONTENTS,
    INCOTERMS,
    NON_DELIVERY,
    RESTRICTIONS,
    details_of_parcel,
    has_left,
    is_certified,
    needs_comments,
    needs_explanation,
    needs_signer,
    track,
)
from mockserver.commerce.shipping.permits import OWN_PARCELS
from mockserver.schema.validations import Inclusion, MoreThan
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

    for_customers: ClassVar = OWN_PARCELS

    sample: ClassVar = ("customs_certify",)
    checks: ClassVar = (is_certified, details_of_parcel, track)
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
    weight = attribute("float", "CURfs", required=True, validate=MoreThan(0))
    unit_of_weight = attribute("string", "CUR", required=True, enum=("gr", "oz", "lb"))
    eel_pfc = attribute("string", "CUR")
    contents_type = attribute("string", "CUR", validate=Inclusion(frozenset(CONTENTS)))
    contents_explanation = attribute("string", "CURf", required=needs_explanation)
    customs_certify = attribute("boolean", "CUR", initial=False)
    customs_signer = attribute("string", "CUR", required=needs_signer)
    non_delivery_option = attribute(
        "string", "CUR", initial="return", validate=Inclusion(frozenset(NON_DELIVERY))
    )
    restriction_type = attribute("string", "CUR", validate=Inclusion(frozenset(RESTRICTIONS)))
    restriction_comments = attribute("string", "CUR", required=needs_comments)
    customs_info_required = attribute("boolean", "CUR", initial=False)
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
    incoterm = attribute("string", "CURf", validate=Inclusion(frozenset(INCOTERMS)))
    delivery_confirmation = attribute(
        "string", "CURf", validate=Inclusion(frozenset(CONFIRMATIONS))
    )
    base = base_attributes()

    shipment = to_one("shipments", "CUfs", required=True, on_delete="cascade")
    package = to_one("packages", "CUfs", required=True, on_delete="restrict")
    parcel_line_items = to_many("parcel_line_items", "f", inverse="parcel")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
    pickup = to_one("pickups", hidden=True)

    locked = staticmethod(has_left)
