"""Shipping methods: which are offered to a shipment, and what they cost it (catalogue.md §21)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mockserver.commerce.shipping.weights import exact, in_unit
from mockserver.commerce.shipping.zones import covers
from mockserver.late_dataclass import dataclass

Values = Mapping[str, Any]
EXTERNAL, TIERED = "external", "weight_tiered"


@dataclass(frozen=True, slots=True)
class Consignment:
    """A shipment as shipping methods see one.

    Attributes:
        currency_code: of its order, as the market is.
        category: of all that is in it; ``None``: it may be anything.
        address: where it goes.
        grams: what it weighs.
    """

    currency_code: str | None = None
    market: str | None = None
    category: str | None = None
    stock_location: str | None = None
    address: Values | None = None
    grams: Fraction = Fraction(0)

    def weight_for(self, method: Values) -> Fraction:
        """Return the weight in the unit of a method."""
        return in_unit(self.grams, method.get("unit_of_weight"))


@dataclass(frozen=True, slots=True)
class Base:
    """The worth of an order, as it is held against limits.

    Attributes:
        subtotal: the goods as they are priced.
        reduced: the same with their discounts, and with adjustments.
    """

    subtotal: int
    reduced: int

    def of(self, method: Values) -> int:
        """Return the worth that a method goes by."""
        return self.subtotal if method.get("use_subtotal") else self.reduced


def weighs(method: Values) -> bool:
    """Say whether a method looks at what a shipment weighs."""
    return method.get("scheme") == TIERED or any(
        method.get(name) is not None for name in ("min_weight", "max_weight")
    )


# --- which are offered ---------------------------------------------------------------------------

Zone = Values | None
Condition = Callable[[Values, Zone, Consignment], bool]


def _is_enabled(method: Values, _: Zone, __: Consignment) -> bool:
    return method.get("disabled_at") is None


def _has_currency(method: Values, _: Zone, shipment: Consignment) -> bool:
    return method.get("currency_code") == shipment.currency_code


def _is_of_market(method: Values, _: Zone, shipment: Consignment) -> bool:
    return method.get("market") in (None, shipment.market)


def _takes_category(method: Values, _: Zone, shipment: Consignment) -> bool:
    return shipment.category is None or method.get("shipping_category") in (
        None,
        shipment.category,
    )


def _goes_there(method: Values, zone: Zone, shipment: Consignment) -> bool:
    if method.get("shipping_zone") is None:
        return True
    return zone is not None and shipment.address is not None and covers(zone, shipment.address)


def _leaves_from(method: Values, _: Zone, shipment: Consignment) -> bool:
    return method.get("stock_location") in (None, shipment.stock_location)


def _bears(method: Values, _: Zone, shipment: Consignment) -> bool:
    return _is_within(method, shipment.weight_for(method))


#: All that has to hold, in the order of the contract.
CONDITIONS: Sequence[Condition] = (
    _is_enabled,
    _has_currency,
    _is_of_market,
    _takes_category,
    _goes_there,
    _leaves_from,
    _bears,
)


def is_offered(method: Values, zone: Zone, shipment: Consignment) -> bool:
    """Say whether a method, with its zone, is available for a shipment."""
    return all(condition(method, zone, shipment) for condition in CONDITIONS)


def _is_within(method: Values, weight: Fraction) -> bool:
    """Say whether a weight is within those of a method, its bounds included."""
    least, most = method.get("min_weight"), method.get("max_weight")
    return (least is None or weight >= exact(least)) and (most is None or weight <= exact(most))


# --- what they cost ------------------------------------------------------------------------------


def price(method: Values, tiers: Iterable[Values], base: Base, shipment: Consignment) -> int:
    """Return the price of a method for a shipment; of an external one, its own without asking."""
    return 0 if is_free(method, base) else _tiered(method, tiers, shipment)


def default_price(method: Values, base: Base) -> int:
    """Return the price of a market's default method, whose tiers are ignored (catalogue.md §12)."""
    return 0 if is_free(method, base) else int(method["price_amount_cents"])


def is_free(method: Values, base: Base) -> bool:
    """Say whether an order is worth more than what a method is free over."""
    limit = method.get("free_over_amount_cents")
    return limit is not None and base.of(method) > limit


def _tiered(method: Values, tiers: Iterable[Values], shipment: Consignment) -> int:
    """Return the price of the tier that a weight falls in; the method's own where in none."""
    own = int(method["price_amount_cents"])
    if method.get("scheme") != TIERED:
        return own
    weight = shipment.weight_for(method)
    limits = {_limit(tier): tier for tier in tiers if _is_reachable(method, tier)}
    fitting = [limit for limit in limits if limit is not None and weight <= limit]
    tier = limits.get(min(fitting, default=None))
    return own if tier is None else int(tier["price_amount_cents"])


def _limit(tier: Values) -> Fraction | None:
    return None if tier.get("up_to") is None else exact(tier["up_to"])


def _is_reachable(method: Values, tier: Values) -> bool:
    """Say whether a tier is for weights that the method bears at all."""
    limit = _limit(tier)
    return limit is None or _is_within(method, limit)


def cut_off(costs: Sequence[int], limit: int | None) -> list[int]:
    """Return the costs of shipments in the order of their numbers, the first so many of them."""
    return [cost if limit is None or at < limit else 0 for at, cost in enumerate(costs)]
