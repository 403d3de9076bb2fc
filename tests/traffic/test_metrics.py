"""Counts in the Prometheus text format."""

from __future__ import annotations

import re

from mockserver.app import MockServerApp
from mockserver.control.control_plane import ControlPlane
from mockserver.traffic.metrics import Metrics, exposition
from tests.control_clients import client_of

SAMPLE = re.compile(
    r'[a-z_]+(\{[a-z]+="([^"\\\n]|\\["\\n])*"(,[a-z]+="([^"\\\n]|\\["\\n])*")*\})? \S+'
)


def samples(plane: ControlPlane, name: str) -> dict[str, float]:
    """Return the samples of a family, by their labels."""
    lines = [line for line in plane.settings.metrics().splitlines() if line.startswith(name)]
    return {line.rpartition(" ")[0][len(name) :]: float(line.rpartition(" ")[2]) for line in lines}


def test_every_line_is_one_of_the_format(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Each family has its help and its type, once, before its samples."""
    client_of(fresh, plane.organizations.retrieve("acme")).get("/api/tags")
    lines = plane.settings.metrics().removesuffix("\n").split("\n")
    told = [line.split()[1:3] for line in lines if line.startswith("#")]

    assert [line for line in lines if line[0] != "#" and not SAMPLE.fullmatch(line)] == []
    assert [word for word, _ in told] == ["HELP", "TYPE"] * (len(told) // 2)
    assert len({name for _, name in told}) == len(told) // 2


def test_requests(fresh: MockServerApp, plane: ControlPlane) -> None:
    """Every one that was answered, whatever answered it, by method and status."""
    api = client_of(fresh, plane.organizations.retrieve("acme"))
    for _ in range(3):
        api.get("/api/tags")
    api.post("/api/tags", {})
    api.get("/nowhere")
    api.request("OPTIONS", "/api/tags")
    api.request("BREW", "/api/tags")
    plane.faults.add({"effect": {"status": 503}})
    api.get("/api/tags")

    assert samples(plane, "mockserver_requests_total") == {
        '{method="GET",status="200"}': 3,
        '{method="GET",status="404"}': 1,
        '{method="GET",status="503"}': 1,
        '{method="OPTIONS",status="204"}': 1,
        '{method="POST",status="400"}': 1,
        '{method="other",status="405"}': 1,
    }


def test_records_and_strikes(fresh: MockServerApp, plane: ControlPlane) -> None:
    """By organization, mode and type; of the faults in force."""
    world = plane.organizations.create({"slug": "shop"})
    plane.faults.add({"match": {"path": "/api/events"}, "effect": {"status": 503}}, "shop")
    api = client_of(fresh, world, "live")
    api.create("tags", name="x")
    api.get("/api/events")

    held = samples(plane, "mockserver_records")
    assert held['{organization="shop",mode="live",type="tags"}'] == 1
    assert held['{organization="acme",mode="test",type="applications"}'] == 5
    assert [labels for labels in held if "tokens" in labels] == []
    assert samples(plane, "mockserver_fault_strikes_total") == {'{fault="fault-1"}': 1}
    assert samples(plane, "mockserver_uptime_seconds")[""] > 0


def test_large_counts_are_exact() -> None:
    """And labels are escaped."""
    metrics = Metrics()
    metrics.requests["GET", "200"] = 123_456_789
    labelled = [({"method": 'G"E\\T\n', "status": "200"}, metrics.requests["GET", "200"])]

    assert exposition([("x", "counter", "X.", labelled)]).splitlines()[2] == (
        r'x{method="G\"E\\T\n",status="200"} 123456789'
    )
