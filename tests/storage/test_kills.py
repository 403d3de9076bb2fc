"""Killed servers lose nothing that they have answered; more of them by ``tests.storage.kills``."""

from __future__ import annotations

from pathlib import Path

from tests.databases import Postgres
from tests.storage.journal_world import posix
from tests.storage.kills import Ground

TIMES = 8


@posix
def test_killed_servers_lose_nothing_that_was_answered(tmp_path: Path) -> None:
    """However they are hit, with three clients and a file that is compacted all the while."""
    ground = Ground("tinydb", tmp_path, seed=7)
    for _ in range(TIMES):
        ground.kill_one()

    assert ground.answered >= TIMES


def test_neither_do_those_of_sqlite(tmp_path: Path) -> None:
    ground = Ground("sqlite", tmp_path, seed=7)
    for _ in range(TIMES // 2):
        ground.kill_one()

    assert ground.answered >= TIMES // 2


def test_neither_do_those_of_postgresql(postgres: Postgres, tmp_path: Path) -> None:
    """The transaction that a killed server was in is undone by the database."""
    ground = Ground(postgres.database(), tmp_path, seed=7)
    for _ in range(TIMES // 2):
        ground.kill_one()

    assert ground.answered >= TIMES // 2
