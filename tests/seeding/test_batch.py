"""Records that are made at once are whole: with all that their declarations require."""

from __future__ import annotations

import pytest

from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.seeding.batch import Batch
from tests.client import Api


@pytest.fixture
def sandbox(app: MockServerApp) -> Sandbox:
    """Return one that may be changed, unlike that of the other tests here."""
    return next(iter(app.organizations)).sandbox("test")


def test_what_a_record_requires_is_made(api: Api, sandbox: Sandbox) -> None:
    """A linkage nobody has thought of leads to a record of examples, which may be sent back."""
    batch = Batch(sandbox)
    own = batch.add("stock_locations", "2020-01-01T00:00:00.000Z", name="Rome", code="rome")
    batch.load()
    place = sandbox.get("addresses", own["address"]) or {}
    answer = api.patch(
        f"/api/addresses/{place['id']}",
        {"data": {"type": "addresses", "id": place["id"], "attributes": {"city": place["city"]}}},
    )

    assert ("IT", "City") == (place["country_code"], place["city"])
    assert answer.status_code == 200


def test_what_is_given_is_kept(sandbox: Sandbox) -> None:
    """Nothing is made where the linkage is there."""
    batch = Batch(sandbox)
    place = batch.add("addresses", "2020-01-01T00:00:00.000Z", line_1="x")
    own = batch.add("stock_locations", "2020-01-01T00:00:00.000Z", name="x", address=place["id"])
    before = sandbox.partition.count("addresses")
    batch.load()

    assert (own["address"], before + 1) == (place["id"], sandbox.partition.count("addresses"))
