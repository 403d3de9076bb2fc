"""The variables that lead other programs to one organization, in the mode a test is in."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mockserver.access import Mode

Environment = dict[str, str]

#: Variables that say of which mode they are.
OF_A_MODE = ("CL_TEST_", "CL_LIVE_")


def environment(document: Mapping[str, Any], place: Path, mode: Mode) -> Environment:
    """Return the variables of ``mockserver run``, added to those of this process.

    Args:
        document: what a ready file would say of the server and the organization.
        place: a directory for files that the variables name.
        mode: of the credentials under the names that say of no mode.
    """
    from mockserver.cli import environment as cli  # noqa: PLC0415 - imports click; rarely needed
    from mockserver.cli.ready import write  # noqa: PLC0415 - as above

    place.mkdir(parents=True, exist_ok=True)
    file = place / "ready.json"
    ready = {**document, "pid": os.getpid()}
    write(ready, file)
    found = cli.environment(os.environ, ready, file, mapped="", place=place)
    if mode == "live":
        # There, what says of no mode is of the test mode.
        posing = {**ready, "organizations": [_posing(each) for each in ready["organizations"]]}
        other = cli.environment(os.environ, posing, file, mapped="", place=place)
        found = {n: v if n.startswith(OF_A_MODE) else other[n] for n, v in found.items()}
    return {name: value for name, value in found.items() if os.environ.get(name) != value}


def _posing(organization: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return an organization whose live credentials pass for those of the test mode."""
    live = [{**c, "mode": "test"} for c in organization["credentials"] if c["mode"] == "live"]
    return {**organization, "credentials": live}
