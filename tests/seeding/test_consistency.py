"""Whatever belongs to the named and to random customers fits together, in both modes."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from mockserver.access import MODES, Mode
from mockserver.app import MockServerApp
from mockserver.clock import parse_timestamp
from mockserver.commerce.orders.cart_records import line_of
from mockserver.commerce.payments.payment_sources import PAYMENT_SOURCES, details, label
from mockserver.commerce.subscriptions.frequencies import next_run
from mockserver.commerce.totals.buckets import add_up
from mockserver.commerce.totals.cart import Cart, Line
from mockserver.engine.sandbox import Sandbox
from mockserver.resources.registry import indexes, registry
from mockserver.schema.casting import is_blank
from mockserver.schema.vocabulary import Resource
from mockserver.seeding.named_customers import NAMED_CUSTOMERS
from mockserver.storage.base import Record
from tests.client import Bearers, Document, document, path_of, to, values
from tests.seeding.test_seed import declared, linked
from tests.seeding.worlds import seeded

RANDOM = 300
OK = 200
#: Fewer types than are seeded.
MANY = 20
#: What the addresses of an order have in common with those they are copies of.
PLACE = (
    "business",
    "first_name",
    "last_name",
    "company",
    "line_1",
    "city",
    "zip_code",
    "state_code",
    "country_code",
    "phone",
)

#: As a server starts, with fewer customers.
SEEDED = pytest.mark.parametrize("options", [{"seeded": True, "customers": 30}], ids=["seeded"])

Groups = dict[Any, list[Record]]


@pytest.fixture(scope="module", params=["test", "live"])
def sandbox(request: pytest.FixtureRequest) -> Sandbox:
    """Return named and random customers; not to be changed."""
    return seeded(len(NAMED_CUSTOMERS) + RANDOM).sandbox(request.param)


def every(sandbox: Sandbox, type_: str) -> list[Record]:
    """Return all records of a type, of which there are some."""
    found = sandbox.partition.select(type_)[0]
    assert found, type_
    return found


def grouped(sandbox: Sandbox, type_: str, field: str) -> Groups:
    """Return the records of a type by what a field of them says."""
    groups: Groups = defaultdict(list)
    for record in every(sandbox, type_):
        groups[record[field]].append(record)
    return groups


def got(sandbox: Sandbox, type_: str, id_: str | None) -> Record:
    """Return a record there is."""
    found = sandbox.get(type_, id_ or "")
    assert found, (type_, id_)
    return found


def placed(sandbox: Sandbox) -> Iterator[Record]:
    """Yield the orders that were placed."""
    yield from (order for order in every(sandbox, "orders") if order["placed_at"])


def test_every_linkage_leads_to_a_record(sandbox: Sandbox) -> None:
    """Of a type that is declared: nothing is promised that cannot be asked for."""
    for resource, record in declared(sandbox):
        for type_, id_ in linked(resource, record):
            assert type_ not in registry() or sandbox.get(type_, id_), (resource.type_, type_)
            if resource.type_ not in ("markets", "stores"):
                assert type_ in registry(), (resource.type_, type_)


def test_what_is_unique_is_there_once(sandbox: Sandbox) -> None:
    """Whatever a storage is told is unique, alone or together; blank text is nothing."""
    for type_, found in indexes().items():
        records = sandbox.partition.select(type_)[0]
        alone = [(name,) for name, index in found.fields.items() if index.unique]
        for fields in (*alone, *found.unique_together):
            keys = [tuple(record[field] for field in fields) for record in records]
            whole = [key for key in keys if not any(map(is_blank, key))]
            assert len(set(whole)) == len(whole), (type_, fields)


# --- orders --------------------------------------------------------------------------------------


def goods(lines: Iterable[Record]) -> list[Record]:
    """Return the lines of what was bought, without those that an order makes by itself."""
    return [line for line in lines if line["item_type"] == "skus"]


def test_orders_add_up(sandbox: Sandbox) -> None:
    """The amounts of each are the sums of its lines, as the engine reckons them."""
    lines = grouped(sandbox, "line_items", "order")
    for order in every(sandbox, "orders"):
        own = lines[order["id"]]
        cart = Cart({"tax_included": order["tax_included"]}, list(map(reckoned, own)))
        add_up(cart)

        assert cart.order == {name: order[name] for name in cart.order}
        assert bool(own) is (order["status"] != "draft")


def reckoned(record: Record) -> Line:
    """Return a line as the totals engine has left it."""
    line = line_of(record)
    line.tax_amount_cents = record["tax_amount_cents"]
    return line


def test_lines_are_of_skus(sandbox: Sandbox) -> None:
    """Each is of a SKU under its code, at its price and in the currency of its order."""
    prices = {(p["sku"], p["currency_code"]): p["amount_cents"] for p in every(sandbox, "prices")}
    for line in goods(every(sandbox, "line_items")):
        sku, order = got(sandbox, "skus", line["item"]), got(sandbox, "orders", line["order"])

        assert (line["sku_code"], line["name"]) == (sku["code"], sku["name"])
        assert line["unit_amount_cents"] == prices[sku["id"], line["currency_code"]]
        assert line["total_amount_cents"] == line["unit_amount_cents"] * line["quantity"]
        assert line["currency_code"] == order["currency_code"]


def test_addresses_of_orders_are_those_of_the_book(sandbox: Sandbox) -> None:
    """Who has an address book has each address of an order in it, as a record of its own."""
    books = grouped(sandbox, "customer_addresses", "customer")
    compared = 0
    for order in every(sandbox, "orders"):
        known = [got(sandbox, "addresses", entry["address"]) for entry in books[order["customer"]]]
        for name in ("billing_address", "shipping_address"):
            if known and order[name]:
                address = got(sandbox, "addresses", order[name])
                assert address["id"] not in [entry["id"] for entry in known]
                assert _place(address) in map(_place, known)
                compared += 1

    assert compared > RANDOM / 4


def _place(address: Record) -> Record:
    return {name: address[name] for name in PLACE}


def test_orders_that_go_somewhere_have_addresses(sandbox: Sandbox) -> None:
    """All but empty carts; the country is that of the shipping address."""
    for order in every(sandbox, "orders"):
        if order["status"] == "draft":
            assert order["shipping_address"] is order["billing_address"] is None
            continue
        shipping = got(sandbox, "addresses", order["shipping_address"])
        assert got(sandbox, "addresses", order["billing_address"])
        assert order["country_code"] == shipping["country_code"]


def test_placed_orders_are_paid(sandbox: Sandbox) -> None:
    """With a method of their market, a source of its type; carts have neither."""
    for order in every(sandbox, "orders"):
        paid = order["payment_method"], order["payment_source"], order["payment_source_type"]
        if not order["placed_at"]:
            assert paid == (None, None, None)
            assert order["payment_source_details"] == {}
            continue
        method = got(sandbox, "payment_methods", order["payment_method"])
        source = got(sandbox, order["payment_source_type"], order["payment_source"])
        assert method["market"] in (None, order["market"])
        assert method["currency_code"] == order["currency_code"]
        assert method["payment_source_type"] == order["payment_source_type"]
        assert order["payment_source_details"] == details(order["payment_source_type"], source)


#: What is told of an order once something is in it, and of one that was placed.
BEGUN = ["rebuild_shipments", "pending"]
PLACED = [*BEGUN, "authorize", "place"]
#: How an order is paid in each status, and what its course up to there is told as.
PAID = {
    "draft": ("unpaid", []),
    "pending": ("unpaid", BEGUN),
    "placed": ("authorized", PLACED),
    "approved": ("paid", [*PLACED, "approve", "pay", "start_fulfilling"]),
    "cancelled": ("voided", [*PLACED, "cancel", "void"]),
}


def test_orders_are_paid_as_placing_does_it(sandbox: Sandbox) -> None:
    """What is placed is authorized first, and then captured or voided."""
    told: dict[str, list[str]] = {}
    for event in every(sandbox, "events"):
        told.setdefault(event["resource"], []).append(event["name"].partition(".")[2])
    seen = set()
    for order in every(sandbox, "orders"):
        payment, course = PAID[order["status"]]
        assert order["payment_status"] == payment
        if order["id"] in told:
            happened = [name for name in told[order["id"]] if name not in LATER]
            assert happened == ["create", "draft", *course]
            seen.add(order["status"])

    assert {"placed", "approved"} <= seen


def test_sources_are_made_for_orders(sandbox: Sandbox) -> None:
    """Each pays the order it was made for, and was asked for what that costs."""
    types = [type_ for type_ in PAYMENT_SOURCES if sandbox.partition.count(type_)]
    for type_ in types:
        for source in every(sandbox, type_):
            order = got(sandbox, "orders", source["order"])

            assert order["payment_source"] == source["id"]
            assert order["payment_source_type"] == type_
            assert source["asked_cents"] == order["total_amount_with_taxes_cents"]

    assert types == ["stripe_payments", "wire_transfers"]


def test_markets_can_be_paid(sandbox: Sandbox) -> None:
    """Each has methods, one of them its default, and public ones have a store."""
    methods = grouped(sandbox, "payment_methods", "currency_code")
    stores = grouped(sandbox, "stores", "market")
    for market in every(sandbox, "markets"):
        own = methods[got(sandbox, "price_lists", market["price_list"])["currency_code"]]

        assert market["default_payment_method"] == own[0]["id"]
        assert [method["payment_source_type"] for method in own] == [
            "stripe_payments",
            "wire_transfers",
        ]
        assert len(stores[market["id"]]) == (market["customer_group"] is None)


# --- what comes of orders ------------------------------------------------------------------------


def test_wallets_keep_what_was_paid_with(sandbox: Sandbox) -> None:
    """An entry leads to a source of an order of its customer, and says what it is."""
    buyers = {order["customer"] for order in placed(sandbox)}
    for entry in every(sandbox, "customer_payment_sources"):
        type_ = entry["payment_source_type"]
        source = got(sandbox, type_, entry["payment_source"])
        method = got(sandbox, "payment_methods", entry["payment_method"])

        assert got(sandbox, "orders", source["order"])["customer"] == entry["customer"]
        assert method["payment_source_type"] == type_
        assert entry["name"] == label(type_, source)
        assert entry["payment_source_token"] == source["payment_method"]["id"]
        assert entry["customer"] in buyers


def test_subscriptions_repeat_their_orders(sandbox: Sandbox) -> None:
    """The items are the lines of the source order; customer, market and card are its own."""
    lines = grouped(sandbox, "line_items", "order")
    items = grouped(sandbox, "order_subscription_items", "order_subscription")
    for subscription in every(sandbox, "order_subscriptions"):
        order = got(sandbox, "orders", subscription["source_order"])
        own = items[subscription["id"]]

        assert order["placed_at"] == subscription["starts_at"]
        assert subscription["status"] == "inactive"
        assert [item["source_line_item"] for item in own] == [
            line["id"] for line in goods(lines[order["id"]])
        ]
        for item, line in zip(own, goods(lines[order["id"]]), strict=True):
            for name in ("item", "item_type", "quantity", "unit_amount_cents", "currency_code"):
                assert item[name] == line[name], name
            assert item["total_amount_cents"] == line["total_amount_cents"]
            assert line["frequency"] == subscription["frequency"]
        for name in ("customer", "market"):
            assert subscription[name] == order[name], name
        if entry_id := subscription["customer_payment_source"]:
            entry = got(sandbox, "customer_payment_sources", entry_id)
            saved = got(sandbox, "stripe_payments", entry["payment_source"])
            paid = got(sandbox, "stripe_payments", order["payment_source"])
            assert saved["stripe_id"] == paid["stripe_id"]


def test_runs_are_orders(sandbox: Sandbox) -> None:
    """Each run made an order of the same things at its time; the next one is in turn."""
    lines = grouped(sandbox, "line_items", "order")
    made = grouped(sandbox, "orders", "order_subscription")
    counted: Counter[int] = Counter()
    for subscription in every(sandbox, "order_subscriptions"):
        runs, moment = made[subscription["id"]], parse_timestamp(subscription["starts_at"])
        assert moment
        start = moment
        for run in runs:
            moment = next_run(subscription["frequency"], start, moment)
            assert moment == parse_timestamp(run["placed_at"])
            assert run["customer"] == subscription["customer"]
            assert _contents(goods(lines[run["id"]])) == _contents(
                goods(lines[subscription["source_order"]])
            )
        last = runs[-1]["placed_at"] if runs else None
        following = next_run(subscription["frequency"], start, moment)
        counted[len(runs)] += 1

        assert subscription["occurrencies"] == len(runs)
        assert subscription["last_run_at"] == last
        assert subscription["succeeded_on_last_run"] == (True if runs else None)
        assert parse_timestamp(subscription["next_run_at"]) == following

    assert counted[1] > 0


def _contents(lines: list[Record]) -> list[tuple[Any, ...]]:
    return [(line["item"], line["quantity"], line["total_amount_cents"]) for line in lines]


def test_returns_are_of_their_orders(sandbox: Sandbox) -> None:
    """Of approved orders that had arrived; what comes back are lines of theirs, added up."""
    rows = grouped(sandbox, "return_line_items", "return")
    for returned in every(sandbox, "returns"):
        order = got(sandbox, "orders", returned["order"])
        own = rows[returned["id"]]

        assert (order["status"], order["fulfillment_status"]) == ("approved", "fulfilled")
        assert returned["created_at"] > order["fulfillment_updated_at"]
        assert returned["customer"] == order["customer"]
        assert returned["origin_address"] == order["shipping_address"]
        for row in own:
            line = got(sandbox, "line_items", row["line_item"])
            assert line["order"] == order["id"]
            assert row["quantity"] <= line["quantity"]
            assert row["total_amount_cents"] == line["unit_amount_cents"] * row["quantity"]
        assert returned["skus_count"] == sum(row["quantity"] for row in own) > 0
        assert returned["estimated_refund_amount_cents"] == sum(
            row["total_amount_cents"] for row in own
        )


# --- what belongs to the shop --------------------------------------------------------------------


def test_lists_have_members(sandbox: Sandbox) -> None:
    """Those by hand, each SKU once and in turn; customers have theirs, and so has the shop."""
    items = grouped(sandbox, "sku_list_items", "sku_list")
    owners = set()
    for sku_list in every(sandbox, "sku_lists"):
        own = items[sku_list["id"]]
        owners.add(bool(sku_list["customer"]))

        assert [item["position"] for item in own] == [*range(1, len(own) + 1)]
        assert len({item["sku"] for item in own}) == len(own)
        assert bool(own) is sku_list["manual"]

    assert owners == {True, False}


def test_there_are_tags_and_invoices(sandbox: Sandbox) -> None:
    """On a few orders and SKUs."""
    notes = every(sandbox, "attachments")

    for type_ in ("orders", "skus"):
        tagged = [bool(record["tags"]) for record in every(sandbox, type_)]
        assert 0 < sum(tagged) < len(tagged) / 2
    for note in notes:
        assert got(sandbox, note["attachable_type"], note["attachable"])
    assert {note["attachable_type"] for note in notes} == {"customers", "orders"}


def test_nobody_forgot_a_password(sandbox: Sandbox) -> None:
    """A reset is something to be asked for."""
    assert sandbox.partition.count("customer_password_resets") == 0


def _owner(sandbox: Sandbox, record: Record) -> str:
    """Return the customer that a record belongs to, itself or by its order."""
    order = sandbox.get("orders", record["order"]) if record.get("order") else None
    owner: str = (order or record).get("customer", record["id"])
    return owner


def test_events_of_the_cast(sandbox: Sandbox) -> None:
    """Named as the types name them, in turn, when it happened; of nobody else."""
    named = {customer["id"] for customer in every(sandbox, "customers")[: len(NAMED_CUSTOMERS)]}
    last = ""
    for event in every(sandbox, "events"):
        type_, _, name = event["name"].partition(".")
        record = got(sandbox, event["resource_type"], event["resource"])
        moments = {v[:19] for v in _texts(record)}

        assert type_ == event["resource_type"]
        assert name in registry()[type_].topics
        assert _owner(sandbox, record) in named
        assert last <= event["created_at"]
        if type_ != "customers":
            assert event["created_at"][:19] in moments
        last = event["created_at"]


def _texts(record: Record) -> list[str]:
    return [value for value in record.values() if isinstance(value, str)]


#: What an order tells of besides.
LATER = {"create_subscriptions", "fulfill"}


def shown_anywhere(resource: type[Resource], attributes: Document) -> Document:
    """Return attributes without those that are shown where a record is asked for alone."""
    return {n: value for n, value in attributes.items() if not resource.attributes[n].alone}


#: The lines that an order makes by itself, which nobody writes (commerce.md §3.2).
GENERATED = ("shipments", "payment_methods")
#: What nobody changes by hand: before an order is fulfilled, or while a bundle needs it.
HELD = ("stock_line_items", "sku_list_items")
#: What moves with each write, of an order with each run over it.
MOVING = ("updated_at", "refreshed_at", "tax_calculations_count")
# --- through the API -----------------------------------------------------------------------------


@SEEDED
@pytest.mark.parametrize("mode", MODES)
def test_every_record_takes_what_it_shows(bearers: Bearers, app: MockServerApp, mode: Mode) -> None:
    """Clients get it, and may send back what they got, with a note of their own."""
    api, own = bearers.integration(mode), next(iter(app.organizations)).sandbox(mode)
    seen: Counter[str] = Counter()
    for resource, record in list(declared(own)):
        type_, id_ = resource.type_, record["id"]
        if resource.singleton or "retrieve" not in resource.actions:
            continue
        if record.get("item_type") in GENERATED:
            continue
        shown = api.get(f"/api/{type_}/{id_}")
        assert shown.status_code == OK, (type_, shown.json)
        attributes = shown.json["data"]["attributes"]
        seen[type_] += 1
        if "update" not in resource.actions or type_ in HELD:
            continue
        sent = {n: v for n, v in attributes.items() if resource.attributes[n].flags.updatable}
        answer = api.update(shown.json["data"], **{**sent, "reference": "seen"})["attributes"]
        moving = {n: answer[n] for n in MOVING if n in answer}
        attributes = shown_anywhere(resource, attributes)

        assert {**attributes, "reference": "seen", **moving} == shown_anywhere(resource, answer)

    assert len(seen) > MANY


@SEEDED
def test_the_first_customer_has_events(bearers: Bearers) -> None:
    """Those that come of signing up and of ordering twice."""
    api = bearers.integration()
    first = api.get("/api/customers").json["data"][0]
    found = api.get(f"{path_of(first)}/events", {"sort": "created_at"})

    assert values(found, "name") == [
        "customers.create",
        "customers.create_password",
        "customers.acquired",
        "customers.repeat",
    ]


@SEEDED
def test_a_sales_channel_buys_what_there_is(bearers: Bearers) -> None:
    """By its code alone: name and price are the product's, and stock has an end."""
    api = bearers.guest()
    links = {"order": to(api.create("orders"))}
    bought = api.create("line_items", links=links, sku_code="CUP-ENAMEL", quantity=10)
    refused = api.post(
        "/api/line_items", document("line_items", links=links, sku_code="CUP-ENAMEL", quantity=11)
    )

    assert bought["attributes"]["name"] == "Enamel cup"
    assert bought["attributes"]["total_amount_cents"] == 15500
    assert refused.status_code == 422
