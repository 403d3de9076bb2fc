"""What is written about faults, stubs and the journal is true."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import fields
from itertools import chain
from pathlib import Path
from typing import Any

import pytest

from mockserver.traffic.advice import RULES, RULES_OF_REFUSALS
from mockserver.traffic.effects import FaultEffectSchema
from mockserver.traffic.fault_header import ASSIGNED, parse_header
from mockserver.traffic.faults import Faults, FaultSchema
from mockserver.traffic.journal import DEFAULT_SIZE
from mockserver.traffic.journal_search import MATCHED, Search, SearchSchema
from mockserver.traffic.matchers import MatcherSchema
from mockserver.traffic.near_misses import NearMiss
from mockserver.traffic.response_templates import SOURCES
from mockserver.traffic.stubs import CannedSchema, Stubs, StubSchema
from tests.exchanges import exchange, journal

DOCS = Path(__file__).parents[2] / "docs"
FAULTS = (DOCS / "faults.md").read_text()
JOURNAL = (DOCS / "journal.md").read_text()
BLOCK = re.compile(r"^```json ?(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def shape(value: Any) -> Any:
    """Return the members of a printed exchange that every one has."""
    own = {name: value[name] for name in ("request", "response")}
    return {*value, *((name, *sorted(inner)) for name, inner in own.items())}


def load_exchange(source: dict[str, Any]) -> None:
    serialized = journal(exchange()).find()[0].serialized()

    assert shape(serialized) == shape(source)
    assert set(source["unmatched"]) == {field.name for field in fields(NearMiss)}


LOADERS: dict[str, Callable[[Any], object]] = {
    "fault": lambda source: Faults().add(source),
    "stub": lambda source: Stubs().add(source),
    "effect": lambda source: FaultEffectSchema().load(source),
    "search": Search.load,
    "exchange": load_exchange,
}


def examples() -> Iterator[Any]:
    for page in (FAULTS, JOURNAL):
        for kind, text in BLOCK.findall(page):
            yield pytest.param(kind, text, id=f"{kind} {' '.join(text.split())[:60]}")


@pytest.mark.parametrize(("kind", "text"), list(examples()))
def test_example(kind: str, text: str) -> None:
    """Every example can be sent as it stands."""
    LOADERS[kind](json.loads(text))


@pytest.mark.parametrize(
    ("page", "names"),
    [
        (FAULTS, FaultSchema().fields),
        (FAULTS, MatcherSchema().fields),
        (FAULTS, FaultEffectSchema().fields),
        (FAULTS, StubSchema().fields),
        (FAULTS, CannedSchema().fields),
        (JOURNAL, SearchSchema().fields),
        (JOURNAL, [*RULES, *chain(*RULES_OF_REFUSALS.values())]),
        (JOURNAL, MATCHED),
    ],
    ids=["fault", "match", "effect", "stub", "response", "search", "advice", "parameters"],
)
def test_every_word_is_documented(page: str, names: Any) -> None:
    """A word that can be said is on the page."""
    assert [name for name in names if f"`{name}`" not in page] == []


def test_every_expression_is_documented() -> None:
    """So is every expression of templates."""
    assert [name for name in SOURCES if f"| `{{{{{name}" not in FAULTS] == []


def test_words_of_the_header() -> None:
    """The words in the table of the header are understood as it says."""
    section = FAULTS.split("with a header")[1].split("```")[0]
    rows = [re.findall(r"`([^`]+)`", row) for row in section.split("\n") if row.startswith("| `")]

    assert len(rows) == 8
    for *words, member in rows:
        for word in words:
            assert parse_header(word) == parse_header(word), member
    assert [name for name in ("delay", "drop", "remove_headers") if name not in ASSIGNED] == []


def test_header_examples() -> None:
    """The values of the header that are shown are understood."""
    for value in re.findall(r"X-Mock-Fault: ([^']+)'", FAULTS):
        parse_header(value)


def test_size() -> None:
    """The default size is the one the page names."""
    assert f"a ring of {DEFAULT_SIZE} exchanges" in JOURNAL
