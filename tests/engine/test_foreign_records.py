"""What is another's is out of reach on every path there is (authentication.md §13.1, §13.2).

The cases follow from the declarations: a new type has to say here how a record of it can be
another's, and every relationship of every type is tried.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES
from mockserver.resources.registry import registry
from mockserver.schema.permits import Permit
from mockserver.schema.relationships import Relationship
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.foreign import FOREIGN, JANE, OF_MARKET, OPEN_TO_ALL, Abroad
from tests.refusals import got, refused, refused_with, violation
from tests.samples import Samples, fulfilling_line
from tests.scene import NOBODY, alter, digest, fulfil, line, market, order, return_of, sku, stored
from tests.till import accept

JOHN = "john@example.com"
UNAUTHORIZED = refused("UNAUTHORIZED")
KINDS = ("guest", "customer")
SITUATIONS = [(type_, how) for type_, ways in FOREIGN.items() for how in ways]
#: The types that linkages may lead to although nobody reads them here.
NAMED = frozenset({"markets", "stock_locations", "stores"})


@pytest.fixture
def options() -> Mapping[str, Any]:
    """Return settings: here a token is needed."""
    return {"auth": True}


@pytest.fixture
def admin(token_bearers: TokenBearers) -> Api:
    """Return an integration that may do everything."""
    return token_bearers.integration()


@pytest.fixture
def abroad(token_bearers: TokenBearers, admin: Api) -> Abroad:
    """Return what makes records that are another's."""
    jane = admin.create("customers", email=JANE, password=PASSWORD)
    admin.create("customers", email=JOHN, password=PASSWORD)
    return Abroad(admin, token_bearers.sandbox(), jane)


def channel(token_bearers: TokenBearers, kind: str) -> Api:
    """Return a sales channel, on which a customer has logged in or nobody."""
    return token_bearers.guest() if kind == "guest" else token_bearers.customer(JOHN)


def test_every_type_is_covered() -> None:
    """A type that is added says how a record of it can be another's."""
    singletons = {type_ for type_, resource in registry().items() if resource.singleton}

    assert registry().keys() - singletons == FOREIGN.keys() | OPEN_TO_ALL


# --- its own URLs ---------------------------------------------------------------------------------


def expected_of(type_: str, action: str) -> tuple[int, str]:
    """Return the answer to an action that the record is not open to."""
    if action not in registry()[type_].actions:
        return refused("METHOD_NOT_ALLOWED")
    if (type_, action) == ("customer_password_resets", "update"):
        # Its permission is the token, which is asked for.
        return refused_with(
            [violation("attributes/_reset_password_token", "can't be blank", "blank")]
        )
    return UNAUTHORIZED


def expected_of_linkage(type_: str, relationship: Relationship, method: str) -> tuple[int, str]:
    """Return the answer to a write of a linkage: what cannot be sent at all comes first."""
    if "update" not in registry()[type_].actions or (method == "POST" and not relationship.many):
        return refused("METHOD_NOT_ALLOWED")
    if relationship.many and method == "PATCH" and not relationship.flags.updatable:
        return refused("FORBIDDEN")
    if not is_writable(relationship, flag="updatable"):
        return refused("PARAM_NOT_ALLOWED", f"{relationship.name} is not allowed.")
    return UNAUTHORIZED


def is_writable(relationship: Relationship, *, flag: str) -> bool:
    """Say whether a sales channel may send the linkage at all."""
    return getattr(relationship.flags, flag) and not relationship.closed_to_sales_channels


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(("type_", "how"), SITUATIONS)
def test_every_url_of_what_is_anothers(
    token_bearers: TokenBearers, abroad: Abroad, *, kind: str, type_: str, how: str
) -> None:
    """Reading, changing, deleting, what it is related to, and its linkages: 401, and no change.

    Nor does it stand in a list.
    """
    foreign = FOREIGN[type_][how](abroad)
    api, path, resource = channel(token_bearers, kind), path_of(foreign), registry()[type_]
    before = digest(token_bearers.sandbox())
    empty = document(type_, foreign["id"])

    assert got(api.patch(path, empty)) == expected_of(type_, "update")
    assert got(api.get(path)) == expected_of(type_, "retrieve")
    assert got(api.delete(path)) == expected_of(type_, "delete")
    for name, relationship in resource.relationships.items():
        nothing = {"data": [] if relationship.many else None}
        linkage = f"{path}/relationships/{name}"
        if "retrieve" in resource.actions:
            assert got(api.get(f"{path}/{name}")) == UNAUTHORIZED
            assert got(api.get(linkage)) == UNAUTHORIZED
        for method in ("PATCH", "POST", "DELETE"):
            expected = expected_of_linkage(type_, relationship, method)
            assert got(api.request(method, linkage, nothing)) == expected
    assert digest(token_bearers.sandbox()) == before


def check_lists(api: Api, kind: str, foreign: Document) -> None:
    """Check that it is left out of a list, or that there is no list."""
    type_ = foreign["type"]
    resource = registry()[type_]
    permit = resource.for_guests if kind == "guest" else resource.for_customers
    if "list" not in resource.actions:
        assert got(api.get(f"/api/{type_}")) == refused("METHOD_NOT_ALLOWED")
        return
    for query in ({}, {"filter[q][id_eq]": foreign["id"]}, {"filter[ids]": foreign["id"]}):
        answer = api.get(f"/api/{type_}", query)
        if permit.lists:
            assert foreign["id"] not in ids(answer)
            assert "included" not in answer.json
        else:
            assert got(answer) == UNAUTHORIZED


# --- as the target of a linkage -------------------------------------------------------------------


Link = tuple[str, str]


def _links(flag: str) -> Mapping[tuple[str, str, str], list[Link]]:
    """Return which relationships may not lead to what, by kind, type and situation of that."""
    action = {"creatable": ("create", "C"), "updatable": ("update", "U")}[flag]
    found: dict[tuple[str, str, str], list[Link]] = {}
    for type_, resource in registry().items():
        for kind, permit in zip(KINDS, (resource.for_guests, resource.for_customers), strict=True):
            if action[0] not in resource.actions or action[1] not in permit.actions:
                continue
            for name, relationship in resource.relationships.items():
                targets = FOREIGN.keys() & set(relationship.types) - NAMED - OF_MARKET.keys()
                if is_writable(relationship, flag=flag):
                    for target in sorted(targets):
                        for how in FOREIGN[target]:
                            found.setdefault((kind, target, how), []).append((type_, name))
    return found


CREATABLE, UPDATABLE = _links("creatable"), _links("updatable")


@pytest.mark.parametrize(("kind", "target", "how"), CREATABLE)
def test_nothing_is_created_with_what_is_anothers(
    token_bearers: TokenBearers, abroad: Abroad, *, kind: str, target: str, how: str
) -> None:
    """Named as the target of any linkage it is 401, before anything is validated."""
    foreign = to(FOREIGN[target][how](abroad))
    api, before = channel(token_bearers, kind), digest(token_bearers.sandbox())
    for type_, name in CREATABLE[kind, target, how]:
        linkage = [foreign] if registry()[type_].relationships[name].many else foreign
        answer = api.post(f"/api/{type_}", document(type_, links={name: linkage}))

        assert (type_, name, got(answer)) == (type_, name, UNAUTHORIZED)
        assert digest(token_bearers.sandbox()) == before


class Home:
    """Makes records of a bearer's own, by type."""

    def __init__(self, admin: Api, kind: str) -> None:
        """Make them as an integration, for the logged customer or for nobody."""
        self.admin = admin
        self.samples = Samples(admin, first=1000)
        self.own: Document = {}
        if kind == "customer":
            (john,) = admin.get("/api/customers", {"filter[q][email_eq]": JOHN}).json["data"]
            self.own = {"customer": to(john)}

    def record(self, type_: str) -> Document:
        """Return a record of the type."""
        if type_ == "skus":
            # A sales channel sees what is sold.
            return sku(self.admin, self.samples.text())
        if type_ == "customers":
            found: Document = self.admin.get(path_of(self.own["customer"])).json["data"]
            return found
        if type_ in OF_SENT_ORDERS:
            return self._of_sent_order(type_)
        sent = self.samples.document(type_)["data"]
        links = {n: value["data"] for n, value in sent.get("relationships", {}).items()}
        links = self._row_of_return() if type_ == "return_line_items" else links
        links |= {n: make() for n, make in self._links(type_).items() if n in links}
        attributes = sent.get("attributes", {})
        relationships = registry()[type_].relationships
        if "customer" in relationships and relationships["customer"].flags.creatable:
            links |= self.own
            attributes.pop("customer_email", None)
        elif "customer_email" in attributes:
            attributes["customer_email"] = JOHN if self.own else "guest@example.com"
        return self.admin.create(type_, links=links, **attributes)

    def _links(self, type_: str) -> Mapping[str, Callable[[], Document]]:
        """Return what makes the targets of linkages, as the bearer's own, by name."""
        made: dict[str, Callable[[], Document]] = {
            "market": lambda: to(market(self.admin)),
            "order": lambda: to(self._order_for(type_)),
            "source_order": lambda: to(order(self.admin, self.own)),
        }
        if type_ == "line_item_options":
            made["line_item"] = lambda: to(line(self.admin, order(self.admin, self.own)))
        if type_ == "sku_list_items":
            wishes = {"name": "Wishes", "links": self.own}
            made["sku_list"] = lambda: to(self.admin.create("sku_lists", **wishes))
        return made

    def _order_for(self, type_: str) -> Document:
        bought = order(self.admin, self.own)
        if type_ in PAYMENT_SOURCES:
            accept(self.admin, bought, type_)
        return fulfil(self.admin, bought) if type_ == "returns" else bought

    def _row_of_return(self) -> Document:
        bought = order(self.admin, self.own)
        row = line(self.admin, bought, name="Cap")
        return {"return": to(return_of(self.admin, bought)), "line_item": to(row)}

    def _of_sent_order(self, type_: str) -> Document:
        """Return what belongs to an order that is being sent, which is the bearer's."""
        samples = self.samples.apart()
        made = samples.document(type_)["data"]
        links = {n: value["data"] for n, value in made["relationships"].items()}
        if type_.startswith("stock_"):
            links["line_item"] = fulfilling_line(samples)
        made = self.admin.create(type_, links=links, **made.get("attributes", {}))
        sandbox = next(iter(self.admin.app.organizations)).sandbox("test")
        held = stored(sandbox, made)
        bought = held.get("order") or sandbox.get("shipments", held["shipment"])["order"]
        whose = {"customer": self.own["customer"]["id"]} if self.own else {}
        alter(sandbox, {"type": "orders", "id": bought}, market=market(self.admin)["id"], **whose)
        return made


#: What there is of an order only when that is under way.
OF_SENT_ORDERS = frozenset({"shipments", "stock_line_items", "stock_transfers", "parcels"})


@pytest.mark.parametrize(("kind", "target", "how"), UPDATABLE)
def test_nothing_is_updated_with_what_is_anothers(  # noqa: PLR0913 - the case
    token_bearers: TokenBearers, admin: Api, abroad: Abroad, *, kind: str, target: str, how: str
) -> None:
    """By the URL of any record that links so, and by that of the linkage."""
    foreign = to(FOREIGN[target][how](abroad))
    api, home = channel(token_bearers, kind), Home(admin, kind)
    for type_, name in UPDATABLE[kind, target, how]:
        own = home.record(type_)
        before = digest(token_bearers.sandbox())
        many = registry()[type_].relationships[name].many
        linkage = [foreign] if many else foreign
        body = document(type_, own["id"], links={name: linkage})
        url, case = f"{path_of(own)}/relationships/{name}", (type_, name)

        assert (case, api.get(path_of(own)).status_code) == (case, 200)
        assert (case, got(api.patch(path_of(own), body))) == (case, UNAUTHORIZED)
        assert (case, got(api.patch(url, {"data": linkage}))) == (case, UNAUTHORIZED)
        assert not many or got(api.post(url, {"data": linkage})) == UNAUTHORIZED, case
        assert digest(token_bearers.sandbox()) == before, case


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("target", sorted(NAMED))
def test_what_may_be_named(token_bearers: TokenBearers, admin: Api, kind: str, target: str) -> None:
    """What a shop is made of can be linked, though not read."""
    resource = registry()[target]

    assert {resource.for_guests.actions, resource.for_customers.actions} == {""}
    assert channel_may_name(token_bearers, admin, kind, target)


def channel_may_name(token_bearers: TokenBearers, admin: Api, kind: str, target: str) -> bool:
    """Say whether a sales channel can create something that leads to a record of the type."""
    admin.create("customers", email=JOHN, password=PASSWORD)
    api, home = channel(token_bearers, kind), Home(admin, kind)
    made = home.record("orders")
    if target == "stock_locations":
        fulfil(admin, made)
        links = {"order": to(made), "stock_location": to(Samples(admin).new(target))}
        body = document("returns", links=links)
        return api.post("/api/returns", body).status_code == 201
    place = to(market(admin))
    if target == "stores":
        place = to(admin.create("stores", name="Rome", links={"market": place}))
    name = target.removesuffix("s")
    body = document("orders", made["id"], links={name: place})
    return api.patch(path_of(made), body).status_code == 200


@pytest.mark.parametrize("kind", KINDS)
def test_an_unknown_target_is_none(token_bearers: TokenBearers, abroad: Abroad, kind: str) -> None:
    """What is not there is a 404, what is another's a 401 (conventions.md §17)."""
    api = channel(token_bearers, kind)
    answers = [
        api.post("/api/sku_list_items", document("sku_list_items", links={"sku_list": target}))
        for target in ({"type": "sku_lists", "id": NOBODY}, to(abroad.list_()))
    ]

    assert [got(answer) for answer in answers] == [refused("RECORD_NOT_FOUND"), UNAUTHORIZED]


# --- by an attribute that takes an id -------------------------------------------------------------

NAMING = [
    (type_, name, attribute.names)
    for type_, resource in registry().items()
    for name, attribute in resource.attributes.items()
    if attribute.names
]
#: Attributes that hold the id of something outside, which nothing here is looked up by.
OUTSIDE = frozenset(
    {
        *("payment_id", "paypal_payer_id", "profile_id", "stripe_id", "gtm_id"),
        *("facebook_pixel_id", "selected_rate_id"),
    }
)


def test_attributes_that_take_ids_say_so() -> None:
    """So that what they name is looked at as a linkage is."""
    taking = {
        (type_, name)
        for type_, resource in registry().items()
        for name, attribute in resource.attributes.items()
        if name.endswith("_id") and (attribute.flags.creatable or attribute.flags.updatable)
        if name not in OUTSIDE and resource.for_customers.actions
    }

    assert taking == {(type_, name) for type_, name, _ in NAMING}


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    ("type_", "name", "how"),
    [(type_, name, how) for type_, name, target in NAMING for how in FOREIGN[target]],
)
def test_attributes_that_name_what_is_anothers(  # noqa: PLR0913 - the case
    token_bearers: TokenBearers,
    admin: Api,
    abroad: Abroad,
    *,
    kind: str,
    type_: str,
    name: str,
    how: str,
) -> None:
    """401 as for a linkage; an id of nothing is 422."""
    own = Home(admin, kind).record(type_)
    foreign = FOREIGN[registry()[type_].attributes[name].names or ""][how](abroad)
    api, before = channel(token_bearers, kind), digest(token_bearers.sandbox())
    answers = [
        api.patch(path_of(own), document(type_, own["id"], **{name: id_}))
        for id_ in (foreign["id"], NOBODY)
    ]

    assert got(answers[0]) == UNAUTHORIZED
    assert answers[1].status_code == 422
    assert digest(token_bearers.sandbox()) == before


@pytest.mark.parametrize(
    "type_", ["customer_addresses", "customer_subscriptions", "orders", "sku_lists"]
)
def test_naming_another_customer(token_bearers: TokenBearers, abroad: Abroad, type_: str) -> None:
    """By linkage or by email, a logged customer names nobody else."""
    home = Home(abroad.admin, "customer")
    sent = home.samples.document(type_)["data"]
    attributes = {**sent.get("attributes", {})}
    links = {n: v["data"] for n, v in sent.get("relationships", {}).items() if n != "customer"}
    api, before = token_bearers.customer(JOHN), digest(token_bearers.sandbox())
    resource = registry()[type_]
    if resource.relationships["customer"].flags.creatable:
        body = document(type_, links={**links, **abroad.jane}, **attributes)
        assert got(api.post(f"/api/{type_}", body)) == UNAUTHORIZED
    if "customer_email" in resource.attributes:
        for email in (JANE, "nobody@example.com"):
            body = document(type_, links=links, **{**attributes, "customer_email": email})
            assert got(api.post(f"/api/{type_}", body)) == UNAUTHORIZED
    assert digest(token_bearers.sandbox()) == before


# --- includes -------------------------------------------------------------------------------------

#: What makes its target one's own, or takes the record itself away: no case of another's.
DECISIVE = frozenset(
    {
        *((type_, "market") for type_ in registry()),
        ("prices", "price_list"),
        ("delivery_lead_times", "shipping_method"),
        ("parcels", "shipment"),
        ("stock_items", "stock_location"),
        ("payment_options", "order"),
        ("customer_payment_sources", "payment_source"),
        *((type_, "order") for type_ in PAYMENT_SOURCES),
    }
)


def permit_of(type_: str, kind: str) -> Permit:
    """Return what a kind of bearer may do to a type."""
    resource = registry()[type_]
    return resource.for_guests if kind == "guest" else resource.for_customers


def _leading() -> Mapping[tuple[str, str, str], list[Link]]:
    """Return by what one's own records may lead to what is another's: a back end has let them."""
    found: dict[tuple[str, str, str], list[Link]] = {}
    for type_, resource in registry().items():
        for kind, permit in zip(KINDS, (resource.for_guests, resource.for_customers), strict=True):
            if "R" not in permit.actions or "update" not in resource.actions:
                continue
            for name, relationship in resource.relationships.items():
                is_stored = relationship.stored and relationship.flags.updatable
                if is_stored and not relationship.owner and (type_, name) not in DECISIVE:
                    for target in sorted(FOREIGN.keys() & set(relationship.types) - {"addresses"}):
                        if permit_of(target, kind).included:
                            continue
                        case = kind, target, next(iter(FOREIGN[target]))
                        found.setdefault(case, []).append((type_, name))
    return found


LEADING = _leading()


@pytest.mark.parametrize(("kind", "target", "how"), LEADING)
def test_includes_without_what_is_anothers(  # noqa: PLR0913 - the case
    token_bearers: TokenBearers, admin: Api, abroad: Abroad, *, kind: str, target: str, how: str
) -> None:
    """It is left out of what is included, of the linkage and of the related URL."""
    foreign, sandbox = to(FOREIGN[target][how](abroad)), token_bearers.sandbox()
    api, home = channel(token_bearers, kind), Home(admin, kind)
    for type_, name in LEADING[kind, target, how]:
        own = home.record(type_)
        relationship = registry()[type_].relationships[name]
        alter(sandbox, own, **{name: [foreign["id"]] if relationship.many else foreign["id"]})
        if relationship.polymorphic:
            alter(sandbox, own, **{relationship.type_field: target})
        nothing, case = [] if relationship.many else None, (type_, name)
        shown = api.get(path_of(own), {"include": name})
        related = api.get(f"{path_of(own)}/{name}")

        assert shown.status_code == 200, (case, shown.text)
        assert shown.json["data"]["relationships"][name].get("data", case) == nothing, case
        assert "included" not in shown.json, case
        assert foreign["id"] not in related.text, case
        assert got(related) == UNAUTHORIZED or related.json["data"] == nothing, case
        assert api.get(f"{path_of(own)}/relationships/{name}").json["data"] == nothing, case


# --- filters and criteria as ways to ask ----------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "name",
    [
        "sku_lists_name_eq",
        "sku_lists_customer_email_eq",
        "sku_list_items_sku_list_name_eq",
        "sku_lists_customer_password_present",
    ],
)
def test_filters_do_not_tell_of_others(
    token_bearers: TokenBearers, admin: Api, abroad: Abroad, kind: str, name: str
) -> None:
    """What may not be read is as if it were not there; back ends find it."""
    cap, list_ = sku(admin), abroad.list_()
    admin.create("sku_list_items", links={"sku_list": to(list_), "sku": to(cap)})
    value = {"email": JANE, "name": "Wishes"}.get(name.removesuffix("_eq").rpartition("_")[2], "1")
    query = {f"filter[q][{name}]": value}
    without = {"filter[q][sku_lists_id_null]": "1"}
    api = channel(token_bearers, kind)

    assert ids(admin.get("/api/skus", query)) == [cap["id"]]
    assert ids(api.get("/api/skus", query)) == []
    assert cap["id"] not in ids(admin.get("/api/skus", without))
    assert cap["id"] in ids(api.get("/api/skus", without))


def test_filters_and_criteria_through_closed_types(
    token_bearers: TokenBearers, admin: Api, abroad: Abroad
) -> None:
    """Neither tags nor the names of markets are asked of one's own orders."""
    own, tag = Home(admin, "customer"), admin.create("tags", name="vip")
    first = order(admin, {**own.own, "market": to(market(admin, "usa")), "tags": [to(tag)]})
    second = order(admin, own.own)
    api, query = token_bearers.customer(JOHN), {"filter[q][tags_name_eq]": "vip"}

    assert ids(admin.get("/api/orders", query)) == [first["id"]]
    assert ids(api.get("/api/orders", query)) == []
    assert ids(admin.get("/api/orders", {"sort": "market.name"})) == [second["id"], first["id"]]
    assert ids(api.get("/api/orders", {"sort": "market.name"})) == [first["id"], second["id"]]
    assert abroad.jane["customer"]["id"] not in api.get("/api/customers").text
