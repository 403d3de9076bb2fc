"""Options that the environment and a file of settings can set too."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from mockserver.settings import Settings

#: What the variable of a setting begins with.
PREFIX = "MOCKSERVER_"
#: What is set where nobody says anything.
DEFAULTS = Settings(data_directory=Path())


def setting(declaration: str, *short: str, **words: Any) -> click.Option:
    """Declare an option that the environment can set too, and that shows its default."""
    name = declaration.partition("/")[0].strip("-")
    words = {"show_default": "default" in words, **words}
    return click.Option(
        [declaration, *short], envvar=PREFIX + name.replace("-", "_").upper(), **words
    )
