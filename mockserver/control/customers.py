"""Customers by a few words: one with a past, one who is to be forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from mockserver.access import MODES, Access, Owner
from mockserver.commerce.customers.anonymization import REQUEST
from mockserver.control.components import Components, Json, find
from mockserver.control.schemas import (
    MOST_ORDERS,
    AnonymizationSchema,
    Flag,
    Locale,
    ShoppingSchema,
)
from mockserver.control.shopping import Shopping
from mockserver.engine.sandbox import Sandbox
from mockserver.entropy import Entropy
from mockserver.errors import Refusal
from mockserver.jsonapi.document import Found
from mockserver.oauth.clients import WEBAPP
from mockserver.refusals import invalid, load, missing
from mockserver.schema.request_documents import Values
from mockserver.seeding.credentials import PASSWORD, PUBLIC_MARKET
from mockserver.seeding.localized import localized
from mockserver.seeding.pools import Pool, pools
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

MOST_ADDRESSES = 20
#: Where a customer buys who lives there; the rest in the public market.
HOME_MARKETS: Mapping[str, str] = {"US": "usa"}
#: What of a refusal's pointer is no member of what was asked.
DOCUMENT = re.compile("^/data/(attributes|relationships)")


class CustomerSchema(Schema):
    """A customer and what is to belong to it."""

    mode = fields.String(load_default="test", validate=validate.OneOf(MODES))
    email = fields.String(required=True)
    first_name = fields.String()
    last_name = fields.String()
    country = fields.String(validate=validate.OneOf(list(pools())))
    locale = Locale()
    market = fields.String()
    guest = Flag(load_default=False)
    password = fields.String()
    group = fields.String()
    tags = fields.List(fields.String(), load_default=list)
    addresses = fields.Integer(
        strict=True, load_default=0, validate=validate.Range(0, MOST_ADDRESSES)
    )
    orders = fields.Integer(strict=True, load_default=0, validate=validate.Range(0, MOST_ORDERS))
    wallet = Flag(load_default=False)
    metadata = fields.Dict(fields.String(), load_default=dict)

    @validates_schema
    def _check(self, data: dict[str, Any], **_: Any) -> None:
        if data.get("wallet") and not data.get("orders"):
            message = "A wallet keeps what an order was paid with: ask for orders too."
            raise ValidationError(message, "wallet")
        if "country" in data and "locale" in data:
            message = "The country is that of the locale: give one of both."
            raise ValidationError(message, "locale")
        if data.get("guest") and "password" in data:
            message = "A guest has none."
            raise ValidationError(message, "password")


class CustomerControl:
    """The customers of one server's organizations."""

    def __init__(self, components: Components) -> None:
        """Control those of these parts."""
        self._components = components

    def add(self, slug: str, body: Any) -> Json:
        """Create a customer with addresses, orders and a card, by the rules of the API.

        Orders are placed as a shop places them, so that lines, totals, payment sources, the
        customer's status and counter are what they would be; webhooks are sent.

        Args:
            slug: of the organization.
            body: as ``CustomerSchema``.

        Raises:
            Refusal: 404 for the organization; 422 with pointers, and nothing has been stored.
        """
        wanted = load(CustomerSchema(), body)
        sandbox = find(self._components, slug).sandbox(wanted["mode"])
        with _pointing(), sandbox.transaction():
            made = _made(sandbox, wanted)
        self._wake(sandbox)
        return described(sandbox, made)

    def order(self, slug: str, body: Any) -> Json:
        """Place orders for a customer there is, as ``add`` does for a new one.

        Args:
            slug: of the organization.
            body: as ``ShoppingSchema``.

        Raises:
            Refusal: 404 for the organization and the customer; 422 with pointers, and nothing has
                been stored.
        """
        wanted = load(ShoppingSchema(), body)
        sandbox = find(self._components, slug).sandbox(wanted["mode"])
        customer = _known(sandbox, wanted)
        with _pointing(), sandbox.transaction():
            pool, person = _person(sandbox, {})
            market = _market(sandbox, wanted, pool)
            Shopping(sandbox, customer, person, pool, market).order(wanted["orders"])
        self._wake(sandbox)
        return described(sandbox, sandbox.get("customers", customer["id"]) or {})

    def anonymize(self, slug: str, body: Any) -> Json:
        """Have a customer forgotten, in the name of the organization's first user.

        Args:
            slug: of the organization.
            body: as ``AnonymizationSchema``; ``now``: without waiting for the jobs that do it,
                also where it has been requested before.

        Raises:
            Refusal: 404 for the organization, the customer, or a user; 422 where it is requested
                twice, or over.
        """
        wanted = load(AnonymizationSchema(), body)
        sandbox = find(self._components, slug).sandbox(wanted["mode"])
        id_ = _known(sandbox, wanted)["id"]
        its_jobs = Compare("resource", "eq", id_)
        if not (wanted["now"] and sandbox.job_queue.waiting(its_jobs)):
            with _pointing("/email"):
                request_anonymization(sandbox, id_, _first_user(sandbox))
        if wanted["now"]:
            sandbox.job_queue.run(its_jobs)
        self._wake(sandbox)
        return described(sandbox, sandbox.get("customers", id_) or {})

    def _wake(self, sandbox: Sandbox) -> None:
        self._components.worker.wake()
        self._components.dispatcher.wake(sandbox)


def _known(sandbox: Sandbox, wanted: Json) -> Record:
    """Return the customer with the email."""
    found = sandbox.find("customers", Compare("email", "eq", wanted["email"].strip().lower()))
    if not found:
        slug = sandbox.organization.slug
        raise missing(f"customer {wanted['email']!r} in {sandbox.mode} mode of {slug}")
    return found[0]


def described(sandbox: Sandbox, customer: Record) -> Json:
    """Return the facts that somebody who shows a customer needs."""
    entries = _linked(sandbox, customer, "customer_addresses")
    return {
        "id": customer["id"],
        "email": customer["email"],
        "status": customer["status"],
        "total_orders_count": customer["total_orders_count"],
        "anonymization_status": customer["anonymization_status"],
        "customer_addresses": [entry["id"] for entry in entries],
        "orders": [
            {
                "id": order["id"],
                "number": order["number"],
                "status": order["status"],
                "payment_status": order["payment_status"],
                "total_amount_cents": order["total_amount_with_taxes_cents"],
                "currency_code": order["currency_code"],
            }
            for order in _linked(sandbox, customer, "orders")
        ],
        "wallet": [card["name"] for card in _linked(sandbox, customer, "customer_payment_sources")],
    }


def _linked(sandbox: Sandbox, customer: Record, name: str) -> list[Record]:
    targets = sandbox.linked("customers", customer, name)
    return [record for target in targets if (record := sandbox.get(*target))]


def _made(sandbox: Sandbox, wanted: Json) -> Record:
    """Make a customer as asked; the transaction is somebody else's."""
    pool, person = _person(sandbox, wanted)
    market = _market(sandbox, wanted, pool)
    values = {
        "email": wanted["email"],
        "metadata": wanted["metadata"],
    }
    with _pointing("/tags"):
        values["tags"] = [_named(sandbox, "tags", {"name": name}) for name in wanted["tags"]]
    if not wanted["guest"]:
        values["password"] = wanted.get("password", PASSWORD)
    if "group" in wanted:
        with _pointing("/group"):
            named = {"code": wanted["group"], "name": wanted["group"].title()}
            values["customer_group"] = _named(sandbox, "customer_groups", named)
    customer = sandbox.add("customers", values)
    shopping = Shopping(sandbox, customer, person, pool, market)
    shopping.keep_addresses(wanted["addresses"])
    shopping.order(wanted["orders"])
    if wanted["wallet"]:
        shopping.keep_card()
    return sandbox.get("customers", customer["id"]) or {}


def _person(sandbox: Sandbox, wanted: Json) -> tuple[Pool, Json]:
    """Return where somebody lives, and the name: the one told, else one from there."""
    entropy = sandbox.entropy
    pool = _home(sandbox, wanted, entropy)
    drawn = {
        "first_name": entropy.choice(pool.first_names),
        "last_name": entropy.choice(pool.last_names),
    }
    return pool, {name: wanted.get(name, value) for name, value in drawn.items()}


def _home(sandbox: Sandbox, wanted: Json, entropy: Entropy) -> Pool:
    """Return the names and places of who lives where it is said, else as the others do."""
    locales = (
        [wanted["locale"]] if "locale" in wanted else sandbox.organization.seed_options.locales
    )
    if "country" in wanted or not locales:
        return pools()[wanted.get("country", "US")]
    return localized(entropy.choice(locales), entropy)


def _market(sandbox: Sandbox, wanted: Json, pool: Pool) -> Record:
    """Return the market that is named, else the one of the country, of the public, or any."""
    markets = {market["code"]: market for market in sandbox.partition.select("markets")[0]}
    if named := wanted.get("market"):
        if named not in markets:
            codes = ", ".join(sorted(map(str, markets)))
            raise invalid("/market", f"There is no market {named!r}; there are: {codes}.")
        return markets[named]
    usual = (HOME_MARKETS.get(pool.country_code), PUBLIC_MARKET, *markets)
    found = next((markets[code] for code in usual if code in markets), None)
    if found is None and wanted["orders"]:
        raise invalid("/orders", "There is no market to order in.")
    return found or {}


def _named(sandbox: Sandbox, type_: str, values: Json) -> str:
    """Return the id of what is called so, by the first of the values; made where it is not."""
    name, value = next(iter(values.items()))
    found = sandbox.find(type_, Compare(name, "eq", value))
    return str((found[0] if found else sandbox.add(type_, values))["id"])


def request_anonymization(sandbox: Sandbox, id_: str, user: str) -> Found:
    """Request that a customer be forgotten, which only users may, and return the customer.

    Args:
        sandbox: of the customer.
        id_: of the customer.
        user: id of who requests it.

    Raises:
        Refusal: 401 when the user may not; 404; 422 while it is under way, and afterwards.
    """
    role_id = (sandbox.get("users", user, ("role_id",)) or {}).get("role_id")
    slug, mode = sandbox.organization.slug, sandbox.mode
    access = Access(slug, mode, WEBAPP, role_id=role_id, owner=Owner("User", user))
    resource = sandbox.registry["customers"]
    return sandbox.update(resource, id_, Values.of(resource, {REQUEST: True}), access)


def _first_user(sandbox: Sandbox) -> str:
    users, _ = sandbox.partition.select("users", limit=1)
    if not users:
        what = "user who could ask for it"
        raise missing(what)
    return str(users[0]["id"])


@contextmanager
def _pointing(pointer: str | None = None) -> Iterator[None]:
    """Let what the API refuses point into what was asked here: to this member, or to its own."""
    try:
        yield
    except Refusal as refused:
        errors = [
            {**error, "source": {"pointer": pointer or DOCUMENT.sub("", _pointer(error))}}
            for error in refused.errors
        ]
        raise Refusal(errors, refused.headers) from None


def _pointer(error: Json) -> str:
    return str(error.get("source", {}).get("pointer", ""))
