"""Members that payment gateways have in common (commerce.md §12)."""

from __future__ import annotations

from mockserver.schema.blocks import Block
from mockserver.schema.vocabulary import attribute, internal, named


def gateway_attributes() -> Block:
    """Declare what stands before the base of every gateway."""
    return named(
        # Gateways tell their kind by their type alone (commerce.md §12).
        type=internal("string"),
        name=attribute("string", "CURfs", required=True),
        force_payments=attribute("boolean", "CUR", initial=False),
    )
