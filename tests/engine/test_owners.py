"""What a logged customer creates is its own, wherever its customer may be left out.

authentication.md §13.2.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from mockserver.resources.registry import registry
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.refusals import got, refused
from tests.samples import Samples
from tests.scene import market, order, return_of
from tests.till import accept

JOHN = "john@example.com"
OWNED = [type_ for type_, resource in registry().items() if resource.owner]
#: What stands in the place of the customer, by name.
LEFT_OUT: Mapping[str, tuple[Document, Document]] = {
    "nothing": ({}, {}),
    "null": ({}, {"customer": None}),
    "null-email": ({"customer_email": None}, {}),
    "empty-email": ({"customer_email": ""}, {}),
    "both": ({"customer_email": ""}, {"customer": None}),
}


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


def body(admin: Api, type_: str, attributes: Document, links: Document) -> Document | None:
    """Return what creates a record without a customer, ``None`` where it cannot be said so."""
    resource, sent = registry()[type_], Samples(admin).document(type_)["data"]
    customer = resource.relationships["customer"].flags.creatable
    if not (resource.attributes.keys() >= attributes.keys()) or (links and not customer):
        return None
    told = {n: v for n, v in sent.get("attributes", {}).items() if n != "customer_email"}
    held = {n: v["data"] for n, v in sent.get("relationships", {}).items() if n != "customer"}
    if "market" in held:
        held["market"] = to(market(admin))
    return document(type_, links={**held, **links}, **told, **attributes)


def test_what_belongs_to_a_customer() -> None:
    """Every type with a customer of its own choice says whose it is when nobody is named."""
    choosing = {
        type_
        for type_, resource in registry().items()
        for name in ("customer", "customer_email")
        if (member := {**resource.attributes, **resource.relationships}.get(name))
        if member.flags.creatable and "create" in resource.actions
    }

    # A reset is of whom its email address says, a recipient whoever is named.
    apart = {"customer_password_resets", "coupon_recipients", "gift_card_recipients"}
    assert choosing - apart == set(OWNED)


@pytest.mark.parametrize("how", LEFT_OUT)
@pytest.mark.parametrize("type_", OWNED)
@pytest.mark.parametrize("kind", ["customer", "back end for a customer"])
def test_what_a_logged_customer_creates(  # noqa: PLR0913 - the case
    token_bearers: TokenBearers, admin: Api, john: Document, *, type_: str, how: str, kind: str
) -> None:
    """It is the customer's, however the customer is left out; a back end that acts for it alike."""
    sent = body(admin, type_, *LEFT_OUT[how])
    if sent is None:
        assert how != "nothing"
        return
    owner = {"owner": {"type": "Customer", "id": john["id"]}}
    is_back_end = kind != "customer"
    api = (
        token_bearers.on_behalf("Integration", owner)
        if is_back_end
        else token_bearers.customer(JOHN)
    )
    answer = api.post(f"/api/{type_}", sent)
    if "C" not in registry()[type_].for_customers.actions and not is_back_end:
        assert got(answer) == refused("UNAUTHORIZED")
        return

    assert answer.status_code == 201, answer.text
    made = answer.json["data"]
    assert admin.get(f"{path_of(made)}/relationships/customer").json["data"] == to(john)
    assert api.get(path_of(made)).status_code == 200


@pytest.mark.parametrize("type_", OWNED)
def test_what_nobody_in_particular_creates(
    token_bearers: TokenBearers, admin: Api, type_: str
) -> None:
    """Without a customer in the token there is none: back ends name one where one is needed."""
    sent = body(admin, type_, {}, {})
    assert sent is not None
    answer = admin.post(f"/api/{type_}", sent)
    if registry()[type_].relationships["customer"].presence:
        assert answer.status_code == 422
    else:
        path = f"{path_of(answer.json['data'])}/relationships/customer"
        assert admin.get(path).json["data"] is None
    assert token_bearers.guest().get(f"/api/{type_}").status_code == 401


def test_what_follows_from_ones_own(
    token_bearers: TokenBearers, admin: Api, john: Document
) -> None:
    """Returns and payment sources are of one's own order, and so one's own."""
    api = token_bearers.customer(JOHN)
    own = api.create("orders")
    returned = return_of(api, own)
    accept(admin, own, "wire_transfers")
    source = api.create("wire_transfers", links={"order": to(own)})

    assert admin.get(f"{path_of(returned)}/relationships/customer").json["data"] == to(john)
    assert api.get(path_of(source)).status_code == 200


def test_an_update_leaves_the_owner(
    token_bearers: TokenBearers, admin: Api, john: Document
) -> None:
    """Only what is created is given to the customer; an order cannot be given away to nobody."""
    api = token_bearers.customer(JOHN)
    own = order(admin, {"customer": to(john)})
    answer = api.patch(path_of(own), document("orders", own["id"], links={"customer": None}))
    list_ = admin.create("sku_lists", name="Wishes")
    api.update(list_, name="Others")

    assert got(answer) == refused("UNAUTHORIZED")
    assert admin.get(f"{path_of(own)}/relationships/customer").json["data"] == to(john)
    assert admin.get(f"{path_of(list_)}/relationships/customer").json["data"] is None
