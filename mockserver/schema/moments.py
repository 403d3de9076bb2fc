"""How a text becomes a moment: ISO 8601, else whatever the real framework's parser reads.

That parser (conventions.md §13.2) looks for a time, then for a date in what is left, wherever they
stand, and passes over the rest: JavaScript's text of a date, a moment within quotation marks and
``2024-06-01}`` are moments. Without a whole date, ``2024-06`` for instance, there is none.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from mockserver.clock import parse_timestamp, timestamp

#: The framework's parser refuses longer texts.
LONGEST = 128
WITHOUT_MEANING = r"[^-+,./:0-9A-Za-z]+"
WHOLE_DAY = timedelta(days=1)

#: The zones that are known by name (RFC 2822 §4.3, and Europe's), by hours ahead of UTC.
NAMED = (
    *((-8, "pst"), (-7, "pdt mst"), (-6, "mdt cst"), (-5, "cdt est"), (-4, "edt")),
    *((0, "z ut utc gmt wet"), (1, "west bst cet"), (2, "cest eet"), (3, "eest")),
)
ZONES = {zone: hours for hours, zones in NAMED for zone in zones.split()}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
#: A sign makes an offset: after ``+02:00`` has lost its plus in a query, there is none.
TIME = rf"""
    (?<!\d) (?: (?P<hour>\d+) \s* : \s* (?P<minute>\d+)
        (?: \s* : \s* (?P<second>\d+) (?: [.,] (?P<fraction>\d*) )? )?
        (?: \s* (?P<half>[ap]) (?: m\b | \.m\. ) )?
      | (?P<full_hour>\d+) \s* (?P<full_half>[ap]) (?: m\b | \.m\. )
    )
    (?: \s* (?:gmt|utc?)? (?P<sign>[-+]) (?P<offset> \d+ (?: :\d\d )? )
      | \s* (?P<zone>{"|".join(ZONES)}) \b
    )?
"""
NAME = rf"(?P<name>{'|'.join(MONTHS)})[a-z]*\.?"
NUMBER = r"(?P<number>\d{1,2})"
DAY = r"(?P<day>\d{1,2})(?:st|nd|rd|th)?"
YEAR = r"(?P<year>\d{4})(?!\d)"
#: ``1 June 2024``, ``June 1, 2024``, ``2024/06/01`` and ``01/06/2024``: days before months.
DATES = (
    rf"(?<!\d){DAY}[-\s]*{NAME}[-,\s]*{YEAR}",
    rf"\b{NAME}[-\s]*{DAY}[-,\s]+{YEAR}",
    rf"(?<![-\d]){YEAR}(?P<mark>[-/.])\s*{NUMBER}(?P=mark)\s*{DAY}(?!\d)",
    rf"(?<!\d){DAY}(?P<mark>[-/.])\s*{NUMBER}(?P=mark)\s*{YEAR}",
)


def standard(text: str) -> str | None:
    """Return the moment a text names as the API prints it, ``None`` when it names none.

    A date alone is midnight, and a text that tells no zone is UTC.
    """
    moment = parse_timestamp(text) or _found_in(text)
    return timestamp(moment) if moment else None


def _found_in(text: str) -> datetime | None:
    if len(text) > LONGEST:
        return None
    text = re.sub(WITHOUT_MEANING, " ", text)
    return parse_timestamp(text.upper()) or _pieced_together(text)


def _pieced_together(text: str) -> datetime | None:
    # Compiled when they are first needed: few texts are no ISO 8601.
    time = re.search(TIME, text, re.VERBOSE | re.IGNORECASE)
    if time:
        text = f"{text[: time.start()]} {text[time.end() :]}"
    date = next(filter(None, (re.search(form, text, re.IGNORECASE) for form in DATES)), None)
    try:
        return _midnight(date) + (_past_midnight(time) if time else timedelta()) if date else None
    except (ValueError, OverflowError):
        return None


def _midnight(date: re.Match[str]) -> datetime:
    parts = date.groupdict()
    name = parts.get("name")
    month = MONTHS.index(name.lower()) + 1 if name else int(parts["number"])
    return datetime(int(parts["year"]), month, int(parts["day"]), tzinfo=UTC)


def _past_midnight(time: re.Match[str]) -> timedelta:
    """Return how long after midnight UTC a time is.

    Raises:
        ValueError: no day has it; 24:00 is the end of the day.
        OverflowError: neither has any number of days.
    """
    half = time["half"] or time["full_half"]
    hour, minute, second = (
        int(part or 0)
        for part in (time["hour"] or time["full_hour"], time["minute"], time["second"])
    )
    if half:
        hour = hour % 12 + 12 * (half in "pP")
    microseconds = int((time["fraction"] or "")[:6].ljust(6, "0"))
    past = timedelta(hours=hour, minutes=minute, seconds=second, microseconds=microseconds)
    if minute > 59 or second > 60 or past > WHOLE_DAY:  # noqa: PLR2004 - a leap second is the 60th
        raise ValueError
    return past - _ahead_of_utc(time)


def _ahead_of_utc(time: re.Match[str]) -> timedelta:
    if time["sign"] is None:
        return timedelta(hours=ZONES[time["zone"].lower()] if time["zone"] else 0)
    digits = time["offset"].replace(":", "")
    hours, minutes = divmod(int(digits if len(digits) > 2 else f"{digits}00"), 100)  # noqa: PLR2004
    if hours >= 24 or minutes >= 60:  # noqa: PLR2004 - of a day and of an hour
        raise ValueError
    return timedelta(hours=hours, minutes=minutes) * (-1 if time["sign"] == "-" else 1)
