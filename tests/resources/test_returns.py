"""Returns (neighbours.md §11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from mockserver.storage.conditions import Compare
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, impossible, refused, refused_with, violation
from tests.scene import address, alter, digest, events, market, order, return_of, stored

JOHN = "john@example.com"
TYPE = "returns"
PATH = f"/api/{TYPE}"
NOW = "2030-01-15T12:00:00.000Z"
MOMENTS = ("approved_at", "cancelled_at", "shipped_at", "rejected_at", "received_at", "refunded_at")


@pytest.fixture(autouse=True)
def _stopped(clock: Clock) -> None:
    """Stop the time."""
    clock.freeze(datetime(2030, 1, 15, 12, tzinfo=UTC))


@pytest.fixture
def bought(api: Api, sandbox: Sandbox) -> Document:
    """Return a placed order of 120 euros with an address, of a registered customer."""
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    links = {"customer": to(customer), "shipping_address": to(address(api))}
    made = order(api, links)
    placed = {"status": "placed", "placed_at": NOW, "total_amount_with_taxes_cents": 12_000}
    alter(sandbox, made, **placed)
    captured = {"number": "1/T/001", "type": "captures", "amount_cents": 12_000, "succeeded": True}
    sandbox.add("captures", {**captured, "currency_code": "EUR", "order": made["id"]})
    return made


@pytest.fixture
def returned(api: Api, bought: Document) -> Document:
    """Return a return of the order."""
    return return_of(api, bought)


def refusal(trigger: str, state: str) -> Document:
    """Return the error object of a trigger that is not allowed in a state."""
    _, target, *_ = TRIGGERS[trigger]
    if target is None:
        return violation(f"attributes/{trigger}", "is invalid", "invalid")
    return impossible(state, target)


# --- what it takes from its order -----------------------------------------------------------------


def test_what_the_order_gives(
    api: Api, sandbox: Sandbox, bought: Document, returned: Document
) -> None:
    """Customer, number, address; where to the market says. Nothing is sent back yet."""
    attributes = returned["attributes"]
    linked = {
        name: api.get(f"{path_of(returned)}/relationships/{name}").json["data"]
        for name in ("order", "customer", "origin_address", "destination_address")
    }
    second = return_of(api, bought)["attributes"]["number"]

    model = api.get(f"{path_of(market(api))}/inventory_model").json["data"]
    first = api.get(f"{path_of(model)}/inventory_return_locations?include=stock_location.address")
    there = next(each for each in first.json["included"] if each["type"] == "addresses")
    number = stored(sandbox, bought)["number"]
    assert (attributes["number"], second) == (f"#{number}/R/001", f"#{number}/R/002")
    assert (attributes["status"], attributes["customer_email"]) == ("draft", JOHN)
    assert [attributes[name] for name in MOMENTS] == [None] * 6
    assert attributes["formatted_estimated_refund_amount"] == "€0,00"
    assert linked == {
        "order": to(bought),
        "customer": to(api.get(f"{path_of(bought)}/customer").json["data"]),
        "origin_address": to(api.get(f"{path_of(bought)}/shipping_address").json["data"]),
        "destination_address": to(there),
    }
    assert events(sandbox, returned) == ["returns.create"]


def test_the_destination(api: Api, returned: Document) -> None:
    """It is the address of the stock location, as long as there is one."""
    place = address(api)
    location = api.create("stock_locations", name="Rome", links={"address": to(place)})
    api.update(returned, links={"stock_location": to(location)})
    there = api.get(f"{path_of(returned)}/destination_address").json["data"]
    api.update(returned, links={"stock_location": None})

    assert there["id"] == place["id"]
    assert api.get(f"{path_of(returned)}/destination_address").json["data"] is None


def test_only_what_was_sent(api: Api) -> None:
    """Comes back (catalogue.md §26)."""
    answer = api.post(PATH, document(TYPE, links={"order": to(order(api))}))

    assert got(answer) == refused_with([violation("relationships/order", "is invalid", "invalid")])


def test_the_order_is_required(api: Api) -> None:
    """A return is of one order, for good."""
    assert got(api.post(PATH, document(TYPE))) == refused_with(
        [violation("relationships/order", "can't be blank", "blank")]
    )


# --- states ---------------------------------------------------------------------------------------

STATES = (
    *("draft", "requested", "approved", "cancelled"),
    *("shipped", "rejected", "received", "refunded"),
)
#: By trigger: the states it is allowed in, the one it leads to, its moment, and the event.
TRIGGERS: dict[str, tuple[tuple[str, ...], str | None, str | None, str | None]] = {
    "_request": (("draft",), "requested", None, "request"),
    "_approve": (("requested",), "approved", "approved_at", "approve"),
    "_reject": (("requested",), "rejected", "rejected_at", "reject"),
    "_cancel": (("draft", "requested", "approved"), "cancelled", "cancelled_at", None),
    "_ship": (("approved",), "shipped", "shipped_at", "ship"),
    "_receive": (("shipped",), "received", "received_at", "receive"),
    "_restock": (("received", "refunded"), None, None, "restock"),
    "_refund": (("received",), "refunded", "refunded_at", None),
    "_archive": (STATES, None, "archived_at", None),
    "_unarchive": (STATES, None, None, None),
}


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_triggers(api: Api, sandbox: Sandbox, returned: Document, trigger: str, state: str) -> None:
    """Each has its states, its moment and its event; elsewhere it changes nothing.

    That is no mistake in the state that it leads to.
    """
    sources, target, moment, event = TRIGGERS[trigger]
    alter(sandbox, returned, status=state)
    before = digest(sandbox)
    answer = api.patch(path_of(returned), document(TYPE, returned["id"], **{trigger: True}))

    if state not in sources:
        if state == target:
            assert answer.status_code == 200
        else:
            assert got(answer) == refused_with([refusal(trigger, state)])
        assert digest(sandbox) == before
        return
    attributes = answer.json["data"]["attributes"]
    moments = {name: attributes[name] for name in (*MOMENTS, "archived_at")}
    assert attributes["status"] == (target or state)
    assert moments == {name: NOW if name == moment else None for name in moments}
    assert events(sandbox, returned) == ["returns.create", *[f"returns.{event}"] * bool(event)]


@pytest.mark.parametrize("value", [False, None, ""])
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_triggers_that_do_not_fire(
    api: Api, sandbox: Sandbox, returned: Document, trigger: str, value: Any
) -> None:
    """Only true does."""
    before = digest(sandbox)
    api.update(returned, **{trigger: value})

    assert digest(sandbox) == before


def test_the_whole_way(api: Api, sandbox: Sandbox, returned: Document) -> None:
    """From a draft to the refund, and out of sight."""
    steps = ("_request", "_approve", "_ship", "_receive", "_restock", "_refund", "_archive")
    for step in steps:
        api.update(returned, **{step: True})
    archived = api.get(path_of(returned)).json["data"]["attributes"]
    api.update(returned, _unarchive=True)

    assert (archived["status"], archived["archived_at"]) == ("refunded", NOW)
    assert stored(sandbox, returned)["archived_at"] is None
    assert events(sandbox, returned) == [
        f"returns.{event}"
        for event in ("create", "request", "approve", "ship", "receive", "restock")
    ]


def test_what_was_not_sold(api: Api, sandbox: Sandbox) -> None:
    """A draft may be of any order, what is requested is of one that was placed."""
    draft = return_of(api, order(api))
    before = digest(sandbox)
    answer = api.patch(path_of(draft), document(TYPE, draft["id"], _request=True))

    assert got(answer) == refused_with([refusal("_request", "draft")])
    assert digest(sandbox) == before


AMOUNT = "attributes/_refund_amount_cents"
#: What may be refunded of 120 euros, and what is wrong with the rest.
AMOUNTS: dict[str, tuple[Any, Document | None]] = {
    "all": (12_000, None),
    "some": (1, None),
    "text": ("500", None),
    "unsaid": (None, None),
    "nothing": (0, violation(AMOUNT, "must be greater than 0", "greater_than", value=0, count=0)),
    "less": (-1, violation(AMOUNT, "must be greater than 0", "greater_than", value=-1, count=0)),
    "more": (
        12_001,
        violation(
            AMOUNT,
            "must be less than or equal to 12000",
            "less_than_or_equal_to",
            value=12_001,
            count=12_000,
        ),
    ),
    "object": ({}, violation(AMOUNT, "is invalid", "invalid", value={})),
}


@pytest.mark.parametrize(("amount", "error"), AMOUNTS.values(), ids=AMOUNTS)
def test_the_amount(
    api: Api, sandbox: Sandbox, returned: Document, amount: Any, error: Document | None
) -> None:
    """Something, and not more than is left of what was captured."""
    alter(sandbox, returned, status="received")
    before = digest(sandbox)
    body = document(TYPE, returned["id"], _refund=True, _refund_amount_cents=amount)
    answer = api.patch(path_of(returned), body)

    if error:
        assert got(answer) == refused_with([error])
        assert digest(sandbox) == before
    else:
        assert answer.json["data"]["attributes"]["status"] == "refunded"


#: What is said, what the rows are worth, what is given back, and how the order is paid then.
REFUNDS: dict[str, tuple[int | None, int, int, str]] = {
    "all": (12_000, 0, 12_000, "refunded"),
    "some": (11_999, 12_000, 11_999, "partially_refunded"),
    "all-by-its-rows": (None, 12_000, 12_000, "refunded"),
    "some-by-its-rows": (None, 5, 5, "partially_refunded"),
    "no-more-than-was-taken": (None, 12_001, 12_000, "refunded"),
    "nothing": (None, 0, 0, "unpaid"),
}


@pytest.mark.parametrize(("said", "worth", "given", "expected"), REFUNDS.values(), ids=REFUNDS)
def test_the_payment_of_the_order(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    bought: Document,
    returned: Document,
    *,
    said: int | None,
    worth: int,
    given: int,
    expected: str,
) -> None:
    """What was captured is given back; all of it cancels the order (commerce.md §16)."""
    alter(sandbox, returned, status="received", estimated_refund_amount_cents=worth)
    api.update(returned, _refund=True, _refund_amount_cents=said)
    made = api.get(f"{path_of(returned)}/reference_refund").json["data"]
    leads = made and api.get(f"{path_of(made)}/return").json["data"]["id"]
    is_over = expected == "refunded"
    told = ["orders.refund"] * (expected != "unpaid") + ["orders.cancel"] * is_over

    assert (made["attributes"]["amount_cents"] if made else 0) == given
    assert leads in (None, returned["id"])
    assert stored(sandbox, bought)["payment_status"] == expected
    assert stored(sandbox, bought)["status"] == ("cancelled" if is_over else "placed")
    assert events(sandbox, bought) == ["orders.create", "orders.draft", *told]
    assert events(sandbox, returned) == ["returns.create"]
    assert stored(sandbox, returned)["refunded_at"] == NOW


def test_nothing_was_captured(api: Api, sandbox: Sandbox, bought: Document) -> None:
    """There is nothing to give back from."""
    for captured in sandbox.find("captures", Compare("order", "eq", bought["id"])):
        sandbox.rewrite("captures", captured["id"], {"succeeded": False})
    returned = return_of(api, bought)
    alter(sandbox, returned, status="received", estimated_refund_amount_cents=5)
    answer = api.patch(path_of(returned), document(TYPE, returned["id"], _refund=True))

    assert got(answer) == refused_with(
        [violation("relationships/reference_capture", "can't be blank", "blank")]
    )


def test_the_capture_it_refers_to(api: Api, sandbox: Sandbox, bought: Document) -> None:
    """The first of which something is left, or the one that is said."""
    more = {"number": "1/T/002", "type": "captures", "amount_cents": 300, "succeeded": True}
    second = sandbox.add("captures", {**more, "currency_code": "EUR", "order": bought["id"]})
    returned = return_of(api, bought)
    first = api.get(f"{path_of(returned)}/reference_capture").json["data"]
    api.update(first, _refund=True)
    later = return_of(api, bought)
    there = api.get(f"{path_of(later)}/reference_capture").json["data"]

    assert (first["attributes"]["number"], there["id"]) == ("1/T/001", second["id"])


# --- who, and what else ---------------------------------------------------------------------------


def test_guests_change_drafts(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, bought: Document
) -> None:
    """They can request, of what guests have ordered; what follows is up to the shop."""
    alter(sandbox, bought, guest=True)
    channel = token_bearers.guest()
    made = return_of(channel, bought)
    requested = channel.update(made, _request=True)
    answer = channel.patch(path_of(made), document(TYPE, made["id"], _approve=True))

    assert requested["attributes"]["status"] == "requested"
    assert got(answer) == refused("UNAUTHORIZED")
    assert channel.get(path_of(made)).status_code == 200
    assert api.get(path_of(made)).json["data"]["attributes"]["status"] == "requested"


def test_customers_follow_their_returns(
    token_bearers: TokenBearers, api: Api, bought: Document
) -> None:
    """A logged customer changes its own returns whatever has become of them."""
    customer = token_bearers.customer(JOHN)
    made = return_of(customer, bought)
    customer.update(made, _request=True)
    api.update(made, _approve=True)

    assert customer.update(made, _ship=True)["attributes"]["status"] == "shipped"


def test_relationships(api: Api, bought: Document, returned: Document) -> None:
    """Its order and customer know of it, and it of them; notes hang on it."""
    note = api.create("attachments", name="scratched", links={"attachable": to(returned)})
    paths = "order.returns,customer,origin_address,attachments,return_line_items,events"
    document_ = api.get(path_of(returned), {"include": paths}).json
    customer = api.get(f"{path_of(returned)}/customer").json["data"]

    assert sorted(each["type"] for each in document_["included"]) == [
        *("addresses", "attachments", "customers", "events", "orders")
    ]
    for whose in (bought, customer):
        assert ids(api.get(f"{path_of(whose)}/{TYPE}")) == [returned["id"]]
        assert api.get(f"{path_of(whose)}/relationships/{TYPE}").json["data"] == [to(returned)]
    assert api.get(f"{path_of(returned)}/relationships/attachments").json["data"] == [to(note)]


def test_deleting(api: Api, sandbox: Sandbox, bought: Document, returned: Document) -> None:
    """Its notes go with it, its order stays."""
    note = api.create("attachments", name="scratched", links={"attachable": to(returned)})
    api.delete(path_of(returned))

    assert api.get(path_of(note)).status_code == 404
    assert ids(api.get(f"{path_of(bought)}/{TYPE}")) == []
    assert events(sandbox, returned) == ["returns.create", "returns.destroy"]
