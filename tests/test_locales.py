"""What names a locale, and what is said of a text that names none."""

from __future__ import annotations

import pytest

from mockserver.locales import UnknownLocale, distinct_locales, locale, locales
from mockserver.schema.countries import COUNTRY_CODES

#: What is said of a text that names none.
UNKNOWN = {
    "it_TI": "is not a locale of Faker with names, addresses and phones; the nearest is it_IT",
    "jp_JP": "the nearest is ja_JP",
    "jp": "the nearest is ja_JP",
    "klingon": "there are ar_DZ, ",
    "el": "the nearest is el_GR",
    "fr": "the nearest is fr_CA or fr_CH or fr_DZ or fr_FR",
    # Faker would make up American addresses.
    "tr_TR": "'tr_TR' is not a locale",
    "": "'' is not a locale of Faker with names, addresses and phones; there are ar_DZ, az_AZ,",
}


def test_every_locale_is_of_a_country() -> None:
    """An address of it can be stored."""
    assert {name.partition("_")[2] for name in locales()} <= COUNTRY_CODES
    assert len(locales()) > 50


@pytest.mark.parametrize("text", ["it_IT", "it-IT", "IT_it", " it_it "])
def test_a_locale_is_named_in_several_ways(text: str) -> None:
    """By Faker's own name, and as browsers and people write it."""
    assert locale(text) == "it_IT"


@pytest.mark.parametrize(("text", "said"), UNKNOWN.items())
def test_an_unknown_locale_is_told_the_nearest(text: str, said: str) -> None:
    """Nothing is guessed."""
    with pytest.raises(UnknownLocale) as caught:
        locale(text)

    assert said in str(caught.value)


@pytest.mark.parametrize(
    ("texts", "expected"),
    [([], ()), ([""], ()), (["it_IT, el-GR", "it-it"], ("it_IT", "el_GR"))],
)
def test_several_are_each_named_once(texts: list[str], expected: tuple[str, ...]) -> None:
    """One text may hold several; the order is that of naming."""
    assert distinct_locales(texts) == expected
