"""Contents of shipments: stock line items, and transfers on their way there (catalogue.md §23)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction

from mockserver.commerce.shipping.weights import grams, total
from mockserver.schema.protocols import Engine, Target, View
from mockserver.storage.base import SERIAL, Record
from mockserver.storage.conditions import Compare

SHIPMENTS, LINES, TRANSFERS = "shipments", "stock_line_items", "stock_transfers"
#: The statuses of transfers that bring nothing more.
SETTLED = frozenset({"completed", "cancelled"})


def shipments_of(engine: Engine, order_id: str) -> list[Record]:
    """Return the shipments of an order, in the order of their numbers."""
    found = engine.find(SHIPMENTS, Compare("order", "eq", order_id))
    return sorted(found, key=lambda shipment: shipment[SERIAL])


def holdings(engine: Engine, shipments: Iterable[str]) -> dict[str, list[Record]]:
    """Return the contents of each shipment, those that its transfers bring included."""
    found: dict[str, list[Record]] = {id_: [] for id_ in shipments}
    own = Compare("shipment", "in", frozenset(found))
    for held in (*engine.find(LINES, own), *filter(is_open, engine.find(TRANSFERS, own))):
        found[held["shipment"]].append(held)
    return found


def transfers_of(engine: Engine, shipment_id: str) -> list[Record]:
    """Return the transfers that bring something for a shipment."""
    return engine.find(TRANSFERS, Compare("shipment", "eq", shipment_id))


def is_open(transfer: Record) -> bool:
    """Say whether a transfer is still to bring something."""
    return transfer["status"] not in SETTLED


def grams_of(engine: Engine, shipments: Iterable[str]) -> dict[str, Fraction]:
    """Return the weight of each shipment."""
    held = holdings(engine, shipments)
    ids = {each["sku"] for holding in held.values() for each in holding if each["sku"]}
    skus = engine.get_many("skus", ids)
    weights = {id_: grams(sku["weight"], sku["unit_of_weight"]) for id_, sku in skus.items()}
    return {
        id_: total((weights.get(each["sku"], Fraction(0)), each["quantity"]) for each in holding)
        for id_, holding in held.items()
    }


# --- what shipments show of it -------------------------------------------------------------------


def _held(record: Record, view: View) -> Sequence[Record]:
    transfers = filter(is_open, view.pointing_at(record, TRANSFERS, "shipment"))
    return [*view.pointing_at(record, LINES, "shipment"), *transfers]


def skus_count(record: Record, view: View) -> int:
    """Return how many pieces a shipment is of."""
    return sum(held["quantity"] for held in _held(record, view))


def line_items(record: Record, view: View) -> list[Target]:
    """Return the lines of the order that a shipment is of, each once."""
    lines = [
        *view.pointing_at(record, LINES, "shipment"),
        *view.pointing_at(record, TRANSFERS, "shipment"),
    ]
    ids = dict.fromkeys(line["line_item"] for line in lines if line["line_item"])
    return [("line_items", id_) for id_ in ids]
