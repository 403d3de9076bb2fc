"""A read on the fast way, and the reply to it."""

from __future__ import annotations

from typing import NamedTuple

from mockserver.access import Access
from mockserver.engine.sandbox import Sandbox
from mockserver.late_dataclass import dataclass
from mockserver.schema.vocabulary import Resource
from mockserver.traffic.head import Head
from mockserver.traffic.route import Route
from mockserver.web.headers import HeaderList


@dataclass(frozen=True, slots=True)
class Read:
    """A read that has been let in.

    Attributes:
        head: of the request.
        route: what its path means.
        resource: the declaration of what is read.
        sandbox: where.
        access: by whom.
        moment: when, by the clock there.
        base_url: what links begin with.
        began: on a clock that no test freezes.
    """

    head: Head
    route: Route
    resource: type[Resource]
    sandbox: Sandbox
    access: Access
    moment: float
    base_url: str
    began: float


class ReadAnswer(NamedTuple):
    """The whole answer to a request.

    Attributes:
        status: of it.
        headers: its own.
        length: how long it is, which a listener says itself.
        surrounding: the headers that surround every answer.
        body: of it; none goes with some statuses.
    """

    status: int
    headers: HeaderList
    length: HeaderList
    surrounding: HeaderList
    body: bytes = b""
