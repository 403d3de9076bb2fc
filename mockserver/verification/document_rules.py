"""Documents, headers and ids (conventions.md §2, §3, §4, §5)."""

from __future__ import annotations

from mockserver.verification.clause import Clause, Probe
from mockserver.verification.expected import (
    ABSENT,
    EachMember,
    Members,
    OfKind,
    Pattern,
    SomeMember,
)
from mockserver.verification.shapes import (
    CUSTOMERS,
    ID,
    MOMENT,
    NOBODY,
    NOT_FOUND,
    UUID,
    customer,
    document,
    to_group,
)

ONE = "/api/customers/$customer"
MEMBERS = Members(("id", "type", "links", "attributes", "relationships", "meta"))
LINKS = {"self": Pattern("https?://.+"), "related": Pattern("https?://.+")}

RULES = (
    Clause(
        "conventions.md §6",
        "D",
        "A create is answered 201 with the whole document",
        (
            Probe(
                "POST",
                "/api/customer_groups",
                201,
                {"data": {"id": ID, "type": "customer_groups", "attributes": {"name": "$run"}}},
                body=document("customer_groups", attributes={"name": "$run"}),
                keep="group",
            ),
            Probe(
                "POST",
                CUSTOMERS,
                201,
                {"data": {"id": ID, "attributes": {"email": "$run-one@example.com"}}},
                body={
                    "data": {**customer("one")["data"], "relationships": to_group("$group")},
                },
                keep="customer",
            ),
            Probe("POST", CUSTOMERS, 201, body=customer("two"), keep="other"),
        ),
    ),
    Clause(
        "conventions.md §4",
        "O",
        "The members of a resource object come in one order",
        (Probe("GET", ONE, 200, {"data": MEMBERS}),),
    ),
    Clause(
        "conventions.md §4.1",
        "O",
        "A single document has no links, meta or jsonapi at its top",
        (Probe("GET", ONE, 200, Members(("data",))),),
    ),
    Clause(
        "conventions.md §4.1",
        "O",
        "Resources say their mode and organization",
        (
            Probe(
                "GET",
                ONE,
                200,
                {"data": {"meta": {"mode": Pattern("test|live"), "organization_id": ID}}},
            ),
        ),
    ),
    Clause(
        "conventions.md §4.1",
        "O",
        "A relationship that is not included has links and no data",
        (
            Probe(
                "GET",
                ONE,
                200,
                {"data": {"relationships": {"customer_group": {"data": ABSENT, "links": LINKS}}}},
            ),
        ),
    ),
    Clause(
        "conventions.md §3",
        "O",
        "Moments have three decimals and are UTC",
        (
            Probe(
                "GET",
                ONE,
                200,
                {"data": {"attributes": {"created_at": MOMENT, "updated_at": MOMENT}}},
            ),
        ),
    ),
    Clause(
        "customers.md §2",
        "O",
        "A new guest has no password, no orders and empty metadata",
        (
            Probe(
                "GET",
                ONE,
                200,
                {
                    "data": {
                        "attributes": {
                            "status": "prospect",
                            "has_password": False,
                            "total_orders_count": 0,
                            "reference_origin": None,
                            "metadata": {},
                            "password": ABSENT,
                        }
                    }
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "O",
        "A document is application/vnd.api+json without a charset, with a weak ETag",
        (
            Probe(
                "GET",
                ONE,
                200,
                answered={
                    "content-type": "application/vnd.api+json",
                    "etag": Pattern('W/"[0-9a-f]{32}"'),
                    "x-request-id": UUID,
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "O",
        "An error is application/vnd.api+json with a charset",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}/{NOBODY}",
                404,
                NOT_FOUND,
                answered={"content-type": "application/vnd.api+json; charset=utf-8"},
            ),
        ),
    ),
    Clause(
        "conventions.md §2",
        "O",
        "No Location is sent on a create",
        (
            Probe(
                "POST",
                "/api/tags",
                201,
                body=document("tags", attributes={"name": "$run"}),
                answered={"location": ABSENT},
                keep="tag",
            ),
        ),
    ),
    Clause(
        "conventions.md §14",
        "D",
        "The average rate limit is told by three headers, and no reset",
        (
            Probe(
                "GET",
                ONE,
                200,
                answered={
                    "x-ratelimit-limit": Pattern(r"\d+"),
                    "x-ratelimit-interval": Pattern(r"\d+"),
                    "x-ratelimit-remaining": Pattern(r"\d+"),
                    "x-ratelimit-reset": ABSENT,
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §5",
        "D",
        "What a to-one leads to is a single document",
        (
            Probe(
                "GET",
                f"{ONE}/customer_group",
                200,
                {"data": {"type": "customer_groups", "id": "$group"}},
            ),
        ),
    ),
    Clause(
        "conventions.md §4.4",
        "F",
        "What a to-one leads nowhere is null",
        (Probe("GET", "/api/customers/$other/customer_group", 200, {"data": None}),),
    ),
    Clause(
        "conventions.md §5",
        "F",
        "The linkage of a relationship names type and id, with both links",
        (
            Probe(
                "GET",
                f"{ONE}/relationships/customer_group",
                200,
                {"data": {"type": "customer_groups", "id": "$group"}, "links": LINKS},
            ),
        ),
    ),
    Clause(
        "conventions.md §5",
        "F",
        "What is related to nobody is 404",
        (Probe("GET", f"{CUSTOMERS}/{NOBODY}/orders", 404, NOT_FOUND),),
    ),
    Clause(
        "conventions.md §4.2",
        "O",
        "A list counts its records and pages, and links to the first and the last",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}?filter[q][reference_eq]=$run&page[size]=1&page[number]=1",
                200,
                {
                    "data": EachMember(MEMBERS),
                    "meta": {"record_count": 2, "page_count": 2},
                    "links": {
                        "first": Pattern(".*page%5Bnumber%5D=1&page%5Bsize%5D=1.*"),
                        "next": Pattern(".*page%5Bnumber%5D=2&page%5Bsize%5D=1.*"),
                        "last": Pattern(".*page%5Bnumber%5D=2&page%5Bsize%5D=1.*"),
                        "prev": ABSENT,
                    },
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §4.3",
        "O",
        "An empty list has one page",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}?filter[q][reference_eq]=$run-nobody",
                200,
                {"data": [], "meta": {"record_count": 0, "page_count": 1}, "included": ABSENT},
            ),
        ),
    ),
    Clause(
        "conventions.md §4.5",
        "F",
        "What is included is whole, and its linkage has data",
        (
            Probe(
                "GET",
                f"{ONE}?include=customer_group",
                200,
                {
                    "data": {
                        "relationships": {
                            "customer_group": {"data": {"type": "customer_groups", "id": "$group"}}
                        }
                    },
                    "included": [{"id": "$group", "type": "customer_groups", "attributes": {}}],
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §4.5",
        "F",
        "Where nothing is included there is no such member",
        (
            Probe(
                "GET",
                "/api/customers/$other?include=customer_group",
                200,
                {
                    "data": {"relationships": {"customer_group": {"data": None}}},
                    "included": ABSENT,
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §15",
        "F",
        "HEAD is as GET, without a body",
        (Probe("HEAD", ONE, 200, answered={"content-type": "application/vnd.api+json"}),),
    ),
    Clause(
        "conventions.md §1",
        "D",
        "A slash at the end is accepted",
        (Probe("GET", f"{CUSTOMERS}/", 200, {"data": OfKind(list)}),),
    ),
    Clause(
        "conventions.md §5",
        "D",
        "What a to-many leads to is a list, of the same filters",
        (
            Probe(
                "GET",
                "/api/customer_groups/$group/customers?filter[q][reference_eq]=$run",
                200,
                {
                    "data": [{"id": "$customer"}],
                    "meta": {"record_count": 1},
                    "links": {"first": Pattern(".*/customer_groups/$group/customers.*")},
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §11",
        "D",
        "A sparse fieldset leaves out all other attributes and relationships",
        (
            Probe(
                "GET",
                f"{ONE}?fields[customers]=email",
                200,
                {"data": {"attributes": Members(("email",)), "relationships": ABSENT}},
            ),
            Probe("GET", f"{ONE}?fields[customers]=id", 200, {"data": {"attributes": ABSENT}}),
        ),
    ),
    Clause(
        "customers.md §4",
        "D",
        "The relationships of customers are all there",
        (
            Probe(
                "GET",
                ONE,
                200,
                {
                    "data": {
                        "relationships": {
                            name: {"links": LINKS}
                            for name in (
                                "customer_group",
                                "customer_addresses",
                                "customer_payment_sources",
                                "customer_subscriptions",
                                "orders",
                                "order_subscriptions",
                                "returns",
                                "sku_lists",
                                "attachments",
                                "events",
                                "tags",
                            )
                        }
                    }
                },
            ),
        ),
    ),
    Clause(
        "conventions.md §4.2",
        "O",
        "Records are listed by their creation, and found again",
        (
            Probe(
                "GET",
                f"{CUSTOMERS}?filter[q][reference_eq]=$run&page[size]=25",
                200,
                {"data": SomeMember({"id": "$customer", "type": "customers"})},
            ),
        ),
    ),
)
