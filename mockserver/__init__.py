"""A stateful sandbox server that behaves like the Commerce Layer core API around customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.errors import Refusal
    from mockserver.settings import Settings
    from mockserver.testing.server import MockServer

__version__ = "0.1.0"
__all__ = ["MockServer", "Refusal", "Settings", "__version__", "create_app"]

_HOMES = {
    "MockServer": "mockserver.testing.server",
    "Refusal": "mockserver.errors",
    "Settings": "mockserver.settings",
    "create_app": "mockserver.app",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: importing the package alone costs nothing."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - only when a name is used

    return getattr(import_module(_HOMES[name]), name)
