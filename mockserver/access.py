"""The bearer of an access token, as it says: the one value that permissions are decided from.

A leaf, shared by the engine, which decides, and by declarations whose members describe the token
of the request (customers.md §12).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import field
from typing import Any, Literal

from mockserver.late_dataclass import dataclass

Mode = Literal["test", "live"]
MODES: tuple[Mode, ...] = ("test", "live")

SALES_CHANNEL = "sales_channel"
#: What stands between the items of a scope, and the item that names a store.
SCOPE_SEPARATORS = re.compile(r"[\s,]+")
SCOPED_STORE = re.compile(r"store:(id|code):(.+)")
SCOPED_LOCATION = re.compile(r"stock_location:(?:(id|code):)?(.+)")
SERVICE = "system"
OwnerType = Literal["Customer", "User"]
#: The records a resource owner is one of.
OWNERS: Mapping[OwnerType, str] = {"Customer": "customers", "User": "users"}


@dataclass(frozen=True, slots=True)
class Owner:
    """The resource owner a token acts for."""

    type: OwnerType
    id: str

    @property
    def records(self) -> str:
        """The type of the records it is one of."""
        return OWNERS[self.type]


@dataclass(frozen=True, slots=True)
class Access:
    """The organization, mode, application and owner a request acts as.

    Attributes:
        organization: the slug.
        kind: the application's kind, such as ``integration``.
        application_id: the id of the ``applications`` record; ``None`` inside the sandbox.
        is_confidential: whether the application has shown its secret.
        role_id: the id of the role whose permissions apply to kinds that have one.
        market_ids: the markets in scope; ``None`` for all.
        is_sales_channel: whether the prohibitions for sales channels apply.
        is_service: whether it is the service itself, in nobody's name.
    """

    organization: str
    mode: Mode
    kind: str
    application_id: str | None = None
    is_confidential: bool = True
    role_id: str | None = None
    owner: Owner | None = None
    scope: str = "market:all"
    market_ids: tuple[str, ...] | None = None
    stock_location_ids: tuple[str, ...] = ()
    custom_claim: Mapping[str, Any] | None = None
    is_sales_channel: bool = field(init=False, repr=False, compare=False)
    is_service: bool = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Decide once what every permission asks."""
        object.__setattr__(self, "is_sales_channel", self.kind == SALES_CHANNEL)
        object.__setattr__(self, "is_service", self.kind == SERVICE)

    @property
    def stores(self) -> tuple[tuple[str, str], ...]:
        """How the scope names each store in it: by ``id`` or by ``code`` (authentication.md §6)."""
        items = (SCOPED_STORE.fullmatch(item) for item in SCOPE_SEPARATORS.split(self.scope))
        return tuple((item[1], item[2]) for item in items if item)

    @property
    def stock_locations(self) -> tuple[tuple[str, str], ...]:
        """How the scope names each stock location: by ``id``, ``code`` or ``number``."""
        items = (SCOPED_LOCATION.fullmatch(item) for item in SCOPE_SEPARATORS.split(self.scope))
        return tuple((item[1] or "number", item[2]) for item in items if item)

    @property
    def is_guest(self) -> bool:
        """Whether it is a sales channel on which no customer has logged in."""
        return self.is_sales_channel and self.customer_id is None

    @property
    def bearer(self) -> str:
        """The kind, and of a sales channel whom it acts for, in words."""
        if not self.is_sales_channel:
            return self.kind
        return f"{self.kind} ({'customer' if self.customer_id else 'guest'})"

    @property
    def customer_id(self) -> str | None:
        """The id of the logged customer, if any."""
        return self.owner.id if self.owner and self.owner.type == "Customer" else None
