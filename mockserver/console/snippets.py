"""The first call in several languages, with credentials of the organization: to be pasted."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.access import SALES_CHANNEL
from mockserver.console.standpoints import Standpoint
from mockserver.console.visits import Visit

#: The port that commands ask at unless they are told another.
USUAL_PORT = 8080
#: How each asks for a list of customers.
JAVASCRIPT = """\
// app.mjs, to be run where node finds and trusts the names of the sandbox:
//   npm install @commercelayer/sdk @commercelayer/js-auth
//   eval "$(mockserver credentials{port} --format env)"
//   export NODE_EXTRA_CA_CERTS="$CL_CA" NODE_OPTIONS="--require=$(mockserver node-preload)"
//   node app.mjs
import CommerceLayer, {{ customers }} from "@commercelayer/sdk"
import {{ authenticate }} from "@commercelayer/js-auth"

const domain = "{domain}"
const {{ accessToken }} = await authenticate("client_credentials", {{
  domain,
  clientId: "{client_id}",
  clientSecret: "{client_secret}",
}})
CommerceLayer({{ organization: "{slug}", domain, accessToken }})
for (const customer of await customers.list()) console.log(customer.email)
"""
PYTHON = """\
import json
from urllib.request import Request, urlopen

URL = "{url}"
client = {{
    "grant_type": "client_credentials",
    "client_id": "{client_id}",
    "client_secret": "{client_secret}",
}}
headers = {{"Content-Type": "application/json"}}
asked = Request(f"{{URL}}/oauth/token", json.dumps(client).encode(), headers)
token = json.load(urlopen(asked))["access_token"]
asked = Request(f"{{URL}}/api/customers", headers={{"Authorization": f"Bearer {{token}}"}})
for customer in json.load(urlopen(asked))["data"]:
    print(customer["attributes"]["email"])
"""
CURL = 'curl -H "Authorization: Bearer $TOKEN" {url}/api/customers'
FROM_ANSWER = "python3 -c 'import json, sys; print(json.load(sys.stdin)[\"access_token\"])'"


def beginnings(
    visit: Visit, place: Standpoint, credentials: Sequence[Mapping[str, Any]]
) -> list[tuple[str, str]]:
    """Return a first call in each language; none where nobody has a secret to ask with."""
    client = next((c for c in credentials if c["client_secret"] and c["kind"] != SALES_CHANNEL), {})
    if not client:
        return []
    words = {
        "slug": place.slug,
        "url": visit.base_url,
        "domain": place.parts.settings.parent,
        "port": _port(place),
        "client_id": client["client_id"],
        "client_secret": client["client_secret"],
    }
    command = f"{token_line(visit.base_url, client)}\n{CURL.format(**words)}"
    return [
        ("curl", command),
        ("JavaScript", JAVASCRIPT.format(**words)),
        ("Python", PYTHON.format(**words)),
        ("Command line", _cli(place)),
    ]


def token_line(base_url: str, client: Mapping[str, Any]) -> str:
    """Return the command that puts a token for a client into ``$TOKEN``."""
    named = ("client_id", "client_secret", "scope")
    given = {"grant_type": "client_credentials", **{n: client[n] for n in named if client[n]}}
    data = " \\\n  ".join(f"-d {shlex.quote(f'{name}={value}')}" for name, value in given.items())
    return f"TOKEN=$(curl -s {base_url}/oauth/token \\\n  {data} \\\n  | {FROM_ANSWER})"


def _cli(place: Standpoint) -> str:
    """Return the commands of our own; with the port where it is not the usual one."""
    which = f"{_port(place)} --organization {place.slug}"
    return (
        f"mockserver credentials{which}\n"
        f"mockserver token{which} --mode {place.mode}\n"
        f"mockserver journal list{which} --limit 5\n"
    )


def _port(place: Standpoint) -> str:
    """Return the option by which commands find this server, where they need one."""
    port = place.parts.settings.port
    return "" if port == USUAL_PORT else f" --port {port}"
