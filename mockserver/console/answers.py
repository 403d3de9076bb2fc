"""Answers of the console: a page, another place to go, a file, or a page once something is over."""

from __future__ import annotations

from collections.abc import Callable, Generator, Mapping
from dataclasses import field
from typing import Any

from mockserver.late_dataclass import dataclass

HTML = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Page:
    """A page, made of a template."""

    template: str
    shown: Mapping[str, Any] = field(default_factory=dict)
    status: int = 200


@dataclass(frozen=True, slots=True)
class Redirect:
    """Another page to go to, after something was done."""

    location: str


@dataclass(frozen=True, slots=True)
class Sent:
    """Bytes as they are: a file to download, a style sheet, a word."""

    body: bytes
    content_type: str
    status: int = 200
    #: What the browser saves it as; none for what it shows.
    file_name: str = ""


@dataclass(frozen=True, slots=True)
class Later:
    """A page that comes once something has gone on to its end, while others are answered."""

    steps: Generator[None, None, Any]
    then: Callable[[], Page]


Answer = Page | Redirect | Sent | Later
