"""The people and places of a locale, drawn from Faker when customers are seeded.

The committed pools of ``pools.json`` need no Faker; only who asks for a locale waits for it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, TypeVar

from mockserver.entropy import Entropy
from mockserver.seeding.pools import Place, Pool

if TYPE_CHECKING:
    from faker import Faker

T = TypeVar("T")

#: How many of each are drawn; those that come twice count once.
NAMES, STREETS, COMPANIES, PHONES, PLACES = 100, 100, 40, 80, 80
#: A seed of Faker is below this.
SEEDS = 2**32
PROVIDERS = [f"faker.providers.{name}" for name in ("address", "company", "person", "phone_number")]


def localized(locale: str, entropy: Entropy) -> Pool:
    """Return the pool of names and places of a locale.

    Args:
        locale: one that ``locales.locale`` knows.
        entropy: what the seed of Faker is drawn from: the same one gives the same pool.
    """
    language, _, country = locale.partition("_")
    # A generator of its own: another one would go on where the last draw has left it.
    faker = _faker(locale)
    faker.seed_instance(entropy.below(SEEDS))
    first_names, last_names = (_drawn(draw, NAMES) for draw in (faker.first_name, faker.last_name))
    return Pool(
        country_code=country,
        language_code=language,
        first_names=first_names,
        last_names=last_names,
        companies=_drawn(faker.company, COMPANIES),
        lines=[_in_one_line(line) for line in _drawn(faker.street_address, STREETS)],
        phones=_drawn(faker.phone_number, PHONES),
        places=_drawn(_place(locale, faker), PLACES),
    )


def _faker(locale: str) -> Faker:
    from faker import Faker  # noqa: PLC0415 - takes longer than all the rest of the start

    return Faker(locale, providers=PROVIDERS)


def _drawn(draw: Callable[[], T], count: int) -> Sequence[T]:
    return list(dict.fromkeys(draw() for _ in range(count)))


def _in_one_line(text: str) -> str:
    return ", ".join(part.strip() for part in text.splitlines())


# --- places --------------------------------------------------------------------------------------


def _place(locale: str, faker: Faker) -> Callable[[], Place]:
    """Return a function that draws a city, its postcode and its state."""
    draw = PLACES_OF.get(locale, _city)
    return lambda: draw(faker)


def _city(faker: Faker) -> Place:
    """Draw a city and a postcode of the country; of which state they are Faker does not know."""
    return faker.city(), faker.postcode(), None


def _in_state(faker: Faker) -> Place:
    state = faker.state_abbr(include_territories=False, include_freely_associated_states=False)
    return faker.city(), faker.postcode_in_state(state), state


def _in_province(faker: Faker) -> Place:
    province = faker.province_abbr()
    return faker.city(), faker.postalcode_in_province(province), province


def _in_italy(faker: Faker) -> Place:
    postcode, _, rest = faker.postcode_city_province().partition(", ")
    city, _, province = rest.rpartition(" ")
    return city, postcode, province.strip("()")


#: Where Faker knows which postcodes are of which state.
PLACES_OF: Mapping[str, Callable[[Faker], Place]] = {
    "en_US": _in_state,
    "en_CA": _in_province,
    "fr_CA": _in_province,
    "it_IT": _in_italy,
}


# --- names in ASCII ------------------------------------------------------------------------------


@cache
def transliterated(name: str) -> str:
    """Return a name of any script in ASCII; what cannot be written so is left out."""
    from faker.decode import unidecode  # noqa: PLC0415 - as above

    return unidecode(name)
