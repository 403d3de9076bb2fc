"""Time as a test sets it: of its organization alone, obeyed by everything in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from mockserver import MockServer, Refusal
from mockserver.clock import parse_timestamp
from mockserver.testing.world import World

NOON = "2026-01-15T12:00:00.000Z"
SPANS = ["PT1H", 3600, 3600.0, timedelta(hours=1)]


def since_now(world: World) -> timedelta:
    """Return how far the clock is from the machine's."""
    moment = parse_timestamp(world.clock.now)
    assert moment
    return moment - datetime.now(UTC)


@pytest.mark.parametrize(
    "moment", [NOON, "2026-01-15T13:00+01:00", datetime(2026, 1, 15, 12, tzinfo=UTC)]
)
def test_it_stands_where_it_is_frozen(sandbox: World, moment: str | datetime) -> None:
    sandbox.clock.freeze(moment)
    made = sandbox.test.create("customers", email="jane@example.com")

    assert sandbox.clock.is_frozen
    assert [NOON] * 2 == [sandbox.clock.now, made["created_at"]]


def test_it_freezes_where_it_is(sandbox: World) -> None:
    sandbox.clock.freeze()

    assert sandbox.clock.is_frozen
    assert abs(since_now(sandbox)) < timedelta(seconds=10)


@pytest.mark.parametrize("span", SPANS)
def test_it_advances_by_any_span(sandbox: World, span: str | float | timedelta) -> None:
    """Frozen it goes on standing, running it goes on running."""
    sandbox.clock.advance(span)

    assert timedelta(minutes=59) < since_now(sandbox) < timedelta(minutes=61)

    sandbox.clock.freeze(NOON)
    sandbox.clock.advance(span)

    assert "2026-01-15T13:00:00.000Z" == sandbox.clock.now


def test_it_runs_so_far_away_and_thaws(sandbox: World) -> None:
    sandbox.clock.shift("-P1D")

    assert not sandbox.clock.is_frozen
    assert since_now(sandbox) < timedelta(hours=-23)

    sandbox.clock.thaw()

    assert abs(since_now(sandbox)) < timedelta(seconds=10)


def test_tokens_expire_by_it(sandbox: World) -> None:
    with sandbox.session() as session:
        assert 200 == session.get("/api/customers").status_code

        sandbox.clock.advance("PT4H1S")
        late = session.get("/api/customers")

    assert (401, "INVALID_TOKEN") == (late.status_code, late.json()["errors"][0]["code"])


def test_others_have_their_own(sandbox: World, mockserver: MockServer) -> None:
    sandbox.clock.freeze(NOON)

    assert not mockserver.organization().clock.is_frozen


@pytest.mark.parametrize("span", ["an hour", "-PT1H", -1, "-P1M"])
def test_what_is_no_span_is_refused(sandbox: World, span: str | float) -> None:
    with pytest.raises(Refusal, match="422"):
        sandbox.clock.advance(span)


def test_what_is_no_moment_is_refused(sandbox: World) -> None:
    with pytest.raises(Refusal, match="ISO 8601"):
        sandbox.clock.freeze("noon")
