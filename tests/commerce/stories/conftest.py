"""The stories of the contract (catalogue.md §35, commerce.md §29), on every storage backend."""

from __future__ import annotations

import pytest

from tests.backends import BACKENDS


@pytest.fixture(params=BACKENDS)
def storage(request: pytest.FixtureRequest) -> str:
    """Return each kind of storage: what an order comes to is the same on all."""
    kind: str = request.param
    return kind
