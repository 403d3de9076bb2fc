"""A cut file gives what came before, a damaged or a foreign one is refused and left alone."""

from __future__ import annotations

import os
import random
import tempfile
from pathlib import Path
from typing import Any

import pytest

from mockserver.storage.base import StorageError
from mockserver.storage.journal import HEADER, encode
from mockserver.storage.repair import repair
from tests.storage.journal_world import (
    alone,
    contents,
    customer,
    everything,
    fill,
    opened,
    output,
    posix,
)


def become(path: Path, content: bytes) -> None:
    """Make the file anew: file systems flush one that is overwritten, which takes its time."""
    path.unlink()
    path.write_bytes(content)


def test_a_file_cut_anywhere_gives_the_transactions_before_the_cut(path: Path) -> None:
    states = fill(path)
    whole = path.read_bytes()
    assert len(whole) == states[-1][0]
    for cut in range(len(HEADER), len(whole)):
        become(path, whole[:cut])
        expected = [state for size, state in states if size <= cut][-1]
        assert contents(path) == expected
        assert path.stat().st_size == max(size for size, _ in states if size <= cut)


def test_an_empty_file_is_new(path: Path) -> None:
    path.touch()

    assert contents(path) == {}
    assert path.read_bytes() == HEADER


@pytest.mark.parametrize("cut", [1, 9, len(HEADER) // 2, len(HEADER) - 1])
def test_a_file_cut_in_its_first_line_is_refused(path: Path, cut: int) -> None:
    """Somebody's records have been in it: it does not become a new one in silence."""
    path.write_bytes(HEADER[:cut])

    with pytest.raises(StorageError, match=f"line 1 of .* is damaged: 'mockserver repair {path}'"):
        opened(path)
    assert path.read_bytes() == HEADER[:cut]
    done = repair(path)

    assert (done.kept, [loss.line for loss in done.lost]) == (0, [1])
    assert done.original is not None
    assert done.original.read_bytes() == HEADER[:cut]
    assert contents(path) == {}


def test_after_a_cut_writing_goes_on(path: Path) -> None:
    fill(path)
    path.write_bytes(path.read_bytes()[:-5])
    storage = opened(path)
    storage.partition("acme", "test").put("customers", customer(3, "x"))
    expected = everything(storage)
    storage.close()

    assert contents(path) == expected
    assert set(expected["acme", "test"]) == {"customers"}


def test_a_flipped_bit_anywhere_is_an_error_and_changes_nothing(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    for position in range(len(whole)):
        damaged = bytearray(whole)
        damaged[position] ^= 1 << position % 8
        become(path, damaged)
        with pytest.raises(StorageError, match=r"is damaged|is not a mockserver journal"):
            opened(path)
        assert path.read_bytes() == damaged


def test_every_bit_of_the_last_lines(path: Path) -> None:
    fill(path)
    whole = path.read_bytes()
    for position in range(len(whole) - 100, len(whole)):
        for bit in range(8):
            damaged = bytearray(whole)
            damaged[position] ^= 1 << bit
            become(path, damaged)
            with pytest.raises(StorageError, match="is damaged"):
                opened(path)


@pytest.mark.parametrize(
    ("harmed", "says", "kept"),
    [
        ([4], "is damaged", 10),
        ([4, 6], "is damaged, and so is another", 9),
        ([4, 6, 8], "is damaged, and so are 2 others", 8),
    ],
)
def test_the_error_names_the_line_what_is_saved_and_the_way_out(
    path: Path, harmed: list[int], says: str, kept: int
) -> None:
    fill(path)
    lines = path.read_bytes().splitlines(keepends=True)
    for number in harmed:
        lines[number - 1] = lines[number - 1].replace(b'"', b"'", 1)
    path.write_bytes(b"".join(lines))

    with pytest.raises(StorageError) as caught:
        opened(path)
    assert str(caught.value) == (
        f"line 4 of {path} {says}: "
        f"'mockserver repair {path}' keeps the {kept} that read, and names what is lost."
    )
    done = repair(path)
    assert (done.kept, [loss.line for loss in done.lost]) == (kept, harmed)


# --- files that cannot be used


FOREIGN: dict[str, Any] = {
    "text": lambda path: path.write_text("Dear diary,\n\ntoday\n"),
    "a list of JSON": lambda path: path.write_text('[{"data": []}]'),
    "random bytes": lambda path: path.write_bytes(random.Random(1).randbytes(5000)),  # noqa: S311 - not a secret
    "zeros": lambda path: path.write_bytes(bytes(100_000)),
    "a line of ours without header": lambda path: path.write_bytes(encode({"a": {"b": {}}})),
}


@pytest.mark.parametrize("make", FOREIGN.values(), ids=FOREIGN.keys())
def test_a_foreign_file_is_refused_and_left_alone(path: Path, make: Any) -> None:
    make(path)
    before = path.read_bytes(), path.stat().st_mtime_ns
    with pytest.raises(StorageError) as caught:
        opened(path)

    assert str(caught.value) == f"{path} is not a mockserver journal; it was left as it is."
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before
    assert alone(path)


def test_another_format_version_is_refused(path: Path) -> None:
    path.write_bytes(encode({"format": "mockserver journal", "version": 2}) + encode({}))
    with pytest.raises(StorageError, match=r"has format 2, this mockserver reads 1 only\.$"):
        opened(path)


def test_a_directory_or_a_pipe_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StorageError, match=r"is not a file\.$"):
        opened(tmp_path)
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe")
        with pytest.raises(StorageError, match=r"is not a file\.$"):
            opened(tmp_path / "pipe")


def test_a_missing_directory_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "journal"
    with pytest.raises(StorageError) as caught:
        opened(path)

    assert str(caught.value) == f"{path} cannot be opened: No such file or directory."
    assert not path.parent.exists()


AS_NOBODY = """
import fcntl  # now: nobody may not read the library of a Python that lives in root's home
os.seteuid(65534)
try:
    TinyDBStorage(path, {})
except StorageError as error:
    print(error)
"""


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="root becomes nobody")
@pytest.mark.parametrize("directory_mode", [0o755, 0o777], ids=["directory", "file"])
def test_a_file_that_may_not_be_written_is_refused(directory_mode: int) -> None:
    with tempfile.TemporaryDirectory() as directory:  # nobody may not enter those of pytest
        path = Path(directory) / "journal"
        fill(path)
        path.chmod(0o444)
        path.parent.chmod(directory_mode)
        before = path.read_bytes()

        assert output(AS_NOBODY, path) == f"{path} cannot be opened: Permission denied.\n"
        assert path.read_bytes() == before
        assert alone(path)
