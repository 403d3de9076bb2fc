"""A backend of a user's own is named by module and class."""

from __future__ import annotations

import pytest

from mockserver.databases.opening import open_storage
from mockserver.storage.base import StorageError
from mockserver.storage.memory import MemoryStorage


def test_a_backend_is_found_by_its_name() -> None:
    """And told what records are looked up by."""
    assert isinstance(open_storage("mockserver.storage.memory:MemoryStorage", {}), MemoryStorage)


@pytest.mark.parametrize("name", ["nowhere_at_all:Storage", "mockserver.storage.memory:Nothing"])
def test_a_backend_that_is_not_there(name: str) -> None:
    """Said by name, with what is missing."""
    with pytest.raises(StorageError, match=f"the storage {name} cannot be imported: .*(No|no) "):
        open_storage(name, {})


@pytest.mark.parametrize("name", ["drawer", "a b:c", "tinydb:", "sqlite:", "module:no-name"])
def test_what_is_no_backend(name: str) -> None:
    """Said with what there is."""
    with pytest.raises(StorageError, match=r"it is 'memory', 'tinydb:PATH', 'sqlite:PATH', "):
        open_storage(name, {})
