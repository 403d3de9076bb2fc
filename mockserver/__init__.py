"""A stateful sandbox server that behaves like the Commerce Layer core API around customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.errors import Refusal
    from mockserver.settings import Settings
    from mockserver.testing.clocks import Clock
    from mockserver.testing.decorating import sandbox
    from mockserver.testing.journal import Journal
    from mockserver.testing.results import Result
    from mockserver.testing.rules import Faults, Stubs
    from mockserver.testing.server import MockServer
    from mockserver.testing.world import World
    from mockserver.version import __version__

__all__ = [
    "Clock",
    "Faults",
    "Journal",
    "MockServer",
    "Refusal",
    "Result",
    "Settings",
    "Stubs",
    "World",
    "__version__",
    "create_app",
    "sandbox",
]

_HOMES = {
    "Clock": "mockserver.testing.clocks",
    "Faults": "mockserver.testing.rules",
    "Journal": "mockserver.testing.journal",
    "MockServer": "mockserver.testing.server",
    "Refusal": "mockserver.errors",
    "Result": "mockserver.testing.results",
    "Settings": "mockserver.settings",
    "Stubs": "mockserver.testing.rules",
    "World": "mockserver.testing.world",
    "__version__": "mockserver.version",
    "create_app": "mockserver.app",
    "sandbox": "mockserver.testing.decorating",
}


def __dir__() -> list[str]:
    """Return the public names, for who completes one."""
    return list(__all__)


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: importing the package alone costs nothing."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - only when a name is used

    return getattr(import_module(_HOMES[name]), name)
