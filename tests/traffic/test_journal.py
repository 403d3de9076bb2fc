"""The ring of exchanges, and what is found in it."""

from __future__ import annotations

from typing import Any

import pytest
from marshmallow import ValidationError

from mockserver.access import Access, Owner
from mockserver.effort import STEPS, bounded, spend
from mockserver.errors import Refusal
from mockserver.pointers import pointers
from mockserver.traffic.exchange import Exchange
from mockserver.traffic.head import Head
from mockserver.traffic.journal import BODY_LIMIT, RequestJournal
from mockserver.traffic.journal_search import Search
from mockserver.traffic.note import Note
from mockserver.traffic.route import resolve
from tests.exchanges import START, exchange, journal

NOT_FOUND = b'{"errors":[{"code":"RECORD_NOT_FOUND","status":"404"}]}'


def test_printed() -> None:
    """An exchange is shown with everything that is known of it."""
    one = exchange(
        "POST",
        query="include=tags",
        body=b'{"data": 1}',
        status=201,
        answer=b'{"data": 2}',
        answer_headers=(("Vary", "Accept"), ("Vary", "Origin"), ("ETag", "x")),
        fault="fault-1",
    )
    one.recorded.owner = Owner("Customer", "abc")
    (kept,) = journal(one).find()

    assert kept.serialized() == {
        "id": 1,
        "request_id": "request-1",
        "at": "2026-01-01T00:00:00.000Z",
        "organization": "acme",
        "mode": "test",
        "application": {"id": "AppId", "kind": "integration"},
        "owner": {"type": "Customer", "id": "abc"},
        "type": "customers",
        "action": "create",
        "request": {
            "method": "POST",
            "url": "https://acme.cl.localhost:8443/api/customers?include=tags",
            "path": "/api/customers",
            "query": "include=tags",
            "headers": {
                "host": "acme.cl.localhost:8443",
                "content-type": "application/vnd.api+json",
            },
            "body": {"data": 1},
            "size": 11,
            "truncated": False,
        },
        "response": {
            "status": 201,
            "headers": {"Vary": "Accept, Origin", "ETag": "x"},
            "body": {"data": 2},
            "size": 11,
            "truncated": False,
        },
        "delivered": True,
        "duration_ms": 1.5,
        "fault": "fault-1",
        "stub": None,
        "reason": None,
        "unmatched": None,
        "advice": [],
    }


def noted(path: str = "/api/customers", *, answer: bytes = b"", sent: bytes = b"") -> Note:
    """Return what is noted of a request for this path."""
    head = Head("GET", path, "page[size]=5", {"host": "acme.cl.localhost"}, "https", "127.0.0.1")
    access = Access("acme", "test", "integration", "AppId", owner=Owner("Customer", "abc"))
    headers = ([("ETag", "x")], [("X-Request-Id", "request-1")])
    route = resolve("GET", path)
    return Note(
        head, sent, route, access, START, "request-1", 200, headers, answer, 7.0, 0.0015, over=True
    )


def test_a_note_says_what_an_exchange_does() -> None:
    """All of it, once somebody looks; the ids count notes and exchanges alike."""
    kept = RequestJournal(10)
    kept.add(exchange())
    kept.note(noted(answer=b'{"data": 2}'))

    one, two = kept.find()
    expected = {**one.serialized(), "id": 2, "owner": {"type": "Customer", "id": "abc"}}
    expected["request"] |= {
        "query": "page[size]=5",
        "url": "https://acme.cl.localhost/api/customers?page[size]=5",
        "headers": {"host": "acme.cl.localhost"},
    }
    expected["response"] |= {
        "headers": {"ETag": "x", "X-Request-Id": "request-1"},
        "body": {"data": 2},
        "size": 11,
    }
    shown = two.serialized()
    assert shown.pop("advice")
    assert shown == {name: value for name, value in expected.items() if name != "advice"}
    assert kept.find()[1] is two
    assert two.started == 7.0


def test_a_note_keeps_so_much_of_a_body() -> None:
    """As an exchange does, and knows how much there was."""
    body = b'{"meta":{"record_count":1234,"page_count":5}}' + b" " * BODY_LIMIT
    kept = RequestJournal(10)
    kept.note(noted(answer=body, sent=body))

    (one,) = kept.find()
    assert len(one.body) == len(one.recorded.body) == BODY_LIMIT
    assert one.cut == (len(body), len(body), 1234)


def test_listeners_hear_of_notes() -> None:
    """At once, as exchanges with their ids."""
    kept, heard = RequestJournal(10), []
    stop = kept.listen(heard.append)
    kept.note(noted())
    stop()
    kept.note(noted())

    assert [one.id for one in heard] == [1]
    assert [one.id for one in kept.find()] == [1, 2]


def test_unanswered() -> None:
    """What was not answered has no response."""
    serialized = journal(exchange(status=None, delivered=False)).find()[0].serialized()

    assert serialized["response"] is None
    assert not serialized["delivered"]


def test_ring() -> None:
    """Only the last are kept; their ids go on counting."""
    kept = journal(*(exchange() for _ in range(5)), size=3)

    assert [e.id for e in kept.find()] == [3, 4, 5]
    kept.resize(2)
    assert [e.id for e in kept.find()] == [4, 5]
    assert kept.size == 2
    kept.clear()
    kept.add(exchange())
    assert [e.id for e in kept.find()] == [6]
    assert kept.get(6) is kept.find()[0]
    assert kept.get(1) is None


def test_off() -> None:
    """Size 0 is off, unless somebody listens."""
    kept = RequestJournal(0)
    heard: list[Exchange] = []

    assert not kept.on
    stop = kept.listen(heard.append)
    assert kept.on
    kept.add(exchange())
    stop()
    assert not kept.on
    assert [e.id for e in heard] == [1]
    assert kept.find() == []
    kept.resize(1)
    assert kept.on


def test_bounded_bodies() -> None:
    """Of a long body the beginning is kept, its size is told."""
    body = b"x" * (BODY_LIMIT + 1)
    serialized = journal(exchange(body=body, answer=body * 2)).find()[0].serialized()

    assert len(serialized["request"]["body"]) == BODY_LIMIT
    assert serialized["request"]["size"] == BODY_LIMIT + 1
    assert serialized["request"]["truncated"]
    assert serialized["response"]["size"] == 2 * (BODY_LIMIT + 1)
    assert serialized["response"]["truncated"]


def test_clear_of_an_organization() -> None:
    """Forgetting what one organization did leaves the others alone."""
    kept = journal(exchange(), exchange(organization="other"))
    kept.clear("acme")

    assert [e.id for e in kept.find()] == [2]


@pytest.fixture(scope="module")
def kept() -> RequestJournal:
    """Return five different exchanges."""
    return journal(
        exchange("GET", "/api/customers", moment=START),
        exchange("POST", "/api/customers", status=201, moment=START + 10, fault="fault-1"),
        exchange("GET", "/api/custmers", status=404, answer=NOT_FOUND, moment=START + 20),
        exchange("GET", "/other", organization="other", stub="stub-7", moment=START + 30),
        exchange("GET", "/slow", status=None, delivered=False, fault="header", moment=START + 40),
    )


SEARCHES = [
    ({}, [1, 2, 3, 4, 5]),
    ({"match": {"method": "POST"}}, [2]),
    ({"match": {"path": "/api/*", "method": "GET"}}, [1, 3]),
    ({"match": {"organization": "other"}}, [4]),
    ({"status": 404}, [3]),
    ({"status": [201, 404]}, [2, 3]),
    ({"status": "2xx"}, [1, 2, 4]),
    ({"status": ["4xx", "none"]}, [3, 5]),
    ({"since": "2026-01-01T00:00:20Z"}, [3, 4, 5]),
    ({"until": "2026-01-01T00:00:20Z"}, [1, 2]),
    ({"after": 3}, [4, 5]),
    ({"fault": True}, [2, 5]),
    ({"fault": False}, [1, 3, 4]),
    ({"fault": "fault-1"}, [2]),
    ({"stub": True}, [4]),
    ({"stub": "stub-8"}, []),
    ({"unmatched": True}, [3]),
    ({"unmatched": False}, [1, 2, 4, 5]),
    ({"advice": True}, []),
    ({"request_id": "request-1"}, [1, 2, 3, 4, 5]),
    ({"request_id": "request-2"}, []),
    ({"text": "record_not_FOUND"}, [3]),
    ({"text": 'code":"RECORD'}, [3]),
    ({"limit": 2}, [1, 2]),
    ({"limit": 2, "offset": 3}, [4, 5]),
    ({"limit": 2, "order": "newest"}, [5, 4]),
    ({"after": 1, "limit": 2}, [2, 3]),
]


@pytest.mark.parametrize(("source", "expected"), SEARCHES, ids=str)
def test_search(kept: RequestJournal, source: dict[str, Any], expected: list[int]) -> None:
    """A search finds what fulfils all its conditions, page by page, and counts what is on all."""
    search = Search.load(source)
    paged = {"limit", "offset"} & source.keys()
    found, total = kept.page(search)

    assert expected == [e.id for e in found]
    assert expected == [e.id for e in kept.find(search)]
    assert total == kept.count(search)
    assert paged or total == len(expected)


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, [1, 2, 3, 4, 5]),
        ({"method": "POST,PUT"}, [2]),
        ({"path": "/api/*"}, [1, 2, 3]),
        ({"organization": "acme", "mode": "test", "kind": "integration"}, [1, 2, 3, 5]),
        ({"status": "201,404"}, [2, 3]),
        ({"status": "4xx,none"}, [3, 5]),
        ({"after": "4"}, [5]),
        ({"fault": "true"}, [2, 5]),
        ({"fault": "fault-1"}, [2]),
        ({"unmatched": "true"}, [3]),
        ({"text": "custmers", "limit": "1", "order": "newest"}, [3]),
    ],
    ids=str,
)
def test_parameters(kept: RequestJournal, parameters: dict[str, str], expected: list[int]) -> None:
    """The parameters of a URL ask the same questions."""
    assert expected == [e.id for e in kept.find(Search.from_query(parameters))]


@pytest.mark.parametrize(
    ("source", "pointer"),
    [
        ({"status": 4.5}, "/status"),
        ({"status": "9xx"}, "/status"),
        ({"status": []}, "/status"),
        ({"since": "yesterday"}, "/since"),
        ({"since": 3}, "/since"),
        ({"fault": 3}, "/fault"),
        ({"limit": 0}, "/limit"),
        ({"after": -1}, "/after"),
        ({"unmatched": "yes"}, "/unmatched"),
        ({"text": ""}, "/text"),
        ({"order": "random"}, "/order"),
        ({"match": {"mode": "dev"}}, "/match/mode"),
        ({"colour": 1}, "/colour"),
    ],
    ids=str,
)
def test_invalid_search(source: Any, pointer: str) -> None:
    """What is not asked rightly is refused with a pointer."""
    with pytest.raises(ValidationError) as caught:
        Search.load(source)

    assert [pointer] == [found["pointer"] for found in pointers(caught.value)]


@pytest.mark.parametrize(
    ("parameters", "pointer"),
    [
        ({"limit": "many"}, "/limit"),
        ({"unmatched": "maybe"}, "/unmatched"),
        ({"status": "ok"}, "/status"),
        ({"mode": "dev"}, "/match/mode"),
        ({"page": "2"}, "/page"),
    ],
    ids=str,
)
def test_invalid_parameters(parameters: dict[str, str], pointer: str) -> None:
    """So is what a URL asks wrongly."""
    with pytest.raises(ValidationError) as caught:
        Search.from_query(parameters)

    assert [pointer] == [found["pointer"] for found in pointers(caught.value)]


def test_a_secret_cannot_be_searched_for() -> None:
    """Text is looked for in what is shown."""
    kept = journal(exchange(body=b'{"password": "hunter2"}'))

    assert kept.find(Search.load({"text": "hunter2"})) == []
    assert [e.id for e in kept.find(Search.load({"text": "password"}))] == [1]


def test_large_bodies_are_read_in_pages() -> None:
    """To print hundreds of them at once is too much work for one request; a page is not."""
    one = exchange("POST", body=b"a" * BODY_LIMIT)
    kept = journal(*[one] * 10)

    with bounded():
        spend(STEPS - 5 * BODY_LIMIT)
        assert len([each.serialized() for each in kept.find(Search.load({"limit": 4}))]) == 4
        with pytest.raises(Refusal, match="steps of work"):
            kept.find(Search.load({"text": "nothing"}))
