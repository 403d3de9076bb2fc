"""Baseline of a shared server: the snapshot it goes back to every day at a time of day."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import orjson

from mockserver.clock import SECOND, machine_time, next_local
from mockserver.control.components import Json
from mockserver.control.organizations import OrganizationControl
from mockserver.errors import Refusal
from mockserver.refusals import invalid, missing
from mockserver.situations.scenarios import naming

log = logging.getLogger(__name__)


class Baseline:
    """The snapshot in a file, and the organization it belongs into."""

    def __init__(self, organizations: OrganizationControl, path: Path) -> None:
        """Read the file, and find out whether it could be restored.

        Args:
            organizations: the organizations.
            path: of the file.

        Raises:
            Refusal: 404 for the file, 422 naming it and the place in it; nothing has changed.
        """
        self._organizations = organizations
        self._path = path
        self._document = _read(path)
        with naming(str(path)):
            organizations.check(self.slug, self._document)

    @property
    def slug(self) -> str:
        """The organization whose snapshot it is, if there is one of that name; else the first."""
        known = [each["slug"] for each in self._organizations.list()]
        named = (_whose(document) for document in self._document.values())
        return next((slug for slug in named if slug in known), self._organizations.first)

    def restore(self) -> None:
        """Put the organization into that state.

        Raises:
            Refusal: 422, should it not fit any more; nothing has changed.
        """
        with naming(str(self._path)):
            self._organizations.restore(self.slug, self._document)


class DailyReset:
    """Puts every organization back once a day, by the machine's local time."""

    def __init__(
        self, organizations: OrganizationControl, at: str, baseline: Baseline | None
    ) -> None:
        """Wait for the time of day.

        Args:
            organizations: the organizations.
            at: ``HH:MM``.
            baseline: what one of them goes back to; else all to what they were seeded with.
        """
        self._organizations = organizations
        self._at = (int(at[:2]), int(at[3:]))
        self._baseline = baseline
        self._due = next_local(*self._at, after=_now())

    @property
    def next_due(self) -> float:
        """In how many seconds it is time."""
        return self._due - _now()

    def work(self) -> None:
        """Put everything back, and wait for the next day; what cannot be is logged."""
        self._due = next_local(*self._at, after=_now())
        try:
            self._organizations.reset(self._organizations.first, {"all": True})
            if self._baseline:
                self._baseline.restore()
        except Refusal as refused:
            log.error("The daily reset is refused: %s", refused)  # noqa: TRY400 - it says all
        except Exception:
            log.exception("The daily reset failed.")


def _whose(document: Any) -> Any:
    """Return which organization the document of a mode says that it is of, if it is a document."""
    for name in ("meta", "origin", "organization"):
        document = document.get(name) if isinstance(document, dict) else None
    return document


def _now() -> float:
    return machine_time() / SECOND


def _read(path: Path) -> Json:
    try:
        document: Any = orjson.loads(path.read_bytes())
    except OSError as error:
        raise missing(f"readable file {str(path)!r}: {error.strerror}") from None
    except orjson.JSONDecodeError as error:
        detail = f"{path}, line {error.lineno}, column {error.colno}: {error.msg}."
        raise invalid("", detail) from None
    if not isinstance(document, dict):
        raise invalid("", f"{path} is not a snapshot, as mockserver snapshot prints one.")
    found: Json = document
    return found
