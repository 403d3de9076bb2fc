"""What docs/imports.md says is what the sandbox does."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from mockserver.commerce.transfers.import_keys import fields_of
from mockserver.resources.registry import registry
from tests.background import file
from tests.client import MEDIA_TYPE, Api

PAGE = (Path(__file__).parents[2] / "docs" / "imports.md").read_text()
BLOCK = re.compile(r"^```json (.+)\n((?:.*\n)*?)```$", re.MULTILINE)
KEYS = re.compile(r"^\| (\w+) \| (.+) \|$", re.MULTILINE)


@pytest.mark.parametrize("options", [{"job_delay": 0}])
def test_the_examples(api: Api, options: Mapping[str, Any]) -> None:
    """Each is answered as it says; what a GET shows is part of what there is."""
    assert options == {"job_delay": 0}
    api.create("tags", name="vip")
    made: Any = {}
    for said, text in BLOCK.findall(PAGE):
        if said == "file":
            assert json.loads(text) == json.loads(file(api, made["attributes"]))
            continue
        method, path, status = said.split()
        control = path.startswith("/_mock")
        answer = api.request(
            method,
            path.replace("ID", made.get("id", "")),
            None if method == "GET" else text.encode(),
            headers={"Content-Type": "application/json" if control else MEDIA_TYPE},
        )
        assert (said, answer.status_code) == (said, int(status)), answer.text
        if not control:
            made = answer.json["data"]
        if method == "GET":
            expected = json.loads(text)
            assert expected == {name: made["attributes"][name] for name in expected}


def test_the_keys() -> None:
    """The table names the fields that rows are known by."""
    said = {type_: key for type_, key in KEYS.findall(PAGE) if type_ in registry()}

    assert len(said) >= 6
    for type_, key in said.items():
        for name in fields_of(registry()[type_]):
            word = f"`{name}`" if name in registry()[type_].attributes else f"the {name}"
            assert word in key
        assert bool(fields_of(registry()[type_])) is ("none" not in key)


def test_the_types() -> None:
    """Each type that is named can be imported."""
    named = re.search(r"can be imported: (.+) and others", PAGE)

    assert named is not None
    assert set(re.findall(r"`(\w+)`", named[1])) <= registry().keys()
