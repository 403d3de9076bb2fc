"""The pytest plugin: a server for the session, and a fresh organization for every test.

It is imported by every run of pytest, before any coverage is measured, so it imports nothing of
the package itself: that happens in the fixtures. See ``docs/testing.md``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator, Mapping

    from mockserver.testing.fixtures import Sandboxes
    from mockserver.testing.running import RunningServer
    from mockserver.testing.server import MockServer
    from mockserver.testing.sharing import Desk
    from mockserver.testing.world import World

#: What ``@pytest.mark.mockserver(...)`` can say.
WORDS = (
    "mode", "scenario", "customers", "seed", "settings", "strict_filters", "frozen", "faults",
    "stubs",
)  # fmt: skip
MARKER = (
    f"mockserver({', '.join(f'{word}=...' for word in WORDS)}): the situation that the test's "
    "`sandbox` begins in; the nearest marker counts, word by word."
)
#: The settings of the server that an ini file may set, as ``mockserver_NAME``.
SETTINGS = (
    "host", "port", "tls_port", "domain", "issuer", "storage", "seed", "customers", "scenario",
    "baseline", "reset_daily",
    "rate_limits", "auth", "strict_filters", "reuse_tokens", "maximum_body",
    "jwt_bearer_requires_enterprise", "cors_origin", "control", "control_token", "control_host",
    "journal_size", "advice", "reason", "hsts", "anonymization_delay", "job_delay",
    "webhooks_anywhere", "webhook_content_type", "data_directory",
)  # fmt: skip
SECTION = "mockserver journal"
ADDRESS = "mockserver"

DESK: pytest.StashKey[tuple[MockServer, Desk]] = pytest.StashKey()
SANDBOXES: pytest.StashKey[Sandboxes] = pytest.StashKey()


# --- what can be set -----------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    """Declare what can be set."""
    help_ = "With xdist: one server for all workers, instead of one for each."
    parser.getgroup("mockserver").addoption(
        "--mockserver-shared", action="store_true", default=False, help=help_
    )
    parser.addini("mockserver_shared", help_, type="bool", default=False)
    for name in SETTINGS:
        parser.addini(f"mockserver_{name}", f"Setting {name} of the sandbox server.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker that says something else, also where the test has no sandbox."""
    _situation(item)


def _situation(item: pytest.Item) -> Mapping[str, Any]:
    """Return what the markers of a test say, those of the module and the class included."""
    said: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("mockserver"))):
        unknown = [repr(value) for value in marker.args]
        unknown += [name for name in marker.kwargs if name not in WORDS]
        if unknown:
            reason = f"mockserver marker: {unknown[0]} is not one of: {', '.join(WORDS)}"
            pytest.fail(reason, pytrace=False)
        said |= marker.kwargs
    return said


# --- one server for all workers ------------------------------------------------------------------


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """Tell a worker of xdist where the shared server is, if there is to be one."""
    config: pytest.Config = node.config
    if config.getoption("mockserver_shared") or config.getini("mockserver_shared"):
        from mockserver.testing import fixtures  # noqa: PLC0415 - see above

        if DESK not in config.stash:
            config.stash[DESK] = fixtures.shared(fixtures.settings(config, SETTINGS))
        node.workerinput[ADDRESS] = config.stash[DESK][1].address


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop the shared server."""
    if DESK in config.stash:
        server, desk = config.stash[DESK]
        desk.close()
        server.stop()
        del config.stash[DESK]


# --- the fixtures --------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def mockserver_settings(pytestconfig: pytest.Config) -> Mapping[str, Any]:
    """Return the settings of the server: those of the ini file. To be overridden."""
    from mockserver.testing import fixtures  # noqa: PLC0415 - see above

    return fixtures.settings(pytestconfig, SETTINGS)


@pytest.fixture(scope="session")
def mockserver(
    pytestconfig: pytest.Config, mockserver_settings: Mapping[str, Any]
) -> Iterator[RunningServer]:
    """Return the server of this session, or of all workers when it is shared."""
    from mockserver.testing import fixtures  # noqa: PLC0415 - see above

    address = getattr(pytestconfig, "workerinput", {}).get(ADDRESS)
    with fixtures.server(mockserver_settings, address) as running:
        yield running


@pytest.fixture
def make_sandbox(
    request: pytest.FixtureRequest, mockserver: RunningServer
) -> Iterator[Callable[..., World]]:
    """Return what makes further organizations of this test; all are deleted at its end."""
    from mockserver.testing import fixtures  # noqa: PLC0415 - see above

    with fixtures.Sandboxes(mockserver, request.node) as sandboxes:
        request.node.stash[SANDBOXES] = sandboxes
        yield sandboxes.make


@pytest.fixture
def sandbox(request: pytest.FixtureRequest, make_sandbox: Callable[..., World]) -> World:
    """Return a fresh organization of this test alone, in the situation of its marker."""
    return make_sandbox(**_situation(request.node))


@pytest.fixture
def sandbox_session(sandbox: World) -> Iterator[Any]:
    """Return an http client for the organization, authorised as an integration."""
    with sandbox.session() as session:
        yield session


@pytest.fixture
def sandbox_environment(sandbox: World, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """Set the variables that lead code to the organization, as `mockserver run` does."""
    variables = sandbox.environment()
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    return variables


# --- the report ----------------------------------------------------------------------------------


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item,
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Attach what was asked of its organizations to the report of a test that failed."""
    report = yield
    sandboxes = item.stash.get(SANDBOXES, None)
    if report.failed and sandboxes and report.when != "teardown":
        try:
            text = sandboxes.journal()
        except Exception as error:  # noqa: BLE001 - a test's report must come out whatever it did
            text = f"cannot be read: {error!r}"
        report.sections.append((SECTION, text))
    return report
