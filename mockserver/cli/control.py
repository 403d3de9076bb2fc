"""The control plane of the running server, with the names it has over HTTP.

One table says what each command asks; the server decides everything else.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote, urlencode

import click

from mockserver.cli.asking import Asking, refusal
from mockserver.cli.bodies import OptionValues, pair_of
from mockserver.cli.finding import find
from mockserver.cli.lines import is_coloured
from mockserver.cli.lines import line as text
from mockserver.cli.running import CONTROL_TOKEN, RUNNING
from mockserver.cli.sections import section
from mockserver.cli.stop import Refused
from mockserver.cli.verb import Verb
from mockserver.cli.verbs import AS_JSON, CONDITIONS, EXCHANGE, STREAM, SUMMARY, VERBS

_PREFIX = "/_mock"
_REFUSED = 400
#: Seconds that a clock may take for what is delivered while it moves.
_ON_THE_WAY = 60.0


class Group(click.Group):
    """Commands of one subject; alone it is the first of them."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the name of the first command before options, and where nothing is said."""
        named = args and (not args[0].startswith("-") or args[0] in self.get_help_option_names(ctx))
        return super().parse_args(ctx, args if named else [*list(self.commands)[:1], *args])


def commands() -> Iterator[click.Command]:
    """Yield the commands of the table."""
    for name, what in VERBS.items():
        if isinstance(what, Verb):
            command, where = _command(name, what), what.section
        else:
            help_, verbs, where = what
            inner = {own: _command(own, verb) for own, verb in verbs.items()}
            command = Group(name, help=help_, commands=inner)
        yield section(where)(command) if where else command


def _command(name: str, verb: Verb) -> click.Command:
    def run(**values: Any) -> None:
        _ask(verb, values)

    params = [*verb.params, CONTROL_TOKEN, *RUNNING]
    return click.Command(name, params=params, callback=run, help=verb.help)


def _ask(verb: Verb, values: OptionValues) -> None:
    which = {str(param.name): values.pop(str(param.name), None) for param in RUNNING if param.name}
    which.pop("config", None)
    headers = {"Content-Type": "application/json"}
    token = values.pop("control_token")
    if token:
        headers["Authorization"] = f"Bearer {token}"
    if AS_JSON in verb.params:
        values["form"] = EXCHANGE if values.pop("as_json") else SUMMARY
    body = None if verb.body is None else json.dumps(verb.body(values))
    asking, path = (
        Asking(find(**which, control_token=token)["http"], headers),
        _PREFIX + _filled(verb, values),
    )
    if verb.path.endswith(STREAM):
        _follow(asking, path, is_text=values["form"] == SUMMARY)
        return
    patience = values.get("timeout") or (_ON_THE_WAY if "/clock" in verb.path else 0.0)
    text = answered(asking, verb.method, path, body, patience)
    output = values.get("output")
    if output:
        output.write_text(text, encoding="utf-8")
    elif text:
        click.echo(text.rstrip("\n"))
    if values.get("wait") and not json.loads(text)["complete"]:
        message = "the time is over: what was waited for has not come"
        raise Refused(message)


def answered(
    asking: Asking, method: str, path: str, body: str | None = None, patience: float = 0.0
) -> str:
    """Ask the control plane and return its answer; see ``Asking.exchange`` for the arguments.

    Raises:
        NoServer: nothing answers there.
        Refused: the server does not want to.
    """
    status, _, answer = asking.exchange(method, path, body, patience)
    text = answer.decode("utf-8", "replace")
    if status >= _REFUSED:
        raise refusal(status, text)
    return text


def _filled(verb: Verb, values: OptionValues) -> str:
    slug = values.get("organization")
    organization = f"/organizations/{quote(slug, safe='')}" if slug else ""
    parts = {name: quote(str(value), safe="") for name, value in values.items()}
    query = {name: values[name] for name in verb.query if values[name] is not None}
    if CONDITIONS in verb.params:
        query |= dict(map(pair_of, values["pairs"]))
    path = verb.path.format(**{**parts, "organization": organization})
    return f"{path}?{urlencode(query)}" if query else path


def _follow(asking: Asking, path: str, *, is_text: bool) -> None:
    """Print exchanges until the server ends, or somebody ends this.

    Args:
        asking: asks the server.
        path: of the stream.
        is_text: whether to print lines for people, made of summaries; else what comes.
    """
    coloured = is_coloured(sys.stdout)
    status, lines = asking.lines(path)
    if status >= _REFUSED:
        raise refusal(status, b"".join(lines).decode("utf-8", "replace"))
    is_dropped = False
    for line in lines:
        is_dropped = is_dropped or line == b"event: dropped\n"
        if is_dropped and line.startswith(b"data: "):
            raise Refused(json.loads(line[len(b"data: ") :])["error"])
        if line.startswith(b"data: "):
            data = line[len(b"data: ") :].decode()
            sys.stdout.write(f"{text(json.loads(data), coloured=coloured)}\n" if is_text else data)
            sys.stdout.flush()
