"""Deadlines of an order, absolute and relative."""

from __future__ import annotations

import re

from pipeline.letter import Deadline
from pipeline.parse.dates import iso_date
from pipeline.text import fold

_DAY = (
    r"(?:ngay\s+)?(?:(?P<d>\d{1,2})\s?[/.-]\s?(?P<m>\d{1,2})\s?[/.-]\s?(?P<y>\d{4})"
    r"|(?P<d2>\d{1,2})\s+thang\s+(?P<m2>\d{1,2})\s+nam\s+(?P<y2>\d{4}))"
)
# "by the day …": the words that make a date a deadline, not a date of something past.
_ABSOLUTE = re.compile(
    r"(?:truoc(?:\s+\d{1,2}\s?(?:gio|h)\s?\d{0,2}(?:\s?phut)?,?)?|"
    r"cham nhat(?:\s+(?:la|den|vao|trong|truoc))*"
    r"|han (?:cuoi|chot)(?:\s+(?:la|den))?|hoan thanh(?:\s+(?:truoc|trong|vao|den))*)"
    r"\s+(?:het\s+)?" + _DAY
)
_RELATIVE = re.compile(
    r"trong (?:thoi (?:han|gian)|vong)\s+\d{1,3}\s+(?:ngay(?:\s+lam viec)?|thang|gio|tuan)"
    r"(?:\s*,?\s*(?:ke tu|tu)\s+(?:ngay|khi)[^,.;]{0,60})?"
    r"|(?:dinh ky\s+)?(?:hang|moi)\s+(?:ngay|tuan|thang|quy|nam)\b"
    r"|dinh ky\s+\d{1,2}\s+(?:thang|tuan|ngay)"
    r"|truoc ngay \d{1,2} (?:cua )?(?:thang|hang thang|cuoi quy)[^,.;]{0,40}"
)


def deadlines_in(text: str) -> list[Deadline]:
    """Deadlines in the order they are written; relative ones have no date.

    >>> [(d.text, d.date) for d in deadlines_in("báo cáo trước ngày 20/01/2025; hằng quý tổng hợp")]
    [('trước ngày 20/01/2025', '2025-01-20'), ('hằng quý', None)]
    """
    folded = fold(text)
    found: list[tuple[int, Deadline]] = []
    for match in _ABSOLUTE.finditer(folded):
        parts = [match[a] or match[b] for a, b in (("d", "d2"), ("m", "m2"), ("y", "y2"))]
        iso = iso_date(*parts)
        if iso and len(iso) == 10:
            said = text[match.start() : match.end()]
            found.append((match.start(), Deadline(text=said, date=iso)))
    found.extend(
        (match.start(), Deadline(text=text[match.start() : match.end()]))
        for match in _RELATIVE.finditer(folded)
    )
    return [deadline for _, deadline in sorted(found, key=lambda pair: pair[0])]
