"""The only place that lays out tables of text."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Row = Sequence[str | None]

_GAP = "  "


def table(heading: Row, rows: Sequence[Row], *, indent: str = "") -> Iterator[str]:
    """Yield the lines of a table with aligned columns; ``None`` is an empty cell."""
    cells = [[cell or "" for cell in row] for row in (heading, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        padded = (cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        yield f"{indent}{_GAP.join(padded)}".rstrip()
