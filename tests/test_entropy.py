"""A seeded stream repeats itself; different seeds and purposes have different ones."""

from __future__ import annotations

import re
import uuid

from mockserver.entropy import Entropy, fingerprint


def drawn(*seed: object) -> list[object]:
    """Draw one value of each kind."""
    entropy = Entropy(*seed)
    return [entropy.uuid(), entropy.hex(64), entropy.token(), entropy.bytes(4), entropy.fraction()]


def test_a_seed_repeats_itself() -> None:
    """The same seed gives the same values, another one others."""
    assert drawn(1, "acme") == drawn(1, "acme")
    assert drawn(1, "acme") != drawn(2, "acme")
    assert drawn(1, "acme") != drawn(1, "shop")
    assert drawn() != drawn()


def test_what_is_drawn_is_well_formed() -> None:
    """A UUID of version 4, so many digits and characters, a fraction."""
    id_, digits, token, raw, fraction = drawn(1)
    assert (4, uuid.RFC_4122) == (uuid.UUID(str(id_)).version, uuid.UUID(str(id_)).variant)
    assert re.fullmatch(r"[0-9a-f]{64}", str(digits))
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", str(token))
    assert isinstance(raw, bytes)
    assert 0 <= float(str(fraction)) < 1


def test_fingerprints_do_not_depend_on_the_process() -> None:
    """They are what they were when this test was written."""
    assert fingerprint("acme", 1) == fingerprint("acme", 1)
    assert fingerprint("ac", "me1") != fingerprint("acm", "e1")
