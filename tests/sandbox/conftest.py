"""Bearers of real tokens, for tests whose outcome depends on who asks."""

from __future__ import annotations

import pytest

from mockserver.app import Application
from mockserver.clock import Clock
from tests.sandbox.bearers import Bearers


@pytest.fixture
def bearers(app: Application) -> Bearers:
    """Return what gets tokens of the first organization."""
    return Bearers(app)


@pytest.fixture
def clock(app: Application) -> Clock:
    """Return the time of the organization, which a test may stop."""
    return next(iter(app.organizations)).clock
