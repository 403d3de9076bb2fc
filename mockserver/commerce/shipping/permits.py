"""Permits of sales channels for shipments and methods (authentication.md §13)."""

from __future__ import annotations

from mockserver.commerce.orders.permits import GUEST_ORDER, OPEN, OWN_ORDER, of_order
from mockserver.schema.permits import Permit, Restriction, joined, part_of


def shipments(order: Restriction) -> Permit:
    """Permit to look at the shipments of such an order, and to change them until it is placed."""
    return Permit("RU", readable=of_order(order), writable=of_order(joined(order, OPEN)))


def in_shipments(order: Restriction) -> Permit:
    """Permit to look at what is in the shipments of such an order, or taken for it."""
    return Permit("R", readable=of_order(order))


GUEST_SHIPMENTS, OWN_SHIPMENTS = shipments(GUEST_ORDER), shipments(OWN_ORDER)
GUEST_CONTENTS, OWN_CONTENTS = in_shipments(GUEST_ORDER), in_shipments(OWN_ORDER)
OWN_PARCELS = Permit("R", readable=part_of("shipments", "shipment", of_order(OWN_ORDER)))
