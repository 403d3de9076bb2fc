"""``mockserver demo``: a named shop, and the console that opens."""

from __future__ import annotations

import re
import signal
import subprocess
import sys
from pathlib import Path
from urllib.request import urlopen

import pytest

from mockserver.cli.demo import slug_of
from tests.cli.processes import TIMEOUT, environment, until


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("Olive & Oak", "olive-oak"),
        ("Caffè Rosa", "caffe-rosa"),
        ("東京", "shop"),
        ("acme", "acme-shop"),
        ("Auth", "auth-shop"),
        ("-- x --", "x"),
        ("a" * 90, "a" * 40),
    ],
)
def test_a_name_as_that_of_a_host(name: str, slug: str) -> None:
    assert slug_of(name) == slug


def test_a_shop_opens(tmp_path: Path) -> None:
    """The browser is led to its console, where its customers live where the locale says."""
    opened = tmp_path / "opened"
    browser = tmp_path / "browser"
    browser.write_text(f'#!/bin/sh\necho "$1" > "{opened}.new" && mv "{opened}.new" "{opened}"\n')
    browser.chmod(0o755)
    command = ["demo", "Caffè Rosa", "--locale", "it_IT", "--customers", "20"]
    ports = ["--port", "0", "--tls-port", "0", "--ready-file", str(tmp_path / "ready.json")]
    process = subprocess.Popen(  # noqa: S603 - our own command
        [sys.executable, "-m", "mockserver", *command, *ports],
        cwd=tmp_path,
        env=environment(tmp_path, {"BROWSER": str(browser), "PYTHONUTF8": "1"}),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until(lambda: opened.exists() or process.poll() is not None)
        assert opened.exists(), process.communicate()
        url = opened.read_text().strip()
        with urlopen(url, timeout=TIMEOUT) as answer:  # noqa: S310 - our own server's
            page = answer.read().decode()
        with urlopen(f"{url}/data/customers", timeout=TIMEOUT) as answer:  # noqa: S310 - likewise
            customers = answer.read().decode()
    finally:
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=TIMEOUT)

    assert url.endswith("/_mock/console/caffe-rosa/test")
    assert f"Caffè Rosa is open: {url}" in out
    assert "caffe-rosa" in page
    assert len(set(re.findall(r"[\w.+-]+@[\w.-]+", customers))) == 20
    assert process.returncode == 0
    assert not (tmp_path / "ready.json").exists()
