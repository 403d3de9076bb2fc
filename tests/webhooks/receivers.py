"""The receivers that docs/webhooks.md shows, as programs that run."""

from __future__ import annotations

import http.client
import json
import os
import re
import socket
import subprocess
from collections.abc import Sequence
from pathlib import Path

from mockserver.app import MockServerApp
from tests.cli.processes import TIMEOUT, until
from tests.client import Api

PAGE = (Path(__file__).parents[2] / "docs" / "webhooks.md").read_text()
FENCE = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def program(name: str) -> str:
    """Return the program of the page that says that this is its file."""
    (found,) = (text for _, text in FENCE.findall(PAGE) if re.match(rf"(#|//) {name}\b", text))
    return str(found)


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return int(sock.getsockname()[1])


def check_receiver(app: MockServerApp, command: Sequence[str], place: Path, port: int) -> None:
    """Run a receiver: it must take what is signed, and nothing else.

    Args:
        app: whose webhook it receives; without authentication.
        command: starts it.
        place: where it runs.
        port: where it listens.
    """
    api = Api(app)
    url = f"http://127.0.0.1:{port}/hooks"
    webhook = api.create("webhooks", topic="customers.create", callback_url=url)
    secret = webhook["attributes"]["shared_secret"]
    told = {**os.environ, "SHARED_SECRET": secret, "PORT": str(port)}
    with subprocess.Popen(  # noqa: S603 - the program of our own page
        command, cwd=place, env=told, stdout=subprocess.PIPE, text=True
    ) as receiver:
        try:
            until(lambda: receiver.poll() is not None or is_listening(port))
            customer = api.create("customers", email="jane@example.com")
            page = app.plane.deliveries.wait({"wait": 1, "timeout": TIMEOUT})
            forged = _post(port, page["deliveries"][0]["body"])
        finally:
            receiver.kill()
        said, _ = receiver.communicate()

    assert (["delivered"], 401) == ([d["status"] for d in page["deliveries"]], forged)
    assert f"customers.create {customer['id']}" in said.splitlines()


def is_listening(port: int) -> bool:
    """Say whether somebody listens on a port."""
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def _post(port: int, document: object) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    headers = {"Content-Type": "application/json", "X-CommerceLayer-Signature": "Zm9yZ2Vk"}
    connection.request("POST", "/hooks", json.dumps(document), headers)
    status = connection.getresponse().status
    connection.close()
    return status
