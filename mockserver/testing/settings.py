"""Settings of a server in the caller's process: checked by name and kind before it starts."""

from __future__ import annotations

import atexit
import shutil
from collections.abc import Mapping
from dataclasses import Field, fields
from difflib import get_close_matches
from functools import cache
from pathlib import Path
from tempfile import TemporaryFile, mkdtemp
from typing import Any

from mockserver.settings import WEBHOOK_CONTENT_TYPES, Settings, data_directory

#: Where a server of tests differs from one that people start: any ports, no customers unless
#: asked for, and a journal that a long test does not overflow.
DEFAULTS: Mapping[str, Any] = {"port": 0, "tls_port": 0, "customers": 0, "journal_size": 10_000}

#: What a setting can be where not every value of its kind will do.
CHOICES: Mapping[str, tuple[Any, ...]] = {"webhook_content_type": WEBHOOK_CONTENT_TYPES}

KINDS: Mapping[str, type] = {"str": str, "int": int, "bool": bool, "Path": Path, "None": type(None)}
TRUTHS: Mapping[str, bool] = {
    **dict.fromkeys(("1", "true", "yes", "on"), True),
    **dict.fromkeys(("0", "false", "no", "off"), False),
}


def settings_of(given: Mapping[str, Any]) -> Settings:
    """Return settings made of keyword arguments.

    Raises:
        TypeError: one of them is no setting, or has a value of another kind.
        ValueError: one has a value that it cannot have.
    """
    declared = {field.name: field for field in fields(Settings)}
    for name, value in given.items():
        if name not in declared:
            near = get_close_matches(name, declared, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"there are: {', '.join(declared)}"
            message = f"{name!r} is not a setting; {hint}"
            raise TypeError(message)
        if not any(_is(value, kind) for kind in _kinds(declared[name])):
            message = f"{name} must be {declared[name].type}, not {value!r}"
            raise TypeError(message)
        if name in CHOICES and value not in CHOICES[name]:
            message = f"{name} must be {' or '.join(CHOICES[name])}, not {value!r}"
            raise ValueError(message)
    if "data_directory" not in given:
        given = {**given, "data_directory": usable_directory()}
    return Settings(**{**DEFAULTS, **given})


def from_text(name: str, text: str) -> Any:
    """Return the value of a setting that is written as text, ``none`` for none.

    Raises:
        ValueError: it is not of the setting's kind.
    """
    kinds = _kinds(next(field for field in fields(Settings) if field.name == name))
    if text.lower() == "none" and type(None) in kinds:
        return None
    kind = kinds[0]
    try:
        return TRUTHS[text.lower()] if kind is bool else kind(text)
    except (KeyError, ValueError):
        words = "true or false" if kind is bool else "an integer"
        message = f"{name} must be {words}, not {text!r}"
        raise ValueError(message) from None


def _is(value: Any, kind: type) -> bool:
    return isinstance(value, kind) and (kind is not int or not isinstance(value, bool))


def _kinds(field: Field[Any]) -> list[type]:
    return [KINDS[name] for name in str(field.type).split(" | ")]


@cache
def usable_directory() -> Path:
    """Return the user's data directory, or one that lasts as long as the process.

    The home of a build machine is not always there, or not writable.
    """
    directory = data_directory()
    if directory.is_absolute() and _is_writable(directory):
        return directory
    fallback = mkdtemp(prefix="mockserver-")
    atexit.register(shutil.rmtree, fallback, ignore_errors=True)
    return Path(fallback)


def _is_writable(directory: Path) -> bool:
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=directory):
            return True
    except OSError:
        return False
