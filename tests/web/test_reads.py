"""A page is read level by level: its reads grow with what is included, not with its records."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from mockserver.commerce.transfers.export_plans import Plan, Printer
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import registry
from mockserver.storage.base import Partition
from mockserver.storage.conditions import SortKey
from tests.client import Api, Bearers

READS = ("get", "get_many", "select", "count")
SIZES = (1, 5, 25)
EMAIL, PASSWORD = "john@example.com", "a long secret"
#: How often a page may ask the same of the same type: once a level, and for what members look at.
A_FEW = 4
SEEDED = pytest.mark.parametrize("options", [{"seeded": True, "customers": 60}], ids=["seeded"])

Reads = Counter[tuple[str, str]]


class Counted:
    """A partition whose reads are counted, by method and type."""

    def __init__(self, partition: Partition) -> None:
        """Pass everything on to the partition."""
        self._partition = partition
        self.reads: Reads = Counter()

    def __getattr__(self, name: str) -> Any:
        """Return a method of the partition, counting when it is called to read."""
        method = getattr(self._partition, name)
        if name not in READS:
            return method

        def counted(type_: str, *arguments: Any, **named: Any) -> Any:
            self.reads[name, type_] += 1
            return method(type_, *arguments, **named)

        return counted


@pytest.fixture
def reads(sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> Callable[[Api, str], Reads]:
    """Return what counts the reads of a GET, which must be answered."""

    def of(api: Api, path: str) -> Reads:
        with monkeypatch.context() as patched:
            counted = Counted(sandbox.partition)
            patched.setattr(sandbox, "partition", counted)
            answer = api.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return counted.reads

    return of


@pytest.fixture
def shop(api: Api, sandbox: Sandbox) -> Api:
    """Return the API with 25 customers with an order each, and one more with as many orders."""
    market = sandbox.partition.select("markets")[0][0]["id"]
    john = sandbox.add("customers", {"email": EMAIL, "password": PASSWORD})["id"]
    for number in range(25):
        group = sandbox.add("customer_groups", {"name": f"Group {number}"})["id"]
        tag = sandbox.add("tags", {"name": f"tag-{number}"})["id"]
        links = {"customer_group": group, "tags": [tag]}
        customer = sandbox.add("customers", {"email": f"{number}@example.com", **links})["id"]
        for owner in (customer, john):
            order = sandbox.add("orders", {"market": market, "customer": owner})["id"]
            line = {"name": "A hat", "quantity": 1, "unit_amount_cents": 100}
            sandbox.add("line_items", {**line, "order": order})
    # What is done before the first answer is not a page's.
    api.get("/api/customers")
    return api


PAGES = {
    "nothing": "customers?x=1",
    "to-one": "customers?include=customer_group",
    "stored to-many": "customers?include=tags",
    "inverse to-many": "customers?include=orders",
    "two steps and one": "customers?include=orders.line_items,customer_group",
    "there and back": "customers?include=orders.customer.customer_group",
    "members that look further": "orders?include=customer",
    "computed relationships": "orders?include=available_payment_methods,default_payment_method",
    "computed by a select": "events?include=webhooks,last_event_callbacks",
    "sparse fields": "orders?fields[orders]=checkout_url,customer_type&include=line_items",
}


@pytest.mark.parametrize("path", PAGES.values(), ids=PAGES.keys())
def test_the_reads_do_not_grow_with_the_page(
    shop: Api, reads: Callable[[Api, str], Reads], path: str
) -> None:
    """As many for a record as for five and for twenty-five."""
    counted = [reads(shop, f"/api/{path}&sort=-id&page[size]={size}") for size in SIZES]

    assert counted[0] == counted[1] == counted[2]


OWN_PAGES = {
    "orders": "orders?include=line_items,market,customer",
    "rows": "orders?include=line_items.order.customer",
}


@pytest.mark.parametrize("path", OWN_PAGES.values(), ids=OWN_PAGES.keys())
def test_whose_they_are_is_read_level_by_level_too(
    shop: Api, bearers: Bearers, reads: Callable[[Api, str], Reads], path: str
) -> None:
    """What a logged customer may read is decided by the records around: once for all."""
    john = bearers.customer(EMAIL, PASSWORD)
    assert shop.get("/api/orders").json["meta"]["record_count"] == 50
    assert john.get("/api/orders").json["meta"]["record_count"] == 25

    counted = [reads(john, f"/api/{path}&page[size]={size}") for size in SIZES]

    assert counted[0] == counted[1] == counted[2]


def test_a_linkage_is_read_at_once(shop: Api, reads: Callable[[Api, str], Reads]) -> None:
    """Of a customer with 25 orders as of one with a single one."""
    listed = shop.get("/api/customers", {"filter[q][email_eq]": EMAIL}).json["data"]
    many, one = listed[0], shop.get("/api/customers?sort=-id").json["data"][0]
    paths = [f"/api/customers/{each['id']}/relationships/orders" for each in (many, one)]
    assert [25, 1] == [len(shop.get(path).json["data"]) for path in paths]

    assert reads(shop, paths[0]) == reads(shop, paths[1])


def test_an_export_is_read_level_by_level_too(
    shop: Api, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever stands nested in its records."""
    assert shop
    plan = Plan.of(registry(), "customers", ["orders.line_items", "customer_group", "tags"], ())
    printer = Printer(sandbox, "customers", plan, dry=False)
    records = sandbox.partition.select("customers", order=(SortKey("serial", descending=True),))[0]
    counted = []
    for size in SIZES:
        partition = Counted(sandbox.partition)
        with monkeypatch.context() as patched:
            patched.setattr(sandbox, "partition", partition)
            printer.text(records[:size], "json", first=True)
        counted.append(partition.reads)

    assert counted[0] == counted[1] == counted[2]
    assert counted[0]["select", "line_items"] == 1


def included(type_: str) -> Iterator[str]:
    """Yield the include paths of a type, of one step and of two."""
    for name, relationship in registry()[type_].relationships.items():
        if relationship.includable:
            yield name
            beyond = [registry()[t] for t in relationship.types if t in registry()]
            names = {n for t in beyond for n, r in t.relationships.items() if r.includable}
            yield from (f"{name}.{inner}" for inner in sorted(names))


@SEEDED
@pytest.mark.parametrize("type_", [t for t, r in registry().items() if "list" in r.actions])
def test_no_page_of_any_type_is_read_record_by_record(
    api: Api, reads: Callable[[Api, str], Reads], type_: str
) -> None:
    """Whatever is included, by every declaration there is."""
    for path in included(type_):
        counted = reads(api, f"/api/{type_}?page[size]=25&include={path}")
        often = {read: times for read, times in counted.items() if times > A_FEW}
        assert not often, (path, often)


@SEEDED
def test_many_pages_are_full(sandbox: Sandbox) -> None:
    """The test before asks something of many types."""
    full = [t for t in registry() if sandbox.partition.count(t) > A_FEW]
    assert len(full) > 12
