"""Modules that are loaded when something of theirs is used, not when it is imported.

A declaration names behaviour that most processes never run. ``from … import place`` gives a
function that loads the module when it is called; the name of a class or of a constant, which a
declaration needs the value of, loads the module at once. Names tell which is which: those of
functions are in lower case, and nothing else that a deferred package has to import is.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from threading import RLock
from types import ModuleType
from typing import Any

#: Loading one module may load others, in other threads too.
_LOADING = RLock()


class DeferredModule(ModuleType):
    """A module that has not been executed: what is asked of it decides whether it has to be."""

    def __getattr__(self, name: str) -> Any:
        """Return a function that stands for one of the module, or anything else from it.

        Raises:
            AttributeError: there is no such name.
        """
        if name.startswith("__"):
            message = f"module {self.__name__!r} has no attribute {name!r}"
            raise AttributeError(message)
        loader = self.__loader__
        if not (name.islower() and isinstance(loader, _Deferring)):
            return getattr(loaded(self), name)
        return loader.functions.setdefault(name, _standing_for(self, name))


def defer(package: str) -> None:
    """Load the modules of the packages in this package when something of theirs is used."""
    sys.meta_path.insert(0, _Finder(f"{package}."))


def loaded(module: ModuleType) -> ModuleType:
    """Return a module that has been executed."""
    if isinstance(module, DeferredModule):
        with _LOADING:
            # Another thread may have been faster.
            if isinstance(module.__loader__, _Deferring):
                module.__loader__.execute(module)
    return module


def _standing_for(module: DeferredModule, name: str) -> Callable[..., Any]:
    def deferred(*args: Any, **words: Any) -> Any:
        return getattr(loaded(module), name)(*args, **words)

    deferred.__name__ = deferred.__qualname__ = name
    deferred.__module__ = module.__name__
    return deferred


class _Finder(MetaPathFinder):
    """Finds modules as Python does, and has their execution wait."""

    def __init__(self, prefix: str) -> None:
        self._prefix = prefix

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
    ) -> ModuleSpec | None:
        if not fullname.startswith(self._prefix):
            return None
        spec = PathFinder.find_spec(fullname, path, target)
        if spec and spec.loader and spec.submodule_search_locations is None:
            spec.loader = _Deferring(spec.loader)
        return spec


class _Deferring(Loader):
    """Makes a module, and executes it once it is asked for."""

    def __init__(self, loader: Loader) -> None:
        self._loader = loader
        #: What was given out for functions of the module, by their names.
        self.functions: dict[str, Callable[..., Any]] = {}

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return DeferredModule(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Leave it at that."""

    def execute(self, module: ModuleType) -> None:
        """Make it a module like any other, for good."""
        self._loader.exec_module(module)
        module.__loader__ = self._loader
        if module.__spec__:
            module.__spec__.loader = self._loader
        module.__class__ = ModuleType
