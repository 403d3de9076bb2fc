"""Members that payment gateways have in common (commerce.md §12)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.payments.answers import Gateway
from mockserver.commerce.payments.transacting import rehearsed
from mockserver.schema.blocks import Block
from mockserver.schema.protocols import View
from mockserver.schema.vocabulary import Resource, attribute, internal, named
from mockserver.storage.base import Record

#: Where gateways call back, below the host of the service.
CALLBACKS = "webhook_callbacks"
FAMILY = "payment_gateways"


class Account(Resource):
    """A merchant's account at a gateway of any type.

    Attributes:
        answers: asked for every authorization, capture, void and refund: what the gateway says.
        makes: the type of the payment sources that it is paid by.
    """

    family: ClassVar = FAMILY
    answers: ClassVar[Gateway] = staticmethod(rehearsed)
    makes: ClassVar[str] = ""


def gateway_attributes() -> Block:
    """Declare what stands before the base of every gateway."""
    return named(
        # Gateways tell their kind by their type alone (commerce.md §12).
        type=internal("string"),
        name=attribute("string", "CURfs", required=True),
        force_payments=attribute("boolean", "CUR", initial=False),
    )


def webhook_endpoint_url() -> Block:
    """Declare where the gateway tells of what happens there: on the sandbox's own host."""

    def url(record: Record, view: View) -> str:
        return f"{view.base_url}/{CALLBACKS}/{record['type']}/{record['id']}"

    return named(webhook_endpoint_url=attribute("string", "R", derive_from=url))
