"""``mockserver --help`` tells by what one wants, and short forms do what the long ones do."""

from __future__ import annotations

import json
import re
import socket

import click
import pytest
from click.testing import CliRunner

import mockserver
from mockserver.cli.commands import commands
from mockserver.cli.options import SERVER
from mockserver.cli.sections import Section, section_of
from tests.cli.processes import Home, Run, Served

ALL = list(commands.commands.values())


def helped(*arguments: str) -> str:
    """Return what a call prints."""
    done = CliRunner().invoke(commands, arguments, prog_name="mockserver")
    assert done.exit_code == 0, done.output
    return done.output


def shown() -> dict[str, list[str]]:
    """Return the commands of the help by the heading they stand below."""
    parts = re.split(r"^(\S.*):$", helped("--help"), flags=re.MULTILINE)
    named = {
        heading: re.findall(r"^  ([a-z-]+) ", text, re.MULTILINE)
        for heading, text in zip(parts[1::2], parts[2::2], strict=True)
    }
    return {heading: names for heading, names in named.items() if heading != "Options"}


@pytest.mark.parametrize("command", ALL, ids=lambda command: str(command.name))
def test_every_command_says_where_it_belongs(command: click.Command) -> None:
    """Where it is declared: the help would not list it otherwise."""
    assert section_of(command) is not None


def test_the_help_goes_by_what_one_wants() -> None:
    """In this order, `serve` and `run` first, and nothing twice or left out."""
    found = shown()

    assert list(found) == [section.value for section in Section]
    assert found[Section.SERVE.value][:2] == ["serve", "run"]
    assert sorted(name for names in found.values() for name in names) == sorted(commands.commands)


@pytest.mark.parametrize("command", ALL, ids=lambda command: str(command.name))
def test_each_text_is_a_sentence(command: click.Command) -> None:
    """Said whole, however narrow the terminal is."""
    text = command.get_short_help_str(1_000)

    assert re.fullmatch(r"[A-Z][a-z]+ .+\.", text)
    assert " ".join(text.split()) in " ".join(helped("--help").split())


@pytest.mark.parametrize("words", [[], ["serve"], ["faults"], ["faults", "add"]], ids=" ".join)
def test_help_prints_what_the_option_does(words: list[str]) -> None:
    assert helped("help", *words) == helped(*words, "--help")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["servee"], "No such command 'servee'."),
        (["faults", "ad"], "Did you mean 'add'?"),
        (["serve", "now"], "'mockserver serve' has no commands: there is no help of 'now'."),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_help_of_what_does_not_exist(run: Run, words: list[str], says: str) -> None:
    """One line that names the nearest, and the status of a wrong call."""
    done = run("help", *words)

    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert says in done.stderr


def test_the_version_has_a_short_form() -> None:
    assert helped("-V") == f"mockserver {mockserver.__version__}\n"


def test_the_port_has_a_short_form(home: Home, run: Run) -> None:
    """Of the server that is started, and of the one that is asked."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
    with Served(home, "-p", port, "--no-seed", "--no-tls"), Served(home, "--no-seed", "--no-tls"):
        said = json.loads(run("credentials", "-p", port, "--format", "json").stdout)

    assert said["http"].endswith(f":{port}")


def test_only_one_option_has_a_short_form() -> None:
    """The others are written out: a script says what it sets."""
    short = {n for o in SERVER for n in o.opts if not n.startswith("--")}

    assert short == {"-p"}
