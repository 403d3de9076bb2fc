"""The customers beyond the named ones, drawn by lot: as lean as the many of a load test must be."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from itertools import count
from typing import Any, TypeVar

from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.seeding.batch import EMPTY, Identity
from mockserver.seeding.credentials import PUBLIC_MARKET
from mockserver.seeding.localized import localized, transliterated
from mockserver.seeding.markets import PRIVATE_GROUP, PRIVATE_MARKET
from mockserver.seeding.plans import ANONYMIZATIONS, CustomerPlan, OrderPlan
from mockserver.seeding.pools import Pool, pools
from mockserver.seeding.reference_data import LOYAL_GROUP, TAGS
from mockserver.storage.conditions import Compare

T = TypeVar("T")


def shares(parts: Mapping[T, int]) -> Sequence[T]:
    """Return each value as many times as it has shares, to choose from."""
    return [value for value, share in parts.items() for _ in range(share)]


COUNTRIES = shares({"US": 5, "GB": 2, "DE": 4, "FR": 3, "ES": 2, "IT": 4})
DOMAINS = ("example.com", "example.net", "example.org")
BUSINESS = shares({True: 1, False: 9})
REGISTERED = shares({True: 11, False: 9})
GROUPS = shares({None: 86, LOYAL_GROUP["code"]: 10, PRIVATE_GROUP["code"]: 4})
TAGGED = shares({(): 17, TAGS[:1]: 1, TAGS[1:3]: 1, TAGS[3:6]: 1})
#: How many addresses registered customers keep.
ADDRESSES = shares({0: 6, 1: 11, 2: 2, 3: 1})
#: How many orders were placed, and how many were not, or not yet.
PLACED = shares({0: 62, 1: 25, 2: 9, 3: 4})
OPEN = shares({0: 19, 1: 1})
STATUSES = shares({"placed": 6, "approved": 11, "cancelled": 3})
OPEN_STATUSES = ("draft", "pending")
#: What comes of approved orders, and of those that registered customers have placed.
APPROVED: Sequence[Mapping[str, Any]] = [
    *({"returned": status} for status in ("requested", "approved", "shipped", "received")),
    *[{"invoiced": True}] * 2,
    {"tags": TAGS[2:3]},
    *[{}] * 52,
]
SUBSCRIBED: Sequence[Mapping[str, Any]] = [
    {"frequency": "monthly"},
    {"frequency": "monthly", "runs": 1},
    {"frequency": "weekly", "runs": 2},
    *[{}] * 72,
]
SUBSCRIPTIONS = shares({("newsletter",): 3, ("back-in-stock",): 1, (): 21})
METADATA: Sequence[Mapping[str, Any] | None] = [
    *({"source": source} for source in ("instagram", "friend", "search")),
    *(
        {"source": "newsletter", "campaign": {"name": name, "year": 2024}}
        for name in ("summer", "back to school", "winter")
    ),
    *({"loyalty_points": points, "opted_in": True} for points in (137, 482, 1263)),
    *[None] * 51,
]
REFERENCED = shares({True: 1, False: 4})
#: What few customers have, and none has two of.
RARITIES: Sequence[Mapping[str, Any]] = [
    *({"anonymization": status} for status in ANONYMIZATIONS),
    *[{"notes": ("Asked for an invoice by email.",)}] * 8,
    *[{}] * 237,
]
#: The same of registered customers alone.
OWN_RARITIES: Sequence[Mapping[str, Any]] = [
    *RARITIES[:13],
    *[{"cards": 1}] * 40,
    *[{"cards": 2}] * 5,
    *[{"sku_lists": ("Wishlist",)}] * 15,
    *[{}] * 177,
]
#: How many days pass between two orders, at most.
PAUSE = 40


@cache
def plain(name: str) -> str:
    """Return the ASCII letters of a name, in lower case."""
    ascii_ = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return re.sub("[^a-z]", "", ascii_.lower())


class RandomCustomers:
    """Plans of customers who are nobody in particular."""

    def __init__(self, sandbox: Sandbox, entropy: Entropy, locales: Sequence[str] = ()) -> None:
        """Draw from the stream of random values.

        Args:
            sandbox: whose they will be.
            entropy: what they are drawn from.
            locales: where they come from; none: where the committed pools are of.
        """
        self._sandbox = sandbox
        self._entropy = entropy
        self._homes = [localized(locale, entropy) for locale in locales]
        #: Whether somebody may have an email address already.
        self.has_existing = sandbox.partition.count("customers") > 0

    def plan(self, identity: Identity) -> CustomerPlan:
        """Return a new plan."""
        choice, number = self._entropy.choice, identity[1]
        pool = choice(self._homes) if self._homes else pools()[choice(COUNTRIES)]
        first_name, last_name = choice(pool.first_names), choice(pool.last_names)
        registered, business = choice(REGISTERED), choice(BUSINESS)
        group, is_referenced = choice(GROUPS), choice(REFERENCED)
        return CustomerPlan(
            self._email(first_name, last_name, number),
            first_name,
            last_name,
            pool.country_code,
            business=business,
            registered=registered,
            group=group,
            tags=choice(TAGGED),
            addresses=choice(ADDRESSES) if registered else 0,
            orders=self._orders(_market(pool, group), registered=registered),
            subscriptions=choice(SUBSCRIPTIONS),
            tax_exemption_code=f"TX-{_scattered(number)}" if business else None,
            reference=f"CRM-{number:06d}" if is_referenced else None,
            reference_origin="crm" if is_referenced else None,
            metadata=choice(METADATA),
            home=pool,
            **choice(OWN_RARITIES if registered else RARITIES),
        )

    def _email(self, first_name: str, last_name: str, number: int) -> str:
        """Return an email address that nobody has; the number makes it unique among them."""
        names = (
            (transliterated(first_name), transliterated(last_name))
            if self._homes
            else (first_name, last_name)
        )
        local = ".".join([*filter(None, map(plain, names)), str(number)])
        domain = self._entropy.choice(DOMAINS)
        email = f"{local}@{domain}"
        partition = self._sandbox.partition
        for again in count(1) if self.has_existing else ():
            if not partition.count("customers", Compare("email", "eq", email)):
                break
            email = f"{local}.{again}@{domain}"
        return email

    def _orders(self, market: str, *, registered: bool) -> Sequence[OrderPlan]:
        """Return plans of orders; those that were not placed come last."""
        choice = self._entropy.choice
        statuses = [choice(STATUSES) for _ in range(choice(PLACED))]
        statuses += [choice(OPEN_STATUSES) for _ in range(choice(OPEN))]
        days, plans = 0.0, []
        for status in statuses:
            days += self._entropy.fraction() * PAUSE
            sequels: Mapping[str, Any] = EMPTY
            if status == "approved":
                sequels = choice(APPROVED)
            elif status == "placed" and registered:
                sequels = choice(SUBSCRIBED)
            plans.append(OrderPlan(status, days, market, **sequels))
        return plans


def _scattered(number: int) -> str:
    """Return seven digits that no other number has, far from those of its neighbours."""
    return f"{(number * 6_180_339 + 2_718_281) % 10_000_000:07d}"


def _market(pool: Pool, group: str | None) -> str:
    if group == PRIVATE_GROUP["code"]:
        return PRIVATE_MARKET
    return "usa" if pool.country_code == "US" else PUBLIC_MARKET
