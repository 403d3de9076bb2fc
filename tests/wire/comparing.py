"""Finds where two recordings of the wire differ, and says so in a few lines."""

from __future__ import annotations

import gzip
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

#: What was asked and answered: see `ASKED` and `ANSWERED`.
Exchange = Mapping[str, Any]
#: What each test has exchanged, by its node id.
Recording = Mapping[str, list[Exchange]]

ASKED = ("method", "url", "sent headers", "sent body")
ANSWERED = ("status", "headers", "body")
#: How much of a value is shown on either side of where it begins to differ.
AROUND = 60


@dataclass(frozen=True, slots=True)
class Difference:
    """The first one of a test.

    Attributes:
        test: its node id.
        kind: ``answered`` otherwise to the same request, ``asked`` otherwise, or ``missing``.
        text: some lines for a reader.
    """

    test: str
    kind: str
    text: str


@dataclass(slots=True)
class Result:
    """What came of a comparison.

    Attributes:
        differences: one for each test that differs.
        compared: how many tests both recordings have.
        exchanges: and how many exchanges these are.
        new: tests of the second alone, which are no difference.
    """

    differences: list[Difference] = field(default_factory=list)
    compared: int = 0
    exchanges: int = 0
    new: int = 0

    def text(self, shown: int) -> str:
        """Return it for a reader, with so many differences in full."""
        kinds = Counter(each.kind for each in self.differences)
        lines = [f"{each.kind} otherwise: {each.test}\n{each.text}\n" for each in self.differences]
        left = len(lines) - shown
        rest = [f"... and {left} tests more\n"] if left > 0 else []
        counted = ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())) or "none"
        summary = (
            f"{self.compared} tests with {self.exchanges} exchanges compared, {self.new} new; "
            f"tests that differ: {counted}\n"
        )
        return "\n".join([*lines[:shown], *rest, summary])


def read(directory: Path) -> dict[str, list[Exchange]]:
    """Return the recording in a directory.

    Raises:
        FileNotFoundError: there is none.
    """
    files = sorted(directory.glob("*.jsonl.gz"))
    if not files:
        raise FileNotFoundError(f"no recording in {directory}")
    found: dict[str, list[Exchange]] = {}
    for path in files:
        with gzip.open(path, "rt") as file:
            found |= {line["test"]: line["exchanges"] for line in map(json.loads, file)}
    return found


def compare(first: Recording, second: Recording) -> Result:
    """Compare the tests of the first with those of the second.

    A test may have moved to another directory meanwhile: where its file and name say which one it
    is, it is found there.
    """
    moved = _by_name(second)
    result = Result()
    found: set[str] = set()
    for test, before in first.items():
        now = test if test in second else moved.get(_name(test), "")
        if not now:
            result.differences.append(Difference(test, "missing", "  nothing was recorded of it"))
            continue
        found.add(now)
        result.compared += 1
        result.exchanges += len(before)
        result.differences += first_difference(test, before, second[now])
    result.new = len(second) - len(found)
    return result


def _by_name(recording: Recording) -> dict[str, str]:
    """Return the tests whose name, without the directory, is that of no other one."""
    counted = Counter(map(_name, recording))
    return {_name(test): test for test in recording if counted[_name(test)] == 1}


def _name(test: str) -> str:
    path, _, rest = test.partition("::")
    return f"{path.rpartition('/')[2]}::{rest}"


def first_difference(
    test: str, before: list[Exchange], after: list[Exchange]
) -> Iterator[Difference]:
    """Yield the first difference of a test, if there is one."""
    for number, (one, other) in enumerate(zip(before, after, strict=False), 1):
        for kind, members in (("asked", ASKED), ("answered", ANSWERED)):
            for member in members:
                if one[member] != other[member]:
                    text = _told(number, one, member, one[member], other[member])
                    yield Difference(test, kind, text)
                    return
    if len(before) != len(after):
        yield Difference(test, "asked", f"  {len(before)} exchanges, now {len(after)}")


def _told(number: int, exchange: Exchange, member: str, before: Any, after: Any) -> str:
    """Say in which exchange what of a member differs."""
    if isinstance(before, list):
        gone = [": ".join(pair) for pair in before if pair not in after]
        come = [": ".join(pair) for pair in after if pair not in before]
        if gone or come:
            # Of a pair that differs, where it does.
            before, after = "\n".join(gone), "\n".join(come)
        else:
            before, after = (", ".join(name for name, _ in pairs) for pairs in (before, after))
    at = next((i for i, (a, b) in enumerate(zip(before, after, strict=False)) if a != b), None)
    at = min(len(before), len(after)) if at is None else at
    start = max(0, at - AROUND)
    return "\n".join(
        [
            f"  exchange {number}: {exchange['method']} {exchange['url']}",
            f"  {member}, from character {at} on:",
            f"    - {before[start : at + AROUND]!r}",
            f"    + {after[start : at + AROUND]!r}",
        ]
    )
