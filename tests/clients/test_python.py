"""The published Python client, unmodified, over http."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.clients.conftest import Environment, succeed
from tests.clients.desk import Desk
from tests.clients.install import HERE, PYTHON
from tests.clients.test_recipes import PYTHON_CLIENT

SCRIPT = HERE / "python" / "customers.py"


def test_python(environment: Environment, sandbox: Mapping[str, Any], tmp_path: Path) -> None:
    """Every test in the script passes; all are in one run, as importing the client takes long."""
    recipe = Desk(tmp_path, sandbox, environment).put(PYTHON_CLIENT)
    variables = {**environment, "SANDBOX_RECIPE": str(recipe)}
    said = succeed((str(PYTHON), str(SCRIPT)), variables).stderr

    assert re.search(r"^Ran [1-9]\d* tests", said, re.MULTILINE)
