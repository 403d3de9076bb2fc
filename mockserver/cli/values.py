"""The values that options take: each is checked where it is said, and refused in one sentence."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import click
from click.core import ParameterSource

from mockserver.settings import LARGEST_PORT, origins

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

_Said = TypeVar("_Said")
_Value = TypeVar("_Value")
_LABEL = r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = rf"{_LABEL}(\.{_LABEL})*"
_HOST = r"[0-9a-f:.]*:[0-9a-f:.]*(%\w+)?|" + _DOMAIN
_URL = r"https?://(?:\[[0-9a-f:.]+\]|[^\s/?#@:\[\]]+)(?::(?P<port>[0-9]{1,5}))?(?=[/?#]|$)"
_ISSUER = r"https?://[^\s/?#]+[^\s?#]*"


class Integer(click.IntRange):
    """An integer between bounds, called so."""

    name = "integer"


#: Of a server; 0 takes one that is free.
PORTS = Integer(0, LARGEST_PORT)


class Preferred(int):
    """A port that nobody has named in the command itself: another one will do."""


def preferred(context: click.Context, param: click.Parameter, value: int) -> int:
    """Let only a port that the command itself names be the only one that will do."""
    is_named = context.get_parameter_source(str(param.name)) is ParameterSource.COMMANDLINE
    return value if is_named else Preferred(value)


def checked(
    read: Callable[[str], _Value],
) -> Callable[[click.Context, click.Parameter, str | None], _Value | None]:
    """Return the reader of an option's value, where there is one.

    Args:
        read: raises a ``ValueError`` that says what is wrong, without a full stop.
    """

    def callback(_: click.Context, __: click.Parameter, value: str | None) -> _Value | None:
        return None if value is None else _read(read, value)

    return callback


def listed(
    check: Callable[[Sequence[str]], object],
) -> Callable[[click.Context, click.Parameter, Iterable[str]], str]:
    """Return the reader of an option that may be repeated: values, joined by commas.

    Args:
        check: of them all; raises as what `checked` is given.
    """

    def callback(_: click.Context, __: click.Parameter, values: Iterable[str]) -> str:
        parts = [part for value in values for part in value.split(",")]
        _read(check, parts)
        return ",".join(parts)

    return callback


def unchanged(check: Callable[[str], object]) -> Callable[[str], str]:
    """Return the reader of a text that has only to pass a check."""

    def read(text: str) -> str:
        check(text)
        return text

    return read


def hosts(names: Sequence[str]) -> None:
    """Check addresses and names to listen on, of which there must be one.

    Raises:
        ValueError: it is none.
    """
    if not names:
        message = "[] names no host"
        raise ValueError(message)
    named_hosts(names)


def named_hosts(names: Sequence[str]) -> None:
    """Check host names and addresses: the system can be asked to resolve no other text.

    Raises:
        ValueError: one of them is neither.
    """
    for name in names:
        if not re.fullmatch(_HOST, name, re.IGNORECASE):
            message = f"{name!r} is neither an address nor a host name"
            raise ValueError(message)


def web_origins(names: Sequence[str]) -> None:
    """Check origins of web pages.

    Raises:
        ValueError: one of them is none.
    """
    origins(",".join(names))


def domain(text: str) -> str:
    """Return the name of a domain.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(_DOMAIN, text.lower()):
        message = f"{text!r} is not a domain name, which has neither scheme nor port"
        raise ValueError(message)
    return text.lower()


def issuer(text: str) -> str:
    """Return the URL that tokens say they come from.

    Raises:
        ValueError: it is none.
    """
    if not re.fullmatch(_ISSUER, text):
        message = f"{text!r} is not a URL like https://auth.cl.localhost:8443"
        raise ValueError(message)
    return text


def url(text: str) -> str:
    """Return the URL of a server, without what stands behind its port.

    Raises:
        ValueError: it is none.
    """
    found = re.match(_URL, text, re.IGNORECASE)
    if found is None or int(found["port"] or 0) > LARGEST_PORT:
        message = f"{text!r} is not a URL like http://127.0.0.1:8080"
        raise ValueError(message)
    return found[0]


def _read(read: Callable[[_Said], _Value], value: _Said) -> _Value:
    try:
        return read(value)
    except ValueError as error:
        message = f"{error}."
        raise click.BadParameter(message) from error
