"""The rows of an import: as they are sent, as they are kept, as they are read (neighbours §37)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import orjson

Row = dict[str, Any]
JSON, CSV = "json", "csv"
FORMATS = frozenset({JSON, CSV})


class Unreadable(ValueError):  # noqa: N818 - what the inputs are
    """There are no rows to be read from the inputs."""


def text_of(inputs: Any, format_: str) -> str:
    """Return the file of rows as they were sent.

    CSV comes as one text, or as a list of its lines; objects are taken in either format.

    Raises:
        Unreadable: they are neither.
    """
    if isinstance(inputs, str) and format_ == CSV:
        return inputs
    if not isinstance(inputs, list):
        raise Unreadable
    if format_ == CSV and all(isinstance(line, str) for line in inputs):
        return "\n".join(inputs)
    if not all(isinstance(row, dict) for row in inputs):
        raise Unreadable
    return _written(inputs) if format_ == CSV else orjson.dumps(inputs).decode()


def _written(rows: Sequence[Row]) -> str:
    """Return objects as CSV: whatever is no text as JSON."""
    columns = list(dict.fromkeys(name for row in rows for name in row))
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


def rows_of(text: str, format_: str) -> list[Row]:
    """Return the rows of a file.

    Raises:
        Unreadable: it is no CSV, or has more cells in a line than in its header.
    """
    if format_ == JSON:
        rows: list[Row] = orjson.loads(text)
        return rows
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    try:
        return [_nested(_cells(line)) for line in reader]
    except csv.Error:
        raise Unreadable from None


def _cells(line: Mapping[Any, Any]) -> Iterator[tuple[str, str]]:
    """Yield the cells of a line that say something."""
    if None in line:
        raise Unreadable
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
