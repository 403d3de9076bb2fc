"""The application under test, without customers, and clients that talk to it.

A test may parametrize or override ``storage`` (``memory``, ``tinydb``, ``sqlite`` or
``postgresql``) and ``options`` (further
settings). An application is made once for each combination and put back to its beginnings before
every test.
"""

from __future__ import annotations

import shutil
import signal
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings

from mockserver.access import MODES
from mockserver.app import MockServerApp, create_app
from mockserver.clock import Clock
from mockserver.control.control_plane import ControlPlane
from mockserver.databases.opening import open_storage
from mockserver.engine.sandbox import Sandbox
from mockserver.oauth.keys import SigningKey
from mockserver.resources.registry import indexes
from mockserver.settings import Settings
from mockserver.storage.base import Record
from mockserver.storage.memory import copy_record
from tests.bearers import TokenBearers
from tests.client import Api, Bearers
from tests.databases import Postgres, programs

# How long an example takes says nothing on a machine that does other things as well.
settings.register_profile("mockserver", deadline=None)
settings.load_profile("mockserver")

# What ignores a signal hands that on to all it starts, as nohup does with SIGHUP and a shell's
# background with SIGINT. What is heard, and then not minded, is back at its default in a new
# program; the tests themselves go on as before.
for _name in ("SIGHUP", "SIGINT", "SIGQUIT", "SIGTERM"):
    _signum = getattr(signal, _name, None)
    if _signum is not None and signal.getsignal(_signum) is signal.SIG_IGN:
        signal.signal(_signum, lambda *_: None)

Options = Mapping[str, Any]
BEGINNINGS: Options = {"seeded": False, "auth": False}


class Kept:
    """An application and what its storage held when it was new."""

    def __init__(self, settings: Settings) -> None:
        """Make it."""
        self.app = create_app(settings)
        self._enforced = self.app.limiter.enforced
        self._records: dict[tuple[str, Any], dict[str, list[Record]]] = {
            (organization.slug, mode): _everything(organization.sandbox(mode))
            for organization in self.app.organizations
            for mode in MODES
        }

    def put_back(self) -> MockServerApp:
        """Undo whatever a test has done."""
        for organization in self.app.organizations:
            organization.clock.thaw()
            for mode in MODES:
                sandbox = organization.sandbox(mode)
                partition = sandbox.partition
                with partition.transaction():
                    partition.clear()
                    for type_, records in self._records[organization.slug, mode].items():
                        partition.load(type_, map(copy_record, records))
                sandbox.settle(sandbox.random_seed)
        for rules in (self.app.plane.faults, self.app.plane.stubs):
            rules.clear()
        self.app.limiter.clear()
        self.app.limiter.enforced = self._enforced
        self.app.limiter.scale = 1.0
        return self.app


def _everything(sandbox: Sandbox) -> dict[str, list[Record]]:
    partition = sandbox.partition
    return {type_: partition.select(type_)[0] for type_ in partition.types()}


@pytest.fixture(scope="session")
def data_directory(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a directory with the one signing key of all tests: a new one is slow."""
    directory = tmp_path_factory.mktemp("data")
    SigningKey.kept_in(directory)
    return directory


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """Return a database server, the oldest there is."""
    server = Postgres(programs()[0])
    yield server
    server.remove()


@pytest.fixture(scope="session")
def emptied_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a file of SQLite that has tables, but nothing in them."""
    path = tmp_path_factory.mktemp("sqlite") / "emptied"
    open_storage(f"sqlite:{path}", indexes(), ()).close()
    return path


def place_of(storage: str, path: Path, request: pytest.FixtureRequest) -> str:
    """Return where records are, as a setting says it."""
    if storage == "memory":
        return storage
    if storage == "sqlite":
        shutil.copy(request.getfixturevalue("emptied_file"), path)
    if storage != "postgresql":
        return f"{storage}:{path}"
    server: Postgres = request.getfixturevalue("postgres")
    url = server.borrowed()
    request.addfinalizer(lambda: server.give_back(url))
    database = open_storage(url, indexes(), ())
    for organization in database.organizations():
        database.drop(organization)
    database.close()
    return url


@pytest.fixture(scope="session")
def kept(
    data_directory: Path,
    tmp_path_factory: pytest.TempPathFactory,
    request: pytest.FixtureRequest,
) -> Iterator[Callable[[str, Options], Kept]]:
    """Return what gives the application of a storage with options, made when first asked for."""
    applications: dict[tuple[str, str], Kept] = {}

    def made(storage: str, options: Options) -> Kept:
        name = storage, repr(sorted(options.items()))
        if name not in applications:
            path = tmp_path_factory.mktemp("storage") / "records"
            place = place_of(storage, path, request)
            merged = {**BEGINNINGS, **options, "data_directory": data_directory}
            applications[name] = Kept(Settings(storage=place, **merged))
        return applications[name]

    yield made
    for one in applications.values():
        one.app.close()


@pytest.fixture
def storage() -> str:
    """Return the kind of storage: the tests are about what is above it, unless they say so."""
    return "memory"


@pytest.fixture
def options() -> Options:
    """Return settings beside those all tests have."""
    return {}


@pytest.fixture
def app(storage: str, options: Options, kept: Callable[[str, Options], Kept]) -> MockServerApp:
    """Return an application whose organization, acme, has no customers."""
    return kept(storage, options).put_back()


@pytest.fixture
def api(app: MockServerApp) -> Api:
    """Return a client that needs no token and acts as an integration."""
    return Api(app)


@pytest.fixture
def sandbox(app: MockServerApp) -> Sandbox:
    """Return the test mode of the organization."""
    return next(iter(app.organizations)).sandbox("test")


@pytest.fixture
def clock(app: MockServerApp) -> Clock:
    """Return the organization's clock."""
    return next(iter(app.organizations)).clock


@pytest.fixture
def bearers(app: MockServerApp) -> Bearers:
    """Return what gives clients of every kind; with ``auth`` on, tokens are all that counts."""
    return Bearers(app)


Make = Callable[..., MockServerApp]


@pytest.fixture
def make(data_directory: Path) -> Iterator[Make]:
    """Return what makes an application from settings; they are closed at the end."""
    made: list[MockServerApp] = []

    def application(**settings: Any) -> MockServerApp:
        told = {"seeded": False, "data_directory": data_directory, **settings}
        made.append(create_app(Settings(**told)))
        return made[-1]

    yield application
    for one in made:
        one.close()


@pytest.fixture
def place(storage: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    """Return where the records are: as a setting says it."""
    return place_of(storage, tmp_path / "records", request)


@pytest.fixture
def fresh(make: Make, place: str) -> MockServerApp:
    """Return an application of the test's own, without customers."""
    return make(storage=place)


@pytest.fixture
def plane(fresh: MockServerApp) -> ControlPlane:
    """Return what controls it."""
    return fresh.plane


@pytest.fixture
def token_bearers(app: MockServerApp) -> TokenBearers:
    """Return what gets tokens of the first organization."""
    return TokenBearers(app)
