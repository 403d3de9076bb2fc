"""Ids are ten letters that hide a number, reversibly (conventions.md §3)."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.identifiers import SPACE, Identifiers

IDS = Identifiers(1, "acme", "test")


@given(st.integers(1, SPACE - 1))
def test_an_id_is_ten_letters_and_tells_its_number(number: int) -> None:
    """Every number has an id, and the id leads back to it."""
    id_ = IDS.encode("customers", number)

    assert re.fullmatch(r"[A-Za-z]{10}", id_)
    assert number == IDS.decode("customers", id_)


def test_ids_are_unique_within_a_type() -> None:
    """No two of the first ten thousand are the same."""
    assert 10_000 == len({IDS.encode("customers", number) for number in range(1, 10_001)})


def test_types_modes_and_seeds_have_other_ids() -> None:
    """The first record has another id in each."""
    others = [
        IDS.encode("orders", 1),
        Identifiers(1, "acme", "live").encode("customers", 1),
        Identifiers(2, "acme", "test").encode("customers", 1),
        Identifiers(1, "shop", "test").encode("customers", 1),
        IDS.encode("customers", 1),
    ]

    assert 5 == len(set(others))


def test_ids_stay_the_same_from_release_to_release() -> None:
    """Published examples, fixtures and other people's tests name them."""
    assert ["njPLtXsIda", "YxnhWHtijw"] == [
        Identifiers(1, "x", "test").encode("customers", number) for number in (1, 2)
    ]


@pytest.mark.parametrize("text", ["", "short", "tenletter1", "elevenlette", "tenlettérs"])
def test_what_is_not_an_id(text: str) -> None:
    """It stands for no number."""
    assert IDS.decode("customers", text) is None
