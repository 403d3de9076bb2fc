"""Addresses and payment sources of orders: cloned, and saved for the customer.

neighbours.md §7.
"""

from __future__ import annotations

from typing import Any
from unittest.mock import ANY

import pytest

from mockserver.engine.sandbox import Sandbox
from tests.bearers import PASSWORD, TokenBearers
from tests.client import Api, Document, document, ids, path_of, to
from tests.refusals import Refused, got, refused_with, violation
from tests.scene import NOBODY, address, clear, digest, events, order, stored
from tests.till import choose, method

JOHN = "john@example.com"


@pytest.fixture
def customer(api: Api) -> Document:
    """Return a registered customer."""
    return api.create("customers", email=JOHN, password=PASSWORD)


def said(place: Document) -> dict[str, Any]:
    """Return what an address says, apart from when it was made."""
    return {n: v for n, v in place["attributes"].items() if not n.endswith("_at")}


def linked(api: Api, object_: Document, name: str) -> Document:
    """Return the record at the end of a to-one relationship."""
    found: Document = api.get(f"{path_of(object_)}/{name}").json["data"]
    return found


def trigger(api: Api, bought: Document, **attributes: Any) -> Any:
    """Send commands to an order; return the answer."""
    return api.patch(path_of(bought), document("orders", bought["id"], **attributes))


# --- address book and wallet (customers.md §15) ---------------------------------------------------

BOOK = "_save_{}_to_customer_address_book"
WALLET = "_save_payment_source_to_customer_wallet"


@pytest.mark.parametrize("name", ["billing_address", "shipping_address"])
def test_saving_an_address(api: Api, sandbox: Sandbox, customer: Document, name: str) -> None:
    """An entry of the customer's book, once, however often it is saved."""
    place = address(api)
    bought = order(api, {"customer": to(customer), name: to(place)})
    for _ in range(2):
        api.update(bought, **{BOOK.format(name): True})
    (entry,) = api.get(f"{path_of(customer)}/customer_addresses").json["data"]
    kept = api.get(f"{path_of(entry)}/address").json["data"]
    api.update(place, city="Pisa")

    assert kept["id"] != place["id"]
    assert said(kept) == said(place)
    assert api.get(path_of(kept)).json["data"] == {**kept, "meta": ANY}
    assert events(sandbox, entry) == ["customer_addresses.create"]


def test_saving_both_addresses(api: Api, customer: Document) -> None:
    """One entry each; one for both when they are the same."""
    home, work = address(api), address(api, city="Pisa")
    both = {BOOK.format(name): True for name in ("billing_address", "shipping_address")}
    for billing, shipping, count in ((home, home, 1), (home, work, 2)):
        links = {"billing_address": to(billing), "shipping_address": to(shipping)}
        api.update(order(api, {"customer": to(customer), **links}), **both)

        assert len(ids(api.get(f"{path_of(customer)}/customer_addresses"))) == count


def test_saving_for_two_customers(api: Api, customer: Document) -> None:
    """One address may be in two books."""
    place = address(api)
    other = api.create("customers", email="other@example.com")
    for each in (customer, other):
        bought = order(api, {"customer": to(each), "billing_address": to(place)})
        api.update(bought, **{BOOK.format("billing_address"): True})

        assert len(ids(api.get(f"{path_of(each)}/customer_addresses"))) == 1


def test_saving_together_with_what_is_saved(api: Api) -> None:
    """Address and customer may come in the same request."""
    bought = order(api)
    api.update(
        bought,
        customer_email=JOHN,
        links={"billing_address": to(address(api))},
        **{BOOK.format("billing_address"): True},
    )

    assert len(api.get("/api/customer_addresses").json["data"]) == 1


def test_saving_a_payment_source(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """An entry of the customer's wallet, once, and available to its orders from then on."""
    source = {"type": "wire_transfers", "id": sandbox.insert("wire_transfers", {})["id"]}
    bought = order(api, {"customer": to(customer), "payment_source": source})
    for _ in range(2):
        api.update(bought, **{WALLET: True})
    (kept,) = api.get(f"{path_of(customer)}/customer_payment_sources").json["data"]
    record = stored(sandbox, kept)
    available = f"{path_of(bought)}/available_customer_payment_sources"

    assert (record["payment_source_type"], record["payment_source"]) == tuple(source.values())
    assert ids(api.get(available)) == [kept["id"]]


def impossible(name: str) -> Refused:
    """Return the refusal of a trigger that has nothing to work on."""
    return refused_with([violation(f"attributes/{name}", "is invalid", "invalid")])


SAVES = [BOOK.format("billing_address"), BOOK.format("shipping_address"), WALLET]


@pytest.mark.parametrize("trigger", SAVES)
def test_nothing_to_save(api: Api, sandbox: Sandbox, customer: Document, trigger: str) -> None:
    """A customer without, and something without a customer."""
    place, source = address(api), sandbox.insert("wire_transfers", {})
    things = {
        "billing_address": to(place),
        "shipping_address": to(place),
        "payment_source": {"type": "wire_transfers", "id": source["id"]},
    }
    for links in ({"customer": to(customer)}, things):
        bought = order(api, links)
        before = digest(sandbox)
        answer = api.patch(path_of(bought), document("orders", bought["id"], **{trigger: True}))
        ignored = api.patch(path_of(bought), document("orders", bought["id"], **{trigger: False}))

        assert got(answer) == impossible(trigger)
        assert ignored.status_code == 200
        assert digest(sandbox) == before


def test_sales_channels_save_too(token_bearers: TokenBearers, api: Api, customer: Document) -> None:
    """A logged customer its own, and a guest for whom it orders."""
    john, guest = token_bearers.customer(JOHN), token_bearers.guest()
    links, others = ({"billing_address": to(address(api))} for _ in range(2))
    trigger = {BOOK.format("billing_address"): True}
    john.update(john.create("orders", links=links), **trigger)
    guest.update(guest.create("orders", links=others, customer_email="g@example.com"), **trigger)

    assert len(ids(john.get(f"{path_of(customer)}/customer_addresses"))) == 1
    assert len(ids(api.get("/api/customer_addresses"))) == 2


# --- clones (neighbours.md §7) --------------------------------------------------------------------

ADDRESSES = ["billing_address", "shipping_address"]


@pytest.mark.parametrize("name", ADDRESSES)
def test_cloning_an_address(api: Api, name: str) -> None:
    """The order has a copy of its own: later edits of the original do not leak."""
    place = address(api, reference="home", metadata={"floor": 3}, country_code="DE")
    changed = api.update(order(api), **{f"_{name}_clone_id": place["id"]})
    copy = linked(api, changed, name)
    api.update(place, city="Pisa")

    assert copy["id"] != place["id"]
    assert said(copy) == said(place)
    assert said(linked(api, changed, name)) == said(copy)
    assert changed["attributes"]["country_code"] == "DE"


@pytest.mark.parametrize("name", ADDRESSES)
def test_no_address_to_clone(api: Api, sandbox: Sandbox, name: str) -> None:
    """An unknown id is invalid; none at all is nothing asked."""
    bought = order(api)
    before = digest(sandbox)
    command = f"_{name}_clone_id"
    error = violation(f"attributes/{command}", "is invalid", "invalid", value=NOBODY)

    assert got(trigger(api, bought, **{command: NOBODY})) == refused_with([error])
    assert [trigger(api, bought, **{command: none}).status_code for none in (None, "")] == [200] * 2
    assert digest(sandbox) == before


@pytest.mark.parametrize(
    ("command", "name", "other"),
    [
        ("_shipping_address_same_as_billing", *reversed(ADDRESSES)),
        ("_billing_address_same_as_shipping", *ADDRESSES),
    ],
)
def test_the_same_address(api: Api, command: str, name: str, other: str) -> None:
    """A copy of the order's other address, which has to be there."""
    place = address(api)
    without = order(api)
    changed = api.update(order(api, {other: to(place)}), **{command: True})
    copy = linked(api, changed, name)

    assert copy["id"] != place["id"]
    assert said(copy) == said(place)
    assert got(trigger(api, without, **{command: True})) == impossible(command)


def test_cloned_and_copied_at_once(api: Api) -> None:
    """What a checkout sends in one request, the book included."""
    place = address(api)
    changed = api.update(
        order(api, customer_email=JOHN),
        _billing_address_clone_id=place["id"],
        _shipping_address_same_as_billing=True,
        **{BOOK.format(name): True for name in ADDRESSES},
    )
    entries = api.get("/api/customer_addresses?include=address").json
    places = [linked(api, changed, name) for name in ADDRESSES]

    assert [said(each) for each in (*places, *entries["included"])] == [said(place)] * 3
    assert len({each["id"] for each in (place, *places, *entries["included"])}) == 4


def test_what_the_book_has_is_not_saved_again(api: Api, customer: Document) -> None:
    """An address that was cloned from the book is in it."""
    place = address(api)
    api.create("customer_addresses", links={"customer": to(customer), "address": to(place)})
    bought = order(api, {"customer": to(customer)})
    api.update(bought, _billing_address_clone_id=place["id"], **{BOOK.format(ADDRESSES[0]): True})

    assert len(ids(api.get(f"{path_of(customer)}/customer_addresses"))) == 1


# --- paying ---------------------------------------------------------------------------------------


def source(sandbox: Sandbox, type_: str = "wire_transfers", **values: Any) -> Document:
    """Store a payment source; return its linkage."""
    return {"type": type_, "id": sandbox.insert(type_, values)["id"]}


def entry(api: Api, sandbox: Sandbox, customer: Document) -> Document:
    """Create an entry of a wallet."""
    links = {"customer": to(customer), "payment_source": source(sandbox)}
    return api.create("customer_payment_sources", links=links)


def paid_with(sandbox: Sandbox, bought: Document) -> tuple[str | None, str | None]:
    """Return type and id of an order's payment source."""
    record = stored(sandbox, bought)
    return record["payment_source_type"], record["payment_source"]


def test_paying_from_the_wallet(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """A copy of the entry's source becomes the order's, until it is nullified."""
    kept = entry(api, sandbox, customer)
    bought = order(api, {"customer": to(customer)})
    paid = api.update(bought, _customer_payment_source_id=kept["id"])
    type_, id_ = paid_with(sandbox, bought)
    made = stored(sandbox, {"type": "wire_transfers", "id": id_})
    nullified = api.update(bought, _nullify_payment_source=True)

    assert (type_, made["order"]) == ("wire_transfers", bought["id"])
    assert made["original"] == stored(sandbox, kept)["payment_source"] != id_
    wire = {"type": "wire_transfer", "payment_method_type": "wire_transfer"}
    assert paid["attributes"]["payment_source_details"] == wire
    assert paid_with(sandbox, bought) == (None, None)
    assert nullified["attributes"]["payment_source_details"] == {}


def test_a_wallet_of_another_kind(api: Api, sandbox: Sandbox, customer: Document) -> None:
    """What is paid with is of the method that was chosen, which an entry brings otherwise."""
    kept = entry(api, sandbox, customer)
    bought = order(api, {"customer": to(customer)})
    wire = choose(api, bought, "wire_transfers")
    api.update(kept, links={"payment_method": to(wire)})
    api.update(bought, _customer_payment_source_id=kept["id"])
    other = order(api, {"customer": to(customer)})
    choose(api, other, "stripe_payments")
    name = "attributes/_customer_payment_source_id"

    assert got(trigger(api, other, _customer_payment_source_id=kept["id"])) == refused_with(
        [violation(name, "is invalid", "invalid", value=kept["id"])]
    )
    api.update(other, links={"payment_method": None})
    api.update(other, _customer_payment_source_id=kept["id"])
    assert stored(sandbox, other)["payment_method"] == wire["id"]


def test_what_is_saved_once(api: Api, customer: Document) -> None:
    """A copy of what is in the wallet is not put there again; guests have no wallet."""
    bought = order(api, {"customer": to(customer)}, guest=False)
    choose(api, bought, "stripe_payments")
    made = api.create("stripe_payments", links={"order": to(bought)})
    api.update(made, _refresh=True)
    save = {"_save_payment_source_to_customer_wallet": True}
    api.update(bought, **save)
    (kept,) = api.get(f"{path_of(customer)}/customer_payment_sources").json["data"]
    other = order(api, {"customer": to(customer)}, guest=False)
    api.update(other, _customer_payment_source_id=kept["id"])
    api.update(other, **save)
    offered = api.get(f"{path_of(other)}/available_customer_payment_sources").json["data"]
    guests = order(api, {"customer": to(customer)}, guest=True)
    api.update(guests, _customer_payment_source_id=kept["id"])

    assert kept["attributes"]["payment_source_token"].startswith("pm_")
    assert len(ids(api.get(f"{path_of(customer)}/customer_payment_sources"))) == 1
    assert [each["id"] for each in offered] == [kept["id"]]
    assert got(trigger(api, guests, **save)) == impossible(next(iter(save)))


@pytest.mark.parametrize("whose", ["nobody's", "another's", "without-a-customer"])
def test_somebody_elses_wallet(api: Api, sandbox: Sandbox, customer: Document, whose: str) -> None:
    """Only an entry of the order's own customer will do."""
    other = api.create("customers", email="other@example.com")
    id_ = NOBODY if whose == "nobody's" else entry(api, sandbox, other)["id"]
    links = {} if whose == "without-a-customer" else {"customer": to(customer)}
    bought = order(api, links)
    answer = trigger(api, bought, _customer_payment_source_id=id_)
    name = "attributes/_customer_payment_source_id"

    assert got(answer) == refused_with([violation(name, "is invalid", "invalid", value=id_)])


def test_the_method_of_a_source(api: Api, sandbox: Sandbox) -> None:
    """Whichever is new brings the other along; both sent together must agree."""
    clear(api, "payment_methods")
    bought = order(api)
    wire, card = (method(api, type_)["id"] for type_ in ("wire_transfers", "stripe_payments"))
    api.update(bought, links={"payment_source": source(sandbox)})
    brought = stored(sandbox, bought)["payment_method"]
    api.update(bought, links={"payment_source": source(sandbox, "stripe_payments")})
    changed = stored(sandbox, bought)["payment_method"]
    api.update(bought, links={"payment_method": {"type": "payment_methods", "id": wire}})
    left = paid_with(sandbox, bought)
    both = {
        "payment_method": {"type": "payment_methods", "id": card},
        "payment_source": source(sandbox),
    }
    wrong = api.patch(path_of(bought), document("orders", bought["id"], links=both))

    assert (brought, changed) == (wire, card)
    assert left == (None, None)
    assert got(wrong) == refused_with(
        [violation("relationships/payment_source", "is invalid", "invalid")]
    )
    assert paid_with(sandbox, bought) == (None, None)


def test_what_is_shown_of_a_source(api: Api, sandbox: Sandbox) -> None:
    """Its kind, and the instrument where there is one."""
    card = {"issuer_type": "card", "card_type": "visa"}
    linkage = source(sandbox, "stripe_payments", payment_instrument=card)
    bought = order(api, {"payment_source": linkage})

    assert bought["attributes"]["payment_source_details"] == {
        "type": "stripe_payment",
        "payment_method_type": "card",
        **card,
    }
