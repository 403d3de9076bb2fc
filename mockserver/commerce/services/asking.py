"""Asks external services of the merchant's own, about an order in a run or about one record.

commerce.md §17.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from mockserver.commerce.services.carts import removed, unstored
from mockserver.commerce.services.includes import includes_of
from mockserver.commerce.totals.cart import Cart
from mockserver.late_dataclass import dataclass
from mockserver.schema.casting import INTEGER_RANGE
from mockserver.schema.protocols import Engine, Target
from mockserver.schema.service_calls import ServiceCall, ServiceReply
from mockserver.storage.base import Record


@dataclass(frozen=True, slots=True)
class Service:
    """A service of the merchant's own.

    Attributes:
        name: what it is asked for; see ``includes``.
        url: where it is.
        told: the record that knows it: with the secret, and what is to be included.
        circuit: the record that counts its failures.
        is_usable: says whether the data of a yes has what it is asked for.
    """

    name: str
    url: str
    told: Record
    circuit: Target
    is_usable: Callable[[Mapping[str, Any]], bool] = lambda _: True

    def call(self, posted: Target, **words: Any) -> ServiceCall:
        """Return the call that posts a record; for the words see ``ServiceCall``."""
        return ServiceCall(
            self.name,
            self.url,
            self.told.get("shared_secret") or "",
            self.circuit,
            posted,
            includes_of(self.name, self.told),
            is_usable=self.is_usable,
            **words,
        )


def ask_about_cart(
    engine: Engine, service: Service, cart: Cart, posted: Target | None = None
) -> ServiceReply:
    """Ask about an order as a run has left it so far.

    Args:
        engine: the records around.
        service: the one that is asked.
        cart: the order and its lines.
        posted: the record that is posted; ``None``: the order.
    """
    about = posted or ("orders", cart.order["id"])
    call = service.call(about, unstored=unstored(cart), removed=removed(cart))
    return engine.call_service(call)


def ask_about(
    engine: Engine,
    service: Service,
    posted: Target,
    records: Sequence[tuple[str, Record]],
    **words: Any,
) -> ServiceReply:
    """Ask about one record; those given are shown as they are by now, though not stored so."""
    return engine.call_service(service.call(posted, unstored=records, **words))


def whole(value: Any) -> int | None:
    """Return a whole number of an answer, ``None`` for what is none, or none for a database."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    return value if is_whole and value in INTEGER_RANGE else None


def merged(metadata: Mapping[str, Any] | None, reply: ServiceReply) -> dict[str, Any]:
    """Return the metadata of a record, with what a service adds to it."""
    added = reply.data.get("metadata")
    return {**(metadata or {}), **(added if isinstance(added, dict) else {})}
