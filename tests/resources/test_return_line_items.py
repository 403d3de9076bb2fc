"""Rows of returns (neighbours.md §12)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused, refused_with, violation
from tests.scene import alter, digest, events, order, return_of, stored

JOHN = "john@example.com"
TYPE = "return_line_items"
PATH = f"/api/{TYPE}"
NOW = "2030-01-15T12:00:00.000Z"
BACK = ("received", "refunded")


@pytest.fixture
def bought(api: Api) -> Document:
    """Return an order of a registered customer."""
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    return order(api, {"customer": to(customer)})


@pytest.fixture
def line(api: Api, sandbox: Sandbox, bought: Document) -> Document:
    """Return three caps of 10 euros, one euro off in all."""
    made = api.create(
        "line_items", links={"order": to(bought)}, name="Cap", quantity=3, unit_amount_cents=1000
    )
    fields = {"sku_code": "CAP", "image_url": "https://example.com/cap.png", "quantity": 3}
    alter(sandbox, made, **fields, unit_amount_cents=1000, discount_cents=-100)
    return made


@pytest.fixture
def returned(api: Api, bought: Document) -> Document:
    """Return a return of the order."""
    return return_of(api, bought)


def row(
    api: Api, returned: Document, line: Document, quantity: Any = 1, **attributes: Any
) -> Document:
    """Send some of a line back."""
    links = {"return": to(returned), "line_item": to(line)}
    return api.create(TYPE, links=links, quantity=quantity, **attributes)


def sums(api: Api, returned: Document) -> list[Any]:
    """Return what follows from the rows of a return."""
    attributes = api.get(path_of(returned)).json["data"]["attributes"]
    names = ("skus_count", "estimated_refund_amount_cents", "formatted_estimated_refund_amount")
    return [attributes[name] for name in names]


def too_many(value: int, count: int) -> Document:
    """Return the error object of more than there is."""
    title = f"must be less than or equal to {count}"
    rule = "less_than_or_equal_to"
    return violation("attributes/quantity", title, rule, value=value, count=count)


def test_what_the_line_gives(api: Api, returned: Document, line: Document) -> None:
    """Code, name, image and the part of the price."""
    made = row(api, returned, line, 2, return_reason={"size": "too small"})["attributes"]

    assert list(made)[:9] == [
        *("sku_code", "bundle_code", "quantity", "name", "image_url"),
        *("total_amount_cents", "total_amount_float", "formatted_total_amount", "return_reason"),
    ]
    assert list(made.values())[:9] == [
        *("CAP", None, 2, "Cap", "https://example.com/cap.png"),
        *(1933, 19.33, "€19,33", {"size": "too small"}),
    ]
    assert made["restocked_at"] is None


def test_the_return_counts_its_rows(
    api: Api, sandbox: Sandbox, bought: Document, returned: Document, line: Document
) -> None:
    """When one is added, changed and removed."""
    scarf = api.create(
        "line_items", links={"order": to(bought)}, name="Scarf", quantity=1, unit_amount_cents=2000
    )
    alter(sandbox, line, discount_cents=-100)
    before = sums(api, returned)
    first, second = row(api, returned, line, 1), row(api, returned, scarf, 1)
    both = sums(api, returned)
    api.update(first, quantity=3)
    more = sums(api, returned)
    api.delete(path_of(second))

    assert before == [0, 0, "€0,00"]
    assert both == [2, 2967, "€29,67"]
    assert more == [4, 4900, "€49,00"]
    assert sums(api, returned) == [3, 2900, "€29,00"]
    assert events(sandbox, returned) == ["returns.create"]


def test_a_return_goes_with_its_rows(
    api: Api, sandbox: Sandbox, returned: Document, line: Document
) -> None:
    """The line of the order stays."""
    made = row(api, returned, line)
    api.delete(path_of(returned))

    assert api.get(path_of(made)).status_code == 404
    assert stored(sandbox, line)["id"] == line["id"]


def test_a_line_that_comes_back_stays(
    api: Api, sandbox: Sandbox, returned: Document, line: Document
) -> None:
    """Of the order, as long as a return has a row of it."""
    made = row(api, returned, line)
    before = digest(sandbox)
    answer = api.delete(path_of(line))

    number = stored(sandbox, line)["serial"]
    assert got(answer) == refused("LOCKED", f"Failed to destroy LineItem with id={number}")
    assert digest(sandbox) == before
    api.delete(path_of(made))
    assert api.delete(path_of(line)).status_code == 204


# --- rules ----------------------------------------------------------------------------------------

QUANTITIES: dict[str, tuple[Any, Document | None]] = {
    "all": (3, None),
    "text": ("2", None),
    "more": (4, too_many(4, 3)),
    "none": (
        0,
        violation(
            "attributes/quantity",
            "must be greater than or equal to 1",
            "greater_than_or_equal_to",
            value=0,
            count=1,
        ),
    ),
    "null": (None, violation("attributes/quantity", "can't be blank", "blank")),
}


@pytest.mark.parametrize(("quantity", "error"), QUANTITIES.values(), ids=QUANTITIES)
def test_quantities(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    returned: Document,
    line: Document,
    *,
    quantity: Any,
    error: Document | None,
) -> None:
    """Not more than was bought, on create and on update."""
    links = {"return": to(returned), "line_item": to(line)}
    before = digest(sandbox)
    created = api.post(PATH, document(TYPE, links=links, quantity=quantity))
    if error:
        assert got(created) == refused_with([error])
        assert digest(sandbox) == before
        made = row(api, returned, line)
        before = digest(sandbox)
        body = document(TYPE, made["id"], quantity=quantity)
        assert got(api.patch(path_of(made), body)) == refused_with([error])
        assert digest(sandbox) == before
    else:
        assert created.json["data"]["attributes"]["quantity"] == int(quantity)


def test_rows_of_the_same_line(
    api: Api, sandbox: Sandbox, bought: Document, returned: Document, line: Document
) -> None:
    """Together they are not more than was bought, in whichever return (catalogue.md §26)."""
    first = row(api, returned, line, 2)
    links = {"return": to(returned), "line_item": to(line)}
    answer = api.post(PATH, document(TYPE, links=links, quantity=2))
    second = row(api, returned, line, 1)
    more = api.patch(path_of(first), document(TYPE, first["id"], quantity=3))
    other = return_of(api, bought)
    links = {"return": to(other), "line_item": to(line)}
    elsewhere = api.post(PATH, document(TYPE, links=links, quantity=1))

    assert got(answer) == refused_with([too_many(2, 1)])
    assert got(more) == refused_with([too_many(3, 2)])
    assert got(elsewhere) == refused_with([too_many(1, 0)])
    alter(sandbox, returned, status="rejected")
    row(api, other, line, 3)
    assert api.update(second, quantity=1, reference="r")["attributes"]["reference"] == "r"


def test_a_line_of_another_order(api: Api, sandbox: Sandbox, returned: Document) -> None:
    """It does not come back with this one."""
    other = api.create(
        "line_items",
        links={"order": to(order(api))},
        name="Cap",
        quantity=1,
        unit_amount_cents=1000,
    )
    links = {"return": to(returned), "line_item": to(other)}
    before = digest(sandbox)

    assert got(api.post(PATH, document(TYPE, links=links, quantity=1))) == refused_with(
        [violation("relationships/line_item", "is invalid", "invalid", value=other["id"])]
    )
    assert digest(sandbox) == before


def test_both_are_required(api: Api) -> None:
    """A row is of a return and of a line, for good."""
    assert got(api.post(PATH, document(TYPE, quantity=1))) == refused_with(
        [
            violation("relationships/return", "can't be blank", "blank"),
            violation("relationships/line_item", "can't be blank", "blank"),
        ]
    )


# --- restocking -----------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["draft", "approved", "shipped", "rejected", *BACK])
def test_restocking(  # noqa: PLR0913 - the row of the table
    api: Api, sandbox: Sandbox, clock: Clock, returned: Document, line: Document, *, status: str
) -> None:
    """What has come back is restocked once."""
    clock.freeze(datetime(2030, 1, 15, 12, tzinfo=UTC))
    made = row(api, returned, line)
    alter(sandbox, returned, status=status)
    body = document(TYPE, made["id"], _restock=True)
    answers = [api.patch(path_of(made), body)]
    clock.freeze(datetime(2030, 1, 16, 12, tzinfo=UTC))
    answers.append(api.patch(path_of(made), body))

    refusal = refused_with([violation("attributes/_restock", "is invalid", "invalid")])
    for answer in answers:
        if status in BACK:
            assert answer.json["data"]["attributes"]["restocked_at"] == NOW
        else:
            assert got(answer) == refusal
    assert stored(sandbox, made)["restocked_at"] == (NOW if status in BACK else None)


def test_restocking_all(
    api: Api, sandbox: Sandbox, clock: Clock, returned: Document, line: Document
) -> None:
    """The return restocks what is not restocked yet."""
    rows = [row(api, returned, line) for _ in range(3)]
    alter(sandbox, returned, status="received")
    clock.freeze(datetime(2030, 1, 1, tzinfo=UTC))
    api.update(rows[0], _restock=True)
    clock.freeze(datetime(2030, 1, 15, 12, tzinfo=UTC))
    api.update(returned, _restock=True)
    api.update(returned, _restock=True)

    assert [stored(sandbox, each)["restocked_at"] for each in rows] == [
        "2030-01-01T00:00:00.000Z",
        NOW,
        NOW,
    ]
    assert events(sandbox, returned) == ["returns.create", *["returns.restock"] * 3]


# --- who, and what else ---------------------------------------------------------------------------


def test_relationships(api: Api, returned: Document, line: Document) -> None:
    """Return and line lead to their rows, and back."""
    made = row(api, returned, line)
    document_ = api.get(path_of(made), {"include": "return.return_line_items,line_item"}).json

    assert sorted(each["type"] for each in document_["included"]) == ["line_items", "returns"]
    for whose in (returned, line):
        assert ids(api.get(f"{path_of(whose)}/{TYPE}")) == [made["id"]]
        assert api.get(f"{path_of(whose)}/relationships/{TYPE}").json["data"] == [to(made)]
    assert ids(api.get(PATH, {"filter[q][return_id_eq]": returned["id"]})) == [made["id"]]
    found = api.get("/api/returns", {"filter[q][return_line_items_quantity_eq]": "1"})
    assert ids(found) == [returned["id"]]


@pytest.mark.parametrize("kind", ["guest", "customer"])
def test_sales_channels_fill_drafts(
    token_bearers: TokenBearers, sandbox: Sandbox, returned: Document, line: Document, *, kind: str
) -> None:
    """They add rows while the return is a draft, and change none."""
    order_id = stored(sandbox, returned)["order"]
    alter(sandbox, {"type": "orders", "id": order_id}, guest=kind == "guest")
    channel = token_bearers.guest() if kind == "guest" else token_bearers.customer(JOHN)
    made = row(channel, returned, line)
    update = channel.patch(path_of(made), document(TYPE, made["id"], quantity=2))
    alter(sandbox, returned, status="requested")
    links = {"return": to(returned), "line_item": to(line)}
    late = channel.post(PATH, document(TYPE, links=links, quantity=1))

    assert channel.get(path_of(made)).status_code == 200
    assert got(update) == got(late) == got(channel.get(PATH)) == refused("UNAUTHORIZED")


def test_somebody_elses_return(token_bearers: TokenBearers, api: Api) -> None:
    """A logged customer neither sees it nor adds to it."""
    api.create("customers", email=JOHN, password=PASSWORD)
    bought = order(api, customer_email="other@example.com")
    returned = return_of(api, bought)
    line = api.create(
        "line_items", links={"order": to(bought)}, name="Cap", quantity=2, unit_amount_cents=1000
    )
    made, john = row(api, returned, line), token_bearers.customer(JOHN)
    body = document(TYPE, links={"return": to(returned), "line_item": to(line)}, quantity=1)

    assert got(john.get(path_of(made))) == got(john.post(PATH, body)) == refused("UNAUTHORIZED")
