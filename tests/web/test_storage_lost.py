"""A stored file that is taken away, and a disk that is full: told at once, to everybody."""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from mockserver.access import MODES
from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from mockserver.storage.base import StorageError
from tests.cli.processes import CUSTOMER
from tests.client import Api

Harm = Callable[[Path], object]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where the records are."""
    return tmp_path / "records.json"


@pytest.fixture
def app(path: Path, data_directory: Path) -> MockServerApp:
    """Return an application that stores its records in the file; each test closes it."""
    told = {"seeded": False, "auth": False, "data_directory": data_directory}
    return create_app(Settings(storage=f"tinydb:{path}", **told))


def replace(path: Path) -> None:
    """Put a copy in the place of a file, as an editor does."""
    copy = path.with_suffix(".copy")
    copy.write_bytes(path.read_bytes())
    copy.rename(path)


HARMS: dict[str, tuple[Harm, str]] = {
    "removed": (Path.unlink, "{} is gone: it was removed while it was in use."),
    "emptied": (
        lambda path: os.truncate(path, 0),
        "{} was changed while it was in use: it has 0 bytes instead of {}.",
    ),
    "replaced": (replace, "{} is another file: it was replaced while it was in use."),
}


@contextmanager
def full_disk(path: Path) -> Iterator[None]:
    """Let no file grow, for a while."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def state(app: MockServerApp) -> Any:
    """Return the records that the server holds, of all organizations in both modes."""
    slugs = [organization.slug for organization in app.organizations]
    snapshots = [app.plane.organizations.snapshot(slug) for slug in slugs]
    return [[snapshot[mode]["data"] for mode in MODES] for snapshot in snapshots]


def writes(app: MockServerApp) -> dict[str, tuple[int, Any]]:
    """Return the status and the error of every kind of write."""
    api, http = Api(app), app.test_client()
    first = next(iter(app.organizations)).slug
    tag = api.get("/api/tags").json["data"]
    customer = {"data": {"type": "customers", "attributes": {"email": "jane@example.com"}}}
    application = app.plane.organizations.retrieve(first)["credentials"][0]
    grant = {
        "grant_type": "client_credentials",
        "client_id": application["client_id"],
        "client_secret": application["client_secret"],
    }
    answers = {
        "create": api.post("/api/customers", customer),
        "delete": api.delete(f"/api/tags/{tag[0]['id']}"),
        "token": http.post("/oauth/token", json=grant),
        "reset": http.post(f"/_mock/organizations/{first}/reset", json={}),
        "organization": http.post("/_mock/organizations", json={"slug": "late"}),
        "drop": http.delete("/_mock/organizations/second"),
    }
    return {name: (a.status_code, a.json["errors"][0]) for name, a in answers.items()}


def prepare(app: MockServerApp) -> None:
    """Have something there that can be taken away."""
    Api(app).create("tags", name="vip")
    app.plane.organizations.create({"slug": "second"})


@pytest.mark.parametrize(("harm", "words"), HARMS.values(), ids=HARMS)
def test_what_is_not_kept_is_refused(
    app: MockServerApp, path: Path, harm: Harm, words: str, caplog: pytest.LogCaptureFixture
) -> None:
    """Whoever asks, with the path; nothing changes, and one line of the log says so."""
    prepare(app)
    before, size = state(app), path.stat().st_size
    harm(path)
    message = words.format(path, size)
    found = writes(app)

    assert dict.fromkeys(found, 507) == {name: status for name, (status, _) in found.items()}
    assert {message} == {error["detail"] for _, error in found.values()}
    assert (before, 1) == (state(app), len(Api(app).get("/api/tags").json["data"]))
    assert [message] == [record.getMessage() for record in caplog.records]
    with pytest.raises(StorageError) as lost:
        app.close()
    assert message == str(lost.value)


def test_a_file_that_comes_back_is_written_again(app: MockServerApp, path: Path) -> None:
    """It is what it was."""
    aside = path.with_suffix(".aside")
    path.rename(aside)
    refused = Api(app).post("/api/customers", CUSTOMER).status_code
    aside.rename(path)

    assert (507, 201) == (refused, Api(app).post("/api/customers", CUSTOMER).status_code)
    app.close()


def test_a_full_disk(app: MockServerApp, path: Path, caplog: pytest.LogCaptureFixture) -> None:
    """The same, and when there is space again, everything works."""
    prepare(app)
    before, message = state(app), f"{path} cannot be written: File too large."
    with full_disk(path):
        found = writes(app)

    assert {(507, message)} == {(status, error["detail"]) for status, error in found.values()}
    assert {"INSUFFICIENT_STORAGE"} == {error["code"] for _, error in found.values()}
    assert before == state(app)
    assert [message] == [record.getMessage() for record in caplog.records]
    assert Api(app).post("/api/customers", CUSTOMER).status_code == 201
    assert app.plane.organizations.create({"slug": "late"})["slug"] == "late"
    assert caplog.messages == [message, f"{path} is written again."]
    app.close()


def test_what_is_due_waits_for_space(app: MockServerApp, path: Path) -> None:
    """Reading goes on meanwhile, and it is done in the end."""
    api = Api(app)
    app.plane.clocks.set({"frozen_at": "now"})
    made = api.create("cleanups", resource_type="skus", filters={"code_eq": "none"})
    with full_disk(path):
        now = app.plane.clocks.retrieve("acme")
        assert app.test_client().post("/_mock/clock/advance", json={"by": 9}).status_code == 507
        assert now == app.plane.clocks.retrieve("acme") == app.plane.clocks.retrieve()
        read = api.get(f"/api/cleanups/{made['id']}")

    assert (200, "pending") == (read.status_code, read.json["data"]["attributes"]["status"])
    app.plane.clocks.advance({"by": 9})
    done = api.get(f"/api/cleanups/{made['id']}").json["data"]["attributes"]["status"]
    assert done == "completed"
    app.close()


@pytest.mark.parametrize("fsync", [True, False])
def test_each_write_waits_for_the_disk_where_it_is_told_to(
    path: Path,
    data_directory: Path,
    fsync: bool,  # noqa: FBT001 - a case
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """So that a power cut loses nothing that was answered."""
    told = {"seeded": False, "auth": False, "data_directory": data_directory, "fsync": fsync}
    app = create_app(Settings(storage=f"tinydb:{path}", **told))
    waited: list[int] = []
    wait = getattr(os, "fdatasync", os.fsync)

    def note(descriptor: int) -> None:
        wait(descriptor)
        waited.append(os.fstat(descriptor).st_size)

    monkeypatch.setattr(os, wait.__name__, note)
    api = Api(app)
    sizes = []
    for n in range(3):
        api.create("tags", name=f"vip{n}")
        sizes.append(path.stat().st_size)

    assert waited == (sizes if fsync else [])
    app.close()
