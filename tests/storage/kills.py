"""Servers killed in the midst of their work: ``python -m tests.storage.kills --times 500``.

Each round starts a server on the same stored file, has clients write to it for a moment, kills it
with SIGKILL, and looks into the file: whatever was answered must be there, whatever was not is
there whole or not at all. The file is compacted all the while, as it would be after days.
"""

from __future__ import annotations

import argparse
import http.client
import json
import multiprocessing
import os
import random
import shutil
import signal
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any, cast

from mockserver.app import create_app
from mockserver.databases.opening import open_storage
from mockserver.resources.registry import indexes
from mockserver.settings import Settings
from mockserver.storage.base import Partition, Storage
from mockserver.storage.conditions import Compare, both
from mockserver.storage.tinydb import TinyDBStorage
from tests.databases import Postgres, programs

CLIENTS = 3
#: How many writes are answered before a kill, at most.
WRITES = 60
#: Seconds in which they must be, on the slowest machine.
PATIENCE = 60.0
#: How many customers a client leaves alone; the older ones it removes.
LEFT = 20
#: The largest that the file may grow, which holds the past too.
LARGEST = 64 * 1024 * 1024
TYPE = "application/vnd.api+json"


class LostError(AssertionError):
    """Something that was answered is not there, or something else half."""


def serve(place: str, directory: Path, pipe: Connection) -> None:
    """Serve from the file until killed; for a process of its own."""
    from mockserver.web.server import Server  # noqa: PLC0415 - in that process only

    told = {"seeded": False, "auth": False, "history_size": 500, "data_directory": directory}
    app = create_app(Settings(storage=place, **cast("Any", told)))
    with Server(app, port=0, tls_port=None) as server:
        pipe.send(server.port)
        while True:
            # Far more often than it would: the kill is to meet it in every phase.
            if isinstance(app.storage, TinyDBStorage):
                app.storage._journal.compact()
            time.sleep(0.02)


@dataclass
class Writer:
    """Creates, changes and removes customers, and notes what was answered.

    Attributes:
        name: begins the emails of its customers.
        known: by id the reference of each customer that was answered.
        asked: the request that is under way.
        number: how many requests were begun.
        answered: how many were answered.
        refused: what was not answered as it should be.
    """

    name: str
    known: dict[str, str] = field(default_factory=dict)
    asked: tuple[str, str, str] | None = None
    number: int = 0
    answered: int = 0
    refused: str | None = None

    def run_against(self, port: int) -> threading.Thread:
        """Write until the server is gone."""
        thread = threading.Thread(target=self._run, args=(port,))
        thread.start()
        return thread

    def _run(self, port: int) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
        try:
            while self.refused is None:
                self._write(connection)
        except (OSError, http.client.HTTPException):
            return
        finally:
            connection.close()

    def _write(self, connection: http.client.HTTPConnection) -> None:
        number = self.number
        self.number += 1
        text = f"{self.name}-{number}"
        if len(self.known) > LEFT and number % 4 == 0:
            id_ = next(iter(self.known))
            self._ask(connection, "DELETE", id_, "")
            self.known.pop(id_)
        elif self.known and number % 2:
            id_ = random.choice(list(self.known))  # noqa: S311 - not a secret
            self._ask(connection, "PATCH", id_, text)
            self.known[id_] = text
        else:
            created = self._ask(connection, "POST", "", text)
            self.known[created["data"]["id"]] = text
        self.asked = None
        self.answered += 1

    def _ask(self, connection: http.client.HTTPConnection, method: str, id_: str, text: str) -> Any:
        self.asked = method, id_, text
        attributes = {"reference": text, "metadata": {"filler": "x" * random.randrange(2000)}}  # noqa: S311 - not a secret
        if method == "POST":
            attributes["email"] = f"{text}@example.com"
        named = {"id": id_} if id_ else {}
        body = json.dumps({"data": {"type": "customers", **named, "attributes": attributes}})
        path = f"/api/customers/{id_}".rstrip("/")
        connection.request(method, path, body if text else None, {"Content-Type": TYPE})
        answer = connection.getresponse()
        content = answer.read()
        if answer.status not in (200, 201, 204):
            self.refused = f"{method} {path} was answered {answer.status}: {content!r}"
            raise http.client.HTTPException
        return json.loads(content) if content else None


def check(partition: Partition, client: Writer) -> None:
    """Compare what a client knows with what is stored, and take over what it could not know."""
    if client.refused:
        raise LostError(client.refused)
    method, id_, text = client.asked or ("", "", "")
    client.asked = None
    mine = Compare("email", "like", f"{client.name}-%")
    found = {r["id"]: r["reference"] for r in partition.select("customers", mine)[0]}
    expected = dict(client.known)
    if method == "DELETE" and id_ not in found:
        expected.pop(id_)
    elif method == "PATCH" and found.get(id_) == text:
        expected[id_] = text
    elif method == "POST":
        expected |= {i: reference for i, reference in found.items() if reference == text}
    if found != expected:
        message = f"{client.name} was answered {expected}, and finds {found}"
        raise LostError(message)
    client.known = expected
    for customer in list(expected)[-2:]:
        _check_whole(partition, customer)


def _check_whole(partition: Partition, id_: str) -> None:
    """See that the event and the history of a new customer came with it, neither twice."""
    event = both(Compare("name", "eq", "customers.create"), Compare("resource", "eq", id_))
    change = both(Compare("event", "eq", "create"), Compare("resource_id", "eq", id_))
    counts = partition.count("events", event), partition.count("event_stores", change)
    if counts != (1, 1):
        message = f"customer {id_} has {counts} events and changes of its creation"
        raise LostError(message)


class Ground:
    """A stored file on which servers live and die, and the clients that write to it."""

    def __init__(self, storage: str, directory: Path, seed: int) -> None:
        """Begin without a file.

        Args:
            storage: the kind whose file it is, or the URL of a database with nothing in it.
            directory: where the file is made.
            seed: of the moments of the kills.
        """
        self._directory = directory
        self._storage = storage
        self._path = directory / "sandbox.json"
        self._place = storage if "://" in storage else f"{storage}:{self._path}"
        self._chance = random.Random(seed)  # noqa: S311 - not a secret
        self._context = multiprocessing.get_context("forkserver")
        self._context.set_forkserver_preload(["mockserver.app", "mockserver.web.server"])
        self._clients = [Writer(f"c{number}") for number in range(CLIENTS)]
        #: How many died while their file was being compacted; how large it was at most.
        self.compacting = self.largest = 0

    @property
    def answered(self) -> int:
        """How many writes have been answered."""
        return sum(client.answered for client in self._clients)

    def kill_one(self) -> None:
        """Let a server work for a moment, and kill it.

        Raises:
            LostError: something that was answered is not there.
        """
        ours, theirs = self._context.Pipe()
        arguments = (self._place, self._directory, theirs)
        process = self._context.Process(target=serve, args=arguments)
        process.start()
        theirs.close()
        port = ours.recv()
        enough = self.answered + self._chance.randint(1, WRITES)
        threads = [client.run_against(port) for client in self._clients]
        late = time.monotonic() + PATIENCE
        while self.answered < enough and time.monotonic() < late:
            time.sleep(self._chance.uniform(0, 0.002))
        os.kill(process.pid or 0, signal.SIGKILL)
        process.join()
        ours.close()
        for thread in threads:
            thread.join()
        self._look()

    def _look(self) -> None:
        """Open what is stored, as the next server does, and compare."""
        if self._place == self._storage:
            self._compare(open_storage(self._place, indexes()))
            return
        self.compacting += self._path.with_name(f"{self._path.name}.new").exists()
        self.largest = max(self.largest, self._path.stat().st_size)
        if self.largest > LARGEST:
            message = f"the file grew to {self.largest} bytes"
            raise LostError(message)
        with tempfile.TemporaryDirectory() as elsewhere:
            # Whoever looks must not tidy up what the next server is to find.
            for file in self._directory.glob(f"{self._path.name}*"):
                shutil.copy(file, elsewhere)
            place = f"{self._storage}:{Path(elsewhere) / self._path.name}"
            self._compare(open_storage(place, indexes()))

    def _compare(self, storage: Storage) -> None:
        try:
            partition = storage.partition(storage.organizations()[0], "test")
            for client in self._clients:
                check(partition, client)
        finally:
            storage.close()


@contextmanager
def kept(kind: str) -> Iterator[str]:
    """Return a kind of storage, or the URL of a database of a server that is there meanwhile."""
    if kind != "postgresql":
        yield kind
        return
    server = Postgres(programs()[0])
    try:
        yield server.database()
    finally:
        server.remove()


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--times", type=int, default=500, help="how many servers are killed (500)")
    parser.add_argument(
        "--storage", default="tinydb", help="kind of storage: %(default)s, sqlite or postgresql"
    )
    parser.add_argument("--seed", type=int, default=1, help="of the moments of the kills (1)")
    told = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory, kept(told.storage) as storage:
        ground = Ground(storage, Path(directory), told.seed)
        for turn in range(1, told.times + 1):
            ground.kill_one()
            if turn % 25 == 0 or turn == told.times:
                sys.stdout.write(
                    f"{turn} kills, {ground.compacting} of them during a compaction: "
                    f"{ground.answered} writes answered, none lost; "
                    f"largest file {ground.largest / 1e6:.1f} MB\n"
                )
                sys.stdout.flush()
    return 0


if __name__ == "__main__":
    sys.exit(main())
