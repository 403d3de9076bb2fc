"""Counts for a monitoring system, in the Prometheus text format."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

#: Labels and value, or lines that are ready.
Sample = tuple[Mapping[str, str], float] | str
#: Name, type, help, samples.
Family = tuple[str, str, str, Sequence[Sample]]

#: Clients may send any method: those that nobody knows are one.
METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})


class Metrics:
    """The counts of a server since its start."""

    def __init__(self) -> None:
        """Start at nothing."""
        self.requests: Counter[tuple[str, str]] = Counter()

    def count(self, method: str, status: int) -> None:
        """Count an answered request."""
        self.requests[method if method in METHODS else "other", str(status)] += 1


def exposition(families: Iterable[Family]) -> str:
    """Return families of samples in the Prometheus text format."""
    return "\n".join(line for family in families for line in _family(*family)) + "\n"


def _family(name: str, kind: str, help_: str, samples: Sequence[Sample]) -> Iterator[str]:
    yield f"# HELP {name} {help_}"
    yield f"# TYPE {name} {kind}"
    for sample in samples:
        if isinstance(sample, str):
            yield sample
            continue
        labels, value = sample
        written = ",".join(f'{label}="{escaped(text)}"' for label, text in labels.items())
        yield f"{name}{{{written}}} {value}" if written else f"{name} {value}"


def escaped(value: str) -> str:
    """Return the value of a label as it stands between its quotes."""
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
