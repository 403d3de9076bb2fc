"""``mockserver resources``: the types there are, and the declared fields of one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from mockserver.cli.sections import Section, section
from mockserver.cli.stop import Stop
from mockserver.cli.table import table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mockserver.schema.flags import Flags
    from mockserver.schema.members import Attribute
    from mockserver.schema.relationships import Relationship
    from mockserver.schema.vocabulary import Resource

_LETTERS = {
    "C": "creatable",
    "U": "updatable",
    "R": "fetchable",
    "f": "filterable",
    "s": "sortable",
}
_LEGEND = "Flags: " + ", ".join(f"{letter} {word}" for letter, word in _LETTERS.items())


@section(Section.TRY)
@click.command()
@click.argument("type_", metavar="[TYPE]", required=False)
def resources(type_: str | None) -> None:
    """Print the resource types, or the fields of one.

    Of each field the flags, the kind and the values are printed.
    """
    from mockserver.resources.registry import registry  # noqa: PLC0415 - slow to import

    declared = registry()
    if type_ is None:
        lines = _types(sorted(declared.items()))
    elif type_ in declared:
        lines = _fields(declared[type_])
    else:
        raise Stop(_unknown(type_, list(declared)))
    for line in lines:
        click.echo(line)


def _unknown(type_: str, declared: list[str]) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only then

    near = get_close_matches(type_, declared, 1)
    hint = f"did you mean {near[0]!r}?" if near else "mockserver resources lists them"
    return f"there is no resource type {type_!r}; {hint}"


def _types(declared: list[tuple[str, type[Resource]]]) -> Iterator[str]:
    heading = ("Type", "Attributes", "Relationships", "Path", "Actions")
    rows = [
        (
            type_,
            str(len(resource.attributes)),
            str(len(resource.relationships)),
            f"/api/{resource.singleton or type_}",
            " ".join(resource.actions),
        )
        for type_, resource in declared
    ]
    yield from table(heading, rows)


def _fields(resource: type[Resource]) -> Iterator[str]:
    heading = ("Attribute", "Flags", "Kind", "")
    rows = [(name, _flags(a.flags), a.kind, _notes(a)) for name, a in resource.attributes.items()]
    yield from table(heading, rows)
    yield ""
    heading = ("Relationship", "Flags", "To", "")
    linked = [
        (name, _flags(r.flags), "many" if r.many else "one", _targets(r))
        for name, r in resource.relationships.items()
    ]
    yield from table(heading, linked)
    yield ""
    yield _LEGEND


def _flags(flags: Flags) -> str:
    """Return the letters of a field's flags, each in a column of its own."""
    return "".join(letter if getattr(flags, word) else "-" for letter, word in _LETTERS.items())


def _notes(attribute: Attribute) -> str:
    words = []
    if attribute.presence:
        words.append("required" if attribute.presence is True else "sometimes required")
    if attribute.unique:
        words.append("unique")
    if attribute.trigger:
        words.append("trigger")
    if attribute.enum:
        words.append(" | ".join(attribute.enum))
    return "; ".join(words)


def _targets(relationship: Relationship) -> str:
    words = [" | ".join(relationship.types)]
    if relationship.presence:
        words.append("required" if relationship.presence is True else "sometimes required")
    return "; ".join(words)
