"""Any sequence of changes to customers and what is around them, against a model of sets."""
# ruff: noqa: D102, D107 - the rules are named after what they do

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from mockserver.access import Access
from mockserver.engine.change_set import ChangeSet
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.jsonapi.query import NO_QUERY
from mockserver.resources.registry import registry
from mockserver.schema.request_documents import Values
from mockserver.storage.base import SERIAL, Record
from tests.scene import NOBODY, PLACE, digest
from tests.seeding.worlds import seeded

START = datetime(2026, 1, 1, tzinfo=UTC)
MOST_TAGS = 3
TYPES = (
    "customers",
    "customer_groups",
    "addresses",
    "customer_addresses",
    "customer_subscriptions",
    "tags",
    "orders",
    "sku_lists",
    "attachments",
)
#: What an order notes of the runs of the totals engine, of which each attempt is one.
RUNS = frozenset(
    {
        *("refreshed_at", "tax_calculations_count", "built_from", "built_at"),
        *("shipments_numbered", "own_tax_switches"),
    }
)
Rows = dict[str, dict[str, Record]]
Fired = tuple[str, str]

# --- what is sent

EMAILS = st.sampled_from(
    ["a@x.y", "b@x.y", "c@x.y", "d@x.y", "e@x.y", " A@X.Y", "no email", "", None]
)
NAMES = st.sampled_from(["t", "T", "u", "v", "w", "no name", "", None])
KNOWN_NAMES = st.lists(st.sampled_from(["t", "T", "u", "v", "w", "nope", " u "]), max_size=4)
PASSWORDS = st.sampled_from(["secret", "another", "short", "", None])
METADATA = st.sampled_from([{}, {"a": 1}, {"a": True}, {"a": {"b": []}}, None])
TEXTS = st.sampled_from(["x", "y", "", None])
#: Chooses one of the records there are, or nobody.
NONE_OF_THEM = 8
WHICH = st.integers(0, NONE_OF_THEM)
MAYBE = st.none() | WHICH
SOME = st.lists(WHICH, max_size=4)


@dataclass(frozen=True)
class Customer:
    """What the model knows of a customer."""

    email: str
    registered: bool = False
    group: str | None = None
    tags: frozenset[str] = frozenset()
    metadata: Any = field(default_factory=dict)


@dataclass(frozen=True)
class Linked:
    """What the model knows of anything else: where it leads, and a text."""

    customer: str | None = None
    address: str | None = None
    text: str | None = None


class Unexpected(Exception):  # noqa: N818 - not an error of ours
    """The model expects a refusal with this status."""

    def __init__(self, status: int) -> None:
        super().__init__(status)
        self.status = status


def normal(email: str | None) -> str:
    """Return an email as it is stored; refuse what is none."""
    found = (email or "").strip().lower()
    if "@" not in found:
        raise Unexpected(422)
    return found


def chosen(name: str | None) -> str:
    """Return a text that must be there."""
    if not name or " " in name:
        raise Unexpected(422)
    return name


class Engine(RuleBasedStateMachine):
    """The engine beside a model that knows nothing of storage, flags or declarations."""

    def __init__(self) -> None:
        super().__init__()
        self.organization = seeded()
        self.organization.clock.freeze(START)
        self.sandbox: Sandbox = self.organization.sandbox("test")
        record = {**self.sandbox.organization_record(), "tags_max_allowed_number": MOST_TAGS}
        self.sandbox.partition.put("organizations", record)
        self.access = Access("acme", "test", "integration")
        self.market = self.sandbox.partition.select("markets", limit=1)[0][0]["id"]
        self.customers: dict[str, Customer] = {}
        self.others: dict[str, dict[str, Linked]] = {type_: {} for type_ in TYPES[1:]}
        self.base = self.rows()
        self.before = self.base
        self.fired: list[Fired] = []
        self.live = digest(self.organization.sandbox("live"))

    # --- helpers

    def rows(self) -> Rows:
        """Return every record of the types the model knows, and the events."""
        select = self.sandbox.partition.select
        return {t: {r["id"]: r for r in select(t)[0]} for t in (*TYPES, "events")}

    def pick(self, type_: str, which: int | None) -> str | None:
        """Return one of the ids there are, or nobody's."""
        if which is None:
            return None
        known = list(self.customers if type_ == "customers" else self.others[type_])
        return NOBODY if which == NONE_OF_THEM or not known else known[which % len(known)]

    def known(self, type_: str, *ids: str | None) -> None:
        """Expect 404 where a linkage leads nowhere."""
        there = self.customers if type_ == "customers" else self.others[type_]
        if any(id_ is not None and id_ not in there for id_ in ids):
            raise Unexpected(404)

    def attempt(self, expect: Callable[[], Callable[[str], None]], act: Callable[[], Any]) -> None:
        """Do something that the model either expects to be refused, or knows what comes of it.

        Args:
            expect: raises the refusal, or returns what tells the model of the record's id.
            act: asks the engine.
        """
        self.organization.clock.advance(timedelta(seconds=1))
        self.before, self.fired = self.rows(), []
        untouched = digest(self.sandbox)
        try:
            tell = expect()
        except Unexpected as unexpected:
            with pytest.raises(Refusal) as refused:
                act()
            assert refused.value.status == unexpected.status  # noqa: PT017 - two exceptions
            assert digest(self.sandbox) == untouched
        else:
            found = act()
            tell(found.records[0]["id"] if found else NOBODY)

    def create(
        self, type_: str, values: dict[str, Any], expect: Callable[[], Callable[[str], None]]
    ) -> None:
        """Create a record."""
        resource = registry()[type_]
        made = Values.of(resource, values)
        self.attempt(expect, lambda: self.sandbox.create(resource, made, self.access))

    def update(
        self,
        type_: str,
        id_: str | None,
        values: dict[str, Any],
        expect: Callable[[], Callable[[str], None]],
    ) -> None:
        """Update a record."""
        resource = registry()[type_]
        made = Values.of(resource, values)
        self.attempt(expect, lambda: self.sandbox.update(resource, id_ or "", made, self.access))

    def email_is_free(self, email: str, *, for_: str | None = None) -> None:
        """Expect 422 for an email that somebody else has."""
        if any(c.email == email and id_ != for_ for id_, c in self.customers.items()):
            raise Unexpected(422)

    def found_or_created(self, email: str) -> str:
        """Return the id of the customer with the email, who may be new by now."""
        for id_, customer in self.customers.items():
            if customer.email == email:
                return id_
        (id_,) = (r["id"] for r in self.rows()["customers"].values() if r["email"] == email)
        self.customers[id_] = Customer(email)
        self.fired.append(("customers.create", id_))
        return id_

    def with_name(self, names: Iterable[str]) -> set[str]:
        """Return the ids of the tags with these names."""
        wanted = {name.strip() for name in names}
        return {id_ for id_, tag in self.others["tags"].items() if tag.text in wanted}

    # --- customers

    @initialize()
    def begin(self) -> None:
        """Have a few records to begin with."""
        for name in "tuvw":
            self.name_something("tags", name, None)
        for type_ in ("customer_groups", "addresses", "addresses"):
            self.name_something(type_, "x", None)
        self.create_customer("a@x.y", "secret", 0, [0, 1, 2], {})
        self.create_customer("b@x.y", None, None, [1], {"a": 1})
        self.create_customer_address(0, None, 0)

    @rule(email=EMAILS, password=PASSWORDS, group=MAYBE, tags=SOME, metadata=METADATA)
    def create_customer(
        self,
        email: str | None,
        password: str | None,
        group: int | None,
        tags: list[int],
        metadata: Any,
    ) -> None:
        group_id = self.pick("customer_groups", group)
        tag_ids = list(dict.fromkeys(self.pick("tags", tag) or "" for tag in tags))

        def expect() -> Callable[[str], None]:
            self.known("customer_groups", group_id)
            self.known("tags", *tag_ids)
            self.email_is_free(normal(email))
            if password == "short" or len(tag_ids) > MOST_TAGS:
                raise Unexpected(422)
            made = Customer(normal(email), bool(password), group_id, frozenset(tag_ids), metadata)

            def tell(id_: str) -> None:
                self.customers[id_] = made
                self.fired.append(("customers.create", id_))
                self.fired += [("customers.create_password", id_)] * bool(password)

            return tell

        values = {"email": email, "password": password, "metadata": metadata, "tags": tag_ids}
        self.create("customers", {**values, "customer_group": group_id}, expect)

    @rule(which=WHICH, email=EMAILS)
    def change_email(self, which: int, email: str | None) -> None:
        id_ = self.pick("customers", which)

        def expect() -> Callable[[str], None]:
            self.known("customers", id_)
            self.email_is_free(normal(email), for_=id_)
            return lambda own: self.become(own, email=normal(email))

        self.update("customers", id_, {"email": email}, expect)

    def become(self, id_: str, **values: Any) -> None:
        """Let the model's customer have other values."""
        self.customers[id_] = replace(self.customers[id_], **values)

    @rule(which=WHICH, password=PASSWORDS)
    def change_password(self, which: int, password: str | None) -> None:
        id_ = self.pick("customers", which)

        def expect() -> Callable[[str], None]:
            self.known("customers", id_)
            if password == "short":
                raise Unexpected(422)

            def tell(own: str) -> None:
                first = bool(password) and not self.customers[own].registered
                self.fired += [("customers.create_password", own)] * first
                self.become(own, registered=self.customers[own].registered or bool(password))

            return tell

        self.update("customers", id_, {"password": password}, expect)

    @rule(which=WHICH, metadata=METADATA, group=MAYBE, email=EMAILS)
    def change_several(
        self, which: int, metadata: Any, group: int | None, email: str | None
    ) -> None:
        id_, group_id = self.pick("customers", which), self.pick("customer_groups", group)

        def expect() -> Callable[[str], None]:
            self.known("customers", id_)
            self.known("customer_groups", group_id)
            self.email_is_free(normal(email), for_=id_)

            def tell(own: str) -> None:
                changed = repr(self.customers[own].metadata) != repr(metadata)
                self.fired += [("customers.metadata_update", own)] * changed
                self.become(own, email=normal(email), metadata=metadata, group=group_id)

            return tell

        values = {"metadata": metadata, "customer_group": group_id, "email": email}
        self.update("customers", id_, values, expect)

    @rule(which=WHICH, tags=st.none() | SOME, add=KNOWN_NAMES, remove=KNOWN_NAMES)
    def change_tags(
        self, which: int, tags: list[int] | None, add: list[str], remove: list[str]
    ) -> None:
        id_ = self.pick("customers", which)
        tag_ids = list(dict.fromkeys(self.pick("tags", tag) or "" for tag in tags or ()))

        def expect() -> Callable[[str], None]:
            self.known("customers", id_)
            self.known("tags", *tag_ids)
            held = self.customers[id_ or ""].tags
            wanted = set(held if tags is None else tag_ids)
            return self.retagged(held, (wanted | self.with_name(add)) - self.with_name(remove))

        values: dict[str, Any] = {"_add_tags": ",".join(add), "_remove_tags": ",".join(remove)}
        if tags is not None:
            values["tags"] = tag_ids
        self.update("customers", id_, values, expect)

    def retagged(self, held: frozenset[str], wanted: set[str]) -> Callable[[str], None]:
        """Return what comes of a change of tags, unless there are too many."""
        if len(wanted) > MOST_TAGS and not wanted <= held:
            raise Unexpected(422)

        def tell(own: str) -> None:
            self.fired += [("customers.tagged", own)] * (wanted != held)
            self.become(own, tags=frozenset(wanted))

        return tell

    @rule(which=WHICH, tags=SOME, adding=st.booleans())
    def relink_tags(self, which: int, tags: list[int], adding: bool) -> None:  # noqa: FBT001
        id_ = self.pick("customers", which) or ""
        tag_ids = [self.pick("tags", tag) or "" for tag in tags]
        resource = registry()["customers"]
        members = Values(linkages={"tags": [("tags", tag) for tag in tag_ids]})

        def expect() -> Callable[[str], None]:
            self.known("customers", id_)
            if adding:
                self.known("tags", *tag_ids)
            held = self.customers[id_].tags
            tell = self.retagged(held, {*held, *tag_ids} if adding else {*held} - {*tag_ids})
            return lambda _: tell(id_)

        self.attempt(
            expect,
            lambda: self.sandbox.relink(resource, id_, members, self.access, adding=adding),
        )

    # --- what is around them

    @rule(type_=st.sampled_from(["customer_groups", "tags", "addresses"]), name=NAMES, which=MAYBE)
    def name_something(self, type_: str, name: str | None, which: int | None) -> None:
        id_ = self.pick(type_, which)
        free_text = type_ != "tags"

        def expect() -> Callable[[str], None]:
            if which is not None:
                self.known(type_, id_)
            text = name if free_text and name and name.strip() else chosen(name)
            taken = (i for i, tag in self.others["tags"].items() if tag.text == text and i != id_)
            if type_ == "tags" and any(taken):
                raise Unexpected(422)
            return lambda own: self.others[type_].update({own: Linked(text=text)})

        values = {**PLACE, "city": name} if type_ == "addresses" else {"name": name}
        if which is None:
            self.create(type_, values, expect)
        else:
            self.update(type_, id_, values, expect)

    @rule(customer=MAYBE, email=EMAILS, address=MAYBE)
    def create_customer_address(
        self, customer: int | None, email: str | None, address: int | None
    ) -> None:
        customer_id, address_id = self.pick("customers", customer), self.pick("addresses", address)

        def expect() -> Callable[[str], None]:
            self.known("customers", customer_id)
            self.known("addresses", address_id)
            own = None if customer_id else normal(email)
            if address_id is None:
                raise Unexpected(422)
            self.not_in_book(customer_id, own, address_id)

            def tell(id_: str) -> None:
                whose = customer_id or self.found_or_created(own or "")
                self.others["customer_addresses"][id_] = Linked(whose, address_id)
                self.fired.append(("customer_addresses.create", id_))

            return tell

        values = {"customer": customer_id} if customer_id else {"customer_email": email}
        self.create("customer_addresses", {**values, "address": address_id}, expect)

    def not_in_book(self, customer: str | None, email: str | None, address: str | None) -> None:
        """Expect 422 for an address that is in the customer's book."""
        for entry in self.others["customer_addresses"].values():
            owner = self.customers[entry.customer or ""]
            if entry.address == address and (entry.customer == customer or owner.email == email):
                raise Unexpected(422)

    @rule(which=WHICH, address=MAYBE)
    def move_customer_address(self, which: int, address: int | None) -> None:
        id_, address_id = self.pick("customer_addresses", which), self.pick("addresses", address)

        def expect() -> Callable[[str], None]:
            self.known("customer_addresses", id_)
            self.known("addresses", address_id)
            entry = self.others["customer_addresses"][id_ or ""]
            if address_id is None:
                raise Unexpected(422)
            if address_id != entry.address:
                self.not_in_book(entry.customer, None, address_id)
            moved = replace(entry, address=address_id)
            return lambda own: self.others["customer_addresses"].update({own: moved})

        self.update("customer_addresses", id_, {"address": address_id}, expect)

    @rule(email=EMAILS, reference=TEXTS)
    def subscribe(self, email: str | None, reference: str | None) -> None:
        def expect() -> Callable[[str], None]:
            own, text = normal(email), chosen(reference)
            for each in self.others["customer_subscriptions"].values():
                if (self.customers[each.customer or ""].email, each.text) == (own, text):
                    raise Unexpected(422)

            def tell(id_: str) -> None:
                whose = self.found_or_created(own)
                self.others["customer_subscriptions"][id_] = Linked(whose, text=text)
                self.fired.append(("customer_subscriptions.create", id_))

            return tell

        values = {"customer_email": email, "reference": reference}
        self.create("customer_subscriptions", values, expect)

    @rule(which=MAYBE, customer=MAYBE, address=MAYBE)
    def order(self, which: int | None, customer: int | None, address: int | None) -> None:
        id_ = self.pick("orders", which)
        linked = Linked(self.pick("customers", customer), self.pick("addresses", address))

        def expect() -> Callable[[str], None]:
            if which is not None:
                self.known("orders", id_)
            self.known("customers", linked.customer)
            self.known("addresses", linked.address)

            def tell(own: str) -> None:
                self.others["orders"][own] = linked
                if which is None:
                    self.fired += [("orders.create", own), ("orders.draft", own)]

            return tell

        values = {"customer": linked.customer, "billing_address": linked.address}
        if which is None:
            self.create("orders", {**values, "market": self.market}, expect)
        else:
            self.update("orders", id_, values, expect)

    @rule(customer=MAYBE)
    def create_sku_list(self, customer: int | None) -> None:
        whose = self.pick("customers", customer)

        def expect() -> Callable[[str], None]:
            self.known("customers", whose)
            return lambda id_: self.others["sku_lists"].update({id_: Linked(whose)})

        self.create("sku_lists", {"name": "Wishes", "customer": whose}, expect)

    @rule(customer=WHICH)
    def attach(self, customer: int) -> None:
        whose = self.pick("customers", customer)

        def expect() -> Callable[[str], None]:
            self.known("customers", whose)
            return lambda id_: self.others["attachments"].update({id_: Linked(whose)})

        self.create("attachments", {"name": "n", "attachable": ("customers", whose)}, expect)

    # --- deleting

    @rule(type_=st.sampled_from(TYPES), which=WHICH)
    def delete(self, type_: str, which: int) -> None:
        id_ = self.pick(type_, which) or ""

        def expect() -> Callable[[str], None]:
            self.known(type_, id_)
            if any(id_ in (each.customer, each.address) for each in self.others["orders"].values()):
                raise Unexpected(423)
            return lambda _: self.forget(type_, id_)

        resource = registry()[type_]
        self.attempt(expect, lambda: self.sandbox.delete(resource, id_, self.access))

    def forget(self, type_: str, id_: str) -> None:
        """Let the model forget a record and what belongs to it."""
        (self.customers if type_ == "customers" else self.others[type_]).pop(id_)
        topics = ("customers", "customer_addresses", "customer_subscriptions", "orders")
        self.fired += [(f"{type_}.destroy", id_)] * (type_ in topics)
        if type_ in ("customers", "addresses"):
            self.forget_belongings(id_)
        for own, customer in list(self.customers.items()):
            if customer.group == id_:
                self.become(own, group=None)
            if id_ in customer.tags:
                self.become(own, tags=customer.tags - {id_})
                self.fired.append(("customers.tagged", own))

    def forget_belongings(self, id_: str) -> None:
        for type_ in ("customer_addresses", "customer_subscriptions", "attachments", "sku_lists"):
            for own, each in list(self.others[type_].items()):
                if id_ in (each.customer, each.address):
                    if type_ == "sku_lists":
                        self.others[type_][own] = replace(each, customer=None)
                    else:
                        self.forget(type_, own)

    # --- what is always so

    @invariant()
    def the_same_records(self) -> None:
        rows = self.rows()
        for type_ in TYPES:
            model = self.customers if type_ == "customers" else self.others[type_]
            assert rows[type_].keys() - self.base[type_].keys() == model.keys(), type_
        for id_, customer in self.customers.items():
            record = rows["customers"][id_]
            assert record["email"] == customer.email
            assert (record["password"] is not None) is customer.registered
            assert record["customer_group"] == customer.group
            assert Counter(record["tags"]) == Counter(customer.tags)
            assert repr(record["metadata"]) == repr(customer.metadata)
        for type_, linked in self.others.items():
            for id_, each in linked.items():
                assert leads(type_, rows[type_][id_]) == (each.customer, each.address)

    @invariant()
    def nothing_is_there_twice(self) -> None:
        rows = self.rows()
        for type_, fields in (
            ("customers", ("email",)),
            ("tags", ("name",)),
            ("customer_addresses", ("customer", "address")),
            ("customer_subscriptions", ("customer", "reference")),
        ):
            found = Counter(tuple(r[name] for name in fields) for r in rows[type_].values())
            assert [values for values, times in found.items() if times > 1] == []

    @invariant()
    def no_linkage_leads_nowhere(self) -> None:
        for type_, rows in self.rows().items():
            for record in rows.values():
                assert [t for t in linkages(type_, record) if self.sandbox.get(*t) is None] == []

    @invariant()
    def both_ends_agree(self) -> None:
        groups = registry()["customer_groups"]
        for id_ in self.others["customer_groups"]:
            found = self.sandbox.related(groups, id_, "customers", NO_QUERY, self.access)
            assert found.total == sum(c.group == id_ for c in self.customers.values())

    @invariant()
    def events_are_only_added(self) -> None:
        before, now = self.before["events"], self.rows()["events"]
        added = [event for id_, event in now.items() if id_ not in before]
        numbers = [event[SERIAL] for event in now.values()]
        assert {id_: now.get(id_) for id_ in before} == before
        assert numbers == sorted(set(numbers))
        assert Counter((e["name"], e["resource"]) for e in added) == Counter(self.fired)

    @invariant()
    def updated_at_moves_with_a_change(self) -> None:
        now, rows = self.organization.clock.timestamp(), self.rows()
        for type_ in TYPES:
            for id_, record in rows[type_].items():
                before = self.before[type_].get(id_)
                if before is None:
                    assert record["created_at"] == record["updated_at"] == now
                    continue
                changed = {n for n, v in record.items() if repr(v) != repr(before.get(n))}
                # Who merely lets go of what was deleted is not touched.
                let_go = {n for n in changed if record[n] is None}
                moved = "updated_at" in changed
                assert moved is bool(changed - {"updated_at"}) or changed == let_go
                assert not moved or record["updated_at"] == now

    @invariant()
    def what_is_stored_is_valid(self) -> None:
        for type_ in TYPES:
            for id_, record in self.rows()[type_].items():
                if record != self.before[type_].get(id_):
                    draft = deepcopy(record)
                    change = ChangeSet(self.sandbox, registry()[type_], self.sandbox.system, draft)
                    # An order tells whether the customer was registered when it was made.
                    change.apply(Values({n: record[n] for n in ("guest",) if n in record}))
                    assert without_runs(draft) == without_runs(record)

    def teardown(self) -> None:
        """Find the other mode untouched."""
        assert digest(self.organization.sandbox("live")) == self.live


def without_runs(record: Record) -> Record:
    """Return a record without what an order notes of the runs of the totals engine."""
    return {name: value for name, value in record.items() if name not in RUNS}


def leads(type_: str, record: Record) -> tuple[str | None, str | None]:
    """Return where a record leads, as the model has it."""
    customer = record.get("attachable" if type_ == "attachments" else "customer")
    return customer, record.get("billing_address" if type_ == "orders" else "address")


def linkages(type_: str, record: Record) -> Iterator[tuple[str, str]]:
    """Yield (type, id) of everything a record must not outlive."""
    resource = registry()[type_]
    for name, relationship in {**resource.relationships, **resource.hidden}.items():
        if relationship.stored and relationship.on_delete != "keep" and record.get(name):
            ids = record[name] if relationship.many else [record[name]]
            known = record[relationship.type_field] if relationship.polymorphic else None
            yield from ((known or relationship.types[0], id_) for id_ in ids)


Engine.TestCase.settings = settings(
    max_examples=40,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
TestEngine = Engine.TestCase
