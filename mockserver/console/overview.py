"""The overview: where everything is, who may ask, how to begin, what happened lately."""

from __future__ import annotations

from itertools import islice

from mockserver.console.answers import Page
from mockserver.console.routes import PageRoute
from mockserver.console.snippets import beginnings
from mockserver.console.standpoints import MOST_ORGANIZATIONS, Standpoint
from mockserver.console.visits import Visit
from mockserver.control.organizations import counts
from mockserver.seeding.credentials import PASSWORD

#: So many exchanges are what happened lately.
LATELY = 8


def overview(visit: Visit, place: Standpoint) -> Page:
    """Show an organization in a mode."""
    plane, settings = place.plane, place.parts.settings
    described = plane.organizations.described(place.organization)
    held = counts(place.organization)[place.mode]
    own = [c for c in described["credentials"] if c["mode"] == place.mode]
    lately = plane.journal.list(
        {"organization": place.slug, "mode": place.mode, "order": "newest", "limit": str(LATELY)}
    )
    health = plane.settings.health()
    shown = {
        "described": described,
        "credentials": own,
        "users": [user for user in described["users"] if user["mode"] == place.mode],
        "password": PASSWORD if settings.seeded else "",
        "urls": _urls(visit, place),
        "organizations": [
            plane.organizations.described(each)
            for each in islice(place.parts.components.organizations, MOST_ORGANIZATIONS)
        ],
        "worlds": health["organizations"],
        "beginnings": beginnings(visit, place, own),
        "lately": lately["exchanges"],
        "health": health,
        "records": sum(held.values()),
        "types": sum(1 for count in held.values() if count),
        "busiest": sorted(held.items(), key=lambda item: (-item[1], item[0]))[:6],
        "outages": plane.outages.list(place.slug),
        "faults": len(plane.faults.list()),
        "stubs": len(plane.stubs.list()),
        "waiting": len(plane.jobs.list({"organization": place.slug, "mode": place.mode})),
    }
    return Page("overview.html", shown)


def _urls(visit: Visit, place: Standpoint) -> list[tuple[str, str]]:
    settings = place.parts.settings
    return [
        ("API, as this browser reaches it", f"{visit.base_url}/api"),
        ("Tokens", f"{visit.base_url}/oauth/token"),
        ("API, as SDKs build its name", f"{settings.scheme}://{place.slug}.{settings.parent}/api"),
        ("Domain for SDKs", settings.parent),
        ("Control plane", f"{visit.base_url}/_mock/"),
    ]


ROUTES = (PageRoute("", overview),)
