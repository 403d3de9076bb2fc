"""Terms of an order's taxes before anything is reckoned: calculator, rate and switches.

The later steps need to know which lines are taxed, as discounts lower the taxes of these.
"""

from __future__ import annotations

from mockserver.commerce.taxes.tax_rules import rule_for
from mockserver.commerce.totals.cart import Cart
from mockserver.commerce.totals.line_taxes import SWITCHES
from mockserver.commerce.totals.rounding import exact
from mockserver.schema.protocols import Change, Engine, Target
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

MANUAL, EXTERNAL = "manual_tax_calculators", "external_tax_calculators"
#: The switches that requests have set, and no rule changes (commerce.md §10.2).
OWN_SWITCHES = "own_tax_switches"


def note_own_switches(change: Change) -> None:
    """Remember the switches that are sent; one that is sent as null follows the rule again."""
    sent = {name: change.sent[name] for name in SWITCHES.values() if name in change.sent}
    if sent:
        own = set(change.record.get(OWN_SWITCHES) or ()) - sent.keys()
        own |= {name for name, value in sent.items() if value is not None}
        change.record[OWN_SWITCHES] = sorted(own)


def calculator_of(engine: Engine, order: Record) -> Target | None:
    """Return the calculator of the order's market, ``None`` where it has none."""
    market = engine.get("markets", order["market"]) or {}
    id_ = market.get("tax_calculator")
    return (market["tax_calculator_type"], id_) if id_ else None


def address_of(engine: Engine, order: Record) -> Record | None:
    """Return the address that the order is taxed by: where it is shipped, or else billed."""
    shipping = engine.get("addresses", order["shipping_address"])
    return shipping or engine.get("addresses", order["billing_address"])


def take_terms(engine: Engine, cart: Cart) -> None:
    """Give the order rate and switches of its address; an external calculator gives them later."""
    calculator = calculator_of(engine, cart.order)
    if calculator and calculator[0] == EXTERNAL:
        return
    rule = _rule(engine, cart, calculator) if calculator and calculator[0] == MANUAL else None
    cart.tax_rate = exact(rule["tax_rate"] or 0) if rule else None
    own = cart.order.get(OWN_SWITCHES) or ()
    for name in SWITCHES.values():
        if name not in own:
            cart.order[name] = rule[name] if rule else None


def _rule(engine: Engine, cart: Cart, calculator: Target) -> Record | None:
    address = address_of(engine, cart.order)
    if address is None:
        return None
    rules = engine.find("tax_rules", Compare("manual_tax_calculator", "eq", calculator[1]))
    return rule_for(rules, address)
