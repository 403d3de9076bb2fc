"""Settings of a server, wherever they come from: arguments, environment, file."""

from __future__ import annotations

import re
from dataclasses import field
from typing import TYPE_CHECKING, Any

from mockserver.late_dataclass import dataclass
from mockserver.locales import distinct_locales

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

#: What stands for the pages of every origin.
ANY_ORIGIN = "*"
#: Ports that no browser names in an origin (RFC 6454 §6.1).
USUAL_PORTS = {"http": 80, "https": 443}
LARGEST_PORT = 65_535
_HOST = r"[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\]"
_ORIGIN = re.compile(rf"(?P<scheme>[a-z][a-z0-9+.-]*)://(?:{_HOST})(?::(?P<port>[0-9]{{1,5}}))?")

_TIME_OF_DAY = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d", re.ASCII)

#: The last of the characters that a header can carry (RFC 9110 §5.5).
LATIN_1 = 0xFF
MEBIBYTE = 1024 * 1024
#: The ports that go without saying.
PORTS: Mapping[str, int] = {"http": 80, "https": 443}
LARGEST_SNAPSHOT = 512 * MEBIBYTE
#: Of each kind of what has happened so much is kept, where nobody says otherwise.
HISTORY_SIZE = 10_000
#: The same of what was sent, which is large.
DELIVERIES_SIZE = 1_000
#: What a delivery of a webhook can call its body: what the real service does, and what it is.
WEBHOOK_CONTENT_TYPES = ("application/json", "application/vnd.api+json")
WEBHOOK_CONTENT_TYPE = WEBHOOK_CONTENT_TYPES[0]

#: The file of settings looked for in the current directory, and the one looked for next.
CONFIGURATION = "mockserver.toml"
PROJECT = "pyproject.toml"


def origins(text: str) -> tuple[str, ...]:
    """Return the origins in a text, separated by commas, as browsers send them; none for ``*``.

    Raises:
        ValueError: one of them is no origin; the text says why.
    """
    parts = [part.strip().lower() for part in text.split(",")]
    named = tuple(dict.fromkeys(_origin(part) for part in parts if part != ANY_ORIGIN))
    return () if ANY_ORIGIN in parts else named


def _origin(text: str) -> str:
    if text == "null":
        message = "'null' is the origin of every sandboxed frame and of every file: name others"
        raise ValueError(message)
    found = _ORIGIN.fullmatch(text)
    if found is None or int(found["port"] or 0) > LARGEST_PORT:
        message = f"{text!r} is not an origin like https://shop.example:3000, which has no path"
        raise ValueError(message)
    is_usual = found["port"] and int(found["port"]) == USUAL_PORTS.get(found["scheme"])
    return text.rpartition(":")[0] if is_usual else text


def check_control_token(token: str) -> None:
    """Check that a control token can be sent.

    Raises:
        ValueError: no header can carry it; the text says why, and does not show it.
    """
    if not token or token != token.strip():
        message = "begins or ends with a blank" if token.strip() else "is empty"
    elif not token.isprintable():
        message = "has a control character, or a blank other than a space, in it"
    elif any(ord(character) > LATIN_1 for character in token):
        message = "has a character beyond Latin-1 in it"
    else:
        return
    message = f"the control token {message}, so no header can carry it"
    raise ValueError(message)


def check_time_of_day(text: str) -> None:
    """Check a time of day.

    Raises:
        ValueError: it is none.
    """
    if not _TIME_OF_DAY.fullmatch(text):
        message = f"{text!r} is not a time of day like 03:00"
        raise ValueError(message)


def netloc(host: str, port: int, scheme: str = "") -> str:
    """Return a host and a port as a URL has them: without the port that the scheme goes with."""
    host = f"[{host}]" if ":" in host else host
    return host if port == PORTS.get(scheme) else f"{host}:{port}"


class SettingsError(Exception):
    """A file of settings cannot be used; the text says which and why, in one line."""


def data_directory() -> Path:
    """Return the user's directory for the certificate authority and the signing key."""
    import platformdirs  # noqa: PLC0415 - not needed by who names another one

    return platformdirs.user_data_path("commercelayer-mockserver", appauthor=False)


@dataclass(frozen=True, slots=True)
class Settings:
    """The settings of one server.

    Attributes:
        host: the addresses and names to listen on, separated by commas; ``localhost`` is every
            loopback address there is.
        port: of the http listener; 0 for a free one.
        tls_port: of the https listener; 0 for a free one, ``None`` for none.
        domain: the parent of the organizations' host names, without a port.
        issuer: the ``iss`` claim; ``None`` derives it from domain and port.
        storage: ``memory``, ``tinydb:PATH``, ``sqlite:PATH``, ``postgresql://…``, or
            ``package.module:Class`` of a backend of one's own.
        fsync: whether each write to a file waits for the disk, so that a power cut loses nothing.
        seed: what seeded data, ids and random values are derived from.
        customers: how many customers each mode is seeded with.
        locale: the locales of Faker that random customers come from, separated by commas; none:
            the names and places that come with the package.
        seeded: whether to seed customers at all; credentials and markets are always there.
        rate_limits: whether requests over the limits are refused.
        auth: whether a token is needed.
        strict_filters: refuse unknown conditions of ``filter[q]`` instead of ignoring them.
        reuse_tokens: whether asking again returns the same unexpired token.
        maximum_body: bytes a request body may have.
        scenario: the situation the first organization is put into, by name or path.
        baseline: file of a snapshot to begin with, and to go back to every day; ``None``: none.
        reset_daily: when everything is put back, ``HH:MM`` of local time; ``None``: never.
        jwt_bearer_requires_enterprise: whether that grant is refused to other organizations.
        cors_origin: the origins whose pages may ask, separated by commas; ``*``: all.
        control: whether there is a control plane below ``/_mock``.
        control_token: what it asks for as a bearer token; ``None``: nothing.
        control_host: names it answers for besides the domain's, separated by commas.
        journal_size: how many exchanges are kept; 0: none.
        history_size: how many events, changes and tokens each mode keeps of each kind; 0: all.
        deliveries_size: how many settled deliveries and callbacks each mode keeps; 0: all.
        history_days: for how many days of the sandbox's clock; 0: for ever.
        anonymization_delay: seconds from the request of an anonymization to its start.
        job_delay: seconds from the creation of an import or export to its start.
        service_timeout: seconds that an external service has for its answer.
        webhooks_anywhere: whether webhooks are delivered beyond loopback and private addresses.
        webhook_content_type: what they carry as ``Content-Type``.
        advice: whether answers carry ``X-Mock-Advice``.
        reason: whether answers carry ``X-Mock-Reason``.
        hsts: whether answers over https carry ``Strict-Transport-Security``.
        data_directory: where the certificate authority and the signing key are kept.
    """

    host: str = "localhost"
    port: int = 8080
    tls_port: int | None = 8443
    domain: str = "cl.localhost"
    issuer: str | None = None
    storage: str = "memory"
    fsync: bool = False
    seed: int = 1
    customers: int = 50
    locale: str = ""
    seeded: bool = True
    rate_limits: bool = False
    auth: bool = True
    strict_filters: bool = False
    reuse_tokens: bool = True
    maximum_body: int = 10 * MEBIBYTE
    scenario: str | None = None
    baseline: Path | None = None
    reset_daily: str | None = None
    jwt_bearer_requires_enterprise: bool = False
    cors_origin: str = ANY_ORIGIN
    control: bool = True
    control_token: str | None = None
    control_host: str = ""
    journal_size: int = 1000
    history_size: int = HISTORY_SIZE
    deliveries_size: int = DELIVERIES_SIZE
    history_days: int = 0
    anonymization_delay: int = 86_400
    job_delay: int = 1
    service_timeout: int = 5
    webhooks_anywhere: bool = False
    webhook_content_type: str = WEBHOOK_CONTENT_TYPE
    advice: bool = False
    reason: bool = False
    hsts: bool = False
    data_directory: Path = field(default_factory=data_directory)

    @property
    def storage_shown(self) -> str:
        """The storage without the password that may be in it."""
        return re.sub(r"(?<=://)([^/@:]*):[^/@]*@", r"\1:***@", self.storage)

    @property
    def scheme(self) -> str:
        """Scheme of an organization's URLs: https where that is served."""
        return "http" if self.tls_port is None else "https"

    @property
    def parent(self) -> str:
        """The parent of the organizations' hosts, with the port: what SDKs call the domain."""
        port = self.port if self.tls_port is None else self.tls_port
        return netloc(self.domain, port, self.scheme)

    @property
    def hosts(self) -> tuple[str, ...]:
        """The addresses and names to listen on."""
        return tuple(host.strip() for host in self.host.split(","))

    @property
    def control_hosts(self) -> tuple[str, ...]:
        """The names that the control plane answers for, and the certificate too, besides others."""
        names = (name.strip().lower() for name in self.control_host.split(","))
        return tuple(filter(None, names))

    def __post_init__(self) -> None:
        """Check what would otherwise go wrong only once somebody asks.

        Raises:
            ValueError: a value that cannot be meant.
        """
        if self.control_token is not None:
            check_control_token(self.control_token)
        origins(self.cors_origin)
        _ = self.locales
        if self.reset_daily is not None:
            check_time_of_day(self.reset_daily)

    @property
    def locales(self) -> tuple[str, ...]:
        """The locales that random customers come from."""
        return distinct_locales([self.locale])

    @property
    def cors_origins(self) -> tuple[str, ...]:
        """The origins whose pages may ask; none: all."""
        return origins(self.cors_origin)

    @property
    def largest_body(self) -> int:
        """Bytes of the largest body there can be: a snapshot, where there is a control plane."""
        return max(self.maximum_body, LARGEST_SNAPSHOT if self.control else 0)


def file_of_settings(directory: Path) -> Path | None:
    """Return the file of a directory that settings are read from, if there is one."""
    names = (directory / CONFIGURATION, directory / PROJECT)
    return next((path for path in names if path.is_file()), None)


def table_of(path: Path) -> Mapping[str, Any]:
    """Return the settings in a file: ``[tool.mockserver]`` of a ``pyproject.toml``, else all of it.

    Raises:
        SettingsError: it cannot be read, is no TOML, or has no table where one belongs.
    """
    table = _toml(path)
    for name in ("tool", "mockserver") if path.name == PROJECT else ():
        table = table.get(name, {})
        if not isinstance(table, dict):
            message = f"{path}: [tool.mockserver] is not a table"
            raise SettingsError(message)
    return table


#: What settings look like.
_TOML = 'write one setting a line, as port = 8080, and texts in quotes, as seed = "demo"'


def _toml(path: Path) -> dict[str, Any]:
    import tomllib  # noqa: PLC0415 - not needed where there is no file

    try:
        return tomllib.loads(path.read_bytes().decode())
    except OSError as error:
        message = f"cannot read {path}: {error.strerror}"
        raise SettingsError(message) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        message = f"{path} is not TOML: {' '.join(str(error).split())}; {_TOML}"
        raise SettingsError(message) from error
