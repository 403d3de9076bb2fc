"""A seeded world passes the checks of the API: whatever it shows can be sent back, and stays so."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest

from mockserver.access import MODES, Mode
from mockserver.app import MockServerApp
from mockserver.engine.sandbox import Sandbox
from mockserver.schema.vocabulary import Resource
from mockserver.storage.base import Record
from tests.client import Bearers, document
from tests.seeding.test_seed import declared

OK = 200
#: The lines that an order makes by itself, which nobody writes (commerce.md §3.2).
GENERATED = ("shipments", "payment_methods")
#: What nobody changes by hand: before an order is fulfilled, or while a bundle needs it.
HELD = ("stock_line_items", "sku_list_items")
#: What is noted of values that are sent: a price or a tax switch is the record's own from then on,
#: though it is the same (catalogue.md §11, commerce.md §10.2).
MOVING = ("updated_at", "refreshed_at", "tax_calculations_count")
NOTED: dict[str, tuple[str, ...]] = {
    "line_items": ("has_own_price", "updated_at"),
    "orders": (
        *("own_tax_switches", "built_from", "built_at", "shipments_numbered", "updated_at"),
        *("refreshed_at", "tax_calculations_count"),
    ),
}
#: What a server can begin with.
SITUATIONS: dict[str, dict[str, Any]] = {
    "seeded": {"seeded": True, "customers": 40},
    "from elsewhere": {"seeded": True, "customers": 40, "locale": "ja_JP,it_IT"},
    **{name: {"scenario": name} for name in ("gdpr", "checkout-ready", "b2b-groups")},
}


def everything(sandbox: Sandbox) -> dict[str, list[Record]]:
    """Return all records of a mode, but for the tokens of who looks."""
    partition = sandbox.partition
    types = [type_ for type_ in partition.types() if "token" not in type_]
    return {type_: deepcopy(partition.select(type_)[0]) for type_ in types}


def told(records: dict[str, list[Record]]) -> dict[str, list[Record]]:
    """Return records without what is noted of values that were sent, the same or not."""
    return {
        type_: [{n: v for n, v in each.items() if n not in NOTED.get(type_, ())} for each in found]
        for type_, found in records.items()
        if type_ != "event_stores"
    }


def anywhere(resource: type[Resource], shown: dict[str, Any]) -> dict[str, Any]:
    """Return attributes without those that are shown where a record is asked for alone."""
    return {n: value for n, value in shown.items() if not resource.attributes[n].alone}


def linkages(resource: type[Resource], record: Record) -> dict[str, Any]:
    """Return the linkages of a record that an update may say."""
    found = {}
    for name, relationship in resource.relationships.items():
        if not relationship.flags.updatable or not relationship.stored or relationship.view_of:
            continue
        type_ = record.get(relationship.type_field) if relationship.polymorphic else None
        type_ = type_ or relationship.types[0]
        held = record[name]
        ids = held if relationship.many else [held] if held else []
        linkage = [{"type": type_, "id": id_} for id_ in ids]
        found[name] = linkage if relationship.many else next(iter(linkage), None)
    return {name: {"data": data} for name, data in found.items()}


@pytest.mark.parametrize("options", SITUATIONS.values(), ids=SITUATIONS)
@pytest.mark.parametrize("mode", MODES)
def test_what_is_shown_can_be_sent_back(app: MockServerApp, bearers: Bearers, mode: Mode) -> None:
    """Every record of every type takes its own attributes and linkages, and nothing changes.

    Not even ``updated_at``, and no event is told: nothing of it is another.
    """
    api, sandbox = bearers.integration(mode), next(iter(app.organizations)).sandbox(mode)
    before, sent = everything(sandbox), set()
    for resource, record in list(declared(sandbox)):
        if resource.singleton or not {"retrieve", "update"} <= set(resource.actions):
            continue
        if record.get("item_type") in GENERATED or resource.type_ in HELD:
            continue
        path = f"/api/{resource.type_}/{record['id']}"
        shown = api.get(path).json["data"]["attributes"]
        own = {n: v for n, v in shown.items() if resource.attributes[n].flags.updatable}
        body = document(resource.type_, record["id"], **own)
        body["data"]["relationships"] = linkages(resource, record)
        answer = api.patch(path, body)

        assert answer.status_code == OK, (resource.type_, answer.json)
        again = answer.json["data"]["attributes"]
        moved = {n: again[n] for n in MOVING if n in again} if resource.type_ in NOTED else {}
        # Some members are shown where a record is asked for, and nowhere else.
        again, shown = (anywhere(resource, each) for each in (again, shown))
        assert again == {**shown, **moved}, resource.type_
        sent.add(resource.type_)

    assert len(sent) > 10
    assert told(everything(sandbox)) == told(before)
