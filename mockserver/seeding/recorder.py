"""Records what the engine does to records: each verb of the API or of the service is a step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, timedelta
from typing import Any

from mockserver.access import Access, Owner
from mockserver.clock import Clock
from mockserver.engine.history import HISTORY
from mockserver.engine.job_queue import JOBS
from mockserver.engine.organization import Organizations
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.clients import WEBAPP
from mockserver.resources.registry import indexes, is_view
from mockserver.schema.request_documents import Values
from mockserver.seeding.carts import Territory, reckon
from mockserver.seeding.dates import OPENED, spelled
from mockserver.seeding.foundation import Foundation
from mockserver.seeding.products import PLENTY
from mockserver.seeding.steps import Step
from mockserver.seeding.transactions import DUE
from mockserver.storage.base import Record
from mockserver.storage.conditions import EVERYTHING
from mockserver.storage.memory import MemoryStorage

#: Type and id of a record.
Target = tuple[str, str]
Verb = Callable[[Target], Any]

DAY = timedelta(days=1)
#: What is bought costs so much.
PRICE = 1000
#: What steps leave behind that is not seeded as records, or in another way.
UNSEEN = frozenset({"events", HISTORY, JOBS})
#: What an order notes of the runs of the totals engine.
RUN = ("tax_calculations_count",)
#: What is drawn or reckoned anew for each record, besides what it is linked to.
OWN: Mapping[str, frozenset[str]] = {
    "customers": frozenset({"email", "shopper_reference", "profile_id"}),
    "orders": frozenset({*reckon((), Territory("EUR", True, "DE", ""), shipped=False).order, *RUN}),
    "order_subscriptions": frozenset({"next_run_at"}),
}


class Recorder:
    """A scratch sandbox, and what the verbs have done in it.

    Attributes:
        sandbox: where it is done.
        found: the steps, by type and name.
        made: the types of the records that a step has made, by the type and the name of the step.
    """

    def __init__(self) -> None:
        """Begin with what tokens need, on the day the shop opened."""
        clock = Clock(OPENED.replace(tzinfo=UTC))
        organization = Organizations(MemoryStorage(indexes())).open("recorder", clock, 1)
        Foundation(organization, "test").build("localhost")
        Foundation(organization, "test").furnish()
        self.sandbox: Sandbox = organization.sandbox("test")
        self.found: dict[str, dict[str, Step]] = {}
        self.made: dict[str, list[str]] = {}
        (user, *_), _ = self.sandbox.partition.select("users")
        #: Who asks for anonymizations, and what is noted of that.
        self.who = {name: user[name] for name in ("id", "first_name", "last_name", "email")}
        self.user = Access(
            *("recorder", "test", WEBAPP), role_id=user["role_id"], owner=Owner("User", user["id"])
        )

    def add(self, type_: str, **values: Any) -> Target:
        """Create a record as the service itself does."""
        return type_, str(self.sandbox.add(type_, values)["id"])

    def sell(self, code: str) -> None:
        """Create a SKU, with a price on every list and a stock that does not run out."""
        category, lists, locations = (
            self.sandbox.find(type_, EVERYTHING)
            for type_ in ("shipping_categories", "price_lists", "stock_locations")
        )
        _, sku = self.add("skus", code=code, name=code, shipping_category=category[0]["id"])
        for each in lists:
            self.add("prices", price_list=each["id"], sku=sku, amount_cents=PRICE)
        for each in locations:
            self.add("stock_items", stock_location=each["id"], sku=sku, quantity=PLENTY)

    def trigger(self, name: str) -> Verb:
        """Return a function that sends a trigger in the name of a user."""
        return lambda target: self.sandbox.update(
            self.sandbox.registry[target[0]],
            target[1],
            Values.of(self.sandbox.registry[target[0]], {name: True}),
            self.user,
        )

    def job(self, _: Target) -> None:
        """Have the next job of the service done."""
        self.sandbox.job_queue.run_one(self._next_job())

    def failure(self, _: Target) -> None:
        """Have the next job of the service fail."""
        self.sandbox.job_queue.fail_one(self._next_job())

    def _next_job(self) -> str:
        """Return the next job that is done to a customer; subscriptions wait for longer."""
        waiting = self.sandbox.job_queue.waiting()
        found: str = next(job["id"] for job in waiting if job["resource_type"] == "customers")
        return found

    def record(self, name: str, target: Target, verb: Verb, **others: Target) -> None:
        """Note as a step what a verb does to a record, a day after whatever was done before.

        Args:
            name: of the step.
            target: the record.
            verb: what is done to it.
            **others: records that change by it too, under the name of their step.
        """
        self.sandbox.clock.advance(DAY)
        targets = {name: target, **others}
        before = {
            n: (self.sandbox.get(*each) or {}, self._told(each)) for n, each in targets.items()
        }
        counts = self._counts()
        verb(target)
        grown = (self._counts() - counts).keys() - UNSEEN
        self.made[f"{target[0]}.{name}"] = sorted(grown)
        for step, each in targets.items():
            record, told = before[step]
            known = self.found.setdefault(each[0], {})
            known[step] = self._step(each, record, self._told(each)[len(told) :])

    def _step(self, target: Target, before: Record, events: Sequence[str]) -> Step:
        """Return the step that has made one record of another."""
        changed = dict(self._changed(target, before))
        stamps = [n for n, value in changed.items() if value == self.sandbox.clock.timestamp()]
        total = before.get(DUE)
        copies = [n for n, value in changed.items() if n.startswith("place_") and value == total]
        counts = [n for n, v in changed.items() if type(v) is int and v - 1 == before[n]]
        objects = {n: value for n, value in changed.items() if isinstance(value, dict) and value}
        news = {n: _news(before[n], value) for n, value in objects.items()}
        spells = _naming(news, spelled(self.sandbox.clock.now()))
        signs = _naming(news, self.who)
        return Step(
            _without(changed, (*stamps, *counts, *copies, *objects)),
            stamps,
            counts,
            dict.fromkeys(copies, DUE),
            {n: _without(new, (*spells.get(n, ()), *signs.get(n, ()))) for n, new in news.items()},
            spells,
            signs,
            events,
        )

    def _changed(self, target: Target, before: Record) -> Iterator[tuple[str, Any]]:
        type_, _ = target
        attributes = self.sandbox.registry[type_].attributes.keys() - OWN.get(type_, frozenset())
        for name, value in (self.sandbox.get(*target) or {}).items():
            if name in attributes and value != before.get(name):
                yield name, value

    def _counts(self) -> Counter[str]:
        partition = self.sandbox.partition
        own = (type_ for type_ in partition.types() if not is_view(type_))
        return Counter({type_: partition.count(type_) for type_ in own})

    def _told(self, target: Target) -> list[str]:
        events = self.sandbox.partition.select("events")[0]
        own = [event["name"] for event in events if event["resource"] == target[1]]
        return [name.partition(".")[2] for name in own]


def _news(before: Record, now: Record) -> Record:
    return {name: value for name, value in now.items() if before.get(name) != value}


def _naming(objects: Mapping[str, Record], value: Any) -> dict[str, list[str]]:
    """Return the members of objects that have a value, by the names of those that have one."""
    named = {
        n: [m for m, held in members.items() if held == value] for n, members in objects.items()
    }
    return {name: members for name, members in named.items() if members}


def _without(members: Record, names: Sequence[str]) -> Record:
    return {name: value for name, value in members.items() if name not in names}
