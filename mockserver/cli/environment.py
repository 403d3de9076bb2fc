"""The only place that says what a command finds in its environment when it runs in a sandbox."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from mockserver.cli.ready import parent
from mockserver.cli.variables import variables

if TYPE_CHECKING:
    from collections.abc import Mapping

    from mockserver.cli.ready import Document

Environment = dict[str, str]

#: The domain of the real service, below which every organization and `auth` are hosts.
PRODUCTION = "commercelayer.io"
#: What leads a process of node to the sandbox.
PRELOAD = Path(__file__).resolve().parent.parent / "node" / "preload.cjs"

#: Files of certificates that are trusted besides those a client trusts by itself.
_ADDED = ("NODE_EXTRA_CA_CERTS", "DENO_CERT")
#: Files of the only certificates that are trusted.
_REPLACED = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE")
#: Where systems keep the certificates that all programs trust.
_SYSTEM = (
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",
    "/etc/ssl/cert.pem",
)


def environment(
    inherited: Mapping[str, str], ready: Document, ready_file: Path, *, mapped: str, place: Path
) -> Environment:
    """Return the environment of a command that runs in a sandbox.

    Args:
        inherited: what it would find without.
        ready: what the sandbox says of itself.
        ready_file: where it says so.
        mapped: the domain whose hosts node looks for in the sandbox, if any.
        place: a directory for files that the variables name; they last as long as the command.
    """
    ours = {
        **variables(ready, mapped),
        **_sandbox(ready, ready_file, mapped),
        **(_trust(inherited, Path(ready["ca"]), place) if ready["ca"] else {}),
        **_direct(inherited, ready, mapped),
        "NODE_OPTIONS": _node_options(inherited.get("NODE_OPTIONS", "")),
    }
    # Nothing of another sandbox, in which this one may run, is left.
    others = {name: value for name, value in inherited.items() if name not in ours}
    return others | {name: value for name, value in ours.items() if value}


def _sandbox(ready: Document, ready_file: Path, mapped: str) -> Environment:
    """Return where the sandbox is; the names are those of options where these say the same."""
    return {
        "MOCKSERVER_DOMAIN": parent(ready),
        "MOCKSERVER_READY_FILE": str(ready_file.resolve()),
        "MOCKSERVER_MAP_HOSTS": mapped,
    }


def _trust(inherited: Mapping[str, str], ca: Path, place: Path) -> Environment:
    """Return who is trusted: the authority of the sandbox, and who has been trusted before."""
    found = {}
    for name in (*_ADDED, *_REPLACED):
        trusted = _content(inherited.get(name, ""))
        if not trusted and name in _REPLACED:
            trusted = _system()
        path = place / f"{name.lower()}.pem"
        path.write_bytes(trusted.rstrip() + b"\n" + ca.read_bytes() if trusted else ca.read_bytes())
        found[name] = str(path)
    return found


def _system() -> bytes:
    """Return the certificates that programs trust which are not told whom to trust."""
    import ssl  # noqa: PLC0415 - not needed where somebody has told them

    for path in (ssl.get_default_verify_paths().cafile or "", *_SYSTEM):
        if trusted := _content(path):
            return trusted
    # Not every system keeps them in a file.
    found = ssl.create_default_context().get_ca_certs(binary_form=True)
    return "".join(map(ssl.DER_cert_to_PEM_cert, found)).encode()


def _content(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def _direct(inherited: Mapping[str, str], ready: Document, mapped: str) -> Environment:
    """Return the variables that keep clients from looking for the sandbox behind a proxy."""
    known = inherited.get("no_proxy") or inherited.get("NO_PROXY") or ""
    if known.strip() == "*":
        return {}
    host = str(urlsplit(ready["http"]).hostname)
    below = [f".{domain}" for domain in ("localhost", parent(ready), mapped) if domain]
    hosts = dict.fromkeys([*known.split(","), "localhost", "127.0.0.1", "::1", host, *below])
    text = ",".join(filter(None, hosts))
    return {"NO_PROXY": text, "no_proxy": text}


def _node_options(inherited: str) -> str:
    path = str(PRELOAD)
    if " " in path or '"' in path:  # only between quotes is a backslash anything special
        path = '"' + path.replace("\\", "\\\\").replace('"', '\\"') + '"'
    option = f"--require={path}"
    return inherited if option in inherited else f"{inherited} {option}".lstrip()
