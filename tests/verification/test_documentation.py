"""The command of the page that asks the real service, asked of a second server."""

from __future__ import annotations

import shlex

from click.testing import CliRunner

from mockserver.cli.commands import commands
from tests.documentation.blocks import of
from tests.verification.second_server import second_server

#: The command.
(COMMAND,) = of("docs/verify.md", "text")
STANDING = {
    "ID": "test_integration_client_id_0000000000000000",
    "SECRET": "test_integration_client_secret_000000000000",
}


def test_the_command() -> None:
    """Its options are those of the command."""
    program, *words = shlex.split(COMMAND.text)
    with second_server() as url:
        given = [url if word.startswith("https:") else STANDING.get(word, word) for word in words]
        result = CliRunner().invoke(commands, given)

    assert program == "mockserver"
    assert result.exit_code == 0, result.output
