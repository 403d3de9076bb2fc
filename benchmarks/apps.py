"""The applications that are measured; functions of a module, so a new process can make them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from flask import Flask, Response

from mockserver import Settings, create_app

#: As long as the document of one customer.
ONE = b"x" * 3340
PAGE = b"x" * 33_000
MEDIA_TYPE = "application/vnd.api+json"


def constant() -> Any:
    """Return a Flask app whose two views return constant bytes: the ceiling."""
    app = Flask("constant")

    @app.get("/one")
    def one() -> Response:
        return Response(ONE, content_type=MEDIA_TYPE)

    @app.get("/page")
    def page() -> Response:
        return Response(PAGE, content_type=MEDIA_TYPE)

    @app.post("/one")
    def create() -> Response:
        return Response(ONE, 201, content_type=MEDIA_TYPE)

    return app


def sandbox(**settings: Any) -> Any:
    """Return the sandbox with its default seed."""
    return create_app(Settings(data_directory=data_directory(), **settings))


def data_directory() -> Path:
    """Return a directory that the runs share, so that keys are made once."""
    return Path(tempfile.gettempdir()) / "mockserver-benchmarks"
