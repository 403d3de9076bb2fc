"""Apps that drop the port of the issuer, as hosted ones do, ask port 443."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.clients.conftest import succeed, surroundings
from tests.clients.install import HERE, node, require

SCRIPT = HERE / "javascript" / "hosted.mjs"


@pytest.mark.parametrize(
    ("options", "issuer"),
    [
        ((), "https://auth.cl.localhost:"),
        (("--issuer", "https://auth.cl.localhost"), "https://auth.cl.localhost"),
        (("--domain", "shop.test", "--issuer", "https://auth.shop.test"), "https://auth.shop.test"),
    ],
    ids=["as it comes", "an issuer without a port", "another domain"],
)
def test_they_reach_the_sandbox(home: Path, options: tuple[str, ...], issuer: str) -> None:
    """Within `mockserver run`, though nothing listens on 443."""
    require()
    run = (sys.executable, "-m", "mockserver", "run", *options, "--", node(), str(SCRIPT))

    done = succeed(run, {**surroundings(), "MOCKSERVER_DATA_DIRECTORY": str(home)})

    said = json.loads(done.stdout)
    assert said["iss"].startswith(issuer)
    assert said["domain"] == issuer.removeprefix("https://auth.").rstrip(":")
    assert (said["email"], said["jwks"]) == ("john@example.com", 200)
