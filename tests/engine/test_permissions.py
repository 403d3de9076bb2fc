"""Who may do what: the whole of authentication.md §13, by real tokens."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from itertools import count
from typing import Any

import pytest

from mockserver.access import Access, Owner
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.engine.permissions import LETTERS, Permissions
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import families, registry
from tests.bearers import ADMIN, EUROPE, PASSWORD, VIEWER, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import got, refused
from tests.samples import Samples
from tests.scene import (
    BY_HAND,
    NOBODY,
    PLACE,
    address,
    alter,
    category,
    digest,
    fulfil,
    market,
    order,
    return_of,
    sku,
)
from tests.till import REQUIRED, accept, gateway

JOHN, JANE = "john@example.com", "jane@example.com"
UNAUTHORIZED = refused("UNAUTHORIZED")
INVALID_TOKEN = refused("INVALID_TOKEN")
METHODS = {"C": "create", "R": "retrieve", "U": "update", "D": "delete", "L": "list"}


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def admin(token_bearers: TokenBearers) -> Api:
    """Return an integration that may do everything."""
    return token_bearers.integration()


@pytest.fixture
def john(admin: Api) -> Document:
    """Return a registered customer."""
    return admin.create("customers", email=JOHN, password=PASSWORD)


@pytest.fixture
def jane(admin: Api) -> Document:
    """Return another one."""
    return admin.create("customers", email=JANE, password=PASSWORD)


# --- the matrix (authentication.md §13.1, §13.2, §13.4) -------------------------------------------

#: What a guest may do, what a logged customer, and whether only to what is not another customer's:
#: letters of ``CRUD``, and ``L`` for lists. A type without a row of its own is closed to both.
MATRIX: dict[str, tuple[str, str, bool]] = {
    **{type_: ("", "", False) for type_, declared in registry().items() if not declared.singleton},
    "customers": ("C", "CRUDL", True),
    "customer_addresses": ("", "CRUDL", True),
    "customer_payment_sources": ("", "RUDL", True),
    "customer_subscriptions": ("CRUD", "CRUDL", True),
    "customer_password_resets": ("U", "U", False),
    "addresses": ("CRUD", "CRUD", False),
    "orders": ("CRU", "CRUL", True),
    **dict.fromkeys(("line_items", "line_item_options"), ("CRUD", "CRUD", True)),
    **dict.fromkeys(("gift_cards", "gift_card_recipients"), ("CRUD", "CRUD", False)),
    "in_stock_subscriptions": ("CRUD", "CRUD", True),
    **dict.fromkeys((*PAYMENT_SOURCES, "payment_options"), ("CRUD", "CRUD", True)),
    **dict.fromkeys(("transactions", *families()["transactions"]), ("R", "R", True)),
    "order_subscriptions": ("", "RUL", True),
    "returns": ("CRU", "CRUL", True),
    "order_subscription_items": ("", "RUL", True),
    "return_line_items": ("CR", "CR", True),
    "sku_lists": ("CRUD", "CRUD", True),
    "sku_list_items": ("CRUD", "CRUD", True),
    "skus": ("RL", "RL", False),
    **dict.fromkeys(("prices", "bundles", "sku_options"), ("RL", "RL", False)),
    **dict.fromkeys(("promotions", *families()["promotions"]), ("RL", "RL", False)),
    "delivery_lead_times": ("RL", "RL", False),
    **dict.fromkeys(("payment_methods", "shipping_methods", "stock_items"), ("R", "R", False)),
    "shipments": ("RU", "RU", True),
    "parcels": ("", "R", True),
    **dict.fromkeys(
        ("stock_line_items", "shipment_line_items", "stock_transfers"), ("R", "R", True)
    ),
    **dict.fromkeys(("geocoders", "google_geocoders", "bing_geocoders"), ("R", "R", False)),
}
GUEST = Access("acme", "test", "sales_channel")
CUSTOMER = Access("acme", "test", "sales_channel", owner=Owner("Customer", "JohnJohnJo"))


def permitted(access: Access, type_: str) -> str:
    """Return the letters of what a sales channel may do to a type."""
    permissions, resource = Permissions(access), registry()[type_]
    allowed = (n for action, n in LETTERS.items() if permissions.allows(resource, action))
    lists = permissions.allows(resource, "read", lists=True)
    return "".join(allowed) + "L" * lists


#: What may be created for anybody, by a guest and by a logged customer.
FOR_ANYBODY = {
    "guest": {"customers", "customer_subscriptions"},
    "customer": {"customers"},
}


@pytest.mark.parametrize("type_", sorted(MATRIX))
def test_the_table_of_sales_channels(type_: str) -> None:
    """What each declaration permits is what the contract's tables say."""
    assert (permitted(GUEST, type_), permitted(CUSTOMER, type_)) == MATRIX[type_][:2]


#: Given a customer, or none for what nobody owns.
Body = Callable[[Api, Document | None], Document]
#: For names that are unique.
NUMBERS = count()


def _of(customer: Document | None) -> Document:
    """Return the linkage of what is the customer's."""
    return {"customer": to(customer)} if customer else {}


def _email(customer: Document | None) -> str:
    """Return the address of the customer, or one that nobody has registered with."""
    return customer["attributes"]["email"] if customer else f"{next(NUMBERS)}@example.com"


def _of_order(type_: str, name: str, **attributes: Any) -> Body:
    def body(admin: Api, customer: Document | None) -> Document:
        bought = order(admin, _of(customer))
        return document(type_, links={name: to(bought)}, **attributes)

    return body


def _source(type_: str, **attributes: Any) -> Body:
    def body(admin: Api, customer: Document | None) -> Document:
        bought = order(admin, _of(customer))
        accept(admin, bought, type_)
        return document(type_, links={"order": to(bought)}, **attributes)

    return body


def _line_item(admin: Api, customer: Document | None) -> Document:
    code = sku(admin, f"CODE-{next(NUMBERS)}")["attributes"]["code"]
    bought = order(admin, _of(customer))
    return document("line_items", links={"order": to(bought)}, sku_code=code, quantity=1)


def _of_subscription(admin: Api, customer: Document | None) -> Document:
    bought, cap = order(admin, _of(customer)), record(admin, "skus", customer)
    links = {"source_order": to(bought)}
    made = admin.create("order_subscriptions", links=links, frequency="weekly", **BY_HAND)
    links = {"order_subscription": to(made), "item": to(cap)}
    return document("order_subscription_items", links=links, quantity=1)


def _of_return(admin: Api, customer: Document | None) -> Document:
    links = {"order": to(order(admin, _of(customer)))}
    fulfil(admin, links["order"])
    made = admin.create("returns", links=links)
    line = admin.create("line_items", links=links, quantity=2, name="Cap", unit_amount_cents=100)
    links = {"return": to(made), "line_item": to(line)}
    return document("return_line_items", links=links, quantity=1)


#: What is sent to create a record of each declared type for a customer.
BODIES: dict[str, Body] = {
    "webhooks": lambda *_: document(
        "webhooks", topic="orders.cancel", callback_url="http://localhost:9/"
    ),
    "customers": lambda *_: document("customers", email=f"{next(NUMBERS)}@example.com"),
    "customer_groups": lambda *_: document("customer_groups", name="Gold"),
    "customer_addresses": lambda admin, customer: document(
        "customer_addresses", links={**_of(customer), "address": to(address(admin))}
    ),
    "customer_payment_sources": lambda _, customer: document(
        "customer_payment_sources", links=_of(customer)
    ),
    "customer_subscriptions": lambda _, customer: document(
        "customer_subscriptions",
        customer_email=_email(customer),
        reference=f"list-{next(NUMBERS)}",
    ),
    "customer_password_resets": lambda _, customer: document(
        "customer_password_resets", customer_email=_email(customer)
    ),
    "addresses": lambda *_: document("addresses", **PLACE),
    "orders": lambda admin, customer: document(
        "orders", links={"market": to(market(admin)), **_of(customer)}
    ),
    "line_items": _line_item,
    "skus": lambda admin, _: document(
        "skus",
        links={"shipping_category": to(category(admin))},
        code=f"CODE-{next(NUMBERS)}",
        name="Cap",
    ),
    "order_subscriptions": _of_order(
        "order_subscriptions", "source_order", frequency="weekly", **BY_HAND
    ),
    "returns": lambda admin, customer: document(
        "returns", links={"order": to(fulfil(admin, order(admin, _of(customer))))}
    ),
    "order_subscription_items": _of_subscription,
    "return_line_items": _of_return,
    "sku_list_items": lambda admin, customer: document(
        "sku_list_items",
        links={
            "sku_list": to(record(admin, "sku_lists", customer)),
            "sku": to(record(admin, "skus", customer)),
        },
    ),
    "sku_lists": lambda _, customer: document("sku_lists", name="Wishes", links=_of(customer)),
    "attachments": lambda _, customer: document(
        "attachments", name="note", links={"attachable": to(customer)}
    ),
    "tags": lambda *_: document("tags", name=f"tag-{next(NUMBERS)}"),
    "markets": lambda admin, _: Samples(admin).document("markets", name="Asia"),
    "stock_locations": lambda admin, _: document(
        "stock_locations", name="Rome", links={"address": to(address(admin))}
    ),
    "events": lambda *_: document("events"),
    "stores": lambda admin, _: document("stores", name="Rome", links={"market": to(market(admin))}),
    "payment_methods": lambda admin, _: document(
        "payment_methods",
        links={"payment_gateway": to(gateway(admin, "wire_transfers"))},
        payment_source_type="wire_transfers",
        currency_code="EUR",
        price_amount_cents=0,
    ),
    "payment_options": _of_order(
        "payment_options", "order", payment_source_type="wire_transfers", data={"a": 1}
    ),
    **{type_: _source(type_, **REQUIRED.get(type_, {})) for type_ in PAYMENT_SOURCES},
    "imports": lambda *_: document(
        "imports", resource_type="tags", inputs=[{"name": f"tag-{next(NUMBERS)}"}]
    ),
    "exports": lambda *_: document("exports", resource_type="customers"),
    "cleanups": lambda *_: document("cleanups", resource_type="sku_lists"),
}
TYPES = [type_ for type_ in MATRIX if type_ in registry() and type_ in BODIES]


def record(admin: Api, type_: str, customer: Document | None) -> Document:
    """Return a record of the type that is the customer's, if it can be anybody's."""
    if type_ == "customers" and customer:
        return customer
    if type_ == "events":
        found: Document = admin.get("/api/events").json["data"][0]
        return found
    if type_ == "skus":
        # A guest sees what can be sold.
        return sku(admin, f"CODE-{next(NUMBERS)}")
    answer = admin.post(f"/api/{type_}", BODIES[type_](admin, customer))
    assert answer.status_code == 201, answer.text
    made: Document = answer.json["data"]
    return made


#: The bearers of the matrix, and what those with a role may do.
BEARERS: dict[str, tuple[Callable[[TokenBearers], Api], str | None]] = {
    "integration": (TokenBearers.integration, "CRUDL"),
    "read-only integration": (TokenBearers.read_only, "RL"),
    "integration for a user": (TokenBearers.user, "CRUDL"),
    "integration for a customer": (
        lambda token_bearers: token_bearers.on_behalf(
            "Integration", {"owner": owner_of(token_bearers, JOHN)}
        ),
        "CRUDL",
    ),
    "web app for an admin": (TokenBearers.webapp, "CRUDL"),
    "web app for a viewer": (lambda token_bearers: token_bearers.webapp(VIEWER), "RL"),
    "guest": (TokenBearers.guest, None),
    "customer": (lambda token_bearers: token_bearers.customer(JOHN), None),
    "sales channel for a user": (
        lambda token_bearers: token_bearers.on_behalf(
            "Confidential channel", {"owner": owner_of(token_bearers, ADMIN, "User")}, scope=EUROPE
        ),
        None,
    ),
}


def owner_of(token_bearers: TokenBearers, email: str, type_: str = "Customer") -> Document:
    """Return the owner of an assertion."""
    return {"type": type_, "id": token_bearers.record(f"{type_.lower()}s", "email", email)["id"]}


def confidential_channel(sandbox: Sandbox) -> None:
    """Store a sales channel with a secret, which the jwt-bearer grant asks for."""
    values = {"name": "Confidential channel", "kind": "sales_channel", "uid": "confidential"}
    sandbox.insert("applications", {**values, "secret": "s", "public_access": False})


def outcomes(api: Api, type_: str, mine: Document, theirs: Document, bodies: Document) -> Document:
    """Try everything; return the status of each attempt."""
    path = f"/api/{type_}"
    changes = {
        object_["id"]: document(type_, object_["id"], reference="r") for object_ in (mine, theirs)
    }
    answers = {
        "list": api.get(path),
        "retrieve": api.get(path_of(mine)),
        "retrieve another's": api.get(path_of(theirs)),
        "update": api.patch(path_of(mine), changes[mine["id"]]),
        "update another's": api.patch(path_of(theirs), changes[theirs["id"]]),
        "create": api.post(path, bodies["mine"]),
        "create for another": api.post(path, bodies["theirs"]),
        "delete another's": api.delete(path_of(theirs)),
        "delete": api.delete(path_of(mine)),
    }
    for answer in answers.values():
        assert answer.status_code != 401 or got(answer) == UNAUTHORIZED
    return {attempt: answer.status_code for attempt, answer in answers.items()}


def expected_outcomes(type_: str, letters: str, owned: Collection[str]) -> Document:
    """Return what the matrix says of each attempt; owned: what may be created for anybody."""
    statuses = {"list": 200, "retrieve": 200, "update": 200, "create": 201, "delete": 204}
    if owned and type_ == "customer_password_resets":
        # Whoever has the token may use it, and do nothing else.
        statuses["update"] = 422
    found = {}
    for letter, action in METHODS.items():
        allowed = statuses[action] if letter in letters else 401
        if action not in registry()[type_].actions:
            allowed = 405
        found[action] = allowed
        if action != "list":
            for_anybody = letter == "C" and type_ in owned
            restricted = bool(owned) and letter in letters and MATRIX[type_][2] and not for_anybody
            other = 401 if restricted else allowed
            found["create for another" if letter == "C" else f"{action} another's"] = other
    return found


@pytest.mark.parametrize("type_", TYPES)
@pytest.mark.parametrize("name", BEARERS)
def test_the_matrix(  # noqa: PLR0913 - the cells of the table
    token_bearers: TokenBearers,
    admin: Api,
    john: Document,
    jane: Document,
    *,
    name: str,
    type_: str,
) -> None:
    """Every action of every type, on one's own records and on another's."""
    confidential_channel(token_bearers.sandbox())
    make, letters = BEARERS[name]
    owned: Collection[str] = ()
    owner: Document | None = john
    if letters is None:
        kind = "customer" if name == "customer" else "guest"
        letters, owned = MATRIX[type_][kind == "customer"], FOR_ANYBODY[kind]
        # What a guest may do it may do to what is nobody's.
        is_somebodys = type_ in ("customers", "customer_password_resets")
        has_owner = kind == "customer" or is_somebodys or not letters
        owner, jane = (john, jane) if has_owner else (None, john)
    mine, theirs = (record(admin, type_, customer) for customer in (owner, jane))
    bodies = {"mine": BODIES[type_](admin, owner), "theirs": BODIES[type_](admin, jane)}

    assert outcomes(make(token_bearers), type_, mine, theirs, bodies) == expected_outcomes(
        type_, letters, owned
    )


OWN_LISTS = [type_ for type_ in TYPES if MATRIX[type_][2] and "L" in MATRIX[type_][1]]


@pytest.mark.parametrize("type_", OWN_LISTS)
def test_lists_are_silently_filtered(
    token_bearers: TokenBearers, admin: Api, john: Document, jane: Document, type_: str
) -> None:
    """A logged customer lists its own records, by either URL; the counts are of those."""
    mine, theirs = (record(admin, type_, customer) for customer in (john, jane))
    api = token_bearers.customer(JOHN)
    answer = api.get(f"/api/{type_}")

    assert ids(answer) == [mine["id"]]
    assert answer.json["meta"] == {"record_count": 1, "page_count": 1}
    assert ids(api.get(f"/api/{type_}", {"filter[q][id_eq]": theirs["id"]})) == []
    assert ids(api.get(f"/api/{type_}", {"filter[ids]": theirs["id"]})) == []
    if type_ in registry()["customers"].relationships:
        assert ids(api.get(f"{path_of(john)}/{type_}")) == [mine["id"]]
        assert got(api.get(f"{path_of(jane)}/{type_}")) == UNAUTHORIZED


def test_a_list_of_one(token_bearers: TokenBearers, john: Document, jane: Document) -> None:
    """``GET /api/customers`` gives the owner alone (authentication.md §13.2)."""
    for customer, email in ((john, JOHN), (jane, JANE)):
        assert ids(token_bearers.customer(email).get("/api/customers")) == [customer["id"]]


# --- in which order things are looked at (conventions.md §17) -------------------------------------

ORDER_OF_CHECKS = {
    "type-before-record": ("guest", "GET", f"/api/tags/{NOBODY}", UNAUTHORIZED),
    "type-before-record-on-delete": ("guest", "DELETE", f"/api/orders/{NOBODY}", UNAUTHORIZED),
    "type-before-parent": ("guest", "GET", f"/api/customers/{NOBODY}/orders", UNAUTHORIZED),
    "related-type-before-parent": (
        "customer",
        "GET",
        f"/api/customers/{NOBODY}/tags",
        UNAUTHORIZED,
    ),
    "nobody": ("guest", "GET", f"/api/addresses/{NOBODY}", refused("RECORD_NOT_FOUND")),
    "nobody-of-ones-own": (
        "customer",
        "GET",
        f"/api/customers/{NOBODY}",
        refused("RECORD_NOT_FOUND"),
    ),
    "method-before-type": (
        "guest",
        "DELETE",
        f"/api/events/{NOBODY}",
        refused("METHOD_NOT_ALLOWED"),
    ),
    "route-before-type": ("guest", "GET", "/api/nope", refused("RECORD_NOT_FOUND")),
}


@pytest.mark.parametrize(
    ("kind", "method", "path", "expected"), ORDER_OF_CHECKS.values(), ids=ORDER_OF_CHECKS
)
def test_the_order_of_checks(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    john: Document,
    *,
    kind: str,
    method: str,
    path: str,
    expected: tuple[int, str],
) -> None:
    """Route and method, then the type, then the record."""
    api = (
        token_bearers.guest()
        if kind == "guest"
        else token_bearers.customer(john["attributes"]["email"])
    )

    assert got(api.request(method, path)) == expected


def test_what_is_not_allowed_before_who_may(token_bearers: TokenBearers, john: Document) -> None:
    """A member that cannot be sent is a 400 even where the action is a 401."""
    guest = token_bearers.guest()
    unknown = guest.patch(path_of(john), document("customers", john["id"], foo=1))
    fine = guest.patch(path_of(john), document("customers", john["id"], reference="r"))

    assert got(unknown) == refused("PARAM_NOT_ALLOWED", "foo is not allowed.")
    assert got(fine) == UNAUTHORIZED


def test_who_may_before_what_is_valid(
    token_bearers: TokenBearers, john: Document, jane: Document
) -> None:
    """A record one may not change is a 401 whatever is wrong with the values."""
    api = token_bearers.customer(john["attributes"]["email"])
    answer = api.patch(path_of(jane), document("customers", jane["id"], email="foo"))

    assert got(answer) == UNAUTHORIZED


def test_the_other_mode(token_bearers: TokenBearers, john: Document) -> None:
    """A record of it does not exist, whoever asks (authentication.md §9)."""
    live = token_bearers.integration("live")

    assert got(live.get(path_of(john))) == refused("RECORD_NOT_FOUND")
    assert got(live.delete(path_of(john))) == refused("RECORD_NOT_FOUND")
    assert ids(live.get("/api/customers")) == []


def test_no_token(token_bearers: TokenBearers, john: Document) -> None:
    """Nothing at all without one."""
    for token in (None, "nonsense", "a.b.c"):
        api = Api(token_bearers.app, token)

        assert got(api.get(path_of(john))) == INVALID_TOKEN
        assert got(api.get("/api/organization")) == INVALID_TOKEN
        assert got(api.post("/api/customers", document("customers"))) == INVALID_TOKEN


# --- what is readable by all (authentication.md §12) ----------------------------------------------


@pytest.mark.parametrize("name", BEARERS)
@pytest.mark.parametrize("path", ["/api/organization", "/api/application"])
def test_singletons(token_bearers: TokenBearers, john: Document, name: str, path: str) -> None:
    """Any token reads them, and none writes them."""
    assert john["type"] == "customers"
    confidential_channel(token_bearers.sandbox())
    api = BEARERS[name][0](token_bearers)
    written = api.request("PATCH", path, {"data": {}})

    assert api.get(path).status_code == 200
    assert got(written) == refused("METHOD_NOT_ALLOWED")


def test_each_sees_its_own_application(token_bearers: TokenBearers) -> None:
    """That of the token, without its credentials."""
    shown = [
        api.get("/api/application").json["data"]["attributes"]
        for api in (token_bearers.integration(), token_bearers.guest())
    ]

    assert [each["kind"] for each in shown] == ["integration", "sales_channel"]
    assert all("secret" not in each and "uid" not in each for each in shown)


# --- what one may not read is left out ------------------------------------------------------------


@pytest.fixture
def full(admin: Api, john: Document) -> Document:
    """Return a customer with something at the end of every relationship."""
    group, tag = admin.create("customer_groups", name="Gold"), admin.create("tags", name="vip")
    admin.update(john, links={"customer_group": to(group), "tags": [to(tag)]})
    place = address(admin)
    admin.create("customer_addresses", links={"customer": to(john), "address": to(place)})
    admin.create("customer_payment_sources", links={"customer": to(john)})
    admin.create("customer_subscriptions", customer_email=JOHN, reference="news")
    bought = order(admin, {"customer": to(john), "billing_address": to(place)})
    return_of(admin, bought)
    admin.create(
        "order_subscriptions", frequency="weekly", links={"source_order": to(bought)}, **BY_HAND
    )
    admin.create("sku_lists", name="Wishes", links={"customer": to(john)})
    admin.create("attachments", name="note", links={"attachable": to(john)})
    return john


#: What a logged customer finds at the end of its own relationships.
HIDDEN = ("customer_group", "tags", "events", "attachments")
SHOWN = (
    "customer_addresses",
    "customer_payment_sources",
    "customer_subscriptions",
    "orders",
    "order_subscriptions",
    "returns",
    "sku_lists",
)


@pytest.mark.parametrize("name", [*HIDDEN, *SHOWN])
def test_what_a_logged_customer_includes(
    token_bearers: TokenBearers, full: Document, name: str
) -> None:
    """What it may not read is neither included nor linked."""
    api = token_bearers.customer(JOHN)
    document_ = api.get(f"{path_of(full)}?include={name}").json
    linkage = api.get(f"{path_of(full)}/relationships/{name}").json["data"]
    nothing: Any = None if name == "customer_group" else []

    assert document_["data"]["relationships"][name]["data"] == linkage
    assert (linkage == nothing) is (name in HIDDEN)
    assert ("included" not in document_) is (name in HIDDEN)
    assert [to(object_) for object_ in document_.get("included", ())] == (linkage or [])


@pytest.mark.parametrize("name", HIDDEN)
def test_what_a_logged_customer_has_no_way_to(
    token_bearers: TokenBearers, full: Document, name: str
) -> None:
    """The related URL is refused."""
    assert got(token_bearers.customer(JOHN).get(f"{path_of(full)}/{name}")) == UNAUTHORIZED


def test_a_type_that_is_read_singly(token_bearers: TokenBearers, full: Document) -> None:
    """``sku_lists`` are listed where a readable record leads to them alone (catalogue.md §2)."""
    api = token_bearers.customer(JOHN)

    assert got(api.get("/api/sku_lists")) == UNAUTHORIZED
    assert api.get(f"{path_of(full)}/sku_lists").json["data"] != []


def test_further_steps(token_bearers: TokenBearers, full: Document) -> None:
    """Each step of an include is judged by itself."""
    api = token_bearers.customer(JOHN)
    paths = "customer_addresses.address.tags,orders.market,orders.customer.customer_group"
    document_ = api.get(f"{path_of(full)}?include={paths}").json
    found = {object_["type"]: object_["relationships"] for object_ in document_["included"]}

    assert sorted(found) == ["addresses", "customer_addresses", "markets", "orders"]
    assert found["addresses"]["tags"]["data"] == []
    assert found["orders"]["market"]["data"]["type"] == "markets"
    assert found["orders"]["customer"]["data"] == to(full)
    assert document_["data"]["relationships"]["customer_group"] == {
        "links": document_["data"]["relationships"]["customer_group"]["links"],
        "data": None,
    }


def test_somebody_elses_records_are_left_out(
    token_bearers: TokenBearers, admin: Api, john: Document, jane: Document
) -> None:
    """An entry of one's wallet can be read, a source in it that is of another's order cannot."""
    bought = order(admin, {"customer": to(jane)})
    accept(admin, bought, "wire_transfers")
    links = {"order": to(bought)}
    source = admin.create("wire_transfers", links=links)
    own = admin.create("customer_payment_sources", links={"customer": to(john)})
    sandbox = token_bearers.sandbox()
    alter(sandbox, own, payment_source=source["id"], payment_source_type="stripe_payments")
    api = token_bearers.customer(john["attributes"]["email"])
    shown = api.get(f"{path_of(own)}?include=payment_source").json

    assert shown["data"]["relationships"]["payment_source"]["data"] is None
    assert "included" not in shown
    assert api.get(f"{path_of(own)}/payment_source").json == {"data": None}


@pytest.mark.parametrize("name", ["customer", "tags", "events"])
def test_what_a_guest_does_not_include(token_bearers: TokenBearers, admin: Api, name: str) -> None:
    """An order can be read, whose it is cannot."""
    jim, tag = admin.create("customers", email="jim@example.com"), admin.create("tags", name="vip")
    links = {"customer": to(jim), "billing_address": to(address(admin)), "tags": [to(tag)]}
    made = order(admin, links)
    return_of(admin, made)
    guest, bought = token_bearers.guest(), made["id"]
    document_ = guest.get(f"/api/orders/{bought}?include={name},billing_address,returns").json
    linkage = guest.get(f"/api/orders/{bought}/relationships/{name}").json["data"]

    assert not linkage
    assert document_["data"]["relationships"][name]["data"] == linkage
    assert sorted(object_["type"] for object_ in document_["included"]) == ["addresses", "returns"]
    assert got(guest.get(f"/api/orders/{bought}/{name}")) == UNAUTHORIZED


def test_what_a_guest_includes_only(token_bearers: TokenBearers, admin: Api) -> None:
    """A market is included in what leads to it, without its secret; alone it is not shown."""
    bought, guest = order(admin), token_bearers.guest()
    included = guest.get(f"{path_of(bought)}?include=market").json["included"]
    europe = market(admin)

    assert [to(each) for each in included] == [to(europe)]
    assert included[0]["attributes"]["code"] == "europe"
    assert included[0]["attributes"]["shared_secret"] is None
    assert len(europe["attributes"]["shared_secret"]) == 32
    assert got(guest.get(path_of(europe))) == UNAUTHORIZED


# --- what is prohibited (authentication.md §13.2) -------------------------------------------------

PROHIBITED = [
    (type_, name)
    for type_, resource in registry().items()
    for name, member in {**resource.attributes, **resource.relationships}.items()
    if member.closed_to_sales_channels and "update" in resource.actions
]


def test_what_is_prohibited_to_customers() -> None:
    """What the contract lists, and the group beside it."""
    assert [name for type_, name in PROHIBITED if type_ == "customers"] == [
        "_add_tags",
        "_remove_tags",
        "_request_anonymization",
        "_cancel_anonymization",
        "customer_group",
        "tags",
    ]


@pytest.mark.parametrize("kind", ["guest", "customer"])
@pytest.mark.parametrize(("type_", "name"), PROHIBITED)
def test_what_is_prohibited(
    token_bearers: TokenBearers, john: Document, type_: str, name: str, kind: str
) -> None:
    """400 on create and on update, before anything is looked up; back ends get further."""
    channel = (
        token_bearers.guest()
        if kind == "guest"
        else token_bearers.customer(john["attributes"]["email"])
    )
    relationship = registry()[type_].relationships.get(name)
    member: Document = {name: None}
    if relationship is not None:
        member = {"links": {name: [] if relationship.many else None}}
    created, updated = document(type_, **member), document(type_, NOBODY, **member)
    expected = refused("PARAM_NOT_ALLOWED", f"{name} is not allowed.")

    if "create" in registry()[type_].actions:
        assert got(channel.post(f"/api/{type_}", created)) == expected
    assert got(channel.patch(f"/api/{type_}/{NOBODY}", updated)) == expected
    assert got(token_bearers.integration().patch(f"/api/{type_}/{NOBODY}", updated)) == refused(
        "RECORD_NOT_FOUND"
    )


@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_what_is_prohibited_at_its_own_endpoint(
    token_bearers: TokenBearers, john: Document, method: str
) -> None:
    """Linkage is written nowhere by a sales channel."""
    path = f"{path_of(john)}/relationships/tags"
    answer = token_bearers.customer(JOHN).request(method, path, {"data": []})

    assert got(answer) == refused("PARAM_NOT_ALLOWED", "tags is not allowed.")


# --- restrictions that depend on an order ---------------------------------------------------------

#: Types that belong to an order, in which statuses of it a guest reads and writes them.
ORDER_PARTS = ("line_items", "wire_transfers", "adyen_payments")


@pytest.mark.parametrize("type_", ORDER_PARTS)
@pytest.mark.parametrize(
    ("status", "letters"), [("draft", "RU"), ("pending", "RU"), ("placed", "R"), ("approved", "R")]
)
def test_parts_of_a_guests_order(
    token_bearers: TokenBearers, admin: Api, type_: str, status: str, letters: str
) -> None:
    """Read in every status, written until it is placed (authentication.md §13.1)."""
    sandbox, bought = token_bearers.sandbox(), order(admin)
    alter(sandbox, bought, status=status)
    sandbox.insert(type_, {"order": bought["id"]})
    permissions = Permissions(GUEST)
    found = "".join(
        letter
        for letter, action in (("R", "read"), ("U", "update"))
        if sandbox.partition.count(type_, permissions.restriction(type_, action))
    )

    assert found == letters


@pytest.mark.parametrize("type_", ["line_items"])
def test_parts_of_ones_own_orders(
    token_bearers: TokenBearers, admin: Api, john: Document, jane: Document, type_: str
) -> None:
    """A logged customer's, whatever the order's status."""
    sandbox = token_bearers.sandbox()
    access = Access("acme", "test", "sales_channel", owner=Owner("Customer", john["id"]))
    made = []
    for customer in (john, jane):
        bought = order(admin, {"customer": to(customer)})
        alter(sandbox, bought, status="approved")
        made.append(sandbox.insert(type_, {"order": bought["id"]})["id"])
    condition = Permissions(access).restriction(type_, "read")

    assert [each["id"] for each in sandbox.find(type_, condition)] == made[:1]


@pytest.mark.parametrize(
    ("scope", "status"), [(EUROPE, 200), ("market:code:usa", 401), ("market:all", 200)]
)
def test_a_guests_returns(token_bearers: TokenBearers, admin: Api, scope: str, status: int) -> None:
    """Of an order of the market in scope, written while a draft (authentication.md §13.1)."""
    returned = return_of(admin, order(admin))
    guest = token_bearers.guest(scope)
    body = document("returns", returned["id"], reference="r")
    as_draft = guest.patch(path_of(returned), body)
    alter(token_bearers.sandbox(), returned, status="requested")

    assert guest.get(path_of(returned)).status_code == status
    assert as_draft.status_code == status
    assert got(guest.patch(path_of(returned), body)) == UNAUTHORIZED


@pytest.mark.parametrize(
    ("scope", "status"), [(EUROPE, 201), ("market:code:usa", 401), ("market:all", 201)]
)
def test_what_a_guest_sends_back(
    token_bearers: TokenBearers, admin: Api, scope: str, status: int
) -> None:
    """What is created has to be within what may be read and changed, too."""
    body = document("returns", links={"order": to(fulfil(admin, order(admin)))})
    guest = token_bearers.guest(scope)
    before = digest(token_bearers.sandbox())
    answer = guest.post("/api/returns", body)

    assert answer.status_code == status
    assert status == 201 or got(answer) == UNAUTHORIZED
    assert status == 201 or digest(token_bearers.sandbox()) == before


def test_what_a_logged_customer_sends_back(
    token_bearers: TokenBearers, admin: Api, john: Document
) -> None:
    """Of its own orders alone: one without a customer is not its own."""
    own, nobodys = order(admin, {"customer": to(john)}), order(admin)
    api = token_bearers.customer(JOHN)
    answers = [
        api.post("/api/returns", document("returns", links={"order": to(fulfil(api, each))}))
        for each in (own, nobodys)
    ]

    assert answers[0].status_code == 201
    assert got(answers[1]) == UNAUTHORIZED
    assert ids(admin.get("/api/returns")) == [answers[0].json["data"]["id"]]


# --- roles (authentication.md §13.3) --------------------------------------------------------------


def give_role(sandbox: Sandbox, permissions: Mapping[str, Any]) -> None:
    """Give the integration a role of its own."""
    role = sandbox.insert("roles", {"name": "Own", "kind": "custom", "permissions": permissions})
    give(sandbox, "applications", "name", "Integration", role["id"])


def give(sandbox: Sandbox, type_: str, field: str, value: str, role_id: str | None) -> None:
    """Let an application or a user have a role."""
    (found,) = (r for r in sandbox.partition.select(type_)[0] if r[field] == value)
    sandbox.partition.put(type_, {**found, "role_id": role_id})


EVERY = ["create", "destroy", "read", "update"]
#: The permissions of a role, and the letters of what it may do to customers and to tags.
ROLES: dict[str, tuple[Mapping[str, Any], str, str]] = {
    "everything": ({"*": {"actions": EVERY}}, "CRUDL", "CRUDL"),
    "reading": ({"*": {"actions": ["read"]}}, "RL", "RL"),
    "one-type": ({"customers": {"actions": EVERY}}, "CRUDL", ""),
    "one-type-otherwise": (
        {"*": {"actions": ["read"]}, "customers": {"actions": ["create"]}},
        "C",
        "RL",
    ),
    "one-type-not-at-all": ({"*": {"actions": EVERY}, "customers": {"actions": []}}, "", "CRUDL"),
    "one-type-without-actions": ({"*": {"actions": EVERY}, "customers": {}}, "", "CRUDL"),
    "updating": ({"customers": {"actions": ["update"]}}, "U", ""),
    "deleting": ({"customers": {"actions": ["destroy"]}}, "D", ""),
    "nothing": ({}, "", ""),
}


def single_outcomes(api: Api, type_: str, object_: Document, body: Document) -> str:
    """Return the letters of what a bearer gets to do to one record, deleted in the end."""
    change = document(type_, object_["id"], reference="r")
    answers = {
        "C": api.post(f"/api/{type_}", body),
        "R": api.get(path_of(object_)),
        "U": api.patch(path_of(object_), change),
        "D": api.delete(path_of(object_)),
        "L": api.get(f"/api/{type_}"),
    }
    for answer in answers.values():
        assert answer.status_code < 300 or got(answer) == UNAUTHORIZED
    return "".join(letter for letter, answer in answers.items() if answer.status_code < 300)


@pytest.mark.parametrize(("permissions", "customers", "tags"), ROLES.values(), ids=ROLES)
def test_roles(  # noqa: PLR0913 - the row of the table
    token_bearers: TokenBearers,
    admin: Api,
    john: Document,
    *,
    permissions: Mapping[str, Any],
    customers: str,
    tags: str,
) -> None:
    """What its own type says, or else what it says of all; it takes effect at once."""
    tag = admin.create("tags", name="vip")
    give_role(token_bearers.sandbox(), permissions)
    new = document("customers", email="new@example.com"), document("tags", name="new")

    assert single_outcomes(admin, "customers", john, new[0]) == customers
    assert single_outcomes(admin, "tags", tag, new[1]) == tags
    assert admin.get("/api/organization").status_code == 200


def test_what_a_role_does_not_read_is_left_out(
    token_bearers: TokenBearers, admin: Api, full: Document
) -> None:
    """Of includes and of linkage, as for sales channels."""
    give_role(token_bearers.sandbox(), {"customers": {"actions": ["read"]}})
    document_ = admin.get(f"{path_of(full)}?include=tags,orders,customer_group,events").json
    names = ("tags", "orders", "customer_group", "events")
    linkage = [document_["data"]["relationships"][name]["data"] for name in names]

    assert linkage == [[], [], None, []]
    assert "included" not in document_
    assert got(admin.get(f"{path_of(full)}/orders")) == UNAUTHORIZED


@pytest.mark.parametrize("role_id", [NOBODY, ""])
def test_a_role_that_is_gone(
    token_bearers: TokenBearers, admin: Api, john: Document, role_id: str
) -> None:
    """It permits nothing: nobody becomes an Admin by losing a role."""
    sandbox = token_bearers.sandbox()
    give(sandbox, "applications", "name", "Integration", role_id)
    before = digest(sandbox)
    body = document("customers", email="new@example.com")
    info = token_bearers.app.authorization.tokeninfo(admin.token or "")

    assert single_outcomes(admin, "customers", john, body) == ""
    assert digest(sandbox) == before
    assert admin.get("/api/application").status_code == 200
    assert info["role"] is None
    assert sorted(info["permissions"]) == ["applications", "organizations"]


def test_no_role_is_admin(token_bearers: TokenBearers, admin: Api, john: Document) -> None:
    """The default of an integration (authentication.md §13.3)."""
    give(token_bearers.sandbox(), "applications", "name", "Integration", None)
    body = document("customers", email="new@example.com")

    assert single_outcomes(admin, "customers", john, body) == "CRUDL"


#: The roles of the application and of the user, and what a web app may do to customers then.
WEB_APPS: dict[str, tuple[str | None, str | None, str]] = {
    "the-users": ("admin", "read_only", "RL"),
    "the-users-too": ("read_only", "admin", "CRUDL"),
    "none-of-the-users": ("read_only", None, "RL"),
    "gone-of-the-user": ("admin", NOBODY, ""),
    "none-at-all": (None, None, "CRUDL"),
}


@pytest.mark.parametrize(("application", "user", "letters"), WEB_APPS.values(), ids=WEB_APPS)
def test_web_apps(
    token_bearers: TokenBearers,
    john: Document,
    *,
    application: str | None,
    user: str | None,
    letters: str,
) -> None:
    """They act in the role of their user, or else in their own."""
    sandbox = token_bearers.sandbox()
    known = {role["kind"]: role["id"] for role in sandbox.partition.select("roles")[0]}
    web_app = token_bearers.webapp(ADMIN)
    give(sandbox, "applications", "name", "Web app", known.get(application or "", application))
    give(sandbox, "users", "email", ADMIN, known.get(user or "", user))
    body = document("customers", email="new@example.com")

    assert single_outcomes(web_app, "customers", john, body) == letters


@pytest.mark.parametrize("application", ["Integration", "Read-only integration"])
def test_an_integration_keeps_its_own_role(
    token_bearers: TokenBearers, john: Document, application: str
) -> None:
    """Whoever it acts for (authentication.md §13.3)."""
    letters = "CRUDL" if application == "Integration" else "RL"
    asking = token_bearers.user(VIEWER if letters == "CRUDL" else ADMIN, application)
    body = document("customers", email="new@example.com")

    assert single_outcomes(asking, "customers", john, body) == letters


@pytest.mark.parametrize("kind", ["customers", "orders", "dashboard", "generic"])
def test_the_dashboards_apps(token_bearers: TokenBearers, john: Document, kind: str) -> None:
    """They are web apps by another name."""
    values = {"name": "Dashboard", "kind": kind, "uid": "dash", "secret": "s", "role_id": None}
    token_bearers.sandbox().insert("applications", {**values, "public_access": False})
    body = document("customers", email="new@example.com")
    viewer = token_bearers.user(VIEWER, "Dashboard")

    assert single_outcomes(viewer, "customers", john, body) == "RL"


def test_a_refreshed_token_inherits(token_bearers: TokenBearers, john: Document) -> None:
    """What the first one might (authentication.md §13.3)."""
    _, response = token_bearers.login(JOHN)
    api = Api(token_bearers.app, token_bearers.refresh(response)[1]["access_token"])

    assert ids(api.get("/api/customers")) == [john["id"]]
    assert got(api.get("/api/tags")) == UNAUTHORIZED


def test_provisioning(token_bearers: TokenBearers) -> None:
    """A person's own token is for another API (authentication.md §13.3)."""
    values = {"name": "Person", "kind": "user", "uid": "person", "secret": "s", "role_id": None}
    token_bearers.sandbox().insert("applications", {**values, "public_access": False})
    person = token_bearers.api("Person", "client_credentials")

    for path in ("/api/customers", "/api/organization", "/api/application"):
        assert got(person.get(path)) == INVALID_TOKEN


@pytest.mark.parametrize("name", BEARERS)
def test_change_histories(token_bearers: TokenBearers, john: Document, name: str) -> None:
    """Integrations alone read them, and only if their role reads (authentication.md §13.3)."""
    confidential_channel(token_bearers.sandbox())
    answer = BEARERS[name][0](token_bearers).get(f"{path_of(john)}/event_stores")

    if name.startswith(("integration", "read-only")):
        assert answer.status_code == 200
    else:
        assert got(answer) == UNAUTHORIZED


def test_a_back_end_for_a_customer_writes_for_others(
    token_bearers: TokenBearers, john: Document, jane: Document
) -> None:
    """It has the permissions of its role; what it creates is its customer's unless said."""
    asking = token_bearers.on_behalf(
        "Integration", {"owner": {"type": "Customer", "id": john["id"]}}
    )
    links = {"market": to(market(asking))}
    own = asking.create("orders", links=links)
    other = asking.create("orders", links={**links, "customer": to(jane)})

    assert [
        asking.get(f"{path_of(each)}/relationships/customer").json["data"] for each in (own, other)
    ] == [to(john), to(jane)]
