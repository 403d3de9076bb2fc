"""A home that is not there, or cannot be written, is no reason not to start."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from mockserver.cli import home as homes
from tests.cli.processes import TIMEOUT, Home, Served, environment
from tests.cli.processes import run as run_in

QUICK = ("--no-seed", "--no-tls")
#: What an environment says of the home, none of which can be written.
HOMELESS: Mapping[str, Mapping[str, str]] = {
    "a home that is a file": {"HOME": "{file}", "XDG_DATA_HOME": ""},
    "a directory of data that is a file": {"XDG_DATA_HOME": "{file}/data"},
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Return where commands run whose data directory nobody names."""
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    (tmp_path / "tmp").mkdir()
    (tmp_path / "file").touch()
    (tmp_path / "here").mkdir()
    return tmp_path


def _variables(place: Home, said: Mapping[str, str]) -> dict[str, str]:
    told = {name: value.replace("{file}", str(place / "file")) for name, value in said.items()}
    return {"MOCKSERVER_DATA_DIRECTORY": "", **told}


@pytest.mark.parametrize("said", HOMELESS.values(), ids=HOMELESS)
def test_a_temporary_directory_takes_the_place_of_the_home(
    place: Home, said: Mapping[str, str]
) -> None:
    """One line says so, and the other commands find the server there."""
    variables = _variables(place, said)
    with Served(place, *QUICK, **variables) as served:
        found = run_in(place, "credentials", **variables)
        _, _, err = served.end()

    (made,) = (place / "tmp").iterdir()
    assert found.returncode == 0
    assert found.stderr == ""
    assert [str(made) in line and "--data-directory" in line for line in err.splitlines()] == [True]
    assert (made / "signing_key.pem").exists()
    assert stat.S_IMODE(made.stat().st_mode) == 0o700


def test_run_says_so_as_well(place: Home) -> None:
    variables = _variables(place, HOMELESS["a home that is a file"])

    done = run_in(place, "run", "--no-seed", "true", **variables)

    assert done.returncode == 0
    assert "--data-directory" in done.stderr
    assert done.stderr.count("\n") == 1


def test_a_server_in_the_background_keeps_its_log_there(place: Home) -> None:
    variables = _variables(place, HOMELESS["a home that is a file"])

    started = run_in(place, "serve", "--detach", "--port", "0", *QUICK, **variables)
    logged = run_in(place, "logs", **variables)
    stopped = run_in(place, "stop", **variables)

    assert (started.returncode, logged.returncode, stopped.returncode) == (0, 0, 0)
    assert started.stderr.count("\n") == 1


def test_what_is_named_is_used_or_refused(place: Home) -> None:
    """A directory that somebody asked for is not replaced by another one."""
    variables = {"MOCKSERVER_DATA_DIRECTORY": str(place / "file" / "data")}

    done = run_in(place, "serve", *QUICK, **variables)

    assert done.returncode == 2
    assert str(place / "file") in done.stderr
    assert list((place / "tmp").iterdir()) == []


@pytest.mark.parametrize("theirs", ["readable by others", "a link"])
def test_what_others_have_put_there_is_not_used(place: Home, theirs: str) -> None:
    """A key in it would not be ours alone."""
    expected = place / "tmp" / f"commercelayer-mockserver-{os.getuid()}"
    if theirs == "a link":
        expected.symlink_to(place / "here")
    else:
        expected.mkdir(mode=0o755)
    variables = _variables(place, HOMELESS["a home that is a file"])
    with Served(place, *QUICK, **variables) as served:
        _, _, err = served.end()

    assert str(expected) not in err
    assert list(expected.iterdir()) == []


@pytest.fixture
def public() -> Iterator[Path]:
    """Return a directory that everybody may write to, as the one for temporary files is."""
    with TemporaryDirectory() as name:
        Path(name).chmod(0o1777)
        yield Path(name)


#: Becomes another user once everything is imported, for theirs need not be to read.
ANOTHER = """
import os, tempfile, platformdirs
from mockserver.cli import home
platformdirs.user_data_path("x")
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
place = home.provided(None)
print(place.name == f"commercelayer-mockserver-{os.getuid()}", home.looked_up(None) == place)
"""


@pytest.mark.parametrize("home", ["/nonexistent", "/"])
def test_another_user(public: Path, home: str) -> None:
    """One whose home is missing or not theirs, as images of containers have it."""
    variables = environment(public, {"HOME": home, "TMPDIR": str(public), "XDG_DATA_HOME": ""})
    done = subprocess.run(  # noqa: S603 - our own program
        [sys.executable, "-c", ANOTHER],
        env=variables,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert (done.returncode, done.stdout) == (0, "True True\n"), done.stderr


def test_no_place_at_all(place: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The way out is named."""
    monkeypatch.setattr(homes, "_temporary", lambda: None)
    monkeypatch.setenv("XDG_DATA_HOME", str(place / "file"))

    with pytest.raises(homes.Stop) as refused:
        homes.provided(None)

    assert "--data-directory" in str(refused.value.message)
