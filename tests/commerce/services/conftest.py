"""A service that is called for real."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.webhooks.service import ExternalService


@pytest.fixture
def service() -> Iterator[ExternalService]:
    """Return a service on a port of its own."""
    with ExternalService() as service:
        yield service
