"""Figures over records: one for all of them, or one for each value of an attribute."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from typing import Any

from mockserver.commerce.metrics.conditions import filters_of
from mockserver.commerce.totals.rounding import exact
from mockserver.errors import refusal
from mockserver.late_dataclass import dataclass
from mockserver.schema.currencies import currency
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare, Condition, both

#: The types that figures are of, each with the name of its own section.
SECTIONS: Mapping[str, str] = {"orders": "order", "returns": "return"}
#: How many values a breakdown shows.
LIMIT, HIGHEST_LIMIT = 10, 100

Row = Mapping[str, tuple[str, Record]]
Figure = Callable[[Sequence[Fraction]], Fraction]

#: What is reckoned of numbers; of none, nothing is.
NUMERIC: Mapping[str, Figure] = {
    "sum": lambda values: sum(values, Fraction(0)),
    "avg": lambda values: sum(values, Fraction(0)) / len(values),
    "min": min,
    "max": max,
}
COUNTING: Mapping[str, Callable[[Sequence[Any]], int]] = {
    "value_count": len,
    "cardinality": lambda values: len(set(values)),
}


@dataclass(frozen=True, slots=True)
class Figures:
    """Figures of the records of one type that a bearer may see.

    Attributes:
        engine: the records.
        type_: of those that are counted.
        markets: what the bearer is limited to; ``None``: nothing.
    """

    engine: Engine
    type_: str
    markets: Sequence[str] | None = None

    def stats(self, query: Mapping[str, Any], filter_: Mapping[str, Any]) -> Any:
        """Return the figure of a query over all that a filter lets through."""
        section, attribute = _field(query, "field")
        rows = self._rows(filter_, section)
        return figure(_operator(query), self._values(rows, section, attribute))

    def breakdown(self, query: Mapping[str, Any], filter_: Mapping[str, Any]) -> Any:
        """Return a figure for each value of an attribute, the greatest first."""
        section, attribute = _field(query, "by")
        rows = self._rows(filter_, section)
        groups: dict[str, list[Row]] = {}
        for row in rows:
            label = row[section][1].get(attribute)
            if label is not None:
                groups.setdefault(str(label), []).append(row)
        operator, field = _operator(query), _field(query, "field")
        found = [
            {"label": label, "value": figure(operator, self._values(own, *field))}
            for label, own in groups.items()
        ]
        found.sort(key=lambda each: each["value"] or 0, reverse=query.get("sort") != "asc")
        return {f"{section}.{attribute}": found[: _limit(query)]}

    def _rows(self, filter_: Mapping[str, Any], section: str) -> list[Row]:
        """Return the records, each with what a section of it leads to: a row for each of these."""
        own = SECTIONS[self.type_]
        records = self.engine.find(self.type_, self._condition(filter_))
        if section == own:
            return [{own: (self.type_, record)} for record in records]
        if section not in self.engine.registry[self.type_].relationships:
            raise refusal("BAD_REQUEST", reason=f"{self.type_} have no {section!r}")
        rows: list[Row] = []
        linked = self.engine.linked_all(self.type_, records, section)
        for record, targets in zip(records, linked, strict=True):
            for type_, id_ in targets:
                other = self.engine.get(type_, id_)
                if other:
                    rows.append({own: (self.type_, record), section: (type_, other)})
        return rows

    def _condition(self, filter_: Mapping[str, Any]) -> Condition:
        asked = self.engine.matching(self.type_, filters_of(filter_, SECTIONS[self.type_]))
        if self.markets is None:
            return asked
        return both(asked, Compare("market", "in", frozenset(self.markets)))

    def _values(self, rows: Sequence[Row], section: str, attribute: str) -> list[Any]:
        """Return the values of an attribute that are there; amounts in units of the currency."""
        found = []
        for row in rows:
            if section not in row:
                raise refusal("BAD_REQUEST", reason=f"{section!r} is not what is broken down")
            value = _value(self.engine, *row[section], attribute)
            if value is not None:
                found.append(value)
        return found


def figure(operator: str, values: Sequence[Any]) -> Any:
    """Reckon a figure by an operator; ``None`` where there are no values to reckon with."""
    if operator in COUNTING:
        return COUNTING[operator](values)
    if operator not in NUMERIC:
        raise refusal("BAD_REQUEST", reason=f"{operator!r} is no operator")
    numbers = [_number(value) for value in values if isinstance(value, int | float | Fraction)]
    return float(NUMERIC[operator](numbers)) if numbers else None


def _number(value: float | Fraction) -> Fraction:
    return value if isinstance(value, Fraction) else exact(value)


def _value(engine: Engine, type_: str, record: Record, attribute: str) -> Any:
    known = engine.registry[type_].attributes
    if f"{attribute}_cents" in known:
        cents = record.get(f"{attribute}_cents")
        if cents is None:
            return None
        return Fraction(cents, currency(record.get("currency_code") or "").subunit_to_unit)
    if attribute not in known:
        raise refusal("BAD_REQUEST", reason=f"{type_} have no {attribute!r}")
    return record.get(attribute)


def _field(query: Mapping[str, Any], name: str) -> tuple[str, str]:
    """Return section and attribute of ``order.id``."""
    section, dot, attribute = str(query.get(name) or "").partition(".")
    if not dot or not attribute:
        raise refusal("BAD_REQUEST", reason=f"{name!r} must be like 'order.id'")
    return section, attribute


def _operator(query: Mapping[str, Any]) -> str:
    return str(query.get("operator") or "")


def _limit(query: Mapping[str, Any]) -> int:
    limit = query.get("limit", LIMIT)
    if not isinstance(limit, int) or not 0 < limit <= HIGHEST_LIMIT:
        raise refusal("BAD_REQUEST", reason=f"'limit' must be between 1 and {HIGHEST_LIMIT}")
    return limit
