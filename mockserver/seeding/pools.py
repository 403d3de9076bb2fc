"""The names, streets and places that seeding chooses from, drawn once and read from a file.

See ``drawing.py`` for how the file came to be.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import orjson

PACKAGE = Path(__file__).parents[1]
#: Beside the package's modules in a wheel, beside the package in a checkout.
FIXTURES = next(
    (path for path in (PACKAGE / "fixtures", PACKAGE.parent / "fixtures") if path.is_dir()),
    PACKAGE / "fixtures",
)
POOLS = FIXTURES / "pools.json"

Place = Sequence[str | None]


@dataclass(frozen=True, slots=True)
class Pool:
    """What people of one country are called and where they live.

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
