"""Names of an order beside its id: a number, and a token to share (neighbours.md §7)."""

from __future__ import annotations

from itertools import count

from mockserver.schema.protocols import Change
from mockserver.storage.base import SERIAL
from mockserver.storage.conditions import Compare


def free_number(change: Change) -> str:
    """Return the record's own integer as text, or something like it where an order has that."""
    number = own = str(change.record[SERIAL])
    for again in count(2):
        if not change.engine.find("orders", Compare("number", "eq", number)):
            break
        number = f"{own}-{again}"
    return number


def sharing_token(change: Change) -> str:
    """Return a token to share instead of the id: 32 hexadecimal digits."""
    return change.engine.entropy.hex(32)
