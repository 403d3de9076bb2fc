"""Commands that a sentence mentions exist, with the options it gives them."""

from __future__ import annotations

import re
from collections.abc import Iterator

import click
import pytest

from mockserver.cli.commands import commands
from tests.cli.processes import ROOT
from tests.documentation.blocks import PAGES

#: Between backquotes of a text, or between quotes of a command that another program is given.
_MENTION = re.compile(r"`mockserver ([^`\n]+)`|'mockserver ([^'\n]+)'")
_OPTION = re.compile(r"--?[a-z][a-z-]*")


def mentions() -> Iterator[tuple[str, str]]:
    """Yield what stands behind ``mockserver``, with the page it is on."""
    for page in [*PAGES, ROOT / "CHANGELOG.md"]:
        for found in _MENTION.finditer(page.read_text()):
            yield page.relative_to(ROOT).as_posix(), found[1] or found[2]


def meant(words: list[str]) -> tuple[click.Command, list[str]]:
    """Return the command that words lead to, and the rest of them."""
    command: click.Command = commands
    while isinstance(command, click.Group) and words and not words[0].startswith("-"):
        inner = command.commands.get(words[0])
        if inner is None:
            assert command is not commands, f"there is no command {words[0]!r}"
            break
        command, words = inner, words[1:]
    return command, words


@pytest.mark.parametrize(
    ("page", "text"), sorted({m for m in mentions() if re.match("[a-z-]", m[1])}), ids=str
)
def test_a_command_that_is_mentioned(page: str, text: str) -> None:
    """It is one, and knows its options; what stands behind ``--`` is another program's."""
    command, rest = meant(re.split(r" -- | \\?\| ", text)[0].split())
    known = {name for param in command.params for name in (*param.opts, *param.secondary_opts)}
    known |= {"--help", "-h"}
    given = [word.partition("=")[0] for word in rest if _OPTION.fullmatch(word.partition("=")[0])]
    rest_is_anothers = command.name == "run"

    assert [o for o in given if o not in known and not rest_is_anothers] == [], page
    assert not isinstance(command, click.Group) or not [w for w in rest if "=" in w], page
