"""Whose an address is: that of the books and the orders it is in (authentication.md §13.1, §13.2).

An address names nobody itself. One that is in nobody's book and on nobody's order is open to
whoever knows its id, as a checkout's is until it is put on the order.
"""

from __future__ import annotations

from mockserver.access import Access
from mockserver.commerce.orders.permits import GUEST_ORDER, OWN_ORDER, guests_order, of_order
from mockserver.schema.permits import (
    REGISTERED,
    Permit,
    Restriction,
    Setting,
    another_customers,
    own_by,
    settled,
)
from mockserver.storage.conditions import NOTHING, Any_, Condition, Not, Related

#: The to-ones of an order that lead to its addresses.
OF_ORDER = ("billing_address", "shipping_address")


def _held(book: Restriction, order: Restriction) -> Restriction:
    """Restrict to the addresses that such an entry of a book, such an order or its return has."""
    holders = (
        ("customer_addresses", "address", book),
        *(("orders", name, order) for name in OF_ORDER),
        ("returns", "origin_address", of_order(order)),
    )

    def held(access: Access, setting: Setting) -> Condition:
        return Any_(
            tuple(
                Related(type_, "id", name, settled(restriction, access, setting))
                for type_, name, restriction in holders
            )
        )

    return held


def _not_guests(access: Access, setting: Setting) -> Condition:
    return Not(guests_order(access, setting))


def _permit(own: Restriction, anothers: Restriction) -> Permit:
    """Permit what is one's own to be read, and to be changed where nobody else holds it."""

    def nobodys(access: Access, setting: Setting) -> Condition:
        return Not(settled(anothers, access, setting))

    def readable(access: Access, setting: Setting) -> Condition:
        return Any_((settled(own, access, setting), nobodys(access, setting)))

    return Permit("CRUD", readable=readable, writable=nobodys)


FOR_GUESTS = _permit(_held(NOTHING, GUEST_ORDER), _held(REGISTERED, _not_guests))
FOR_CUSTOMERS = _permit(_held(own_by(), OWN_ORDER), _held(another_customers, another_customers))
