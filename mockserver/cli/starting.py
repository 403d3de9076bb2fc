"""A command that starts a server: what an earlier one has left must not pass for what it says."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Any

import click

from mockserver.cli import attempts, home, ready
from mockserver.cli.stop import Stop, in_words

#: What is given to ``--ready-file`` is called so by ``serve`` and by ``run``.
_READY_FILE = ("ready_file", "written")


class Starting(click.Command):
    """Removes the ready file before anything else happens, also when it is told nonsense.

    Who waits for the server finds a note that it starts, and in the end why it could not.
    """

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments.

        Raises:
            Stop: the ready file cannot be removed.
        """
        given = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.ClickException as error:
            understood = self._understood(given)
            with suppress(Stop):  # the first error is the one to tell
                _clear(understood)
            attempts.note(_announced(understood), in_words(error))
            raise
        if not ctx.resilient_parsing:
            _clear(ctx)
            attempts.note(_announced(ctx))
        return rest

    def invoke(self, ctx: click.Context) -> Any:
        """Start the server, and note why it could not be."""
        try:
            return super().invoke(ctx)
        except (click.ClickException, OSError) as error:
            attempts.note(_announced(ctx), in_words(error))
            raise

    def _understood(self, args: list[str]) -> click.Context:
        """Parse as much as can be understood of arguments that something is wrong with."""
        lenient = {**self.context_settings, "ignore_unknown_options": True}
        twin = click.Command(self.name, params=self.params, context_settings=lenient)
        return twin.make_context(self.name, args, resilient_parsing=True)


def _clear(context: click.Context) -> None:
    for path in _ready_files(context):
        ready.clear(path)


def _ready_files(context: click.Context) -> list[Path]:
    return [Path(context.params[name]) for name in _READY_FILE if context.params.get(name)]


def _announced(context: click.Context) -> list[Path]:
    """Return where the server will say that it is ready, as far as that is known before it runs."""
    files = _ready_files(context)
    if port := context.params.get("port"):  # that of `run` is in no list
        place = ready.place(home.prepared(context.params.get("data_directory")), port)
        with suppress(OSError):
            place.parent.mkdir(exist_ok=True)
        files.append(place)
    return files
