"""What customers refer to: tags, groups, markets, people, and things to buy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.sandbox.sandbox import Sandbox
from mockserver.seeding.batch import Batch
from mockserver.seeding.dates import BEGINNING
from mockserver.seeding.foundation import PRIVATE_GROUP
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TAGS: tuple[str, ...] = (
    "vip",
    "newsletter",
    "wholesale",
    "summer",
    "winter",
    "beta",
    "press",
    "employee",
    "influencer",
    "birthday",
    "returning",
)
LOYAL_GROUP = {"name": "Loyal customers", "code": "loyal"}


@dataclass(frozen=True, slots=True)
class Product:
    """Something to buy, at the same price in any currency."""

    code: str
    name: str
    cents: int


PRODUCTS: Sequence[Product] = (
    Product("SHIRT-LINEN-M", "Linen shirt, medium", 2900),
    Product("SHIRT-COTTON-S", "Cotton shirt, small", 2900),
    Product("JACKET-RAIN-L", "Rain jacket, large", 5900),
    Product("JUMPER-WOOL-XL", "Wool jumper, extra large", 6500),
    Product("CAP-CORD", "Corduroy cap", 2200),
    Product("PRINT-HARBOUR-A2", "Print of a harbour, A2", 9400),
    Product("CUP-ENAMEL", "Enamel cup", 1550),
    Product("PENCIL-RED", "Red pencil", 350),
)


@dataclass(frozen=True, slots=True)
class Terms:
    """How a market sells.

    Attributes:
        warehouse: the stock location that returns go to, empty when there is none.
    """

    market_id: str
    currency_code: str
    tax_included: bool
    warehouse: Record


class Surroundings:
    """What there is in one sandbox for customers to refer to; what is missing is made.

    Attributes:
        tags: ids by name.
        groups: ids by code.
        skus: ids by code; none while no declaration speaks of them.
        terms: of each market, by code.
        person: who does what somebody of the organization does, as others are told.
    """

    def __init__(self, batch: Batch) -> None:
        """Look around, and add to the batch what is missing."""
        self._batch = batch
        self._tag_ids: dict[tuple[str, ...], list[str]] = {}
        sandbox = batch.sandbox
        self.tags = self._completed("tags", "name", [{"name": name} for name in TAGS])
        self.groups = self._completed("customer_groups", "code", [PRIVATE_GROUP, LOYAL_GROUP])
        products = [
            {"code": p.code, "name": p.name, "price_amount_cents": p.cents} for p in PRODUCTS
        ]
        self.skus = self._completed("skus", "code", products * batch.declares("skus"))
        markets = sandbox.partition.select("markets")[0]
        self.terms = {market["code"]: _terms(sandbox, market) for market in markets}
        user = sandbox.partition.select("users", limit=1)[0][0]
        self.person = {n: user[n] for n in ("id", "first_name", "last_name", "email")}

    def tag_ids(self, names: tuple[str, ...]) -> list[str]:
        """Return the ids of the tags; the same list for the same names, to be shared."""
        if names not in self._tag_ids:
            self._tag_ids[names] = [self.tags[name] for name in names]
        return self._tag_ids[names]

    def terms_of(self, code: str) -> Terms:
        """Return the terms of a market; those of another one when it is gone."""
        return self.terms.get(code) or next(iter(self.terms.values()))

    def _completed(
        self, type_: str, key: str, wanted: Sequence[Mapping[str, Any]]
    ) -> Mapping[str, str]:
        keys = frozenset(values[key] for values in wanted)
        found = self._batch.sandbox.find(type_, Compare(key, "in", keys)) if keys else []
        ids = {record[key]: record["id"] for record in found}
        for values in wanted:
            if values[key] not in ids:
                ids[values[key]] = self._batch.add(type_, BEGINNING, **values)["id"]
        return ids


def _terms(sandbox: Sandbox, market: Record) -> Terms:
    price_list = sandbox.get("price_lists", market["price_list"] or "") or {}
    locations = market.get("stock_location_ids") or [""]
    return Terms(
        market["id"],
        price_list.get("currency_code", "EUR"),
        price_list.get("tax_included", True),
        sandbox.get("stock_locations", locations[0]) or {},
    )
