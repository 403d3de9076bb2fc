"""Foundation of an organization without customers: the records that tokens need.

Its name and settings, the roles, people and API credentials; and, which can wait until somebody
asks, what a scope can name and a shop needs: markets, stock locations, ways to pay and to ship.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from mockserver.access import Mode
from mockserver.engine.organization import Organization
from mockserver.engine.permissions import ADMIN as EVERYTHING
from mockserver.identifiers import Identifiers
from mockserver.late_dataclass import dataclass
from mockserver.oauth.claims import REGION
from mockserver.seeding.batch import Batch
from mockserver.seeding.credentials import (
    ADMIN,
    APPLICATIONS,
    READ_ONLY,
    REDIRECT_URI,
    client_id,
    client_secret,
)
from mockserver.seeding.dates import BEGINNING
from mockserver.seeding.markets import Places

CONFIG: Mapping[str, Any] = {"apps": {"customers": {"enable_reset_password": True}}}
ROLES: Mapping[str, Mapping[str, Any]] = {
    ADMIN: {"name": "Admin", "permissions": EVERYTHING},
    READ_ONLY: {"name": "Read only", "permissions": {"*": {"actions": ["read"]}}},
}


@dataclass(frozen=True, slots=True)
class SeededUser:
    """A person who works for the organization."""

    first_name: str
    last_name: str
    email: str
    role: str
    owner: bool = False


USERS: Sequence[SeededUser] = (
    SeededUser("Olivia", "Rossi", "admin@example.com", ADMIN, owner=True),
    SeededUser("Travis", "Muller", "viewer@example.com", READ_ONLY),
)
TIME_ZONE = "Europe/Rome"


class Foundation:
    """The records of one mode of an organization, on their way into it."""

    def __init__(self, organization: Organization, mode: Mode) -> None:
        """Start with none."""
        self.organization = organization
        self.mode: Mode = mode
        self.batch = Batch(organization.sandbox(mode))
        self.name = organization.slug.replace("-", " ").title()
        #: Of what is the same in both modes.
        self.shared = Identifiers(organization.seed, organization.slug)

    def build(self, domain: str) -> None:
        """Store the records."""
        self._organization(domain)
        roles = self._roles()
        self._users(roles)
        self._applications(roles)
        self.batch.load()

    def furnish(self) -> None:
        """Store what there is to be sold, and where."""
        secrets = self.organization.entropy_of(self.mode, "markets")
        Places(self.batch, self.name, secrets).build()
        self.batch.load()

    def _organization(self, domain: str) -> None:
        slug = self.organization.slug
        self.batch.add(
            "organizations",
            BEGINNING,
            id=self.shared.encode("organizations", 1),
            name=self.name,
            slug=slug,
            domain=f"{slug}.{domain}",
            support_email="support@example.com",
            config=CONFIG,
            # Not part of the document: what tokens say of the organization.
            enterprise=True,
            region=REGION,
        )

    def _roles(self) -> Mapping[str, str]:
        return {
            kind: self.batch.add("roles", BEGINNING, kind=kind, **role)["id"]
            for kind, role in ROLES.items()
        }

    def _users(self, roles: Mapping[str, str]) -> None:
        for number, user in enumerate(USERS, 1):
            self.batch.add(
                "users",
                BEGINNING,
                id=self.shared.encode("users", number),
                first_name=user.first_name,
                last_name=user.last_name,
                email=user.email,
                role_id=roles[user.role],
                owner=user.owner,
                time_zone=TIME_ZONE,
            )

    def _applications(self, roles: Mapping[str, str]) -> None:
        for application in APPLICATIONS:
            self.batch.add(
                "applications",
                BEGINNING,
                name=application.name,
                kind=application.kind,
                uid=client_id(self.organization, self.mode, application),
                secret=client_secret(self.organization, self.mode, application),
                public_access=application.is_public,
                redirect_uri=REDIRECT_URI if application.kind == "webapp" else None,
                scopes="market:all",
                # Not part of the document.
                role_id=roles[application.role] if application.role else None,
                access_token_lifetime=None,
            )
