"""``mockserver repair`` mends a storage file and says what is lost."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mockserver.databases.opening import open_storage


def repair(path: Path) -> subprocess.CompletedProcess[str]:
    """Run the command on a file."""
    command = [sys.executable, "-m", "mockserver", "repair", str(path)]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)  # noqa: S603 - our own command


def journal(path: Path) -> list[bytes]:
    """Write a storage file with three records and return its lines."""
    storage = open_storage(f"tinydb:{path}", {})
    partition = storage.partition("acme", "test")
    for serial in (1, 2, 3):
        partition.put("tags", {"id": f"tag{serial}", "serial": serial, "name": f"t{serial}"})
    storage.close()
    return path.read_bytes().splitlines(keepends=True)


def test_a_damaged_file_can_be_opened_again(tmp_path: Path) -> None:
    """The readable lines are kept, the lost one is named, the original stays."""
    path = tmp_path / "sandbox.json"
    lines = journal(path)
    broken = next(n for n, line in enumerate(lines) if b'"tag2"' in line)
    lines[broken] = lines[broken].replace(b"tag2", b"tagX")
    path.write_bytes(b"".join(lines))

    done = repair(path)

    assert (0, "") == (done.returncode, done.stderr)
    assert f"{path}.damaged" in done.stdout
    assert f"line {broken + 1}" in done.stdout
    storage = open_storage(f"tinydb:{path}", {})
    kept = [record["id"] for record in storage.partition("acme", "test").select("tags")[0]]
    storage.close()
    assert ["tag1", "tag3"] == kept


def test_an_undamaged_file_is_left_alone(tmp_path: Path) -> None:
    """There is nothing to repair, and nothing changes."""
    path = tmp_path / "sandbox.json"
    before = b"".join(journal(path))

    done = repair(path)

    assert (0, f"{path} is not damaged.\n") == (done.returncode, done.stdout)
    assert before == path.read_bytes()


def test_what_is_no_storage_file_is_one_clear_line(tmp_path: Path) -> None:
    """Exit 2, one line, no traceback."""
    done = repair(tmp_path / "missing.json")

    assert (2, "") == (done.returncode, done.stdout)
    assert 1 == done.stderr.count("\n")
