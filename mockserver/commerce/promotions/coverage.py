"""Which lines of an order a SKU list covers (commerce.md §5.4)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import field

from mockserver.commerce.totals.cart import Line
from mockserver.late_dataclass import dataclass


@dataclass(frozen=True, slots=True)
class Listed:
    """One item of a manual list: a SKU, and how many pieces of it are meant."""

    sku: str
    quantity: int = 1


@dataclass(frozen=True, slots=True)
class Coverage:
    """A SKU list, as far as lines are held against it.

    Attributes:
        list_id: its id.
        items: those of a manual list, by position.
        expression: what the codes of SKUs match that an automatic list covers.
        bundles: the SKU list of each bundle, by the bundle's id; one is covered by its own list
            alone, never in parts.
    """

    list_id: str
    items: Sequence[Listed] = ()
    expression: str | None = None
    bundles: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_automatic(self) -> bool:
        """Whether SKUs are in it by their codes."""
        return self.expression is not None

    def covers(self, line: Line) -> bool:
        """Say whether a line is of one of its SKUs, or of the bundle that it backs."""
        if line.item_type == "bundles":
            return self.bundles.get(line.item or "") == self.list_id
        return line.item_type == "skus" and self._has(line)

    def _has(self, line: Line) -> bool:
        if self.expression is not None:
            from mockserver.ruby_expressions import is_found  # noqa: PLC0415 - slow, seldom needed

            return is_found(self.expression, line.sku_code or "")
        return any(listed.sku == line.item for listed in self.items)

    def covered(self, lines: Sequence[Line]) -> list[Line]:
        """Return the lines that it covers."""
        return [line for line in lines if self.covers(line)]

    def in_turn(self, lines: Sequence[Line]) -> Iterator[tuple[Sequence[Line], int]]:
        """Yield the covered lines item by item, each with the pieces meant of it altogether.

        The items come by position, then what is covered without one, by creation and with all its
        pieces: bundles, and whatever an automatic list covers.
        """
        for listed in self.items:
            of_sku = [each for each in lines if each.key == ("skus", listed.sku)]
            yield of_sku, listed.quantity
        for line in lines:
            if (self.is_automatic or line.item_type == "bundles") and self.covers(line):
                yield (line,), line.quantity

    def suffices(self, line: Line) -> bool:
        """Say whether a line has as many pieces as the list means of its SKU."""
        meant = [listed.quantity for listed in self.items if listed.sku == line.item]
        return not meant or line.quantity >= min(meant)
