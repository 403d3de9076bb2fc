"""The list of locations an order, or a token, is served from, in order (catalogue.md §15.1)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from mockserver.access import Access
from mockserver.late_dataclass import dataclass
from mockserver.schema.protocols import Engine
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import NOTHING, Any_, Compare, Condition, Null

LOCATIONS, INVENTORY_LOCATIONS = "stock_locations", "inventory_stock_locations"
NO_SPLIT = "no_split"
#: How many locations a model asks that does not say so.
CUTOFF = 2


@dataclass(frozen=True, slots=True)
class StockPlace:
    """A stock location on the list.

    Attributes:
        location: its id.
        inventory_location: what makes it one of the model; ``None`` for a store's own alone.
        rank: what the lists of several markets are put together by; a store's own comes first.
    """

    location: str
    inventory_location: str | None = None
    rank: tuple[int, int] = (0, 0)


def model_of(engine: Engine, market_id: str | None) -> Record:
    """Return the inventory model of a market, an empty one where there is none."""
    market = engine.get("markets", market_id) or {}
    return engine.get("inventory_models", market.get("inventory_model")) or {}


def places(
    engine: Engine, model: Record, store: Record | None, in_scope: Collection[str] = ()
) -> list[StockPlace]:
    """Return the list of a model: a store's own location first, then by priority.

    Args:
        engine: where to look.
        model: the inventory model.
        store: of the order, if it is of one.
        in_scope: the locations that the token is limited to, if it is.
    """
    listed, cutoff = (
        all_places(engine, model.get("id")),
        model.get("stock_locations_cutoff") or CUTOFF,
    )
    own = (store or {}).get("stock_location")
    if own:
        known = next((place for place in listed if place.location == own), None)
        others = (place for place in listed if place.location != own)
        listed = [StockPlace(own, known.inventory_location if known else None), *others]
        cutoff += known is None
    if in_scope:
        listed = [place for place in listed if place.location in in_scope]
    is_alone = (model.get("strategy") or NO_SPLIT) == NO_SPLIT
    return listed[: 1 if is_alone else cutoff]


def all_places(engine: Engine, model_id: str | None) -> list[StockPlace]:
    """Return the locations of a model by priority, and among themselves by id."""
    return places_by_priority(engine, INVENTORY_LOCATIONS, model_id)


def places_by_priority(engine: Engine, type_: str, model_id: str | None) -> list[StockPlace]:
    """Return the locations that a model sells from, or takes returns at, by the type of these."""
    if model_id is None:
        return []
    found = engine.find(type_, Compare("inventory_model", "eq", model_id))
    ranked = sorted(((each["priority"], each[SERIAL]), each) for each in found)
    return [StockPlace(each["stock_location"], each["id"], rank) for rank, each in ranked]


def places_of_order(engine: Engine, order: Record) -> list[StockPlace]:
    """Return the list of an order: of its market, its store, and the locations it is limited to."""
    model = model_of(engine, order.get("market"))
    store = engine.get("stores", order.get("store"))
    return places(engine, model, store, order.get("stock_locations") or ())


def places_in_scope(engine: Engine, access: Access) -> list[StockPlace]:
    """Return the list of a token; of several markets, and of all where none is in scope, one."""
    stores = {store["market"]: store for store in stores_in_scope(engine, access)}
    scope = locations_in_scope(engine, access)
    found: dict[str, StockPlace] = {}
    for market in markets_in_scope(engine, access):
        model = engine.get("inventory_models", market.get("inventory_model")) or {}
        for place in places(engine, model, stores.get(market["id"]), scope):
            known = found.get(place.location, place)
            found[place.location] = min(known, place, key=lambda each: each.rank)
    return sorted(found.values(), key=lambda place: place.rank)


def markets_in_scope(engine: Engine, access: Access) -> Sequence[Record]:
    """Return the markets in scope of a token: all that are open where it has none."""
    if access.market_ids is None:
        return engine.find("markets", Null("disabled_at"))
    return [*engine.get_many("markets", access.market_ids).values()]


def locations_in_scope(engine: Engine, access: Access) -> list[str]:
    """Return the ids of the locations that a token is limited to; none: it is not limited.

    The claims of a token also name the locations of a market that limits it to none of them.
    """
    named = tuple(_naming(field, value) for field, value in access.stock_locations)
    found = engine.find(LOCATIONS, Any_(named)) if named else []
    return [location["id"] for location in found]


def _naming(field: str, value: str) -> Condition:
    if field == "number":
        return Compare(SERIAL, "eq", int(value)) if value.isdecimal() else NOTHING
    return Compare(field, "eq", value)


def stores_in_scope(engine: Engine, access: Access) -> Sequence[Record]:
    """Return the stores that a token names."""
    named = tuple(Compare(field, "eq", value) for field, value in access.stores)
    return engine.find("stores", Any_(named)) if named else []
