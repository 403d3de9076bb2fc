"""The way of a request: which of our files are called, one after the other, and how often.

``python -m tests.web.way`` prints it.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
from itertools import count, groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory
from types import CodeType, FrameType
from typing import Any

from werkzeug.test import Client

import mockserver
from mockserver.app import create_app
from mockserver.settings import Settings
from tests.client import MEDIA_TYPE, WRITES, Bearers, Document, document

ROOT = f"{Path(mockserver.__file__).parent}/"


@dataclass
class Way:
    """What a request passes through.

    Attributes:
        files: of ours, in the order they are first called.
        moves: calls from one of our files into another.
        calls: of our functions, as file and name.
    """

    files: list[str] = field(default_factory=list)
    moves: int = 0
    calls: list[tuple[str, str]] = field(default_factory=list)

    def note(self, frame: FrameType, event: str, _: Any) -> None:
        """Note a call, if it is one of ours; see ``sys.setprofile``."""
        file = _ours(frame.f_code) if event == "call" else None
        if file is None:
            return
        if file not in self.files:
            self.files.append(file)
        self.moves += file != _caller(frame)
        self.calls.append((file, frame.f_code.co_qualname))


def traced(request: Callable[[], object]) -> Way:
    """Return the way of a request, which is sent twice: what is made once counts for nothing."""
    request()
    way = Way()
    sys.setprofile(way.note)
    try:
        request()
    finally:
        sys.setprofile(None)
    return way


def _ours(code: CodeType) -> str | None:
    file = code.co_filename
    return file.removeprefix(ROOT) if file.startswith(ROOT) else None


def _caller(frame: FrameType) -> str | None:
    """Return the file of ours that a call comes from, be it by way of a library."""
    at = frame.f_back
    while at is not None:
        file = _ours(at.f_code)
        if file:
            return file
        at = at.f_back
    return None


#: What is asked, by the action it is; ``{id}`` stands for that of a customer.
REQUESTS: Mapping[str, tuple[str, str]] = {
    "retrieve": ("GET", "/api/customers/{id}"),
    "list": ("GET", "/api/customers"),
    "update": ("PATCH", "/api/customers/{id}"),
    "create": ("POST", "/api/customers"),
}


def ways(directory: Path) -> dict[str, Way]:
    """Return the way of each of the requests, sent to a seeded server of its own."""
    app = create_app(Settings(data_directory=directory))
    bearer = Bearers(app).integration()
    id_ = bearer.get("/api/customers").get_json()["data"][0]["id"]
    # The client of the framework keeps contexts for whoever asks about them, as no server does.
    client = Client(app)
    headers = {"Authorization": f"Bearer {bearer.token}", "Content-Type": MEDIA_TYPE}
    return {action: traced(partial(ask, client, headers, action, id_)) for action in REQUESTS}


_notes = count()


def ask(client: Client, headers: Mapping[str, str], action: str, id_: str) -> None:
    """Send a request that must be answered; a write sends something new each time."""
    method, path = REQUESTS[action]
    body = json.dumps(_document(method, id_)) if method in WRITES else None
    answer = client.open(path.format(id=id_), method=method, headers=headers, data=body)
    assert answer.status_code in (HTTPStatus.OK, HTTPStatus.CREATED)


def _document(method: str, id_: str) -> Document:
    new = f"way-{next(_notes)}"
    if method == "POST":
        return document("customers", email=f"{new}@example.com")
    return document("customers", id_, reference=new)


def lines(ways: Mapping[str, Way]) -> Iterator[str]:
    """Yield each way, file by file in the order of the code."""
    for action, way in ways.items():
        yield f"{action}: {len(way.files)} files, {way.moves} moves, {len(way.calls)} calls"
        for file, calls in groupby(way.calls, key=itemgetter(0)):
            yield f"  {file}: {', '.join(dict.fromkeys(name for _, name in calls))}"


if __name__ == "__main__":
    with TemporaryDirectory() as made:
        sys.stdout.writelines(f"{line}\n" for line in lines(ways(Path(made))))
