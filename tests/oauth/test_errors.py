"""The catalogue of OAuth errors."""

from __future__ import annotations

import pytest

from mockserver.oauth.errors import CATALOGUE, CODES, oauth_error


@pytest.mark.parametrize("key", CATALOGUE)
def test_every_error_reads_as_the_real_ones(key: str) -> None:
    """Members, their order, and a numeric status."""
    body = oauth_error(key, name="x", count=1, reason="x").body()
    (error,) = body["errors"]

    assert list(error) == ["title", "detail", "code", "status", "meta"]
    assert CODES[error["status"]] == error["code"]
    assert error["meta"] == {}
    assert "{" not in error["detail"]
