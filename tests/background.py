"""Imports, exports and cleanups made through the API, and what has become of them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from mockserver.engine.sandbox import Sandbox
from mockserver.storage.base import SERIAL
from tests.client import Api, Document, path_of

Row = dict[str, Any]
#: Longer than anything takes.
LONG = {"by": "PT1H"}
#: What one that has waited its time has done of its work: it has begun.
DELAY = {"by": 1}
STEP = {"by": 0.05}


def imported(api: Api, type_: str, rows: Any, **attributes: Any) -> Document:
    """Return an import of these rows."""
    return api.create("imports", resource_type=type_, inputs=rows, **attributes)


def exported(api: Api, type_: str, **attributes: Any) -> Document:
    """Return an export of these records."""
    return api.create("exports", resource_type=type_, **attributes)


def pass_time(api: Api, by: Document) -> None:
    """Advance all clocks."""
    api.app.plane.clocks.advance(by)


def now(api: Api, object_: Document) -> Document:
    """Return the attributes of a record as they are."""
    answer = api.get(path_of(object_))
    assert answer.status_code == 200, answer.text
    attributes: Document = answer.json["data"]["attributes"]
    return attributes


def done(api: Api, object_: Document) -> Document:
    """Return the attributes of a record after a long time."""
    pass_time(api, LONG)
    return now(api, object_)


def counts(attributes: Document) -> tuple[str, int, int]:
    """Return the status, what was processed, and what was not."""
    return attributes["status"], attributes["processed_count"], attributes["errors_count"]


def file(api: Api, attributes: Document) -> str:
    """Return the file of a record."""
    answer = Api(api.app).get(attributes["attachment_url"].removeprefix("http://localhost"))
    assert answer.status_code == 200, answer.text
    return answer.data.decode()


def objects(api: Api, attributes: Document) -> list[Document]:
    """Return the records in the file of an export."""
    found: list[Document] = json.loads(file(api, attributes))
    return found


def records(sandbox: Sandbox, type_: str, *names: str) -> list[Any]:
    """Return these fields of each record of a type, oldest first."""
    found = sandbox.partition.select(type_)[0]
    return [record[names[0]] if len(names) == 1 else [record[n] for n in names] for record in found]


def crowd(sandbox: Sandbox, type_: str, values: Sequence[Row]) -> None:
    """Store many records at once, without any rule."""
    with sandbox.transaction():
        template = sandbox.add(type_, values[0])
        sandbox.partition.load(
            type_,
            [
                {**template, **row, "id": f"{type_}-{number}", SERIAL: template[SERIAL] + number}
                for number, row in enumerate(values[1:], 1)
            ],
        )
        sandbox.partition.skip_numbers(type_, template[SERIAL] + len(values))
