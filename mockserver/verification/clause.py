"""A rule of the contract: where it stands, how sure it is, and what a server has to answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import field
from typing import Any, Literal

from mockserver.late_dataclass import dataclass

#: Stated in the documentation, observed, inferred from the framework, chosen.
Mark = Literal["D", "O", "F", "C"]
#: With the token that was got, without one, with one that is none.
Bearer = Literal["token", "nobody", "wrong"]
JSON_API = "application/vnd.api+json"


@dataclass(frozen=True, slots=True)
class Probe:
    """One request, and what it has to be answered with.

    Attributes:
        method: of the request.
        path: with the query, as it is sent.
        body: JSON; text is sent as it is.
        headers: further ones, or others.
        bearer: whose token it carries.
        status: of the answer.
        document: what its body has to be like; ``None``: nothing is asked of it.
        answered: headers that it has, by their name in small letters; ``ABSENT``: has not.
        keep: the name under which the id of the answer is known from then on.
    """

    method: str
    path: str
    status: int
    document: Any = None
    body: Any = field(default=None, kw_only=True)
    headers: Mapping[str, str] = field(default_factory=dict, kw_only=True)
    bearer: Bearer = field(default="token", kw_only=True)
    answered: Mapping[str, Any] = field(default_factory=dict, kw_only=True)
    keep: str = field(default="", kw_only=True)


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence of the contract, and the requests that show whether it holds.

    Attributes:
        cites: file and section.
        mark: its evidence.
        says: the sentence.
        steps: done in order; the first that is answered otherwise ends it.
    """

    cites: str
    mark: Mark
    says: str
    steps: Sequence[Probe]


@dataclass(frozen=True, slots=True)
class Verdict:
    """The outcome of one rule.

    Attributes:
        rule: the rule.
        differences: from what is expected; none: it holds.
        request: the one that was answered otherwise, as a line.
        status: of that answer; 0: there was none.
        answer: its body, or why there was none.
    """

    rule: Clause
    differences: Sequence[str] = ()
    request: str = ""
    status: int = 0
    answer: str = ""

    @property
    def holds(self) -> bool:
        """Whether the server keeps the rule."""
        return not self.differences
