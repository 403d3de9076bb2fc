"""Time: frozen, moved, advanced; and everything obeys it."""

from __future__ import annotations

import time
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from mockserver.app import MockServerApp
from mockserver.clock import parse_timestamp
from mockserver.control.control_plane import ControlPlane
from mockserver.seeding.credentials import PASSWORD, REDIRECT_URI
from tests.client import Api
from tests.conftest import Make
from tests.control_clients import client_of, credential, password_request, refused, token_request

NEW_YEAR = "2030-01-01T00:00:00.000Z"
REAL = {"real": True}
Json = Any


@pytest.fixture
def world(plane: ControlPlane) -> Json:
    """Return the organization, at new year."""
    plane.clocks.set({"frozen_at": NEW_YEAR}, "acme")
    return plane.organizations.retrieve("acme")


def away(moment: str) -> timedelta:
    """Return how far a moment is from the machine's clock."""
    parsed, now = parse_timestamp(moment), time.time()
    assert parsed is not None
    return timedelta(seconds=parsed.timestamp() - now)


def near(actual: timedelta, expected: timedelta) -> bool:
    return abs(actual - expected) < timedelta(seconds=20)


# --- setting -------------------------------------------------------------------------------------


def test_real(plane: ControlPlane) -> None:
    """It runs with the machine's until somebody says otherwise."""
    clock = plane.clocks.retrieve()

    assert (clock["frozen_at"], clock["offset"]) == (None, 0)
    assert near(away(clock["now"]), timedelta())


def test_frozen_time_never_runs(plane: ControlPlane) -> None:
    plane.clocks.set({"frozen_at": "2030-01-01T01:00:00+01:00"})
    time.sleep(0.01)

    expected = {"now": NEW_YEAR, "frozen_at": NEW_YEAR, "offset": 0}
    assert expected == plane.clocks.retrieve() == plane.clocks.retrieve("acme")


def test_frozen_where_it_is(plane: ControlPlane) -> None:
    """All of them at the same moment."""
    plane.organizations.create()
    frozen = plane.clocks.set({"frozen_at": "now"})

    assert near(away(frozen["now"]), timedelta())
    assert [frozen] * 2 == [plane.clocks.retrieve(slug) for slug in ("acme", "world-1")]


@pytest.mark.parametrize(
    ("offset", "expected"),
    [
        ("P1W", timedelta(weeks=1)),
        ("-P1DT2H3M4.5S", -timedelta(days=1, hours=2, minutes=3, seconds=4.5)),
        ("PT36H", timedelta(hours=36)),
        (90, timedelta(seconds=90)),
        (-0.5, timedelta(seconds=-0.5)),
        (0, timedelta()),
    ],
)
def test_an_offset_runs(plane: ControlPlane, offset: Any, expected: timedelta) -> None:
    """So far away from the machine's clock."""
    clock = plane.clocks.set({"offset": offset})

    assert (clock["frozen_at"], clock["offset"]) == (None, expected.total_seconds())
    assert near(away(clock["now"]), expected)


@pytest.mark.parametrize("by", ["P1DT1S", 86401, 86401.0])
def test_advancing_a_frozen_clock(plane: ControlPlane, by: Any) -> None:
    """It stands again, further on."""
    plane.clocks.set({"frozen_at": NEW_YEAR})

    assert plane.clocks.advance({"by": by})["frozen_at"] == "2030-01-02T00:00:01.000Z"


@pytest.mark.parametrize(
    ("start", "by", "end"),
    [
        ("2026-01-31T10:00:00.000Z", "P1M", "2026-02-28T10:00:00.000Z"),
        ("2028-01-31T10:00:00.000Z", "P1M", "2028-02-29T10:00:00.000Z"),
        ("2026-01-31T10:00:00.000Z", "P2M", "2026-03-31T10:00:00.000Z"),
        ("2026-11-30T10:00:00.000Z", "P3M", "2027-02-28T10:00:00.000Z"),
        ("2028-02-29T10:00:00.000Z", "P1Y", "2029-02-28T10:00:00.000Z"),
        ("2026-12-15T10:00:00.000Z", "P1Y1M2W1DT1H", "2028-01-30T11:00:00.000Z"),
    ],
)
def test_calendar_spans(plane: ControlPlane, start: str, by: str, end: str) -> None:
    """Lead to the same day of the month, or its last; what is of a clock comes on top."""
    plane.clocks.set({"frozen_at": start})

    assert plane.clocks.advance({"by": by})["frozen_at"] == end


def test_a_calendar_span_away(plane: ControlPlane) -> None:
    """An offset is counted from the machine's present."""
    offset = plane.clocks.set({"offset": "-P1Y"})["offset"]

    assert offset in (-365.0 * 86400, -366.0 * 86400)


def test_advancing_a_running_clock(plane: ControlPlane) -> None:
    """It goes on running."""
    plane.clocks.set({"offset": "P1D"})

    assert plane.clocks.advance({"by": "PT1H"})["offset"] == 90_000.0
    assert plane.clocks.set(REAL)["offset"] == 0


def test_what_is_printed_can_be_sent_back(plane: ControlPlane) -> None:
    """However the clock runs."""
    for body in ({"frozen_at": NEW_YEAR}, {"offset": 90}, REAL):
        clock = plane.clocks.set(body)

        again = plane.clocks.set(clock)
        assert {**clock, "now": ""} == {**again, "now": ""}


WRONG: list[tuple[Any, str]] = [
    ({}, ""),
    ([], ""),
    ("now", ""),
    ({"now": NEW_YEAR}, ""),
    ({"at": NEW_YEAR}, "/at"),
    ({"frozen_at": "soon"}, "/frozen_at"),
    ({"frozen_at": 0}, "/frozen_at"),
    ({"frozen_at": True}, "/frozen_at"),
    ({"frozen_at": "1969-12-31T23:59:59Z"}, "/frozen_at"),
    ({"frozen_at": "9999-12-31T00:00:00Z"}, "/frozen_at"),
    ({"frozen_at": "0001-01-01T00:00:00+14:00"}, "/frozen_at"),
    ({"offset": "1 day"}, "/offset"),
    ({"offset": "P"}, "/offset"),
    ({"offset": "PT"}, "/offset"),
    ({"offset": "P1DT"}, "/offset"),
    ({"offset": "P1M1Y"}, "/offset"),
    ({"offset": "P1.5M"}, "/offset"),
    ({"offset": "P1201M"}, "/offset"),
    ({"offset": "P" + "9" * 5000 + "Y"}, "/offset"),
    ({"offset": "P٣D"}, "/offset"),
    ({"offset": "P" + "9" * 400 + "D"}, "/offset"),
    ({"offset": 1e300}, "/offset"),
    ({"offset": float("nan")}, "/offset"),
    ({"offset": True}, "/offset"),
    ({"offset": None}, "/offset"),
    ({"real": False}, "/real"),
    ({"real": 1}, "/real"),
    ({"frozen_at": NEW_YEAR, "offset": 5}, ""),
    ({"frozen_at": NEW_YEAR, "real": True}, ""),
]


@pytest.mark.parametrize(("body", "pointer"), WRONG, ids=str)
def test_no_clock(plane: ControlPlane, body: Any, pointer: str) -> None:
    """Refused, and the clock is as it was."""
    before = plane.clocks.set({"frozen_at": NEW_YEAR})

    assert refused(lambda: plane.clocks.set(body)) == [(422, pointer)]
    assert before == plane.clocks.retrieve()


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, "/by"),
        ([], ""),
        ({"by": -1}, "/by"),
        ({"by": "-PT1S"}, "/by"),
        ({"by": "-P1M"}, "/by"),
        ({"by": "soon"}, "/by"),
        ({"by": "P36601D"}, "/by"),
        ({"by": 1, "to": 2}, "/to"),
    ],
    ids=str,
)
def test_no_advance(plane: ControlPlane, body: Any, pointer: str) -> None:
    before = plane.clocks.set({"frozen_at": NEW_YEAR})

    assert refused(lambda: plane.clocks.advance(body)) == [(422, pointer)]
    assert before == plane.clocks.retrieve()


def test_the_end_of_time(plane: ControlPlane) -> None:
    """No clock reaches it, and then none advances."""
    plane.organizations.create()
    plane.clocks.set({"frozen_at": "8999-12-31T23:59:59Z"}, "world-1")
    before = plane.clocks.set({"frozen_at": NEW_YEAR}, "acme")

    assert refused(lambda: plane.clocks.advance({"by": "PT1S"})) == [(422, "/by")]
    assert before == plane.clocks.retrieve("acme")
    plane.clocks.advance({"by": "PT0.5S"})


def test_of_one_or_of_all(plane: ControlPlane) -> None:
    """One alone leaves the others; all are those to come, too."""
    plane.organizations.create()
    plane.clocks.set({"frozen_at": NEW_YEAR}, "world-1")
    assert plane.clocks.retrieve("acme")["frozen_at"] is None

    plane.clocks.set({"frozen_at": "2031-01-01"})
    plane.clocks.advance({"by": "P1D"}, "acme")
    plane.clocks.advance({"by": "PT1H"})
    plane.organizations.create()

    moments = [
        plane.clocks.retrieve(slug)["now"][:13] for slug in ("acme", "world-1", "world-2", "*")
    ]
    assert moments == ["2031-01-02T01", "2031-01-01T01", "2031-01-01T01", "2031-01-01T01"]


@pytest.mark.parametrize("call", ["retrieve", "set", "advance"])
def test_of_nobody(plane: ControlPlane, call: str) -> None:
    bodies = {"retrieve": (), "set": (REAL,), "advance": ({"by": 1},)}

    assert refused(lambda: getattr(plane.clocks, call)(*bodies[call], "nobody")) == [(404, "")]


# --- obeying -------------------------------------------------------------------------------------


def test_timestamps(fresh: MockServerApp, plane: ControlPlane, world: Json) -> None:
    """Of what is created, changed and recorded."""
    api = client_of(fresh, world)
    made = api.create("customers", email="a@example.com", password="secret1")
    plane.clocks.advance({"by": "PT30M"}, "acme")
    changed = api.update(made, reference="x")["attributes"]

    assert (changed["created_at"], changed["updated_at"]) == (NEW_YEAR, "2030-01-01T00:30:00.000Z")
    events = api.get("/api/events").json["data"]
    assert {event["attributes"]["created_at"] for event in events} == {NEW_YEAR}
    assert [
        exchange["at"] for exchange in plane.journal.list({"action": "update"})["exchanges"]
    ] == ["2030-01-01T00:30:00.000Z"]


@pytest.mark.parametrize(("kind", "lifetime"), [("integration", 7200), ("sales_channel", 14400)])
def test_an_access_token_expires(
    fresh: MockServerApp, plane: ControlPlane, world: Json, kind: str, lifetime: int
) -> None:
    """By advancing, to the second; a new one is given then."""
    own = credential(world, kind)
    asked = {n: own[n] for n in ("client_id", "client_secret", "scope") if own[n]}
    answer = fresh.authorization.token({"grant_type": "client_credentials", **asked})
    api, statuses = Api(fresh, answer["access_token"]), []
    for by in (0, lifetime - 1, 1):
        plane.clocks.advance({"by": by}, "acme")
        statuses.append(api.get("/api/organization").status_code)

    assert (answer["expires_in"], statuses) == (lifetime, [200, 200, 401])
    again = fresh.authorization.token({"grant_type": "client_credentials", **asked})
    assert again["created_at"] == answer["created_at"] + lifetime
    assert Api(fresh, again["access_token"]).get("/api/organization").status_code == 200


def test_a_token_of_the_future(fresh: MockServerApp, plane: ControlPlane, world: Json) -> None:
    """Setting the clock back does not end it: only its expiry is looked at."""
    api = client_of(fresh, world)
    plane.clocks.set({"frozen_at": "2029-01-01"}, "acme")

    assert api.get("/api/organization").status_code == 200


def test_a_refresh_token_expires(fresh: MockServerApp, plane: ControlPlane, world: Json) -> None:
    """After two weeks."""
    plane.organizations.seed("acme", {"customers": 1})
    tokens = [
        fresh.authorization.token(password_request(world, "john@example.com", PASSWORD))
        for _ in range(2)
    ]
    plane.clocks.advance({"by": "P2W"}, "acme")
    statuses = [_refresh(fresh, world, tokens[0])]
    plane.clocks.set({"frozen_at": "2030-01-14T23:59:59Z"}, "acme")
    statuses.append(_refresh(fresh, world, tokens[1]))

    assert statuses == [400, 200]


def _refresh(app: MockServerApp, world: Json, token: Json) -> int:
    own = credential(world, "sales_channel")
    asked = {"grant_type": "refresh_token", "client_id": own["client_id"]}
    sent = {**asked, "refresh_token": token["refresh_token"]}
    return app.test_client().post("/oauth/token", json=sent).status_code


def test_an_authorization_code_expires(
    fresh: MockServerApp, plane: ControlPlane, world: Json
) -> None:
    """After ten minutes."""
    own, statuses, http = credential(world, "webapp"), [], fresh.test_client()
    shared = {"client_id": own["client_id"], "redirect_uri": REDIRECT_URI}
    for by in (599, 600):
        plane.clocks.set({"frozen_at": NEW_YEAR}, "acme")
        query = {"response_type": "code", "scope": own["scope"], **shared}
        location = http.get("/oauth/authorize", query_string=query).headers["Location"]
        code = parse_qs(urlsplit(location).query)["code"][0]
        plane.clocks.advance({"by": by}, "acme")
        sent = {"grant_type": "authorization_code", "code": code, **shared}
        answer = http.post("/oauth/token", json={**sent, "client_secret": own["client_secret"]})
        statuses.append(answer.status_code)

    assert statuses == [200, 400]


def test_windows_of_rate_limits(make: Make) -> None:
    """Those of the API and of the token endpoint slide with the organization's clock."""
    app = make(rate_limits=True)
    app.plane.organizations.create({"slug": "other"})
    app.plane.clocks.set({"frozen_at": NEW_YEAR})
    world = app.plane.organizations.retrieve("acme")
    api, http = client_of(app, world), app.test_client()

    def ask() -> tuple[int, int]:
        token = http.post("/oauth/token", json=token_request(world)).status_code
        return api.get("/api/tags").status_code, token

    found = [ask() for _ in range(26)]
    assert (found[-2:], {ask() for _ in range(4)}) == ([(200, 200), (429, 200)], {(429, 200)})
    assert ask() == (429, 429)
    app.plane.clocks.advance({"by": 60}, "other")
    assert ask() == (429, 429)
    app.plane.clocks.advance({"by": 60}, "acme")
    assert ask() == (200, 200)


def test_a_request_of_nobody(fresh: MockServerApp, plane: ControlPlane) -> None:
    """It has the first organization's time."""
    plane.organizations.create()
    plane.clocks.set({"frozen_at": NEW_YEAR}, "acme")

    fresh.test_client().get("/nowhere")

    assert plane.journal.list({})["exchanges"][0]["at"] == NEW_YEAR
