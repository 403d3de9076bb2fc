"""Applications that a test may do anything to: each has its own, made in a few milliseconds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import Application, create_app
from mockserver.control.plane import ControlPlane
from mockserver.settings import Settings

Make = Callable[..., Application]


@pytest.fixture
def make(data_directory: Path) -> Iterator[Make]:
    """Return what makes an application from settings; they are closed at the end."""
    made: list[Application] = []

    def application(**settings: Any) -> Application:
        told = {"seeded": False, "data_directory": data_directory, **settings}
        made.append(create_app(Settings(**told)))
        return made[-1]

    yield application
    for one in made:
        one.close()


@pytest.fixture
def place(storage: str, tmp_path: Path) -> str:
    """Return where the records are: as a setting says it."""
    return storage if storage == "memory" else f"{storage}:{tmp_path / 'records'}"


@pytest.fixture
def fresh(make: Make, place: str) -> Application:
    """Return an application of the test's own, without customers."""
    return make(storage=place)


@pytest.fixture
def plane(fresh: Application) -> ControlPlane:
    """Return what controls it."""
    return fresh.plane
