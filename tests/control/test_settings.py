"""Settings at run time, health, counts."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver import __version__
from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.oauth.issuing import LIFETIMES
from tests.client import Api
from tests.conftest import Make
from tests.control_clients import client_of, refused, token_request

DEFAULTS = {
    "rate_limits": "off",
    "token_lifetimes": dict(LIFETIMES),
    "reuse_tokens": True,
    "jwt_bearer_requires_enterprise": False,
    "strict_filters": False,
    "journal_size": 1000,
    "history_size": 10_000,
    "deliveries_size": 1000,
    "history_days": 0,
    "anonymization_delay": 86_400,
    "job_delay": 1,
    "service_timeout": 5,
    "webhook_content_type": "application/json",
    "advice": False,
    "reason": False,
    "hsts": False,
}


def spend(api: Api, count: int) -> list[int]:
    """Send so many requests and return the statuses that came, each once, in order."""
    return list(dict.fromkeys(api.get("/api/tags").status_code for _ in range(count)))


def test_the_settings_of_the_start(make: Make) -> None:
    """Those that nobody has told, and those that somebody has."""
    told = {"strict_filters": True, "journal_size": 7, "advice": True, "reuse_tokens": False}
    told |= {"history_size": 8, "deliveries_size": 5, "history_days": 9}
    enterprise = {"jwt_bearer_requires_enterprise": True}

    assert make().plane.settings.settings() == DEFAULTS
    assert make(rate_limits=True, **told, **enterprise).plane.settings.settings() == {
        **DEFAULTS,
        **told,
        **enterprise,
        "rate_limits": "real",
    }


def test_what_is_left_out_stays(plane: ControlPlane) -> None:
    """The answer is all of them, and can be sent back."""
    changed = {"rate_limits": {"scale": 0.5}, "token_lifetimes": {"integration": 60}}
    lifetimes = {**LIFETIMES, "integration": 60}
    expected = {**DEFAULTS, **changed, "token_lifetimes": lifetimes}

    assert expected == plane.settings.change(changed) == plane.settings.settings()
    assert expected == plane.settings.change({}) == plane.settings.change(expected)
    assert plane.settings.change({"advice": True}) == {**expected, "advice": True}


def test_how_long_external_services_have(make: Make) -> None:
    """From the start, and from now on."""
    app = make(service_timeout=2)
    before = app.services.transport.limit
    app.plane.settings.change({"service_timeout": 7})

    assert (before, app.services.transport.limit) == (2, 7)
    # Webhooks have what the real service gives them.
    assert app.dispatcher.transport.limit == 5


WRONG: list[tuple[Any, str]] = [
    ([], ""),
    ("off", ""),
    ({"rate_limit": "off"}, "/rate_limit"),
    ({"rate_limits": "on"}, "/rate_limits"),
    ({"rate_limits": True}, "/rate_limits"),
    ({"rate_limits": None}, "/rate_limits"),
    ({"rate_limits": []}, "/rate_limits"),
    ({"rate_limits": {"scale": 0}}, "/rate_limits"),
    ({"rate_limits": {"scale": -1}}, "/rate_limits"),
    ({"rate_limits": {"scale": True}}, "/rate_limits"),
    ({"rate_limits": {"scale": "1"}}, "/rate_limits"),
    ({"rate_limits": {"scale": 1e9}}, "/rate_limits"),
    ({"rate_limits": {"scale": 1, "per": 1}}, "/rate_limits"),
    ({"token_lifetimes": 60}, "/token_lifetimes"),
    ({"token_lifetimes": {"robot": 60}}, "/token_lifetimes/robot"),
    ({"token_lifetimes": {"integration": 0}}, "/token_lifetimes/integration"),
    ({"token_lifetimes": {"integration": "60"}}, "/token_lifetimes/integration"),
    ({"token_lifetimes": {"integration": 1.5}}, "/token_lifetimes/integration"),
    ({"token_lifetimes": {"integration": 10**12}}, "/token_lifetimes/integration"),
    ({"strict_filters": "yes"}, "/strict_filters"),
    ({"strict_filters": 1}, "/strict_filters"),
    ({"lenient_filters": True}, "/lenient_filters"),
    ({"reuse_tokens": None}, "/reuse_tokens"),
    ({"jwt_bearer_requires_enterprise": "true"}, "/jwt_bearer_requires_enterprise"),
    ({"anonymization_delay": -1}, "/anonymization_delay"),
    ({"job_delay": "1"}, "/job_delay"),
    ({"job_delay": True}, "/job_delay"),
    ({"webhook_content_type": "text/html"}, "/webhook_content_type"),
    ({"webhook_content_type": 1}, "/webhook_content_type"),
    ({"advice": []}, "/advice"),
    ({"service_timeout": 0}, "/service_timeout"),
    ({"service_timeout": 61}, "/service_timeout"),
    ({"service_timeout": "5"}, "/service_timeout"),
    ({"journal_size": -1}, "/journal_size"),
    ({"journal_size": 10**6}, "/journal_size"),
    ({"journal_size": True}, "/journal_size"),
    ({"journal_size": "10"}, "/journal_size"),
    ({"history_size": -1}, "/history_size"),
    ({"history_days": 36_501}, "/history_days"),
]


@pytest.mark.parametrize(("body", "pointer"), WRONG, ids=str)
def test_what_cannot_be_set(plane: ControlPlane, body: Any, pointer: str) -> None:
    """Is refused with the pointer; what goes with it is not set either."""
    together = {"advice": True, **body} if isinstance(body, dict) and "advice" not in body else body

    assert refused(lambda: plane.settings.change(together)) == [(422, pointer)]
    assert plane.settings.settings() == DEFAULTS


# --- what they do --------------------------------------------------------------------------------


def test_rate_limits(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Off, real, scaled; what was spent before is forgotten."""
    plane.clocks.set({"frozen_at": "2030-01-01"})
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    found = []
    for setting in ("off", "real", {"scale": 0.2}, {"scale": 2}, "off"):
        plane.settings.change({"rate_limits": setting})
        found.append((spend(api, 5), spend(api, 20), spend(api, 25), spend(api, 1)))

    assert found == [
        ([200], [200], [200], [200]),
        ([200], [200], [429], [429]),
        ([200], [429], [429], [429]),
        ([200], [200], [200], [429]),
        ([200], [200], [200], [200]),
    ]


def test_rate_limits_of_the_token_endpoint(fresh: MockServerApp, plane: ControlPlane) -> None:
    """They are scaled with the others; the answer is that server's."""
    plane.clocks.set({"frozen_at": "2030-01-01"})
    plane.settings.change({"rate_limits": {"scale": 0.1}})
    http, asked = fresh.test_client(), token_request(plane.organizations.retrieve("acme"))
    answers = [http.post("/oauth/token", json=asked) for _ in range(4)]

    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert answers[-1].json["errors"][0]["title"] == "too_many_requests"
    assert answers[-1].headers["X-Ratelimit-Limit"] == "3"


def test_token_lifetimes(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Of the tokens to come."""
    plane.clocks.set({"frozen_at": "2030-01-01"})
    plane.settings.change({"token_lifetimes": {"integration": 60}, "reuse_tokens": False})
    asked = token_request(plane.organizations.retrieve("acme"))
    answer = fresh.authorization.token(asked)
    api, statuses = Api(fresh, answer["access_token"]), []
    for by in (59, 1):
        plane.clocks.advance({"by": by})
        statuses.append(api.get("/api/tags").status_code)

    assert (answer["expires_in"], statuses) == (60, [200, 401])


def test_reuse_of_tokens(fresh: MockServerApp, plane: ControlPlane) -> None:
    asked, found = token_request(plane.organizations.retrieve("acme")), []
    for reuse in (True, False):
        plane.settings.change({"reuse_tokens": reuse})
        tokens = {fresh.authorization.token(asked)["access_token"] for _ in range(2)}
        found.append(len(tokens))

    assert found == [1, 2]


def test_strict_filters(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Of the server, where an organization does not have its own."""
    own = [
        plane.organizations.create({"settings": {"strict_filters": strict}})
        for strict in (True, False)
    ]
    statuses = []
    for strict in (False, True, False):
        plane.settings.change({"strict_filters": strict})
        for world in (plane.organizations.retrieve("acme"), *own):
            answer = client_of(fresh, world).get("/api/customers", {"filter[q][nope_eq]": "x"})
            statuses.append(answer.status_code)

    assert statuses == [200, 400, 200, 400, 400, 200, 200, 400, 200]


def test_the_size_of_the_journal(fresh: MockServerApp, plane: ControlPlane) -> None:
    """The newest are kept; none is switched off."""
    api, found = client_of(fresh, plane.organizations.retrieve("acme")), []
    for size in (5, 2, 0, 3):
        plane.settings.change({"journal_size": size})
        spend(api, 4)
        found.append(plane.journal.list({})["total"])

    assert found == [4, 2, 0, 3]


def test_advice_in_a_header(fresh: MockServerApp, plane: ControlPlane) -> None:
    api, found = client_of(fresh, plane.organizations.retrieve("acme")), []
    for advice in (True, False):
        plane.settings.change({"advice": advice})
        answer = api.get("/api/customers", {"page[size]": "25"})
        found.append("X-Mock-Advice" in answer.headers)

    assert found == [True, False]


# --- health --------------------------------------------------------------------------------------


@pytest.mark.parametrize("storage", ["memory", "tinydb"])
def test_health(plane: ControlPlane, place: str) -> None:
    """Ready, which one, which version, for how long, over which kind of storage."""
    plane.organizations.create()
    found = plane.settings.health()

    assert found.pop("uptime") >= 0
    kind = place.partition(":")[0]
    known = {"ready": True, "version": __version__, "organizations": 2, "storage": kind}
    assert {**known, "instance": plane.settings._components.instance} == found
