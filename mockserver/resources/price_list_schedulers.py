"""Price list schedulers (contract: catalogue.md §8)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.catalogue.scheduler_status import STATUSES, active, status
from mockserver.commerce.catalogue.schedulers import DUE, JOBS, list_suits_market, tell_of_begun
from mockserver.schema.disabling import disabling
from mockserver.schema.permits import INCLUDED
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.schema.windows import ends_after_start


class PriceListScheduler(Resource, type_="price_list_schedulers"):
    """Another price list of a market for a while."""

    for_guests: ClassVar = INCLUDED
    for_customers: ClassVar = INCLUDED

    topics: ClassVar = ("activated", "expired")
    checks: ClassVar = (ends_after_start, list_suits_market, tell_of_begun)
    jobs: ClassVar = JOBS
    due: ClassVar = DUE

    name = attribute("string", "CURfs", required=True)
    starts_at = attribute("datetime", "CURfs", required=True, example="2026-01-01T00:00:00.000Z")
    expires_at = attribute("datetime", "CURfs", required=True, example="2099-12-31T00:00:00.000Z")
    active = attribute("boolean", "R", derive_from=active)
    status = attribute("string", "R", enum=STATUSES, derive_from=status)
    base = base_attributes(disabling())

    market = to_one("markets", "CUfs", required=True, on_delete="cascade")
    price_list = to_one("price_lists", "CUfs", required=True, on_delete="restrict")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
