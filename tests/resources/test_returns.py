"""Returns (neighbours.md §11)."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, impossible, refused, refused_with, violation
from tests.scene import address, alter, digest, events, order, stored

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
    return made


@pytest.fixture
def returned(api: Api, bought: Document) -> Document:
    """Return a return of the order."""
    return api.create(TYPE, links={"order": to(bought)})


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
    """Customer, number, address; nothing is sent back yet."""
    attributes = returned["attributes"]
    linked = {
        name: api.get(f"{path_of(returned)}/relationships/{name}").json["data"]
        for name in ("order", "customer", "origin_address", "destination_address")
    }
    second = api.create(TYPE, links={"order": to(bought)})["attributes"]["number"]

    number = stored(sandbox, bought)["number"]
    assert (attributes["number"], second) == (f"#{number}/R/001", f"#{number}/R/002")
    assert (attributes["status"], attributes["customer_email"]) == ("draft", JOHN)
    assert [attributes[name] for name in MOMENTS] == [None] * 6
    assert attributes["formatted_estimated_refund_amount"] == "€0,00"
    assert linked == {
        "order": to(bought),
        "customer": to(api.get(f"{path_of(bought)}/customer").json["data"]),
        "origin_address": to(api.get(f"{path_of(bought)}/shipping_address").json["data"]),
        "destination_address": None,
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


def test_the_order_is_required(api: Api) -> None:
    """A return is of one order, for good."""
    assert got(api.post(PATH, document(TYPE))) == refused_with(
        [violation("relationships/order", "can't be blank", "blank")]
    )


def test_the_last_capture(api: Api, sandbox: Sandbox, bought: Document) -> None:
    """What is refunded is the last capture of the order that succeeded."""
    made = [
        sandbox.insert("captures", {"order": whose, "succeeded": succeeded})["id"]
        for whose, succeeded in ((bought["id"], True), (bought["id"], True), ("AAAAAAAAAA", True))
    ]
    sandbox.insert("captures", {"order": bought["id"], "succeeded": False})
    record = stored(sandbox, api.create(TYPE, links={"order": to(bought)}))

    assert record["reference_capture"] == made[1]


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
    draft = api.create(TYPE, links={"order": to(order(api))})
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
    """Something, and not more than the order's total."""
    alter(sandbox, returned, status="received")
    before = digest(sandbox)
    body = document(TYPE, returned["id"], _refund=True, _refund_amount_cents=amount)
    answer = api.patch(path_of(returned), body)

    if error:
        assert got(answer) == refused_with([error])
        assert digest(sandbox) == before
    else:
        assert answer.json["data"]["attributes"]["status"] == "refunded"


#: How the order is paid, what is said, what the rows are worth, and how it is paid then.
REFUNDS: dict[str, tuple[str, int | None, int, str, bool]] = {
    "all": ("paid", 12_000, 0, "refunded", True),
    "some": ("paid", 11_999, 12_000, "partially_refunded", True),
    "all-by-its-rows": ("paid", None, 12_000, "refunded", True),
    "some-by-its-rows": ("paid", None, 5, "partially_refunded", True),
    "nothing": ("paid", None, 0, "paid", False),
    "partly-paid": ("partially_paid", 12_000, 0, "refunded", True),
    "not-paid": ("authorized", 12_000, 0, "authorized", False),
    "refunded-already": ("refunded", 12_000, 0, "refunded", False),
}


@pytest.mark.parametrize(
    ("paid", "said", "worth", "expected", "told"), REFUNDS.values(), ids=REFUNDS
)
def test_the_payment_of_the_order(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    bought: Document,
    returned: Document,
    *,
    paid: str,
    said: int | None,
    worth: int,
    expected: str,
    told: bool,
) -> None:
    """What is paid is given back."""
    alter(sandbox, bought, payment_status=paid)
    alter(sandbox, returned, status="received", estimated_refund_amount_cents=worth)
    api.update(returned, _refund=True, _refund_amount_cents=said)

    assert stored(sandbox, bought)["payment_status"] == expected
    assert events(sandbox, bought) == ["orders.create", *["orders.refund"] * told]


# --- who, and what else ---------------------------------------------------------------------------


def test_guests_change_drafts(
    token_bearers: TokenBearers, api: Api, sandbox: Sandbox, bought: Document
) -> None:
    """They can request, of what guests have ordered; what follows is up to the shop."""
    alter(sandbox, bought, guest=True)
    channel = token_bearers.guest()
    made = channel.create(TYPE, links={"order": to(bought)})
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
    made = customer.create(TYPE, links={"order": to(bought)})
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
