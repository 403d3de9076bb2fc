"""A server in this process: how it starts, stops, fails and starts again."""

from __future__ import annotations

import gc
import socket
import ssl
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import httpx
import jwt
import pytest

from mockserver import MockServer, Refusal
from mockserver.storage.base import StorageError
from mockserver.web.sockets import AddressUnavailable

#: Seconds that a warm start and a stop may take. The best of several counts: a machine that is
#: busy with something else is not what is measured.
SOON = 1.0
TRIES = 8

New = Callable[..., MockServer]


@pytest.fixture
def new(data_directory: Path) -> New:
    """Return what makes a server that is not started yet."""
    return lambda **settings: MockServer(data_directory=data_directory, **settings)


def descriptors() -> int:
    """Return how many files and sockets this process has open."""
    gc.collect()
    return len(list(Path("/dev/fd").iterdir()))


def ask(server: MockServer, path: str = "/api/customers") -> httpx.Response:
    """Send a request and close the connection."""
    with server.organization().session() as session:
        return session.get(path)


def left_behind(action: Callable[[], object]) -> tuple[int, set[threading.Thread]]:
    """Return how many descriptors, and which threads, an action leaves behind."""
    files, threads = descriptors(), set(threading.enumerate())
    action()
    return descriptors() - files, set(threading.enumerate()) - threads


# --- life ----------------------------------------------------------------------------------------


def test_it_serves_while_it_runs(new: New) -> None:
    """The organization of the published credentials is there, and nothing of it was asked for."""
    with new() as server:
        answer = ask(server)

        assert (200, []) == (answer.status_code, answer.json()["data"])
        assert ["acme"] == server.organizations
    with pytest.raises(RuntimeError, match="is stopped"):
        _ = server.url


def test_it_starts_and_stops_at_once(new: New) -> None:
    """Neither waits for anything, such as the end of a drain, though clients hold connections."""
    starts, stops = [], []
    server = new()
    for _ in range(TRIES):
        began = time.perf_counter()
        server.start()
        started = time.perf_counter()
        with server.organization().session() as session:
            session.get("/api/customers").raise_for_status()
            stopping = time.perf_counter()
            server.stop()
            stops.append(time.perf_counter() - stopping)
        starts.append(started - began)

    assert min(starts) < SOON
    assert min(stops) < SOON


def test_stopping_does_not_wait_for_answers_that_are_delayed(new: New) -> None:
    """Who stops a server of tests has lost interest in them."""
    with new() as server, ThreadPoolExecutor() as pool:
        world = server.organization()
        world.faults.add(effect={"delay": 60})
        session = world.session()
        asked = pool.submit(session.get, "/api/customers", timeout=50)
        while not world.journal.count():
            time.sleep(0.001)
        began = time.perf_counter()
        server.stop()
        took = time.perf_counter() - began

        with pytest.raises(httpx.TransportError):
            asked.result()
        session.close()

    assert took < 1


def test_stopping_twice_or_before_the_start_does_nothing(new: New) -> None:
    server = new()
    server.stop()
    server.start()
    server.stop()
    server.stop()


def test_a_running_server_cannot_be_started(new: New) -> None:
    with new() as server, pytest.raises(RuntimeError, match="runs already"):
        server.start()


def test_it_starts_anew_with_nothing_in_memory(new: New) -> None:
    server = new()
    with server:
        server.organization().test.create("customers", email="jane@example.com")
    with server:
        assert [] == server.organization().test.list("customers")
        assert 200 == ask(server).status_code


def test_what_is_on_disk_is_there_again(new: New, tmp_path: Path) -> None:
    server = new(storage=f"tinydb:{tmp_path / 'records.json'}")
    with server:
        server.organization().test.create("customers", email="jane@example.com")
    with server:
        (customer,) = server.organization().test.list("customers")

    assert "jane@example.com" == customer["email"]


def test_several_run_side_by_side(new: New) -> None:
    """Also of the same data directory; none sees the others' records."""
    with ExitStack() as stack:
        servers = [stack.enter_context(new()) for _ in range(3)]
        for server in servers:
            server.organization().test.create("customers", email="jane@example.com")

        assert 6 == len({url for server in servers for url in (server.url, server.tls_url)})
        assert [1, 1, 1] == [len(ask(server).json()["data"]) for server in servers]


def test_it_starts_on_any_thread_and_stops_on_another(new: New) -> None:
    with ThreadPoolExecutor(4) as pool:
        servers = list(pool.map(lambda _: new().start(), range(4)))
        answers = list(pool.map(ask, servers))
        list(pool.map(MockServer.stop, servers))

    assert [200] * 4 == [answer.status_code for answer in answers]


def test_nothing_is_left_behind(new: New) -> None:
    """No thread and no descriptor, after many starts, requests and stops."""

    def cycles() -> None:
        for _ in range(5):
            with new() as server:
                ask(server)
                server.create_organization("other").environment()

    cycles()

    assert (0, set()) == left_behind(cycles)


# --- failures ------------------------------------------------------------------------------------


def test_a_taken_port_fails_where_it_was_asked_for(new: New, tmp_path: Path) -> None:
    """The storage is free again; nothing listens, no thread runs."""
    storage = f"tinydb:{tmp_path / 'records.json'}"
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        def fail() -> None:
            server = new(port=port, storage=storage)
            with pytest.raises(AddressUnavailable, match=str(port)):
                server.start()
            with pytest.raises(RuntimeError, match="has not been started"):
                server.organization()

        assert (0, set()) == left_behind(fail)
    with new(port=port, storage=storage) as server:
        assert 200 == ask(server).status_code


def test_an_unknown_scenario_fails_at_the_start(new: New, tmp_path: Path) -> None:
    storage = f"tinydb:{tmp_path / 'records.json'}"

    def fail() -> None:
        with pytest.raises(Refusal, match="nowhere"):
            new(scenario="nowhere", storage=storage).start()

    assert (0, set()) == left_behind(fail)


def test_a_storage_that_cannot_be_opened_fails_at_the_start(new: New) -> None:
    with pytest.raises(StorageError, match="unknown storage"):
        new(storage="cloud").start()


def test_before_the_start_there_is_nothing_to_use(new: New) -> None:
    with pytest.raises(RuntimeError, match="has not been started"):
        new().organization()


# --- where it is ---------------------------------------------------------------------------------


def test_https_is_trusted_with_its_own_authority(new: New) -> None:
    """By name where names lead to it, and by address everywhere."""
    with new() as server:
        context = ssl.create_default_context(cafile=server.ca)
        answer = httpx.get(f"{server.tls_url}/.well-known/jwks.json", verify=context)

        assert 200 == answer.status_code
        assert server.domain == f"cl.localhost:{httpx.URL(server.tls_url).port}"


def test_without_https_there_is_neither_url_nor_authority(new: New) -> None:
    with new(tls_port=None) as server:
        assert (None, None) == (server.tls_url, server.ca)
        assert server.domain == f"cl.localhost:{httpx.URL(server.url).port}"
        assert 200 == ask(server).status_code


def test_tokens_say_which_server_they_are_of(new: New) -> None:
    """The issuer has the port of this start; clients derive every other host from it."""
    with new() as server:
        claims = jwt.decode(server.organization().token(), options={"verify_signature": False})

        assert f"https://auth.{server.domain}" == claims["iss"]
    with new(issuer="https://auth.example.com") as server:
        assert "https://auth.example.com" == server.app.authorization.issuer


def test_files_last_until_it_stops(new: New) -> None:
    with new() as server:
        place = server.place

        assert place.is_dir()
    assert not place.exists()


# --- the server as a whole -----------------------------------------------------------------------


def test_it_begins_with_what_it_is_told(new: New) -> None:
    with new(customers=3, seed=7) as server:
        seven = server.organization().test.list("customers")

        assert 3 == len(seven)
    with new(customers=3, seed=8) as server:
        assert seven != server.organization().test.list("customers")
    with new(scenario="gdpr") as server:
        assert server.organization().test.count("customers")


def test_organizations_come_and_go(new: New) -> None:
    with new() as server:
        first, second = server.create_organization(), server.create_organization("second")

        assert ["acme", first.slug, "second"] == server.organizations
        assert second.id == server.organization("second").id
        with pytest.raises(Refusal, match="taken"):
            server.create_organization("second")

        server.delete_organization("second")

        assert ["acme", first.slug] == server.organizations
        with pytest.raises(Refusal, match="404"):
            server.organization("second")
        with pytest.raises(Refusal, match="404"):
            server.delete_organization("second")


@pytest.mark.parametrize(
    ("recipe", "pointer"),
    [
        ({"slug": "Not a label"}, "/slug"),
        ({"customers": -1}, "/customers"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_bad_recipe_is_refused(new: New, recipe: dict[str, Any], pointer: str) -> None:
    with new(tls_port=None) as server, pytest.raises(Refusal) as refused:
        server.create_organization(**recipe)

    assert pointer == refused.value.errors[0]["source"]["pointer"]


def test_one_clock_stops_them_all(new: New) -> None:
    with new(tls_port=None) as server:
        other = server.create_organization("other")
        server.clock.freeze("2026-01-15T10:00:00Z")

        assert ["2026-01-15T10:00:00.000Z"] * 2 == [
            server.organization().clock.now,
            other.clock.now,
        ]


def test_settings_can_be_changed_while_it_runs(new: New) -> None:
    with new(tls_port=None) as server:
        changed = server.change_settings(rate_limits={"scale": 0.1})
        statuses = {ask(server).status_code for _ in range(3)}

        assert {"scale": 0.1} == changed["rate_limits"]
        assert {200, 429} == statuses
        with pytest.raises(Refusal, match="422"):
            server.change_settings(rate_limit="off")
