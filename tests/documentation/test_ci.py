"""The files of docs/ci.md do what they are for, step by step, without a runner or an engine."""

from __future__ import annotations

import configparser
import json
import os
import shlex
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import pytest
import yaml

from tests.cli.processes import TIMEOUT, until
from tests.clients.conftest import surroundings
from tests.documentation.blocks import Fenced, of

PAGE = "docs/ci.md"
GITHUB, GITLAB, COMPOSE = of(PAGE, "yaml")
(DOCKERFILE,) = of(PAGE, "dockerfile")
(UNIT,) = of(PAGE, "ini")
(TESTS,) = of(PAGE, "python")
#: What this module takes care of, for the census.
TAKEN: tuple[Fenced, ...] = (GITHUB, GITLAB, COMPOSE, DOCKERFILE, UNIT, TESTS)
#: Programs that fetch something or change the machine, and those of the reader's environment.
STAND_INS = {
    "pip": 'echo "pip $*"',
    "useradd": 'echo "useradd $*"',
    "install": 'echo "install $*"',
    "pytest": f'exec {sys.executable} -m pytest -q -p no:cacheprovider -p no:hypothesispytest "$@"',
    "mockserver": f'exec {sys.executable} -m mockserver "$@"',
}
FAILING = "\n\ndef test_that_fails():\n    ask('/api/customers', 'wrong')\n"
KEPT = ["out.har", "out.log"]


@pytest.fixture
def place(tmp_path: Path) -> Path:
    """Return a checkout of the project, beside a directory of programs."""
    for name, text in STAND_INS.items():
        program = tmp_path / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f"#!/bin/sh\n{text}\n")
        program.chmod(0o755)
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / TESTS.file).write_text(TESTS.text)
    return checkout


def environment(place: Path, **variables: str) -> Mapping[str, str]:
    """Return the environment of the steps."""
    path = f"{place.parent / 'bin'}:{os.environ['PATH']}"
    return {**surroundings(), "PATH": path, "HOME": str(place.parent), **variables}


def step(place: Path, command: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run a step, as the shell of a runner does."""
    return subprocess.run(  # noqa: S603 - our own page
        ["sh", "-ec", command],  # noqa: S607
        cwd=place,
        env=environment(place, **variables),
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@contextmanager
def started(place: Path, *command: str, **variables: str) -> Iterator[Mapping[str, Any]]:
    """Start a server on free ports, yield its ready file, and have it end well."""
    file = place / "ready.json"
    told = {"MOCKSERVER_PORT": "0", "MOCKSERVER_TLS_PORT": "0", "MOCKSERVER_READY_FILE": str(file)}
    with subprocess.Popen(  # noqa: S603 - our own page
        command,
        cwd=place,
        env=environment(place, **variables, **told),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as server:
        try:
            until(lambda: file.exists() or server.poll() is not None)
            yield json.loads(file.read_text())
        finally:
            server.send_signal(signal.SIGTERM)
            status = server.wait(TIMEOUT)
    assert status == 0


# --- jobs ----------------------------------------------------------------------------------------


def github() -> tuple[list[str], list[str]]:
    """Return the steps of the job, and what it keeps."""
    steps = yaml.safe_load(GITHUB.text)["jobs"]["test"]["steps"]
    (upload,) = [each for each in steps if "upload-artifact" in each.get("uses", "")]
    assert upload["if"] == "always()"
    return [each["run"] for each in steps if "run" in each], upload["with"]["path"].split()


def gitlab() -> tuple[list[str], list[str]]:
    """Return the same of the other one."""
    job = yaml.safe_load(GITLAB.text)["test"]
    assert job["artifacts"]["when"] == "always"
    return [*job["before_script"], *job["script"]], job["artifacts"]["paths"]


JOBS = pytest.mark.parametrize("job", [github, gitlab], ids=["GitHub Actions", "GitLab"])


@JOBS
def test_a_job(place: Path, data_directory: Path, job: Any) -> None:
    """Installs what it needs, runs the tests, keeps what was asked."""
    commands, kept = job()
    told = {"MOCKSERVER_DATA_DIRECTORY": str(data_directory)}
    done = [step(place, command, **told) for command in commands]

    assert [each.returncode for each in done] == [0] * len(commands), done
    assert done[0].stdout == "pip install git+URL pytest\n"
    assert "1 passed" in done[-1].stdout
    assert kept == KEPT
    assert [name for name in kept if not (place / name).stat().st_size] == []


@JOBS
def test_a_job_that_fails(place: Path, data_directory: Path, job: Any) -> None:
    """Says so, and keeps what was asked all the same."""
    (place / TESTS.file).write_text(TESTS.text + FAILING)
    commands, kept = job()
    done = step(place, commands[-1], MOCKSERVER_DATA_DIRECTORY=str(data_directory))

    assert done.returncode == 1
    entries = json.loads((place / kept[0]).read_text())["log"]["entries"]
    assert [entry["response"]["status"] for entry in entries] == [200, 200, 401]
    assert "GET /api/customers 401 INVALID_TOKEN" in (place / kept[1]).read_text()


# --- containers ----------------------------------------------------------------------------------


def instructions(name: str) -> list[str]:
    """Return what stands behind an instruction of the Dockerfile, each time."""
    lines = DOCKERFILE.text.splitlines()
    return [line.partition(" ")[2] for line in lines if line.split()[0] == name]


def image(place: Path) -> tuple[dict[str, str], list[str]]:
    """Return the variables of the image, and its command; its /data is below a place."""
    (variables,) = instructions("ENV")
    (command,) = instructions("CMD")
    told = dict(word.split("=", 1) for word in shlex.split(variables))
    assert told["MOCKSERVER_DATA_DIRECTORY"] == "/data"
    (place / "data").mkdir()
    return {**told, "MOCKSERVER_DATA_DIRECTORY": str(place / "data")}, json.loads(command)


def healthy(place: Path, **variables: str) -> int:
    """Return the status of the image's check of its health."""
    (health,) = instructions("HEALTHCHECK")
    command = json.loads(health.partition(" CMD ")[2])
    return step(place, shlex.join(command), **variables).returncode


def test_the_image_is_made(place: Path) -> None:
    """Of the wheel that was copied, for a user who may write where it says."""
    said = [step(place, command) for command in instructions("RUN")]

    assert [each.returncode for each in said] == [0, 0]
    wheels = instructions("COPY")[0].split()[1]
    assert f"{wheels}*.whl" in said[0].stdout
    user, data = instructions("USER")[0], instructions("ENV")[0].rpartition("=")[2]
    assert said[1].stdout.splitlines() == [
        f"useradd --create-home {user}",
        f"install --directory --owner={user} {data}",
    ]


def test_the_image_serves(place: Path) -> None:
    """On all addresses, and its health is that of the server."""
    told, command = image(place)

    assert healthy(place, **told) != 0
    with started(place, *command, **told) as ready:
        elsewhere = ready["http"].replace("127.0.0.1", "127.0.0.2")
        with urlopen(f"{elsewhere}/_mock/health", timeout=TIMEOUT) as answer:  # noqa: S310 - ours
            assert answer.status == 200
        assert healthy(place, **told) == 0
    assert healthy(place, **told) != 0


def test_the_services(place: Path) -> None:
    """The storage is on the volume, and the application waits for the health of the image."""
    services = yaml.safe_load(COMPOSE.text)
    sandbox, app = services["services"]["mockserver"], services["services"]["app"]
    (volume,) = sandbox["volumes"]
    told, command = image(place)
    told |= {
        name: v.replace("/data", f"{place}/data") for name, v in sandbox["environment"].items()
    }

    with started(place, *command, **told):
        assert (place / "data" / "sandbox.json").exists()
    assert volume == f"{next(iter(services['volumes']))}:/data"
    assert app["depends_on"] == {"mockserver": {"condition": "service_healthy"}}
    inner = [port.rpartition(":")[2] for port in sandbox["ports"]]
    assert inner == instructions("EXPOSE")[0].split()
    assert app["environment"]["CL_HTTP_URL"] == f"http://mockserver:{inner[0]}"


def test_the_unit(place: Path) -> None:
    """What it starts keeps its records where systemd has made a directory, and ends well."""
    unit = configparser.ConfigParser(interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read_string(UNIT.text)
    service, state = unit["Service"], place / "state"
    directory = f"/var/lib/{service['StateDirectory']}"
    program, *arguments = shlex.split(service["ExecStart"].replace(directory, str(state)))
    name, _, value = service["Environment"].replace(directory, str(state)).partition("=")
    state.mkdir()

    assert Path(program).name == "mockserver"
    with started(place, "mockserver", *arguments, **{name: value}):
        assert (state / "sandbox.json").exists()
    assert (state / "ca" / "ca.pem").exists()
