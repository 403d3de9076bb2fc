"""The traffic of one server: what it deliberately does to requests, and remembers of them."""

from __future__ import annotations

from mockserver.traffic.faults import Faults
from mockserver.traffic.journal import DEFAULT_SIZE, RequestJournal
from mockserver.traffic.optional_headers import OptionalHeaders
from mockserver.traffic.stubs import Stubs


class Traffic:
    """The faults, stubs and the journal of one server.

    Attributes:
        journal: the exchanges.
        faults: the deliberate failures.
        stubs: the answers that somebody has written.
        headers: those that answers carry only if asked for.
    """

    def __init__(
        self,
        seed: object = 1,
        journal_size: int = DEFAULT_SIZE,
        headers: OptionalHeaders | None = None,
    ) -> None:
        """Start with an empty journal and no rules.

        Args:
            seed: what the draws of faults are derived from.
            journal_size: how many exchanges are stored; 0: none.
            headers: which headers answers carry because somebody asked for them.
        """
        self.journal = RequestJournal(journal_size)
        self.faults = Faults(seed)
        self.stubs = Stubs()
        self.headers = headers or OptionalHeaders()

    @property
    def intervenes(self) -> bool:
        """Whether something may be done to a request, or said of it with its answer."""
        return bool(self.faults.in_force or self.stubs.in_force or self.headers.advice)
