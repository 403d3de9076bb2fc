"""Payment methods (contract: neighbours.md §26)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.access import Access
from mockserver.commerce.catalogue.scopes import offered_in_scope
from mockserver.commerce.payments.payment_choices import currency_of_market
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES, readable_type
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.disabling import disabling
from mockserver.schema.permits import Permit, Setting, in_scope
from mockserver.schema.protocols import Change, Engine
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
)
from mockserver.storage.base import Record
from mockserver.storage.conditions import Any_, Compare, Condition, Null, both


def offered(access: Access, setting: Setting) -> Condition:
    """Restrict to the methods of the markets in scope, and to those of every market."""
    return Any_((Null("market"), in_scope(access, setting)))


PERMIT = Permit("R", readable=offered)


def is_named_after_source(change: Change) -> None:
    """Name a method that was given no name after the sources it takes."""
    type_ = change.record.get("payment_source_type")
    if type_ and not change.record.get("name"):
        change.record["name"] = readable_type(type_)


def takes_currency_of_market(change: Change) -> None:
    """Take the currency from the market when none was given; without either it is missing."""
    record = change.record
    record["currency_code"] = record.get("currency_code") or currency_of_market(
        change.engine, record.get("market")
    )
    if not record["currency_code"]:
        change.invalid("currency_code", "blank")


def is_made_by_gateway(change: Change) -> None:
    """Keep the type of sources to the one that the gateway makes (commerce.md §13.1)."""
    engine, record = change.engine, change.record
    gateway = engine.get("payment_gateways", record.get("payment_gateway"))
    type_ = record.get("payment_source_type")
    if gateway is None or not type_ or change.is_broken("payment_source_type"):
        return
    if engine.registry[gateway["type"]].makes != type_:
        change.invalid("payment_source_type", "inclusion", value=type_)


def has_paid(engine: Engine, record: Record) -> bool:
    """Say whether an order has been placed that is paid so."""
    own = Compare("payment_method", "eq", record["id"])
    return engine.count("orders", both(own, Null("placed_at", negated=True))) > 0


class PaymentMethod(Resource, type_="payment_methods"):
    """A way to pay in a market, or in all of them: a type of payment sources, at a price."""

    for_guests: ClassVar = PERMIT
    for_customers: ClassVar = PERMIT
    scoped: ClassVar = offered_in_scope

    sample: ClassVar = ("currency_code",)
    checks: ClassVar = (is_named_after_source, takes_currency_of_market, is_made_by_gateway)

    name = attribute("string", "CURfs")
    payment_source_type = attribute("string", "CURfs", required=True, enum=PAYMENT_SOURCES)
    currency_code = attribute("string", "CURfs", validate=CURRENCY, example="EUR")
    moto = attribute("boolean", "CUR", initial=False)
    require_capture = attribute("boolean", "CUR", initial=True)
    auto_place = attribute("boolean", "CUR", initial=False)
    auto_capture = attribute("boolean", "CUR", initial=False)
    price_amount = money("CURfs", required=True, validate=AtLeast(0))
    auto_capture_max_amount = money("CUR")
    base = base_attributes(disabling())

    # Without its market or store, a method would be open to all of them.
    market = to_one("markets", "CUfs", on_delete="restrict")
    payment_gateway = to_one("payment_gateways", "CUf", required=True, on_delete="restrict")
    store = to_one("stores", "CUfs", on_delete="restrict")
    attachments = to_many("attachments", "f", inverse="attachable")
    event_stores = event_stores()

    locked = staticmethod(has_paid)
