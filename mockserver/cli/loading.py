"""Commands that are imported when they are called: starting a server must pay for no other."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping
from pkgutil import resolve_name

import click


class LazyCommands(MutableMapping[str, click.Command]):
    """The commands of a group by name, in the order of its help."""

    def __init__(
        self, places: Mapping[str, str], others: Callable[[], Iterable[click.Command]]
    ) -> None:
        """Know where commands are; none is imported yet.

        Args:
            places: ``module:attribute`` of a command, by its name.
            others: makes those whose names only their own table says.
        """
        self._places = places
        self._make_others = others
        self._loaded: dict[str, click.Command] = {}
        self._others: dict[str, click.Command] | None = None

    def __getitem__(self, name: str) -> click.Command:
        """Return a command.

        Raises:
            KeyError: there is none of that name.
        """
        if name in self._places and name not in self._loaded:
            self._loaded[name] = resolve_name(self._places[name])
        return self._loaded[name] if name in self._loaded else self._rest()[name]

    def __setitem__(self, name: str, command: click.Command) -> None:
        """Add a command that is there already."""
        self._loaded[name] = command

    def __delitem__(self, name: str) -> None:
        """Take back what was added."""
        del self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        """Yield every name."""
        return iter(dict.fromkeys([*self._places, *self._loaded, *self._rest()]))

    def __len__(self) -> int:
        """Count them."""
        return len(list(iter(self)))

    def _rest(self) -> dict[str, click.Command]:
        if self._others is None:
            self._others = {str(command.name): command for command in self._make_others()}
        return self._others
