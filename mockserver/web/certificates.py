"""The only place that makes certificates: one authority per user, and leaves that it signs."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from mockserver.clock import Clock, real_dates
from mockserver.late_dataclass import dataclass

if TYPE_CHECKING:
    from collections.abc import Iterable

    import trustme

#: Below which every organization is a host, with a wildcard that clients accept.
DOMAIN = "cl.localhost"

# Apple's clients refuse a leaf that is valid for longer, whoever signed it.
_LEAF_LIFETIME = timedelta(days=397)

# A leaf is made anew every month, so the authority has to outlive the month.
_NOTICE = timedelta(days=31)
_KEPT = timedelta(days=90)

_LEAVES, _DRAFT = "leaf-", ".draft-"
_OWNER = "commercelayer-mockserver"
_CA, _CA_KEY, _LEAF, _LEAF_KEY = "ca.pem", "ca-key.pem", "cert.pem", "key.pem"
_MODES = {_CA: 0o644, _CA_KEY: 0o600, _LEAF: 0o644, _LEAF_KEY: 0o600}


class CertificateError(Exception):
    """The authority or a certificate cannot be used or made; the text says why, in one line."""


@dataclass(frozen=True, slots=True)
class Certificate:
    """Files of PEM text: what a server presents, and what its clients have to trust."""

    #: The authority's certificate, for NODE_EXTRA_CA_CERTS and its like.
    ca: Path
    #: The server's certificate.
    cert: Path
    #: The key to it.
    key: Path


def names(
    slugs: Iterable[str] = (), *, domain: str = DOMAIN, others: Iterable[str] = ()
) -> tuple[str, ...]:
    """The hosts a certificate is valid for, without repetition; others come last.

    A wildcard below a parent of one label is refused by OpenSSL and all that build on it, so every
    organization is named below `localhost`.
    """
    fixed = (f"*.{domain}", domain, "localhost", "auth.localhost", "127.0.0.1", "::1")
    named = sorted(f"{slug}.localhost" for slug in slugs)
    return tuple(dict.fromkeys((*fixed, *named, *others)))


def default_directory() -> Path:
    """Where this user's authority is kept, unless told otherwise."""
    from platformdirs import user_data_path  # noqa: PLC0415 - rarely needed

    return user_data_path(_OWNER)


@real_dates()
def authority(directory: Path | None = None) -> Path:
    """The certificate of the authority in a directory, made at the first call.

    Args:
        directory: where to keep it; None is the user's data directory.

    Raises:
        CertificateError: it cannot be written.
    """
    home = (directory or default_directory()) / "ca"
    if not home.exists():
        import trustme  # noqa: PLC0415 - slow

        made = trustme.CA(organization_name=_OWNER)
        _publish(home, {_CA: made.cert_pem.bytes(), _CA_KEY: made.private_key_pem.bytes()})
    return home / _CA


def issue(
    slugs: Iterable[str] = (),
    *,
    domain: str = DOMAIN,
    others: Iterable[str] = (),
    directory: Path | None = None,
) -> Certificate:
    """A certificate for the hosts in `names(slugs, …)`, signed by the authority.

    It is kept on disk, as loading what makes it takes a tenth of a second, and made anew every
    month and whenever the names or the authority change.

    Args:
        slugs: of the organizations, each of which is a host below `localhost`.
        domain: below which every organization is a host too; without a port.
        others: hosts besides, which may begin with a wildcard.
        directory: where the authority is kept; None is the user's data directory.

    Raises:
        CertificateError: the authority cannot be read or is about to expire, a name cannot be a
            host, or the directory cannot be written.
    """
    directory = directory or default_directory()
    hosts = names(slugs, domain=domain, others=others)
    ca = authority(directory)
    home = directory / _leaf_name(hosts, _read(ca))
    if not home.exists():
        _discard_old(directory)
        _publish(home, _sign(hosts, ca))
    return Certificate(ca=ca, cert=home / _LEAF, key=home / _LEAF_KEY)


def _leaf_name(hosts: tuple[str, ...], ca: bytes) -> str:
    digest = hashlib.sha256(b"\0".join([ca, *(host.encode() for host in hosts)])).hexdigest()
    return f"{_LEAVES}{Clock().now():%Y-%m}-{digest[:16]}"


@real_dates()
def _sign(hosts: tuple[str, ...], ca: Path) -> dict[str, bytes]:
    """The files of a certificate for these hosts."""
    now = Clock().now()
    signer = _load(ca, valid_until=now + _NOTICE)
    try:
        leaf = signer.issue_cert(
            *hosts,
            organization_name=_OWNER,
            not_before=now - timedelta(days=1),
            not_after=now + _LEAF_LIFETIME,
        )
    except ValueError as error:
        message = f"cannot make a certificate for {', '.join(hosts)}: {error}"
        raise CertificateError(message) from error
    chain = b"".join(pem.bytes() for pem in leaf.cert_chain_pems)
    return {_LEAF: chain, _LEAF_KEY: leaf.private_key_pem.bytes()}


def _load(ca: Path, *, valid_until: datetime) -> trustme.CA:
    """The authority, once it is known to be whole and to last."""
    import trustme  # noqa: PLC0415 - slow, as are the others
    from cryptography.exceptions import UnsupportedAlgorithm  # noqa: PLC0415
    from cryptography.hazmat.primitives.serialization import load_pem_private_key  # noqa: PLC0415
    from cryptography.x509 import load_pem_x509_certificate  # noqa: PLC0415

    cert, key = _read(ca), _read(ca.with_name(_CA_KEY))
    try:
        recorded = load_pem_x509_certificate(cert)
        paired = load_pem_private_key(key, None).public_key() == recorded.public_key()
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise _unusable(ca, "it is damaged") from error
    if not paired:
        raise _unusable(ca, "its key belongs to another")
    if recorded.not_valid_after_utc < valid_until:
        raise _unusable(ca, f"it expires on {recorded.not_valid_after_utc:%Y-%m-%d}")
    return trustme.CA.from_pem(cert, key)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise _unusable(path, error.strerror or str(error)) from error


def _unusable(path: Path, reason: str) -> CertificateError:
    return CertificateError(
        f"cannot use the certificate authority {path}: {reason}; "
        f"delete {path.parent} and a new one is made, which clients have to be told to trust"
    )


def _publish(home: Path, files: dict[str, bytes]) -> None:
    """Make a directory appear with all its files at once.

    Renaming a directory fails when the new name is taken, so of two processes that start at the
    same time one publishes, the other discards its own, and both use the same files.
    """
    try:
        home.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=_DRAFT, dir=home.parent) as place:
            draft = Path(place, home.name)
            draft.mkdir(0o755)
            for name, content in files.items():
                _write(draft / name, content)
            draft.rename(home)
    except OSError as error:
        if not home.exists():
            message = f"cannot write {home}: {error.strerror}"
            raise CertificateError(message) from error


def _write(path: Path, content: bytes) -> None:
    # A key must not be readable by others even between its creation and a chmod.
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _MODES[path.name])
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)


def _discard_old(directory: Path) -> None:
    """Remove the certificates of earlier months, and drafts that a crash left behind."""
    oldest = (Clock().now() - _KEPT).timestamp()
    for old in (*directory.glob(f"{_LEAVES}*"), *directory.glob(f"{_DRAFT}*")):
        with suppress(OSError):
            if old.stat().st_mtime < oldest:
                shutil.rmtree(old)
