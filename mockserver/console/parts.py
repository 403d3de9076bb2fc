"""Parts of the server that pages speak through: the control plane, tokens, and the API itself."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from mockserver.control.components import Components
from mockserver.control.control_plane import ControlPlane
from mockserver.late_dataclass import dataclass
from mockserver.oauth.authorization import AuthorizationServer
from mockserver.settings import Settings


class Reply(NamedTuple):
    """The answer of the API to a request of the console.

    Attributes:
        fate: what has become of the answer where it would not have arrived whole, in words.
    """

    status: int
    headers: Mapping[str, str]
    body: bytes
    fate: str = ""


#: Sends a request to the API as anybody would: method, path with query, headers, body.
Ask = Callable[[str, str, Mapping[str, str], bytes], Reply]


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one server that its pages speak through.

    Attributes:
        plane: the control plane.
        components: of the application.
        ask: the API, with everything around it: limits, faults, the journal.
    """

    plane: ControlPlane
    components: Components
    ask: Ask

    @property
    def authorization(self) -> AuthorizationServer:
        """The authorization server."""
        return self.components.authorization

    @property
    def settings(self) -> Settings:
        """The settings of the server, with the ports it has taken."""
        return self.components.settings
