"""What the tables in memory keep behind the contract: indexes that forget, lists made on demand."""

from __future__ import annotations

from typing import Any

from mockserver.storage.base import Index, Indexes
from mockserver.storage.conditions import SortKey
from mockserver.storage.table import SHALLOW, Table


def table() -> Table:
    return Table(Indexes({"group": Index(), "tags": Index(many=True)}))


def record(number: int, **values: Any) -> dict[str, Any]:
    return {"id": f"r{number}", "serial": number, **values}


def test_an_index_forgets_what_is_gone() -> None:
    kept = table()
    for number in range(1, 5):
        kept.put(record(number, group="g", tags=["x", "x", number]))
    assert kept.ids("group", ["g"]) == {"r1", "r2", "r3", "r4"}
    assert kept.ids("tags", ["x", 3]) == {"r1", "r2", "r3", "r4"}
    kept.put(record(1, group="h"))
    for number in (2, 3):
        kept.remove(f"r{number}")

    assert kept.ids("group", ["g"]) == kept.ids("tags", ["x"]) == {"r4"}
    assert kept.ids("group", ["h"]) == {"r1"}
    kept.remove("r1")
    kept.remove("r4")
    assert kept._hashes == {"group": {}, "tags": {}}


def test_texts_are_known_as_they_are_by_now() -> None:
    """Parts are looked for in what is stored; a text of other letters may always have it in it."""
    kept = table()
    kept.put(record(1, name="Anna"))
    assert kept.having("name", "nn") == {"r1"}
    kept.put(record(2, name="HANNAH"))
    kept.put(record(3, name="Žanna"))
    kept.put(record(4, name=7))
    assert kept.having("name", "nn") == {"r1", "r2", "r3"}
    kept.put(record(1, name="Otto"))
    kept.put(record(3, name="Peter"))
    kept.remove("r2")
    kept.restore([("r4", record(4, name="Nanni"))])

    assert kept.having("name", "nn") == {"r4"}
    assert kept.having("name", "o") == {"r1"}


def test_a_field_without_index_is_told_from_a_key_without_records() -> None:
    assert table().ids("group", ["g"]) == set()
    assert table().ids("name", ["g"]) is None


def test_the_first_pages_of_the_default_order_need_no_sorted_list() -> None:
    kept = table()
    for number in range(1, SHALLOW + 10):
        kept.put(record(number))

    assert [r["serial"] for r in kept.page(SortKey("serial"), 3, 2)] == [4, 5]
    assert kept._sorted == {}
    assert [r["serial"] for r in kept.page(SortKey("serial"), SHALLOW + 1, 2)] == [1002, 1003]
    assert list(kept._sorted) == [("serial", False)]


def test_records_that_come_out_of_order_are_put_in_order_once() -> None:
    kept = table()
    for number in (1, 3, 2):
        kept.put(record(number))
    assert [r["serial"] for r in kept.in_order()] == [1, 2, 3]
    records = kept.records
    assert [r["serial"] for r in kept.in_order()] == [1, 2, 3]

    assert kept.records is records
