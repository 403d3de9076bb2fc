"""Sessions of browsers: who has logged in, what forms bring along, what was just done."""

from __future__ import annotations

import hmac
from collections import OrderedDict
from dataclasses import field

from mockserver.entropy import Entropy
from mockserver.late_dataclass import dataclass

#: So many browsers are remembered.
MOST = 1000


@dataclass(slots=True)
class BrowserSession:
    """One browser.

    Attributes:
        id: what its cookie says.
        proof: what a form has to bring along: no other page knows it.
        is_in: whether it has shown the control token.
        notices: what was done, told on the next page.
    """

    id: str
    proof: str
    is_in: bool = False
    notices: list[str] = field(default_factory=list)

    def note(self, text: str) -> None:
        """Have the next page tell something."""
        self.notices.append(text)

    def told(self) -> list[str]:
        """Return the notices, once."""
        texts, self.notices = self.notices, []
        return texts

    def proves(self, sent: str) -> bool:
        """Say whether a form is one of ours."""
        return hmac.compare_digest(sent.encode(), self.proof.encode())


class BrowserSessions:
    """The browsers of one server, the ones that came last."""

    def __init__(self) -> None:
        """Know nobody."""
        self._entropy = Entropy()
        self._known: OrderedDict[str, BrowserSession] = OrderedDict()

    def find(self, id_: str) -> BrowserSession | None:
        """Return the session a cookie names."""
        session = self._known.get(id_)
        if session:
            self._known.move_to_end(id_)
        return session

    def begin(self) -> BrowserSession:
        """Return a session for a browser that is new here."""
        session = BrowserSession(self._entropy.token(), self._entropy.token())
        self._known[session.id] = session
        if len(self._known) > MOST:
            self._known.popitem(last=False)
        return session

    def renew(self, session: BrowserSession) -> BrowserSession:
        """Return a session of another name for a browser that logs in: nobody else knows that."""
        self._known.pop(session.id, None)
        return self.begin()
