"""Payments of placed orders, and the sources that customers keep in their wallets."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.payments.gateways import CARDS, account_key
from mockserver.commerce.payments.payment_sources import details, label
from mockserver.engine.change_set import ChangeSet
from mockserver.entropy import Entropy
from mockserver.late_dataclass import dataclass
from mockserver.resources.stripe_payments import CARD as DESCRIBED
from mockserver.resources.stripe_payments import StripePayment
from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.markets import CARD, WIRE_TRANSFER
from mockserver.seeding.purchases import Buyer
from mockserver.seeding.reference_data import Terms
from mockserver.storage.base import SERIAL, Record

#: How many cards there are to pay with, and the years in which they expire.
CARDS_MADE, EXPIRY = 60, range(2031, 2036)
#: The digits of what a gateway calls a payment intent, a charge and the like.
DIGITS = 24
#: What a copy of a payment source has of its own.
APART = frozenset({"id", SERIAL, "created_at", "updated_at"})


@dataclass(frozen=True, slots=True)
class Card:
    """A card, as orders, payment sources and the gateway show it; many records share it."""

    instrument: Mapping[str, Any]
    details: Mapping[str, Any]
    described: Mapping[str, Any]


class Payments:
    """The payment sources of one sandbox."""

    def __init__(self, batch: Batch, entropy: Entropy) -> None:
        """Make the cards.

        Args:
            batch: where the records go.
            entropy: what they are drawn from.
        """
        self._batch = batch
        self._entropy = entropy
        self._cards = [self._card() for _ in range(CARDS_MADE)]
        sandbox = batch.sandbox
        #: One for all, as everything is paid to one account.
        self._key = account_key("pk_")(ChangeSet(sandbox, StripePayment, sandbox.system, {}))

    def pay(self, order: Record, buyer: Buyer, terms: Terms) -> Record:
        """Pay an order with what the buyer has saved, or else by card or wire transfer.

        Returns:
            The payment source.
        """
        type_ = WIRE_TRANSFER if buyer.business and not (buyer.cards or buyer.saved) else CARD
        order["payment_method"] = terms.payment_methods.get(type_)
        order["payment_source_type"] = type_
        make = self._by_card if type_ == CARD else self._by_wire_transfer
        source = self._again(order, buyer) if buyer.saved else make(order)
        if "payment_gateway" in self._batch.sandbox.registry[type_].relationships:
            source["payment_gateway"] = terms.gateways.get(type_)
        order["payment_source"] = source["id"]
        if buyer.cards:
            self._save(order, source, buyer)
        return source

    def _card(self) -> Card:
        entropy = self._entropy
        instrument = {
            "issuer": "sandbox bank",
            "issuer_type": "credit-card",
            "card_type": entropy.choice(CARDS),
            "card_last_digits": f"{entropy.below(10_000):04d}",
            "card_expiry_month": f"{1 + entropy.below(12)}",
            "card_expiry_year": f"{entropy.choice(EXPIRY)}",
        }
        return Card(
            instrument,
            details(CARD, {"payment_instrument": instrument}),
            {name: instrument[known] for name, known in DESCRIBED.items()},
        )

    def _by_card(self, order: Record) -> Record:
        card, drawn = self._entropy.choice(self._cards), self._entropy.hex(4 * DIGITS)
        intent, secret, charge, method = (
            drawn[start : start + DIGITS] for start in range(0, len(drawn), DIGITS)
        )
        order["payment_source_details"] = card.details
        return self._batch.add(
            CARD,
            order["created_at"],
            stripe_id=f"pi_{intent}",
            client_secret=f"pi_{intent}_secret_{secret}",
            charge_id=f"ch_{charge}",
            publishable_key=self._key,
            options=EMPTY,
            payment_method={"id": f"pm_{method}", "type": "card", "card": card.described},
            payment_instrument=card.instrument,
            metadata=EMPTY,
            order=order["id"],
            # Not part of the document: what the gateway has heard of.
            asked_cents=order["total_amount_with_taxes_cents"],
        )

    def _again(self, order: Record, buyer: Buyer) -> Record:
        """Copy a saved source for another order (commerce.md §13.4)."""
        order["payment_source_details"] = buyer.details
        same = {n: value for n, value in buyer.source.items() if n not in APART}
        asked = order["total_amount_with_taxes_cents"]
        return self._batch.add(
            CARD, order["created_at"], **{**same, "order": order["id"], "asked_cents": asked}
        )

    def _by_wire_transfer(self, order: Record) -> Record:
        order["payment_source_details"] = details(WIRE_TRANSFER, EMPTY)
        return self._batch.add(
            WIRE_TRANSFER,
            order["created_at"],
            payment_instrument=EMPTY,
            metadata=EMPTY,
            order=order["id"],
            asked_cents=order["total_amount_with_taxes_cents"],
        )

    def _save(self, order: Record, source: Record, buyer: Buyer) -> None:
        """Keep a card in the wallet: the last one kept is what later orders are paid with."""
        entry = self._batch.add(
            "customer_payment_sources",
            order["created_at"],
            name=label(CARD, source),
            customer_token=f"cus_{self._entropy.hex(14)}",
            payment_source_token=source["payment_method"]["id"],
            metadata=EMPTY,
            customer=buyer.id,
            payment_method=order["payment_method"],
            payment_source=source["id"],
            payment_source_type=CARD,
        )
        buyer.cards -= 1
        buyer.wallet[source["id"]] = entry["id"]
        if not buyer.cards:
            buyer.saved, buyer.source = entry, source
            buyer.details = order["payment_source_details"]
