"""Order subscriptions (neighbours.md §9)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from mockserver.clock import Clock
from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, impossible, refused, refused_with, violation
from tests.scene import (
    alter,
    digest,
    events,
    market,
    offer_subscriptions,
    order,
    stored,
)

JOHN = "john@example.com"
TYPE = "order_subscriptions"
PATH = f"/api/{TYPE}"
NOW = datetime(2030, 1, 15, 12, tzinfo=UTC)
PLACED_AT = "2030-01-10T08:00:00.000Z"


@pytest.fixture(autouse=True)
def _stopped(clock: Clock) -> None:
    """Stop the time."""
    clock.freeze(NOW)


def placed(sandbox: Sandbox, bought: Document, status: str = "placed") -> Document:
    """Place an order some days ago, by other means than the API's."""
    alter(sandbox, bought, status=status, placed_at=PLACED_AT)
    sandbox.fire("orders", bought["id"], "place")
    return bought


def subscribe(api: Api, bought: Document, **attributes: Any) -> Document:
    """Subscribe to an order, monthly unless said otherwise."""
    sent = {"frequency": "monthly", **attributes}
    return api.create(TYPE, links={"source_order": to(bought)}, **sent)


def by_hand(api: Api, **attributes: Any) -> Document:
    """Subscribe to an order that does not activate the subscription."""
    manual = {"activate_by_source_order": False, "starts_at": "2030-02-01T00:00:00Z"}
    return subscribe(api, order(api), **{**manual, **attributes})


def shown(api: Api, object_: Document, *names: str) -> list[Any]:
    """Return some attributes as they are now."""
    attributes = api.get(path_of(object_)).json["data"]["attributes"]
    return [attributes[name] for name in names]


STATE = ("status", "starts_at", "next_run_at")


# --- how it begins --------------------------------------------------------------------------------


@pytest.mark.parametrize("status", ["placed", "approved", "editing"])
def test_of_a_placed_order(api: Api, sandbox: Sandbox, status: str) -> None:
    """It is active from the start, and the order was its first run."""
    made = subscribe(api, placed(sandbox, order(api), status))

    assert shown(api, made, *STATE) == ["active", PLACED_AT, "2030-02-10T08:00:00.000Z"]
    assert shown(api, made, "last_run_at", "occurrencies", "errors_count") == [None, 0, 0]
    assert events(sandbox, made) == [f"{TYPE}.create", f"{TYPE}.activate"]


#: The source orders that start nothing, by what has become of them.
UNPLACED = {
    "draft": {},
    "pending": {"status": "pending"},
    "cancelled": {"status": "cancelled", "placed_at": PLACED_AT},
}


@pytest.mark.parametrize("fields", UNPLACED.values(), ids=UNPLACED)
def test_of_an_order_that_is_not_placed(api: Api, sandbox: Sandbox, fields: Document) -> None:
    """There is nothing yet that could be repeated."""
    bought = order(api)
    alter(sandbox, bought, **fields)
    sent = document(TYPE, frequency="daily", links={"source_order": to(bought)})

    assert got(api.post(PATH, sent)) == refused_with(
        [violation("relationships/source_order", "is invalid", "invalid")]
    )


def test_by_hand(api: Api, sandbox: Sandbox) -> None:
    """Its order does not start it."""
    bought = placed(sandbox, order(api))
    starts_at = "2030-02-01T00:00:00.000Z"
    made = subscribe(api, bought, activate_by_source_order=False, starts_at=starts_at)
    before = shown(api, made, *STATE)
    sandbox.fire("orders", bought["id"], "place")
    as_placed = shown(api, made, *STATE)
    api.update(made, _activate=True)

    assert before == as_placed == ["draft", starts_at, None]
    assert shown(api, made, *STATE) == ["active", starts_at, starts_at]


@pytest.mark.parametrize("starts_at", [None, ""])
def test_by_hand_it_needs_a_start(api: Api, starts_at: str | None) -> None:
    """``starts_at`` is required then."""
    sent = document(
        TYPE,
        frequency="daily",
        activate_by_source_order=False,
        starts_at=starts_at,
        links={"source_order": to(order(api))},
    )

    assert got(api.post(PATH, sent)) == refused_with(
        [violation("attributes/starts_at", "can't be blank", "blank")]
    )


#: When a subscription by hand starts, and when it runs next once it is activated.
STARTS: dict[str, tuple[str, str]] = {
    "later": ("2030-03-01T00:00:00.000Z", "2030-03-01T00:00:00.000Z"),
    "missed": ("2029-12-01T06:00:00.000Z", "2030-02-01T06:00:00.000Z"),
}


@pytest.mark.parametrize(("starts_at", "expected"), STARTS.values(), ids=STARTS)
def test_a_missed_run(api: Api, starts_at: str, expected: str) -> None:
    """Who is activated late misses what has gone by."""
    made = by_hand(api, starts_at=starts_at)
    api.update(made, _activate=True)

    assert shown(api, made, *STATE) == ["active", starts_at, expected]


def test_at_its_start(api: Api) -> None:
    """Who is activated the moment it starts is due then."""
    made = by_hand(api, starts_at="2030-01-15T12:00:00.000Z")
    activated = api.update(made, _activate=True)["attributes"]

    assert activated["next_run_at"] == "2030-01-15T12:00:00.000Z"
    assert shown(api, made, "errors_count", "next_run_at") == [1, "2030-02-15T12:00:00.000Z"]


# --- what it takes from its order -----------------------------------------------------------------


def test_what_the_order_gives(api: Api, sandbox: Sandbox) -> None:
    """Customer, market, and the wallet entry it is paid with."""
    source = ("wire_transfers", "AbcdefghiJ")
    customer = api.create("customers", email=JOHN)
    bought = order(api, {"customer": to(customer)})
    wallet = [
        api.create("customer_payment_sources", links={"customer": to(each)})
        for each in (customer, customer, api.create("customers", email="other@example.com"))
    ]
    for each in (bought, *wallet[1:]):
        alter(sandbox, each, payment_source_type=source[0], payment_source=source[1])
    made = subscribe(api, placed(sandbox, bought))
    linked = {
        name: api.get(f"{path_of(made)}/relationships/{name}").json["data"]
        for name in ("customer", "market", "customer_payment_source", "subscription_model")
    }

    assert linked == {
        "customer": to(customer),
        "market": to(market(api)),
        "customer_payment_source": to(wallet[1]),
        "subscription_model": None,
    }
    assert made["attributes"]["customer_email"] == JOHN
    assert made["attributes"]["number"] == str(stored(sandbox, made)["serial"])


def test_a_market_of_its_own(api: Api, sandbox: Sandbox) -> None:
    """It may be said."""
    links = {"source_order": to(placed(sandbox, order(api))), "market": to(market(api, "usa"))}
    made = api.create(TYPE, frequency="weekly", links=links)

    assert api.get(f"{path_of(made)}/market").json["data"]["id"] == links["market"]["id"]


def test_the_source_order_is_required(api: Api) -> None:
    """So is the frequency."""
    assert got(api.post(PATH, document(TYPE))) == refused_with(
        [
            violation("attributes/frequency", "can't be blank", "blank"),
            violation("relationships/source_order", "can't be blank", "blank"),
        ]
    )


# --- states ---------------------------------------------------------------------------------------

#: By trigger: the states it is allowed in, the one it leads to, and the event.
TRIGGERS = {
    "_activate": (("draft", "inactive"), "active", "activate"),
    "_deactivate": (("active",), "inactive", "deactivate"),
    "_cancel": (("draft", "inactive", "active"), "cancelled", "cancel"),
}
STATES = ("draft", "inactive", "active", "running", "cancelled")


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("trigger", TRIGGERS)
def test_triggers(api: Api, sandbox: Sandbox, trigger: str, state: str) -> None:
    """Each has its states; in the others it changes nothing, and is no mistake in its own."""
    sources, target, event = TRIGGERS[trigger]
    made = by_hand(api)
    alter(sandbox, made, status=state)
    before = digest(sandbox)
    answer = api.patch(path_of(made), document(TYPE, made["id"], **{trigger: True}))

    if state in sources:
        assert answer.json["data"]["attributes"]["status"] == target
        assert events(sandbox, made) == [f"{TYPE}.create", f"{TYPE}.{event}"]
        return
    if state == target:
        assert answer.status_code == 200
    else:
        assert got(answer) == refused_with([impossible(state, target)])
    assert digest(sandbox) == before


@pytest.mark.parametrize("value", [False, None, ""])
@pytest.mark.parametrize("trigger", [*TRIGGERS, "_convert"])
def test_triggers_that_do_not_fire(api: Api, sandbox: Sandbox, trigger: str, value: Any) -> None:
    """Only true does."""
    made = by_hand(api)
    before = digest(sandbox)
    api.update(made, **{trigger: value})

    assert digest(sandbox) == before


def test_a_pause(api: Api, sandbox: Sandbox, clock: Clock) -> None:
    """A subscription that is activated again goes on as it began."""
    made = subscribe(api, placed(sandbox, order(api)))
    api.update(made, _deactivate=True)
    clock.advance(timedelta(days=60))
    api.update(made, _activate=True)

    assert shown(api, made, *STATE) == ["active", PLACED_AT, "2030-04-10T08:00:00.000Z"]


def test_the_end(api: Api, sandbox: Sandbox) -> None:
    """It does not run any more."""
    made = subscribe(api, placed(sandbox, order(api)))
    api.update(made, _cancel=True)

    assert shown(api, made, *STATE) == ["cancelled", PLACED_AT, None]


NO_MODEL = violation("relationships/subscription_model", "can't be blank", "blank")
ENDED = violation("attributes/_convert", "is invalid", "invalid")
NOT_OFFERED = violation(
    "attributes/frequency", "is not included in the list", "inclusion", value="monthly"
)


@pytest.mark.parametrize(
    ("offered", "status", "errors"),
    [
        (["monthly"], "draft", []),
        ([], "draft", [NO_MODEL]),
        (["weekly"], "draft", [NOT_OFFERED]),
        (["monthly"], "cancelled", [ENDED]),
    ],
    ids=["model", "no model", "another frequency", "cancelled"],
)
def test_conversion(
    api: Api, sandbox: Sandbox, offered: list[str], status: str, errors: list[Document]
) -> None:
    """It takes a subscription model of its market, and a subscription that is not over."""
    made = by_hand(api)
    alter(sandbox, made, status=status)
    if offered:
        model = offer_subscriptions(api, *offered)
    else:
        model = None
        api.update(market(api), links={"subscription_model": None})
    answer = api.patch(path_of(made), document(TYPE, made["id"], _convert=True))

    assert answer.json.get("errors", []) == errors
    expected = None if errors else model and model["id"]
    assert stored(sandbox, made)["subscription_model"] == expected


# --- rules ----------------------------------------------------------------------------------------

#: What is sent of a subscription by hand, and what is wrong with it.
RULES: dict[str, tuple[Document, Document]] = {
    "frequency": (
        {"frequency": "now and then"},
        violation("attributes/frequency", "is invalid", "invalid", value="now and then"),
    ),
    "too-often": (
        {"frequency": "*/5 * * * *"},
        violation("attributes/frequency", "is invalid", "invalid", value="*/5 * * * *"),
    ),
    "alert-too-short": (
        {"renewal_alert_period": 0},
        violation(
            "attributes/renewal_alert_period",
            "must be greater than or equal to 1",
            "greater_than_or_equal_to",
            value=0,
            count=1,
        ),
    ),
    "alert-too-long": (
        {"renewal_alert_period": 721},
        violation(
            "attributes/renewal_alert_period",
            "must be less than or equal to 720",
            "less_than_or_equal_to",
            value=721,
            count=720,
        ),
    ),
    "ends-before-it-starts": (
        {"expires_at": "2030-02-01"},
        violation(
            "attributes/expires_at",
            "must be after starts_at",
            "after",
            value="2030-02-01T00:00:00.000Z",
        ),
    ),
}


@pytest.mark.parametrize(("sent", "error"), RULES.values(), ids=RULES)
def test_rules(api: Api, sandbox: Sandbox, sent: Document, error: Document) -> None:
    """On create and on update."""
    made = by_hand(api)
    manual = {"activate_by_source_order": False, "starts_at": "2030-02-01T00:00:00Z"}
    links = {"source_order": to(order(api))}
    body = document(TYPE, links=links, **{"frequency": "daily", **manual, **sent})
    before = digest(sandbox)

    assert got(api.patch(path_of(made), document(TYPE, made["id"], **sent))) == refused_with(
        [error]
    )
    assert got(api.post(PATH, body)) == refused_with([error])
    assert digest(sandbox) == before


def test_the_next_run_is_in_the_future(api: Api, sandbox: Sandbox) -> None:
    """It can be moved there."""
    made = subscribe(api, placed(sandbox, order(api)))
    now, later = "2030-01-15T12:00:00.000Z", "2030-01-15T12:00:00.001Z"
    answer = api.patch(path_of(made), document(TYPE, made["id"], next_run_at=now))
    never = api.patch(path_of(made), document(TYPE, made["id"], next_run_at=None))
    api.update(made, next_run_at=later, frequency="daily")
    moved = shown(api, made, "next_run_at")
    api.update(made, next_run_at="2030-05-01", _deactivate=True)
    api.update(made, next_run_at="2030-06-01", _activate=True)

    assert got(answer) == refused_with(
        [violation("attributes/next_run_at", "is invalid", "invalid", value=now)]
    )
    assert got(never) == refused_with(
        [violation("attributes/next_run_at", "is invalid", "invalid", value=None)]
    )
    assert moved == [later]
    assert shown(api, made, "next_run_at") == ["2030-06-01T00:00:00.000Z"]


def test_another_frequency(api: Api, sandbox: Sandbox) -> None:
    """The next run is one period after the last one; there has been none but the order itself."""
    made = subscribe(api, placed(sandbox, order(api)))
    api.update(made, frequency="weekly")

    assert shown(api, made, "next_run_at") == ["2030-01-17T08:00:00.000Z"]


@pytest.mark.parametrize(
    ("expires_at", "status"),
    [("2030-02-10T08:00:00.001Z", "active"), ("2030-02-10T08:00:00.000Z", "inactive")],
)
def test_its_end(api: Api, sandbox: Sandbox, expires_at: str, status: str) -> None:
    """What would run next when it is over does not go on."""
    made = subscribe(api, placed(sandbox, order(api)))
    api.update(made, expires_at=expires_at)

    over = [f"{TYPE}.deactivate"] if status == "inactive" else []
    assert shown(api, made, "status") == [status]
    assert events(sandbox, made)[2:] == over


def test_the_models_frequencies(api: Api, sandbox: Sandbox) -> None:
    """A market with a subscription model offers those of the model; by hand, none is taken."""
    offer_subscriptions(api, "weekly", "yearly")
    links = {"source_order": to(placed(sandbox, order(api)))}
    answer = api.post(PATH, document(TYPE, frequency="daily", links=links))
    made = api.create(TYPE, frequency="weekly", links=links)

    title = "is not included in the list"
    assert got(answer) == refused_with(
        [violation("attributes/frequency", title, "inclusion", value="daily")]
    )
    assert stored(sandbox, made)["subscription_model"] is None


# --- who, and what else ---------------------------------------------------------------------------


def test_a_logged_customer(token_bearers: TokenBearers, api: Api, sandbox: Sandbox) -> None:
    """It sees and steers its own; it makes none."""
    customer = api.create("customers", email=JOHN, password=PASSWORD)
    own = subscribe(api, placed(sandbox, order(api, {"customer": to(customer)})))
    other = subscribe(api, placed(sandbox, order(api, customer_email="other@example.com")))
    john = token_bearers.customer(JOHN)
    sent = document(TYPE, frequency="daily", links={"source_order": to(order(api))})

    assert ids(john.get(PATH)) == ids(john.get(f"{path_of(customer)}/{TYPE}")) == [own["id"]]
    assert john.update(own, _deactivate=True)["attributes"]["status"] == "inactive"
    assert got(john.get(path_of(other))) == refused("UNAUTHORIZED")
    assert got(john.post(PATH, sent)) == refused("UNAUTHORIZED")
    assert got(john.delete(path_of(own))) == refused("UNAUTHORIZED")
    assert got(token_bearers.guest().get(path_of(own))) == refused("UNAUTHORIZED")


def test_relationships(api: Api, sandbox: Sandbox) -> None:
    """Its order, customer and market know of it, and it of them."""
    bought = order(api, customer_email=JOHN)
    made = subscribe(api, placed(sandbox, bought))
    shown_ = api.get(f"{path_of(made)}?include=source_order.order_subscriptions,customer,market")
    included = [each["type"] for each in shown_.json["included"]]
    customer = api.get(f"{path_of(made)}/customer").json["data"]

    assert sorted(included) == ["customers", "markets", "orders"]
    for whose in (bought, customer):
        assert ids(api.get(f"{path_of(whose)}/{TYPE}")) == [made["id"]]
        answer = api.get(f"{path_of(whose)}/relationships/{TYPE}").json["data"]
        assert answer == [to(made)]
    assert api.get(f"{path_of(made)}/orders").json["data"] == []


def test_deleting(api: Api, sandbox: Sandbox) -> None:
    """Its order stays, and cannot be deleted before."""
    made = by_hand(api)
    bought = api.get(f"{path_of(made)}/source_order").json["data"]
    held = api.delete(path_of(bought))
    api.delete(path_of(made))

    number = stored(sandbox, bought)["serial"]
    assert got(held) == refused("LOCKED", f"Failed to destroy Order with id={number}")
    assert events(sandbox, made) == [f"{TYPE}.create", f"{TYPE}.destroy"]
    assert api.delete(path_of(bought)).status_code == 204


@pytest.mark.parametrize("state", STATES)
def test_what_goes_on_is_not_deleted(api: Api, sandbox: Sandbox, state: str) -> None:
    """A draft can go, and one that is over."""
    made = by_hand(api)
    alter(sandbox, made, status=state)
    answer = api.delete(path_of(made))

    assert answer.status_code == (204 if state in ("draft", "cancelled") else 423)
