"""The types that a published generator makes of the OpenAPI document."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.clients.conftest import Environment, succeed
from tests.clients.install import HERE, node
from tests.documentation.blocks import of
from tests.openapi.served import fetched

MODULES = HERE / "node_modules"
#: The command of the page, and what it runs.
(COMMAND,) = of("docs/openapi.md", "text")
GENERATOR = MODULES / "openapi-typescript" / "bin" / "cli.js"
COMPILER = MODULES / "typescript" / "bin" / "tsc"
PROGRAM = HERE / "typescript" / "customers.ts"
STRICTLY = ("--strict", "--noEmit", "--module", "nodenext", "--target", "es2022", "--skipLibCheck")


def test_typescript(sandbox: Mapping[str, Any], environment: Environment, tmp_path: Path) -> None:
    """They compile, and agree with those of the official SDK for customers."""
    (tmp_path / "node_modules").symlink_to(MODULES)
    (tmp_path / "package.json").write_text('{"type": "module"}')
    (tmp_path / "openapi.json").write_bytes(fetched(sandbox["http"]))
    (tmp_path / PROGRAM.name).write_text(PROGRAM.read_text())

    runner, generator, *arguments = COMMAND.text.split()
    assert (runner, generator) == ("npx", "openapi-typescript")
    succeed((node(), str(GENERATOR), *arguments), environment, tmp_path)
    succeed((node(), str(COMPILER), *STRICTLY, PROGRAM.name), environment, tmp_path)
