"""Webhook deliveries: list, wait for, send once more."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping
from contextlib import suppress
from datetime import timedelta
from itertools import accumulate
from operator import itemgetter
from threading import Event
from typing import Any

import orjson

from mockserver.access import MODES, Mode
from mockserver.clock import EPOCH, monotonic, timestamp
from mockserver.control.components import Components, Json, find
from mockserver.control.delivery_search import DeliverySearch, load_search
from mockserver.engine.sandbox import Sandbox
from mockserver.errors import Refusal
from mockserver.refusals import invalid, missing
from mockserver.resources.deliveries import DELIVERED, PENDING
from mockserver.storage.base import Record
from mockserver.userinfo import without_userinfo
from mockserver.webhooks import outbox
from mockserver.webhooks.outbox import DELIVERIES

Parameters = Mapping[str, Any]
#: Seconds between two looks.
GLANCE = 0.01


class DeliveryControl:
    """The deliveries of one server."""

    def __init__(self, components: Components) -> None:
        """Show the deliveries of these parts."""
        self._components = components

    def list(self, parameters: Parameters) -> Json:
        """Return the deliveries that the parameters of a URL ask for, the newest last.

        Returns:
            ``{"deliveries": [...], "total": how many match in all}``, and with ``wait``
            ``"complete"``: whether what is waited for has come. This does not wait for it.

        Raises:
            Refusal: 404 for the organization; 422 with pointers.
        """
        return self._page(load_search(parameters))

    def wait(self, parameters: Parameters) -> Json:
        """Return the same once it is complete, or the time is over.

        Raises:
            Refusal: as ``list``.
        """
        seconds = seconds_of(parameters)
        return until_complete(lambda: self.list(parameters), seconds)

    async def stream(self, parameters: Parameters) -> AsyncGenerator[bytes, None]:
        """Yield the same, as JSON, for who must not be held up; it has been listed before."""
        search, began = load_search(parameters), monotonic()
        page = self._page(search)
        with suppress(Refusal):  # the organization is gone
            while not page["complete"] and monotonic() - began < search.timeout:
                await asyncio.sleep(GLANCE)
                page = self._page(search)
        yield orjson.dumps(page, option=orjson.OPT_INDENT_2)

    def retrieve(self, id_: str, organization: str | None = None) -> Json:
        """Return one delivery.

        Raises:
            Refusal: 404.
        """
        return serialized(*self._find(id_, organization))

    def replay(self, id_: str, organization: str | None = None) -> Json:
        """Send the body of a delivery once more, now, whatever has become of it or its webhook.

        Returns:
            The new delivery.

        Raises:
            Refusal: 404; 409 when nothing says any more where to.
        """
        sandbox, delivery = self._find(id_, organization)
        webhook = sandbox.get(outbox.WEBHOOKS, delivery["webhook"])
        if webhook is None and delivery.get("signature") is None:
            detail = "Its webhook is gone, and it was never sent."
            raise invalid("", detail, title="Conflict", status=409)
        with sandbox.transaction():
            replayed = outbox.replay(sandbox, delivery)
        self._components.dispatcher.wake(sandbox)
        return serialized(sandbox, replayed)

    def clear(self, organization: str | None = None) -> None:
        """Forget all deliveries, or those of one organization; what is pending is not sent.

        Raises:
            Refusal: 404 for the organization.
        """
        for sandbox in self._sandboxes(organization):
            with sandbox.transaction():
                for delivery in sandbox.partition.select(DELIVERIES)[0]:
                    sandbox.partition.remove(DELIVERIES, delivery["id"])

    # --- steps -----------------------------------------------------------------------------------

    def _page(self, search: DeliverySearch) -> Json:
        matching = list(self._matching(search))
        wanted = [found for found in matching if _has(found[1], search.status)]
        shown = wanted[-search.limit :] if search.limit else wanted
        page: Json = {
            "deliveries": [serialized(sandbox, delivery) for sandbox, delivery in shown],
            "total": len(wanted),
        }
        if search.wait is None:
            return page
        return {**page, "complete": _is_complete(search, matching)}

    def _matching(self, search: DeliverySearch) -> Iterator[tuple[Sandbox, Record]]:
        """Yield the deliveries asked for, whatever their status, oldest first."""
        dated = []
        for sandbox in self._sandboxes(search.organization, search.mode):
            found = sandbox.find(DELIVERIES, search.condition)
            # In one world they are in order, even where its clock was set back.
            moments = accumulate((delivery["created_at"] for delivery in found), max)
            dated += [(at, sandbox, one) for at, one in zip(moments, found, strict=True)]
        for _, sandbox, delivery in sorted(dated, key=itemgetter(0)):
            yield sandbox, delivery

    def _sandboxes(self, slug: str | None, mode: Mode | None = None) -> Iterator[Sandbox]:
        organizations = self._components.organizations
        for organization in [find(self._components, slug)] if slug is not None else organizations:
            yield from (organization.sandbox(m) for m in MODES if mode in (None, m))

    def _find(self, id_: str, slug: str | None) -> tuple[Sandbox, Record]:
        for sandbox in self._sandboxes(slug):
            delivery = sandbox.get(DELIVERIES, id_)
            if delivery is not None:
                return sandbox, delivery
        raise missing(f"delivery {id_!r}")


def until_complete(look: Callable[[], Json], seconds: float) -> Json:
    """Look until a look is complete, or the time over, and return the last one."""
    began, never = monotonic(), Event()
    page = look()
    while not page.get("complete", True) and monotonic() - began < seconds:
        never.wait(GLANCE)
        page = look()
    return page


def seconds_of(parameters: Parameters) -> float:
    """Return how long is waited.

    Raises:
        Refusal: 422 with pointers.
    """
    return load_search(parameters).timeout


def serialized(sandbox: Sandbox, delivery: Record) -> Json:
    """Return a delivery as JSON."""
    due_at = delivery.get("due_at")
    return {
        "id": delivery["id"],
        "organization": sandbox.organization.slug,
        "mode": sandbox.mode,
        "topic": delivery["topic"],
        "resource": delivery["resource"],
        "event": delivery["event"],
        "webhook": delivery["webhook"],
        "callback_url": without_userinfo(delivery["callback_url"]),
        "status": delivery["status"],
        "attempts": delivery["attempts"],
        "due_at": None if due_at is None else timestamp(EPOCH + timedelta(seconds=due_at)),
        "replay_of": delivery.get("replay_of"),
        "signature": delivery.get("signature"),
        "body": orjson.loads(delivery["body"]),
        **_answer(delivery),
        "created_at": delivery["created_at"],
        "updated_at": delivery["updated_at"],
    }


def _answer(delivery: Record) -> Json:
    """Return the answer of a service, as JSON where it is some; webhooks answer nothing."""
    answer = delivery.get("answer")
    if answer is None:
        return {}
    try:
        return {"answer": orjson.loads(answer)}
    except orjson.JSONDecodeError:
        return {"answer": answer}


def _has(delivery: Record, statuses: tuple[str, ...]) -> bool:
    return not statuses or delivery["status"] in statuses


def _is_complete(search: DeliverySearch, matching: list[tuple[Sandbox, Record]]) -> bool:
    """Say whether what is waited for has come.

    A number is that of the deliveries with one of the statuses asked for, else of those that have
    been delivered.
    """
    if isinstance(search.wait, int):
        statuses = search.status or (DELIVERED,)
        return sum(_has(delivery, statuses) for _, delivery in matching) >= search.wait
    pending = [(sandbox, one) for sandbox, one in matching if one["status"] == PENDING]
    if search.wait == "settled":
        return not pending
    busy = {
        (sandbox, head["webhook"])
        for sandbox in dict.fromkeys(sandbox for sandbox, _ in pending)
        for head in outbox.heads(sandbox)
        if outbox.is_due(sandbox, head)
    }
    return not any((sandbox, delivery["webhook"]) in busy for sandbox, delivery in pending)
