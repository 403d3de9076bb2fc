"""Webhook deliveries, as a test looks at them and waits for them."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from mockserver.control.deliveries import until_complete
from mockserver.control.delivery_search import TIMEOUT, Wait
from mockserver.testing.awaiting import in_thread
from mockserver.testing.results import Result, many, one

if TYPE_CHECKING:
    from mockserver.control.deliveries import DeliveryControl

#: Their lines are of no interest to who reads why a test has failed.
__tracebackhide__ = True

Json = dict[str, Any]


class Delivering(ABC):
    """Whose webhooks are looked at: those of one organization, or of a whole server.

    Conditions are those of ``GET /_mock/deliveries``: ``topic``, ``webhook``, ``event``,
    ``resource``, ``replay_of``, ``status``, ``mode``, ``limit``.
    """

    @property
    @abstractmethod
    def _delivered(self) -> DeliveryControl:
        """The deliveries of the server."""

    @property
    @abstractmethod
    def _whose(self) -> str | None:
        """The organization; ``None`` for all."""

    def deliveries(self, **conditions: Any) -> list[Result]:
        """Return the deliveries that satisfy the conditions, oldest first.

        Raises:
            Refusal: 422 for a condition there is not, or one that says nothing.
        """
        return many(self._delivered.list(self._search(conditions))["deliveries"])

    def wait_for_deliveries(
        self, wait: Wait = "settled", *, timeout: float = TIMEOUT, **conditions: Any
    ) -> list[Result]:
        """Wait for deliveries and return all that satisfy the conditions, oldest first.

        Args:
            wait: until so many have been delivered, or have the ``status`` that is asked for;
                ``"settled"``: until none is pending; ``"idle"``: until nothing more happens
                unless time passes, or a webhook is enabled or its circuit reset.
            timeout: seconds to wait at most.
            **conditions: as of ``deliveries``.

        Raises:
            AssertionError: the time is over; it says what there is instead.
            Refusal: as ``deliveries``.
        """
        asked = {**self._search(conditions), "wait": wait, "timeout": timeout}
        # Look by look: requests, of receivers too, are answered meanwhile.
        page = until_complete(lambda: self._delivered.list(asked), timeout)
        found = many(page["deliveries"])
        if page["complete"]:
            return found
        wanted = f"{wait} deliveries" if isinstance(wait, int) else f"deliveries to be {wait}"
        there = map(line, self._delivered.list(self._search({}))["deliveries"])
        lines = [f"waited {timeout:g} seconds for {wanted}; there are:", *there]
        raise AssertionError("\n  ".join(lines if len(lines) > 1 else [lines[0] + " none"]))

    async def async_wait_for_deliveries(
        self,
        wait: Wait = "settled",
        *,
        timeout: float = TIMEOUT,  # noqa: ASYNC109 - as of the call that blocks
        **conditions: Any,
    ) -> list[Result]:
        """Wait like ``wait_for_deliveries``, for receivers in the same event loop."""
        return await in_thread(self.wait_for_deliveries, wait, timeout=timeout, **conditions)

    def replay(self, id_: str) -> Result:
        """Send the body of a delivery once more, now, and return the new delivery.

        Raises:
            Refusal: 404.
        """
        return one(self._delivered.replay(id_, self._whose))

    def clear_deliveries(self) -> None:
        """Forget all deliveries; what is pending is not sent."""
        self._delivered.clear(self._whose)

    def _search(self, conditions: Mapping[str, Any]) -> Json:
        whose = {} if self._whose is None else {"organization": self._whose}
        return {**conditions, **whose}


def line(delivery: Mapping[str, Any]) -> str:
    """Return a delivery in one line: what, where to, and what came of it."""
    attempts = delivery["attempts"]
    last = attempts[-1] if attempts else {}
    answer = f"{last.get('response_code') or ''} {last.get('response_message') or ''}".strip()
    times = {0: "never tried", 1: f"tried once: {answer}"}
    tried = times.get(len(attempts), f"tried {len(attempts)} times: {answer}")
    where = f"{delivery['topic']} {delivery['resource']} -> {delivery['callback_url']}"
    return f"{where} {delivery['status']}, {tried}"
