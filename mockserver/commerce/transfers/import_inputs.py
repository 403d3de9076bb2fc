"""The rows of an import: as they are sent, as they are kept, as they are read.

neighbours.md §37.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any

import orjson

from mockserver.depth import DEEPEST
from mockserver.effort import spend
from mockserver.errors import refusal
from mockserver.storage.conditions import members

Row = dict[str, Any]
JSON, CSV = "json", "csv"
FORMATS = frozenset({JSON, CSV})
MAXIMUM_ROWS = 10_000
#: Values in all rows and in one, those within objects and lists included.
MAXIMUM_CELLS, MAXIMUM_CELLS_OF_ROW = 500_000, 10_000


class UnreadableInputs(ValueError):  # noqa: N818 - what the inputs are
    """There are no rows to be read from the inputs."""


def text_of(inputs: Any, format_: str) -> str:
    """Return the file of rows as they were sent.

    CSV comes as one text, or as a list of its lines; objects are taken in either format.

    Raises:
        UnreadableInputs: they are neither.
    """
    if isinstance(inputs, str) and format_ == CSV:
        return inputs
    if not isinstance(inputs, list):
        raise UnreadableInputs
    if format_ == CSV and all(isinstance(line, str) for line in inputs):
        return "\n".join(inputs)
    if not all(isinstance(row, dict) for row in inputs):
        raise UnreadableInputs
    return _written(inputs) if format_ == CSV else orjson.dumps(inputs).decode()


def _written(rows: Sequence[Row]) -> str:
    """Return objects as CSV: whatever is no text as JSON."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
    _require(len(columns) * len(rows), MAXIMUM_CELLS)
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows([[cell(row.get(name)) for name in columns] for row in rows])
    return text.getvalue()


def cell(value: Any) -> str:
    """Return a JSON value as a cell of CSV: text as it is, nothing for null, the rest as JSON."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


@lru_cache(maxsize=1)
def rows_of(text: str, format_: str) -> Sequence[Row]:
    """Return the rows of a file, up to one more than there may be; nobody may change them.

    Raises:
        UnreadableInputs: it is no CSV, or has more cells in a line than in its header.
        Refusal: 400 for too many cells, or columns that nest too deep.
    """
    spend(len(text))
    if format_ == JSON:
        rows: list[Row] = orjson.loads(text)
        return rows
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        return list(_read(reader))
    except csv.Error:
        raise UnreadableInputs from None


def require_bearable(rows: Sequence[Row]) -> None:
    """Refuse rows with more values than can be taken in while others wait, 400 in words."""
    total = 0
    for row in rows:
        cells = members(row)
        _require(cells, MAXIMUM_CELLS_OF_ROW, "in one row")
        total += cells
        _require(total, MAXIMUM_CELLS)


def _require(cells: int, most: int, where: str = "to import at once") -> None:
    if cells > most:
        raise refusal("BAD_REQUEST", reason=f"Too many values {where}: more than {most}")


def _read(reader: csv.DictReader[str]) -> Iterator[Row]:
    names = reader.fieldnames or ()
    depths = [name.count(".") + 1 for name in names]
    if max(depths, default=0) >= DEEPEST:
        reason = f"The columns of an import may nest {DEEPEST - 1} deep, not {max(depths)}"
        raise refusal("BAD_REQUEST", reason=reason)
    for number, line in enumerate(reader, start=1):
        # What is not in a line costs as much as what is.
        _require(number * sum(depths), MAXIMUM_CELLS)
        yield _nested(_cells(line))
        if number > MAXIMUM_ROWS:
            break


def _cells(line: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a line that say something."""
    if None in line:
        raise UnreadableInputs
    for name, value in line.items():
        if name.strip() and value is not None and value != "":
            yield name.strip(), value


def _nested(cells: Iterator[tuple[str, str]]) -> Row:
    """Return a row whose columns with dots are members of objects."""
    row: Row = {}
    for name, value in cells:
        *path, last = name.split(".")
        at = row
        for step in path:
            inner = at.get(step)
            if not isinstance(inner, dict):
                inner = at[step] = {}
            at = inner
        at[last] = value
    return row
