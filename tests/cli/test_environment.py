"""The environment of a command that runs in a sandbox, added to the one it would have without."""

from __future__ import annotations

import shlex
from pathlib import Path

import certifi
import pytest

from mockserver.cli import environment as module
from mockserver.cli.environment import PRELOAD, PRODUCTION, environment

CA = "-----BEGIN CERTIFICATE-----\nof the sandbox\n-----END CERTIFICATE-----\n"
INTRANET = CA.replace("sandbox", "intranet")
REPLACED = ["SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"]
ADDED = ["NODE_EXTRA_CA_CERTS", "DENO_CERT"]
CREDENTIALS = [
    ("Sales channel", "sales_channel", "test", "id-1", None, "market:code:europe"),
    ("Integration", "integration", "live", "id-2", "secret-2", None),
    ("Integration", "integration", "test", "id-3", "secret-3", None),
    ("Another", "integration", "test", "id-4", "secret-4", None),
]
MEMBERS = ("name", "kind", "mode", "client_id", "client_secret", "scope")
READY = {
    "http": "http://127.0.0.1:1080",
    "https": "https://127.0.0.1:1443",
    "domain": "cl.localhost:1443",
    "organizations": [
        {"slug": "acme", "credentials": [dict(zip(MEMBERS, c, strict=True)) for c in CREDENTIALS]}
    ],
}


def found(place: Path, mapped: str = "", **inherited: str) -> dict[str, str]:
    """Return the environment of a command, for a sandbox that does not run."""
    ca = place / "ca.pem"
    ca.write_text(CA)
    ready = {**READY, "ca": str(ca)}
    return environment(inherited, ready, place / "ready.json", mapped=mapped, place=place)


def test_clients_are_told_what_to_use(tmp_path: Path) -> None:
    """By the names of `mockserver credentials`, and short ones for test mode."""
    variables = found(tmp_path, CL_ORGANIZATION="theirs")

    named = {name: value for name, value in variables.items() if name.startswith("CL_")}
    assert named == {
        "CL_ORGANIZATION": "acme",
        "CL_DOMAIN": "cl.localhost:1443",
        "CL_BASE_URL": "https://acme.cl.localhost:1443",
        "CL_HTTP_URL": "http://127.0.0.1:1080",
        "CL_URL": "http://127.0.0.1:1080",
        "CL_CA": str(tmp_path / "ca.pem"),
        "CL_CLIENT_ID": "id-3",
        "CL_CLIENT_SECRET": "secret-3",
        "CL_SALES_CHANNEL_CLIENT_ID": "id-1",
        "CL_SCOPE": "market:code:europe",
        "CL_TEST_SALES_CHANNEL_CLIENT_ID": "id-1",
        "CL_TEST_SALES_CHANNEL_SCOPE": "market:code:europe",
        "CL_LIVE_INTEGRATION_CLIENT_ID": "id-2",
        "CL_LIVE_INTEGRATION_CLIENT_SECRET": "secret-2",
        "CL_TEST_INTEGRATION_CLIENT_ID": "id-3",
        "CL_TEST_INTEGRATION_CLIENT_SECRET": "secret-3",
        "CL_TEST_ANOTHER_CLIENT_ID": "id-4",
        "CL_TEST_ANOTHER_CLIENT_SECRET": "secret-4",
    }


def test_the_sandbox_is_told(tmp_path: Path) -> None:
    variables = found(tmp_path, PRODUCTION, HOME="/home/me")

    assert variables["HOME"] == "/home/me"
    assert {name: text for name, text in variables.items() if name.startswith("MOCKSERVER_")} == {
        "MOCKSERVER_URL": "http://127.0.0.1:1080",
        "MOCKSERVER_TLS_URL": "https://127.0.0.1:1443",
        "MOCKSERVER_DOMAIN": "cl.localhost",
        "MOCKSERVER_READY_FILE": str(tmp_path / "ready.json"),
        "MOCKSERVER_MAP_HOSTS": "commercelayer.io",
        "MOCKSERVER_HOST_RESOLVER_RULES": "MAP *.cl.localhost:443 127.0.0.1:1443, "
        "MAP *.commercelayer.io:443 127.0.0.1:1443",
    }


def test_what_another_sandbox_has_told_is_forgotten(tmp_path: Path) -> None:
    assert "MOCKSERVER_MAP_HOSTS" not in found(tmp_path, MOCKSERVER_MAP_HOSTS=PRODUCTION)


def test_what_a_sandbox_has_not_is_not_that_of_another_one(tmp_path: Path) -> None:
    """Such as credentials of a kind that it has none of."""
    empty = [{"slug": "acme", "credentials": []}]
    ready = {**READY, "ca": None, "https": None, "organizations": empty}
    inherited = {"CL_CLIENT_ID": "theirs", "CL_CA": "theirs", "MOCKSERVER_TLS_URL": "theirs"}

    told = environment(inherited, ready, tmp_path / "ready.json", mapped="", place=tmp_path)

    assert [name for name in inherited if name in told] == []


def test_certificates_are_trusted_besides_those_that_are_named(tmp_path: Path) -> None:
    intranet = tmp_path / "intranet.pem"
    intranet.write_text(INTRANET)

    variables = found(tmp_path, **dict.fromkeys([*ADDED, *REPLACED], str(intranet)))

    assert {Path(variables[name]).read_text() for name in (*ADDED, *REPLACED)} == {INTRANET + CA}


def test_certificates_are_trusted_besides_those_of_the_system(tmp_path: Path) -> None:
    """Where the variable would hide these: one that names no file is like none."""
    variables = found(tmp_path, SSL_CERT_FILE="no/such/file", DENO_CERT="no/such/file")

    contents = {name: Path(variables[name]).read_text() for name in (*ADDED, *REPLACED)}
    assert {contents[name] for name in ADDED} == {CA}
    assert len({contents[name] for name in REPLACED}) == 1
    assert contents["SSL_CERT_FILE"].endswith(f"-----END CERTIFICATE-----\n{CA}")
    assert contents["SSL_CERT_FILE"].count("BEGIN CERTIFICATE") > 10


def test_a_system_that_keeps_its_certificates_elsewhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """They are what Python itself trusts."""
    monkeypatch.setattr(module, "_SYSTEM", (str(tmp_path / "missing.pem"),))
    monkeypatch.setenv("SSL_CERT_FILE", certifi.where())

    variables = found(tmp_path)

    assert Path(variables["SSL_CERT_FILE"]).read_text().count("BEGIN CERTIFICATE") > 10


@pytest.mark.parametrize(
    ("inherited", "expected"),
    [
        ({}, ""),
        ({"NO_PROXY": "intranet"}, "intranet,"),
        ({"NO_PROXY": "one", "no_proxy": "other"}, "other,"),
    ],
    ids=["none", "one", "two"],
)
def test_no_proxy_is_asked(tmp_path: Path, inherited: dict[str, str], expected: str) -> None:
    variables = found(tmp_path, PRODUCTION, **inherited)

    hosts = "localhost,127.0.0.1,::1,.localhost,.cl.localhost,.commercelayer.io"
    assert variables["NO_PROXY"] == variables["no_proxy"] == f"{expected}{hosts}"


def test_no_proxy_at_all_stays(tmp_path: Path) -> None:
    variables = found(tmp_path, no_proxy="*")

    assert (variables["no_proxy"], "NO_PROXY" in variables) == ("*", False)


@pytest.mark.parametrize(
    ("inherited", "expected"),
    [
        ("", f"--require={PRELOAD}"),
        ("--no-warnings", f"--no-warnings --require={PRELOAD}"),
        (f"--require={PRELOAD} -r x", f"--require={PRELOAD} -r x"),
    ],
    ids=["none", "others", "ours"],
)
def test_options_of_node_are_added_to(tmp_path: Path, inherited: str, expected: str) -> None:
    assert found(tmp_path, NODE_OPTIONS=inherited)["NODE_OPTIONS"] == expected


def test_a_path_that_node_would_take_for_two(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = Path('/my "quoted" and back\\slashed/preload.cjs')
    monkeypatch.setattr(module, "PRELOAD", path)

    (option,) = shlex.split(found(tmp_path)["NODE_OPTIONS"])

    assert option == f"--require={path}"
