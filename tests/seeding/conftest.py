"""The first organization as a server starts with it."""

from __future__ import annotations

import pytest

from mockserver.engine.organization import Organization
from mockserver.engine.sandbox import Sandbox
from tests.seeding.worlds import seeded


@pytest.fixture(scope="session")
def acme() -> Organization:
    """Return the whole of it; not to be changed."""
    return seeded(50)


@pytest.fixture(scope="session", params=["test", "live"])
def sandbox(request: pytest.FixtureRequest, acme: Organization) -> Sandbox:
    """Return each mode of it; not to be changed."""
    return acme.sandbox(request.param)
