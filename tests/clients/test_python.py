"""The published Python client, unmodified, over http."""

from __future__ import annotations

import re

from tests.clients.conftest import Environment, succeed
from tests.clients.install import HERE, PYTHON


def test_python(environment: Environment) -> None:
    """Every test in the script passes: all in one run, as importing the client takes long."""
    said = succeed((str(PYTHON), str(HERE / "python" / "customers.py")), environment).stderr

    assert re.search(r"^Ran [1-9]\d* tests", said, re.MULTILINE)
