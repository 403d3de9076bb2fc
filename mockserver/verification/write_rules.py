"""Creates, updates and deletes (conventions.md §5, §6, §7, §8, §16; customers.md)."""

from __future__ import annotations

from typing import Any

from mockserver.verification.clause import Clause, Mark, Probe
from mockserver.verification.expected import ABSENT
from mockserver.verification.shapes import (
    CUSTOMERS,
    ID,
    NOBODY,
    NOT_FOUND,
    customer,
    document,
    invalid,
    missing,
    not_allowed,
    refused,
    to_group,
)

ONE = "/api/customers/$customer"
GROUP_OF_ONE = f"{ONE}/relationships/customer_group"
NOT_A_LINKAGE = refused(
    400, "INVALID_LINKS_OBJECT", "Invalid Links Object", "Data is not a valid Links Object."
)
NOT_A_RESOURCE = refused(
    400, "INVALID_RESOURCE", "Invalid resource", "skus is not a valid resource."
)


def _create(mark: Mark, says: str, body: Any, status: int, expected: Any) -> Clause:
    step = Probe("POST", CUSTOMERS, status, expected, body=body)
    return Clause("conventions.md §6", mark, says, (step,))


def _update(mark: Mark, says: str, body: Any, status: int, expected: Any) -> Clause:
    step = Probe("PATCH", ONE, status, expected, body=body)
    return Clause("conventions.md §7", mark, says, (step,))


def _attributes(**attributes: Any) -> Any:
    return document("customers", "$customer", attributes=attributes)


CREATES = (
    _create("F", "A create needs data", {}, 400, missing("data")),
    _create(
        "F",
        "Data is an object",
        {"data": []},
        400,
        refused(400, "INVALID_DATA_FORMAT", "Invalid data format", "Data must be a hash."),
    ),
    _create("F", "A create needs a type", {"data": {"attributes": {}}}, 400, missing("type")),
    _create("F", "The type is that of the URL", document("skus"), 400, NOT_A_RESOURCE),
    _create(
        "F",
        "An id may not be sent",
        document("customers", NOBODY, attributes={"email": "$run-x@example.com"}),
        400,
        not_allowed("id"),
    ),
    _create("D", "An unknown attribute is refused", customer("x", foo=1), 400, not_allowed("foo")),
    _create(
        "D",
        "A read-only attribute is refused",
        customer("x", status="repeat"),
        400,
        not_allowed("status"),
    ),
    _create(
        "F",
        "A linkage needs data",
        {"data": {**customer("x")["data"], "relationships": {"customer_group": {}}}},
        400,
        NOT_A_LINKAGE,
    ),
    _create(
        "F",
        "A linkage is of the right type",
        {
            "data": {
                **customer("x")["data"],
                "relationships": {"customer_group": {"data": {"type": "skus", "id": NOBODY}}},
            }
        },
        400,
        refused(
            400, "TYPE_MISMATCH", "Type Mismatch", "skus is not a valid type for this operation."
        ),
    ),
    _create(
        "C",
        "A linkage to nobody is 404",
        {"data": {**customer("x")["data"], "relationships": to_group(NOBODY)}},
        404,
        NOT_FOUND,
    ),
    _create(
        "O",
        "What is required cannot be blank",
        document("customers"),
        422,
        invalid("attributes/email", "can't be blank", "blank"),
    ),
    _create(
        "O",
        "What is unique is taken once",
        customer("one"),
        422,
        invalid(
            "attributes/email",
            "has already been taken",
            "taken",
            value="$run-one@example.com",
        ),
    ),
    Clause(
        "conventions.md §17",
        "F",
        "A body that is no JSON is refused",
        (Probe("POST", CUSTOMERS, 400, {"errors": [{"status": "400"}]}, body="{oops"),),
    ),
)
UPDATES = (
    _update(
        "D",
        "An update is answered with the whole document",
        _attributes(reference_origin="$run"),
        200,
        {"data": {"id": "$customer", "attributes": {"reference_origin": "$run"}}},
    ),
    _update(
        "O",
        "Metadata is replaced as a whole",
        _attributes(metadata={"a": 1}),
        200,
        {"data": {"attributes": {"metadata": {"a": 1}}}},
    ),
    _update(
        "O",
        "What was in the metadata before is gone",
        _attributes(metadata={"b": 2}),
        200,
        {"data": {"attributes": {"metadata": {"a": ABSENT, "b": 2}}}},
    ),
    _update(
        "F",
        "An update needs the id",
        document("customers", attributes={}),
        400,
        refused(
            400,
            "KEY_ORDER_MISMATCH",
            "A key is required",
            "The resource object does not contain a key.",
        ),
    ),
    _update(
        "D",
        "The id is that of the URL",
        document("customers", "$other", attributes={}),
        400,
        {"errors": [{"code": "KEY_NOT_INCLUDED_IN_URL", "status": "400"}]},
    ),
    _update("F", "A read-only attribute stays", _attributes(id="x"), 400, not_allowed("id")),
    _update(
        "F",
        "What is required cannot be taken away",
        _attributes(email=None),
        422,
        invalid("attributes/email", "can't be blank", "blank"),
    ),
    Clause(
        "conventions.md §7",
        "D",
        "An update of nobody is 404",
        (
            Probe(
                "PATCH",
                f"{CUSTOMERS}/{NOBODY}",
                404,
                NOT_FOUND,
                body=document("customers", NOBODY, attributes={}),
            ),
        ),
    ),
    Clause(
        "conventions.md §7",
        "F",
        "A to-one is cleared by null, and led elsewhere by a linkage",
        (
            Probe(
                "PATCH",
                f"{ONE}?include=customer_group",
                200,
                {"data": {"relationships": {"customer_group": {"data": None}}}},
                body=document(
                    "customers", "$customer", relationships={"customer_group": {"data": None}}
                ),
            ),
            Probe(
                "PATCH",
                ONE,
                200,
                body=document("customers", "$customer", relationships=to_group("$group")),
            ),
            Probe("GET", GROUP_OF_ONE, 200, {"data": {"id": "$group"}}),
        ),
    ),
    Clause(
        "conventions.md §5",
        "F",
        "The linkage of a to-one is written with 204",
        (
            Probe("PATCH", GROUP_OF_ONE, 204, body={"data": None}),
            Probe("GET", GROUP_OF_ONE, 200, {"data": None}),
            Probe(
                "PATCH",
                GROUP_OF_ONE,
                204,
                body={"data": {"type": "customer_groups", "id": "$group"}},
            ),
        ),
    ),
    Clause(
        "customers.md §10",
        "D",
        "Tags are replaced by an update",
        (
            Probe(
                "PATCH",
                f"{ONE}?include=tags",
                200,
                {"included": [{"type": "tags", "id": "$tag"}]},
                body=document(
                    "customers",
                    "$customer",
                    relationships={"tags": {"data": [{"type": "tags", "id": "$tag"}]}},
                ),
            ),
        ),
    ),
)
DELETES = (
    Clause(
        "conventions.md §8",
        "O",
        "A delete is answered 204 without a type, and the record is gone",
        (
            Probe("POST", CUSTOMERS, 201, {"data": {"id": ID}}, body=customer("gone"), keep="gone"),
            Probe(
                "DELETE",
                "/api/customers/$gone",
                204,
                answered={"content-type": ABSENT, "cache-control": "no-cache"},
            ),
            Probe("GET", "/api/customers/$gone", 404, NOT_FOUND),
            Probe("DELETE", "/api/customers/$gone", 404, NOT_FOUND),
        ),
    ),
)
RULES = (*CREATES, *UPDATES, *DELETES)
