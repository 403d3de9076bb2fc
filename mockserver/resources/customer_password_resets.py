"""Password resets (contract: neighbours.md §6, customers.md §14)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import normal_email
from mockserver.commerce.customers.registration import is_acceptable
from mockserver.schema.permits import Permit
from mockserver.schema.protocols import Change
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.conditions import Compare

TOKEN_LENGTH = 20
TOKEN, PASSWORD = "_reset_password_token", "customer_password"


def link_registered(change: Change, email: str | None) -> None:
    """Link the registered customer with the email address; nobody is created here.

    Guests have no password that could be reset: theirs is set with an update (customers.md §8).
    """
    if not email:
        return
    found = change.engine.find("customers", Compare("email", "eq", email))
    if found and found[0].get("password"):
        change.record["customer"] = found[0]["id"]
    else:
        change.invalid("customer_email", "required")


def new_token(change: Change) -> str:
    """Return a new token, for the person alone who is to choose another password."""
    return change.engine.entropy.token(TOKEN_LENGTH)


def require_token(change: Change, plain: str | None) -> None:
    """Refuse a password without the token; see :func:`reset_password`."""
    if plain and not change.sent.get(TOKEN) and not change.is_broken(TOKEN):
        change.invalid(TOKEN, "blank")


def needs_token(change: Change) -> None:
    """Refuse a sales channel that has not got the token: it may do nothing but reset with it."""
    is_without = change.before is not None and not change.sent.get(TOKEN)
    if is_without and change.access.is_sales_channel and not change.is_broken(TOKEN):
        change.invalid(TOKEN, "blank")


def reset_password(change: Change, token: str | None) -> None:
    """Give the customer the password that comes with the token, which is good for once.

    The service itself sets it: whoever has the token need not be allowed to change customers.
    """
    plain = change.sent.get(PASSWORD)
    if not token:
        return
    if token != change.record["reset_password_token"] or change.record["reset_password_at"]:
        change.invalid(TOKEN, "invalid", value=token)
    if change.is_broken(PASSWORD):
        return
    if not plain:
        change.invalid(PASSWORD, "blank")
    elif is_acceptable(change, PASSWORD, plain):
        change.record["reset_password_at"] = change.engine.clock.timestamp()
        change.fire("reset_password")
        customer = change.record["customer"]
        change.after(lambda: _set_password(change, customer, plain))


def _set_password(change: Change, customer: str, plain: str) -> None:
    change.engine.change("customers", customer, {"password": plain})


class CustomerPasswordReset(Resource, type_="customer_password_resets"):
    """A registered customer's way to another password."""

    for_guests: ClassVar = Permit("U")
    for_customers: ClassVar = Permit("U")

    sample: ClassVar = ("customer_email",)
    topics: ClassVar = ("create", "destroy", "reset_password")
    checks: ClassVar = (needs_token,)

    customer_email = attribute(
        "string",
        "CR",
        required=True,
        delegate="customer.email",
        effect=link_registered,
        normalise=normal_email,
    )
    reset_password_token = attribute("string", "Rf", initial=new_token, exported=False, secret=True)
    customer_password = attribute("string", "U", effect=require_token, exported=False)
    _reset_password_token = attribute("string", "U", effect=reset_password)
    reset_password_at = attribute("datetime", "Rf")
    base = base_attributes()

    customer = to_one("customers", "fs", on_delete="cascade", on_anonymize="delete")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
