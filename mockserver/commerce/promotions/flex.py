"""Flex promotions in a run: their rules against the order, and what their actions take off."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from mockserver.commerce.promotions.flex_actions import Ledger, act
from mockserver.commerce.promotions.flex_selection import Scene, is_later
from mockserver.commerce.promotions.offers import Offer
from mockserver.commerce.promotions.payloads import payload
from mockserver.commerce.promotions.taking import Taken
from mockserver.commerce.rules.names import named_paths
from mockserver.commerce.rules.outcomes import outcomes
from mockserver.commerce.totals.cart import Cart
from mockserver.schema.protocols import Engine

Outcomes = list[dict[str, Any]]


def reckoned(
    engine: Engine, cart: Cart, offer: Offer, taken: Mapping[str, int], *, later: bool
) -> tuple[Taken, Outcomes]:
    """Return the discount of the actions of one step, and the outcomes of the rules.

    Args:
        engine: the records around.
        cart: the order, with what the run has made of it so far.
        offer: the promotion.
        taken: what an earlier step has taken off, by the ids of the lines: it goes with the rest.
        later: whether it is the step of shipments and the payment method.
    """
    rules = offer.values.get("rules") or {}
    seen = payload(engine, cart, named_paths(rules))
    now = engine.clock.now()
    found = outcomes(rules, seen, now)
    ledger = Ledger(dict(taken), {line.id: line for line in cart.lines if line.id in taken})
    for outcome in found:
        scene = Scene(cart, seen, outcome.groups, now)
        for action in outcome.actions:
            if is_later(action) is later:
                act(action, scene, ledger)
    return Taken([*ledger.lines.values()], parts=ledger.taken), [e.document() for e in found]


def acts_later(offer: Offer) -> bool:
    """Say whether some action is on shipments or the payment method."""
    rules = (offer.values.get("rules") or {}).get("rules") or ()
    return any(is_later(action) for rule in rules for action in rule["actions"])
