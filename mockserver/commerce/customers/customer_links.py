"""How records find their customer: by email address, or through the token (customers.md §15)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.errors import refusal
from mockserver.reasons import reason
from mockserver.schema.members import Attribute
from mockserver.schema.protocols import Change
from mockserver.schema.validations import Format, Length, Validation
from mockserver.schema.vocabulary import attribute
from mockserver.storage.conditions import Compare

EMAIL: Sequence[Validation] = (Length(maximum=255), Format(r"[^\s@]+@[^\s@]+"))


def normal_email(email: str) -> str:
    """Return the email as it is compared and stored: trimmed and in lower case.

    customers.md §8.
    """
    return email.strip().lower()


def customer_email(flags: str) -> Attribute:
    """Declare ``customer_email``: shows the customer's email; sent, it links the customer."""
    return attribute(
        "string",
        flags,
        delegate="customer.email",
        effect=link_by_email,
        normalise=normal_email,
        validate=EMAIL,
        example="{}@example.com",
    )


def keep_for(change: Change, customer_id: str) -> None:
    """Refuse a guest who would put something into the book or wallet of somebody with a password.

    Raises:
        Refusal: 401; a logged customer only ever writes for itself.
    """
    customer = change.engine.get("customers", customer_id) or {}
    if change.access.is_guest and customer.get("password") is not None:
        raise refusal("UNAUTHORIZED", because=reason("permission_of_guest"))


def link_by_email(change: Change, email: str | None) -> None:
    """Link the customer with the email address, created as a guest when there is none.

    A malformed address links nobody; the attribute's own rules refuse it.
    """
    if not email or any(rule.broken(email) for rule in EMAIL):
        return
    found = change.engine.find("customers", Compare("email", "eq", email))
    customer = found[0] if found else change.engine.add("customers", {"email": email})
    change.record["customer"] = customer["id"]
