"""A request for a page of the console, as its pages see it: no framework, no wire."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from urllib.parse import parse_qsl

from mockserver.console.sessions import BrowserSession
from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Visit:
    """A request for a page.

    Attributes:
        method: ``GET`` or ``POST``.
        path: below the console, ``/`` for the first page.
        query_string: still encoded: lists take it as the API does.
        base_url: scheme and host that the browser asks.
        session: of the browser.
        form: what was filled in, by the name of the field.
        files: what was uploaded, alike.
        is_part: whether a part of a page is asked for, to be replaced in place.
    """

    method: str
    path: str
    query_string: str
    base_url: str
    session: BrowserSession
    form: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    is_part: bool = False

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the URL, the last of each name."""
        return dict(parse_qsl(self.query_string, keep_blank_values=True))

    def text(self, name: str, otherwise: str = "") -> str:
        """Return the text of a field, without the blanks around it."""
        values = self.form.get(name)
        return values[-1].strip() if values else otherwise

    def texts(self, *names: str) -> dict[str, str]:
        """Return the texts of these fields, without those left empty."""
        found = {name: self.text(name) for name in names}
        return {name: text for name, text in found.items() if text}

    def has(self, name: str) -> bool:
        """Say whether a box is ticked, or a button of this name was pressed."""
        return name in self.form
