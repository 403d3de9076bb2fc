"""SKUs (neighbours.md §15)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import category, events, line, order, restock, sku

PATH = "/api/skus"


def test_a_new_sku(api: Api) -> None:
    """It is shipped and tracked unless it says otherwise; nobody knows how many there are."""
    attributes = sku(api)["attributes"]
    expected = {
        "code": "CAP",
        "name": "A cap",
        "do_not_ship": False,
        "do_not_track": False,
        "pieces_per_pack": None,
    }

    assert {name: attributes[name] for name in expected} == expected


REFUSED: dict[str, tuple[Document, list[Document]]] = {
    "nothing": (
        {},
        [
            violation("attributes/code", "can't be blank", "blank"),
            violation("attributes/name", "can't be blank", "blank"),
        ],
    ),
    "a-code-that-is-taken": (
        {"code": "CAP", "name": "Another"},
        [violation("attributes/code", "has already been taken", "taken", value="CAP")],
    ),
    "an-unknown-unit": (
        {"code": "HAT", "name": "Hat", "unit_of_weight": "stone"},
        [
            violation(
                "attributes/unit_of_weight",
                "is not included in the list",
                "inclusion",
                value="stone",
            )
        ],
    ),
}


@pytest.mark.parametrize(("sent", "errors"), REFUSED.values(), ids=REFUSED)
def test_refused(api: Api, sent: Document, errors: list[Document]) -> None:
    """Code and name are required; a code is somebody's alone."""
    sku(api)

    links = {"shipping_category": to(category(api))}

    assert got(api.post(PATH, document("skus", links=links, **sent))) == refused_with(errors)


@pytest.mark.parametrize(
    ("quantity", "do_not_track", "available"),
    [(3, False, True), (0, False, False), (0, True, True)],
)
def test_inventory(api: Api, *, quantity: int, do_not_track: bool, available: bool) -> None:
    """What there is in the places that sell it; what is not tracked is there always."""
    made = sku(api, do_not_track=do_not_track)
    restock(api, made, quantity)
    inventory = api.get(path_of(made)).json["data"]["attributes"]["inventory"]
    quantities = [level["quantity"] for level in inventory["levels"]]

    assert inventory["available"] is available
    assert inventory["quantity"] == sum(quantities)
    assert set(quantities) == ({quantity} if quantity else set())


def test_inventory_is_shown_alone(api: Api) -> None:
    """Only of a SKU that is read by itself (catalogue.md §1.8)."""
    made = sku(api)
    row = line(api, order(api), sku_code="CAP")
    lists = [
        api.get(PATH).json["data"][0],
        api.get(f"{path_of(row)}?include=sku").json["included"][0],
        api.get(f"{PATH}?fields[skus]=code,inventory").json["data"][0],
    ]
    others = [api.get(f"{path_of(row)}/sku").json["data"], api.update(made, name="Cap"), made]
    alone = api.get(path_of(made)).json["data"]

    assert ["inventory" in each["attributes"] for each in (*lists, *others)] == [False] * 6
    assert "inventory" in alone["attributes"]


def test_by_codes(api: Api) -> None:
    """A filter of its own, beside ``ids``: a list of codes."""
    made = {code: sku(api, code)["id"] for code in ("A", "B", "C")}
    found = ids(api.get(PATH, {"filter[codes]": "C,A,NONE"}))

    assert found == [made["A"], made["C"]]


def test_guests_read_the_catalogue(token_bearers: TokenBearers, api: Api) -> None:
    """They list and read, and write nothing (authentication.md §13.1)."""
    made, guest = sku(api), token_bearers.guest()

    assert ids(guest.get(PATH)) == [made["id"]]
    assert guest.get(path_of(made)).status_code == 200
    assert got(guest.delete(path_of(made))) == refused("UNAUTHORIZED")


def test_it_is_cached(api: Api) -> None:
    """By the edge, as markets are (conventions.md §14)."""
    assert "public" in api.get(PATH).headers["Cache-Control"]


def test_deleting_what_was_sold(api: Api, sandbox: Sandbox) -> None:
    """What was ordered stays as it was, without the SKU itself."""
    made = sku(api)
    row = line(api, order(api), sku_code="CAP")
    api.delete(path_of(made))
    kept = api.get(f"{path_of(row)}?include=sku,item").json

    assert kept["data"]["attributes"]["sku_code"] == "CAP"
    assert kept["data"]["attributes"]["item_type"] == "skus"
    assert kept["data"]["relationships"]["sku"]["data"] is None
    assert api.get(f"{path_of(row)}/item").json == {"data": None}
    assert api.update(row, quantity=2)["attributes"]["name"] == "A cap"
    assert events(sandbox, made) == []


@pytest.mark.parametrize("value", [None, "", "  "])
def test_a_code_stays(api: Api, value: Any) -> None:
    """It is not taken away."""
    made = sku(api)
    answer = api.patch(path_of(made), document("skus", made["id"], code=value))

    assert got(answer) == refused_with([violation("attributes/code", "can't be blank", "blank")])


def test_a_note_on_it(api: Api) -> None:
    """SKUs have attachments as others do."""
    made = sku(api)
    note = api.create("attachments", name="care", links={"attachable": to(made)})

    assert ids(api.get(f"{path_of(made)}/attachments")) == [note["id"]]


def test_the_lists_it_is_on(api: Api) -> None:
    """Through the items of lists by hand, each once: by URL, by include, by filter."""
    shirt, cap = (sku(api, code, name=code) for code in ("SHIRT", "CAP"))
    lists = [api.create("sku_lists", name=name) for name in ("Summer", "Winter", "Empty")]
    for listed, on in ((shirt, lists[0]), (cap, lists[0]), (shirt, lists[1])):
        api.create("sku_list_items", links={"sku_list": to(on), "sku": to(listed)})
    found = [each["id"] for each in lists]
    included = api.get(f"/api/skus/{shirt['id']}?include=sku_lists").json["included"]
    wanted = {"filter[q][sku_lists_name_eq]": "Winter"}

    assert ids(api.get(f"/api/skus/{shirt['id']}/sku_lists")) == found[:2]
    assert ids(api.get(f"/api/skus/{shirt['id']}/relationships/sku_lists")) == found[:2]
    assert ids(api.get(f"/api/skus/{cap['id']}/sku_lists")) == found[:1]
    assert [each["id"] for each in included] == found[:2]
    assert ids(api.get("/api/skus", wanted)) == [shirt["id"]]
    assert ids(api.get("/api/skus", {"filter[q][sku_lists_id_eq]": found[2]})) == []
