"""Random operations on orders keep what holds of all orders (commerce.md §3, §14, §15).

``make orders`` runs a hundred thousand of them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.backends import BACKENDS
from tests.commerce.random_orders.__main__ import run
from tests.conftest import Kept


@pytest.mark.parametrize("storage", BACKENDS)
def test_any_operations(kept: Callable[[str, Mapping[str, Any]], Kept], storage: str) -> None:
    """Sums, balances, stock and counters are in order, and what is refused changes nothing."""
    run(kept(storage, {"auth": True}), number=1, shops=3, steps=60)
