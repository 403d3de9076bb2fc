"""The taxes of orders, by rules and by the simulated services of others (commerce.md §10)."""

from __future__ import annotations

from typing import Any

import pytest

from mockserver.engine.sandbox import Sandbox
from mockserver.resources.organizations import ORGANIZATIONS
from tests.client import Api, Document, document, path_of, to
from tests.commerce.taxed_shop import TaxedShop
from tests.refusals import got, refused_with, violation
from tests.scene import address, events, shown
from tests.till import choose, source

TAXES = "total_tax_amount"


def test_by_the_first_rule_that_fits(api: Api) -> None:
    """Rules are tried by age; the address that counts is the one that is shipped to."""
    shop = TaxedShop(api, included=False, rate=0.1, country_code_regex="FR|DE")
    shop.tax(0.2, country_code_regex="IT", not_state_code_regex="PO")
    shop.tax(0.05, zip_code_regex="5\\d+")
    bought = shop.order(10_000)
    italian = shown(api, bought)
    api.update(bought, links={"shipping_address": to(address(api, country_code="FR"))})
    french = shown(api, bought)

    assert (italian["tax_rate"], italian["total_tax_amount_cents"]) == (0.05, 500)
    assert (french["tax_rate"], french["total_tax_amount_cents"]) == (0.1, 1000)


@pytest.mark.parametrize(
    ("pattern", "rate"),
    [("I", 0.0), ("IT", 0.22), ("it", 0.0), ("(?i)it", 0.22), ("AT|IT", 0.22)],
)
def test_a_rule_matches_whole_values(api: Api, pattern: str, rate: float) -> None:
    """Case counts, unless the expression says otherwise; where no rule fits, nothing is due."""
    shop = TaxedShop(api, country_code_regex=pattern)

    assert shown(api, shop.order(10_000))["tax_rate"] == rate


def test_without_a_calculator_or_an_address(api: Api) -> None:
    """There is no rate then, and everything is taxable."""
    shop = TaxedShop(api)
    homeless = api.create("orders", links={"market": to(shop.market)})
    shop.sell("A", 2900)
    shop.add(homeless, "A")
    before = shown(api, homeless)
    api.update(homeless, links={"billing_address": to(address(api))})
    after = shown(api, homeless)

    assert (before["tax_rate"], before["total_taxable_amount_cents"]) == (None, 2900)
    assert (after["tax_rate"], after["total_taxable_amount_cents"]) == (0.22, 2377)
    assert after["tax_calculations_count"] == 1


def test_an_address_that_changes(api: Api) -> None:
    """Its open orders are reckoned anew, placed ones stay."""
    shop = TaxedShop(api, included=False, rate=0.1, country_code_regex="FR")
    shop.tax(0.2)
    bought, placed = shop.order(1000), shop.order(1000)
    choose(api, placed)
    source(api, placed)
    api.update(placed, _place=True)
    for each in (bought, placed):
        where = api.get(f"{path_of(each)}/billing_address").json["data"]
        api.update(where, country_code="FR", state_code="75")

    assert shop.amounts(bought, TAXES) == {TAXES: 100}
    assert shop.amounts(placed, TAXES) == {TAXES: 200}


def test_switches_follow_the_rule(api: Api) -> None:
    """Those of the order stay as they were sent, until null is (commerce.md §10.2)."""
    shop = TaxedShop(api, country_code_regex="IT", adjustment_taxable=True)
    shop.tax(0.1, freight_taxable=True)
    bought = shop.order(1000, freight_taxable=False)
    names = ("freight_taxable", "adjustment_taxable")
    italian = shown(api, bought)
    api.update(bought, links={"billing_address": to(address(api, country_code="FR"))})
    french = shown(api, bought)
    released = api.update(bought, freight_taxable=None)["attributes"]

    assert [italian[name] for name in names] == [False, True]
    assert [french[name] for name in names] == [False, False]
    assert [released[name] for name in names] == [True, False]


def test_a_line_tells_its_rate(api: Api) -> None:
    """The rate and no breakdown; an adjustment that takes something off has none."""
    shop = TaxedShop(api)
    bought = shop.order(2900)
    shop.adjust(bought, -100)
    goods, lowered = shop.lines(bought)

    assert (goods["tax_rate"], goods["tax_breakdown"]) == (0.22, {})
    assert (lowered["tax_rate"], lowered["tax_amount_cents"]) == (0.0, 0)


RULES: dict[str, tuple[Document, Document]] = {
    "a rate below nothing": (
        {"tax_rate": -0.1},
        violation(
            "attributes/tax_rate",
            "must be greater than or equal to 0",
            "greater_than_or_equal_to",
            value=-0.1,
            count=0,
        ),
    ),
    "no expression": (
        {"zip_code_regex": "("},
        violation("attributes/zip_code_regex", "is invalid", "invalid", value="("),
    ),
    "too long an expression": (
        {"not_state_code_regex": "a" * 5001},
        violation(
            "attributes/not_state_code_regex",
            "is too long (maximum is 5000 characters)",
            "too_long",
            count=5000,
        ),
    ),
}


@pytest.mark.parametrize(("sent", "error"), RULES.values(), ids=RULES)
def test_rules_that_are_none(api: Api, sent: Document, error: Document) -> None:
    """Refused, with what is wrong."""
    calculator = api.create("manual_tax_calculators", name="VAT")
    links = {"manual_tax_calculator": to(calculator)}
    body = document("tax_rules", links=links, name="R", **sent)

    assert got(api.post("/api/tax_rules", body)) == refused_with([error])


def test_an_enormous_rate(api: Api) -> None:
    """Any rate is one; an order that it makes cost more than an amount can be is refused."""
    shop = TaxedShop(api, included=False, rate=1e300)
    bought = api.create("orders", links={"market": to(shop.market)})
    shop.sell("A", 10_000)
    shop.add(bought, "A")
    links = {"billing_address": to(address(api))}
    answer = api.patch(path_of(bought), document("orders", bought["id"], links=links))

    assert got(answer) == refused_with(
        [
            violation(
                "attributes/total_amount_with_taxes_cents",
                "is invalid",
                "invalid",
                value=2**31 - 1 + 10_000,
            )
        ]
    )


def test_what_a_market_uses_stays(api: Api) -> None:
    """A calculator goes with its rules, once no market has it (commerce.md §10.5)."""
    shop = TaxedShop(api)
    used = api.delete(path_of(shop.calculator))
    api.update(shop.market, links={"tax_calculator": None})

    assert used.status_code == 423
    assert api.delete(path_of(shop.calculator)).status_code == 204
    assert api.get(path_of(shop.rule)).status_code == 404


# --- the services of others -----------------------------------------------------------------------

RATES = {"default": 0.08, "FR": 0.2, "P1": 0.04}
ACCOUNTS: dict[str, Document] = {
    "avalara_accounts": {"username": "u", "password": "p", "company_code": "c"},
    "stripe_tax_accounts": {"api_key": "k"},
    "taxjar_accounts": {"api_key": "k"},
    "vertex_accounts": {"client_id": "i", "client_secret": "s"},
}


def account(api: Api, shop: TaxedShop, kind: str, **attributes: Any) -> Document:
    """Have the market taxed by an account of such a service."""
    sent = {"name": kind, "metadata": {"tax_rates": RATES}, **ACCOUNTS[kind], **attributes}
    made = api.create(kind, **sent)
    api.update(shop.market, links={"tax_calculator": to(made)})
    return made


@pytest.mark.parametrize("kind", ACCOUNTS)
def test_by_a_table(api: Api, kind: str) -> None:
    """By the category of the SKU, the country, or by default; an exempt customer pays none."""
    shop = TaxedShop(api, included=False)
    made = account(api, shop, kind)
    bought = shop.order(10_000, 1000)
    sku = api.get("/api/skus", {"filter[q][code_eq]": shop.lines(bought)[1]["sku_code"]}).json
    links = {"sku": to(sku["data"][0]), "tax_calculator": to(made)}
    api.create("tax_categories", links=links, code="P1")
    api.update(bought, _refresh=True)
    taxed = [line["tax_amount_cents"] for line in shop.lines(bought)]
    api.update(bought, links={"billing_address": to(address(api, country_code="FR"))})
    french = [line["tax_amount_cents"] for line in shop.lines(bought)]
    customer = api.get(f"{path_of(bought)}/customer").json["data"]
    api.update(customer, tax_exemption_code="X")
    exempt = api.update(bought, _update_taxes=True)["attributes"]

    assert taxed == [800, 40]
    assert french == [2000, 40]
    assert (exempt["tax_rate"], exempt["total_tax_amount_cents"]) == (0.0, 0)


def test_invoices(api: Api) -> None:
    """They are for accounts that are told of them; nobody else has any (commerce.md §10.4)."""
    shop = TaxedShop(api)
    bought = shop.order(1000)
    refused = api.patch(path_of(bought), document("orders", bought["id"], _commit_invoice=True))
    made = account(api, shop, "avalara_accounts", commit_invoice=True)
    api.update(bought, _commit_invoice=True)
    api.update(bought, _refund_invoice=True)
    told = api.get(f"{path_of(made)}/events").json["data"]

    assert got(refused) == refused_with(
        [violation("attributes/_commit_invoice", "is invalid", "invalid")]
    )
    assert [event["attributes"]["name"] for event in told] == [
        "avalara_accounts.invoice_committed",
        "avalara_accounts.invoice_refunded",
    ]


def test_categories(api: Api) -> None:
    """One for a SKU and an account, by its code or by itself; none of a manual calculator."""
    shop = TaxedShop(api)
    made = account(api, shop, "taxjar_accounts")
    sku = shop.sell("A", 1000)
    links = {"tax_calculator": to(made)}
    api.create("tax_categories", links=links, code="P1", sku_code="A")
    twice = document("tax_categories", links={**links, "sku": to(sku)}, code="P2")
    manual = document(
        "tax_categories", links={"tax_calculator": to(shop.calculator), "sku": to(sku)}, code="P1"
    )

    assert got(api.post("/api/tax_categories", twice)) == refused_with(
        [violation("relationships/sku", "has already been taken", "taken")]
    )
    assert got(api.post("/api/tax_categories", manual)) == refused_with(
        [violation("relationships/tax_calculator", "is invalid", "invalid")]
    )


def test_a_vertex_account(api: Api) -> None:
    """Its endpoint follows from its address, and a token is good for an hour."""
    made = api.create(
        "vertex_accounts", name="V", baseurl="v.example.com", **ACCOUNTS["vertex_accounts"]
    )
    renewed = api.update(made, _refresh_token=True)["attributes"]

    assert made["attributes"]["kind"] == "cloud"
    assert made["attributes"]["api_endpoint"].startswith("https://v.example.com/")
    assert made["attributes"]["token_expires_at"] is None
    assert renewed["token_expires_at"] > renewed["updated_at"]
    assert not {"client_id", "client_secret"} & set(made["attributes"])


def test_a_calculator_that_does_not_answer(api: Api, sandbox: Sandbox) -> None:
    """The order has no taxes then and tells of it; where that is an error, nothing is written."""
    shop = TaxedShop(api)
    sent = {"name": "E", "tax_calculator_url": "http://127.0.0.1:9/taxes"}
    made = api.create("external_tax_calculators", **sent)
    api.update(shop.market, links={"tax_calculator": to(made)})
    bought = shop.order(1000)
    untaxed = shop.amounts(bought, TAXES)
    told = events(sandbox, bought)
    strict = {**sandbox.organization_record(), "tax_calculators_errors": True}
    sandbox.partition.put(ORGANIZATIONS, strict)
    answer = api.patch(path_of(bought), document("orders", bought["id"], reference="r"))

    assert untaxed == {TAXES: 0}
    assert "orders.tax_calculation_failed" in told
    assert got(answer) == refused_with(
        [violation("attributes/tax_calculator", "is invalid", "invalid")]
    )
    assert shown(api, bought)["reference"] is None
