"""What the real service would object to."""

from __future__ import annotations

import json
from typing import Any

import pytest

from mockserver.access import Owner
from mockserver.traffic.advice import (
    MANY_PAGES,
    MANY_RETRIEVES,
    PAGE_WINDOW,
    RETRIEVE_WINDOW,
    Evidence,
    Habits,
    advise,
    header_line,
    record_count,
)
from mockserver.traffic.recorded_request import RecordedRequest
from mockserver.traffic.route import resolve

QUIET = Evidence()


def asked(method: str = "GET", url: str = "/api/customers", body: Any = None) -> RecordedRequest:
    path, _, query = url.partition("?")
    sent = b"" if body is None else json.dumps(body).encode()
    route = resolve(method, path)
    return RecordedRequest(method, path, query, body=sent, route=route, application="AppId")


def attributes(**values: Any) -> Any:
    return {"data": {"attributes": values}}


def is_request(value: object) -> bool:
    """Say whether a parameter is a request."""
    return isinstance(value, RecordedRequest)


@pytest.mark.parametrize(
    ("recorded", "evidence", "codes"),
    [
        (asked(), QUIET, []),
        (asked(), Evidence(over=True), ["rate_limit"]),
        (asked(), Evidence(ignored=[("customers", "emial_eq")]), ["ignored_filter"]),
        (asked(), Evidence(total=100), []),
        (asked(), Evidence(total=101), ["full_list"]),
        (asked(url="/api/customers/"), Evidence(total=101), ["full_list"]),
        (asked(url="/api/customers?filter[q][email_eq]=x"), Evidence(total=101), []),
        (asked(url="/api/customers/x/orders"), Evidence(total=101), []),
        (asked(url="/api/customers?page[size]=10"), QUIET, []),
        (asked(url="/api/customers?page[size]=25"), QUIET, ["page_size"]),
        (asked(url="/api/customers?page%5Bsize%5D=25"), QUIET, ["page_size"]),
        (asked(url="/api/customers?page[size]=25&filter[q][id_eq]=1"), QUIET, []),
        (asked(), Evidence(similar=MANY_PAGES), ["page_walk"]),
        (asked(url="/api/customers/x"), Evidence(similar=MANY_RETRIEVES - 1), []),
        (asked(url="/api/customers/x"), Evidence(similar=MANY_RETRIEVES), ["n_plus_one"]),
        (asked(url="/api/customers/x/orders"), Evidence(similar=MANY_RETRIEVES), ["n_plus_one"]),
        (asked("PATCH", "/api/customers/x"), Evidence(similar=99), []),
        (
            asked("PATCH", "/api/orders/x", attributes(gift_card_or_coupon_code="x")),
            QUIET,
            ["deprecated"],
        ),
        (asked("PATCH", "/api/orders/x", attributes(coupon_code="x")), QUIET, []),
        (asked("PATCH", "/api/markets/x", attributes(_regenerate_shared_secret=True)), QUIET,
         ["deprecated"]),
        (asked(url="/api/order_subscriptions?include=order_copies"), QUIET, ["deprecated"]),
        (asked(url="/api/orders?fields[orders]=number,gift_card_or_coupon_code"), QUIET,
         ["deprecated"]),
        (asked("POST", "/oauth/token", {"scope": "market:all"}), QUIET, []),
        (asked("POST", "/oauth/token", {"scope": "market:id:12"}), QUIET, []),
        (asked("POST", "/oauth/token", {"scope": "market:12 stock_location:3"}), QUIET,
         ["legacy_scope"]),
        (asked("GET", "/oauth/authorize?scope=market%3A12"), QUIET, ["legacy_scope"]),
    ],
    ids=lambda value: f"{value.method} {value.path}?{value.query}" if is_request(value) else
    None,
)  # fmt: skip
def test_rule(recorded: RecordedRequest, evidence: Evidence, codes: list[str]) -> None:
    """Each rule objects to what it is about, and to nothing else."""
    assert codes == [advice.code for advice in advise(recorded, 200, evidence)]


def test_details() -> None:
    """Each objection is a sentence that names what would do."""
    retrieve = advise(asked(url="/api/customers/x/orders"), 200, Evidence(similar=7))
    linkage = advise(asked(url="/api/customers/x/relationships/tags"), 200, Evidence(similar=7))
    scope = advise(asked("POST", "/oauth/token", {"scope": "market:12"}), 200, QUIET)

    assert (
        retrieve[0].detail
    ) == "7 requests for single orders in a row: include=orders in the list would do with one."
    assert "include=tags in the list" in linkage[0].detail
    assert scope[0].detail.endswith("name it as market:id: or market:code:.")


UNKNOWN = "is ignored, there is no such condition"
IGNORED = {
    "a typo": (["emial_eq"], f"filter[q][emial_eq] {UNKNOWN}; did you mean email_eq?"),
    "nothing like it": (["zzz_eq"], f"filter[q][zzz_eq] {UNKNOWN}."),
    "two": (["zzz_eq", "yyy"], f"filter[q][zzz_eq] {UNKNOWN}. filter[q][yyy] {UNKNOWN}."),
    "many": (["zzz"] * 500, f"filter[q][zzz] {UNKNOWN}. " * 5 + "So are 495 more."),
    "long": (["x" * 5000], f"filter[q][{'x' * 100}...] {UNKNOWN}."),
    "lines": (["x\r\ny"], f"filter[q][x??y] {UNKNOWN}."),
}


@pytest.mark.parametrize(("keys", "detail"), IGNORED.values(), ids=IGNORED)
def test_ignored_conditions_are_named(keys: list[str], detail: str) -> None:
    """With the nearest one that there is; of many the first, in one readable line."""
    (advice,) = advise(asked(), 200, Evidence(ignored=[("customers", key) for key in keys]))

    assert ("ignored_filter", detail) == (advice.code, advice.detail)


@pytest.mark.parametrize("status", [None, 404, 429, 500])
def test_refused_already(status: int | None) -> None:
    """Where the call did not work, there is nothing to add."""
    assert advise(asked(), status, Evidence(over=True, total=1000)) == ()


@pytest.mark.parametrize("name", ["_request_anonymization", "_cancel_anonymization"])
@pytest.mark.parametrize(
    ("owner", "status", "codes"),
    [
        (None, 401, ["user_token"]),
        (Owner("Customer", "JohnJohnJo"), 401, ["user_token"]),
        (Owner("User", "RingoRingo"), 401, []),
        (None, 422, []),
        (None, 404, []),
    ],
)
def test_refused_anonymization(
    name: str, owner: Owner | None, status: int, codes: list[str]
) -> None:
    """Who has no user's token is told how to get one."""
    recorded = asked("PATCH", "/api/customers/x", attributes(**{name: True}))
    recorded.owner = owner
    found = advise(recorded, status, QUIET)

    assert codes == [each.code for each in found]
    assert all("`mockserver token --user`" in each.detail for each in found)


@pytest.mark.parametrize(
    "recorded",
    [
        asked("PATCH", "/api/customers/x", attributes(email="a@example.com")),
        asked("PATCH", "/api/customers/x", {"data": {"attributes": ["_request_anonymization"]}}),
        asked("PATCH", "/api/orders/x", attributes(_request_anonymization=True)),
        asked("GET", "/api/customers/x"),
    ],
    ids=["nothing of it", "malformed", "another type", "no body"],
)
def test_other_refusals_for_want_of_a_token(recorded: RecordedRequest) -> None:
    """They are not about a user."""
    assert advise(recorded, 401, QUIET) == ()


def test_header() -> None:
    """The header is one line of ASCII."""
    recorded = asked(url="/api/customers?page[size]=25")
    line = header_line(advise(recorded, 200, Evidence(over=True)))

    assert line.startswith("rate_limit: The real service would have refused this with 429.; page_")
    assert line.isascii()
    assert line.isprintable()


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"data":[],"meta":{"record_count":1234,"page_count":50}}', 1234),
        (b'{"data":[]}', 0),
        (b'"record_count":', 0),
        (b"", 0),
    ],
)
def test_record_count(body: bytes, expected: int) -> None:
    """The count is read out of the document without parsing it."""
    assert expected == record_count(body)


def test_habits() -> None:
    """Different records of a kind are counted, by application, while they are close in time."""
    habits = Habits()
    first = [habits.note(asked(url=f"/api/customers/{n}"), n / 10) for n in range(5)]
    again = habits.note(asked(url="/api/customers/4"), 0.5)
    others = habits.note(asked(url="/api/orders/1"), 0.5)
    lists = habits.note(asked(url="/api/customers"), 0.5)
    related = habits.note(asked(url="/api/customers/1/orders"), 0.5)
    later = habits.note(asked(url="/api/customers/9"), 0.5 + RETRIEVE_WINDOW)
    stranger = asked(url="/api/customers/10")
    stranger.application = "Other"

    assert first == [1, 2, 3, 4, 5]
    assert (again, others, lists, related, later) == (5, 1, 1, 1, 1)
    assert habits.note(stranger, 0.5) == 1
    assert habits.note(asked("PATCH", "/api/customers/1"), 0.5) == 1


def test_pages() -> None:
    """Different pages of a list are counted, the same one again is not."""
    habits = Habits()
    pages = [1, 2, 2, 3]
    found = [habits.note(asked(url=f"/api/customers?page[number]={n}"), 1.0) for n in pages]

    assert found == [1, 2, 2, 3]
    assert habits.note(asked(url="/api/customers?page[number]=9"), 1.0 + PAGE_WINDOW) == 1


def test_habits_are_bounded() -> None:
    """A thousand applications do not fill the memory."""
    habits = Habits()
    for number in range(2500):
        recorded = asked(url="/api/customers/1")
        recorded.application = str(number)
        habits.note(recorded, 1.0)

    assert len(habits._seen) <= 1000
