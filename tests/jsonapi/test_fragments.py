"""Documents joined from fragments: the text of what they would be as objects."""

from __future__ import annotations

from typing import Any

import orjson
import pytest

from mockserver.engine.record_view import RecordView
from mockserver.engine.sandbox import Sandbox
from mockserver.jsonapi.fragments import Fragments, Text, _runs, shape
from mockserver.resources.registry import registry
from mockserver.schema.dumping import Presentation, resource_objects
from mockserver.storage.base import Record

BASE_URL = "http://localhost:8080"
META = {"mode": "test", "organization_id": "o", "trace_id": "t"}
#: Ids and values that look like what a template is cut at.
ODD = ['"', "\\u0001", "\x01", "{}", "é", '{"\x02":0}', '{"\\u0003":""}']


def record(resource: Any, id_: str, value: str) -> Record:
    """Return a record with the same text in each of its texts."""
    shown = {name: value for name, a in resource.attributes.items() if a.kind == "string"}
    return {**shown, "id": id_, "serial": 1, "metadata": {value: [value]}}


@pytest.mark.parametrize("holes", ["", "a", "b", "c", "ab", "bc", "ac", "abc"])
@pytest.mark.parametrize("names", ["", "a", "ab", "abc"])
def test_holes_are_anywhere(names: str, holes: str) -> None:
    """With the values in between, it is an object with these members in this order."""
    parts = [
        opening + orjson.dumps(dict.fromkeys(run, 1))[1:-1] + closing
        for opening, run, closing in _runs(names, holes)
    ]

    assert b"1".join(parts) == orjson.dumps(dict.fromkeys(names, 1))


@pytest.mark.parametrize("value", ODD)
def test_nothing_in_a_record_is_taken_for_a_mark(sandbox: Sandbox, value: str) -> None:
    """Whatever it says, and whatever its id is."""
    resource = registry()["customers"]
    one = record(resource, value, value)
    view = RecordView(sandbox, sandbox.system, BASE_URL)
    known = shape(resource, "read", None, BASE_URL)
    text = Text(known, [Fragments().text(known, one, view)])
    shown = Presentation(BASE_URL, META, view, {})

    assert text.written(META) == orjson.dumps(
        {"data": resource_objects(resource, [one], shown, "read")[0]}
    )


def test_so_much_is_kept(sandbox: Sandbox) -> None:
    """What nobody asks for makes room; what is asked for again stays."""
    resource = registry()["customers"]
    known = shape(resource, "read", None, BASE_URL)
    view = RecordView(sandbox, sandbox.system, BASE_URL)
    kept = Fragments(limit=100_000)
    often = record(resource, "often", "x")
    for number in range(1000):
        kept.text(known, often, view)
        kept.text(known, record(resource, str(number), "x"), view)

    held = [one["id"] for one, _ in (*kept._young.values(), *kept._old.values())]
    assert "often" in held
    assert 10 < len(held) < 120
