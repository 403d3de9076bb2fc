"""The words of effects, as the request header ``X-Mock-Fault`` has them and faults may."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import orjson
from marshmallow import ValidationError

from mockserver.depth import DEEPEST, is_deeper_than
from mockserver.pointers import pointers
from mockserver.traffic.effects import CODES, MANGLES, OAUTH_CODES, FaultEffect, FaultEffectSchema

HEADER = "X-Mock-Fault"
#: What the journal says struck.
ONE_OFF = "header"

SEPARATOR = re.compile(r"[;,\s]+")
NUMBER = re.compile(r"\d+(\.\d+)?")
RANGE = re.compile(r"(\d+(?:\.\d+)?)\.\.(\d+(?:\.\d+)?)")


class NoEffect(ValueError):  # noqa: N818 - it says what the text is
    """A text names no effect; this one says why, in one sentence."""


@lru_cache(maxsize=256)
def parse_header(text: str) -> FaultEffect:
    """Return the effect a request asks for by its header.

    Args:
        text: the JSON of an effect, or words: ``INVALID_TOKEN``, ``503``, ``delay=2``,
            ``delay=0.5..2``, ``drop=before``, ``timeout``, several of them with ``;`` between.

    Raises:
        NoEffect: it is neither.
    """
    try:
        effect: FaultEffect = FaultEffectSchema().load(members_of(text))
    except ValidationError as error:
        first = pointers(error)[0]
        message = f"{first['pointer']}: {first['detail']}" if first["pointer"] else first["detail"]
        raise NoEffect(message) from None
    return effect


def members_of(text: str) -> Any:
    """Return the JSON form of the effect that a text names, which has not been checked yet.

    Raises:
        NoEffect: it is neither JSON nor words.
    """
    text = text.strip()
    if not text.startswith("{"):
        return _words(text)
    try:
        members = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        message = f"Not JSON: {error}."
        raise NoEffect(message) from None
    if is_deeper_than(members):
        message = f"Nested more than {DEEPEST} deep."
        raise NoEffect(message)
    return members


def _words(text: str) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for word in filter(None, SEPARATOR.split(text)):
        name, value = _word(word)
        if name in members:
            message = f"{name} is there twice."
            raise NoEffect(message)
        members[name] = value
    return members


def _word(word: str) -> tuple[str, Any]:
    name, equals, value = word.partition("=")
    read = ASSIGNED.get(name) if equals else None
    if read:
        return name, read(value)
    for known, member in WORDS:
        if not equals and known(word):
            return member(word)
    message = (
        f"{word!r} is not an error code, a status, timeout, rate_limit, cut, malformed, "
        f"or one of {', '.join(ASSIGNED)} with = and a value."
    )
    raise NoEffect(message)


def _delay(text: str) -> Any:
    if NUMBER.fullmatch(text):
        return float(text)
    between = RANGE.fullmatch(text)
    return {"uniform": [float(between[1]), float(between[2])]} if between else text


def _status(text: str) -> Any:
    return int(text) if text.isascii() and text.isdigit() else text


#: What can stand before an equals sign.
ASSIGNED: Mapping[str, Callable[[str], Any]] = {
    "delay": _delay,
    "drop": str,
    "mangle": str,
    "status": _status,
    "error": str,
    "oauth_error": str,
    "remove_headers": lambda text: text.split("+"),
}
#: What a word alone can be, and the member it stands for.
WORDS: tuple[tuple[Callable[[str], bool], Callable[[str], tuple[str, Any]]], ...] = (
    (lambda word: word in CODES, lambda word: ("error", word)),
    (lambda word: word in OAUTH_CODES, lambda word: ("oauth_error", word)),
    (lambda word: word in ("timeout", "rate_limit"), lambda word: (word, True)),
    (lambda word: word in MANGLES, lambda word: ("mangle", word)),
    (lambda word: word.isascii() and word.isdigit(), lambda word: ("status", int(word))),
)
