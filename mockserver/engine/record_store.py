"""Records of one mode: read, draft, insert, in transactions.

Jobs, files and the history stand on this alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta
from typing import Any

from mockserver.access import SERVICE, Access, Mode, Owner
from mockserver.engine.random_seed import RandomSeed, remembered_random_seed
from mockserver.engine.retention import Retention
from mockserver.engine.tenant import Tenant
from mockserver.engine.transaction import Transactions, WriteTransaction
from mockserver.entropy import Entropy
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.resources.registry import family_of, registry
from mockserver.storage.base import SERIAL, Record, looking
from mockserver.storage.conditions import EVERYTHING, Condition

Records = list[Record]


class RecordStore:
    """The records of one mode of an organization, as they are stored.

    Attributes:
        organization: whose it is.
        mode: test or live.
        partition: the records.
        look: gives one of them to look at, which costs less than a copy.
        registry: the declared types.
        clock: the organization's.
        identifiers: the ids of the mode.
        random_seed: where ids and random values derive from.
        traces: the random values that only reading needs.
        system: the service itself: allowed everything, in nobody's name.
        transactions: what is being written.
        retention: how much is kept of what has happened.
    """

    def __init__(self, organization: Tenant, mode: Mode) -> None:
        """Open the mode over its records."""
        self.organization = organization
        self.mode: Mode = mode
        self.partition = organization.partitions[mode]
        self.look = looking(self.partition)
        self.registry = registry()
        self.clock = organization.clock
        self.system = Access(organization.slug, mode, SERVICE)
        self.transactions = Transactions(self.partition)
        self.retention = Retention(organization, self.partition, self.transactions)
        self.derive_from(remembered_random_seed(self.partition) or self.own_random_seed())

    # --- reading -------------------------------------------------------------------------------

    def get(self, type_: str, id_: str | None, fields: Sequence[str] = ()) -> Record | None:
        """Return a copy of a record, or of some of its fields, ``None`` when there is none."""
        return None if id_ is None else self.partition.get(type_, id_, fields)

    def get_many(self, type_: str, ids: Iterable[str]) -> Mapping[str, Record]:
        """Return copies of the records with these ids, by id; those there are not are left out."""
        return self.partition.get_many(type_, ids)

    def find(self, type_: str, condition: Condition) -> Records:
        """Return copies of the records that match, oldest first."""
        return self.partition.select(type_, condition)[0]

    def count(self, type_: str, condition: Condition = EVERYTHING) -> int:
        """Return how many records match."""
        return self.partition.count(type_, condition)

    def page(self, type_: str, condition: Condition, limit: int, offset: int = 0) -> Records:
        """Return copies of so many of the records that match, oldest first."""
        return self.partition.select(type_, condition, offset=offset, limit=limit)[0]

    def number(self, type_: str, id_: str) -> int | None:
        """Return the internal integer behind a public id, also when its record is gone."""
        record = self.get(type_, id_)
        return record[SERIAL] if record else self.identifiers.decode(family_of(type_), id_)

    def organization_record(self) -> Record:
        """Return the record of the organization itself."""
        records, _ = self.partition.select(ORGANIZATIONS, EVERYTHING, limit=1)
        return records[0]

    def owner_record(self, owner: Owner) -> Record | None:
        """Return the record of a resource owner, if it is still there."""
        return self.get(owner.records, owner.id)

    def setting(self, name: str) -> Any:
        """Return an attribute of the organization."""
        return self.organization_record()[name]

    def delay(self, name: str) -> timedelta:
        """Return how long the service takes for something: one of ``Delays``, or its own."""
        return timedelta(seconds=self.organization.delay(name))

    @property
    def entropy(self) -> Entropy:
        """A new stream of random values for data, unlike any before."""
        return self.random_seed.next_entropy(self.partition)

    # --- writing -------------------------------------------------------------------------------

    def transaction(
        self,
        acting_as: Access | None = None,
        *,
        mutes_events: bool = False,
        counted_from: float | None = None,
    ) -> AbstractContextManager[WriteTransaction]:
        """Do all or nothing; see ``Transactions.begin``."""
        return self.transactions.begin(
            acting_as, mutes_events=mutes_events, counted_from=counted_from
        )

    def draft(self, type_: str) -> Record:
        """Return a new record's beginnings; an id brought in from outside is passed over."""
        family = family_of(type_)
        kind = {} if family == type_ else {"type": type_}
        while True:
            number = self.partition.next_number(family)
            id_ = self.identifiers.encode(family, number)
            if self.partition.get(family, id_, ("id",)) is None:
                now = self.clock.timestamp()
                return {"id": id_, SERIAL: number, "created_at": now, "updated_at": now, **kind}

    def insert(self, type_: str, values: Mapping[str, Any]) -> Record:
        """Store a new record that no request makes: a token, a role, an event."""
        record = {**self.draft(type_), **values}
        self.partition.put(type_, record)
        self.retention.stored(type_, record[SERIAL])
        return record

    def meta(self, trace_id: str) -> Mapping[str, str]:
        """Return the ``meta`` of the resource objects in the answer to a request."""
        ids = {"organization_id": self.organization.id, "trace_id": trace_id}
        return {"mode": self.mode, **ids}

    # --- ids and random values -------------------------------------------------------------------

    def derive_from(self, random_seed: RandomSeed) -> None:
        """Derive ids and random values from this seed from now on."""
        self.random_seed = random_seed
        self.identifiers = random_seed.identifiers
        self.traces = random_seed.entropy("traces")

    def own_random_seed(self) -> RandomSeed:
        """Return the seed of a mode that no snapshot was restored to."""
        return RandomSeed(self.organization.seed, self.organization.slug, self.mode)
