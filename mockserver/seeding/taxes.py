"""Taxes of the shop: rates by country, or by state where states have rates of their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mockserver.seeding.batch import EMPTY, Batch
from mockserver.seeding.dates import BEGINNING

Pattern = Mapping[str, str]
#: By currency: what each rule is called, its rate, and the addresses that it is for. The first one
#: that matches decides; of nothing that matches there is no tax.
RULES: Mapping[str, Sequence[tuple[str, float, Pattern]]] = {
    "EUR": (
        ("Italy", 0.22, {"country_code_regex": "IT"}),
        ("Germany", 0.19, {"country_code_regex": "DE"}),
        ("France", 0.2, {"country_code_regex": "FR"}),
        ("European Union", 0.21, {"country_code_regex": "AT|BE|ES|IE|NL|PT"}),
    ),
    "USD": (
        ("New Jersey", 0.06625, {"country_code_regex": "US", "state_code_regex": "NJ"}),
        ("New York", 0.08875, {"country_code_regex": "US", "state_code_regex": "NY"}),
    ),
}


def calculators(batch: Batch) -> Mapping[str, str]:
    """Make a calculator with its rules for each currency; return their ids."""
    made = {}
    for currency, rules in RULES.items():
        calculator = batch.add(
            "manual_tax_calculators", BEGINNING, name=f"{currency} taxes", metadata=EMPTY
        )
        for name, rate, patterns in rules:
            batch.add(
                "tax_rules",
                BEGINNING,
                name=name,
                tax_rate=rate,
                breakdown=EMPTY,
                metadata=EMPTY,
                manual_tax_calculator=calculator["id"],
                **patterns,
            )
        made[currency] = calculator["id"]
    return made
