"""The authority, the certificates it signs, and their files."""

from __future__ import annotations

import multiprocessing
import os
import socket
import ssl
import stat
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import trustme
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from mockserver.web import certificates
from mockserver.web.certificates import CertificateError, authority, issue, names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from multiprocessing.synchronize import Barrier
    from pathlib import Path


def mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def verified_by(certificate: certificates.Certificate, host: str) -> str | None:
    """The TLS version agreed on by a client that trusts the authority and checks the host."""
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate.cert, certificate.key)
    client = ssl.create_default_context(cafile=certificate.ca)
    with connected() as (near, far):
        thread = threading.Thread(target=shake, args=(server, far))
        thread.start()
        try:
            with client.wrap_socket(near, server_hostname=host) as wrapped:
                return wrapped.version()
        finally:
            thread.join()


@contextmanager
def connected() -> Iterator[tuple[socket.socket, socket.socket]]:
    near, far = socket.socketpair()
    with near, far:
        yield near, far


def shake(context: ssl.SSLContext, sock: socket.socket) -> None:
    try:
        context.wrap_socket(sock, server_side=True).close()
    except (ssl.SSLError, OSError):
        sock.close()


@pytest.mark.parametrize(
    "host",
    [
        "acme.cl.localhost",
        "auth.cl.localhost",
        "cl.localhost",
        "localhost",
        "auth.localhost",
        "acme.localhost",
        "other-org.localhost",
        "127.0.0.1",
        "::1",
    ],
)
def test_clients_that_trust_the_authority_accept_every_host(tmp_path: Path, host: str) -> None:
    certificate = issue(["acme", "other-org"], directory=tmp_path)

    assert verified_by(certificate, host) == "TLSv1.3"


@pytest.mark.parametrize("host", ["example.com", "unknown.localhost", "a.b.cl.localhost"])
def test_no_other_host_is_vouched_for(tmp_path: Path, host: str) -> None:
    certificate = issue(directory=tmp_path)

    with pytest.raises(ssl.SSLCertVerificationError):
        verified_by(certificate, host)


def test_names_follow_the_domain_and_do_not_repeat() -> None:
    assert names(["b", "a", "auth"], domain="mock.test") == (
        "*.mock.test",
        "mock.test",
        "localhost",
        "auth.localhost",
        "127.0.0.1",
        "::1",
        "a.localhost",
        "b.localhost",
    )
    assert len(names(domain="localhost")) == len(set(names(domain="localhost")))


def test_keys_are_for_their_owner_only_whatever_the_umask(tmp_path: Path) -> None:
    previous = os.umask(0)
    try:
        certificate = issue(directory=tmp_path)
    finally:
        os.umask(previous)

    keys = [certificate.key, certificate.ca.with_name("ca-key.pem")]
    assert [mode(key) for key in keys] == [0o600, 0o600]
    assert mode(certificate.ca) == 0o644


def test_other_hosts_are_named_too(tmp_path: Path) -> None:
    """Last, and by another certificate."""
    hosts = names(["acme"], others=["*.commercelayer.io", "localhost"])
    certificate = issue(["acme"], others=["*.commercelayer.io"], directory=tmp_path)

    assert hosts == (*names(["acme"]), "*.commercelayer.io")
    assert verified_by(certificate, "auth.commercelayer.io") == "TLSv1.3"
    assert certificate.cert != issue(["acme"], directory=tmp_path).cert


def test_the_authority_stays_and_its_certificates_are_reused(tmp_path: Path) -> None:
    first = issue(["acme"], directory=tmp_path)
    before = first.ca.read_bytes(), first.cert.read_bytes()
    second = issue(["acme"], directory=tmp_path)

    assert second == first
    assert (second.ca.read_bytes(), second.cert.read_bytes()) == before
    assert authority(tmp_path) == first.ca


def test_other_names_and_another_authority_mean_another_certificate(tmp_path: Path) -> None:
    first = issue(["acme"], directory=tmp_path)
    other = issue(["acme", "new"], directory=tmp_path)
    first.ca.parent.rename(tmp_path / "old")
    renewed = issue(["acme"], directory=tmp_path)

    assert len({first.cert, other.cert, renewed.cert}) == 3
    assert verified_by(renewed, "acme.localhost") == "TLSv1.3"


def test_leaves_live_as_short_as_strict_clients_demand(tmp_path: Path) -> None:
    leaf = x509.load_pem_x509_certificate(issue(directory=tmp_path).cert.read_bytes())

    assert leaf.not_valid_after_utc - leaf.not_valid_before_utc <= timedelta(days=398)


def test_old_leaves_and_drafts_are_removed_when_a_new_one_is_made(tmp_path: Path) -> None:
    issue(["first"], directory=tmp_path)
    old = [tmp_path / "leaf-2020-01-old", tmp_path / ".draft-old"]
    for directory in old:
        directory.mkdir()
        os.utime(directory, (0, 0))
    issue(["second"], directory=tmp_path)

    assert not [directory for directory in old if directory.exists()]
    assert len(list(tmp_path.glob("leaf-*"))) == 2


def meet_and_issue(directory: Path, barrier: Barrier) -> None:
    barrier.wait()
    issue(["acme"], directory=directory)


def test_processes_that_start_together_use_one_authority(tmp_path: Path) -> None:
    spawning = multiprocessing.get_context("spawn")
    barrier = spawning.Barrier(4)
    processes = [
        spawning.Process(target=meet_and_issue, args=(tmp_path, barrier)) for _ in range(4)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join()

    assert [process.exitcode for process in processes] == [0] * 4
    assert sorted(entry.name[:5] for entry in tmp_path.iterdir()) == ["ca", "leaf-"]
    assert verified_by(issue(["acme"], directory=tmp_path), "localhost") == "TLSv1.3"


def damage_certificate(ca: Path) -> None:
    ca.write_text("-----BEGIN CERTIFICATE-----\nbm9uc2Vuc2U=\n-----END CERTIFICATE-----\n")


def damage_key(ca: Path) -> None:
    ca.with_name("ca-key.pem").write_bytes(b"")


def swap_key(ca: Path) -> None:
    ca.with_name("ca-key.pem").write_bytes(trustme.CA().private_key_pem.bytes())


def lose_key(ca: Path) -> None:
    ca.with_name("ca-key.pem").unlink()


def lose_certificate(ca: Path) -> None:
    ca.unlink()


def expire_soon(ca: Path) -> None:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "soon")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
        .not_valid_before(now - timedelta(days=9))
        .not_valid_after(now + timedelta(days=9))
        .sign(key, hashes.SHA256())
    )
    ca.write_bytes(made.public_bytes(Encoding.PEM))
    plain = key.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption())
    ca.with_name("ca-key.pem").write_bytes(plain)


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (damage_certificate, "damaged"),
        (damage_key, "damaged"),
        (swap_key, "belongs to another"),
        (lose_key, "No such file"),
        (lose_certificate, "No such file"),
        (expire_soon, "expires on"),
    ],
)
def test_an_unusable_authority_is_reported_in_one_line_with_its_cure(
    tmp_path: Path, spoil: object, reason: str
) -> None:
    assert callable(spoil)
    spoil(authority(tmp_path))

    with pytest.raises(CertificateError, match=reason) as refusal:
        issue(["acme"], directory=tmp_path)
    assert "\n" not in str(refusal.value)
    assert f"delete {tmp_path / 'ca'}" in str(refusal.value)


@pytest.mark.parametrize("domain", ["with space", "cl.localhost:8443", "a..b"])
def test_a_domain_that_is_no_host_is_refused(tmp_path: Path, domain: str) -> None:
    with pytest.raises(CertificateError, match="cannot make a certificate"):
        issue(domain=domain, directory=tmp_path)


def test_a_directory_that_cannot_be_made_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(CertificateError, match="cannot write"):
        issue(directory=tmp_path / "file" / "below")


def test_the_default_directory_is_the_users(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))

    assert certificates.default_directory().name == "commercelayer-mockserver"
