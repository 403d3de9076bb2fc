"""The names there are to choose from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from mockserver.schema.countries import COUNTRY_CODES
from mockserver.seeding.drawing import pools_json
from mockserver.seeding.pools import POOLS, pools


def test_the_file_is_what_faker_draws() -> None:
    """Drawing anew with the pinned Faker changes nothing."""
    assert pools_json() == POOLS.read_bytes()


def test_pools_are_complete() -> None:
    """Each country has a code, and everything an address needs."""
    assert pools().keys() <= COUNTRY_CODES
    for pool in pools().values():
        assert min(map(len, (pool.first_names, pool.last_names, pool.lines, pool.phones))) >= 40
        assert all(city and zip_code for city, zip_code, _ in pool.places)
        assert all(line.strip() == line and "\n" not in line for line in pool.lines)


def test_seeding_does_without_faker() -> None:
    """Importing Faker would take longer than all the rest of the start."""
    script = """
import sys
from tests.seeding.worlds import seeded
seeded(1)
sys.exit("faker" in sys.modules)
"""
    found = subprocess.run(  # noqa: S603 - our own script
        [sys.executable, "-c", script], cwd=Path(__file__).parents[2], check=False
    )

    assert found.returncode == 0
