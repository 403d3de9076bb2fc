"""Webhooks: who is told of what, how each delivery fared, and a receiver to try them with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from mockserver.console.answers import Answer, Page, Redirect
from mockserver.console.asking import ConsoleClient, document_of, errors_of
from mockserver.console.calls import ApiCall
from mockserver.console.routes import PageRoute
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit
from mockserver.errors import Refusal
from mockserver.resources.topics import topics
from mockserver.settings import netloc
from mockserver.webhooks.signing import signature

#: So many deliveries are shown.
LIMIT = 50
#: Where the receivers are, below the server.
RECEIVERS = "/_mock/receivers/"
#: Addresses that stand for every one there is.
ANYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with
#: The status upon which htmx asks no more: what somebody reads must not close under their eyes.
STOP = 286
COMMANDS = ("_enable", "_disable", "_reset_circuit")


def webhooks(visit: Visit, place: Standpoint) -> Answer:
    """Show the webhooks of the mode, and their deliveries."""
    deliveries = _deliveries(visit, place)
    if visit.is_part:
        return Page("deliveries.html", {"deliveries": deliveries})
    return _shown(visit, place)


def subscribe(visit: Visit, place: Standpoint) -> Answer:
    """Subscribe a receiver of ours, or any other URL, to a topic."""
    name = visit.text("receiver") or "inbox"
    url = visit.text("url") or receiver_url(place, name, visit.text("status"))
    attributes: dict[str, Any] = {"topic": visit.text("topic"), "callback_url": url}
    if includes := visit.text("include"):
        attributes["include_resources"] = [part.strip() for part in includes.split(",")]
    call = ApiCall(
        "POST", ("webhooks",), body={"data": {"type": "webhooks", "attributes": attributes}}
    )
    reply = ConsoleClient(place, visit.base_url).send(call)
    if errors := errors_of(reply):
        return _shown(visit, place, errors)
    id_ = document_of(reply)["data"]["id"]
    visit.session.note(f"{attributes['topic']} is delivered to {url} from now on ({id_}).")
    return Redirect(place.to("webhooks"))


def command(visit: Visit, place: Standpoint, id_: str) -> Answer:
    """Switch a webhook on or off, or close its circuit."""
    name = visit.text("name")
    data = {"type": "webhooks", "id": id_, "attributes": {name: True}}
    reply = ConsoleClient(place, visit.base_url).send(
        ApiCall("PATCH", ("webhooks", id_), body={"data": data})
    )
    if errors := errors_of(reply):
        return _shown(visit, place, errors)
    visit.session.note(f"{name} is done.")
    return Redirect(place.to("webhooks"))


def delivery(_: Visit, place: Standpoint, id_: str) -> Answer:
    """Show one delivery."""
    found = place.plane.deliveries.retrieve(id_, place.slug)
    return Page(
        "delivery.html", {"delivery": found, "here": place.to("webhooks", "deliveries", id_)}
    )


def replay(visit: Visit, place: Standpoint, id_: str) -> Answer:
    """Send the body of a delivery once more."""
    try:
        made = place.plane.deliveries.replay(id_, place.slug)
    except Refusal as refused:
        return _shown(visit, place, refused.errors)
    visit.session.note("It is sent once more.")
    return Redirect(place.to("webhooks", "deliveries", made["id"]))


def receiver(visit: Visit, place: Standpoint, name: str) -> Answer:
    """Show what has arrived at a receiver."""
    secrets = list(_secrets(place, name))
    arrived = [
        {**each, "is_genuine": _is_genuine(each, secrets)}
        for each in place.plane.receivers.arrived(name)
    ]
    shown = {
        "name": name,
        "arrived": arrived,
        "here": place.to("webhooks", "receivers", name),
        "url": receiver_url(place, name),
        "knows_secret": bool(secrets),
    }
    if visit.is_part:
        return Page("arrived.html", shown, STOP if arrived else 200)
    return Page("receiver.html", shown)


def clear_receiver(visit: Visit, place: Standpoint, name: str) -> Answer:
    """Forget what has arrived."""
    place.plane.receivers.clear(name)
    visit.session.note(f"The receiver {name} is empty.")
    return Redirect(place.to("webhooks", "receivers", name))


def receiver_url(place: Standpoint, name: str, status: str = "") -> str:
    """Return the URL of a receiver, as this server itself reaches it.

    Args:
        place: of the server.
        name: of the receiver.
        status: to answer, where it is to be another than 200.
    """
    settings = place.parts.settings
    first = settings.hosts[0]
    host = netloc("localhost" if first in ANYWHERE else first, settings.port, "http")
    return f"http://{host}{RECEIVERS}{name}" + (f"?status={status}" if status else "")


# --- steps ---------------------------------------------------------------------------------------


def _shown(visit: Visit, place: Standpoint, errors: Any = ()) -> Page:
    shown = {
        "errors": errors,
        "here": place.to("webhooks"),
        "webhooks": [_described(place, record) for record in _records(place)],
        "deliveries": _deliveries(visit, place),
        "receivers": place.plane.receivers.names(),
        "topics": sorted(topics()),
        "commands": COMMANDS,
        "typed": {name: visit.text(name) for name in ("topic", "receiver", "url", "include")},
        "status": visit.query.get("status", ""),
        "anywhere": place.parts.settings.webhooks_anywhere,
    }
    return Page("webhooks.html", shown, int(errors[0].get("status", 422)) if errors else 200)


def _records(place: Standpoint) -> list[dict[str, Any]]:
    return place.sandbox.partition.select("webhooks")[0]


def _described(place: Standpoint, record: Mapping[str, Any]) -> dict[str, Any]:
    """Return a webhook as it is shown: with the receiver it leads to, and its deliveries."""
    path = str(record["callback_url"]).partition(RECEIVERS)[2].partition("?")[0]
    return {
        **record,
        "receiver": path,
        "deliveries": place.plane.deliveries.list(
            {"organization": place.slug, "mode": place.mode, "webhook": record["id"]}
        )["total"],
    }


def _deliveries(visit: Visit, place: Standpoint) -> list[dict[str, Any]]:
    """Return the deliveries of the mode, the newest first."""
    search = {"organization": place.slug, "mode": place.mode, "limit": str(LIMIT)}
    if status := visit.query.get("status"):
        search["status"] = status
    return list(reversed(place.plane.deliveries.list(search)["deliveries"]))


def _secrets(place: Standpoint, name: str) -> Iterator[str]:
    """Yield the secrets of the webhooks that deliver to a receiver."""
    for record in _records(place):
        if str(record["callback_url"]).partition(RECEIVERS)[2].partition("?")[0] == name:
            yield str(record["shared_secret"])


def _is_genuine(arrived: Mapping[str, Any], secrets: list[str]) -> bool:
    return any(signature(secret, arrived["raw"]) == arrived["signature"] for secret in secrets)


ROUTES = (
    PageRoute("/webhooks", webhooks),
    PageRoute("/webhooks", subscribe, "POST"),
    PageRoute("/webhooks/deliveries/<id_>", delivery),
    PageRoute("/webhooks/deliveries/<id_>/replay", replay, "POST"),
    PageRoute("/webhooks/receivers/<name>", receiver),
    PageRoute("/webhooks/receivers/<name>/clear", clear_receiver, "POST"),
    PageRoute("/webhooks/<id_>/command", command, "POST"),
)
