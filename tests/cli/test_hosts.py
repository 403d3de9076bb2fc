"""Where a server is told to listen, in every way it is told things."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.cli.processes import Home, Run, Served, connect, port_of

QUICK = ("--no-tls", "--no-seed")
BOTH = ["127.0.0.2", "127.0.0.1"]

Told = tuple[tuple[str, ...], dict[str, str], str]
#: Arguments, variables, and the file.
WAYS: dict[str, Told] = {
    "arguments": (("--host", BOTH[0], "--host", BOTH[1]), {}, ""),
    "an argument": (("--host", ",".join(BOTH)), {}, ""),
    "a variable": ((), {"MOCKSERVER_HOST": " ".join(BOTH)}, ""),
    "a variable with commas": ((), {"MOCKSERVER_HOST": ",".join(BOTH)}, ""),
    "the file": ((), {}, f"host = {BOTH}"),
    "arguments before the file": (("--host", BOTH[0], "--host", BOTH[1]), {}, "host = '::1'"),
}


@pytest.mark.parametrize(("arguments", "variables", "file"), WAYS.values(), ids=WAYS)
def test_several_hosts(
    home: Home, arguments: tuple[str, ...], variables: dict[str, str], file: str
) -> None:
    """All are listened on, on one port; the first one is said."""
    (home / "mockserver.toml").write_text(file)
    with Served(home, *QUICK, *arguments, **variables) as served:
        address = urlsplit(served.ready["http"])
        for host in BOTH:
            connection = connect(f"http://{host}:{address.port}")
            connection.request("GET", "/_mock/health")
            assert connection.getresponse().status == 200
            connection.close()

    assert address.hostname == BOTH[0]


def test_localhost_as_it_comes(home: Home, run: Run) -> None:
    """By every address that the machine looks it up as; what is said is as ever."""
    with Served(home, *QUICK) as served:
        port = port_of(served.ready["http"])
        found = socket.getaddrinfo("localhost", port, type=socket.SOCK_STREAM)
        for family, type_, _, _, address in found:
            with socket.socket(family, type_) as sock:
                sock.connect(address)
        said = run("credentials", "--format", "env").stdout

    assert served.ready["http"] == f"http://127.0.0.1:{port}"
    assert f"CL_URL=http://127.0.0.1:{port}\n" in said


def test_a_port_that_another_program_has_on_the_other_address(run: Run) -> None:
    """Half a server is none: what asks by name would find the other program."""
    try:
        other = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:  # the machine has one loopback address, which nobody else has half of
        other = socket.create_server(("127.0.0.1", 0))
    with other:
        host, port = other.getsockname()[:2]
        done = run("serve", *QUICK, "--port", str(port))

    shown = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    message = f"mockserver: cannot listen on {shown}: Address already in use"
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(message)


@pytest.mark.parametrize(
    "hosts", [("--host", ""), ("--host", "a,"), ("--host", "a", "--host", "b c")]
)
def test_what_is_no_host(run: Run, hosts: tuple[str, ...]) -> None:
    done = run("serve", *hosts)

    assert done.returncode == 2
    assert "is neither an address nor a host name" in done.stderr
