"""Gift cards: their states, balances and codes, and whose business they are (commerce.md §9)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from tests.bearers import TokenBearers
from tests.client import Api, Document, document, path_of, to
from tests.commerce.taxed_shop import TaxedShop
from tests.refusals import got, impossible, refused_with, violation
from tests.scene import events, gift_card, market, order, shown
from tests.till import ready


def patch(api: Api, card: Document, **attributes: Any) -> Any:
    """Send a change of a card; return the answer."""
    return api.patch(path_of(card), document("gift_cards", card["id"], **attributes))


def new(api: Api, **attributes: Any) -> Document:
    """Create a card that nobody has bought yet."""
    return api.create("gift_cards", **{"balance_cents": 5000, "currency_code": "EUR", **attributes})


# --- states ---------------------------------------------------------------------------------------


def test_from_purchase_to_use(api: Api, sandbox: Sandbox) -> None:
    """Each step is told of; one that was taken already is none."""
    card = new(api)
    steps = ("_purchase", "_purchase", "_activate", "_deactivate", "_activate")
    statuses = [api.update(card, **{step: True})["attributes"]["status"] for step in steps]
    told = ("create", "purchase", "activate", "deactivate", "activate")

    assert card["attributes"]["status"] == "draft"
    assert statuses == ["inactive", "inactive", "active", "inactive", "active"]
    assert events(sandbox, card) == [f"gift_cards.{event}" for event in told]


@pytest.mark.parametrize(
    ("steps", "trigger", "held", "goal"),
    [
        ((), "_activate", "draft", "active"),
        ((), "_deactivate", "draft", "inactive"),
        (("_purchase", "_activate"), "_purchase", "active", "inactive"),
    ],
)
def test_what_is_no_way(
    api: Api, steps: tuple[str, ...], trigger: str, held: str, goal: str
) -> None:
    """The refusal says from where to where."""
    card = new(api)
    for step in steps:
        api.update(card, **{step: True})

    assert got(patch(api, card, **{trigger: True})) == refused_with([impossible(held, goal)])


# --- what it is worth -----------------------------------------------------------------------------


def test_a_new_card(api: Api) -> None:
    """It has a code of its own and remembers what it was worth; nothing is logged yet."""
    attributes = new(api)["attributes"]

    assert len(attributes["code"]) == 36
    assert attributes["initial_balance_cents"] == attributes["balance_cents"] == 5000
    assert attributes["formatted_initial_balance"] == "€50,00"
    assert (attributes["balance_log"], attributes["usage_log"]) == ([], {})
    assert attributes["distribute_discount"] is attributes["rechargeable"] is True


def test_the_balance_is_logged(api: Api) -> None:
    """Each change of it, whichever way it comes."""
    card = new(api)
    api.update(card, _balance_change_cents=-1000)
    api.update(card, balance_cents=4500)
    attributes = shown(api, card)
    changes = [entry["balance_change_cents"] for entry in attributes["balance_log"]]

    assert (attributes["balance_cents"], changes) == (4500, [-1000, 500])
    assert {*attributes["balance_log"][0]} == {"datetime", "balance_change_cents"}


NOT_MORE = "must be less than or equal to 6000"
NOT_LESS = "must be greater than or equal to 0"
BALANCES: dict[str, tuple[Document, Document]] = {
    "beyond the maximum": (
        {"balance_cents": 6001},
        violation(
            "attributes/balance_cents", NOT_MORE, "less_than_or_equal_to", value=6001, count=6000
        ),
    ),
    "charged beyond it": (
        {"_balance_change_cents": 1001},
        violation(
            "attributes/_balance_change_cents",
            NOT_MORE,
            "less_than_or_equal_to",
            value=6001,
            count=6000,
        ),
    ),
    "below nothing": (
        {"_balance_change_cents": -5001},
        violation(
            "attributes/_balance_change_cents",
            NOT_LESS,
            "greater_than_or_equal_to",
            value=-5001,
            count=0,
        ),
    ),
}


@pytest.mark.parametrize(("sent", "error"), BALANCES.values(), ids=BALANCES)
def test_bounds_of_the_balance(api: Api, sent: Document, error: Document) -> None:
    """It is neither more than the card holds, nor less than nothing."""
    card = new(api, balance_max_cents=6000)

    assert got(patch(api, card, **sent)) == refused_with([error])


def test_more_than_a_number_holds(api: Api) -> None:
    """A balance is one that the database can hold."""
    most = 2**31 - 1
    card = new(api, balance_cents=most)

    assert got(patch(api, card, _balance_change_cents=most)) == refused_with(
        [violation("attributes/_balance_change_cents", "is invalid", "invalid", value=most)]
    )


def test_what_cannot_be_recharged(api: Api) -> None:
    """It can be taken from, and no more."""
    card = new(api, rechargeable=False)
    api.update(card, _balance_change_cents=-1)

    assert got(patch(api, card, _balance_change_cents=1)) == refused_with(
        [violation("attributes/_balance_change_cents", "is invalid", "invalid", value=1)]
    )


CARDS: dict[str, tuple[Document, list[Document]]] = {
    "no balance": (
        {"balance_cents": None},
        [violation("attributes/balance_cents", "can't be blank", "blank")],
    ),
    "neither currency nor market": (
        {"currency_code": None},
        [violation("attributes/currency_code", "can't be blank", "blank")],
    ),
    "no currency": (
        {"currency_code": "eur"},
        [
            violation(
                "attributes/currency_code", "is not included in the list", "inclusion", value="eur"
            )
        ],
    ),
    "a short code": (
        {"code": "SHORT"},
        [
            violation(
                "attributes/code", "is too short (minimum is 8 characters)", "too_short", count=8
            )
        ],
    ),
    "a long code": (
        {"code": "L" * 41},
        [
            violation(
                "attributes/code", "is too long (maximum is 40 characters)", "too_long", count=40
            )
        ],
    ),
}


@pytest.mark.parametrize(("sent", "errors"), CARDS.values(), ids=CARDS)
def test_cards_that_are_none(api: Api, sent: Document, errors: list[Document]) -> None:
    """Refused, with what is wrong."""
    body = document("gift_cards", **{"balance_cents": 1, "currency_code": "EUR", **sent})

    assert got(api.post("/api/gift_cards", body)) == refused_with(errors)


def test_a_code_is_taken_once(api: Api) -> None:
    """By one card of all there are."""
    new(api, code="UNIQUE-CODE")
    body = document("gift_cards", balance_cents=1, currency_code="EUR", code="UNIQUE-CODE")

    assert got(api.post("/api/gift_cards", body)) == refused_with(
        [violation("attributes/code", "has already been taken", "taken", value="UNIQUE-CODE")]
    )


def test_the_currency_of_a_market(api: Api) -> None:
    """It is that of its price list."""
    card = api.create("gift_cards", links={"market": to(market(api, "usa"))}, balance_cents=100)

    assert card["attributes"]["formatted_balance"] == "$1.00"


def test_a_recipient(api: Api) -> None:
    """Found by email, or made; of nothing, nobody."""
    first = new(api, recipient_email="Ada@Example.com")
    second = new(api, recipient_email="ada@example.com")
    recipients = [api.get(f"{path_of(card)}/gift_card_recipient").json for card in (first, second)]
    api.update(first, links={"gift_card_recipient": None}, recipient_email=None)

    assert first["attributes"]["recipient_email"] == "ada@example.com"
    assert recipients[0]["data"]["id"] == recipients[1]["data"]["id"]
    assert shown(api, first)["recipient_email"] is None


# --- whose business it is -------------------------------------------------------------------------


def test_what_guests_may(token_bearers: TokenBearers, api: Api) -> None:
    """Make, read, change and buy one; not what the merchant decides (commerce.md §26)."""
    guest = token_bearers.guest()
    card = new(guest)
    guest.update(card, balance_cents=6000)
    bought = guest.update(card, _purchase=True)["attributes"]
    refusals = [
        patch(guest, card, **sent)
        for sent in ({"_activate": True}, {"_balance_change_cents": 1}, {"_deactivate": True})
    ]
    api.update(card, _activate=True)
    hidden = shown(guest, card)["code"]
    changed = patch(guest, card, balance_cents=9000)
    listed = guest.get("/api/gift_cards")

    assert (bought["status"], bought["code"]) == ("inactive", card["attributes"]["code"])
    assert [answer.status_code for answer in (*refusals, changed, listed)] == [401] * 5
    assert hidden is None
    assert guest.delete(path_of(card)).status_code == 401
    assert guest.delete(path_of(new(guest))).status_code == 204


def test_what_was_used_stays(api: Api) -> None:
    """A card goes while nobody has paid with it and no order has it (commerce.md §9.5)."""
    bought = order(api)
    on_order, active = new(api), gift_card(api)
    links = {"order": to(bought), "item": to(on_order)}
    api.create("line_items", links=links, quantity=1)

    assert api.delete(path_of(on_order)).status_code == 423
    assert api.delete(path_of(active)).status_code == 423
    assert api.delete(path_of(new(api))).status_code == 204


# --- buying one -----------------------------------------------------------------------------------


def test_a_card_that_is_bought(api: Api, sandbox: Sandbox) -> None:
    """It counts towards the subtotal, is bought when the order is placed, activated then."""
    shop = TaxedShop(api)
    bought, card = shop.order(1000), new(api)
    row = api.create("line_items", links={"order": to(bought), "item": to(card)}, quantity=1)
    amounts = shown(api, bought)
    ready(api, bought)
    api.update(bought, _place=True)
    placed = shown(api, card)["status"]
    api.update(bought, _approve=True)

    assert row["attributes"]["name"] == "Gift card: €50,00"
    assert row["attributes"]["item_type"] == "gift_cards"
    assert (amounts["subtotal_amount_cents"], amounts["skus_count"]) == (6000, 1)
    assert amounts["total_tax_amount_cents"] == 180
    assert (placed, shown(api, card)["status"]) == ("inactive", "active")
    assert events(sandbox, card) == [
        f"gift_cards.{event}" for event in ("create", "purchase", "activate")
    ]


def test_cards_that_cannot_be_bought(api: Api) -> None:
    """Drafts of the order's currency alone, each once and one of it."""
    bought, card = order(api), new(api)

    def buy(item: Document, quantity: int = 1) -> Any:
        links = {"order": to(bought), "item": to(item)}
        return api.post("/api/line_items", document("line_items", links=links, quantity=quantity))

    invalid = refused_with([violation("relationships/item", "is invalid", "invalid")])
    assert got(buy(gift_card(api))) == invalid
    assert got(buy(new(api, currency_code="USD"))) == invalid
    assert got(buy(card, 2)) == refused_with(
        [violation("attributes/quantity", "must be equal to 1", "equal_to", value=2, count=1)]
    )
    assert buy(card).status_code == 201
    assert got(buy(card)) == invalid


# --- paying with one ------------------------------------------------------------------------------


def test_a_code_by_its_beginning(api: Api) -> None:
    """Eight characters do; of several cards it is the oldest active one, and case counts."""
    shop = TaxedShop(api)
    new(api, code="ABCDEFGH-0")
    first = gift_card(api, 700, code="ABCDEFGH-1")
    gift_card(api, 800, code="ABCDEFGH-2")
    bought = shop.order(1000)
    named = api.update(bought, gift_card_code="ABCDEFGH")["attributes"]
    (paying,) = [row for row in shop.lines(bought) if row["item_type"] == "gift_cards"]

    assert named["gift_card_amount_cents"] == -700
    assert named["gift_card_or_coupon_code"] == "ABCDEFGH"
    assert paying["name"] == "Gift card: €7,00"
    assert (paying["quantity"], paying["sku_code"], paying["image_url"]) == (1, None, None)
    assert shown(api, first)["balance_cents"] == 700
    for code in ("ABCDEFG", "abcdefgh"):
        answer = api.patch(path_of(bought), document("orders", bought["id"], gift_card_code=code))
        assert got(answer) == refused_with(
            [violation("attributes/gift_card_code", "doesn't exist", "noent_gift_card")]
        )


UNUSABLE: dict[str, Document] = {
    "another currency": {"currency_code": "USD"},
    "expired": {"expires_at": "2001-01-01T00:00:00.000Z"},
    "nothing on it": {"cents": 0},
}


@pytest.mark.parametrize("attributes", UNUSABLE.values(), ids=UNUSABLE)
def test_cards_that_do_not_pay(api: Api, attributes: Document) -> None:
    """Their codes are those of no card at all."""
    bought = TaxedShop(api).order(1000)
    code = gift_card(api, **attributes)["attributes"]["code"]
    answer = api.patch(path_of(bought), document("orders", bought["id"], gift_card_code=code))

    assert got(answer) == refused_with(
        [violation("attributes/gift_card_code", "doesn't exist", "noent_gift_card")]
    )


def test_no_code_any_more(api: Api) -> None:
    """It takes the card off the order; what was sent is shown."""
    shop = TaxedShop(api)
    bought = shop.order(1000)
    code = gift_card(api)["attributes"]["code"]
    paid = api.update(bought, gift_card_or_coupon_code=code)["attributes"]
    unpaid = api.update(bought, gift_card_code="")["attributes"]

    assert (paid["gift_card_code"], paid["total_amount_with_taxes_cents"]) == (code, 0)
    assert (unpaid["gift_card_code"], unpaid["total_amount_with_taxes_cents"]) == ("", 1000)
    assert len(shop.lines(bought)) == 1


@pytest.mark.parametrize(
    ("attributes", "status", "told"),
    [
        ({}, "active", ["use"]),
        ({"rechargeable": False}, "redeemed", ["use", "redeem"]),
        ({"single_use": True, "cents": 9000}, "redeemed", ["use", "redeem"]),
    ],
)
def test_a_card_that_is_used(
    api: Api, sandbox: Sandbox, attributes: Document, status: str, told: list[str]
) -> None:
    """The balance is taken when the order is placed, and given back when it is cancelled."""
    bought = TaxedShop(api).order(5000)
    card = gift_card(api, **attributes)
    before = shown(api, card)["balance_cents"]
    begun = len(events(sandbox, card))
    api.update(bought, gift_card_code=card["attributes"]["code"])
    api.update(bought, _place=True)
    used = shown(api, card)
    (use,) = used["usage_log"][bought["id"]]
    happened = events(sandbox, card)[begun:]
    api.update(bought, _cancel=True)
    back = shown(api, card)

    assert (used["status"], used["balance_cents"]) == (status, before - 5000)
    assert use == {
        "action": "use",
        "amount_cents": -5000,
        "balance_cents": before - 5000,
        "order_number": bought["attributes"]["number"],
        "datetime": use["datetime"],
    }
    assert used["balance_log"][-1] == {
        "datetime": use["datetime"],
        "balance_change_cents": -5000,
    }
    assert happened == [f"gift_cards.{event}" for event in told]
    assert (back["status"], back["balance_cents"]) == ("active", before)
    assert [use["action"] for use in back["usage_log"][bought["id"]]] == ["use", "refund"]
    assert api.delete(path_of(card)).status_code == 423


def test_a_card_that_somebody_else_has_used(api: Api) -> None:
    """What is not there any more when the order is placed pays for nothing (commerce.md §8.4)."""
    bought = TaxedShop(api).order(5000, autorefresh=False)
    card = gift_card(api)
    code = card["attributes"]["code"]
    api.update(bought, gift_card_code=code, _refresh=True)
    api.update(card, _balance_change_cents=-5000)
    answer = api.patch(path_of(bought), document("orders", bought["id"], _place=True))

    assert got(answer) == refused_with(
        [violation("attributes/gift_card_code", "doesn't exist", "noent_gift_card")]
    )


def test_cards_that_a_discount_engine_manages(api: Api, sandbox: Sandbox) -> None:
    """They do not pay where the market has one that does (commerce.md §20)."""
    shop = TaxedShop(api)
    bought = shop.order(1000)
    code = gift_card(api)["attributes"]["code"]
    engine = api.create("talon_one_accounts", name="T", api_key="k", baseurl="shop")
    api.update(shop.market, links={"discount_engine": to(engine)})
    unused = api.update(bought, gift_card_code=code)["attributes"]["gift_card_amount_cents"]
    enabled = {**sandbox.organization_record(), "discount_engines_enabled": True}
    sandbox.partition.put(ORGANIZATIONS, enabled)
    managed = api.update(bought, _refresh=True)["attributes"]["gift_card_amount_cents"]

    assert (unused, managed) == (-1000, 0)
