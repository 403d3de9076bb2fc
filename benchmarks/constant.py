"""Servers of constant bytes: the ceilings. ``python -m benchmarks.constant KIND PORT SIZES``."""

from __future__ import annotations

import json
import signal
import sys
import threading
from collections.abc import Mapping
from typing import Any

from flask import Flask, Response

from benchmarks.apps import MEDIA_TYPE
from mockserver.web import bridge
from mockserver.web.server import Server


def flask(sizes: Mapping[str, int]) -> Flask:
    """Return an app with a view for each size of body."""
    app = Flask("constant")

    def view(kind: str) -> Response:
        return Response(bodies[kind], content_type=MEDIA_TYPE)

    bodies = {kind: b"x" * size for kind, size in sizes.items()}
    app.add_url_rule("/<kind>", view_func=view, methods=["GET", "POST"])
    return app


class Bare(bridge.Bridge):
    """A bridge that leads nowhere: the listener alone."""

    def __init__(self, sizes: Mapping[str, int]) -> None:
        """Answer with bodies of these sizes."""
        super().__init__(flask({}))
        self._bodies = {f"/{kind}": b"x" * size for kind, size in sizes.items()}

    async def __call__(self, scope: Any, proto: Any) -> None:
        """Answer with what the path names."""
        proto.response_bytes(200, [("Content-Type", MEDIA_TYPE)], self._bodies[scope.path])


def main(kind: str, port: str, sizes: str) -> None:
    """Serve until a signal."""
    read = json.loads(sizes)
    server = Server(flask(read), port=int(port), tls_port=None)
    if kind == "listener":
        server._new_bridge = lambda: Bare(read)  # type: ignore[assignment]  # noqa: SLF001 - ours
    over = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: over.set())
    with server:
        over.wait()


if __name__ == "__main__":
    main(*sys.argv[1:])
