"""What a test can ask and assert about requests, and how an assertion fails."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from mockserver import Refusal
from mockserver.testing.world import World


def customer(**attributes: Any) -> dict[str, Any]:
    """Return the document of a customer."""
    return {"data": {"type": "customers", "attributes": attributes}}


@pytest.fixture
def asked(sandbox: World) -> World:
    """Return an organization that was asked four things."""
    with sandbox.session() as session:
        session.post("/api/customers", json=customer(email="jane@example.com", password="sesame"))
        session.post("/api/customers", json=customer(email="jane"))
        session.get("/api/customers", params={"page[size]": 5})
    with sandbox.session(mode="live") as session:
        session.get("/api/customer")
    return sandbox


def failure(world: World, *arguments: Any, **words: Any) -> list[str]:
    """Return the lines of what an assertion that fails says."""
    with pytest.raises(AssertionError) as failed:
        world.journal.assert_requested(*arguments, **words)
    return str(failed.value).splitlines()


# --- looking -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("conditions", "statuses"),
    [
        ({}, [201, 422, 200, 404]),
        ({"method": "POST"}, [201, 422]),
        ({"method": ["GET"], "mode": "live"}, [404]),
        ({"path": "/api/customers"}, [201, 422, 200]),
        ({"path": "/api/*", "status": "4xx"}, [422, 404]),
        ({"type": "customers", "action": "list"}, [200]),
        ({"query": {"page[size]": "5"}}, [200]),
        ({"headers": {"Content-Type": None}}, []),
        ({"body": {"/data/attributes/email": "jane"}}, [422]),
        ({"unmatched": True}, [404]),
        ({"fault": True}, []),
        ({"limit": 1, "order": "newest"}, [404]),
        ({"limit": 1, "offset": 1}, [422]),
        ({"text": "JANE@example.com"}, [201, 200]),
    ],
    ids=str,
)
def test_exchanges_are_found(asked: World, conditions: dict[str, Any], statuses: list[int]) -> None:
    """By the conditions of faults, of searches, and both together."""
    found = asked.journal.exchanges(**conditions)

    assert statuses == [exchange["response"]["status"] for exchange in found]


def test_they_are_counted_and_forgotten(asked: World) -> None:
    assert 2 == asked.journal.count(method="POST")

    asked.journal.clear()

    assert (0, "") == (asked.journal.count(), asked.journal.printed())


def test_an_unknown_condition_is_refused(asked: World) -> None:
    """One that is misspelt must not find everything."""
    with pytest.raises(Refusal, match="422"):
        asked.journal.exchanges(methd="POST")


def test_they_say_why_they_were_refused(sandbox: World) -> None:
    """In the words of the error, where there is no other reason, and no fault that is named."""
    sandbox.faults.add({"type": "tags"}, effect="429")
    with sandbox.session() as session:
        session.post("/api/customers", headers={"Content-Type": "text/plain"})
        session.get("/api/tags")
    refused, struck = sandbox.journal.printed().splitlines()

    assert refused.startswith("POST /api/customers -> 415 UNSUPPORTED_MEDIA_TYPE (All requests")
    assert refused.endswith("This request specified 'text/plain'.)")
    assert "You have exceeded" not in struck


def test_they_print_as_a_line_each(asked: World) -> None:
    """With the error's code, the fault that struck and what was meant."""
    asked.faults.add(effect={"timeout": True}, times=1)
    with asked.session() as session, pytest.raises(httpx.TimeoutException):
        session.get("/api/customers", timeout=httpx.Timeout(5, read=0.05))
    (fault,) = asked.faults
    lines = asked.journal.printed().splitlines()
    struck = f"The fault {fault['id']} struck, " + '{"timeout":true}: '
    remedy = f"mockserver faults remove {fault['id']} removes it, mockserver faults clear removes"

    assert [
        "POST /api/customers -> 201",
        "POST /api/customers -> 422 VALIDATION_ERROR (The attribute email is invalid)",
        "GET /api/customers?page[size]=5 -> 200",
        "GET /api/customer -> 404 RECORD_NOT_FOUND (did you mean /api/customers?)",
        f"GET /api/customers -> no answer [{fault['id']}] ({struck}{remedy} all.)",
    ] == lines


# --- asserting -----------------------------------------------------------------------------------


def test_what_was_requested_is_returned(asked: World) -> None:
    journal = asked.journal
    (found,) = journal.assert_requested(
        "POST",
        "/api/customers",
        times=1,
        body=customer(email={"matches": "@example"}),
        status=201,
        mode="test",
    )

    assert "jane@example.com" == found["request"]["body"]["data"]["attributes"]["email"]
    assert 2 == len(journal.assert_requested("POST", "/api/customers"))
    journal.assert_not_requested("DELETE", "/api/*")


def test_a_wrong_body_is_shown_as_a_diff(asked: World) -> None:
    """Of the members that are asked for; secrets of either side stay masked."""
    wanted = customer(email="joan@example.com", password="other")
    lines = failure(asked, "POST", "/api/customers", times=1, body=wanted)

    assert "POST /api/customers with that body: expected once, requested never" == lines[0]
    assert ["-", "+"] == [
        line.strip()[0] for line in lines if '"email": "j' in line and line.strip()[0] in "-+"
    ][:2]
    assert '    -      "email": "joan@example.com",' in lines
    assert '    +      "email": "jane@example.com",' in lines
    assert not any("sesame" in line or "other" in line for line in lines)


def test_another_number_of_times_lists_those(asked: World) -> None:
    first, second, *_ = asked.journal.printed().splitlines()

    assert [
        "POST /api/customers: expected once, requested 2 times",
        "these match:",
        f"  {first}",
        f"  {second}",
    ] == failure(asked, "POST", "/api/customers", times=1)


def test_otherwise_all_requests_are_listed(asked: World) -> None:
    lines = asked.journal.printed().splitlines()

    assert [
        "DELETE /api/customers/*: expected at least once, requested never",
        "requests there were:",
        *(f"  {line}" for line in lines),
    ] == failure(asked, "DELETE", "/api/customers/*")


def test_of_many_the_last_are_listed(sandbox: World) -> None:
    with sandbox.session() as session:
        for _ in range(25):
            session.get("/api/markets")
    lines = failure(sandbox, "GET", "/api/customers")

    assert "  … 5 more before" == lines[2]
    assert 23 == len(lines)


def test_no_requests_at_all_are_none(sandbox: World) -> None:
    assert [
        "GET /api/customers: expected at least once, requested never",
        "there were no requests",
    ] == failure(sandbox, "GET", "/api/customers")


def test_what_must_not_be_requested_is_listed_if_it_was(asked: World) -> None:
    with pytest.raises(AssertionError, match="GET /api/customer: expected never, requested once"):
        asked.journal.assert_not_requested("GET", "/api/customer")


# --- order, and advice ---------------------------------------------------------------------------


def test_requests_in_order(sandbox: World) -> None:
    """Whatever is between them; the first that fits each one is returned."""
    with sandbox.session() as session:
        for path in ("tags", "customers", "tags", "orders"):
            session.get(f"/api/{path}")
    found = sandbox.journal.assert_in_order("GET /api/customers", "GET /api/t*", "GET /api/orders")

    assert ["customers", "tags", "orders"] == [exchange.type for exchange in found]
    assert [] == sandbox.journal.assert_in_order()
    with pytest.raises(AssertionError) as raised:
        sandbox.journal.assert_in_order("GET /api/orders", "GET /api/tags", status=200)
    assert [
        "GET /api/tags (number 2): expected after GET /api/orders, but it was not requested",
        "requests there were:",
        "  GET /api/tags -> 200",
    ] == str(raised.value).splitlines()[:3]
    with pytest.raises(AssertionError, match=r"number 1\): expected, but"):
        sandbox.journal.assert_in_order("DELETE /api/tags/*")
    with pytest.raises(TypeError, match="is not a method and a path, such as"):
        sandbox.journal.assert_in_order("/api/tags")


def test_no_advice(sandbox: World) -> None:
    """Of all requests, or of some; what it is about is said."""
    sandbox.journal.assert_no_advice()
    with sandbox.session() as session:
        session.get("/api/tags?filter[q][nmae_eq]=a")
        session.get("/api/tags/none")
    sandbox.journal.assert_no_advice(type="customers")
    with pytest.raises(AssertionError) as raised:
        sandbox.journal.assert_no_advice()

    said = str(raised.value).splitlines()
    assert "there is advice on these requests:" == said[0]
    assert said[1].startswith("  GET /api/tags?filter[q][nmae_eq]=a -> 200")
    assert "nmae_eq" in said[2]
