"""Schemathesis finds nothing, whichever of its checks it makes."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.processes import Served
from tests.openapi.fuzzing import fuzz

#: The types that most integrations touch, and the families with most of the behaviour.
TYPES = "customers|orders|line_items|skus|coupons|shipments"
BRIEFLY = ("--phases", "fuzzing", "--max-examples", "1", "--seed", "1")


def test_nothing_is_found(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """Some hundred operations, a few requests each; ``make fuzz`` takes all, for ten minutes."""
    with Served(tmp_path, "--no-tls") as served:
        status = fuzz(served.ready, "--include-path-regex", f"^/api/({TYPES})(/|$)", *BRIEFLY)

    said = capfd.readouterr().out

    assert status == 0, said
    assert "No issues found" in said or " passed" in said
