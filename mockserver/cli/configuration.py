"""The only place that holds a file of settings against the options it sets."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from mockserver.settings import SettingsError, table_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path


def configured(path: Path, options: Iterable[click.Option]) -> dict[str, Any]:
    """Return the settings in a file, by the name of the parameter that each is for.

    Args:
        path: the file, TOML; the keys are the names of the options.
        options: there are; a file cannot lead to another one.

    Raises:
        SettingsError: the file cannot be read, or one of its keys is unknown or has a value that
            the option does not take.
    """
    known = {option.opts[0].strip("-"): option for option in options if option.expose_value}
    found = {}
    for key, value in table_of(path).items():
        option = known.get(key.replace("_", "-"))
        if option is None:
            raise _unknown(path, key, list(known))
        values = [value] if option.multiple and not isinstance(value, list) else value
        _check(option, values, f"{path}: {key}")
        found[str(option.name)] = values
    return found


def _unknown(path: Path, key: str, known: list[str]) -> SettingsError:
    from difflib import get_close_matches  # noqa: PLC0415 - only then

    near = get_close_matches(key.replace("_", "-"), known, 1)
    hint = f"did you mean {near[0]!r}? " if near else ""
    return SettingsError(f"{path}: unknown key {key!r}; {hint}there are {', '.join(known)}")


def _check(option: click.Option, value: Any, place: str) -> None:
    kind, words = _kind(option)
    for each in value if option.multiple else [value]:
        if type(each) is not kind:
            message = f"{place} must be {words}, not {each!r}"
            raise SettingsError(message)
        if isinstance(each, str) and "\0" in each:
            message = f"{place} must be {words} without NUL, not {each!r}"
            raise SettingsError(message)
    context = click.Context(click.Command("serve"))
    try:
        option.process_value(context, value)
    except click.BadParameter as error:
        message = f"{place}: {error.message}"
        raise SettingsError(message) from error


def _kind(option: click.Option) -> tuple[type, str]:
    if option.is_bool_flag:
        return bool, "true or false"
    if isinstance(option.type, type(click.INT)):
        return int, "an integer"
    return str, "a string or a list of strings" if option.multiple else "a string"
