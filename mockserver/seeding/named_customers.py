"""The customers every sandbox begins with, the same in both modes: tests may rely on them."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.seeding.markets import PRIVATE_GROUP, PRIVATE_MARKET
from mockserver.seeding.plans import CustomerPlan, OrderPlan
from mockserver.seeding.reference_data import LOYAL_GROUP, TAGS

#: Who asked to be forgotten, by what became of it.
FORGETTING: Sequence[tuple[str, str, str]] = (
    ("requested", "Anna", "Lindner"),
    ("started", "Jonas", "Weidmann"),
    ("completed", "Miriam", "Kessler"),
    ("failed", "Lukas", "Brandt"),
    ("cancelled", "Clara", "Hoffmann"),
)

NAMED_CUSTOMERS: Sequence[CustomerPlan] = (
    # Has one of everything, and is listed first.
    CustomerPlan(
        "john@example.com",
        "John",
        "Smith",
        registered=True,
        group=LOYAL_GROUP["code"],
        tags=("newsletter", "summer"),
        addresses=2,
        orders=(
            OrderPlan("approved", 2, returned="requested", tags=("summer",), invoiced=True),
            OrderPlan("placed", 40, frequency="monthly", runs=1),
            OrderPlan("draft", 45),
        ),
        subscriptions=("newsletter",),
        cards=1,
        sku_lists=("Wishlist",),
        notes=("Prefers to be called in the morning.",),
        reference="CRM-0001",
        reference_origin="crm",
        metadata={"shoe_size": 43, "preferences": {"language": "en", "channels": ["email"]}},
    ),
    # Has nothing at all.
    CustomerPlan("mary@example.com", "Mary", "Jones", "GB"),
    CustomerPlan(
        "peter@example.com",
        "Peter",
        "Brown",
        registered=True,
        addresses=1,
        orders=(OrderPlan("placed", 1),),
    ),
    # The order counts although it was cancelled.
    CustomerPlan(
        "greta@example.com", "Greta", "Schmidt", "DE", orders=(OrderPlan("cancelled", 0.1),)
    ),
    # Neither of the orders counts.
    CustomerPlan(
        "paul@example.com",
        "Paul",
        "Dubois",
        "FR",
        registered=True,
        addresses=1,
        orders=(OrderPlan("draft", 3), OrderPlan("pending", 9)),
    ),
    # A member of the private market.
    CustomerPlan(
        "valentina@example.com",
        "Valentina",
        "Ricci",
        "IT",
        registered=True,
        group=PRIVATE_GROUP["code"],
        tags=("vip",),
        addresses=1,
        orders=(OrderPlan("approved", 5, PRIVATE_MARKET),),
        cards=1,
    ),
    CustomerPlan(
        "buyer@wholesale.example.com",
        "Walter",
        "Young",
        business=True,
        registered=True,
        tags=("wholesale",),
        addresses=3,
        orders=(
            OrderPlan("approved", 1, "usa"),
            OrderPlan("cancelled", 20, "usa"),
            OrderPlan("approved", 50, "usa", returned="received"),
        ),
        tax_exemption_code="TX-1234567",
        reference="ERP-4711",
        reference_origin="erp",
    ),
    # As many tags as a resource can have.
    CustomerPlan("tara@example.com", "Tara", "Green", "GB", registered=True, tags=TAGS[:10]),
    CustomerPlan(
        "jose+test@example.com",
        "José",
        "Núñez",
        "ES",
        registered=True,
        addresses=1,
        metadata={
            "name": "José Núñez",
            "rating": 4.5,
            "opted_in": True,
            "birthday": None,
        },
    ),
    *(
        CustomerPlan(
            f"{status}@example.com",
            first_name,
            last_name,
            "DE",
            registered=True,
            addresses=1,
            orders=(OrderPlan("approved", 4),),
            subscriptions=("newsletter",),
            cards=1,
            anonymization=status,
        )
        for status, first_name, last_name in FORGETTING
    ),
)
