"""Passwords are kept so that they can be checked and not read."""

from __future__ import annotations

import pytest

from mockserver.passwords import hash_password, verify_password

SALT = b"0123456789abcdef"


@pytest.mark.parametrize("plain", ["secret", " spaces count ", "pässwörd", "\ud800 lone"])
def test_verify(plain: str) -> None:
    """The password it was made of is the only one a hash accepts."""
    stored = hash_password(plain, SALT)

    assert verify_password(plain, stored)
    assert not verify_password(f"{plain} ", stored)
    assert plain not in stored


def test_salt() -> None:
    """Equal passwords have equal hashes only with equal salts."""
    assert hash_password("secret", SALT) == hash_password("secret", SALT)
    assert hash_password("secret", SALT) != hash_password("secret", b"another salt ...")
