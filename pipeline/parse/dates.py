"""Cell 4: place and date."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from pipeline.parse import patterns as p
from pipeline.parse.found import Found, tidy
from pipeline.parse.parts import Sections
from pipeline.parse.places import known_place
from pipeline.parse.rows import Row
from pipeline.parse.shapes import accents_in, letters_in, soundness
from pipeline.text import fold, same_key

_SLASHED_DATE = re.compile(r"ng[a-z]y\W{0,3}(\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4})")
# Anything else between the words than digits (a stroke, a bracket) may be a digit misread.
_PLAIN_DATE = re.compile(
    r"ngay \d{1,2} thang \d{1,2} nam \d{4}|ngay \d{1,2}\s?[/.-]\s?\d{1,2}\s?[/.-]\s?\d{4}"
)
_STRAY = " .,:;-_'…"
_RECEIVED = re.compile(
    r"ngay (\d{1,2})\s?[/.-]\s?(\d{1,2})\s?[/.-]\s?(\d{4}),[^.;]{0,80}\bnhan duoc\b"
)
_DAYS = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


def iso_date(day: str, month: str, year: str) -> str | None:
    """ISO date of what can be read: ``2019-05`` without a day, ``2019`` without a month.

    A day that its month does not have leaves both open: either may be misread.

    >>> iso_date("20", "8", "2020"), iso_date("40", "7", "2020"), iso_date("30", "2", "2023")
    ('2020-08-20', '2020-07', '2023')
    """
    y = _number(year, 1945, 2099)
    if y is None:
        return None
    m, d = _number(month, 1, 12), _number(day, 1, 31)
    if m is None:
        return f"{y}"
    if d is None:
        return f"{y}-{m:02}"
    leap = y % 4 == 0 and (y % 100 != 0 or y % 400 == 0)
    if d > _DAYS[m - 1] or (m == 2 and d == 29 and not leap):
        return f"{y}"
    return f"{y}-{m:02}-{d:02}"


def _number(text: str, least: int, most: int) -> int | None:
    digits = text.strip(_STRAY).replace(" ", "")
    return int(digits) if digits.isdecimal() and least <= int(digits) <= most else None


def place_and_date(
    parts: Sections, signed: Sequence[str] = ()
) -> tuple[Found | None, Found | None]:
    """The place and the date of the letter from the line under quốc hiệu.

    Args:
        parts: the letter's parts.
        signed: ISO days of digital signatures; they choose between readings of a month.
    """
    for row in parts.date:
        match = p.DATE.search(row.folded)
        slashed = _SLASHED_DATE.search(row.folded)
        start = match.start() if match else slashed.start() if slashed else None
        if start is None:
            start_match = p.DATE_START.search(row.folded)
            start = start_match.start() if start_match else len(row.text)
        place = _place(row.part(0, start))
        if slashed:
            value = iso_date(slashed[1], slashed[2], slashed[3])
            where = row.part(slashed.start(), slashed.end())
        elif match:
            month = _month(match["month"], match["year"], signed)
            value = iso_date(match["day"], month, match["year"])
            where = row.part(match.start(), match.end())
        else:
            return place, None
        doubt = int(_PLAIN_DATE.fullmatch(where.folded) is None)
        date = (
            Found(value, (where,), "date-of-header", doubt=doubt)
            if value or letters_in(where.text)
            else None
        )
        return place, date
    return None, None


def _month(printed: str, year: str, signed: Sequence[str]) -> str:
    """A month that can't be (``42``) is that of the signature, if one digit was misread."""
    digits = printed.strip(_STRAY)
    if _number(digits, 1, 12) is not None or not re.fullmatch(r"\d\d", digits):
        return printed
    months = {day[5:7] for day in signed if day[:4] == year.strip()}
    near = [m for m in months if sum(a != b for a, b in zip(m, digits, strict=True)) == 1]
    return near[0] if len(near) == 1 else printed


def received_in(text: str) -> list[str]:
    """ISO days on which the office received something: ``Ngày 25/7/2019, Sở … nhận được``."""
    found = (iso_date(*match.groups()) for match in _RECEIVED.finditer(fold(text)))
    return [day for day in found if day and len(day) == 10]


def before_cited(date: Found | None, cited: Iterable[str]) -> Found | None:
    """A letter can't cite what came after it: its date is doubted, a garbled one cut to its year.

    Args:
        date: as printed.
        cited: ISO days of documents that the letter cites.
    """
    if date is None or not date.value:
        return date
    size = len(date.value)
    later = [day for day in cited if day[:size] > date.value]
    if not later:
        return date
    shaken = date.supported(-2)
    if not date.doubt or size == 4 or all(day[:4] != date.value[:4] for day in later):
        return shaken
    return replace(shaken, value=date.value[:4])


def _misread(text: str, known: str) -> bool:
    odd = any(word[1:] != word[1:].lower() for word in text.split()) and not text.isupper()
    return odd or soundness(text) < 1 or accents_in(text) < accents_in(known)


def _place(row: Row) -> Found | None:
    text = tidy(row.text)
    if letters_in(text) < 2:
        return None
    known = known_place(fold(text), text)
    if known is None:
        place = Found(text, (row,), "place-before-date", doubt=1 if accents_in(text) else 3)
        return place if soundness(text) == 1 else place.torn()
    unit = text[: len(text) - len(known)] if len(text) > len(known) else ""
    other = accents_in(text) >= accents_in(unit + known) and not same_key(text).endswith(
        same_key(known)
    )
    # Another place of the same letters that no list has, or one mark misread: Cú Chi, Củ Chi.
    if other:
        return Found(text, (row,), "place-before-date", doubt=4)
    return Found(
        unit + known if _misread(text, known) else text,
        (row,),
        "place-gazetteer",
    )
