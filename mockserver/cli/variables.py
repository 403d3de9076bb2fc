"""The only place that says by which variables programs are told of a server, whoever started it.

``mockserver run`` sets them for its command, ``mockserver credentials --format env`` prints them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from mockserver.cli.finding import organization_of
from mockserver.cli.ready import resolver_rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.cli.ready import Document

#: By name the kind of the application, and what of its credentials in test mode: what projects
#: that know one application only usually ask for.
_SHORT: Mapping[str, tuple[str, str]] = {
    "CL_CLIENT_ID": ("integration", "client_id"),
    "CL_CLIENT_SECRET": ("integration", "client_secret"),
    "CL_SALES_CHANNEL_CLIENT_ID": ("sales_channel", "client_id"),
    "CL_SCOPE": ("sales_channel", "scope"),
}
_MEMBERS = ("client_id", "client_secret", "scope")


def variables(ready: Document, *mapped: str) -> dict[str, str]:
    """Return the variables that lead programs to a server, by name; empty where it has none.

    Args:
        ready: what the server says of itself; its first organization is meant.
        *mapped: domains whose hosts are the server too.
    """
    found = {**_addresses(ready, *mapped), **_short(ready), **_of_each_credential(ready)}
    return {name: value or "" for name, value in found.items()}


def _addresses(ready: Document, *mapped: str) -> dict[str, Any]:
    slug = organization_of(ready, None)["slug"]
    scheme = "https" if ready["https"] else "http"
    return {
        "CL_ORGANIZATION": slug,
        "CL_DOMAIN": ready["domain"],
        "CL_BASE_URL": f"{scheme}://{slug}.{ready['domain']}",
        "CL_HTTP_URL": ready["http"],
        "CL_URL": ready["http"],
        "CL_CA": ready["ca"],
        "MOCKSERVER_URL": ready["http"],
        "MOCKSERVER_TLS_URL": ready["https"],
        "MOCKSERVER_HOST_RESOLVER_RULES": resolver_rules(ready, *mapped),
    }


def _short(ready: Document) -> dict[str, Any]:
    testing = [c for c in organization_of(ready, None)["credentials"] if c["mode"] == "test"]
    found = {}
    for name, (kind, member) in _SHORT.items():
        found[name] = next((each[member] for each in testing if each["kind"] == kind), "")
    return found


def _of_each_credential(ready: Document) -> dict[str, Any]:
    found = {}
    for credential in organization_of(ready, None)["credentials"]:
        name = f"CL_{credential['mode']}_{credential['name']}".upper()
        name = "".join(letter if letter.isalnum() else "_" for letter in name)
        for member in _MEMBERS:
            found[f"{name}_{member.upper()}"] = credential[member]
    return found
