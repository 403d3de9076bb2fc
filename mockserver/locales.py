"""Locales of Faker that random customers can come from, and the one that a name means.

A locale is one of Faker's with addresses, names and phone numbers of its own: what it lacks Faker
would take from the United States, and a postcode has to fit its country.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

#: The locales whose people Faker knows under another one: they speak the same language.
ENGLISH = "en_"
#: The countries that share the phone numbers of the United States, Faker's own.
NORTH_AMERICA = ("_CA", "_US")
#: Faker knows how phone numbers look there, and draws none.
WITHOUT_PHONES = frozenset({"en_PH"})


class UnknownLocale(ValueError):  # noqa: N818 - it is said of a value
    """A text names no locale that customers can come from; it says which is near."""


@cache
def locales() -> frozenset[str]:
    """Return the locales there are, ``it_IT`` for instance; the first call imports Faker."""
    import pkgutil  # noqa: PLC0415 - as below

    from faker.providers import (  # noqa: PLC0415 - takes longer than all the rest of the start
        address,
        person,
        phone_number,
    )

    places, people, phones = (
        {module.name for module in pkgutil.iter_modules(provider.__path__)}
        for provider in (address, person, phone_number)
    )
    return frozenset(
        name
        for name in places - WITHOUT_PHONES
        if name.partition("_")[2].isupper()
        and (name in people or name.startswith(ENGLISH))
        and (name in phones or name.endswith(NORTH_AMERICA))
    )


def locale(text: str) -> str:
    """Return the locale that a text names, as Faker writes it; ``it-it`` is ``it_IT``.

    Raises:
        UnknownLocale: it names none.
    """
    from difflib import get_close_matches  # noqa: PLC0415 - only where somebody asks for one

    wanted = text.strip().replace("-", "_").lower()
    by_text = {name.lower(): name for name in sorted(locales())}
    if wanted not in by_text:
        near = get_close_matches(wanted, by_text, 1)
        alike = [name for name in by_text.values() if wanted in name.lower().split("_")]
        named = alike or [by_text[name] for name in near]
        hint = "the nearest is" if named else "there are"
        there = " or ".join(named) or ", ".join(sorted(locales()))
        message = (
            f"{text!r} is not a locale of Faker with names, addresses and phones; {hint} {there}"
        )
        raise UnknownLocale(message)
    return by_text[wanted]


def distinct_locales(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the locales that texts name, each once; in a text several are told apart by commas.

    Raises:
        UnknownLocale: one of them names none.
    """
    parts = (part for text in texts for part in text.split(","))
    return tuple(dict.fromkeys(locale(part) for part in parts if part.strip()))
