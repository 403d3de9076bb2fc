"""Amounts by hand on orders, and how they lower taxes (commerce.md §11, §29.9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, document, path_of, to
from tests.commerce.taxed_shop import TaxedShop
from tests.refusals import got, refused_with, violation
from tests.scene import order, shown

AMOUNTS = ("total_tax_amount", "total_amount", "total_amount_with_taxes", "adjustment_amount")
#: An adjustment, what the rule switches on, and what comes of lines of 60.00 and 40.00 at 10 %.
ADJUSTED: dict[str, tuple[int, Document, Document, tuple[int, ...]]] = {
    "borne by what is taxed": (-1000, {}, {}, (900, 9000, 9900, -1000)),
    "not borne": (-1000, {"distribute_discount": False}, {}, (1000, 9000, 10_000, -1000)),
    "a fee": (1000, {}, {}, (1000, 11_000, 12_000, 1000)),
    "a taxed fee": (1000, {}, {"adjustment_taxable": True}, (1100, 11_000, 12_100, 1000)),
    "more than there is": (-99_999, {}, {}, (0, 0, 0, -99_999)),
}


@pytest.mark.parametrize(
    ("cents", "attributes", "switches", "amounts"), ADJUSTED.values(), ids=ADJUSTED
)
def test_what_comes_of_it(
    api: Api, cents: int, attributes: Document, switches: Document, amounts: tuple[int, ...]
) -> None:
    """The amount is shown as it is; taxes are lower where it says so."""
    shop = TaxedShop(api, included=False, rate=0.1, **switches)
    bought = shop.order(6000, 4000)
    shop.adjust(bought, cents, **attributes)

    assert tuple(shop.amounts(bought, *AMOUNTS).values()) == amounts


def test_what_lines_bear(api: Api) -> None:
    """Their proportion, under the id of the line, without a name."""
    shop = TaxedShop(api, included=False, rate=0.1)
    bought = shop.order(6000, 4000)
    row = shop.adjust(bought, -1000)
    first, second, own = shop.lines(bought)

    assert first["discount_breakdown"] == {row["id"]: {"cents": -600, "weight": 0.6}}
    assert (second["discount_cents"], own["discount_cents"]) == (-400, 0)
    assert (own["name"], own["item_type"], own["discount_breakdown"]) == (
        "By hand",
        "adjustments",
        {},
    )


def test_an_adjustment_that_changes(api: Api) -> None:
    """Orders follow what it says of taxes; the amount is that of the line, also once it is gone."""
    shop = TaxedShop(api, included=False, rate=0.1)
    bought = shop.order(10_000)
    row = shop.adjust(bought, -1000)
    made = api.get(f"{path_of(row)}/adjustment").json["data"]
    api.update(made, distribute_discount=False, amount_cents=-2000)
    apart = shop.amounts(bought, *AMOUNTS)
    gone = api.delete(path_of(made)).status_code
    api.update(bought, _refresh=True)

    assert (apart["total_tax_amount"], apart["total_amount"]) == (1000, 9000)
    assert gone == 204
    assert shown(api, row)["total_amount_cents"] == -1000


WRONG: dict[str, tuple[Document, Document]] = {
    "nothing": (
        {"amount_cents": 0},
        violation(
            "attributes/amount_cents", "must be other than 0", "other_than", value=0, count=0
        ),
    ),
    "no currency": (
        {"currency_code": "XYZ"},
        violation(
            "attributes/currency_code", "is not included in the list", "inclusion", value="XYZ"
        ),
    ),
    "no name": ({"name": ""}, violation("attributes/name", "can't be blank", "blank")),
}


@pytest.mark.parametrize(("sent", "error"), WRONG.values(), ids=WRONG)
def test_what_is_none(api: Api, sent: Document, error: Document) -> None:
    """Refused, with what is wrong."""
    body = document(
        "adjustments", **{"name": "A", "currency_code": "EUR", "amount_cents": 1, **sent}
    )

    assert got(api.post("/api/adjustments", body)) == refused_with([error])


def test_another_currency(api: Api) -> None:
    """It is none for the order."""
    made = api.create("adjustments", name="A", currency_code="USD", amount_cents=100)
    links = {"order": to(order(api)), "item": to(made)}
    answer: Any = api.post("/api/line_items", document("line_items", links=links, quantity=1))

    assert got(answer) == refused_with([violation("relationships/item", "is invalid", "invalid")])
