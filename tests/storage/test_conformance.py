"""What every storage backend promises, whatever it is made of."""
# ruff: noqa: PT012 - what a transaction does before it fails is the point of these tests

from __future__ import annotations

import threading
from typing import Any

import pytest

from mockserver.storage.conditions import (
    EVERYTHING,
    NOTHING,
    All,
    Any_,
    Compare,
    Not,
    Null,
    Related,
    SortKey,
    both,
)

CUSTOMERS = [
    # id, email, group, spent, tags, metadata
    ("anna", "anna@example.com", "gold", 10, ["x", "y"], {"vip": True, "sizes": [1, 2]}),
    ("bert", "Bert@Example.com", "gold", 20, ["y"], {"vip": False}),
    ("cleo", "cleo_99%@test.org", None, None, [], {"vip": 1, "deep": {"a": None, "b": "c"}}),
    ("dora", None, "void", 20, None, {}),
    ("emil", "emil\\x@test.org", "base", 5.5, ["z", "z"], None),
]
GROUPS = [("gold", "Gold", 2), ("base", "Base", 1), ("lone", "Alone", 3), ("anon", None, 4)]


def customer(number: int, id_: str, **values: Any) -> dict[str, Any]:
    return {"id": id_, "serial": number, **values}


def shop(partition: Any) -> Any:
    """Return the partition with five customers and four groups."""
    names = ("email", "group", "spent", "tags", "metadata")
    for number, (id_, *values) in enumerate(CUSTOMERS, 1):
        partition.put("customers", customer(number, id_, **dict(zip(names, values, strict=True))))
    for number, (id_, name, rank) in enumerate(GROUPS, 1):
        partition.put("groups", {"id": id_, "serial": number, "name": name, "rank": rank})
    return partition


def found(partition: Any, condition: Any, *order: SortKey, type_: str = "customers") -> str:
    """Return the initials of the records that match, having checked both counts."""
    records, total = partition.select(type_, condition, order)
    assert total == len(records) == partition.count(type_, condition)
    return "".join(record["id"][0] for record in records)


# --- records in, records out


def test_a_record_comes_back_as_it_was_put(partition: Any) -> None:
    record = customer(1, "a", text='ä\u2028"\\\n', big=2**63 - 1, real=0.1, no=None, ok=True)
    record |= {"nested": {"list": [1, [2, {"x": None}]], "": ""}}
    partition.put("customers", record)

    assert partition.get("customers", "a") == record


def test_what_is_not_there_is_none(partition: Any) -> None:
    assert partition.get("customers", "a") is None
    assert partition.remove("customers", "a") is False
    assert partition.select("customers") == ([], 0)
    assert partition.count("nonsense") == 0


def test_a_record_is_replaced_as_a_whole(partition: Any) -> None:
    partition.put("customers", customer(1, "a", email="old", spent=1))
    partition.put("customers", customer(1, "a", email="new"))

    assert partition.get("customers", "a") == customer(1, "a", email="new")
    assert partition.count("customers") == 1
    assert found(partition, Compare("email", "eq", "old")) == ""
    assert found(partition, Compare("email", "eq", "new")) == "a"


def test_a_removed_record_is_found_no_more(partition: Any) -> None:
    shop(partition)

    assert partition.remove("customers", "anna") is True
    assert partition.remove("customers", "anna") is False
    assert partition.get("customers", "anna") is None
    assert found(partition, Compare("group", "eq", "gold")) == "b"
    assert found(partition, EVERYTHING, SortKey("spent")) == "ebdc"


def test_types_do_not_share_ids(partition: Any) -> None:
    partition.put("customers", customer(1, "a"))
    partition.put("groups", customer(1, "a", name="other"))
    partition.remove("groups", "a")

    assert partition.get("customers", "a") == customer(1, "a")


def test_changing_what_went_in_changes_nothing(partition: Any) -> None:
    record = customer(1, "a", metadata={"list": [1]})
    partition.put("customers", record)
    record["metadata"]["list"].append(2)
    record["email"] = "late"

    assert partition.get("customers", "a") == customer(1, "a", metadata={"list": [1]})


def test_changing_what_came_out_changes_nothing(partition: Any) -> None:
    partition.put("customers", customer(1, "a", tags=["x"], metadata={"list": [{"k": 1}]}))
    partition.get("customers", "a")["metadata"]["list"][0]["k"] = 2
    partition.get("customers", "a")["tags"].append("y")
    for condition in (EVERYTHING, Compare("tags", "eq", ["x"])):
        records, _ = partition.select("customers", condition)
        records[0]["metadata"]["list"].clear()
        records[0]["id"] = "b"

    expected = customer(1, "a", tags=["x"], metadata={"list": [{"k": 1}]})
    assert partition.get("customers", "a") == expected


def test_a_look_at_some_fields_is_a_copy_too(partition: Any) -> None:
    partition.put("customers", customer(1, "a", email="x", metadata={"k": [1]}))
    partition.get("customers", "a", ("metadata",))["metadata"]["k"].append(2)

    expected = {"metadata": {"k": [1]}, "nonsense": None}
    assert partition.get("customers", "a", ("metadata", "nonsense")) == expected
    assert partition.get("customers", "b", ("metadata",)) is None


def test_records_are_got_by_a_set_of_ids(partition: Any) -> None:
    """Each once, whatever the order; what is not there is left out."""
    shop(partition)

    ids = ("dora", "anna", "nobody", "anna")
    expected = {id_: partition.get("customers", id_) for id_ in ("dora", "anna")}
    assert expected == partition.get_many("customers", ids)
    assert {} == partition.get_many("customers", ())
    assert {} == partition.get_many("nonsense", ids)


def test_a_look_at_some_fields_of_many_is_as_that_of_one(partition: Any) -> None:
    shop(partition)
    expected = {"anna": {"tags": ["x", "y"], "nonsense": None}}
    assert expected == partition.get_many("customers", iter(["anna"]), ("tags", "nonsense"))


def test_changing_what_came_out_of_many_changes_nothing(partition: Any) -> None:
    shop(partition)
    for fields in ((), ("tags", "metadata")):
        found = partition.get_many("customers", ["anna"], fields)["anna"]
        found["tags"].clear()
        found["metadata"]["sizes"].append(3)

    assert ["x", "y"] == partition.get("customers", "anna")["tags"]
    assert [1, 2] == partition.get("customers", "anna")["metadata"]["sizes"]


def test_an_open_transaction_sees_its_own_records_by_a_set_of_ids(partition: Any) -> None:
    shop(partition)
    with pytest.raises(ZeroDivisionError), partition.transaction():
        partition.remove("customers", "anna")
        partition.put("customers", customer(90, "zoe"))
        assert {"zoe"} == set(partition.get_many("customers", ["anna", "zoe"]))
        _ = 1 / 0

    assert {"anna"} == set(partition.get_many("customers", ["anna", "zoe"]))


def test_what_points_at_a_page_of_records_is_selected_by_their_ids(partition: Any) -> None:
    """By a set of foreign keys, one of nothing among them, with an order and with others."""
    shop(partition)
    pointing = Compare("group", "in", frozenset({"gold", "base", "lone", "nonsense"}))

    assert found(partition, pointing) == "abe"
    assert found(partition, pointing, SortKey("spent")) == "eab"
    assert found(partition, both(pointing, Compare("spent", "gt", 5.5))) == "ab"


def test_what_lists_a_page_of_records_is_selected_by_their_ids(partition: Any) -> None:
    shop(partition)
    partition.load("tags", [{"id": id_, "serial": n} for n, id_ in enumerate("xyz", 1)])
    listed = Related("tags", "tags", "id", Compare("id", "in", frozenset("xz")))

    assert found(partition, listed) == "ae"


def test_many_records_are_loaded_at_once(partition: Any) -> None:
    partition.load("customers", (customer(n, f"c{n}", group=f"g{n % 3}") for n in range(1, 301)))

    assert partition.count("customers") == 300
    assert partition.count("customers", Compare("group", "eq", "g1")) == 100
    assert partition.next_number("customers") == 301


def test_loading_replaces_and_is_all_or_nothing(partition: Any) -> None:
    partition.put("customers", customer(1, "a", email="old"))
    with pytest.raises(KeyError):
        twice = [customer(1, "a", email="new"), customer(2, "b"), customer(1, "a", email="newer")]
        partition.load("customers", [*twice, customer(3, "b"), {"id": "no number"}])
    assert partition.select("customers") == ([customer(1, "a", email="old")], 1)
    assert found(partition, Compare("email", "eq", "old")) == "a"

    partition.load("customers", [customer(1, "a", email="new"), customer(2, "b")])
    assert found(partition, Compare("email", "eq", "new")) == "a"
    assert partition.count("customers") == 2


# --- conditions

VIP = {"vip": True}
CONDITIONS: dict[str, tuple[Any, str]] = {
    "everything": (EVERYTHING, "abcde"),
    "nothing": (NOTHING, ""),
    "eq": (Compare("email", "eq", "anna@example.com"), "a"),
    "eq is case-sensitive": (Compare("email", "eq", "bert@example.com"), ""),
    "eq of an unindexed field": (Compare("spent", "eq", 20), "bd"),
    "eq of whole and broken numbers": (Compare("spent", "eq", 20.0), "bd"),
    "eq of the id": (Compare("id", "eq", "cleo"), "c"),
    "eq of the number": (Compare("serial", "eq", 4), "d"),
    "eq of a list": (Compare("tags", "eq", ["x", "y"]), "a"),
    "eq of an object": (Compare("metadata", "eq", {}), "d"),
    "eq of a field nobody has": (Compare("nonsense", "eq", 1), ""),
    "not eq leaves nulls out": (Compare("group", "eq", "gold", negated=True), "de"),
    "not eq unindexed": (Compare("spent", "eq", 20, negated=True), "ae"),
    "eq null": (Compare("spent", "eq", None), ""),
    "not eq null": (Compare("spent", "eq", None, negated=True), ""),
    "in": (Compare("group", "in", frozenset({"gold", "base"})), "abe"),
    "in numbers": (Compare("spent", "in", frozenset({10, 5.5})), "ae"),
    "in ids": (Compare("id", "in", frozenset({"emil", "anna", "nobody"})), "ae"),
    "in nothing": (Compare("group", "in", frozenset()), ""),
    "in null only": (Compare("group", "in", frozenset({None})), ""),
    "not in leaves nulls out": (Compare("group", "in", frozenset({"gold"}), negated=True), "de"),
    "not in nothing": (Compare("spent", "in", frozenset(), negated=True), "abde"),
    "lt": (Compare("spent", "lt", 10), "e"),
    "lteq": (Compare("spent", "lteq", 10), "ae"),
    "gt": (Compare("spent", "gt", 10), "bd"),
    "gteq": (Compare("spent", "gteq", 10), "abd"),
    "gt of text goes by code point": (Compare("email", "gt", "Z"), "ace"),
    "not gt": (Compare("spent", "gt", 10, negated=True), "ae"),
    "lt null": (Compare("spent", "lt", None), ""),
    "like start": (Compare("email", "like", "ANNA%"), "a"),
    "like end": (Compare("email", "like", "%@example.com"), "ab"),
    "like both": (Compare("email", "like", "%ex%c_m"), "ab"),
    "like one character": (Compare("email", "like", "cleo_99_@test.org"), "c"),
    "like an escaped character": (Compare("email", "like", r"cleo\_99\%@test.org"), "c"),
    "like an escaped percent": (Compare("email", "like", r"%\%%"), "c"),
    "like an escaped backslash": (Compare("email", "like", r"%\\%"), "e"),
    "like exactly": (Compare("email", "like", "anna@example.com"), "a"),
    "like with a dot": (Compare("email", "like", "anna@exampleXcom"), ""),
    "not like leaves nulls out": (Compare("email", "like", "%test%", negated=True), "ab"),
    "contains": (Compare("metadata", "contains", VIP), "a"),
    "contains a number, which is not true": (Compare("metadata", "contains", {"vip": 1}), "c"),
    "contains deep": (Compare("metadata", "contains", {"deep": {"b": "c"}}), "c"),
    "contains a null": (Compare("metadata", "contains", {"deep": {"a": None}}), "c"),
    "contains a part of a list": (Compare("metadata", "contains", {"sizes": [2]}), "a"),
    "contains nothing": (Compare("metadata", "contains", {}), "abcd"),
    "not contains leaves nulls out": (Compare("metadata", "contains", VIP, negated=True), "bcd"),
    "null": (Null("group"), "c"),
    "not null": (Null("group", negated=True), "abde"),
    "null field nobody has": (Null("nonsense"), "abcde"),
    "all": (All((Compare("group", "eq", "gold"), Compare("spent", "gt", 15))), "b"),
    "any": (Any_((Compare("group", "eq", "gold"), Null("email"))), "abd"),
    "any indexed": (Any_((Compare("group", "eq", "base"), Compare("email", "eq", "x"))), "e"),
    "not": (Not(Compare("group", "eq", "gold")), "cde"),
    "not of a comparison that is negated": (Not(Compare("spent", "eq", 20, negated=True)), "bcd"),
    "not null nested": (Not(Any_((Null("email"), Null("group")))), "abe"),
    "all of nothing in any": (Any_((EVERYTHING, Null("email"))), "abcde"),
    "both": (both(EVERYTHING, Compare("id", "eq", "anna")), "a"),
    "both of nothing": (both(), "abcde"),
}


@pytest.mark.parametrize(("condition", "expected"), CONDITIONS.values(), ids=CONDITIONS.keys())
def test_condition(partition: Any, condition: Any, expected: str) -> None:
    assert found(shop(partition), condition) == expected


GOLD = Compare("name", "eq", "Gold")
RELATED: dict[str, tuple[Any, str, str]] = {
    "to-one": (Related("groups", "group", "id", GOLD), "customers", "ab"),
    "to-one, any": (Related("groups", "group", "id", EVERYTHING), "customers", "abe"),
    "to-one, negated": (Not(Related("groups", "group", "id", GOLD)), "customers", "cde"),
    "to-one, nobody": (Related("groups", "group", "id", NOTHING), "customers", ""),
    "inverse": (Related("customers", "id", "group", Compare("spent", "gt", 5)), "groups", "gb"),
    "inverse, any": (Related("customers", "id", "group", EVERYTHING), "groups", "gb"),
    "inverse, negated": (Not(Related("customers", "id", "group", EVERYTHING)), "groups", "la"),
    "list of ours": (Related("tags", "tags", "id", Compare("id", "eq", "y")), "customers", "ab"),
    "list of theirs": (Related("customers", "id", "tags", Null("group")), "tags", ""),
    "list of theirs, some": (
        Related("customers", "id", "tags", Compare("id", "eq", "anna")),
        "tags",
        "xy",
    ),
    "list and list": (
        Related("customers", "tags", "tags", Compare("id", "eq", "bert")),
        "customers",
        "ab",
    ),
    "two steps": (
        Related("customers", "id", "tags", Related("groups", "group", "id", GOLD)),
        "tags",
        "xy",
    ),
    "unindexed fields": (
        Related("customers", "rank", "serial", Null("group")),
        "groups",
        "l",
    ),
    "with others": (
        All((Compare("spent", "gt", 10), Related("groups", "group", "id", GOLD))),
        "customers",
        "b",
    ),
    "one of two": (
        Any_((Related("groups", "group", "id", GOLD), Compare("id", "eq", "dora"))),
        "customers",
        "abd",
    ),
    "nulls are not equal": (Related("customers", "group", "group", Null("group")), "customers", ""),
    "unindexed nulls are not equal": (
        Related("customers", "spent", "spent", Null("spent")),
        "customers",
        "",
    ),
    "an unknown type": (Related("nonsense", "group", "id", EVERYTHING), "customers", ""),
}


@pytest.mark.parametrize(("condition", "type_", "expected"), RELATED.values(), ids=RELATED.keys())
def test_related(partition: Any, condition: Any, type_: str, expected: str) -> None:
    shop(partition)
    partition.load("tags", [{"id": id_, "serial": n} for n, id_ in enumerate("xyw", 1)])

    assert found(partition, condition, type_=type_) == expected


ODD: list[Any] = ["a", "1", "", 1, 0, 1.0, True, False, [1], [], {"a": 1}, {}, [[{}]], None]
OPERATORS = ("eq", "lt", "lteq", "gt", "gteq")


def test_values_of_other_kinds_are_unequal_and_never_an_error(partition: Any) -> None:
    partition.load("customers", [customer(n, f"{n}", email=v, x=v) for n, v in enumerate(ODD)])

    for field in ("email", "x"):
        for value in ODD:
            for operator in OPERATORS:
                for negated in (False, True):
                    partition.count("customers", Compare(field, operator, value, negated))
        partition.count("customers", Compare(field, "like", "%1%"))
        partition.count("customers", Compare(field, "contains", {"a": 1}))
        partition.count("customers", Related("customers", field, field, EVERYTHING))
        assert partition.count("customers", Compare(field, "eq", True)) == 1
        assert partition.count("customers", Compare(field, "eq", 1)) == 2
        assert partition.count("customers", Compare(field, "eq", "1")) == 1
        assert partition.count("customers", Compare(field, "eq", {"a": 1})) == 1
        assert partition.count("customers", Compare(field, "in", frozenset({1, "a"}))) == 3
        assert partition.count("customers", Compare(field, "gteq", False)) == 2
        for descending in (False, True):
            records, _ = partition.select("customers", EVERYTHING, [SortKey(field, descending)])
            assert records[0 if descending else -1][field] is None


def test_a_field_that_changes_its_kind_is_found_by_the_new_value(partition: Any) -> None:
    for value in ODD:
        partition.put("customers", customer(1, "a", email=value, tags=value))
    partition.put("customers", customer(1, "a", email="x", tags=["x"]))

    assert found(partition, Compare("email", "eq", "x")) == "a"
    assert found(partition, Compare("email", "eq", "a")) == ""


# --- order and pages

ORDERS: dict[str, tuple[list[SortKey], str]] = {
    "none": ([], "abcde"),
    "number": ([SortKey("serial")], "abcde"),
    "number descending": ([SortKey("serial", descending=True)], "edcba"),
    "nulls last, ties by number": ([SortKey("spent")], "eabdc"),
    "nulls first, ties by number": ([SortKey("spent", descending=True)], "cbdae"),
    "text by code point": ([SortKey("email")], "baced"),
    "text descending": ([SortKey("email", descending=True)], "decab"),
    "two criteria": ([SortKey("spent", descending=True), SortKey("id", descending=True)], "cdbae"),
    "a field nobody has": ([SortKey("nonsense", descending=True)], "abcde"),
    "via": ([SortKey("rank", via=(("groups", "group"),))], "eabcd"),
    "via descending": ([SortKey("rank", descending=True, via=(("groups", "group"),))], "cdabe"),
    "via, then own": (
        [SortKey("rank", via=(("groups", "group"),)), SortKey("spent", True)],
        "ebacd",
    ),
    "via an unknown type": ([SortKey("rank", via=(("nonsense", "group"),))], "abcde"),
}


@pytest.mark.parametrize("condition", [EVERYTHING, Null("id", negated=True)], ids=["all", "some"])
@pytest.mark.parametrize(("order", "expected"), ORDERS.values(), ids=ORDERS.keys())
def test_order(partition: Any, condition: Any, order: list[SortKey], expected: str) -> None:
    assert found(shop(partition), condition, *order) == expected


def test_order_through_two_steps(partition: Any) -> None:
    shop(partition)
    partition.load("notes", [customer(n, id_, of=id_) for n, id_ in enumerate(("bert", "emil"))])
    order = SortKey("rank", via=(("customers", "of"), ("groups", "group")))

    assert found(partition, EVERYTHING, order, type_="notes") == "eb"


def test_order_follows_the_number_not_the_time_of_storing(partition: Any) -> None:
    for number in (3, 1, 2):
        partition.put("customers", customer(number, f"{number}"))
    assert found(partition, EVERYTHING) == "123"
    assert found(partition, Null("email")) == "123"

    partition.put("customers", customer(4, "1"))
    assert found(partition, EVERYTHING) == "231"
    assert found(partition, EVERYTHING, SortKey("email", descending=True)) == "231"


@pytest.mark.parametrize(
    "order", [(), (SortKey("spent", descending=True),)], ids=["plain", "sorted"]
)
@pytest.mark.parametrize("condition", [EVERYTHING, Null("id", negated=True)], ids=["all", "some"])
@pytest.mark.parametrize(
    ("offset", "limit"),
    [(0, 2), (2, 2), (4, 2), (5, 2), (9, 2), (0, 0), (3, 0), (1, None), (9, None), (0, 99)],
)
def test_page(partition: Any, condition: Any, order: Any, offset: int, limit: int | None) -> None:
    whole, total = shop(partition).select("customers", condition, order)
    page = partition.select("customers", condition, order, offset, limit)

    assert page == (whole[offset : None if limit is None else offset + limit], total)


def test_every_deep_page_of_every_order(partition: Any) -> None:
    """Deep enough for a backend that treats the first records in another way."""
    partition.load("customers", [customer(n, f"c{n:05}", email=f"{n % 7}") for n in range(2500)])
    for order in (
        [],
        [SortKey("serial", descending=True)],
        [SortKey("email")],
        [SortKey("email", True)],
    ):
        whole, _ = partition.select("customers", EVERYTHING, order)
        pages = [
            partition.select("customers", EVERYTHING, order, o, 500)[0] for o in range(0, 3000, 500)
        ]
        assert [record for page in pages for record in page] == whole
        assert partition.select("customers", Null("x"), order)[0] == whole


def test_sorted_pages_follow_later_changes(partition: Any) -> None:
    shop(partition)
    for order in (SortKey("spent"), SortKey("spent", descending=True), SortKey("serial")):
        found(partition, EVERYTHING, order)
    partition.put("customers", {**partition.get("customers", "anna"), "spent": 99})
    partition.remove("customers", "bert")
    partition.put("customers", customer(9, "fred", spent=1))

    assert found(partition, EVERYTHING, SortKey("spent")) == "fedac"
    assert found(partition, EVERYTHING, SortKey("spent", descending=True)) == "cadef"
    assert found(partition, EVERYTHING, SortKey("serial")) == "acdef"


# --- numbers


def test_numbers_rise_whatever_is_removed(partition: Any) -> None:
    assert [partition.next_number("customers") for _ in range(3)] == [1, 2, 3]
    partition.put("customers", customer(3, "a"))
    partition.remove("customers", "a")

    assert partition.next_number("customers") == 4
    assert partition.next_number("groups") == 1


def test_numbers_follow_what_is_stored(partition: Any) -> None:
    partition.put("customers", customer(40, "a"))
    partition.put("customers", customer(7, "b"))
    partition.remove("customers", "a")

    assert partition.next_number("customers") == 41


def test_a_number_given_in_a_transaction_that_fails_is_not_given_again(partition: Any) -> None:
    with pytest.raises(ZeroDivisionError), partition.transaction():
        partition.put("customers", customer(partition.next_number("customers"), "a"))
        _ = 1 / 0

    assert partition.next_number("customers") == 2


# --- transactions


def state(partition: Any) -> Any:
    """Return all that can be seen of the shop, in several orders and through the indexes."""
    orders = [
        [],
        [SortKey("spent")],
        [SortKey("spent", descending=True)],
        [SortKey("serial", True)],
    ]
    keys = ("gold", "base", "void", "late")
    return (
        [
            partition.select(type_, EVERYTHING, o)
            for type_ in ("customers", "groups")
            for o in orders
        ],
        [partition.select("customers", Compare("group", "eq", key)) for key in keys],
        [partition.select("customers", Related("groups", "group", "id", EVERYTHING))],
        [partition.select("customers", Related("x", "tags", "id", EVERYTHING))],
        partition.types(),
    )


def disturb(partition: Any) -> None:
    partition.put("customers", {**partition.get("customers", "anna"), "group": "late", "spent": 99})
    partition.put("customers", customer(90, "zoe", group="gold", tags=["x"]))
    partition.remove("customers", "bert")
    partition.put("customers", customer(2, "bert", group="base", spent=1))
    partition.remove("customers", "cleo")
    partition.remove("customers", "zoe")
    partition.load("late", [customer(1, "a")])


def test_a_transaction_that_ends_well_is_kept(partition: Any) -> None:
    shop(partition)
    with partition.transaction():
        disturb(partition)
        inside = state(partition)

    assert state(partition) == inside


def test_an_exception_undoes_everything(partition: Any) -> None:
    before = state(shop(partition))
    with pytest.raises(ZeroDivisionError), partition.transaction():
        disturb(partition)
        assert state(partition) != before
        _ = 1 / 0

    assert state(partition) == before
    disturb(partition)
    assert found(partition, Compare("group", "eq", "late")) == "a"


def test_a_transaction_inside_another_is_part_of_it(partition: Any) -> None:
    before = state(shop(partition))
    with pytest.raises(ZeroDivisionError), partition.transaction():
        with partition.transaction():
            disturb(partition)
        _ = 1 / 0

    assert state(partition) == before


def test_an_inner_transaction_that_fails_does_not_end_the_outer(partition: Any) -> None:
    with partition.transaction():
        partition.put("customers", customer(1, "a"))
        with pytest.raises(ZeroDivisionError), partition.transaction():
            _ = 1 / 0
        partition.put("customers", customer(2, "b"))

    assert found(partition, EVERYTHING) == "ab"


def test_an_inner_transaction_that_fails_undoes_its_own_part(partition: Any) -> None:
    shop(partition)
    with partition.transaction():
        partition.put("customers", customer(91, "kept"))
        before = state(partition)
        with pytest.raises(ZeroDivisionError), partition.transaction():
            disturb(partition)
            partition.clear()
            partition.put("customers", customer(92, "lost"))
            _ = 1 / 0
        assert state(partition) == before

    assert state(partition) == before


def test_the_next_transaction_is_not_touched_by_one_that_failed(partition: Any) -> None:
    for attempt in ("a", "b"):
        with pytest.raises(ZeroDivisionError), partition.transaction():
            partition.put("customers", customer(1, attempt))
            _ = 1 / 0
    partition.put("customers", customer(1, "c"))

    assert found(partition, EVERYTHING) == "c"


def test_clear_removes_everything_and_forgets_numbers(partition: Any) -> None:
    shop(partition)
    found(partition, EVERYTHING, SortKey("spent"))
    partition.clear()

    assert partition.types() == []
    assert partition.select("customers") == ([], 0)
    assert found(partition, Compare("group", "eq", "gold")) == ""
    assert partition.next_number("customers") == 1


def test_clear_can_be_undone_numbers_included(partition: Any) -> None:
    before = state(shop(partition))
    with pytest.raises(ZeroDivisionError), partition.transaction():
        partition.put("customers", customer(50, "before"))
        partition.clear()
        partition.put("customers", customer(1, "after"))
        assert found(partition, EVERYTHING) == "a"
        _ = 1 / 0

    assert state(partition) == before
    assert partition.next_number("customers") > 5


def test_clear_and_refill_in_one_transaction(partition: Any) -> None:
    shop(partition)
    with partition.transaction():
        partition.put("customers", customer(60, "lost"))
        partition.clear()
        partition.put("customers", customer(1, "anna", email="new"))
        partition.load("notes", [customer(1, "n")])

    assert partition.types() == ["customers", "notes"]
    assert partition.select("customers") == ([customer(1, "anna", email="new")], 1)
    assert partition.next_number("customers") == 2
    assert partition.next_number("groups") == 1


def test_types_are_those_with_records(partition: Any) -> None:
    partition.put("groups", customer(1, "g"))
    partition.put("customers", customer(1, "a"))
    partition.put("addresses", customer(1, "a"))
    partition.remove("addresses", "a")
    partition.next_number("tags")

    assert partition.types() == ["customers", "groups"]


# --- storages


def test_partitions_know_nothing_of_each_other(storage: Any) -> None:
    keys = [("acme", "test"), ("acme", "live"), ("other", "test"), ("a/c", "te%st"), ("ac", "me/t")]
    for number, key in enumerate(keys, 1):
        storage.partition(*key).put("customers", customer(number, "same", group=str(number)))
    storage.partition("acme", "live").remove("customers", "same")
    storage.partition("other", "test").clear()

    kept = {key: storage.partition(*key).select("customers")[0] for key in keys}
    assert [bool(records) for records in kept.values()] == [True, False, False, True, True]
    assert kept["a/c", "te%st"][0]["group"] == "4"
    assert storage.partition("acme", "live").next_number("customers") == 3
    assert storage.partition("other", "test").next_number("customers") == 1


def test_organizations_are_known_even_without_records_oldest_first(storage: Any) -> None:
    assert storage.organizations() == []
    for organization, mode in (("b", "test"), ("a", "test"), ("b", "live"), ("é/%", "test")):
        storage.partition(organization, mode)

    assert storage.organizations() == ["b", "a", "é/%"]


def test_a_dropped_organization_is_gone(storage: Any) -> None:
    for organization in ("one", "two"):
        for mode in ("test", "live"):
            partition = storage.partition(organization, mode)
            partition.put("customers", customer(5, "a"))
    storage.drop("one")
    storage.drop("nobody")
    assert storage.organizations() == ["two"]
    assert storage.partition("two", "live").count("customers") == 1

    fresh = storage.partition("one", "test")
    assert fresh.count("customers") == 0
    assert fresh.next_number("customers") == 1
    fresh.put("customers", customer(1, "b"))
    assert fresh.count("customers") == 1
    assert storage.organizations() == ["two", "one"]


def test_closing_twice_does_nothing(storage: Any) -> None:
    shop(storage.partition("acme", "test"))
    storage.close()
    storage.close()


# --- threads


def in_threads(count: int, work: Any) -> None:
    failures: list[BaseException] = []

    def guarded(number: int) -> None:
        try:
            work(number)
        except BaseException as error:  # noqa: BLE001 - shown by the main thread
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []


def concrete(storage: Any) -> Any:
    """Return the storage itself: the reopening one is not for several threads."""
    return storage.current() if hasattr(storage, "current") else storage


def test_threads_lose_nothing(storage: Any) -> None:
    partition = concrete(storage).partition("acme", "test")

    def create(thread: int) -> None:
        for n in range(200):
            number = partition.next_number("customers")
            partition.put("customers", customer(number, f"{thread}-{n}", group=str(thread)))
            partition.select("customers", Compare("group", "eq", str(thread)), limit=2)

    in_threads(8, create)
    storage.written = True
    kept, total = storage.partition("acme", "test").select("customers")
    assert total == 1600
    assert [record["serial"] for record in kept] == list(range(1, 1601))


def test_a_transaction_is_seen_whole_or_not_at_all(storage: Any) -> None:
    partition = concrete(storage).partition("acme", "test")
    partition.load("customers", [customer(1, "a", spent=50), customer(2, "b", spent=50)])

    def move(thread: int) -> None:
        for n in range(50):
            if thread % 2:
                records, _ = partition.select("customers")
                assert sum(record["spent"] for record in records) == 100
                continue
            with partition.transaction():
                for id_, amount in (("a", n % 7), ("b", -(n % 7))):
                    record = partition.get("customers", id_)
                    partition.put("customers", {**record, "spent": record["spent"] + amount})

    in_threads(6, move)


def test_a_partition_is_made_once(storage: Any) -> None:
    storage = concrete(storage)
    seen: list[int] = []
    in_threads(8, lambda _: seen.append(id(storage.partition("new", "test"))))
    assert len(set(seen)) == 1
