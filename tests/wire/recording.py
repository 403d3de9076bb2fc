"""A plugin that listens to what tests and applications say: ``-p tests.wire.recording``.

``pytest -p tests.wire.recording --record-wire DIRECTORY`` leaves there what each test has asked an
application in its own process and what it was answered, byte for byte; ``python -m tests.wire``
compares two of them. See `tests.wire.stillness` for what is held still meanwhile, `Ear` for what
cannot be.

With ``--both-ways`` each test that asks an application is run once more at once, with a hook of the
framework's registered at the application, as a user's would be: so no request takes the fast way,
which remembers, or the quick way past the framework's dispatch. A test fails where the bytes of the
two runs differ.
"""

from __future__ import annotations

import gzip
import json
import os
import threading
from collections.abc import Callable, Generator, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import werkzeug.test
from _pytest.runner import runtestprotocol
from flask import Flask
from hypothesis import settings as hypothesis_settings
from werkzeug.datastructures import Headers

from tests.wire.comparing import Exchange, first_difference
from tests.wire.stillness import Replacements, Stillness

#: What of an environment is a header.
SENT = ("HTTP_", "CONTENT_")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option."""
    parser.addoption(
        "--record-wire",
        metavar="DIRECTORY",
        help="write every exchange of the tests with an application into the directory",
    )

    parser.addoption(
        "--both-ways",
        action="store_true",
        help="run each test that asks an application again, past a hook, and compare the bytes",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen, where that is asked for."""
    directory, both = config.getoption("--record-wire"), config.getoption("--both-ways")
    is_split = config.getoption("numprocesses", None) and not hasattr(config, "workerinput")
    if not (directory or both) or is_split:
        return
    if directory and os.environ.get("PYTHONHASHSEED") != "0":
        message = "--record-wire needs PYTHONHASHSEED=0: the order of a set may reach the wire"
        raise pytest.UsageError(message)
    ear = Ear()
    config.pluginmanager.register(ear, "wire")
    if directory:
        config.pluginmanager.register(Recorder(ear, Path(directory)), "wire-recorder")
    if both:
        config.pluginmanager.register(BothWays(ear), "wire-both-ways")


class Ear:
    """Hears what is said between a test and the applications it asks, while all else is still.

    The one thing that differs from run to run and is masked is where the tests' own directory is.

    Attributes:
        exchanges: what the test at hand has said so far.
        hooks: what is registered as a ``before_request`` of every application that is asked.
        hooked: how many requests these must have heard of.
    """

    def __init__(self) -> None:
        """Listen from now on."""
        self.exchanges: list[Exchange] = []
        self.hooks: list[Callable[[], None]] = []
        self.hooked = 0
        self._stillness = Stillness()
        self._place = b"\0"
        self._lock = threading.Lock()
        self._replacements = Replacements(self._stillness)
        self._opened: list[Any] = []
        self._profile = "default"
        self._sent = werkzeug.test.run_wsgi_app
        werkzeug.test.run_wsgi_app = self._send

    # --- the exchanges ----------------------------------------------------------------------------

    def _send(
        self,
        app: Any,
        environ: Any,
        buffered: bool = False,  # noqa: ARG002, FBT001, FBT002
    ) -> tuple[Iterable[bytes], str, Headers]:
        asked = self._asked(environ)
        self._stillness.step()
        if self.hooks and isinstance(app, Flask):
            # A path with an empty segment leads nowhere, and hooks do not hear of it.
            self.hooked += "//" not in environ["PATH_INFO"]
            for hook in self.hooks:
                if hook not in app.before_request_funcs[None]:
                    app.before_request(hook)
        parts, status, headers = self._sent(app, environ, buffered=True)
        body = b"".join(parts)
        told = {"status": status, "headers": self._pairs(headers.items()), "body": self._text(body)}
        with self._lock:
            self.exchanges.append({**asked, **told})
        return [body], status, headers

    def _asked(self, environ: Any) -> Exchange:
        stream = environ.get("wsgi.input")
        sent = stream.read()
        stream.seek(0)
        named = ((name, value) for name, value in environ.items() if name.startswith(SENT))
        return {
            "method": environ["REQUEST_METHOD"],
            "url": self._text(
                f"{environ['wsgi.url_scheme']} {environ['PATH_INFO']}?{environ['QUERY_STRING']}"
            ),
            "sent headers": self._pairs(sorted(named)),
            "sent body": self._text(sent),
        }

    def _pairs(self, headers: Iterable[tuple[str, Any]]) -> list[list[str]]:
        return [[name, self._text(str(value))] for name, value in headers]

    def _text(self, value: str | bytes) -> str:
        raw = value.encode("utf-8", "surrogatepass") if isinstance(value, str) else value
        return raw.replace(self._place, b"<directory>").decode("utf-8", "backslashreplace")

    # --- the tests --------------------------------------------------------------------------------

    @pytest.hookimpl(wrapper=True)
    def pytest_collection(self, session: pytest.Session) -> Generator[None, object, object]:
        """Let generated cases be the same ones every time, and know the tests' own directory."""
        factory = session.config._tmp_path_factory  # type: ignore[attr-defined]
        self._place = str(factory.getbasetemp()).encode()
        self._profile = hypothesis_settings.get_current_profile_name()
        hypothesis_settings.register_profile(
            "wire", hypothesis_settings.default, derandomize=True, database=None, deadline=None
        )
        hypothesis_settings.load_profile("wire")
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Begin anew with each test."""
        self.begin(item)
        return (yield)

    def begin(self, item: pytest.Item) -> None:
        """Be where each run of a test begins."""
        self.exchanges = []
        self._stillness.begin(item.nodeid)
        for one in self._opened:
            one.app.close()
        self._opened.clear()

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: pytest.FixtureDef[Any], request: pytest.FixtureRequest
    ) -> Generator[None, Any, Any]:
        """Let what many tests share depend on none of them; give each an application of its own."""
        if fixturedef.scope == "function":
            return (yield)
        before = self._stillness.state()
        self._stillness.begin(f"{fixturedef.baseid}::{fixturedef.argname}")
        found = yield
        self._stillness.resume(before)
        if fixturedef.argname == "kept" and callable(found):
            found = self._fresh(found, request)
            fixturedef.cached_result = (found, *fixturedef.cached_result[1:])  # type: ignore[index]
        return found

    def _fresh(
        self, kept: Callable[..., Any], request: pytest.FixtureRequest
    ) -> Callable[..., Any]:
        """Return what makes an application anew where the tests otherwise put one back.

        What is put back still counts on: its request ids would depend on the tests before.
        """
        factory: pytest.TempPathFactory = request.getfixturevalue("tmp_path_factory")

        def made(storage: str, options: Any) -> Any:
            one = kept(storage, options)
            told, place = one.app.settings, storage
            if storage != "memory":
                place = f"{storage}:{factory.mktemp('wire') / 'records'}"
            self._opened.append(type(one)(replace(told, storage=place)))
            return self._opened[-1]

        return made

    def pytest_unconfigure(self) -> None:
        """Let everything be as it was."""
        hypothesis_settings.load_profile(self._profile)
        werkzeug.test.run_wsgi_app = self._sent
        self._replacements.take_away()


class Recorder:
    """Writes down what the tests have said."""

    def __init__(self, ear: Ear, directory: Path) -> None:
        """Write into a file of the process's own in the directory."""
        self._ear = ear
        directory.mkdir(parents=True, exist_ok=True)
        worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
        path = directory / f"{worker}.jsonl.gz"
        self._file = gzip.open(path, "wt", compresslevel=3)  # noqa: SIM115 - until the end

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Generator[None, object, object]:
        """Write down a test once it is over."""
        result = yield
        if self._ear.exchanges:
            line = {"test": item.nodeid, "exchanges": self._ear.exchanges}
            self._file.write(json.dumps(line) + "\n")
        return result

    def pytest_unconfigure(self) -> None:
        """Be done."""
        self._file.close()


class BothWays:
    """Runs each test that asks an application once more, and compares the bytes.

    The hook must hear of every request of the second run: else it took the quick way again.
    """

    def __init__(self, ear: Ear) -> None:
        """Compare what is heard."""
        self._ear = ear
        self._noticed = 0

    def _notice(self) -> None:
        """Count a request: the hook."""
        self._noticed += 1

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(
        self, item: pytest.Item, nextitem: pytest.Item | None
    ) -> Generator[None, object, object]:
        """Run the test again, where it has asked anything, and report what differs."""
        if _shares(item):
            item.session._setupstate.teardown_exact(None)
        result = yield
        quick = self._ear.exchanges
        if quick:
            if _shares(item):
                item.session._setupstate.teardown_exact(None)
            full = self._again(item, nextitem)
            self._report(item, quick, full)
        return result

    def _again(self, item: pytest.Item, nextitem: pytest.Item | None) -> list[Exchange]:
        self._noticed = self._ear.hooked = 0
        self._ear.begin(item)
        self._ear.hooks.append(self._notice)
        try:
            item._initrequest()  # type: ignore[attr-defined]
            runtestprotocol(item, log=False, nextitem=nextitem)
        finally:
            self._ear.hooks.clear()
        return self._ear.exchanges

    def _report(self, item: pytest.Item, quick: list[Exchange], full: list[Exchange]) -> None:
        # What a test sends of its own, a directory or a boundary, is no matter of dispatch.
        found = first_difference(item.nodeid, quick, full)
        said = [each.text for each in found if each.kind == "answered"]
        if self._noticed < self._ear.hooked:
            said.append(f"  a hook heard of {self._noticed} of {self._ear.hooked} requests")
        if said:
            text = "the two ways of dispatch differ:\n" + "\n".join(said)
            report = pytest.TestReport(
                item.nodeid, item.location, {}, "failed", text, "call", duration=0.0
            )
            item.ihook.pytest_runtest_logreport(report=report)


def _shares(item: pytest.Item) -> bool:
    """Say whether a test shares something with those of its file: it would tell the runs apart."""
    found = item._fixtureinfo.name2fixturedefs.values()  # type: ignore[attr-defined]
    path = item.nodeid.partition("::")[0]
    return any(
        each.scope != "function" and each.baseid.partition("::")[0] == path
        for several in found
        for each in several
    )
