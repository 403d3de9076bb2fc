"""Seeded credentials: the API credentials of each mode of an organization, and a password.

Those of the first organization are published constants; the others' are derived from the seed.
All are fakes: 43 URL-safe base64 characters like the real ones, of which the published ones say
what they are for.
"""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.access import MODES, SALES_CHANNEL, Mode
from mockserver.engine.organization import Organization
from mockserver.late_dataclass import dataclass
from mockserver.oauth.clients import INTEGRATION, WEBAPP

#: The slug of the organization whose credentials are published.
FIRST_ORGANIZATION = "acme"
#: How many characters an id or a secret has.
LENGTH = 43

#: Of every registered customer that is seeded.
PASSWORD = "secret123"  # noqa: S105 - published, and a fake

ADMIN = "admin"
READ_ONLY = "read_only"
PUBLIC_MARKET = "europe"
STOREFRONT = f"market:code:{PUBLIC_MARKET}"
REDIRECT_URI = "http://localhost:3000/callback"


@dataclass(frozen=True, slots=True)
class SeededApplication:
    """An ``applications`` record as it is seeded.

    Attributes:
        key: what its published client id is made of.
        role: the kind of the role it acts in, ``None`` for a kind that has none.
        scope: what tokens are usually asked for; ``None``: nothing need be asked for.
        has_secret: whether it has one; public ones need none.
    """

    key: str
    name: str
    kind: str
    role: str | None = None
    scope: str | None = None
    has_secret: bool = True

    @property
    def is_public(self) -> bool:
        """Whether it may leave its secret out."""
        return self.kind == SALES_CHANNEL


#: The first one also stands for requests without a token, where none is needed.
APPLICATIONS: Sequence[SeededApplication] = (
    SeededApplication("integration", "Integration", INTEGRATION, ADMIN),
    SeededApplication("read_only_integration", "Read-only integration", INTEGRATION, READ_ONLY),
    SeededApplication(
        "sales_channel", "Sales channel", SALES_CHANNEL, None, STOREFRONT, has_secret=False
    ),
    SeededApplication("webapp", "Web app", WEBAPP, ADMIN, "market:all"),
    SeededApplication(
        "confidential_channel", "Confidential sales channel", SALES_CHANNEL, None, STOREFRONT
    ),
)
SCOPES = {application.kind: application.scope for application in APPLICATIONS}


@dataclass(frozen=True, slots=True)
class Credential:
    """Credentials and scope for asking for a token.

    Attributes:
        client_secret: ``None`` for an application that has none.
        scope: what to ask for; ``None``: nothing need be asked for.
    """

    name: str
    kind: str
    mode: Mode
    client_id: str
    client_secret: str | None
    scope: str | None

    def __getitem__(self, name: str) -> str | None:
        """Return a member, as of anything that is shown as JSON."""
        if name not in self.__slots__:
            raise KeyError(name)
        found: str | None = getattr(self, name)
        return found


def credentials(organization: Organization) -> list[Credential]:
    """Return the credentials the organization has now, test before live."""
    return [
        Credential(
            record["name"],
            record["kind"],
            mode,
            record["uid"],
            record["secret"],
            SCOPES.get(record["kind"]),
        )
        for mode in MODES
        for record in organization.partitions[mode].select("applications")[0]
    ]


def client_id(organization: Organization, mode: Mode, application: SeededApplication) -> str:
    """Return the client id an application is seeded with."""
    return _fake(organization, mode, application, "client_id")


def client_secret(
    organization: Organization, mode: Mode, application: SeededApplication
) -> str | None:
    """Return the client secret an application is seeded with, if any."""
    if not application.has_secret:
        return None
    return _fake(organization, mode, application, "client_secret")


def _fake(organization: Organization, mode: Mode, application: SeededApplication, what: str) -> str:
    if organization.slug == FIRST_ORGANIZATION:
        return f"{mode}_{application.key}_{what}_".ljust(LENGTH, "0")
    fake = organization.entropy_of(mode, application.key, what).token(LENGTH)
    # Command lines take a leading dash for an option.
    return f"0{fake[1:]}" if fake.startswith("-") else fake
