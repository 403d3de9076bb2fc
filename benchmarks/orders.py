"""Orders that are measured: many lines, several promotions, taxes."""

from __future__ import annotations

from typing import Any

from benchmarks.apps import sandbox
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from mockserver.storage.base import Record

LINES = 50
PROMOTIONS = (10, 5, 3)
PLACE = {
    "first_name": "Ada",
    "last_name": "King",
    "line_1": "1, St James Square",
    "city": "London",
    "state_code": "LDN",
    "country_code": "GB",
    "zip_code": "SW1Y",
    "phone": "1",
}
ALWAYS = {"starts_at": "2020-01-01T00:00:00.000Z", "expires_at": "2099-01-01T00:00:00.000Z"}


class BusyOrder:
    """An order of many lines, which three promotions discount and a rule taxes."""

    def __init__(self) -> None:
        """Fill it; the organization has orders of any length reckoned."""
        self.sandbox: Sandbox = next(iter(sandbox(customers=0).organizations)).sandbox("test")
        unlimited = {**self.sandbox.organization_record(), "orders_autorefresh_cutoff_test": 0}
        self.sandbox.partition.put(ORGANIZATIONS, unlimited)
        self.order = self._order(self._market())
        for number in range(LINES):
            self.add(number)
        self.sandbox.change("orders", self.order["id"], {"autorefresh": True})

    def add(self, number: int) -> Record:
        """Add a line."""
        line = {"quantity": 1, "unit_amount_cents": 1000 + number, "name": f"Line {number}"}
        return self._made("line_items", order=("orders", self.order["id"]), **line)

    def remove(self, line: Record) -> None:
        """Take a line out again."""
        self.sandbox.remove("line_items", line["id"])

    def _market(self) -> tuple[str, str]:
        (market, *_), _ = self.sandbox.partition.select("markets")
        here = ("markets", market["id"])
        for percentage in PROMOTIONS:
            self._made(
                "percentage_discount_promotions",
                market=here,
                name=f"{percentage}%",
                percentage=percentage,
                **ALWAYS,
            )
        calculator = (
            "manual_tax_calculators",
            self._made("manual_tax_calculators", name="VAT")["id"],
        )
        self._made("tax_rules", name="VAT", tax_rate=0.22, manual_tax_calculator=calculator)
        self.sandbox.change(*here, {"tax_calculator": calculator})
        return here

    def _order(self, market: tuple[str, str]) -> Record:
        address = ("addresses", self._made("addresses", **PLACE)["id"])
        return self._made(
            "orders",
            market=market,
            billing_address=address,
            customer_email="ada@example.com",
            autorefresh=False,
        )

    def _made(self, type_: str, **values: Any) -> Record:
        return self.sandbox.add(type_, values)
