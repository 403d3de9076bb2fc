"""Orders on their way from draft to fulfilled, and what that makes of customers.

neighbours.md §7.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, impossible, refused, refused_with, violation
from tests.scene import (
    address,
    alter,
    cart,
    complete,
    coupon,
    digest,
    events,
    gift_card,
    line,
    market,
    offer_subscriptions,
    order,
    shown,
    sku,
    stored,
)
from tests.till import payable, ship

JOHN = "john@example.com"
STATUSES = ("draft", "pending", "editing", "placing", "placed", "approved", "cancelled")


def patch(api: Api, bought: Document, *, links: Document | None = None, **attributes: Any) -> Any:
    """Change an order; return the answer."""
    body = document("orders", bought["id"], links=links, **attributes)
    return api.patch(path_of(bought), body)


# --- every trigger in every status ----------------------------------------------------------------

ANYWHERE = {status: status for status in STATUSES}
#: Where each trigger leads, from the statuses it is allowed in.
LEADS: dict[str, dict[str, str]] = {
    "_pending": {"draft": "pending", "placing": "pending"},
    "_place": {"draft": "placed", "pending": "placed", "placing": "placing"},
    "_approve": {"placed": "approved"},
    "_approve_and_capture": {"placed": "approved"},
    "_cancel": {"placed": "cancelled", "editing": "cancelled", "approved": "cancelled"},
    "_start_editing": {"placed": "editing"},
    "_stop_editing": {"editing": "placed"},
    "_fulfill": {"approved": "approved"},
    **dict.fromkeys(("_archive", "_unarchive", "_refresh"), ANYWHERE),
}


#: What each asks for: another status than the first one, for some.
GOALS: dict[str, tuple[str, str]] = {
    "_pending": ("status", "pending"),
    "_place": ("status", "placed"),
    "_approve": ("status", "approved"),
    "_approve_and_capture": ("status", "approved"),
    "_cancel": ("status", "cancelled"),
    "_start_editing": ("status", "editing"),
    "_stop_editing": ("status", "placed"),
    "_fulfill": ("fulfillment_status", "fulfilled"),
}


#: Those that come after everything else of a request.
LATE = {
    *("_approve", "_approve_and_capture", "_cancel", "_fulfill", "_place", "_stop_editing"),
}


@pytest.mark.parametrize("status", STATUSES)
@pytest.mark.parametrize("trigger", LEADS)
def test_every_trigger_in_every_status(
    api: Api, sandbox: Sandbox, trigger: str, status: str
) -> None:
    """It leads on, does nothing where it leads to, and is refused elsewhere."""
    bought = cart(api)
    # An order that is a draft though it has everything: the next change would make it pending.
    held = {"payment_status": "authorized", "fulfillment_status": "unfulfilled"}
    alter(sandbox, bought, status=status, **held)
    before = digest(sandbox)
    field, goal = GOALS.get(trigger, ("status", ""))
    target = goal if status == goal else LEADS[trigger].get(status)
    start = stored(sandbox, bought)[field]
    if trigger in LATE and status == "draft":
        # What has everything becomes pending first: these look at what is reckoned by then.
        start = {"status": "pending", "fulfillment_status": "not_required"}[field]
    answer = patch(api, bought, **{trigger: True})

    if target is None:
        assert got(answer) == refused_with([impossible(start, goal, field)])
    # Of a placing that was refused, the order keeps the errors (commerce.md §23).
    is_refused_placing = trigger == "_place" and target is None and status != goal
    if status == goal or target is None or (trigger, status) == ("_place", "placing"):
        assert (digest(sandbox) == before) is not is_refused_placing
    if target is not None:
        settled = "pending" if target == "draft" else target
        assert answer.json["data"]["attributes"]["status"] == settled


#: What is sent in turn, and what has become of the order: fields, events and stamps.
COURSES: dict[str, tuple[tuple[str, ...], Mapping[str, Any], list[str], set[str]]] = {
    "placed": (
        ("_place",),
        {"status": "placed", "payment_status": "authorized", "fulfillment_status": "unfulfilled"},
        ["authorize", "place"],
        {"placed_at", "payment_updated_at"},
    ),
    "approved": (
        ("_place", "_approve"),
        {"status": "approved", "payment_status": "authorized", "fulfillment_status": "unfulfilled"},
        ["authorize", "place", "approve"],
        {"placed_at", "approved_at", "payment_updated_at"},
    ),
    "captured": (
        ("_authorize", "_place", "_approve_and_capture", "_cancel"),
        {"status": "cancelled", "payment_status": "refunded", "fulfillment_status": "unfulfilled"},
        [
            "authorize",
            "place",
            "approve",
            "pay",
            "start_fulfilling",
            "cancel",
            "refund",
            "cancel_fulfilling",
        ],
        {
            "placed_at",
            "approved_at",
            "cancelled_at",
            "payment_updated_at",
            "fulfillment_updated_at",
        },
    ),
    "cancelled": (
        ("_authorize", "_place", "_approve", "_cancel"),
        {"status": "cancelled", "payment_status": "voided", "fulfillment_status": "unfulfilled"},
        ["authorize", "place", "approve", "cancel", "void"],
        {"placed_at", "approved_at", "cancelled_at", "payment_updated_at"},
    ),
    "edited": (
        ("_place", "_start_editing", "_stop_editing"),
        {"status": "placed"},
        ["authorize", "place", "start_editing", "stop_editing"],
        {"placed_at", "payment_updated_at"},
    ),
    "archived": (
        ("_archive",),
        {"status": "pending"},
        [],
        {"archived_at"},
    ),
    "unarchived": (("_archive", "_unarchive"), {"status": "pending"}, [], set()),
}
STAMPS = (
    "placed_at",
    "approved_at",
    "cancelled_at",
    "payment_updated_at",
    "fulfillment_updated_at",
    "archived_at",
)


@pytest.mark.parametrize(("triggers", "fields", "told", "stamps"), COURSES.values(), ids=COURSES)
def test_courses(  # noqa: PLR0913 - the row of the table
    api: Api,
    sandbox: Sandbox,
    *,
    triggers: tuple[str, ...],
    fields: Mapping[str, Any],
    told: list[str],
    stamps: set[str],
) -> None:
    """One trigger after the other: fields, events in order, and moments."""
    bought = payable(api, 1000)
    begun = events(sandbox, bought)
    for trigger in triggers:
        api.update(bought, **{trigger: True})
    now = shown(api, bought)

    assert {name: now[name] for name in fields} == fields
    assert events(sandbox, bought)[len(begun) :] == [f"orders.{event}" for event in told]
    assert {name for name in STAMPS if now[name]} == stamps


@pytest.mark.parametrize("trigger", ["_place", "_approve", "_cancel", "_archive", "_authorize"])
def test_asking_twice(api: Api, sandbox: Sandbox, clock: Clock, trigger: str) -> None:
    """The second time there is nothing to do: no moment, no event, no change.

    commerce.md §14.1.
    """
    bought = cart(api, JOHN)
    for step in {"_approve": ("_place",), "_cancel": ("_authorize", "_place")}.get(trigger, ()):
        api.update(bought, **{step: True})
    first = api.update(bought, **{trigger: True})
    before = digest(sandbox)
    clock.advance(timedelta(hours=1))
    again = patch(api, bought, **{trigger: True})

    assert again.json["data"]["attributes"] == first["attributes"]
    assert digest(sandbox) == before


def test_what_is_fulfilled_is_not_cancelled(api: Api, sandbox: Sandbox) -> None:
    """It has arrived."""
    bought = cart(api)
    for trigger in ("_place", "_approve"):
        api.update(bought, **{trigger: True})
    alter(sandbox, bought, fulfillment_status="fulfilled")
    before = digest(sandbox)

    assert got(patch(api, bought, _cancel=True)) == refused_with(
        [impossible("approved", "cancelled")]
    )
    assert digest(sandbox) == before


# --- pending by itself ----------------------------------------------------------------------------


def test_pending_by_itself(api: Api, sandbox: Sandbox) -> None:
    """Once there is a customer and a line item, whichever comes first."""
    with_line, with_customer = order(api), order(api, customer_email=JOHN)
    line(api, with_line)
    drafts = [shown(api, each)["status"] for each in (with_line, with_customer)]
    api.update(with_line, customer_email=JOHN)
    line(api, with_customer)

    assert drafts == ["draft", "draft"]
    for bought in (with_line, with_customer):
        assert shown(api, bought)["status"] == "pending"
        assert events(sandbox, bought) == ["orders.create", "orders.draft", "orders.pending"]


def test_pending_once(api: Api, sandbox: Sandbox) -> None:
    """What is added later changes no status."""
    bought = cart(api)
    line(api, bought)
    api.update(bought, reference="r")

    assert events(sandbox, bought).count("orders.pending") == 1


# --- placing --------------------------------------------------------------------------------------

NO_CUSTOMER = violation("attributes/customer_email", "can't be blank", "blank")
NO_LINES = violation("relationships/line_items", "can't be blank", "blank")
NOT_YET = impossible("draft", "placed")
Made = Callable[[Api], Document]
INCOMPLETE: dict[str, tuple[Made, list[Document]]] = {
    "nothing": (order, [NOT_YET, NO_CUSTOMER, NO_LINES]),
    "no-line-items": (lambda api: order(api, customer_email=JOHN), [NOT_YET, NO_LINES]),
}


@pytest.mark.parametrize(("make", "errors"), INCOMPLETE.values(), ids=INCOMPLETE)
def test_placing_what_is_incomplete(
    api: Api, sandbox: Sandbox, make: Made, errors: list[Document]
) -> None:
    """The refusal says that a draft cannot be placed, and all that is missing."""
    bought = make(api)
    before = stored(sandbox, bought)

    assert got(patch(api, bought, _place=True)) == refused_with(errors)
    after = stored(sandbox, bought)
    assert {n for n in before if before[n] != after[n]} == {"errors_count", "updated_at"}


def test_placing_without_a_customer(api: Api) -> None:
    """The line items alone do not do; the customer may come with the placing."""
    bought = order(api)
    line(api, bought)
    complete(api, bought)

    assert got(patch(api, bought, _place=True)) == refused_with([NOT_YET, NO_CUSTOMER])
    assert patch(api, bought, _place=True, customer_email=JOHN).status_code == 200


def test_placing_what_has_lost_its_line_items(api: Api, sandbox: Sandbox) -> None:
    """It is a draft again (commerce.md §4)."""
    bought = cart(api)
    for id_ in ids(api.get(f"{path_of(bought)}/line_items")):
        api.delete(f"/api/line_items/{id_}")

    assert events(sandbox, bought)[-1] == "orders.draft"
    assert got(patch(api, bought, _place=True)) == refused_with([NOT_YET, NO_LINES])


def test_a_placed_order(api: Api, clock: Clock) -> None:
    """The moment and the total are kept."""
    bought = cart(api)
    clock.freeze()
    attributes = api.update(bought, _place=True)["attributes"]

    assert attributes["placed_at"] == clock.timestamp()
    assert attributes["place_total_amount_cents"] == 1000
    assert attributes["editable"] is False


def test_what_costs_nothing_is_free(api: Api) -> None:
    """A total of zero needs no payment."""
    bought = order(api, customer_email=JOHN)
    line(api, bought, unit_amount_cents=0)
    api.update(bought, links={"billing_address": to(address(api))})

    assert api.update(bought, _place=True)["attributes"]["payment_status"] == "free"
    assert api.update(bought, _approve=True)["attributes"]["payment_status"] == "free"


def test_what_is_not_shipped_needs_no_fulfillment(api: Api) -> None:
    """When every SKU says so."""
    bought = order(api, customer_email=JOHN)
    sku(api, "EBOOK", do_not_ship=True)
    line(api, bought, sku_code="EBOOK")
    complete(api, bought)

    assert api.update(bought, _place=True)["attributes"]["fulfillment_status"] == "not_required"
    approved = api.update(bought, _approve=True)["attributes"]
    assert approved["fulfillment_status"] == "not_required"
    assert got(patch(api, bought, _fulfill=True)) == refused_with(
        [impossible("not_required", "fulfilled", "fulfillment_status")]
    )


def test_placing_asynchronously(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """First ``placing``; placed, and counted, a moment later."""
    clock.freeze()
    bought = cart(api, place_async=True)
    placing = api.update(bought, _place=True)["attributes"]
    customer = api.get(f"{path_of(bought)}/customer").json["data"]
    clock.advance(timedelta(minutes=1))
    placed = shown(api, bought)

    assert (placing["status"], placing["placed_at"]) == ("placing", None)
    assert customer["attributes"]["status"] == "prospect"
    assert (placed["status"], placed["place_total_amount_cents"]) == ("placed", 1000)
    assert shown(api, customer)["status"] == "acquired"
    assert events(sandbox, bought)[-3:] == ["orders.placing", "orders.authorize", "orders.place"]


def test_placing_asynchronously_asked_for_twice(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """It is under way, and comes once."""
    clock.freeze()
    bought = cart(api, place_async=True)
    for _ in range(2):
        assert api.update(bought, _place=True)["attributes"]["status"] == "placing"
    clock.advance(timedelta(minutes=1))

    assert shown(api, bought)["status"] == "placed"
    assert [events(sandbox, bought).count(f"orders.{e}") for e in ("placing", "place")] == [1, 1]


def test_placing_called_off(api: Api, clock: Clock) -> None:
    """An order that has gone back is not placed by the wish of before."""
    clock.freeze()
    bought = cart(api, place_async=True)
    api.update(bought, _place=True)
    api.update(bought, _pending=True)
    clock.advance(timedelta(minutes=1))

    assert shown(api, bought)["status"] == "pending"


def test_a_guest_places(token_bearers: TokenBearers, api: Api) -> None:
    """What checkouts do; afterwards the order can be read but not changed."""
    sku(api)
    guest = token_bearers.guest()
    bought = guest.create("orders", customer_email=JOHN)
    line(guest, bought, sku_code="CAP")
    complete(api, bought)
    place = {"shipping_address": to(address(api))}
    api.update(bought, links=place)
    ship(api, bought)
    placed = guest.update(bought, _place=True)

    assert placed["attributes"]["status"] == "placed"
    assert guest.get(path_of(bought)).status_code == 200
    assert got(patch(guest, bought, reference="r")) == refused("UNAUTHORIZED")


# --- customers (customers.md §9) ------------------------------------------------------------------


def test_customers_follow_from_their_orders(api: Api, sandbox: Sandbox) -> None:
    """``prospect``, ``acquired``, ``repeat``: each step is told of once, and none goes back."""
    seen = []
    made = []
    for _ in range(4):
        bought = cart(api)
        made.append(api.update(bought, _place=True))
        customer = api.get(f"{path_of(bought)}/customer").json["data"]
        attributes = customer["attributes"]
        seen.append((attributes["status"], attributes["total_orders_count"]))
    api.update(made[0], _cancel=True)
    cart(api)

    assert seen == [("acquired", 1), ("repeat", 2), ("repeat", 3), ("repeat", 4)]
    assert shown(api, customer)["total_orders_count"] == 4
    assert events(sandbox, customer) == [
        "customers.create",
        "customers.acquired",
        "customers.repeat",
    ]


def test_editing_counts_once(api: Api) -> None:
    """An order is placed once, however often it is edited."""
    bought = cart(api)
    for trigger in ("_place", "_start_editing", "_stop_editing"):
        api.update(bought, **{trigger: True})
    customer = api.get(f"{path_of(bought)}/customer").json["data"]

    assert customer["attributes"]["total_orders_count"] == 1


def test_new_and_returning(api: Api) -> None:
    """The first placed order is a new customer's."""
    types = [api.update(cart(api), _place=True)["attributes"]["customer_type"] for _ in range(2)]

    assert types == ["new", "returning"]


# --- whose order: a guest's? ----------------------------------------------------------------------


def test_guest_follows_from_the_customer(api: Api) -> None:
    """An order is a guest's unless its customer is registered, or it is said otherwise."""
    api.create("customers", email=JOHN, password=PASSWORD)
    api.create("customers", email="guest@example.com")
    made = {
        "nobody": order(api),
        "registered": order(api, customer_email=JOHN),
        "guest": order(api, customer_email="guest@example.com"),
        "said": order(api, customer_email=JOHN, guest=True),
        "signed up": order(api, customer_email="new@example.com", customer_password=PASSWORD),
    }
    guests = {name for name, bought in made.items() if bought["attributes"]["guest"]}
    later = api.update(made["nobody"], customer_email="guest@example.com")["attributes"]["guest"]
    signed_up = api.update(made["guest"], customer_password=PASSWORD)["attributes"]["guest"]
    other = api.update(made["said"], reference="r")["attributes"]["guest"]

    assert guests == {"guest", "said"}
    assert (later, signed_up, other) == (True, False, True)


# --- what stays once it is placed -----------------------------------------------------------------

Sent = Callable[[Api], Document]
#: What would change a placed order, and the member that is blamed.
CHANGES: dict[str, tuple[Sent, str]] = {
    "market": (
        lambda api: {"links": {"market": to(market(api, "usa"))}},
        "relationships/market",
    ),
    "customer": (
        lambda api: {"links": {"customer": to(api.create("customers", email="b@example.com"))}},
        "relationships/customer",
    ),
    "customer_email": (
        lambda _: {"customer_email": "b@example.com"},
        "attributes/customer_email",
    ),
    "coupon_code": (
        lambda api: {"coupon_code": coupon(api)["attributes"]["code"]},
        "attributes/coupon_code",
    ),
    "gift_card_code": (
        lambda api: {"gift_card_code": gift_card(api)["attributes"]["code"]},
        "attributes/gift_card_code",
    ),
    "billing_address": (
        lambda api: {"links": {"billing_address": to(address(api))}},
        "relationships/billing_address",
    ),
    "clone": (
        lambda api: {"_shipping_address_clone_id": address(api)["id"]},
        "attributes/_shipping_address_clone_id",
    ),
    **{
        f"{name}_taxable": (
            lambda _, name=name: {f"{name}_taxable": True},  # type: ignore[misc]
            f"attributes/{name}_taxable",
        )
        for name in ("freight", "payment_method", "adjustment", "gift_card")
    },
}


@pytest.mark.parametrize("status", ["placing", "placed", "approved", "cancelled", "editing"])
@pytest.mark.parametrize(("sent", "blamed"), CHANGES.values(), ids=CHANGES)
def test_what_a_placed_order_keeps(
    api: Api, sandbox: Sandbox, *, sent: Sent, blamed: str, status: str
) -> None:
    """It can be changed while it is edited, and not otherwise."""
    bought = cart(api)
    alter(sandbox, bought, status=status)
    answer = patch(api, bought, **sent(api))

    if status == "editing":
        assert answer.status_code == 200
    else:
        assert got(answer) == refused_with([violation(blamed, "can't be changed", "not_editable")])


def test_what_may_change_all_the_same(api: Api) -> None:
    """What somebody notes about a placed order, and what is as it was."""
    bought = cart(api)
    api.update(bought, _place=True)
    changed = api.update(
        bought, reference="r", metadata={"a": 1}, customer_email=JOHN, language_code="it"
    )["attributes"]

    assert (changed["reference"], changed["metadata"]) == ("r", {"a": 1})


# --- deleting -------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", STATUSES)
def test_deleting(api: Api, sandbox: Sandbox, status: str) -> None:
    """Before it is placed, with its line items; not afterwards."""
    bought = cart(api)
    alter(sandbox, bought, status=status)
    lines = len(ids(api.get("/api/line_items")))
    answer = api.delete(path_of(bought))
    gone = status in {"draft", "pending"}

    assert answer.status_code == (204 if gone else 423)
    assert len(ids(api.get("/api/line_items"))) == (0 if gone else lines)
    assert ("orders.destroy" in events(sandbox, bought)) is gone


def test_no_order_is_updated_while_it_goes(api: Api, sandbox: Sandbox) -> None:
    """Its line items are not subtracted from what is about to be gone."""
    bought = order(api, customer_email=JOHN)
    line(api, bought)

    def changes() -> list[str]:
        entries = sandbox.partition.select("event_stores")[0]
        return [each["event"] for each in entries if each["resource_id"] == bought["id"]]

    before = changes()
    api.delete(path_of(bought))

    assert changes() == [*before, "destroy"]


# --- subscriptions --------------------------------------------------------------------------------


def test_creating_subscriptions(api: Api, sandbox: Sandbox) -> None:
    """One for each frequency of the line items, upon placing or after it; once, and not before."""
    offer_subscriptions(api, "weekly", "monthly")
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    bought = order(api, {"customer": to(customer)})
    for number, frequency in enumerate(("weekly", "monthly", "weekly", None)):
        sku(api, f"SKU{number}", do_not_ship=True)
        line(api, bought, sku_code=f"SKU{number}", frequency=frequency)
    complete(api, bought)
    early = api.update(bought, _create_subscriptions=True)["attributes"]
    placed = api.update(bought, _place=True, _create_subscriptions=True)["attributes"]
    before = digest(sandbox)
    again = patch(api, bought, _create_subscriptions=True)
    made = api.get(f"{path_of(bought)}/order_subscriptions").json["data"]

    assert early["subscription_created_at"] is None
    assert (again.status_code, digest(sandbox)) == (200, before)
    assert placed["subscription_created_at"] >= placed["placed_at"]
    assert [each["attributes"]["frequency"] for each in made] == ["weekly", "monthly"]
    assert {stored(sandbox, each)["market"] for each in made} == {stored(sandbox, bought)["market"]}
    assert events(sandbox, bought)[-1] == "orders.create_subscriptions"


def test_nothing_to_subscribe_to(api: Api, sandbox: Sandbox) -> None:
    """Without frequencies nothing happens."""
    bought = cart(api)
    placed = api.update(bought, _place=True, _create_subscriptions=True)

    assert placed["attributes"]["subscription_created_at"] is None
    assert "orders.create_subscriptions" not in events(sandbox, bought)


# --- what does nothing ----------------------------------------------------------------------------

NO_EFFECT = ("_validate",)


@pytest.mark.parametrize("trigger", NO_EFFECT)
def test_triggers_without_an_effect(api: Api, sandbox: Sandbox, trigger: str) -> None:
    """They are accepted, and change nothing."""
    bought = cart(api)
    before = digest(sandbox)

    assert patch(api, bought, **{trigger: True}).status_code == 200
    assert digest(sandbox) == before


@pytest.mark.parametrize("make", [cart, lambda api: line(api, order(api))], ids=["order", "line"])
def test_a_circuit_is_closed(api: Api, sandbox: Sandbox, make: Made) -> None:
    """Whatever opened it."""
    object_ = make(api)
    opened = {"circuit_state": "open", "circuit_failure_count": 30}
    alter(sandbox, object_, **opened)
    attributes = api.update(object_, _reset_circuit=True)["attributes"]

    assert [attributes[name] for name in opened] == ["closed", 0]
