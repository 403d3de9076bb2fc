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
    "mode", "scenario", "customers", "locale", "seed", "settings", "strict_filters", "job_delay",
    "anonymization_delay", "webhook_content_type", "frozen", "faults", "stubs",
)  # fmt: skip
MARKER = (
    f"mockserver({', '.join(f'{word}=...' for word in WORDS)}): the situation that the test's "
    "`sandbox` begins in; the nearest marker counts, word by word."
)
#: The settings of the server that an ini file may set, as ``mockserver_NAME``, and what each says.
SETTINGS = {
    "host": "addresses the sandbox listens on, separated by commas (localhost)",
    "port": "port of http; 0 is a free one (0)",
    "tls_port": "port of https; 0 is a free one, none is none (0)",
    "domain": "domain whose subdomains the organizations are (cl.localhost)",
    "issuer": "iss claim of tokens; else it goes with domain and port",
    "storage": "memory, tinydb:PATH, or package.module:Class (memory)",
    "fsync": "answer a write to a file once the disk has it (false)",
    "seed": "number that data, ids and credentials derive from (1)",
    "customers": "customers of the organization acme, in each mode (0)",
    "locale": "locales of Faker that random customers come from, separated by commas",
    "scenario": "situation acme begins in: a name, or the path of a file",
    "baseline": "file of a snapshot to begin with, and to go back to every day",
    "reset_daily": "local time at which everything is put back, as 03:00",
    "rate_limits": "refuse requests over the rate limits (false)",
    "auth": "ask for a token (true)",
    "strict_filters": "refuse mistyped conditions of filters instead of ignoring them (false)",
    "reuse_tokens": "answer the same token again until it expires (true)",
    "maximum_body": "largest request body, in bytes (10485760)",
    "jwt_bearer_requires_enterprise": "refuse jwt-bearer to other organizations (false)",
    "cors_origin": "origins of web pages that may ask, separated by commas; * is all (*)",
    "control": "have the control plane below /_mock (true)",
    "control_token": "bearer token that the control plane asks for",
    "control_host": "further names the control plane answers for, separated by commas",
    "journal_size": "requests that the journal keeps (10000)",
    "history_size": "events, changes and tokens kept of each kind; 0 is all (10000)",
    "deliveries_size": "settled deliveries, and callbacks, that are kept; 0 is all (1000)",
    "history_days": "days of the sandbox's clock for which they are kept; 0 is for ever (0)",
    "advice": "say in X-Mock-Advice what the real service would object to (false)",
    "reason": "say in X-Mock-Reason why a request was refused (false)",
    "hsts": "send Strict-Transport-Security over https (false)",
    "anonymization_delay": "seconds from the request of an anonymization to its start (86400)",
    "job_delay": "seconds from the creation of an import or export to its start (1)",
    "service_timeout": "seconds that an external service has for its answer (5)",
    "webhooks_anywhere": "deliver webhooks to public addresses too (false)",
    "webhook_content_type": "media type of what webhooks are sent (application/json)",
    "data_directory": "where certificate authority and signing key are kept (the user's)",
}
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
    for name, text in SETTINGS.items():
        parser.addini(f"mockserver_{name}", f"Sandbox: {text}.", default="")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line("markers", MARKER)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Refuse a marker that says something else, also where the test has no sandbox."""
    _situation(item)


def _situation(item: pytest.Item) -> Mapping[str, Any]:
    """Return the arguments of the test's markers, those of the module and the class included."""
    situation: dict[str, Any] = {}
    for marker in reversed(list(item.iter_markers("mockserver"))):
        unknown = [repr(value) for value in marker.args]
        unknown += [name for name in marker.kwargs if name not in WORDS]
        if unknown:
            reason = f"mockserver marker: {unknown[0]} is not one of: {', '.join(WORDS)}"
            pytest.fail(reason, pytrace=False)
        situation |= marker.kwargs
    return situation


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
    """Return a maker of further organizations of this test; all are deleted at its end."""
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
