"""The only place that hashes passwords and compares them with their hashes."""

from __future__ import annotations

import hashlib
import hmac
import re

#: scrypt's cost: a few milliseconds, so that a sandbox signs thousands of customers up quickly.
COST = 2**10
HASHED = re.compile(rf"scrypt\${COST}\$([0-9a-f]{{2}}){{1,64}}\$[0-9a-f]{{64}}")


def hash_password(plain: str, salt: bytes) -> str:
    """Return the storable form of a password: the parameters, the salt and the digest."""
    return f"scrypt${COST}${salt.hex()}${_digest(plain, salt, COST).hex()}"


def verify_password(plain: str, stored: str) -> bool:
    """Say, in a time that does not tell where they differ, whether it is the stored password."""
    _, cost, salt, digest = stored.split("$")
    found = _digest(plain, bytes.fromhex(salt), int(cost))
    return hmac.compare_digest(found, bytes.fromhex(digest))


def is_hashed(text: str) -> bool:
    """Say whether a text is what is stored of a password, rather than one."""
    return HASHED.fullmatch(text) is not None


def _digest(plain: str, salt: bytes, cost: int) -> bytes:
    # A form may smuggle a lone surrogate in; it is a wrong password, not a crash.
    raw = plain.encode("utf-8", "surrogatepass")
    return hashlib.scrypt(raw, salt=salt, n=cost, r=8, p=1, dklen=32)
