"""What tokens need: the records of an organization that has no customers yet.

Its name and settings, the roles, people and API credentials, and what a scope can name: markets
and stock locations.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from mockserver.access import Mode
from mockserver.identifiers import Identifiers
from mockserver.oauth.claims import REGION
from mockserver.sandbox.organization import Organization
from mockserver.sandbox.permissions import ADMIN as EVERYTHING
from mockserver.seeding.batch import Batch
from mockserver.seeding.credentials import (
    ADMIN,
    APPLICATIONS,
    PUBLIC_MARKET,
    READ_ONLY,
    REDIRECT_URI,
    client_id,
    client_secret,
)
from mockserver.seeding.dates import BEGINNING

PRIVATE_MARKET = "vip"
#: The group whose members the private market is for.
PRIVATE_GROUP = {"name": "VIP", "code": "vip"}

CONFIG: Mapping[str, Any] = {"apps": {"customers": {"enable_reset_password": True}}}
ROLES: Mapping[str, Mapping[str, Any]] = {
    ADMIN: {"name": "Admin", "permissions": EVERYTHING},
    READ_ONLY: {"name": "Read only", "permissions": {"*": {"actions": ["read"]}}},
}


@dataclass(frozen=True, slots=True)
class User:
    """A person who works for the organization."""

    first_name: str
    last_name: str
    email: str
    role: str
    owner: bool = False


USERS: Sequence[User] = (
    User("Olivia", "Rossi", "admin@example.com", ADMIN, owner=True),
    User("Travis", "Muller", "viewer@example.com", READ_ONLY),
)
TIME_ZONE = "Europe/Rome"


@dataclass(frozen=True, slots=True)
class Warehouse:
    """A stock location and where it is."""

    code: str
    name: str
    address: Mapping[str, str]


WAREHOUSES: Sequence[Warehouse] = (
    Warehouse(
        "milan",
        "Milan warehouse",
        {
            "line_1": "Via Tortona 27",
            "city": "Milano",
            "zip_code": "20144",
            "state_code": "MI",
            "country_code": "IT",
            "phone": "+39 02 0000 0100",
        },
    ),
    Warehouse(
        "rotterdam",
        "Rotterdam warehouse",
        {
            "line_1": "Van Nelleweg 1",
            "city": "Rotterdam",
            "zip_code": "3044 BC",
            "state_code": "ZH",
            "country_code": "NL",
            "phone": "+31 10 000 0100",
        },
    ),
    Warehouse(
        "newark",
        "Newark warehouse",
        {
            "line_1": "120 Mulberry Street",
            "city": "Newark",
            "zip_code": "07102",
            "state_code": "NJ",
            "country_code": "US",
            "phone": "+1 973 555 0100",
        },
    ),
)

#: Whether prices include taxes, by currency.
CURRENCIES: Mapping[str, bool] = {"EUR": True, "USD": False}


@dataclass(frozen=True, slots=True)
class Market:
    """A market and the warehouses it sells from."""

    code: str
    name: str
    currency_code: str
    warehouses: Sequence[str]


MARKETS: Sequence[Market] = (
    Market(PUBLIC_MARKET, "Europe", "EUR", ("milan", "rotterdam")),
    Market(PRIVATE_MARKET, "VIP", "EUR", ("milan",)),
    Market("usa", "USA", "USD", ("newark",)),
)


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

    def lay(self, domain: str) -> None:
        """Store the records."""
        self._organization(domain)
        roles = self._roles()
        self._users(roles)
        self._applications(roles)
        self._markets(self._stock_locations())
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

    def _stock_locations(self) -> Mapping[str, str]:
        ids = {}
        for warehouse in WAREHOUSES:
            address = self.batch.add(
                "addresses",
                BEGINNING,
                business=True,
                company=warehouse.name,
                **warehouse.address,
            )
            location = self.batch.add(
                "stock_locations",
                BEGINNING,
                name=warehouse.name,
                code=warehouse.code,
                address=address["id"],
            )
            ids[warehouse.code] = location["id"]
        return ids

    def _markets(self, stock_locations: Mapping[str, str]) -> None:
        entropy = self.organization.entropy_of(self.mode, "markets")
        group = self.batch.add("customer_groups", BEGINNING, **PRIVATE_GROUP)
        merchant = self.batch.add("merchants", BEGINNING, name=self.name)
        price_lists = self._price_lists()
        for market in MARKETS:
            inventory = self.batch.add("inventory_models", BEGINNING, name=market.name)
            self.batch.add(
                "markets",
                BEGINNING,
                name=market.name,
                code=market.code,
                shared_secret=entropy.hex(32),
                merchant=merchant["id"],
                price_list=price_lists[market.currency_code],
                inventory_model=inventory["id"],
                customer_group=group["id"] if market.code == PRIVATE_MARKET else None,
                # Not part of the document: what tokens say of the inventory model.
                stock_location_ids=[stock_locations[code] for code in market.warehouses],
            )

    def _price_lists(self) -> Mapping[str, str]:
        return {
            code: self.batch.add(
                "price_lists",
                BEGINNING,
                name=f"{code} price list",
                code=code.lower(),
                currency_code=code,
                tax_included=tax_included,
            )["id"]
            for code, tax_included in CURRENCIES.items()
        }
