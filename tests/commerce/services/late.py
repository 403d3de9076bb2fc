"""Answers as an external gateway gives them later (commerce.md §17.6)."""

from __future__ import annotations

from typing import Any

import orjson
from werkzeug.test import TestResponse

from mockserver.app import MockServerApp
from mockserver.webhooks.signing import signature
from tests.client import Api, Document
from tests.scene import shown


def answer_late(app: MockServerApp, gateway: Document, document: Any) -> TestResponse:
    """Answer as a gateway, signed with its secret; bytes as they are."""
    body = document if isinstance(document, bytes) else orjson.dumps(document)
    secret = shown(Api(app), gateway)["shared_secret"]
    return posted_back(app, gateway["id"], body, signature(secret, body))


def posted_back(app: MockServerApp, gateway: str, body: bytes, signed: str) -> TestResponse:
    """Post a body to where a gateway answers."""
    return app.test_client().post(
        f"/webhooks/external_gateways/{gateway}",
        data=body,
        headers={"X-CommerceLayer-Signature": signed, "Content-Type": "application/json"},
    )
