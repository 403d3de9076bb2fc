"""The records of a shop as they stand, and what holds of them whatever was asked for."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from mockserver.storage.base import SERIAL, Partition, Record
from mockserver.storage.memory import MemoryPartition
from tests.commerce.random_orders.sums import payment_status

TRANSACTIONS = ("authorizations", "captures", "voids", "refunds")
#: What is written down of requests that are refused as well, and of those that only read.
OTHERS = frozenset({"access_tokens", "refresh_tokens", "deliveries"})
#: What grows, and changes no more: to count it is to know it.
LOGS = ("events", "event_stores")
#: Of an order that can change no more: its amounts (commerce.md §3.1).
FROZEN = (
    *("subtotal_amount_cents", "shipping_amount_cents", "payment_method_amount_cents"),
    *("discount_amount_cents", "adjustment_amount_cents", "gift_card_amount_cents"),
    *("total_amount_cents", "total_tax_amount_cents", "total_amount_with_taxes_cents"),
)


class World:
    """All records of a partition."""

    def __init__(self, partition: Partition) -> None:
        """Read them."""
        read = sorted({*partition.types()} - OTHERS - {*LOGS})
        self.records: Mapping[str, Mapping[str, Record]] = {t: _read(partition, t) for t in read}
        self.logged = {type_: partition.count(type_) for type_ in LOGS}

    def of(self, type_: str) -> Sequence[Record]:
        """Return the records of a type, oldest first."""
        return list(self.records.get(type_, {}).values())

    def owned(self, type_: str, order: str) -> list[Record]:
        """Return the records of a type that belong to an order."""
        return [each for each in self.of(type_) if each["order"] == order]

    def transactions(self, order: str) -> list[Record]:
        """Return the transactions of an order."""
        return [each for type_ in TRANSACTIONS for each in self.owned(type_, order)]

    def equals(self, other: World) -> bool:
        """Say whether nothing has happened in between."""
        return self.logged == other.logged and self.records == other.records

    def changed(self, before: World) -> set[str]:
        """Return the ids of the orders that have changed, or of which something has."""
        found = set()
        for type_, key in (("orders", "id"), ("line_items", "order"), *_TRANSACTED):
            former = {each["id"]: each for each in before.of(type_)}
            found |= {e[key] for e in self.of(type_) if former.get(e["id"]) != e}
        return found & {each["id"] for each in self.of("orders")}

    def without(self, *types: str, fields: frozenset[str] = frozenset()) -> Mapping[str, object]:
        """Return all there is but for some types, and for some fields of orders."""
        found: dict[str, object] = {t: r for t, r in self.records.items() if t not in types}
        found["orders"] = [
            {name: value for name, value in each.items() if name not in fields}
            for each in self.of("orders")
        ]
        return found


def _read(partition: Partition, type_: str) -> Mapping[str, Record]:
    """Return the records of a type by id.

    In memory they are replaced and never changed, so that those themselves will do: to copy all
    of them takes longer than most operations.
    """
    if isinstance(partition, MemoryPartition):
        records = partition._tables[type_].records.values()
        return {each["id"]: each for each in sorted(records, key=lambda each: each[SERIAL])}
    return {each["id"]: each for each in partition.select(type_)[0]}


_TRANSACTED = tuple((type_, "order") for type_ in TRANSACTIONS)


# --- money ----------------------------------------------------------------------------------------


def check_statuses(world: World) -> None:
    """Hold what orders say of their payment to their transactions."""
    for order in world.of("orders"):
        if order["status"] not in ("draft", "pending", "placing") or order["placed_at"]:
            expected = payment_status(order, world.transactions(order["id"]))
            assert order["payment_status"] == expected, (order["number"], order["payment_status"])


def check_cards(world: World) -> None:
    """Hold gift cards to their logs, and these to the orders that were paid with them."""
    lines: Counter[tuple[str, str]] = Counter()
    for line in world.of("line_items"):
        if line["item_type"] == "gift_cards" and line["total_amount_cents"] < 0:
            lines[line["item"], line["order"]] += line["total_amount_cents"]
    orders = {each["id"]: each for each in world.of("orders")}
    for card in world.of("gift_cards"):
        moved = sum(each["balance_change_cents"] for each in card["balance_log"] or ())
        assert card["balance_cents"] == card["initial_balance_cents"] + moved >= 0, card
        for id_, order in orders.items():
            uses = (card["usage_log"] or {}).get(id_, ())
            used = sum(use["amount_cents"] for use in uses)
            assert used <= 0, card
            if order["status"] in ("placed", "approved"):
                assert used == lines[card["id"], id_], (card["code"], order["number"])
            elif order["status"] != "editing":
                assert used == 0, (card["code"], order["number"])


def check_usage(world: World) -> None:
    """Hold what was counted of coupons and promotions to the orders that were placed with them."""
    counted: Counter[str] = Counter()
    of_coupons: Counter[tuple[str, str]] = Counter()
    sold = {o["id"] for o in world.of("orders") if o["status"] in ("placed", "approved")}
    for line in world.of("line_items"):
        if str(line["item_type"]).endswith("_promotions") and line["order"] in sold:
            counted[line["item"]] += 1
            if line["coupon_code"]:
                of_coupons[line["item"], line["coupon_code"]] += 1
    is_edited = any(order["status"] == "editing" for order in world.of("orders"))
    for type_, records in world.records.items():
        for each in records.values() if type_.endswith("_promotions") else ():
            _check_count(each, "total_usage", counted[each["id"]], is_edited=is_edited)
    for each in world.of("coupons"):
        count = of_coupons[each["promotion"], each["code"]]
        _check_count(each, "usage", count, is_edited=is_edited)


def _check_count(record: Record, name: str, count: int, *, is_edited: bool) -> None:
    now, limit = record[f"{name}_count"], record[f"{name}_limit"]
    assert limit is None or now <= limit, record
    assert now >= count if is_edited else now == count, (record, count)


# --- stock ----------------------------------------------------------------------------------------


def check_reserved(world: World) -> None:
    """Hold what is reserved to what there is."""
    held: Counter[str] = Counter()
    for reservation in world.of("stock_reservations"):
        assert reservation["quantity"] > 0, reservation
        held[reservation["stock_item"]] += reservation["quantity"]
    counted = {each["stock_item"]: each["quantity"] for each in world.of("reserved_stocks")}
    for item in world.of("stock_items"):
        assert 0 <= held[item["id"]] <= item["quantity"], item
        assert counted.get(item["id"], 0) == held[item["id"]], item


def check_stock(world: World, put: Mapping[str, int]) -> None:
    """Hold what is there, and what has left, to what was put there."""
    there: Counter[str] = Counter()
    for item in world.of("stock_items"):
        there[item["sku"]] += item["quantity"]
    for line in world.of("stock_line_items"):
        there[line["sku"]] += line.get("taken") or 0
    for sku, quantity in _restocked(world):
        there[sku] -= quantity
    assert {sku: there[sku] for sku in put} == dict(put)


def _restocked(world: World) -> Iterator[tuple[str, int]]:
    lines = {line["id"]: line for line in world.of("line_items")}
    contents = pieces(world)
    for row in world.of("return_line_items"):
        if row["restocked_at"]:
            for sku, each in contents[lines[row["line_item"]]["item"]].items():
                yield sku, each * row["quantity"]


def pieces(world: World) -> Mapping[str, Mapping[str, int]]:
    """Return what one piece of an item is made of: the tracked SKUs, by the item's id."""
    tracked = {each["id"] for each in world.of("skus") if not each["do_not_track"]}
    found: dict[str, dict[str, int]] = defaultdict(dict)
    found.update({id_: {id_: 1} for id_ in tracked})
    for bundle in world.of("bundles"):
        found[bundle["id"]] = {
            row["sku"]: row["quantity"]
            for row in world.of("sku_list_items")
            if row["sku_list"] == bundle["sku_list"] and row["sku"] in tracked
        }
    return found


def check_placed(world: World, touched: frozenset[str]) -> None:
    """See that all of a placed order is reserved, once.

    Args:
        world: as it stands.
        touched: the orders of whose reservations, shipments or transfers somebody has disposed.
    """
    contents = pieces(world)
    wanted: Counter[tuple[str, str]] = Counter()
    for line in world.of("line_items"):
        for sku, each in contents[line["item"]].items() if line["item"] in contents else ():
            wanted[line["order"], sku] += each * line["quantity"]
    for held in world.of("stock_reservations"):
        if held["order"]:
            wanted[held["order"], held["sku"]] -= held["quantity"]
    placed = {each["id"] for each in world.of("orders") if each["status"] == "placed"} - touched
    gone = {o["id"] for o in world.of("orders") if o["status"] == "cancelled"}
    assert not {key: left for key, left in wanted.items() if key[0] in placed and left}
    assert not [each for each in world.of("stock_reservations") if each["order"] in gone]
