"""Checks and effects of tax calculators and of what belongs to them (commerce.md §10)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from mockserver.clock import timestamp
from mockserver.commerce.taxes.terms import MANUAL, calculator_of
from mockserver.schema.protocols import Change, Effect, Engine, Target
from mockserver.schema.transitions import refuse_trigger
from mockserver.storage.base import Record

#: The calculators that are told of invoices.
INVOICING = frozenset({"avalara_accounts", "stripe_tax_accounts", "vertex_accounts"})
#: How long a token of a service is good.
AN_HOUR = timedelta(hours=1)


def of_an_account(change: Change) -> None:
    """Refuse a category of a manual calculator, which has rules instead (commerce.md §10.4)."""
    if change.record["tax_calculator_type"] == MANUAL:
        change.invalid("tax_calculator", "invalid")


def invoice(event: str) -> Effect:
    """Return the effect that commits or refunds an order's invoice at its market's calculator.

    Args:
        event: what is told of it, where the calculator tells anything.
    """

    def tell(change: Change, _: Any) -> None:
        engine, calculator = change.engine, calculator_of(change.engine, change.record)
        if calculator is None or not _takes_invoices(engine, calculator):
            refuse_trigger(change)
        elif event in engine.registry[calculator[0]].topics:
            change.after(lambda: engine.fire(*calculator, event))

    return tell


def _takes_invoices(engine: Engine, calculator: Target) -> bool:
    account = engine.get(*calculator) or {}
    return calculator[0] in INVOICING and bool(account.get("commit_invoice"))


def refresh_token(change: Change, _: Any) -> None:
    """Get a new token, which is good for an hour."""
    change.record["token_expires_at"] = timestamp(change.engine.clock.now() + AN_HOUR)


def api_endpoint(account: Record) -> str | None:
    """Return where the service of an account would be called."""
    base: str | None = account.get("baseurl")
    return f"https://{base.removeprefix('https://').rstrip('/')}/vertex-ws/v2" if base else None
