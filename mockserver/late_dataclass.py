"""Dataclasses whose methods are compiled when they are first called.

The standard library compiles half a dozen methods of each dataclass that is declared. That takes
half a millisecond, and of two hundred classes as long as all else that a start has to do. Here a
method is compiled when it is first called. What is declared, and what ``fields``, ``replace``,
``asdict`` and patterns make of it, is the standard library's.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from reprlib import recursive_repr
from threading import RLock
from typing import TYPE_CHECKING, Any

Class = type[Any]
Fields = Sequence[dataclasses.Field[Any]]

_FIELDS = "__dataclass_fields__"
#: Finishing a class finishes its bases.
_FINISHING = RLock()


def late_dataclass(
    declared: Class | None = None, /, *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Any:
    """Declare a dataclass; the options are those of the standard library."""
    if declared is None:
        return partial(late_dataclass, frozen=frozen, slots=slots, eq=eq)
    made = _slotted(declared) if slots else declared
    finish = partial(_finish, declared, made, frozen=frozen, eq=eq)

    def __init__(self: Any, *values: Any, **named: Any) -> None:  # noqa: N807 - the first one
        finish()
        made.__init__(self, *values, **named)

    setattr(made, _FIELDS, _LateFields(finish))
    made.__init__ = __init__
    return made


if TYPE_CHECKING:
    from dataclasses import dataclass as dataclass  # noqa: PLC0414 - exported
else:
    dataclass = late_dataclass


class _LateFields:
    """The fields of a class that is finished when it is asked for them."""

    def __init__(self, finish: Callable[[], None]) -> None:
        self._finish = finish

    def __get__(self, instance: Any, owner: Class) -> Any:
        self._finish()
        return getattr(owner, _FIELDS)


def _slotted(declared: Class) -> Class:
    """Return the class with slots for its own fields, which only a new one can have."""
    own = [name for name, said in declared.__annotations__.items() if "ClassVar" not in str(said)]
    inherited = {name for base in declared.__mro__[1:] for name in vars(base).get("__slots__", ())}
    left_out = {*own, "__dict__", "__weakref__"}
    words = {name: value for name, value in vars(declared).items() if name not in left_out}
    words["__slots__"] = tuple(name for name in own if name not in inherited)
    kind: Any = type(declared)
    made: Class = kind(declared.__name__, declared.__bases__, words)
    made.__qualname__ = declared.__qualname__
    return made


def _finish(declared: Class, made: Class, *, frozen: bool, eq: bool) -> None:
    """Give a class its methods, unless it has them."""
    with _FINISHING:
        if not isinstance(vars(made)[_FIELDS], _LateFields):
            return
        dataclasses.dataclass(init=False, repr=False, eq=False)(declared)
        fields = dataclasses.fields(declared)
        methods = {
            "__repr__": _printed([field.name for field in fields if field.repr]),
            **(_compared(made, [f.name for f in fields if f.compare], frozen=frozen) if eq else {}),
            **(_frozen(made, [field.name for field in fields]) if frozen else {}),
        }
        for name, method in methods.items():
            if vars(declared).get(name) is None:
                setattr(made, name, method)
        made.__init__ = _initializer(fields, frozen=frozen, settles=hasattr(made, "__post_init__"))
        for name in ("__match_args__", "__dataclass_params__", _FIELDS):
            setattr(made, name, getattr(declared, name))


def _printed(names: Sequence[str]) -> Callable[[Any], str]:
    @recursive_repr()
    def printed(self: Any) -> str:
        values = ", ".join(f"{name}={getattr(self, name)!r}" for name in names)
        return f"{type(self).__qualname__}({values})"

    return printed


def _compared(made: Class, names: Sequence[str], *, frozen: bool) -> Mapping[str, Any]:
    own, others = (f"({''.join(f'{of}.{name}, ' for name in names)})" for of in ("self", "other"))
    equal = f"{own} == {others} if other.__class__ is self.__class__ else NotImplemented"
    equals = _compiled_late(made, f"__eq__(self, other): return {equal}")
    hashed = _compiled_late(made, f"__hash__(self): return hash({own})")
    return {"__eq__": equals, "__hash__": hashed if frozen else None}


def _compiled_late(made: Class, source: str) -> Callable[..., Any]:
    """Return a method that makes place for the compiled one when it is called."""
    name = source.partition("(")[0]

    def first(self: Any, *others: Any) -> Any:
        setattr(made, name, _compiled(source, {}))
        return getattr(made, name)(self, *others)

    return first


def _compiled(source: str, known: dict[str, Any]) -> Any:
    """Return a function: of what is done by the thousand, nothing else is as fast."""
    exec(f"def {source}", known)  # noqa: S102 - of names of ours
    return known[source.partition("(")[0]]


def _frozen(made: Class, names: Sequence[str]) -> Mapping[str, Any]:
    def check(instance: Any, name: str) -> None:
        if type(instance) is made or name in names:
            message = f"cannot assign to field {name!r}"
            raise dataclasses.FrozenInstanceError(message)

    def assign(self: Any, name: str, value: Any) -> None:
        check(self, name)
        super(made, self).__setattr__(name, value)

    def delete(self: Any, name: str) -> None:
        check(self, name)
        super(made, self).__delattr__(name)

    def state(self: Any) -> Sequence[Any]:
        return [getattr(self, name) for name in names]

    def restore(self: Any, values: Sequence[Any]) -> None:
        for name, value in zip(names, values, strict=True):
            object.__setattr__(self, name, value)

    copied = {"__getstate__": state, "__setstate__": restore}
    return {
        "__setattr__": assign,
        "__delattr__": delete,
        **(copied if "__slots__" in vars(made) else {}),
    }


def _initializer(fields: Fields, *, frozen: bool, settles: bool) -> Any:
    known: dict[str, Any] = {"MISSING": dataclasses.MISSING, "put": object.__setattr__}
    taken, lines = ["self"], []
    for field in fields:
        name = value = field.name
        if field.default is not dataclasses.MISSING:
            value = default = f"default_{name}"
            known[default] = field.default
        elif field.default_factory is not dataclasses.MISSING:
            value, default = f"make_{name}()", "MISSING"
            known[f"make_{name}"] = field.default_factory
        else:
            default = ""
        if field.init:
            taken.append(f"{name}={default}" if default else name)
            value = f"{value} if {name} is MISSING else {name}" if default == "MISSING" else name
        elif not default:
            continue
        lines.append(f"put(self, {name!r}, {value})" if frozen else f"self.{name} = {value}")
    lines.append("self.__post_init__()" if settles else "pass")
    return _compiled("\n ".join([f"__init__({', '.join(taken)}):", *lines]), known)
