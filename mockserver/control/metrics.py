"""Counts for a monitoring system, in the Prometheus text format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

Labels = tuple[tuple[str, str], ...]
Sample = tuple[Labels, float]


class Metrics:
    """What the server has counted since its start."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.requests: Counter[tuple[str, str]] = Counter()

    def count(self, method: str, status: int) -> None:
        """Count an answered request."""
        self.requests[method, str(status)] += 1


def exposition(families: Iterable[tuple[str, str, str, Iterable[Sample]]]) -> str:
    """Return families of samples in the Prometheus text format.

    Args:
        families: (name, type, help, samples) each.
    """
    return "\n".join(line for family in families for line in _family(*family)) + "\n"


def _family(name: str, kind: str, help_: str, samples: Iterable[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
    for labels, value in samples:
        written = ",".join(f'{label}="{_escaped(text_)}"' for label, text_ in labels)
        yield f"{name}{{{written}}} {value:g}" if written else f"{name} {value:g}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
