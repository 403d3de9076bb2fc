"""The public metadata of the core host: what each type of the real service declares.

clients.md §2.

Facts alone, of every type the service has and not only of those that are sandboxed here: names,
kinds, flags, enums, targets. The descriptions and examples of the service are its own texts.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from importlib.resources.abc import Traversable
from typing import Any

import orjson
from flask import Blueprint, Response, request

from mockserver import manual
from mockserver.schema.flags import Flags
from mockserver.traffic.route import METADATA
from mockserver.web.headers import document_response

Facts = Mapping[str, Any]
FLAGS = ("creatable", "updatable", "fetchable", "filterable", "sortable")
#: What is said of every type, and what holds where the facts are silent.
SILENT: Facts = {
    "singleton": False,
    "deprecated": False,
    "addon": False,
    "hidden": False,
    "actions": [],
    "examples": {},
    "filter_scopes": [],
    "fields": {},
    "relationships": {},
    "filters": [],
}
REQUIRED: Mapping[Any, str] = {True: "required", "sometimes": "required in some cases"}


def metadata_blueprint() -> Blueprint:
    """Return the route of the public metadata: no token, no limit, the same for everybody."""
    blueprint = Blueprint("metadata", __name__)

    @blueprint.get(METADATA)
    def metadata() -> Response:
        return document_response(request, document(), 200, cacheable=True, volatile=b"")

    return blueprint


def file() -> Traversable:
    """Return where the facts are, installed or checked out."""
    return manual.directory() / "contract" / "resources.facts.json"


@cache
def document() -> bytes:
    """Return the document of all types, in the order of the service."""
    types: Mapping[str, Facts] = orjson.loads(file().read_bytes())
    return orjson.dumps({"data": [_resource_object(id_, facts) for id_, facts in types.items()]})


def _resource_object(id_: str, facts: Facts) -> Facts:
    members = {
        part: {name: _member(member) for name, member in facts[part].items()}
        for part in ("fields", "relationships")
    }
    return {"id": id_, "type": "resources", "attributes": {**SILENT, **facts, **members}}


def _member(member: Facts) -> Facts:
    """Return a field or a relationship with its flags spelled out."""
    flags = Flags(member["flags"])
    spelled = {name: getattr(flags, name) for name in FLAGS}
    required = {"required": REQUIRED[member["required"]]} if "required" in member else {}
    others = {name: value for name, value in member.items() if name not in ("flags", "required")}
    return {**others, **required, **spelled}
