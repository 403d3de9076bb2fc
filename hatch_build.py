"""Fetches what the console is built with from the registry of npm, into the package.

Hatch runs it for wheels and for editable installs; ``python hatch_build.py`` does it by hand. Where
the registry cannot be reached the console works without, by plain forms and links.
"""

from __future__ import annotations

import base64
import hashlib
import io
import os
import sys
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.request import urlopen

try:
    from hatchling.builders.hooks.plugin.interface import BuildHookInterface
except ImportError:  # run by hand, where nothing is built
    BuildHookInterface = object  # type: ignore[assignment,misc]

REGISTRY = "https://registry.npmjs.org"
#: The package, what it has to be, and which of its files are wanted under which names.
PACKAGE, VERSION = "htmx.org", "2.0.11"
INTEGRITY = (
    "sha512-Thx/WtpeOQqSrqBCw/A1cwGJGg4UrVa3+sW0GmrM3p4g"
    "JgO89ecH4qtbnyzDDWFvBTqjnIMCgELTNt636dtamA=="
)
WANTED: Mapping[str, str] = {
    "package/dist/htmx.min.js": "htmx.min.js",
    "package/LICENSE": "htmx.LICENSE.txt",
}
#: Where they go, from the root of the repository.
VENDOR = "mockserver/console/static/vendor"
PATIENCE = 20
#: The variable that names another registry, as npm reads it.
SETTING = ("npm_config_registry", "NPM_CONFIG_REGISTRY")


class IntegrityError(Exception):
    """The registry has sent something else than what was published."""


def fetch(root: Path) -> None:
    """Put the files where they belong, unless they are there.

    Raises:
        IntegrityError: the package is not the one that is meant.
        OSError: the registry cannot be reached.
    """
    place = root / VENDOR
    stamp = place / "VERSION"
    if stamp.is_file() and stamp.read_text() == VERSION:
        return
    told = (os.environ[name] for name in SETTING if os.environ.get(name))
    registry = next(told, REGISTRY).rstrip("/")
    url = f"{registry}/{PACKAGE}/-/{PACKAGE}-{VERSION}.tgz"
    with urlopen(url, timeout=PATIENCE) as answer:  # noqa: S310 - of whoever builds
        packed = answer.read()
    found = base64.b64encode(hashlib.sha512(packed).digest()).decode()
    if f"sha512-{found}" != INTEGRITY:
        message = f"{PACKAGE} {VERSION} of {registry} is not what was published: sha512-{found}"
        raise IntegrityError(message)
    place.mkdir(parents=True, exist_ok=True)
    with tarfile.open(fileobj=io.BytesIO(packed)) as archive:
        for member, name in WANTED.items():
            content = archive.extractfile(member)
            assert content, member  # noqa: S101 - the integrity says that it is there
            (place / name).write_bytes(content.read())
    stamp.write_text(VERSION)


def fetch_or_say(root: Path) -> str:
    """Return why there is no library, empty where there is one.

    Raises:
        IntegrityError: as ``fetch``.
    """
    try:
        fetch(root)
    except (URLError, OSError) as error:
        return f"the console goes without {PACKAGE}, as the registry cannot be reached: {error}"
    return ""


class Hook(BuildHookInterface):  # type: ignore[type-arg,unused-ignore]
    """The step of the build."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - theirs
        """Fetch before anything is packed."""
        missing = fetch_or_say(Path(self.root))
        if missing:
            self.app.display_warning(missing)


if __name__ == "__main__":
    sys.exit(fetch_or_say(Path(__file__).resolve().parent) or 0)
