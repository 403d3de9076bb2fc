"""The steps that seeded records take are those of the engine."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any

import pytest

from mockserver.clock import parse_timestamp
from mockserver.engine.sandbox import Sandbox
from mockserver.seeding.batch import Batch
from mockserver.seeding.plans import ANONYMIZATIONS
from mockserver.seeding.plans import COURSES as ORDERS
from mockserver.seeding.recording import SHIPPED, recorded, steps_json
from mockserver.seeding.reference_data import ReferenceData
from mockserver.seeding.returns import COURSES as RETURNS
from mockserver.seeding.steps import STEPS, Step, steps
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare
from tests.seeding.worlds import seeded

AT = datetime(2024, 5, 6, 7, 8, 9, 10_000)  # noqa: DTZ001 - as all of seeding
WRITTEN = "2024-05-06T07:08:09.010Z"
WHO = {"id": "abc", "email": "admin@example.com"}
CARD = "stripe_payments"
#: The triggers that have stamped an order.
TRIGGERS = {"placed_at": "_place", "approved_at": "_approve_and_capture", "cancelled_at": "_cancel"}

#: Of an order; what of an address decides on taxes, and what else it needs.
ADDRESSES = ("shipping_address", "billing_address")
PLACE = ("country_code", "state_code", "zip_code")
NOBODY: Record = {
    **dict.fromkeys(("first_name", "last_name", "line_1", "city", "phone"), "A"),
    "zip_code": "1",
    "state_code": "A",
}

Deed = tuple[str, Callable[[], Any]]

#: A step, what a record is before it, and afterwards.
TAKEN: dict[str, tuple[Step, Record, Record]] = {
    "sets": (Step(sets={"status": "placed"}), {"status": "draft"}, {"status": "placed"}),
    "stamps": (Step(stamps=("placed_at",)), {"placed_at": None}, {"placed_at": WRITTEN}),
    "counts": (Step(counts=("total",)), {"total": 2}, {"total": 3}),
    "copies": (Step(copies={"a": "b"}), {"a": 0, "b": 7}, {"a": 7, "b": 7}),
    "merges": (
        Step(
            merges={"info": {"status": "done"}},
            spells={"info": ["done_at"]},
            signs={"info": ["requester"]},
        ),
        {"info": {"status": "begun", "begun_at": "then"}},
        {
            "info": {
                "status": "done",
                "begun_at": "then",
                "done_at": "2024-05-06 07:08:09 UTC",
                "requester": WHO,
            }
        },
    ),
}


def test_the_file_is_what_the_engine_does() -> None:
    """Recording anew changes nothing: a rule that changes makes seeding follow."""
    assert steps_json() == STEPS.read_bytes()


def test_whatever_a_step_makes_is_seeded_too() -> None:
    """A rule by which placing makes more than it did leaves no seeded order without that."""
    made = {step: types for step, types in recorded().made.items() if types}

    assert made == {
        "orders.pending": ["line_items", "shipments", "stock_line_items"],
        "orders.place": ["authorizations", "stock_reservations"],
        "orders.create_subscriptions": ["order_subscription_items", "order_subscriptions"],
        "orders.approve": ["captures"],
        "orders.cancel": ["voids"],
    }


@pytest.mark.parametrize(("step", "before", "expected"), TAKEN.values(), ids=TAKEN)
def test_a_step_is_taken(step: Step, before: Record, expected: Record) -> None:
    """A record becomes what the engine made of the one that was recorded."""
    record = dict(before)
    step.take(record, AT, WHO)

    assert record == expected


def test_there_is_every_step_that_is_planned() -> None:
    """Whatever a plan may ask for has been recorded."""
    known = {type_: set(named) for type_, named in steps().items()}
    planned = {
        "orders": {step for course in ORDERS.values() for step in course},
        "returns": {step for course in RETURNS.values() for step in course},
        "customers": {f"anonymization_{s}" for course in ANONYMIZATIONS.values() for s in course},
    }

    assert {type_: steps_ - known[type_] for type_, steps_ in planned.items()} == {
        type_: set() for type_ in planned
    }


# --- the same by the verbs of the API ------------------------------------------------------------


class Twin:
    """The customers of a seeded sandbox and their orders, made anew through the engine alone."""

    def __init__(self, original: Sandbox) -> None:
        """Begin with what they refer to."""
        self.original = original
        self.sandbox = seeded().sandbox(original.mode)
        batch = Batch(self.sandbox)
        ReferenceData(batch)
        batch.load()
        self.ids: dict[str, str] = {}

    def make(self) -> None:
        """Do what was done, when it was done."""
        for at, do in sorted(self._deeds(), key=itemgetter(0)):
            self.sandbox.clock.freeze(parse_timestamp(at))
            do()

    def _deeds(self) -> Iterator[Deed]:
        for customer in self._all("customers"):
            yield customer["created_at"], lambda c=customer: self._sign_up(c)
        for order in self._all("orders"):
            yield order["created_at"], lambda o=order: self._begin(o)
            for stamp, trigger in TRIGGERS.items():
                if order[stamp]:
                    yield order[stamp], lambda o=order, t=trigger: self._pull("orders", o, t)
            if order["fulfillment_status"] == "fulfilled":
                yield order["fulfillment_updated_at"], lambda o=order: self._ship(o)

    def _all(self, type_: str) -> list[Record]:
        return self.original.partition.select(type_)[0]

    def _sign_up(self, customer: Record) -> None:
        values = {"email": f"{customer['id']}@example.com"}
        self.ids[customer["id"]] = self.sandbox.add("customers", values)["id"]

    def _begin(self, order: Record) -> None:
        """Fill a cart, as far as it was filled."""
        market = self.original.get("markets", order["market"]) or {}
        (same,) = self.sandbox.find("markets", Compare("code", "eq", market["code"]))
        made = self.sandbox.add(
            "orders",
            {
                "customer": self.ids[order["customer"]],
                "market": same["id"],
                **{n: self._address(order[n]) for n in ADDRESSES if order[n]},
            },
        )
        self.ids[order["id"]] = made["id"]
        for line in self.original.find("line_items", Compare("order", "eq", order["id"])):
            if line["item_type"] == "skus":
                values = {name: line[name] for name in ("sku_code", "quantity", "frequency")}
                self.sandbox.add("line_items", {"order": made["id"], **values})
        if order["payment_source"]:
            self._choose(order, made["id"], same["id"])

    def _address(self, id_: str) -> str:
        address = self.original.get("addresses", id_) or {}
        known = {name: address[name] for name in PLACE if address.get(name)}
        return str(self.sandbox.add("addresses", {**NOBODY, **known})["id"])

    def _choose(self, order: Record, id_: str, market: str) -> None:
        """Choose how an order is shipped and paid."""
        own, of_market = Compare("order", "eq", id_), Compare("market", "eq", market)
        (shipment,) = self.sandbox.find("shipments", own)
        way = self.sandbox.find("shipping_methods", of_market)[0]
        self.sandbox.change("shipments", shipment["id"], {"shipping_method": way["id"]})
        type_ = order["payment_source_type"]
        method = next(
            each
            for each in self.sandbox.find(
                "payment_methods", Compare("currency_code", "eq", order["currency_code"])
            )
            if each["payment_source_type"] == type_
        )
        self.sandbox.change("orders", id_, {"payment_method": method["id"]})
        self.sandbox.add(type_, {"order": id_})

    def _ship(self, order: Record) -> None:
        own = Compare("order", "eq", self.ids[order["id"]])
        for shipment in self.sandbox.find("shipments", own):
            for command in SHIPPED.values():
                self.sandbox.change("shipments", shipment["id"], {command: True})

    def _pull(self, type_: str, record: Record, trigger: str) -> None:
        self.sandbox.change(type_, self.ids[record["id"]], {trigger: True})


@pytest.fixture(scope="module", params=["test", "live"])
def twin(request: pytest.FixtureRequest) -> Twin:
    """Return the twin of a mode with named and random customers."""
    made = Twin(seeded(60).sandbox(request.param))
    made.make()
    return made


#: What is drawn, or said by the customer.
DRAWN = {"id", "token", "number", "guest", "language_code"}
#: How often the totals engine has taxed it: as often as a client has sent something of it.
RUNS = {"tax_calculations_count"}
#: What an order shows of how it is paid.
PAYMENT = {"payment_source_details"}


def test_orders_are_those_of_the_engine(twin: Twin) -> None:
    """Every status, stamp and amount is what the verbs of the API make of the same order."""
    orders = twin.original.partition.select("orders")[0]
    attributes = twin.original.registry["orders"].attributes
    stored = {name for name, attribute in attributes.items() if attribute.stored}
    for order in orders:
        made = twin.sandbox.get("orders", twin.ids[order["id"]]) or {}
        ignored = {*DRAWN, *RUNS, *PAYMENT, "subscription_created_at"}
        names = sorted(stored - ignored)

        assert {n: order[n] for n in names} == {n: made[n] for n in names}, order["number"]

    assert len({order["status"] for order in orders}) == 5


def test_customers_are_as_far_as_the_engine_has_them(twin: Twin) -> None:
    """Status and counter, and when they changed last, follow from the orders that were placed."""
    names = ("status", "total_orders_count", "updated_at")
    for customer in twin.original.partition.select("customers")[0]:
        made = twin.sandbox.get("customers", twin.ids[customer["id"]]) or {}
        own = names[:2] if customer["anonymization_status"] else names

        assert {n: customer[n] for n in own} == {n: made[n] for n in own}


def test_what_happens_at_once_is_told_as_the_engine_tells_it(twin: Twin) -> None:
    """The named customers' orders have the events that the verbs of the API fire, in turn."""
    (john,) = twin.original.find("customers", Compare("email", "eq", "john@example.com"))
    for order in twin.original.find("orders", Compare("customer", "eq", john["id"])):
        told, fired = (
            [
                event["name"]
                for event in sandbox.find("events", Compare("resource", "eq", id_))
                if event["name"] != "orders.create_subscriptions"
            ]
            for sandbox, id_ in (
                (twin.original, order["id"]),
                (twin.sandbox, twin.ids[order["id"]]),
            )
        )

        assert told == fired


def test_moments_are_those_of_the_step() -> None:
    """A step that is taken later has later stamps."""
    record: Record = {"total_amount_with_taxes_cents": 1}
    step = steps()["orders"]["place"]
    step.take(record, AT)
    first = record["placed_at"]
    step.take(record, AT + timedelta(days=1))

    assert (first, record["placed_at"]) == (WRITTEN, "2024-05-07T07:08:09.010Z")
