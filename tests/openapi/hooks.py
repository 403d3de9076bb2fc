"""What a schema cannot say.

Which id an update has in its body, what is JSON within a text, which cursors there are.
"""

from __future__ import annotations

from typing import Any

import schemathesis

JSON = ("filter[metadata", "_jcont")


@schemathesis.hook
def map_case(context: Any, case: Any) -> Any:
    """Put the id of the path into the body of an update, and JSON where it is asked for."""
    del context
    body = case.body
    if case.operation.method in ("patch", "put") and isinstance(body, dict):
        data = body.get("data")
        if isinstance(data, dict) and "id" in data:
            data["id"] = case.path_parameters["id"]
    if case.query:
        case.query.pop("page[after]", None)
    for conditions in (case.query or {}, (case.query or {}).get("filter[q]") or {}):
        for name in conditions:
            if name.rstrip("]").endswith(JSON):
                conditions[name] = '{"a":1}'
    return case
