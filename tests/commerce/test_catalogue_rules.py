"""Small rules of SKUs, prices and lists (catalogue.md §1, §3, §7, §9)."""

from __future__ import annotations

from typing import Any

import pytest

from tests.client import Api, Document, document, path_of, to
from tests.commerce.price_shop import PriceShop
from tests.refusals import got, refused_with, violation

AT_LEAST, MANY = "greater_than_or_equal_to", "must be greater than or equal to"


@pytest.fixture
def shop(api: Api) -> PriceShop:
    """Return a shop."""
    return PriceShop(api)


def patched(shop: PriceShop, object_: Document, **attributes: Any) -> Any:
    """Send an update; return the answer."""
    type_, id_ = object_["type"], object_["id"]
    return shop.api.patch(path_of(object_), document(type_, id_, **attributes))


LOW: dict[str, tuple[str, Any, int]] = {
    "pieces_per_pack": ("skus", 0, 1),
    "weight": ("skus", -0.5, 0),
    "amount_cents": ("prices", -1, 0),
    "compare_at_amount_cents": ("prices", -1, 0),
}


@pytest.mark.parametrize(("name", "case"), LOW.items())
def test_what_is_too_little(shop: PriceShop, name: str, case: tuple[str, Any, int]) -> None:
    """Nobody sells less than nothing (catalogue.md §1.1, §3)."""
    type_, value, count = case
    object_ = shop.skus["MUG"] if type_ == "skus" else shop.price("MUG")
    answer = patched(shop, object_, **{name: value})

    assert got(answer) == refused_with(
        [violation(f"attributes/{name}", f"{MANY} {count}", AT_LEAST, value=value, count=count)]
    )


def test_codes_of_skus(shop: PriceShop) -> None:
    """They are trimmed, told apart by case, and 255 characters long at most."""
    category = {"shipping_category": to(shop.categories["MERCH"])}
    made = shop.api.create("skus", links=category, code="  mug ", name="Mug")
    long = document("skus", links=category, code="x" * 256, name="X")

    assert made["attributes"]["code"] == "mug"
    assert got(shop.api.post("/api/skus", long)) == refused_with(
        [
            violation(
                "attributes/code",
                "is too long (maximum is 255 characters)",
                "too_long",
                count=255,
            )
        ]
    )


def test_flags_that_are_null(shop: PriceShop) -> None:
    """They are false."""
    shown = shop.api.update(shop.skus["MUG"], do_not_ship=None, do_not_track=None)["attributes"]

    assert (shown["do_not_ship"], shown["do_not_track"]) == (False, False)


def test_a_new_code(shop: PriceShop) -> None:
    """Lines keep the one that they were made with; prices show the present one."""
    shop.stock("mil", MUG=5)
    row = shop.buy(shop.cart(), "MUG", 1)
    price = shop.price("MUG")
    shop.api.update(shop.skus["MUG"], code="CUP")

    assert shop.shown(row)["sku_code"] == "MUG"
    assert shop.shown(price)["sku_code"] == "CUP"


@pytest.mark.parametrize("prices", [True, False])
def test_the_currency_of_a_list(shop: PriceShop, *, prices: bool) -> None:
    """It stays once there are prices, or a market; upper case, and one that there is."""
    made = shop.api.create("price_lists", name="New", currency_code="chf")
    unknown = patched(shop, made, currency_code="EURO")
    if prices:
        shop.list_price("MUG", made, 5)
    else:
        shop.api.update(shop.usa, links={"price_list": to(made)})
    kept = patched(shop, made, currency_code="SEK")
    free = shop.api.create("price_lists", name="Empty", currency_code="EUR")

    assert made["attributes"]["currency_code"] == "CHF"
    assert unknown.json["errors"][0]["meta"] == {"error": "inclusion", "value": "EURO"}
    assert got(kept) == refused_with(
        [violation("attributes/currency_code", "can't be changed", "readonly")]
    )
    assert shop.api.update(free, currency_code="JPY")["attributes"]["currency_code"] == "JPY"


def test_prices_without_decimals(shop: PriceShop) -> None:
    """Yen have none (catalogue.md §1.1)."""
    yen = shop.api.create("price_lists", name="Yen", currency_code="JPY")
    shown = shop.list_price("MUG", yen, 10000)["attributes"]

    assert (shown["formatted_amount"], shown["amount_float"]) == ("¥10,000", 10000.0)


def test_by_code_or_linked(shop: PriceShop) -> None:
    """A linkage wins over a code; a code that none has is no SKU (catalogue.md §1.3)."""
    links = {"price_list": to(shop.dollars)}
    both = shop.api.create(
        "prices",
        links={**links, "sku": to(shop.skus["MUG"])},
        sku_code="TSHIRT",
        amount_cents=1,
    )
    by_code = shop.api.create("prices", links=links, sku_code="TSHIRT", amount_cents=1)
    body = document("prices", links=links, sku_code="NOPE", amount_cents=1)

    assert [shop.shown(each)["sku_code"] for each in (both, by_code)] == ["MUG", "TSHIRT"]
    assert got(shop.api.post("/api/prices", body)) == refused_with(
        [violation("relationships/sku", "can't be blank", "blank")]
    )


def test_switched_off_and_on(shop: PriceShop) -> None:
    """Both at once leave it on; once more changes nothing (catalogue.md §1.6)."""
    off = shop.api.update(shop.usa, _disable=True)["attributes"]["disabled_at"]
    again = shop.api.update(shop.usa, _disable=True)["attributes"]["disabled_at"]
    both = shop.api.update(shop.usa, _disable=True, _enable=True)["attributes"]["disabled_at"]

    assert off == again is not None
    assert both is None


def test_processed_at(shop: PriceShop) -> None:
    """It is echoed, and nothing else (catalogue.md §9)."""
    moment = "2027-01-01T10:00:00.000Z"
    shown = shop.api.update(shop.price("MUG"), processed_at=moment)["attributes"]

    assert shown["processed_at"] == moment


@pytest.mark.parametrize("name", ["sku_codes", "sku_ids"])
def test_prices_of_skus(shop: PriceShop, name: str) -> None:
    """Lists of codes, or of ids (catalogue.md §9)."""
    wanted = [shop.skus[code] for code in ("MUG", "ICE")]
    value = ",".join(e["id"] if name == "sku_ids" else e["attributes"]["code"] for e in wanted)
    found = shop.api.get("/api/prices", {f"filter[{name}]": value}).json["data"]

    assert [each["attributes"]["sku_code"] for each in found] == ["MUG", "ICE"]
