"""Compile a condition to one Python function over records, for backends that hold dictionaries.

The tree becomes the source of a single expression whose constants are bound by name: three times as
fast as nested closures, and nothing of a user's text ever becomes code.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from mockserver.effort import spend
from mockserver.storage.base import Record
from mockserver.storage.conditions import All, Any_, Compare, Condition, Not, Null, Related
from mockserver.storage.ilike import like, part_alone
from mockserver.storage.values import NESTED, NUMBER, key

if TYPE_CHECKING:
    from types import CodeType

Matcher = Callable[[Record], bool]
Finder = Callable[[Iterable[Record]], list[Record]]
Resolver = Callable[[Related], frozenset[Hashable]]
Constants = dict[str, Any]

ORDERINGS = {"lt": "<", "lteq": "<=", "gt": ">", "gteq": ">="}
NUMBERS = frozenset(NUMBER)
#: How many members of an object are worth a source of their own.
FEW = 20
#: Steps of work that it takes to compare an object with another.
A_COMPARISON = 5


#: One record is looked at, or many in one pass, which no call interrupts.
ONE = "def found(r):\n return {}"
MANY = "def found(records):\n return [r for r in records if {}]"


def matcher(condition: Condition, resolve: Resolver) -> Matcher:
    """Return the function that says whether a record satisfies the condition.

    Args:
        condition: the tree.
        resolve: gives, for a ``Related``, the keys (``values.key``) of what its ``foreign`` field
            has in the records that match the inner condition, null left out.
    """
    function: Matcher = _function(ONE, condition, resolve)
    return function


def finder(condition: Condition, resolve: Resolver) -> Finder:
    """Return the function that finds the records that satisfy the condition; see ``matcher``."""
    function: Finder = _function(MANY, condition, resolve)
    return function


def _function(form: str, condition: Condition, resolve: Resolver) -> Any:
    constants: Constants = {"contains": contains, "touches": touches, "key": key}
    source = form.format(_source(condition, resolve, constants))
    exec(_compiled(source), constants)  # noqa: S102 - our own source
    return constants["found"]


@lru_cache(maxsize=256)
def _compiled(source: str) -> CodeType:
    """Compile once per shape of condition: the constants are not part of the source."""
    return compile(source, "<condition>", "exec")


def _source(condition: Condition, resolve: Resolver, constants: Constants) -> str:
    match condition:
        case All(conditions):
            parts = [_source(inner, resolve, constants) for inner in conditions]
            return f"({' and '.join(parts)})" if parts else "True"
        case Any_(conditions):
            parts = [_source(inner, resolve, constants) for inner in conditions]
            return f"({' or '.join(parts)})" if parts else "False"
        case Not(inner):
            return f"(not {_source(inner, resolve, constants)})"
        case Null(field, negated):
            return f"(r.get({field!r}) is {'not ' if negated else ''}None)"
        case Related():
            return f"touches(r.get({condition.local!r}), {_bind(resolve(condition), constants)})"
        case Compare():
            return _comparison(condition, constants)


def _comparison(condition: Compare, constants: Constants) -> str:
    if condition.value is None:
        return "False"
    negation = "not " if condition.negated else ""
    test = _test(condition, constants)
    return f"((v := r.get({condition.field!r})) is not None and {negation}({test}))"


def _test(condition: Compare, constants: Constants) -> str:
    """Return the source that compares ``v``, which is not null, whatever its kind."""
    operator, value = condition.operator, condition.value
    if operator == "like":
        short, found, fits = (_bind(each, constants) for each in like(value))
        test = f"{found}(v) is not None if len(v) <= {short} else {fits}(v)"
        if part := part_alone(value):
            looked = f"{_bind(part, constants)} in v.lower()"
            test = f"{looked} if v.isascii() and len(v) <= {short} else ({test})"
        return f"isinstance(v, str) and ({test})"
    if operator == "contains":
        return _containing(value, constants)
    if operator == "in":
        texts = all(isinstance(item, str) for item in value)
        keys = frozenset(map(key, value))
        return f"{'isinstance(v, str) and v' if texts else 'key(v)'} in {_bind(keys, constants)}"
    if operator == "eq":
        return f"{'v' if isinstance(value, str) else 'key(v)'} == {_bind(key(value), constants)}"
    return _ordering(ORDERINGS[operator], value, constants)


def _containing(part: Any, constants: Constants) -> str:
    """Return the source of ``contains``, with the members of a small object one by one."""
    if not isinstance(part, dict) or len(part) > FEW:
        return f"contains(v, {_bind(part, constants)})"
    tests = ["isinstance(v, dict)"]
    for name, inner in part.items():
        own = _bind(name, constants)
        if inner is None or isinstance(inner, NESTED):
            tests.append(f"{own} in v and contains(v[{own}], {_bind(inner, constants)})")
        else:
            tests.append(f"key(v.get({own})) == {_bind(key(inner), constants)}")
    return " and ".join(tests)


def _ordering(sign: str, value: Any, constants: Constants) -> str:
    bound = _bind(value, constants)
    if isinstance(value, str):
        return f"isinstance(v, str) and v {sign} {bound}"
    if isinstance(value, bool):
        return f"isinstance(v, bool) and v {sign} {bound}"
    if isinstance(value, NUMBER):
        return f"type(v) in {_bind(NUMBERS, constants)} and v {sign} {bound}"
    return "False"


def _bind(value: Any, constants: Constants) -> str:
    name = f"c{len(constants)}"
    constants[name] = value
    return name


def touches(own: Any, keys: frozenset[Hashable]) -> bool:
    """Say whether a value, or one member of a list of values, has one of the keys."""
    if isinstance(own, list):
        return any(key(item) in keys for item in own)
    return key(own) in keys


def contains(value: Any, part: Any) -> bool:
    """Say whether a JSON value contains another as PostgreSQL's ``@>`` does: recursively.

    Raises:
        Refusal: 400, it is too much work for one request.
    """
    if isinstance(part, dict):
        return isinstance(value, dict) and all(
            name in value and contains(value[name], inner) for name, inner in part.items()
        )
    if isinstance(part, list):
        return isinstance(value, list) and _contains_all(value, part)
    return not isinstance(value, NESTED) and key(value) == key(part)


def _contains_all(items: list[Any], parts: list[Any]) -> bool:
    """Say whether each part is in an item; plain ones are looked up, others compared."""
    spend(len(items) + len(parts))
    plain = {key(item) for item in items if not isinstance(item, NESTED)}
    nested = [item for item in items if isinstance(item, NESTED)]
    for part in parts:
        if not isinstance(part, NESTED):
            if key(part) not in plain:
                return False
            continue
        spend(A_COMPARISON * len(nested))
        if not any(contains(item, part) for item in nested):
            return False
    return True
