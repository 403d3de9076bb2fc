"""The names, streets and places that seeding chooses from, drawn once and read from a file.

See ``drawing.py`` for how the file came to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path

import orjson

from mockserver.late_dataclass import dataclass

POOLS = Path(__file__).with_name("pools.json")

Place = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Pool:
    """Names of people of one country, and places where they live.

    Attributes:
        lines: streets with a number.
        places: city, postcode and state, which belong together.
    """

    country_code: str
    language_code: str
    first_names: Sequence[str]
    last_names: Sequence[str]
    companies: Sequence[str]
    lines: Sequence[str]
    phones: Sequence[str]
    places: Sequence[Place]


@cache
def pools() -> Mapping[str, Pool]:
    """Return the pool of each country."""
    return {
        code: Pool(country_code=code, **members)
        for code, members in orjson.loads(POOLS.read_bytes()).items()
    }
