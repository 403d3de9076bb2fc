"""Routes, methods, media types and tokens (conventions.md §1, §2, §17; authentication.md §14)."""

from __future__ import annotations

from mockserver.verification.clause import Clause, Probe
from mockserver.verification.expected import ABSENT, OfKind, Pattern
from mockserver.verification.shapes import (
    CUSTOMERS,
    INVALID_TOKEN,
    NOBODY,
    NOT_FOUND,
    customer,
    refused,
)

MEDIA_TYPE = "application/json"

RULES = (
    Clause(
        "authentication.md §14",
        "O",
        "Without a token nobody is let in",
        (Probe("GET", CUSTOMERS, 401, INVALID_TOKEN, bearer="nobody"),),
    ),
    Clause(
        "authentication.md §14",
        "O",
        "What is no token is refused the same way",
        (Probe("GET", CUSTOMERS, 401, INVALID_TOKEN, bearer="wrong"),),
    ),
    Clause(
        "conventions.md §17",
        "F",
        "The token is looked at before the media type",
        (
            Probe(
                "POST",
                CUSTOMERS,
                401,
                INVALID_TOKEN,
                body="{",
                headers={"Content-Type": MEDIA_TYPE},
                bearer="nobody",
            ),
        ),
    ),
    Clause(
        "conventions.md §1",
        "C",
        "A path without a route is 404, in the words of a missing record",
        (Probe("GET", "/api/nope", 404, NOT_FOUND),),
    ),
    Clause(
        "conventions.md §16.1",
        "D",
        "A method that a type has not is 405",
        (
            Probe(
                "DELETE",
                "/api/events/zzzzzzzzzz",
                405,
                {"errors": [{"code": "METHOD_NOT_ALLOWED", "status": "405"}]},
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "F",
        "A body of another media type is 415, and says which",
        (
            Probe(
                "POST",
                CUSTOMERS,
                415,
                refused(
                    415,
                    "UNSUPPORTED_MEDIA_TYPE",
                    "Unsupported media type",
                    "All requests that create or update must use the 'application/vnd.api+json' "
                    f"Content-Type. This request specified '{MEDIA_TYPE}'.",
                ),
                body=customer("x"),
                headers={"Content-Type": MEDIA_TYPE},
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "F",
        "A charset in the media type is accepted",
        (
            Probe(
                "POST",
                CUSTOMERS,
                422,
                body={"data": {"type": "customers"}},
                headers={"Content-Type": "application/vnd.api+json; charset=utf-8"},
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "D",
        "Whoever accepts something else is refused with 406",
        (
            Probe(
                "GET",
                CUSTOMERS,
                406,
                {"errors": [{"code": "NOT_ACCEPTABLE", "status": "406"}]},
                headers={"Accept": MEDIA_TYPE},
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "F",
        "Whoever accepts anything is served",
        (Probe("GET", f"{CUSTOMERS}?page[size]=1", 200, headers={"Accept": "*/*"}),),
    ),
    Clause(
        "conventions.md §16",
        "O",
        "The status of an error is text, and what is not set is left out",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}/{NOBODY}",
                404,
                {"errors": [{"status": "404", "source": ABSENT, "meta": ABSENT}]},
            ),
        ),
    ),
    Clause(
        "authentication.md §12",
        "D",
        "The application of the token is a singleton without links",
        (
            Probe(
                "GET",
                "/api/application",
                200,
                {"data": {"type": "applications", "links": ABSENT, "attributes": OfKind(dict)}},
            ),
        ),
    ),
    Clause(
        "authentication.md §12",
        "D",
        "The organization of the token is a singleton",
        (
            Probe(
                "GET",
                "/api/organization",
                200,
                {
                    "data": {
                        "type": "organizations",
                        "attributes": {"slug": Pattern("[a-z0-9-]+")},
                    }
                },
            ),
        ),
    ),
    Clause(
        "authentication.md §11",
        "O",
        "Tokens can be looked into",
        (Probe("GET", "/oauth/tokeninfo", 200, OfKind(dict), headers={"Accept": "*/*"}),),
    ),
    Clause(
        "authentication.md §5",
        "O",
        "A client that there is not gets no token",
        (
            Probe(
                "POST",
                "/oauth/token",
                401,
                {"errors": [{"title": "invalid_client", "code": "UNAUTHORIZED", "status": 401}]},
                body={
                    "grant_type": "client_credentials",
                    "client_id": "$run",
                    "client_secret": "x",
                },
                headers={"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE},
                bearer="nobody",
            ),
        ),
    ),
    Clause(
        "authentication.md §5",
        "F",
        "A request for a token says its grant",
        (
            Probe(
                "POST",
                "/oauth/token",
                400,
                {
                    "errors": [
                        {
                            "title": "invalid_request",
                            "detail": "Missing required parameter: grant_type.",
                            "code": "BAD_REQUEST",
                            "status": 400,
                        }
                    ]
                },
                body={"client_id": "$run"},
                headers={"Content-Type": MEDIA_TYPE, "Accept": MEDIA_TYPE},
                bearer="nobody",
            ),
        ),
    ),
    Clause(
        "conventions.md §15",
        "F",
        "Browsers may ask from anywhere, without a token",
        (
            Probe(
                "OPTIONS",
                CUSTOMERS,
                204,
                headers={
                    "Origin": "https://shop.example.com",
                    "Access-Control-Request-Method": "GET",
                },
                answered={"access-control-allow-origin": "*"},
                bearer="nobody",
            ),
        ),
    ),
)
