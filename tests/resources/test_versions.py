"""Versions, withdrawn by the vendor: there are none, and nothing leads to them.

neighbours.md §22.
"""

from __future__ import annotations

import pytest

from mockserver.resources.registry import registry
from tests.client import Api
from tests.refusals import got, refused
from tests.scene import NOBODY, address


def test_there_are_none(api: Api) -> None:
    """Whatever has been changed."""
    api.update(address(api), city="Rome")
    listed = api.get("/api/versions?sort=-id&filter[resource_type]=addresses").json

    assert listed["data"] == []
    assert listed["meta"] == {"record_count": 0, "page_count": 1}
    assert got(api.get(f"/api/versions/{NOBODY}")) == refused("RECORD_NOT_FOUND")
    assert got(api.post("/api/versions", {})) == refused("METHOD_NOT_ALLOWED")


@pytest.mark.parametrize("type_", sorted(registry()))
def test_nothing_leads_to_them(type_: str) -> None:
    """No type has the relationship."""
    assert "versions" not in registry()[type_].relationships
