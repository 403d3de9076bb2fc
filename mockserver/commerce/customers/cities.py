"""Where cities are, roughly: all that geocoders know in a sandbox (catalogue.md §12)."""

from __future__ import annotations

from collections.abc import Mapping

Place = tuple[float, float]

#: Latitude and longitude by country and city.
CITIES: Mapping[str, Mapping[str, Place]] = {
    "AT": {"vienna": (48.208, 16.373), "wien": (48.208, 16.373)},
    "AU": {"melbourne": (-37.814, 144.963), "sydney": (-33.869, 151.209)},
    "BE": {"antwerp": (51.22, 4.4), "brussels": (50.85, 4.352)},
    "CA": {"montreal": (45.502, -73.567), "toronto": (43.653, -79.383)},
    "CH": {"geneva": (46.204, 6.143), "zurich": (47.377, 8.541)},
    "DE": {
        "berlin": (52.52, 13.405),
        "hamburg": (53.551, 9.994),
        "munich": (48.137, 11.575),
        "münchen": (48.137, 11.575),
    },
    "DK": {"copenhagen": (55.676, 12.568), "københavn": (55.676, 12.568)},
    "ES": {"barcelona": (41.385, 2.173), "madrid": (40.417, -3.704)},
    "FR": {"lyon": (45.764, 4.836), "marseille": (43.297, 5.381), "paris": (48.857, 2.352)},
    "GB": {"edinburgh": (55.953, -3.188), "london": (51.507, -0.128)},
    "IE": {"dublin": (53.35, -6.26)},
    "IT": {
        "bologna": (44.495, 11.343),
        "firenze": (43.77, 11.258),
        "milan": (45.464, 9.19),
        "milano": (45.464, 9.19),
        "napoli": (40.852, 14.268),
        "prato": (43.88, 11.097),
        "roma": (41.903, 12.496),
        "rome": (41.903, 12.496),
        "torino": (45.07, 7.687),
    },
    "JP": {"osaka": (34.694, 135.502), "tokyo": (35.69, 139.692)},
    "NL": {"amsterdam": (52.368, 4.904), "rotterdam": (51.924, 4.478)},
    "NO": {"oslo": (59.914, 10.752)},
    "PL": {"warsaw": (52.23, 21.012)},
    "PT": {"lisboa": (38.722, -9.139), "lisbon": (38.722, -9.139)},
    "SE": {"stockholm": (59.329, 18.069)},
    "US": {
        "boston": (42.36, -71.058),
        "chicago": (41.878, -87.63),
        "los angeles": (34.052, -118.244),
        "new york": (40.713, -74.006),
        "newark": (40.736, -74.172),
        "san francisco": (37.775, -122.419),
    },
}


def place_of(country_code: str | None, city: str | None) -> Place | None:
    """Return where a city is, ``None`` for one that nobody has put down here."""
    return CITIES.get(country_code or "", {}).get((city or "").strip().casefold())
