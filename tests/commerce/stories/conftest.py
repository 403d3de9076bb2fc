"""The stories of the contract (catalogue.md §35, commerce.md §29), on every storage backend."""

from __future__ import annotations

import pytest

from tests.backends import BACKENDS

#: Databases are asked the same again, which takes longer: the other numbers are told to the first.
SHORT = BACKENDS[:2]


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Tell each story to each kind of storage."""
    is_again = "other_numbers" in metafunc.function.__name__
    metafunc.parametrize("storage", SHORT if is_again else BACKENDS)
