"""An organization of a sandbox that is there for one verification alone."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager

from mockserver.verification.remote import CREATED, RemoteService, Unreachable

ORGANIZATIONS = "/_mock/organizations"


@contextmanager
def own_organization(
    base_url: str, slug: str, control_token: str | None
) -> Iterator[dict[str, str]]:
    """Give the credentials of an integration of a new organization, which is deleted in the end.

    Args:
        base_url: of the sandbox.
        slug: of the organization.
        control_token: of a sandbox whose control plane asks for one.

    Raises:
        Unreachable: it is no sandbox, or lets nobody make one.
    """
    service = RemoteService(base_url)
    headers = {"Content-Type": "application/json"}
    if control_token:
        headers["Authorization"] = f"Bearer {control_token}"
    body = json.dumps({"slug": slug, "customers": 3})
    made = service.send("POST", ORGANIZATIONS, body, headers)
    if made.status != CREATED:
        message = f"no organization can be made at {base_url}: {made.status} {made.text[:300]}"
        raise Unreachable(message)
    integration = made.document["credentials"][0]
    try:
        yield {name: integration[name] for name in ("client_id", "client_secret")}
    finally:
        service.send("DELETE", f"{ORGANIZATIONS}/{slug}", None, headers)
        service.close()
