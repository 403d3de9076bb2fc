"""Furnishing of a mode: what is there to be sold is made when somebody first asks for it.

Most worlds of a test run are used in one mode alone, and many for what has nothing to do with
goods. As all of it derives from the seed, it is the same whenever it is made.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any, cast

from mockserver.effort import unbounded
from mockserver.engine.random_seed import DRAWS
from mockserver.late_dataclass import dataclass
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.storage.base import looking

if TYPE_CHECKING:
    from mockserver.engine.record_store import RecordStore
    from mockserver.storage.base import Holding, Partition, Record

#: What the organization's record says of a mode that waits.
WAITING = "unfurnished"
#: What of a partition is about one type, the first argument, and what about all of them.
OF_A_TYPE = frozenset(
    {"get", "get_many", "put", "load", "remove", "select", "count", "next_number", "skip_numbers"}
)
OF_ALL = frozenset({"types", "numbers"})


@dataclass(frozen=True, slots=True)
class Furnishing:
    """Furnishing that can wait until somebody asks.

    Attributes:
        types: the types of it, the views included that show them.
        furnish: makes it.
    """

    types: frozenset[str]
    furnish: Callable[[RecordStore], None]


class UnfurnishedPartition:
    """The partition of a mode that waits; whoever asks for more than is there has it made."""

    def __init__(self, store: RecordStore, furnishing: Furnishing) -> None:
        """Take the place of the mode's partition for as long as nobody asks."""
        self._store = store
        self._partition = store.partition
        self._furnishing = furnishing

    def __getattr__(self, name: str) -> Any:
        """Return a method of the partition itself, preceded by the furnishing if need be."""
        method = getattr(self._partition, name)
        if self._store.partition is not cast("Partition", self):
            return method
        if name in OF_ALL:
            self._furnish()
        return partial(self._of_a_type, method) if name in OF_A_TYPE else method

    def held(self, type_: str, id_: str) -> Record | None:
        """Return the record itself: what is alone in a process lends what it holds."""
        found: Record | None = self._of_a_type(self._lender.held, type_, id_)
        return found

    def held_page(self, type_: str, *asked: Any) -> tuple[list[Record], int]:
        """Return the matching records themselves."""
        found: tuple[list[Record], int] = self._of_a_type(self._lender.held_page, type_, *asked)
        return found

    @property
    def _lender(self) -> Holding:
        return cast("Holding", self._partition)

    def _of_a_type(self, method: Callable[..., Any], type_: str, *rest: Any, **words: Any) -> Any:
        waits = self._store.partition is cast("Partition", self)
        if waits and (type_ in self._furnishing.types or type_ == DRAWS):
            self._furnish()
        return method(type_, *rest, **words)

    def _furnish(self) -> None:
        with self._store.transaction():
            self._store.transactions.regardless(self._wait_on)
            waiting = self._waiting()
            hold(
                self._store,
                cast("Partition", FirstNumbers(self._partition, self._furnishing.types)),
            )
            if waiting:
                made = without_waiting(waiting["made"])
                self._partition.put(ORGANIZATIONS, {**waiting, "made": made})
                # Whoever happens to ask first is not to pay for it.
                with unbounded():
                    self._furnishing.furnish(self._store)
            hold(self._store, self._partition)

    def _wait_on(self) -> None:
        """Wait again if all has been undone."""
        if self._waiting():
            hold(self._store, cast("Partition", self))

    def _waiting(self) -> Mapping[str, Any] | None:
        """Return the organization's record while it says that the mode waits."""
        records, _ = self._partition.select(ORGANIZATIONS, limit=1)
        return records[0] if records and is_waiting(records[0]) else None


class FirstNumbers:
    """A partition that gives the first numbers of some types, of which it holds nothing.

    They have been given before where what was made has been undone; all that derives from them is
    to be the same nevertheless.
    """

    def __init__(self, partition: Partition, types: frozenset[str]) -> None:
        """Give numbers from 1 on."""
        self._partition = partition
        self._types = types
        self._given: Counter[str] = Counter()

    def __getattr__(self, name: str) -> Any:
        """Return a method of the partition itself."""
        return getattr(self._partition, name)

    def next_number(self, type_: str) -> int:
        """Return the next number of a type."""
        if type_ not in self._types and type_ != DRAWS:
            return self._partition.next_number(type_)
        self._given[type_] += 1
        self._partition.skip_numbers(type_, self._given[type_])
        return self._given[type_]


def without_waiting(made: Mapping[str, Any]) -> dict[str, Any]:
    """Return the facts of an organization's making as those of a mode that does not wait."""
    return {name: value for name, value in made.items() if name != WAITING}


def is_waiting(organization: Mapping[str, Any]) -> bool:
    """Say whether the mode waits whose organization's record this is."""
    return bool(organization.get("made", {}).get(WAITING))


def is_postponed(store: RecordStore) -> bool:
    """Say whether a mode waits until somebody asks."""
    return isinstance(store.partition, UnfurnishedPartition)


def postpone(store: RecordStore, furnishing: Furnishing) -> None:
    """Let a mode, which has not been furnished, wait for that."""
    if not is_postponed(store):
        hold(store, cast("Partition", UnfurnishedPartition(store, furnishing)))


def hold(store: RecordStore, partition: Partition) -> None:
    """Have a mode use this partition, here and where its organization looks."""
    store.look = looking(partition)
    store.partition = store.organization.partitions[store.mode] = partition
