"""Journal files to hurt, and other processes to do it: for the durable backend."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from mockserver.storage.tinydb import TinyDBStorage

ROOT = Path(__file__).parents[2]
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals and limits of POSIX")


def opened(path: Path, **options: Any) -> TinyDBStorage:
    return TinyDBStorage(path, {}, **options)


def customer(number: int, id_: str, **values: Any) -> dict[str, Any]:
    return {"id": id_, "serial": number, **values}


def everything(storage: TinyDBStorage) -> Any:
    """Return all that a storage holds."""
    partitions = {key: storage.partition(*key) for key in list(storage._partitions)}
    return {
        key: {type_: partition.select(type_)[0] for type_ in partition.types()}
        for key, partition in partitions.items()
    }


def contents(path: Path) -> Any:
    storage = opened(path)
    try:
        return everything(storage)
    finally:
        storage.close()


def alone(path: Path) -> bool:
    """Say whether nothing was left beside the file: no lock, no half of another file."""
    return list(path.parent.iterdir()) == [path]


def fill(path: Path) -> list[tuple[int, Any]]:
    """Do some of everything; return the size of the file and what it holds after each step."""
    storage = opened(path)
    states = [(path.stat().st_size, everything(storage))]

    def step(action: Any) -> None:
        action()
        states.append((path.stat().st_size, everything(storage)))

    step(lambda: storage.partition("acme", "test"))
    acme = storage.partition("acme", "test")
    step(lambda: acme.put("customers", customer(1, "a", email="ä@b.c", nested={"k": [1]})))
    step(lambda: acme.load("customers", [customer(n, f"{n}") for n in range(2, 5)]))
    step(lambda: storage.partition("other", "live"))

    def transaction() -> None:
        with acme.transaction():
            acme.remove("customers", "3")
            acme.put("groups", customer(acme.next_number("groups"), "g", name="Gold"))

    step(transaction)
    step(lambda: storage.partition("other", "live").put("customers", customer(1, "a")))
    step(lambda: acme.remove("customers", "a"))
    step(acme.clear)
    step(lambda: acme.put("customers", customer(1, "z")))
    step(lambda: storage.drop("other"))
    step(lambda: acme.put("customers", customer(2, "y")))
    storage.close()
    return states


PRELUDE = """
import os, sys
from mockserver.storage.base import StorageError
from mockserver.storage.tinydb import TinyDBStorage
path = sys.argv[1]
def customer(number, id_, **values): return {"id": id_, "serial": number, **values}
"""


def start(script: str, *arguments: object, **options: Any) -> subprocess.Popen[str]:
    """Run a script in another process, which can talk back by printing."""
    return subprocess.Popen(  # noqa: S603 - our own script
        [sys.executable, "-c", PRELUDE + script, *map(str, arguments)],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
        **options,
    )


def output(script: str, *arguments: object, **options: Any) -> str:
    with start(script, *arguments, **options) as process:
        text, _ = process.communicate(timeout=60)
    assert process.returncode == 0
    return text
