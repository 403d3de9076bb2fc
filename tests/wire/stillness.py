"""What is never the same twice, held still: the machine's clock, chance, keys, ports.

The product is known here by three names alone, so that the wire of an older commit can be recorded
with the same file: what reads the time in ``mockserver.clock``, ``mockserver.entropy.Entropy`` and
the class of the ``kept`` fixture.
"""

from __future__ import annotations

import math
import os
import random
import socket
import sys
import time
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa

#: When every test begins, in nanoseconds since the epoch: 3 March 2026, ten o'clock UTC.
BEGINNING = 1_772_532_000_000_000_000
#: How far each exchange moves the clock.
STEP = 1_000_000
#: A test that waits for what happens by itself would wait in vain: after so long without an
#: exchange, and without anything to do, the clock runs.
PATIENCE = 1_000_000_000
#: Ports below those that the machine gives to whoever asks for any.
PORTS = 20_000, 32_000


#: What Linux tells of the tests' own thread: nanoseconds that it ran, and that it had to wait to.
SCHEDULED = Path("/proc/thread-self/schedstat")


_TIMES = os.open(SCHEDULED, os.O_RDONLY) if SCHEDULED.exists() else None


def _idle_ns() -> int:
    """Return a time that stands while the tests work, or would if the machine let them."""
    busy = sum(map(int, os.pread(_TIMES, 64, 0).split()[:2])) if _TIMES else 0
    return time.monotonic_ns() - busy


class Stillness:
    """A clock and a chance that depend on nothing but the test and what it has asked so far."""

    def __init__(self) -> None:
        """Begin with no test."""
        self._moment = BEGINNING
        self._asked = _idle_ns()
        self._purpose = ""
        self._drawn = 0

    def begin(self, purpose: str) -> None:
        """Be at the beginning of a test, or of a fixture that many tests share."""
        self._moment, self._asked = BEGINNING, _idle_ns()
        self._purpose, self._drawn = purpose, 0

    def state(self) -> tuple[Any, ...]:
        """Return where a test is, for `resume`."""
        return self._moment, self._purpose, self._drawn

    def resume(self, state: tuple[Any, ...]) -> None:
        """Go on with a test that was interrupted by a fixture of many."""
        self._moment, self._purpose, self._drawn = state
        self._asked = _idle_ns()

    def step(self) -> None:
        """Let an exchange take its time."""
        self._moment += STEP
        self._asked = _idle_ns()

    def time_ns(self) -> int:
        """Return the machine's time as the product reads it."""
        return self._moment + max(0, _idle_ns() - self._asked - PATIENCE)

    def seed(self) -> tuple[object, ...]:
        """Return the next seed of what would be drawn from the machine's own chance."""
        self._drawn += 1
        return "wire", self._purpose, self._drawn

    def port(self) -> int:
        """Return the next port of a test, of those that the machine itself gives to nobody."""
        first, last = PORTS
        return random.Random(str(self.seed())).randrange(first, last)  # noqa: S311 - no secret


class Replacements:
    """What stands in the place of the machine's own, until it is taken away.

    To be made before the tests are imported: some import what is replaced here.
    """

    def __init__(self, stillness: Stillness) -> None:
        """Put all of it in place."""
        from mockserver import clock, entropy  # noqa: PLC0415 - measured by whoever measures

        self._undo: list[tuple[Any, str, Any]] = []
        opened, bound = entropy.Entropy.__init__, socket.socket.bind

        def opening(self: Any, *seed: object) -> None:
            opened(self, *(seed or stillness.seed()))

        def binding(self: socket.socket, address: Any) -> None:
            if self.family == socket.AF_INET and address[1] == 0:
                with suppress(OSError):  # somebody has it
                    return bound(self, (address[0], stillness.port()))
            return bound(self, address)

        def generating(exponent: int, size: int, *_: object) -> rsa.RSAPrivateKey:
            return key(str(stillness.seed()), exponent, size)

        self._replace(clock, "_time_ns", stillness.time_ns)
        measured = clock.monotonic
        for module in [m for name, m in sys.modules.items() if name.startswith("mockserver.")]:
            if vars(module).get("monotonic") is measured:  # imported by its name
                self._replace(module, "monotonic", lambda: stillness.time_ns() / 1_000_000_000)
        self._replace(entropy.Entropy, "__init__", opening)
        self._replace(socket.socket, "bind", binding)
        self._replace(rsa, "generate_private_key", generating)

    def _replace(self, owner: Any, name: str, instead: Any) -> None:
        self._undo.append((owner, name, getattr(owner, name)))
        setattr(owner, name, instead)

    def take_away(self) -> None:
        """Let everything be as it was."""
        for owner, name, was in self._undo:
            setattr(owner, name, was)


@cache
def key(name: str, exponent: int, size: int) -> rsa.RSAPrivateKey:
    """Return a key that is the same on every machine, and therefore no secret."""
    chance = random.Random(name)  # noqa: S311 - as above
    p, q = (_prime(chance, exponent, size // 2) for _ in range(2))
    private = pow(exponent, -1, math.lcm(p - 1, q - 1))
    return rsa.RSAPrivateNumbers(
        *(p, q, private, private % (p - 1), private % (q - 1), pow(q, -1, p)),
        rsa.RSAPublicNumbers(exponent, p * q),
    ).private_key()


def _prime(chance: random.Random, exponent: int, bits: int) -> int:
    while True:
        found = chance.getrandbits(bits) | 3 << (bits - 2) | 1
        if math.gcd(found - 1, exponent) == 1 and _is_prime(found, chance):
            return found


def _is_prime(number: int, chance: random.Random) -> bool:
    """Miller and Rabin's test, forty times."""
    odd, twos = number - 1, 0
    while odd % 2 == 0:
        odd, twos = odd // 2, twos + 1
    return pow(2, number - 1, number) == 1 and all(
        _is_no_witness(chance.randrange(2, number - 1), odd, twos, number) for _ in range(40)
    )


def _is_no_witness(base: int, odd: int, twos: int, number: int) -> bool:
    found = pow(base, odd, number)
    return found in (1, number - 1) or any(
        (found := found * found % number) == number - 1 for _ in range(twos - 1)
    )
