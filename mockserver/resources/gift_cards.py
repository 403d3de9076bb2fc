"""Gift cards (contract: commerce.md §9)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.customers.customer_links import EMAIL, normal_email
from mockserver.commerce.gift_cards import life
from mockserver.commerce.gift_cards.recipients import link_recipient
from mockserver.schema.amounts import CURRENCY, money
from mockserver.schema.permits import Permit
from mockserver.schema.personal import cleared
from mockserver.schema.scopes import with_status
from mockserver.schema.tagging import tag_limit, tagging, tags_relationship
from mockserver.schema.validations import AtLeast
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    to_many,
    to_one,
    trigger,
)
from mockserver.storage.conditions import Compare

#: Sales channels make cards and change them until they are bought (commerce.md §26).
FOR_SALES_CHANNELS = Permit("CRUD", writable=Compare("status", "in", life.UNUSED))


class GiftCard(Resource, type_="gift_cards"):
    """A balance that orders can be paid with."""

    sample: ClassVar = ("currency_code",)
    topics: ClassVar = (
        "create",
        "purchase",
        "activate",
        "deactivate",
        "use",
        "redeem",
        "destroy",
        "tagged",
    )
    checks: ClassVar = (
        life.code_of_card,
        life.currency_of_card,
        life.balance_of_card,
        tag_limit,
    )

    query_scopes: ClassVar = {"with_status": with_status}
    for_guests: ClassVar = FOR_SALES_CHANNELS
    for_customers: ClassVar = FOR_SALES_CHANNELS

    status = attribute(
        "string", "Rfs", initial="draft", enum=("draft", "inactive", "active", "redeemed")
    )
    code = attribute(
        "string",
        "CRf",
        unique=True,
        initial=life.new_code,
        derive_from=life.shown_code,
        stored=True,
        example="card-{}",
        personal=False,
    )
    currency_code = attribute("string", "CURfs", validate=CURRENCY, example="EUR", personal=False)
    initial_balance = money("R")
    balance = money("CURfs", required=True)
    balance_max = money("CURfs", validate=AtLeast(0))
    balance_log = attribute("array", "R", initial=lambda _: [])
    usage_log = attribute("object", "R", initial=lambda _: {})
    single_use = attribute("boolean", "CURf", initial=False)
    rechargeable = attribute("boolean", "CURf", initial=True)
    distribute_discount = attribute("boolean", "CUR", initial=True)
    image_url = attribute("string", "CUR", personal=False)
    expires_at = attribute("datetime", "CURfs", example="2099-12-31T00:00:00.000Z")
    recipient_email = attribute(
        "string",
        "CUR",
        delegate="gift_card_recipient.email",
        effect=link_recipient,
        normalise=normal_email,
        validate=EMAIL,
        example="{}@example.com",
        personal=cleared,
    )
    _purchase = trigger(life.PURCHASE)
    _activate = trigger(life.ACTIVATE)
    _deactivate = trigger(life.DEACTIVATE)
    _balance_change_cents = attribute("integer", "U", effect=life.change_balance)
    base = base_attributes(tagging())

    market = to_one("markets", "CUfs", on_delete="restrict")
    gift_card_recipient = to_one("gift_card_recipients", "CUfs", on_delete="set_null")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    tags = tags_relationship()
    event_stores = event_stores()

    deletable = staticmethod(life.is_deletable)
    locked = staticmethod(life.is_on_an_order)
