"""An external service on a port of its own, which answers as a test tells it."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from http.server import BaseHTTPRequestHandler
from typing import Any

from tests.client import Document
from tests.webhooks.receiver import Answering, Received, Receiver


def says(document: Any, status: int = 200) -> Answering:
    """Answer with a document."""
    return raw(json.dumps(document).encode(), status)


def yes(**data: Any) -> Answering:
    """Answer yes, with this besides."""
    return says({"success": True, "data": data})


def no(message: str, code: str = "NO", **more: Any) -> Answering:
    """Answer no."""
    return says({"success": False, "error": {"code": code, "message": message, **more}})


def raw(body: bytes, status: int = 200) -> Answering:
    """Answer with these bytes."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("Content-Type", "application/json")
        handler.send_header("Content-Length", str(len(body)))
        handler.end_headers()
        handler.wfile.write(body)

    return answer


class ExternalService(Receiver):
    """A service that is called: what it is sent, and what of that."""

    def url_of(self, path: str) -> str:
        """Return where it listens, for one purpose."""
        return f"http://127.0.0.1:{self.port}/{path}"

    @property
    def last(self) -> Document:
        """The document that it was sent last."""
        return self.got[-1].document


def included(document: Document, type_: str) -> list[Document]:
    """Return the attributes of what a document includes of a type."""
    return [each["attributes"] for each in document["included"] if each["type"] == type_]


def is_signed(received: Received, secret: str) -> bool:
    """Say whether a request is signed with a secret."""
    digest = hmac.digest(secret.encode(), received.body, hashlib.sha256)
    return received.headers["X-CommerceLayer-Signature"] == base64.b64encode(digest).decode()
