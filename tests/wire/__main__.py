"""``python -m tests.wire compare A B``: say where two recordings of the wire differ."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.wire.comparing import compare, read

USAGE = "usage: python -m tests.wire compare DIRECTORY DIRECTORY [--show COUNT]\n"


def main(arguments: list[str]) -> int:
    """Print the differences; return 0 where there is none, 1 where there are, 2 for bad usage."""
    match arguments:
        case ["compare", first, second, *rest] if len(rest) in (0, 2):
            shown = int(rest[1]) if rest else 10
            result = compare(read(Path(first)), read(Path(second)))
            sys.stdout.write(result.text(shown))
            return 1 if result.differences else 0
    sys.stderr.write(USAGE)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
