"""An application of each test's own, and a receiver."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from mockserver.app import MockServerApp, create_app
from mockserver.settings import Settings
from tests.webhooks.receiver import Receiver


@pytest.fixture
def place(storage: str, tmp_path: Path) -> str:
    """Return where the records are: as a setting says it."""
    return storage if storage == "memory" else f"{storage}:{tmp_path / 'records'}"


@pytest.fixture
def told(place: str, data_directory: Path, options: Any) -> Settings:
    """Return the settings of the application."""
    base = {"seeded": False, "auth": False, "storage": place, "data_directory": data_directory}
    return Settings(**{**base, **options})


@pytest.fixture
def app(told: Settings) -> Iterator[MockServerApp]:
    """Return an application without customers; whatever it does ends with the test."""
    app = create_app(told)
    yield app
    app.close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Return what webhooks can call."""
    with Receiver() as receiver:
        yield receiver
