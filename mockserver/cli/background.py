"""The process that ``mockserver serve --detach`` starts: its output goes to a log.

It is bounded, whatever is asked of the server, and for how long.
"""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress
from typing import IO

#: Bytes of a log; of a larger one the newer half stays.
LARGEST = 10 * 1024 * 1024
# Seconds between two looks.
_LOOK = 5.0


def shorten(log: IO[bytes], largest: int) -> None:
    """Leave the newer half of a log that has grown too large, from the beginning of a line on."""
    if log.seek(0, os.SEEK_END) <= largest:
        return
    log.seek(-largest // 2, os.SEEK_END)
    log.readline()
    rest = log.read()
    log.truncate(0)
    log.seek(0)
    log.write(rest)
    log.flush()


def _keep_short() -> None:
    waiting = threading.Event()
    # Appended to, whoever writes: its end is wherever it has been cut.
    with open(os.dup(sys.stdout.fileno()), "a+b") as log:  # noqa: PTH123 - a descriptor
        while True:
            with suppress(OSError):
                shorten(log, LARGEST)
            waiting.wait(_LOOK)


def main() -> None:
    """Run a command, the first word of which is how the program was called; its output is a log."""
    from mockserver.cli import main as commands  # noqa: PLC0415 - begin with the thread

    del sys.argv[0]
    threading.Thread(target=_keep_short, name="log", daemon=True).start()
    commands(sys.argv[1:])


if __name__ == "__main__":
    main()
