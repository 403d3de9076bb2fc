"""What calls between processes take, return and raise arrives as it was."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from mockserver.access import Owner
from mockserver.errors import Refusal, refusal
from mockserver.oauth.errors import OAuthError, oauth_error
from mockserver.testing.packing import failure, packed, raised, unpacked
from mockserver.testing.results import Result

VALUES: dict[str, Any] = {
    "nothing": None,
    "text": "jane\u2028\ud800",
    "number": 2**70,
    "fraction": 0.1,
    "list": [1, [True, None]],
    "pair": ("orders", "x"),
    "pairs": [("orders", "x"), ("returns", "y")],
    "set": {"a", "b"},
    "moment": datetime(2026, 1, 15, 10, tzinfo=UTC),
    "object": {"a": {"b": ("c",)}},
    "owner": Owner("User", "x"),
}


@pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
def test_values(value: Any) -> None:
    found = unpacked(packed(value))

    assert (value, type(value)) == (found, dict if type(found) is Result else type(found))


def test_objects_are_results() -> None:
    """Their members are attributes, however deep they are."""
    assert "x" == unpacked(packed({"data": [{"id": "x"}]})).data[0].id


ERRORS: dict[str, Exception] = {
    "refusal": refusal("METHOD_NOT_ALLOWED", headers={"Allow": "GET"}).noting("Did you mean GET?"),
    "oauth": oauth_error("invalid_client"),
    "lookup": LookupError("there is none"),
    "value": ValueError("it is none"),
}


@pytest.mark.parametrize("error", ERRORS.values(), ids=ERRORS)
def test_errors(error: Exception) -> None:
    """With everything that they say, notes included."""
    error.add_note("There are others.")

    found = raised(unpacked(packed(failure(error))))

    assert (type(error), str(error)) == (type(found), str(found))
    assert ["There are others."] == found.__notes__
    if isinstance(error, Refusal | OAuthError):
        assert vars(error) == vars(found)


def test_an_error_of_another_kind() -> None:
    """Is told in the words of whoever works on the server."""
    found = raised(unpacked(packed(failure(ZeroDivisionError("by zero")))))

    assert (RuntimeError, "ZeroDivisionError('by zero')") == (type(found), str(found))
