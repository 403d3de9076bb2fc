"""The errors that an order keeps: why it could not be placed, for instance (commerce.md §23)."""

from __future__ import annotations

from collections.abc import Sequence

from mockserver.errors import ErrorObject
from mockserver.schema.protocols import Engine
from mockserver.storage.base import Record
from mockserver.storage.conditions import Compare

TYPE = "resource_errors"
#: How many are kept: the latest ones.
KEPT = 10


def keep_errors(
    engine: Engine, id_: str, errors: Sequence[ErrorObject], type_: str = "orders"
) -> None:
    """Keep errors of a record, the latest ones of all that it has had.

    Who may not do something has made no error of the record's.
    """
    for error in errors:
        if error["status"] != "422":
            continue
        engine.add(TYPE, {**_said(error), "resource": (type_, id_)})
    count = _keep_latest(engine, id_)
    if "errors_count" in engine.registry[type_].attributes:
        engine.rewrite(type_, id_, {"errors_count": count})


def keep_refusal(engine: Engine, order: Record, transaction: Record) -> None:
    """Keep why a transaction has failed: its errors are those of the order that is going on."""
    said = {
        "name": "payment_source",
        "code": str(transaction["error_code"] or "PAYMENT_DECLINED").upper(),
        "message": transaction["message"] or "is invalid",
    }
    engine.add(TYPE, {**said, "resource": ("orders", order["id"])})
    order["errors_count"] = _keep_latest(engine, order["id"])


def forget_errors(engine: Engine, order: Record) -> None:
    """Empty the errors of an order that is being changed."""
    if order["errors_count"]:
        order["errors_count"] = 0
        for error in _errors(engine, order["id"]):
            engine.remove(TYPE, error["id"])


def _keep_latest(engine: Engine, id_: str) -> int:
    """Drop the oldest errors of a record beyond those that are kept; return how many are left."""
    found = _errors(engine, id_)
    for old in found[:-KEPT]:
        engine.remove(TYPE, old["id"])
    return min(len(found), KEPT)


def _errors(engine: Engine, id_: str) -> list[Record]:
    return engine.find(TYPE, Compare("resource", "eq", id_))


def _said(error: ErrorObject) -> Record:
    """Return the attribute, the rule and the words of an error object."""
    pointer = str(error.get("source", {}).get("pointer", ""))
    meta = error.get("meta", {})
    code = meta.get("code") or meta.get("error") or error["code"]
    name = pointer.rpartition("/")[2] if pointer.count("/") > 1 else None
    return {"name": name, "code": str(code).upper(), "message": error["title"]}
