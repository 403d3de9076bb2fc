"""A stateful sandbox server that behaves like the Commerce Layer core API around customers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mockserver.app import create_app
    from mockserver.settings import Settings

__version__ = "0.1.0"
__all__ = ["Settings", "__version__", "create_app"]

_HOMES = {"create_app": "mockserver.app", "Settings": "mockserver.settings"}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used: importing the package alone costs nothing."""
    if name not in _HOMES:
        message = f"module {__name__!r} has no attribute {name!r}"
        raise AttributeError(message)
    from importlib import import_module  # noqa: PLC0415 - only when a name is used

    return getattr(import_module(_HOMES[name]), name)
