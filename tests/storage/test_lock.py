"""Two mock servers never use the same file."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from mockserver.storage.base import StorageError
from mockserver.storage.repair import repair
from tests.storage.journal_world import alone, contents, customer, opened, output, posix, start

HOLD = """
storage = TinyDBStorage(path, {})
storage.partition("acme", "test").put("customers", customer(1, "a"))
print("ready", flush=True)
sys.stdin.read()
"""


TRY = """
try:
    TinyDBStorage(path, {})
except StorageError as error:
    print(error)
"""


@posix
def test_a_second_process_is_refused_until_the_first_is_gone(path: Path) -> None:
    with start(HOLD, path, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        expected = f"{path} is in use by another mockserver (pid {process.pid})."
        for attempt in (opened, repair):
            with pytest.raises(StorageError) as caught:
                attempt(path)
            assert str(caught.value) == expected
        process.kill()

    assert contents(path)["acme", "test"]["customers"] == [customer(1, "a")]


def test_a_second_storage_of_the_same_process_is_refused(path: Path) -> None:
    link = path.with_name("link")
    first = opened(path)
    link.symlink_to(path)
    for name in (path, link):
        with pytest.raises(StorageError, match=rf"is in use by .* \(pid {os.getpid()}\)\.$"):
            opened(name)
    assert output(TRY, path) == f"{path} is in use by another mockserver (pid {os.getpid()}).\n"
    first.close()

    second = opened(link)
    first.close()
    assert "in use" in output(TRY, path)
    second.close()
    assert output(TRY, path) == ""


def test_the_lock_outlives_a_compaction(path: Path) -> None:
    storage = opened(path)
    storage._journal.compact()
    with pytest.raises(StorageError, match="is in use"):
        opened(path)
    assert "is in use" in output(TRY, path)
    storage.close()

    assert alone(path)
