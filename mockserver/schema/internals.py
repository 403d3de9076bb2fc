"""Internals: values that records hold and no document of the API shows."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.late_dataclass import dataclass
from mockserver.schema.validations import Validation
from mockserver.storage.base import Index, Kind


@dataclass(frozen=True, slots=True)
class Internal:
    """One value that only the service knows of.

    Attributes:
        kind: of its JSON value.
        required: whether it must be there, and never null.
        enum: one of these.
        rules: what it satisfies besides.
        indexed: whether records are looked up by it.
        references: the types whose ids it holds, if it holds ids.
    """

    kind: Kind
    required: bool = False
    enum: Sequence[str] = ()
    rules: Sequence[Validation] = ()
    indexed: bool = False
    references: tuple[str, ...] | None = None

    @property
    def index(self) -> Index:
        """The index that the storage makes of it where records are looked up by it."""
        return Index(self.kind, references=self.references)
