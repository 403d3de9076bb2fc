"""The only place that says how this program is called, in commands that can be pasted anywhere."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path

_NAME = "mockserver"


def program() -> str:
    """Return the words that call this program again, from whichever directory."""
    called = Path(sys.argv[0])
    if called.name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m {_NAME}"
    if called.stem != _NAME or not called.is_file():  # another program runs this one
        return _NAME
    found = shutil.which(_NAME)
    is_on_path = found is not None and Path(found).samefile(called)
    return _NAME if is_on_path else shlex.quote(str(called.absolute()))
