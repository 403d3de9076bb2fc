"""What a server says of itself, and how the commands find it."""

from __future__ import annotations

import http.client
import json
import shutil
import signal
import ssl
import subprocess
from urllib.parse import urlsplit

import pytest

from tests.cli.processes import TIMEOUT, Home, Run, Served, claims, connect, port_of


def test_the_ready_file_says_what_is_there(server: Served) -> None:
    """Its members are those that were promised, no more."""
    ready = server.ready

    assert set(ready) == {"http", "https", "domain", "ca", "pid", "organizations"}
    assert ready["pid"] == server.process.pid
    assert ready["domain"] == f"cl.localhost:{port_of(ready['https'])}"
    (organization,) = ready["organizations"]
    assert {"id", "slug", "credentials"} == set(organization)
    members = {"name", "kind", "mode", "client_id", "client_secret", "scope"}
    assert all(members == set(credential) for credential in organization["credentials"])


def test_both_listeners_answer_when_it_is_ready(server: Served) -> None:
    """The one for https with a certificate that the authority has signed."""
    context = ssl.create_default_context(cafile=server.ready["ca"])
    netloc = urlsplit(server.ready["https"]).netloc
    secure = http.client.HTTPSConnection(netloc, timeout=TIMEOUT, context=context)
    for connection in (secure, connect(server.ready["http"])):
        connection.request("GET", "/.well-known/jwks.json")

        assert connection.getresponse().status == 200

        connection.close()


def test_the_screen(home: Home) -> None:
    """Read without a terminal, it is plain and says what the ready file says."""
    with Served(home, "--no-seed") as served:
        status, out, err = served.end()

    assert (status, err) == (0, "")
    assert "\x1b" not in out
    organization = served.ready["organizations"][0]
    texts = {served.ready[name] for name in ("http", "https", "ca")} | {organization["id"]}
    for credential in organization["credentials"]:
        texts |= {credential["client_id"], credential["client_secret"] or credential["scope"]}
    assert {text for text in texts if text not in out} == set()


def test_the_token_command_of_the_screen_can_be_pasted(home: Home) -> None:
    """It is there before the ready file is."""
    if shutil.which("curl") is None:
        pytest.skip("there is no curl")
    with Served(home, "--no-seed", "--no-tls") as served:
        screen = iter(served.process.stdout or ())
        command = next(line for line in screen if "/oauth/token" in line) + next(screen)

        done = subprocess.run(command, shell=True, capture_output=True, check=True)  # noqa: S602

    assert claims(json.loads(done.stdout)["access_token"])["test"] is True


def test_the_commands_find_the_running_server(home: Home, run: Run) -> None:
    """They need no option, and nothing is left of a server that has ended."""
    with Served(home, "--no-seed", "--no-tls") as served:
        place = home / "running" / f"{port_of(served.ready['http'])}.json"

        assert served.ready == json.loads(place.read_text())
        assert served.ready == json.loads(run("credentials", "--format", "json").stdout)

    assert not place.exists()
    assert not served.ready_file.exists()
    assert run("credentials").returncode == 2


def test_of_several_servers_one_has_to_be_chosen(home: Home, run: Run) -> None:
    """By its URL, or by its port."""
    with Served(home, "--no-seed") as one, Served(home, "--no-seed", "--no-tls") as other:
        undecided = run("token")
        by_url = run("credentials", "--format", "json", "--url", one.ready["https"])
        port = str(port_of(other.ready["http"]))
        by_port = run("credentials", "--format", "json", MOCKSERVER_PORT=port)

    assert undecided.returncode == 2
    assert one.ready["http"] in undecided.stderr
    assert one.ready == json.loads(by_url.stdout)
    assert other.ready == json.loads(by_port.stdout)


def test_what_a_dead_server_has_left(home: Home, run: Run) -> None:
    """The commands do not find it, and clear it away; who insists on it is told that it is gone."""
    with Served(home, "--no-seed", "--no-tls") as served:
        served.end(signal.SIGKILL)
    left = list((home / "running").iterdir())

    done = run("credentials")
    insisted = run("token", "--ready-file", str(served.ready_file))

    assert len(left) == 1
    assert (done.returncode, list((home / "running").iterdir())) == (2, [])
    assert insisted.returncode == 2
    assert f"mockserver: no server answers at {served.ready['http']}: " in insisted.stderr


def test_a_ready_file_of_another_server_stays(home: Home) -> None:
    """Two servers may be told the same place by mistake: each takes back its own."""
    with Served(home, "--no-seed", "--no-tls") as served:
        theirs = {**served.ready, "pid": served.ready["pid"] + 1}
        served.ready_file.write_text(json.dumps(theirs))

    assert theirs == json.loads(served.ready_file.read_text())
