"""The plugin's own fixtures, with the data directory of all tests."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

# The conftest above has a fixture of the same name, which is about something else.
from mockserver.pytest_plugin import sandbox  # noqa: F401


@pytest.fixture(scope="session")
def mockserver_settings(data_directory: Path) -> Mapping[str, Any]:
    """Return settings that leave the user's own directory alone."""
    return {"data_directory": data_directory}
