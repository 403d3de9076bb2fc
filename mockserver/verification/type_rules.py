"""Every type that the metadata says is listed: that it is, and which attributes it has."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from mockserver import manual
from mockserver.resources.registry import families, registry, singular
from mockserver.verification.clause import Clause, Probe
from mockserver.verification.expected import EachMember, Members

FACTS = "resources.facts.json"
#: Shown of a record that is read by itself, and not in lists (catalogue.md §1.8).
ALONE = frozenset({"inventory", "rules", "rule_outcomes", "resource_payload"})
RETIRING = frozenset({"versions"})


def rules() -> Iterator[Clause]:
    """Yield a rule for each type, in the order of the metadata."""
    facts = (manual.directory() / "contract" / FACTS).read_text(encoding="utf-8")
    called = {singular(type_): type_ for type_ in registry()}
    for name, known in json.loads(facts).items():
        if "list" in known["actions"]:
            yield _listed(called[name], known)


def _listed(type_: str, known: Mapping[str, Any]) -> Clause:
    attributes = Members(tuple(_returned(known["fields"])), ALONE)
    # Versions are on their way out (neighbours.md §21); of a family each kind has its own members.
    links: dict[str, Any] = {
        name: {"links": {}} for name in known["relationships"] if name not in RETIRING
    }
    resource = {} if type_ in families() else {"attributes": attributes, "relationships": links}
    step = Probe("GET", f"/api/{type_}?page[size]=1", 200, {"data": EachMember(resource)})
    return Clause(
        FACTS, "D", f"{type_} are listed with the members that they are said to have", (step,)
    )


def _returned(fields: Mapping[str, Any]) -> Iterator[str]:
    return (name for name, field in fields.items() if "R" in field["flags"] and name != "id")
