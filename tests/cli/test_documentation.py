"""The page about the commands says what the commands say."""

from __future__ import annotations

import re

import click
import pytest

from mockserver.cli.commands import commands
from mockserver.cli.options import SERVER
from mockserver.cli.running import CONTROL_TOKEN, RUNNING
from mockserver.cli.verbs import VERBS
from tests.cli.processes import ROOT

PAGE = ROOT / "docs" / "command-line.md"
SHARED = "Which server is asked"
CONTROL = "The control plane"

Row = tuple[str, str, str]


def _rows(heading: str) -> dict[str, Row]:
    """Return the options of a section: by name the declaration, the variable and the default."""
    section = PAGE.read_text().partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `--")]
    cells = [re.split(r"(?<!\\)\|", line)[1:-1] for line in lines]
    rows = [tuple(cell.strip().replace("`", "") for cell in row) for row in cells]
    return {row[0].split()[0]: (row[0], row[1], row[2]) for row in rows}


def _declared(option: click.Option) -> Row:
    """Return what the row of an option has to say."""
    default = option.default if option.show_default else ""
    default = ", ".join(default) if option.multiple and default else default
    if option.is_bool_flag:
        default = {True: "on", False: "off"}.get(default, "")
    long = [name for name in option.opts if name.startswith("--")]
    names = " / ".join([*long, *option.secondary_opts])
    kind = "" if option.is_bool_flag else f" {_kind(option)}"
    short = "".join(f", {name}" for name in option.opts if name not in long)
    return f"{names}{kind}{short}", str(option.envvar or ""), str(default)


def _kind(option: click.Option) -> str:
    if isinstance(option.type, click.Choice):
        return r"\|".join(option.type.choices)
    return option.metavar or option.type.name.upper()


def _usage(name: str, command: click.Command) -> str:
    """Return the line that shows how a command of the control plane is called."""
    shared = [option.name for option in (CONTROL_TOKEN, *RUNNING)]
    words = [name]
    for param in command.params:
        if isinstance(param, click.Argument):
            said = param.metavar or str(param.name).upper()
            words.append(said if param.required else f"[{said}]")
        elif isinstance(param, click.Option) and param.name not in shared:
            said = param.opts[0] if param.is_flag else f"{param.opts[0]} {_kind(param)}"
            words.append(f"[{said}]")
    return " ".join(words)


def _own_options(command: click.Command) -> list[click.Option]:
    others = {"serve": (), "run": SERVER}.get(command.name or "", RUNNING)
    shared = [option.name for option in others]
    options = [p for p in command.params if isinstance(p, click.Option)]
    return [option for option in options if option.name not in shared]


OWN = [command for name, command in commands.commands.items() if name not in VERBS]


def test_every_command_of_the_control_plane_is_there() -> None:
    """How it is called and what it does, in the order of the table."""
    section = PAGE.read_text().partition(f"\n## {CONTROL}\n")[2].partition("\n## ")[0]
    expected = []
    for name in VERBS:
        command = commands.commands[name]
        inner = command.commands if isinstance(command, click.Group) else {"": command}
        for own, verb in inner.items():
            expected.append((_usage(f"{name} {own}".strip(), verb), verb.help))

    assert re.findall(r"^\| `(.+?)` \| (.+) \|$", section, re.MULTILINE) == expected


@pytest.mark.parametrize("command", OWN, ids=str)
def test_every_option_of_a_command_is_there(command: click.Command) -> None:
    """With its variable and its default, in the same order, and no other."""
    assert command.name

    assert _rows(command.name) == {o.opts[0]: _declared(o) for o in _own_options(command)}


def test_every_option_that_several_commands_share_is_there() -> None:
    assert _rows(SHARED) == {option.opts[0]: _declared(option) for option in RUNNING}


def test_every_command_is_listed() -> None:
    listed = re.findall(r"^\| \[`([\w-]+)`\]\(#\1\) \| (.+) \|$", PAGE.read_text(), re.MULTILINE)

    helped = {str(command.name): command.get_short_help_str(1_000) for command in OWN}
    # The page says what a command does, the help tells it to.
    said = {
        name: re.sub(r"^(\w+)s ", lambda m: f"{m[1].capitalize()} ", text) + "."
        for name, text in listed
    }
    assert said == helped
