"""The programs of docs/extending.md run as they are, and the types of one's own are served."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.processes import TIMEOUT
from tests.documentation.blocks import Fenced, of

PROGRAMS = of("docs/extending.md", "python")


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda program: program.file)
def test_a_program(program: Fenced, data_directory: Path, tmp_path: Path) -> None:
    """Each says itself what must be true."""
    (tmp_path / program.file).write_text(program.text)
    environment = {**os.environ, "MOCKSERVER_DATA_DIR": str(data_directory)}

    done = subprocess.run(  # noqa: S603 - our own
        [sys.executable, program.file],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT,
        check=False,
    )

    assert (done.returncode, done.stderr) == (0, "")
    assert "assert " in program.text
