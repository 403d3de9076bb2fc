"""Run random operations on orders, until there were so many: ``--operations 100000``."""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from mockserver.oauth.keys import SigningKey
from mockserver.settings import Settings
from tests.commerce.random_orders.machine import OrderMachine
from tests.commerce.random_orders.walk import Walk
from tests.conftest import BEGINNINGS, Kept

#: How many shops are opened by one seed, and how much happens in each.
SHOPS, STEPS = 10, 120


def run(kept: Kept, number: int, shops: int = SHOPS, steps: int = STEPS) -> None:
    """Run the operations that follow from a seed."""
    made: list[OrderMachine] = []

    def machine() -> OrderMachine:
        made[:] = [OrderMachine(kept.put_back)]
        return made[0]

    try:
        run_state_machine_as_test(
            seed(number)(machine),
            settings=settings(
                max_examples=shops,
                stateful_step_count=steps,
                phases=[Phase.generate],
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
                print_blob=False,
            ),
        )
    except BaseException:
        sys.stderr.write("\n".join([*made[0].walk.log[-40:], ""]))
        raise


def main() -> None:
    """Run seed after seed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--operations", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=0, help="the first one")
    asked = parser.parse_args()
    directory = Path(tempfile.mkdtemp())
    SigningKey.kept_in(directory)
    options = {**BEGINNINGS, "auth": True, "data_directory": directory}
    kept, number, began = Kept(Settings(storage="memory", **options)), asked.seed, time.monotonic()
    while Walk.count < asked.operations:
        run(kept, number)
        spent = time.monotonic() - began
        sys.stdout.write(f"seed {number}: {Walk.count} operations, {spent:.0f} s\n")
        sys.stdout.flush()
        number += 1
    kept.app.close()


if __name__ == "__main__":
    main()
