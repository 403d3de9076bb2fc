"""A command that starts a server: what an earlier one has left must not pass for what it says."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import click

from mockserver.cli import ready
from mockserver.cli.stop import Stop

if TYPE_CHECKING:
    from pathlib import Path

#: What is given to ``--ready-file`` is called so by ``serve`` and by ``run``.
_READY_FILE = ("ready_file", "written")


class Starting(click.Command):
    """Removes the ready file before anything else happens, also when it is told nonsense."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Read the arguments.

        Raises:
            Stop: the ready file cannot be removed.
        """
        given = list(args)
        try:
            rest = super().parse_args(ctx, args)
        except click.ClickException:
            with suppress(Stop):  # the first error is the one to tell
                _clear(self._understood(given))
            raise
        if not ctx.resilient_parsing:
            _clear(ctx)
        return rest

    def _understood(self, args: list[str]) -> click.Context:
        """Return what can be understood of arguments that something is wrong with."""
        lenient = {**self.context_settings, "ignore_unknown_options": True}
        twin = click.Command(self.name, params=self.params, context_settings=lenient)
        return twin.make_context(self.name, args, resilient_parsing=True)


def _clear(context: click.Context) -> None:
    for name in _READY_FILE:
        path: Path | None = context.params.get(name)
        if path:
            ready.clear(path)
