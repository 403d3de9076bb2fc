"""Vertex accounts (contract: commerce.md §10.4)."""

from __future__ import annotations

from typing import ClassVar

from mockserver.commerce.taxes.declared import api_endpoint, refresh_token
from mockserver.commerce.taxes.members import KINDS
from mockserver.schema.vocabulary import (
    Resource,
    attribute,
    base_attributes,
    event_stores,
    kind,
    to_many,
    trigger,
)


class VertexAccount(Resource, type_="vertex_accounts"):
    """A merchant's account at Vertex, which reckons taxes."""

    family: ClassVar = "tax_calculators"
    extra_filters: ClassVar = dict.fromkeys(
        ("token_expires_at_from", "token_expires_at_to"), "token_expires_at"
    )

    name = attribute("string", "CURfs", required=True)
    type = kind(KINDS)
    base = base_attributes()
    kind = attribute("string", "CUR", initial="cloud", enum=("cloud", "on_demand", "on_premise"))
    baseurl = attribute("string", "CUR")
    client_id = attribute("string", "CUs", required=True)
    client_secret = attribute("string", "CUs", required=True)
    api_endpoint = attribute("string", "R", derive=api_endpoint)
    commit_invoice = attribute("boolean", "CUR", initial=False)
    _refresh_token = trigger(refresh_token)
    token_expires_at = attribute("datetime", "R", predicates=("gteq", "lteq"))

    markets = to_many("markets", inverse="tax_calculator")
    attachments = to_many("attachments", "f", inverse="attachable")
    events = to_many("events", "f", inverse="resource")
    event_stores = event_stores()
