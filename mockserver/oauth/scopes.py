"""Scopes: the markets, stores and stock locations they name, or another API.

authentication.md §6.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from mockserver.access import SALES_CHANNEL, SCOPE_SEPARATORS, Owner
from mockserver.commerce.stock.locations import all_places
from mockserver.late_dataclass import dataclass
from mockserver.oauth.errors import oauth_error
from mockserver.reasons import reason
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import EVERYTHING, Compare

if TYPE_CHECKING:
    from mockserver.engine.sandbox import Sandbox

ALL_MARKETS = "market:all"
PROVISIONING = "provisioning-api"
METRICS = "metrics-api"
OTHER_APIS = frozenset({PROVISIONING, METRICS})

#: The kind of a person's provisioning credentials.
USER = "user"
#: The other APIs a kind may ask for; "" stands for every kind that is not listed.
APIS_OF_KIND: Mapping[str, frozenset[str]] = {
    SALES_CHANNEL: frozenset(),
    USER: OTHER_APIS,
    "": frozenset({METRICS}),
}
#: What a kind gets when it asks for nothing; ``None``: it has to ask.
DEFAULT_SCOPES: Mapping[str, str | None] = {
    SALES_CHANNEL: None,
    USER: PROVISIONING,
    "": ALL_MARKETS,
}
TYPES: Mapping[str, str] = {
    "market": "markets",
    "store": "stores",
    "stock_location": "stock_locations",
}

#: What an item names: its prefix, and the record; of a store, the market it belongs to.
Named = tuple[str, Record | None]

MOST_ITEMS = 1000
_ITEM = re.compile(r"(market|store|stock_location):(id|code):(.+)")
# The form of 2021, which stores never had.
_NUMBERED_ITEM = re.compile(r"(market|stock_location):([0-9]{1,18})")


@dataclass(frozen=True, slots=True)
class Scope:
    """A scope and what it stands for in one sandbox.

    Attributes:
        text: as it was asked for; echoed verbatim.
        markets: the records in scope; ``None`` for all of them.
        stock_location_ids: those named in the scope.
        is_core: whether it is for the core API, not for another one.
    """

    text: str
    markets: tuple[Record, ...] | None = None
    stock_location_ids: tuple[str, ...] = ()
    is_core: bool = True

    @property
    def market(self) -> Record | None:
        """The market in scope when there is exactly one."""
        return self.markets[0] if self.markets and len(self.markets) == 1 else None

    @property
    def market_ids(self) -> tuple[str, ...] | None:
        """The ids of the markets in scope; ``None`` for all."""
        return None if self.markets is None else tuple(market["id"] for market in self.markets)


def items(text: str) -> list[str]:
    """Return the items of a scope, which clients join with spaces or commas."""
    return list(dict.fromkeys(filter(None, SCOPE_SEPARATORS.split(text))))


def default_scope(kind: str) -> str:
    """Return the scope of a client that asks for none.

    Raises:
        OAuthError: ``invalid_scope``, this kind has to ask.
    """
    scope = DEFAULT_SCOPES.get(kind, DEFAULT_SCOPES[""])
    if scope is None:
        raise oauth_error("invalid_scope", because=reason("scope_missing", kind=kind))
    return scope


def resolve(text: str, sandbox: Sandbox, kind: str, owner: Owner | None = None) -> Scope:
    """Return the reach of a scope that is asked for.

    Args:
        text: the scope.
        sandbox: where its markets are.
        kind: the application's.
        owner: whom the token will act for.

    Raises:
        OAuthError: ``invalid_scope``.
    """
    asked = items(text)
    _require(len(asked) <= MOST_ITEMS, text)
    if kind == USER or not OTHER_APIS.isdisjoint(asked):
        apis = APIS_OF_KIND.get(kind, APIS_OF_KIND[""])
        _require(bool(asked) and apis.issuperset(asked), text)
        return Scope(text, (), is_core=False)
    named = _named(asked, sandbox)
    for item, (_, record) in zip(filter(ALL_MARKETS.__ne__, asked), named, strict=True):
        if not record:
            why = reason("scope_unknown", item=item, mode=sandbox.mode)
            raise oauth_error("invalid_scope", because=why)
    scope = _scope(text, asked, named)
    _require(scope.markets != (), text)
    _require(_stores_fit(scope, named) and _locations_fit(scope, sandbox), text)
    for market in scope.markets or ():
        is_open = not market.get("disabled_at") and _may_enter(market, sandbox, kind, owner)
        _require(is_open, text)
    return scope


def reach(text: str, sandbox: Sandbox) -> Scope:
    """Return the present reach of a scope granted earlier: records that are gone do not count."""
    asked = items(text)
    return _scope(text, asked, _named(asked, sandbox))


def _require(condition: bool, scope: str) -> None:  # noqa: FBT001 - it is the subject, not a switch
    if not condition:
        raise oauth_error("invalid_scope", because=reason("scope_refused", scope=scope))


def _named(asked: Sequence[str], sandbox: Sandbox) -> list[Named]:
    return [_look_up(item, sandbox) for item in asked if item != ALL_MARKETS]


def _look_up(item: str, sandbox: Sandbox) -> Named:
    match = _ITEM.fullmatch(item) or _NUMBERED_ITEM.fullmatch(item)
    if match is None:
        return "", None
    prefix, field, value = match.groups() if match.re is _ITEM else (match[1], SERIAL, match[2])
    found = sandbox.find(
        TYPES[prefix], Compare(field, "eq", int(value) if field == SERIAL else value)
    )
    if prefix == "store" and found:
        return prefix, sandbox.get("markets", found[0].get("market") or "")
    return prefix, found[0] if found else None


def _scope(text: str, asked: Sequence[str], named: Sequence[Named]) -> Scope:
    # A store brings its market into scope; beside named markets it must belong to one of them.
    markets = _records(named, "market") or _records(named, "store")
    everything = ALL_MARKETS in asked
    return Scope(
        text,
        None if everything else tuple(markets.values()),
        tuple(_records(named, "stock_location")),
    )


def _records(named: Sequence[Named], prefix: str) -> dict[str, Record]:
    return {record["id"]: record for name, record in named if name == prefix and record}


def _stores_fit(scope: Scope, named: Sequence[Named]) -> bool:
    return scope.market_ids is None or set(_records(named, "store")) <= set(scope.market_ids)


def _locations_fit(scope: Scope, sandbox: Sandbox) -> bool:
    if not scope.stock_location_ids:
        return True
    markets = sandbox.find("markets", EVERYTHING) if scope.markets is None else scope.markets
    served = {id_ for market in markets for id_ in stock_locations_of(sandbox, market)}
    return served.issuperset(scope.stock_location_ids)


def stock_locations_of(sandbox: Sandbox, market: Record) -> list[str]:
    """Return the ids of the stock locations a market sells from, the nearest one first."""
    places = all_places(sandbox, market.get("inventory_model"))
    return [place.location for place in places]


def _may_enter(market: Record, sandbox: Sandbox, kind: str, owner: Owner | None) -> bool:
    """Say whether a private market is open: to members of its group, and to back-ends."""
    group = market.get("customer_group")
    if not group:
        return True
    if owner and owner.type == "Customer":
        customer = sandbox.get("customers", owner.id)
        return customer is not None and customer.get("customer_group") == group
    return kind != SALES_CHANNEL
