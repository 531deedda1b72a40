"""Dates as clerks write them and as the record keeps them."""

from __future__ import annotations

import re

FIELDS = frozenset({"date", "arrival_stamp.date"})

_WRITTEN = re.compile(
    r"(?:(?:(?P<d>\d{1,2})\s*[/.-]\s*)?(?P<m>\d{1,2})\s*[/.-]\s*(?P<y>\d{4})"
    r"|(?P<Y>\d{4})(?:-(?P<M>\d{1,2})(?:-(?P<D>\d{1,2}))?)?"
    r"|(?:ngày\s*(?P<day>\d{1,2})\s*)?tháng\s*(?P<month>\d{1,2})\s*năm\s*(?P<year>\d{4}))",
    re.IGNORECASE,
)


class NoDate(ValueError):
    """What was typed is no date."""


def iso_date(text: str) -> str:
    """A typed date as the record keeps it; month or day may be left out where they can't be read.

    A day that no calendar has stays as it is printed on the paper.

    >>> iso_date("7/5/2019"), iso_date("05/2019"), iso_date("ngày 07 tháng 5 năm 2019")
    ('2019-05-07', '2019-05', '2019-05-07')
    >>> iso_date("31/02/2019"), iso_date("2019")
    ('2019-02-31', '2019')

    Raises:
        NoDate: it is none.
    """
    match = _WRITTEN.fullmatch(text.strip())
    if match is None:
        raise NoDate(text)
    year = match["y"] or match["Y"] or match["year"]
    month = match["m"] or match["M"] or match["month"]
    day = match["d"] or match["D"] or match["day"]
    if not 1 <= int(month or 1) <= 12 or not 1 <= int(day or 1) <= 31:
        raise NoDate(text)
    return "-".join([year, *(part.zfill(2) for part in (month, day) if part)])
