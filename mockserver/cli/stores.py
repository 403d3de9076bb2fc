"""Certificate stores: the system's commands that have a certificate trusted or removed, as data.

Nothing is done here. The stores are those of mkcert: the system's, and the NSS databases of
Chromium and Firefox, each by the tool that it comes with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from mockserver.late_dataclass import dataclass

Command = tuple[str, ...]

SYSTEM, NSS, FIREFOX = STORES = ("system", "nss", "firefox")
#: The tool of NSS; Windows has another one of this name.
CERTUTIL = "certutil"
_TOOLS = "apt install libnss3-tools, dnf install nss-tools, brew install nss"


@dataclass(frozen=True, slots=True)
class Machine:
    """Facts about a machine that decide which stores there are.

    Attributes:
        platform: as ``sys.platform`` has it.
        home: of the user.
        has: says whether there is a program of that name.
        is_root: whether the system's store may be written as it is.
        root: of the file system.
    """

    platform: str
    home: Path
    has: Callable[[str], bool]
    is_root: bool
    root: Path = Path("/")


@dataclass(frozen=True, slots=True)
class Authority:
    """A certificate, and the name it goes by in stores, which no other one has.

    Attributes:
        path: of the PEM file.
        name: of its entry.
        fingerprint: SHA-1, in hexadecimal digits, by which Windows knows it.
    """

    path: Path
    name: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class StoreCommands:
    """One store, and what has to be run there.

    Attributes:
        kind: one of ``STORES``.
        store: its name for people.
        commands: in this order; none: it cannot be done, or need not.
        obstacle: why it cannot be done.
        only_if: succeeds if there is something to do.
    """

    kind: str
    store: str
    commands: tuple[Command, ...] = ()
    obstacle: str = ""
    only_if: Command = ()


@dataclass(frozen=True, slots=True)
class Anchors:
    """The directory where a family of Linux systems looks, and what tells it to.

    Attributes:
        family: its name.
        directory: where certificates are put.
        suffix: of their files.
        refresh: takes over what was put there.
        forget: what the same command has to be told to forget what was removed.
    """

    family: str
    directory: str
    suffix: str
    refresh: Command
    forget: Command = ()


_UPDATE = ("update-ca-certificates",)
#: The first directory that is there decides.
ANCHORS = (
    Anchors("Fedora", "etc/pki/ca-trust/source/anchors", ".pem", ("update-ca-trust", "extract")),
    Anchors("Debian", "usr/local/share/ca-certificates", ".crt", _UPDATE, ("--fresh",)),
    Anchors(
        "Arch", "etc/ca-certificates/trust-source/anchors", ".crt", ("trust", "extract-compat")
    ),
    Anchors("openSUSE", "usr/share/pki/trust/anchors", ".pem", _UPDATE),
)
#: Where Chromium looks on Linux: the first one is made where there is none.
NSS_DATABASES = (
    ".pki/nssdb",
    ".local/share/pki/nssdb",
    "snap/chromium/current/.pki/nssdb",
)
FIREFOX_PROFILES = (
    ".mozilla/firefox/*",
    ".config/mozilla/firefox/*",
    "snap/firefox/common/.mozilla/firefox/*",
    ".var/app/org.mozilla.firefox/.mozilla/firefox/*",
    "Library/Application Support/Firefox/Profiles/*",
)
_KEYCHAIN = "/Library/Keychains/System.keychain"
_ENTERPRISE = "Firefox takes the system's authorities when security.enterprise_roots.enabled is set"


def plan(machine: Machine, authority: Authority, *, trusted: bool) -> Iterator[StoreCommands]:
    """Yield the commands for each store of a machine.

    Args:
        machine: what there is.
        authority: what is to be trusted, or not.
        trusted: whether it shall be.
    """
    if machine.platform == "darwin":
        yield _keychain(machine, authority, trusted=trusted)
    elif machine.platform == "win32":
        yield _windows(authority, trusted=trusted)
        yield StoreCommands(FIREFOX, "Firefox", obstacle=_ENTERPRISE)
        return
    else:
        yield _anchored(machine, authority, trusted=trusted)
        for database in _databases(machine, trusted=trusted):
            yield _in_nss(machine, authority, NSS, database, trusted=trusted)
    for profile in _profiles(machine):
        yield _in_nss(machine, authority, FIREFOX, profile, trusted=trusted)


# --- the system's store --------------------------------------------------------------------------


def _keychain(machine: Machine, authority: Authority, *, trusted: bool) -> StoreCommands:
    add = ("security", "add-trusted-cert", "-d", "-r", "trustRoot", "-k", _KEYCHAIN)
    command = add if trusted else ("security", "remove-trusted-cert", "-d")
    return _by_root(machine, "keychain of macOS", ((*command, str(authority.path)),))


def _windows(authority: Authority, *, trusted: bool) -> StoreCommands:
    change = ("-addstore", "Root", str(authority.path))
    remove = ("-delstore", "Root", authority.fingerprint)
    command = (CERTUTIL, "-user", *(change if trusted else remove))
    return StoreCommands(SYSTEM, "store of the Windows user", (command,))


def _anchored(machine: Machine, authority: Authority, *, trusted: bool) -> StoreCommands:
    for anchors in ANCHORS:
        directory = machine.root / anchors.directory
        if not directory.is_dir():
            continue
        store = f"store of the system ({anchors.family})"
        tool = anchors.refresh[0]
        if not machine.has(tool):
            return StoreCommands(SYSTEM, store, obstacle=f"there is no {tool}")
        place = directory / f"{authority.name}{anchors.suffix}"
        if trusted:
            put = ("install", "-m", "644", str(authority.path), str(place))
            return _by_root(machine, store, (put, anchors.refresh))
        if not place.exists():
            return StoreCommands(SYSTEM, store)
        removed = ("rm", str(place)), (*anchors.refresh, *anchors.forget)
        return _by_root(machine, store, removed)
    known = ", ".join(anchors.family for anchors in ANCHORS)
    return StoreCommands(
        SYSTEM, "store of the system", obstacle=f"none is known but those of {known}"
    )


def _by_root(machine: Machine, store: str, commands: tuple[Command, ...]) -> StoreCommands:
    if machine.is_root:
        return StoreCommands(SYSTEM, store, commands)
    if not machine.has("sudo"):
        return StoreCommands(SYSTEM, store, obstacle="it takes root, and there is no sudo")
    return StoreCommands(SYSTEM, store, tuple(("sudo", *command) for command in commands))


# --- NSS -----------------------------------------------------------------------------------------


def _databases(machine: Machine, *, trusted: bool) -> Iterator[Path]:
    found = [path for name in NSS_DATABASES if _is_database(path := machine.home / name)]
    yield from found
    if trusted and not found:
        yield machine.home / NSS_DATABASES[0]


def _profiles(machine: Machine) -> Iterator[Path]:
    for pattern in FIREFOX_PROFILES:
        yield from filter(_is_database, sorted(machine.home.glob(pattern)))


def _is_database(directory: Path) -> bool:
    return (directory / "cert9.db").exists()


def _in_nss(
    machine: Machine, authority: Authority, kind: str, directory: Path, *, trusted: bool
) -> StoreCommands:
    store = f"{'Firefox profile' if kind == FIREFOX else 'NSS database of Chromium'} {directory}"
    if not machine.has(CERTUTIL):
        return StoreCommands(kind, store, obstacle=f"there is no certutil: {_TOOLS}")
    tool = (CERTUTIL, "-d", f"sql:{directory}")
    named = ("-n", authority.name)
    if not trusted:
        return StoreCommands(kind, store, ((*tool, "-D", *named),), only_if=(*tool, "-L", *named))
    add = (*tool, "-A", "-t", "C,,", *named, "-i", str(authority.path))
    if _is_database(directory):
        return StoreCommands(kind, store, (add,))
    made = ("mkdir", "-p", str(directory)), (*tool, "-N", "--empty-password")
    return StoreCommands(kind, store, (*made, add))
