"""Carrier accounts (contract: catalogue.md §25)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.shipping.carriers import new_account_id
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)


class CarrierAccount(Resource, type_="carrier_accounts"):
    """A merchant's account at a carrier, which quotes rates."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    name = attribute("string", "CURfs", required=True)
    easypost_type = attribute("string", "CURf", required=True)
    easypost_id = attribute("string", "R", initial=new_account_id)
    credentials = attribute("object", "CUR", required=True, exported=False, secret=True)
    base = base_attributes()

    market = to_one("markets", "CUfs")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()
