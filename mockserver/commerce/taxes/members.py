"""Members that tax calculators have in common (commerce.md §10)."""

from __future__ import annotations

KINDS = (
    "avalara_accounts",
    "stripe_tax_accounts",
    "vertex_accounts",
    "taxjar_accounts",
    "manual_tax_calculators",
    "external_tax_calculators",
)
