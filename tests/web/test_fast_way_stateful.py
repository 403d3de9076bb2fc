"""Any sequence of changes and reads: the fast way, which remembers, against the other one."""
# ruff: noqa: D102 - the rules are named after what they do

from __future__ import annotations

import tempfile
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from mockserver.app import create_app
from mockserver.settings import Settings
from tests.both_ways import BothWays
from tests.client import Api, document, to

BOUNDED = settings(
    max_examples=12,
    stateful_step_count=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
WORDS = st.sampled_from(["a", "b", "é", '"\\u0001"', ""])
QUERIES = (
    "",
    "?fields[customers]=email,reference,jwt_custom_claim",
    "?page[size]=2&page[number]=2",
    "?sort=-email",
    "?sort=reference,-id",
    "?filter[q][email_cont]=B@",
    "?filter[q][email_eq]=b@example.com",
    "?filter[q][status_eq]=prospect",
    "?filter[q][reference_null]=true",
    "?filter[q][customer_group_name_cont]=a",
)

DIRECTORY = tempfile.TemporaryDirectory()


class Sequences(RuleBasedStateMachine):
    """Customers and their groups, changed by requests, by the service, in bulk and taken back."""

    customers = Bundle("customers")
    groups = Bundle("groups")

    @initialize()
    def begin(self) -> None:
        self.app = create_app(
            Settings(seeded=False, auth=False, data_directory=Path(DIRECTORY.name))
        )
        self.api = Api(self.app)
        self.both = BothWays(self.app)
        self.sandbox = next(iter(self.app.organizations)).sandbox("test")
        self.known: list[str] = []
        self.snapshot: Any = None

    @rule(target=groups, name=WORDS.filter(bool))
    def create_group(self, name: str) -> Any:
        return self.api.create("customer_groups", name=name)

    @rule(target=customers, name=st.sampled_from("abcdef"), group=st.none() | groups)
    def create(self, name: str, group: Any) -> str:
        links = {"customer_group": to(group)} if group else None
        answer = self.api.post(
            "/api/customers", document("customers", email=f"{name}@example.com", links=links)
        )
        found = answer.json["data"]["id"] if answer.status_code == 201 else "nobody"
        self.known.append(found)
        return found

    @rule(id_=customers, word=WORDS)
    def update(self, id_: str, word: str) -> None:
        self.api.patch(f"/api/customers/{id_}", document("customers", id_, reference=word))

    @rule(id_=customers, word=WORDS)
    def update_nested(self, id_: str, word: str) -> None:
        metadata = {"metadata": {word: [word]}}
        self.api.patch(f"/api/customers/{id_}", document("customers", id_, **metadata))

    @rule(id_=customers, group=groups)
    def link(self, id_: str, group: Any) -> None:
        links = {"customer_group": to(group)}
        self.api.patch(f"/api/customers/{id_}", document("customers", id_, links=links))

    @rule(group=groups, name=WORDS)
    def rename(self, group: Any, name: str) -> None:
        path = f"/api/customer_groups/{group['id']}"
        self.api.patch(path, document("customer_groups", group["id"], name=name))

    @rule(group=groups)
    def delete_group(self, group: Any) -> None:
        self.api.delete(f"/api/customer_groups/{group['id']}")

    @rule(id_=customers)
    def delete(self, id_: str) -> None:
        self.api.delete(f"/api/customers/{id_}")

    @rule(id_=customers, word=WORDS)
    def fail(self, id_: str, word: str) -> None:
        """Write and take it back: what was read before is true again."""
        with suppress(ZeroDivisionError), self.sandbox.transaction():
            if self.sandbox.get("customers", id_):
                self.sandbox.rewrite("customers", id_, {"reference": word})
            _ = 1 / 0

    @rule()
    def keep(self) -> None:
        self.snapshot = self.app.plane.organizations.snapshot("acme")

    @rule()
    def go_back(self) -> None:
        if self.snapshot:
            self.app.plane.organizations.restore("acme", self.snapshot)

    @rule()
    def start_over(self) -> None:
        self.app.plane.organizations.reset("acme")

    @rule(minutes=st.integers(1, 90))
    def wait(self, minutes: int) -> None:
        self.sandbox.clock.advance(timedelta(minutes=minutes))

    @rule(enforced=st.booleans())
    def limit(self, enforced: bool) -> None:  # noqa: FBT001 - a drawn value
        self.app.limiter.enforced = enforced

    @invariant()
    def nobody_can_tell(self) -> None:
        for id_ in self.known[-3:]:
            assert self.both.differ(self.api, f"/api/customers/{id_}") is None
        for query in QUERIES:
            assert self.both.differ(self.api, f"/api/customers{query}") is None

    def teardown(self) -> None:
        if hasattr(self, "app"):
            self.app.close()


TestSequences = Sequences.TestCase
TestSequences.settings = BOUNDED
