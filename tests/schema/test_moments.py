"""Moments are read from the texts that the real service's framework reads.

conventions.md §13.2.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mockserver.clock import EPOCH, timestamp
from mockserver.schema.moments import LONGEST, standard

DATE, TEN, EIGHT = (f"2024-06-01T{hour}:00:00.000Z" for hour in ("00", "10", "08"))

DATES = """\
2024-06-01
2024/06/01
2024-6-1
2024/6/1
2024.06.01
2024-06-01}
20240601
01/06/2024
1/6/2024
01-06-2024
01.06.2024
"2024-06-01"
'2024-06-01'
{2024-06-01}
{"date": "2024-06-01"}
since 2024-06-01
1 June 2024
01 Jun 2024
1st June, 2024
1-Jun-2024
1JUN2024
1 Juni 2024
June 1, 2024
Jun 1 2024
june 1st, 2024
Jun. 01, 2024
Sat Jun 01 2024
2024-06-01T
"2024-06-01T00:00:00Z"
2024-06-01T00:00:00Z}
2024-05-31T24:00:00Z
1/6/2024 12 am
"""
#: The last two were sent with an offset whose plus was decoded to a space: it says nothing then.
TENS = """\
2024-06-01 10:00:00 UTC
2024-06-01 10:00:00 GMT
2024-06-01T10:00:00z
2024-06-01t10:00:00Z
2024-06-01t10:00:00.000z
2024-06-01T10:00:00.000123456789z
2024-06-01T10:00:00-0000
2024-06-01 10:00
2024-6-1T10:0
20240601t100000z
2024/06/01 10:00:00
2024/06/01 10:00 am
01/06/2024, 10:00:00
1/6/2024, 10:00:00\u202fAM
10:00 1/6/2024
1 June 2024 10:00
June 1, 2024 at 10:00 AM
June 1, 2024 10 a.m.
Sat, 01 Jun 2024 10:00:00 GMT
Sat, 01 Jun 2024 10:00:00 +0000
Sat Jun  1 10:00:00 2024
Sat Jun 1 10:00:00 UTC 2024
Sat Jun 01 2024 10:00:00 GMT+0000 (Coordinated Universal Time)
2024-06-01 09:59:60 UTC
2024-06-01T10:00:00 02:00
2024-06-01T10:00:00.000 02:00
"""
EIGHTS = """\
2024-06-01T10:00:00+02:00
2024-06-01T10:00:00+0200
2024-06-01 10:00:00 +02:00
2024-06-01 10:00:00 +0200
2024-06-01t10:00:00+2
2024/06/01 10:00 +2:00
1/6/2024 10:00 UTC+2
Sat, 01 Jun 2024 04:00:00 EDT
Sat Jun 1 10:00:00 CEST 2024
Sat Jun 01 2024 10:00:00 GMT+0200 (Central European Summer Time)
2024-06-01 03:30 -0430
"2024-06-01T10:00:00+02:00"
2024-06-01T10:00:00+02:00[Europe/Rome]
"""
READABLE = {
    **dict.fromkeys(DATES.splitlines(), DATE),
    **dict.fromkeys(TENS.splitlines(), TEN),
    **dict.fromkeys(EIGHTS.splitlines(), EIGHT),
    "1 June 2024 12:30 am": "2024-06-01T00:30:00.000Z",
    "1 June 2024 12:30 PM": "2024-06-01T12:30:00.000Z",
    "1 June 2024 11pm": "2024-06-01T23:00:00.000Z",
    "2024-6-1 10:00:00.9999999999": "2024-06-01T10:00:00.999Z",
    "2024/06/01 10:00:00,5": "2024-06-01T10:00:00.500Z",
    "29 Feb 2024": "2024-02-29T00:00:00.000Z",
    "1/1/0001": "0001-01-01T00:00:00.000Z",
    "31/12/9999 23:59:59.999": "9999-12-31T23:59:59.999Z",
}


@pytest.mark.parametrize(("text", "moment"), READABLE.items())
def test_readable(text: str, moment: str) -> None:
    """A whole date is read wherever it stands, days before months, with a time or without."""
    assert moment == standard(text)


UNREADABLE = """\
yesterday
now
monday
may
Saturday at 10:00
not a moment
{}
2024
2024-06
2024/06
06/2024
June 2024
1 June
01/06
01/06/24
10:00
1717236000
1717236000000
1717120100000
20240601100000
202406011
-2024-06-01
12024-06-01
2024-02-30
30 Feb 2024
2023-02-29
2024-13-01
6/13/2024
2024-00-01
2024-06-32
2024-06-001
0000-01-01
2024-06-01T25:00:00Z
2024-06-01 24:00:01
2024-06-01 10:60
2024-06-01 10:00:61
2024-06-01 10:00:00 +24:00
2024/06/01 10:00 +1260
2024/06/01 10:00 +020000
2024-06-01 9:99999999999999
1/1/0001 00:00 +0200
31/12/9999 24:00
"""
TOO_LONG = [
    *("1" * LONGEST, "1 June 2024" + " " * LONGEST, "June " * 25, "10:" * 40, "x" * 1_000_000),
]


@pytest.mark.parametrize(
    "text", ["", " ", *UNREADABLE.splitlines(), *TOO_LONG], ids=lambda text: text[:30]
)
def test_unreadable(text: str) -> None:
    """Words, parts of a date, days and times that there are not, and what is too long."""
    assert standard(text) is None


MONTHS = "January February March April May June July August September October November December"
#: How to write a moment so that nothing of it but the thousandths is lost, or not even those.
TO_THE_MILLISECOND: dict[str, Callable[[datetime], str]] = {
    "ISO 8601": lambda m: m.isoformat(),
    "small letters": lambda m: m.astimezone(UTC).isoformat().lower().replace("+00:00", "z"),
    "quoted": lambda m: f'"{m.isoformat()}"',
    "in braces": lambda m: f"{{{m.isoformat()}}}",
    "slashes": lambda m: f"{m.year:04}/{m:%m/%d %H:%M:%S.%f%z}",
    "no zeros": lambda m: f"{m.year:04}-{m.month}-{m.day} {m.hour}:{m.minute}:{m:%S.%f %z}",
    "UTC": lambda m: (
        f"{m.astimezone(UTC):%d/%m/}{m.astimezone(UTC).year:04}{m.astimezone(UTC): %H:%M:%S.%f} UTC"
    ),
    "a long fraction": lambda m: f"{m.day} {month(m)} {m.year:04} {m:%H:%M:%S.%f}999999{m:%z}",
    "half a day": lambda m: (
        f"{month(m)} {m.day}, {m.year:04}, {m.hour % 12 or 12}:{m:%M:%S.%f}"
        f" {'pm' if m.hour >= 12 else 'am'} {m:%z}"
    ),
}
TO_THE_SECOND: dict[str, Callable[[datetime], str]] = {
    "RFC 2822": lambda m: f"{m:%a, %d %b} {m.year:04} {m:%H:%M:%S %z}",
    "JavaScript": lambda m: f"{m:%a %b %d} {m.year:04} {m:%H:%M:%S} GMT{m:%z} (There Summer Time)",
    "Unix": lambda m: f"{m.astimezone(UTC):%a %b %d %H:%M:%S UTC} {m.astimezone(UTC).year:04}",
}


def month(moment: datetime) -> str:
    """Return the name of its month."""
    return MONTHS.split()[moment.month - 1]


zones = st.integers(-14 * 60, 14 * 60).map(lambda ahead: timezone(timedelta(minutes=ahead)))
moments = st.integers(-62_135_424_000_000, 253_402_128_000_000).flatmap(
    lambda thousandth: zones.map((EPOCH + timedelta(milliseconds=thousandth)).astimezone)
)


@given(moment=moments, form=st.sampled_from(sorted(TO_THE_MILLISECOND)))
def test_written_and_read(moment: datetime, form: str) -> None:
    """Whatever the form and the zone, the moment that was written is the one that is read."""
    assert timestamp(moment) == standard(TO_THE_MILLISECOND[form](moment))


@given(moment=moments, form=st.sampled_from(sorted(TO_THE_SECOND)))
def test_written_to_the_second(moment: datetime, form: str) -> None:
    """Forms without a fraction lose it, and nothing else."""
    whole = moment.replace(microsecond=0)

    assert timestamp(whole) == standard(TO_THE_SECOND[form](whole))


@given(text=st.text(st.sampled_from("0123456789-/.:+ TZaepmJunGMT,}\"'"), max_size=40))
def test_any_text(text: str) -> None:
    """It is a moment or it is none; a moment is read as itself."""
    read = standard(text)

    assert read is None or read == standard(read)
