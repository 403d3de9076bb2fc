"""Plans of customers before any record is made: by hand for some, by lot for others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.late_dataclass import dataclass
from mockserver.seeding.credentials import PUBLIC_MARKET
from mockserver.seeding.dates import later
from mockserver.seeding.pools import Pool, pools

#: The steps that orders have taken on the way to their status.
COURSES: Mapping[str, Sequence[str]] = {
    "draft": (),
    "pending": ("pending",),
    "placed": ("pending", "place"),
    "approved": ("pending", "place", "approve"),
    "cancelled": ("pending", "place", "cancel"),
}
#: How many days after the request of an anonymization it takes each step, by what became of it.
ANONYMIZATIONS: Mapping[str, Mapping[str, float]] = {
    "requested": {"requested": 0},
    "started": {"requested": 0, "started": 1},
    "completed": {"requested": 0, "started": 1, "completed": 1.25},
    "failed": {"requested": 0, "started": 1, "failed": 1.25},
    "cancelled": {"requested": 0, "cancelled": 0.5},
}
#: The statuses of orders that were placed, and so count (customers.md §9).
PLACED = frozenset(status for status, course in COURSES.items() if "place" in course)


@dataclass(slots=True)
class OrderPlan:
    """One order.

    Attributes:
        status: what became of it.
        days: when it was placed, or begun, counted from the customer's first day.
        market: the code.
        returned: the status of the return it has.
        frequency: of the subscription it is the source of.
        runs: how often that subscription has run.
        tags: names.
        invoiced: whether the invoice is attached to it.
    """

    status: str
    days: float
    market: str = PUBLIC_MARKET
    returned: str | None = None
    frequency: str | None = None
    runs: int = 0
    tags: tuple[str, ...] = ()
    invoiced: bool = False

    @property
    def is_placed(self) -> bool:
        """Whether it counts."""
        return self.status in PLACED

    def placements(self, came: datetime) -> list[datetime]:
        """Return when it was placed, if it was, and when each run of its subscription was.

        Args:
            came: the customer's first day.
        """
        moment: datetime | None = later(came, self.days) if self.is_placed else None
        found = []
        for _ in range(1 + self.runs):
            if moment is None:
                break
            found.append(moment)
            moment = next_run(self.frequency, found[0], moment) if self.frequency else None
        return found


@dataclass(slots=True)
class CustomerPlan:
    """One customer and what belongs to it.

    Attributes:
        country: where the customer lives, by code.
        home: the names and places of where that is, if they are not the committed ones.
        business: whether the addresses are those of a company.
        registered: whether there is a password.
        group: the code.
        tags: names.
        addresses: how many the address book holds.
        subscriptions: what they are to.
        cards: how many of the cards that were paid with are kept in the wallet.
        sku_lists: names.
        notes: what the organization's people wrote down.
        anonymization: the status, if it was ever requested.
    """

    email: str
    first_name: str
    last_name: str
    country: str = "US"
    business: bool = False
    registered: bool = False
    group: str | None = None
    tags: tuple[str, ...] = ()
    addresses: int = 0
    orders: Sequence[OrderPlan] = ()
    subscriptions: Sequence[str] = ()
    cards: int = 0
    sku_lists: Sequence[str] = ()
    notes: Sequence[str] = ()
    anonymization: str | None = None
    tax_exemption_code: str | None = None
    reference: str | None = None
    reference_origin: str | None = None
    metadata: Mapping[str, Any] | None = None
    home: Pool | None = None

    @property
    def pool(self) -> Pool:
        """Names of people there, and places where they live."""
        return self.home or pools()[self.country]

    @property
    def is_forgotten(self) -> bool:
        """Whether the personal data are gone."""
        return self.anonymization == "completed"
