"""Passwords of customers: the rule, and setting one (customers.md §8)."""

from __future__ import annotations

from mockserver.errors import refusal
from mockserver.passwords import hash_password
from mockserver.reasons import reason
from mockserver.schema.protocols import Change
from mockserver.schema.validations import Length
from mockserver.storage.base import Record

PASSWORD = Length(6, 128)
SALT_BYTES = 16


def is_registered(record: Record) -> bool:
    """Say whether the customer is registered."""
    return record.get("password") is not None


def set_password(change: Change, plain: str | None) -> None:
    """Store the hash of a customer's password; the first one makes a guest registered.

    A blank password counts as not sent: one cannot be removed through the API.

    Raises:
        Refusal: 401 when a sales channel tries to change a password: signing up is open to it,
            changing goes through the reset flow.
    """
    if not plain:
        return
    if change.before is not None and change.access.is_sales_channel:
        raise refusal("UNAUTHORIZED", because=reason("permission_of_password"))
    if not is_acceptable(change, "password", plain):
        return
    if not change.record.get("password"):
        change.fire("create_password")
    salt = change.engine.entropy.bytes(SALT_BYTES)
    change.record["password"] = hash_password(plain, salt)


def sign_up(change: Change, plain: str | None) -> None:
    """Give the customer of an order a password, which makes the guest a registered customer.

    Somebody who only knows an email address must not get at its account, so a customer who has a
    password already is refused as a second sign-up would be.
    """
    if not plain or not is_acceptable(change, "customer_password", plain):
        return
    customer = _customer(change)
    if customer is None:
        change.invalid("customer_email", "blank")
    elif customer.get("password"):
        change.invalid("customer_email", "taken", value=customer["email"])
    else:
        change.engine.change("customers", customer["id"], {"password": plain})


def is_acceptable(change: Change, name: str, plain: str) -> bool:
    """Say whether the password keeps the rule, noting it when not; spaces count as characters."""
    broken = PASSWORD.broken(plain)
    if broken:
        change.invalid(name, broken[0], **broken[1])
    return broken is None


def _customer(change: Change) -> Record | None:
    id_ = change.record.get("customer")
    return change.engine.get("customers", id_) if id_ else None
