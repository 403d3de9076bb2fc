"""Arguments, results and errors of a call, as JSON and back again."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, fields
from datetime import datetime
from typing import Any

from mockserver.access import Owner
from mockserver.errors import Refusal
from mockserver.oauth.errors import OAuthError
from mockserver.testing.results import Result

#: What JSON has no word for: an object of these two members, neither of which is ever a name.
KIND, VALUE = "\0kind", "\0value"
KINDS: Mapping[str, Callable[[Any], Any]] = {
    "tuple": tuple,
    "set": set,
    "datetime": datetime.fromisoformat,
    "Owner": lambda members: Owner(**members),
}
#: The errors that are complete in what they say.
DECLARED = {kind.__name__: kind for kind in (Refusal, OAuthError)}
MEMBERS = {name: [member.name for member in fields(kind)] for name, kind in DECLARED.items()}
BUILT_IN = {kind.__name__: kind for kind in (LookupError, TypeError, ValueError, RuntimeError)}


def packed(value: Any) -> bytes:
    """Return JSON that `unpacked` makes the value of again."""
    return json.dumps(_plain(value)).encode()


def unpacked(text: bytes) -> Any:
    """Restore a packed value, with results for objects."""
    return json.loads(text, object_hook=_restored)


def failure(error: Exception) -> dict[str, Any]:
    """Return the packed form of an error, for `raised`."""
    kind = type(error).__name__
    if kind in DECLARED:
        form = {"kind": kind, "members": {name: getattr(error, name) for name in MEMBERS[kind]}}
    elif kind in BUILT_IN:
        form = {"kind": kind, "arguments": error.args}
    else:
        form = {"kind": "RuntimeError", "arguments": (repr(error),)}
    return {**form, "notes": getattr(error, "__notes__", [])}


def raised(form: Mapping[str, Any]) -> Exception:
    """Return the error that is told of."""
    kind = form["kind"]
    error: Exception = (
        DECLARED[kind](**form["members"])
        if kind in DECLARED
        else BUILT_IN[kind](*form["arguments"])
    )
    for note in form["notes"]:
        error.add_note(note)
    return error


def _plain(value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _plain(inner) for name, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case tuple() | set() | frozenset():
            kind = "tuple" if isinstance(value, tuple) else "set"
            return {KIND: kind, VALUE: [_plain(inner) for inner in value]}
        case datetime():
            return {KIND: "datetime", VALUE: value.isoformat()}
        case Owner():
            return {KIND: "Owner", VALUE: asdict(value)}
    return value


def _restored(members: dict[str, Any]) -> Any:
    kind = members.get(KIND)
    return KINDS[kind](members[VALUE]) if kind else Result(members)
