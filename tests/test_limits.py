"""No test waits for ever, whoever has started the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PYTEST = (sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-c", "pyproject.toml", "-q")
SIGNALS = "tests/cli/test_run.py::test_signals_are_handed_on"
HANGS = """
import subprocess, sys

def test_hangs():
    with subprocess.Popen(["sleep", "4"], stdout=subprocess.PIPE) as process:
        process.stdout.read()
        process.wait()
"""


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """Run a command from the root to its end."""
    return subprocess.run(  # noqa: S603 - our own
        command, cwd=ROOT, capture_output=True, text=True, timeout=90, check=False
    )


def test_a_limit_for_every_test(pytestconfig: pytest.Config) -> None:
    """Those that know of none as well."""
    assert float(pytestconfig.getini("timeout")) > 0
    assert pytestconfig.getini("timeout_method") == "thread"


def test_what_hangs_is_ended(tmp_path: Path) -> None:
    """It is named, with the line it waits in, though leaving it would mean to wait again."""
    (tmp_path / "test_it.py").write_text(HANGS)

    done = run(*PYTEST, "-o", "timeout=1", f"--rootdir={tmp_path}", str(tmp_path))

    assert done.returncode != 0
    assert "process.stdout.read()" in done.stdout
    assert "Timeout" in done.stdout


@pytest.mark.parametrize("ignored", ["HUP", "HUP INT QUIT TERM"], ids=["nohup", "all"])
def test_signals_that_whoever_started_us_ignores(ignored: str) -> None:
    """What the tests start hears them nevertheless."""
    script = f"trap '' {ignored}; exec \"$@\""

    done = run("sh", "-c", script, "sh", *PYTEST, "-o", "timeout=60", SIGNALS)

    assert (done.returncode, done.stderr) == (0, "")
