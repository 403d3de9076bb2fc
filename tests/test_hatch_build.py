"""The build fetches what the console is built with, checks it, and goes without where it cannot."""

from __future__ import annotations

import base64
import hashlib
import importlib.util
import io
import os
import shutil
import subprocess
import sys
import tarfile
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from types import ModuleType
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[1]
#: Nobody listens there.
NOWHERE = "http://127.0.0.1:9"


@pytest.fixture
def build(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return the hook, told of no registry."""
    spec = importlib.util.spec_from_file_location("hatch_build", ROOT / "hatch_build.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    for name in module.SETTING:
        monkeypatch.delenv(name, raising=False)
    return module


def package() -> bytes:
    """Return a package as the registry sends one."""
    written = io.BytesIO()
    with tarfile.open(fileobj=written, mode="w:gz") as archive:
        for name in ("package/dist/htmx.min.js", "package/LICENSE", "package/other.js"):
            member = tarfile.TarInfo(name)
            member.size = len(name)
            archive.addfile(member, io.BytesIO(name.encode()))
    return written.getvalue()


@pytest.fixture
def registry(build: ModuleType, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Serve the package below a path, and return what is asked for."""
    content, asked = package(), []
    digest = base64.b64encode(hashlib.sha512(content).digest()).decode()
    monkeypatch.setattr(build, "INTEGRITY", f"sha512-{digest}")

    class Answering(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(200)
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    with HTTPServer(("127.0.0.1", 0), Answering) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        monkeypatch.setenv("npm_config_registry", f"http://127.0.0.1:{server.server_port}/npm/")
        yield asked
        server.shutdown()
        thread.join()


def test_the_library_comes_with_its_licence(
    build: ModuleType, registry: list[str], tmp_path: Path
) -> None:
    """And once: what is there already is not asked for again."""
    assert [build.fetch_or_say(tmp_path) for _ in range(2)] == ["", ""]

    place = tmp_path / build.VENDOR
    assert (place / "htmx.min.js").read_text() == "package/dist/htmx.min.js"
    assert (place / "htmx.LICENSE.txt").read_text() == "package/LICENSE"
    assert registry == [f"/npm/htmx.org/-/htmx.org-{build.VERSION}.tgz"]


def test_what_was_not_published_is_refused(
    build: ModuleType, registry: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(build, "INTEGRITY", "sha512-other")

    with pytest.raises(build.IntegrityError, match="is not what was published"):
        build.fetch_or_say(tmp_path)
    assert registry
    assert not (tmp_path / build.VENDOR).exists()


def test_without_a_registry_it_is_said(
    build: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("NPM_CONFIG_REGISTRY", NOWHERE)

    assert "goes without htmx.org" in build.fetch_or_say(tmp_path)


def test_a_wheel_without_a_network(tmp_path: Path) -> None:
    """It is built all the same, with every template and all that pages load but the library."""
    tree = tmp_path / "tree"
    for name in ("mockserver", "docs", "fixtures"):
        ignored = shutil.ignore_patterns("__pycache__", "vendor")
        shutil.copytree(ROOT / name, tree / name, ignore=ignored)
    for name in ("pyproject.toml", "README.md", "LICENSE", "hatch_build.py", ".gitignore"):
        shutil.copy(ROOT / name, tree / name)
    subprocess.run(  # noqa: S603 - the builder of this environment
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)],
        cwd=tree,
        env={**os.environ, "npm_config_registry": NOWHERE},
        check=True,
        capture_output=True,
    )
    (wheel,) = tmp_path.glob("*.whl")
    packed = {name for name in ZipFile(wheel).namelist() if name.startswith("mockserver/console/")}
    console = ROOT / "mockserver" / "console"
    written = {
        path.relative_to(ROOT).as_posix()
        for path in console.rglob("*")
        if path.is_file() and not {"__pycache__", "vendor"} & set(path.parts)
    }

    assert packed == written
