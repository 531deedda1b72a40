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
_HOUR = r"(?:\s+\d{1,2}\s?(?:gio|h|:)\s?(?:\d{2})?(?:\s?phut|')?\W{0,3})?"
_ASKED = r"(?:hoan thanh|xong|bao cao|gui|nop)"
# "by the day …": the words that make a date a deadline, not a date of something past.
_ABSOLUTE = re.compile(
    rf"(?:truoc(?! mat){_HOUR}|(?:cham|muon) nhat(?:\s+(?:la|den|vao|trong|truoc))*{_HOUR}"
    rf"|han (?:cuoi|chot|nop)[^.;:\d]{{0,30}}"
    rf"|thoi (?:han|gian) (?:{_ASKED}|thuc hien)[^:;.\d]{{0,20}}:?\s*(?:truoc|den|la)?"
    r"|hoan thanh(?:\s+(?:truoc|trong|vao|den))*)"
    r"\W{0,2}\s*(?:het\s+)?" + _DAY
)
# What came about, or was issued, before a day need not be done by it.
_PAST = re.compile(
    r"(?:\b(?:phat sinh|ton tai|nhap khau|khoi cong|co hieu luc|duoc giao|nghi huu|nghi viec)"
    r"(?: \w+){0,2}|(?<!cung )\bcap|(?<!dang )\bky|\bthanh lap|\btuyen dung|\bsinh) $"
)
_PART = r"(?:thang \d{1,2}|quy (?:[ivx]{1,3}|\d))(?:\s?/\s?\d{4}| nam \d{4})?"
_RELATIVE = re.compile(
    r"trong (?:thoi (?:han|gian)|vong)\s+(?:khong qua )?\d{1,3}\s+"
    r"(?:ngay(?:\s+lam viec)?|thang|gio|tuan)(?:\s*,?\s*(?:ke tu|tu)\s+(?:ngay|khi)[^,.;]{0,60})?"
    r"|trong \d{1,3} (?:ngay(?: lam viec)?|gio)(?: (?:ke )?tu (?:ngay|khi)[^,.;]{0,60})?"
    r"|(?:dinh ky\s+)?(?:hang|moi)\s+(?:ngay|tuan|thang|quy|nam)\b"
    r"|dinh ky\s+\d{1,2}\s+(?:thang|tuan|ngay)"
    r"|truoc ngay \d{1,2} (?:cua )?(?:thang|hang thang|cuoi quy)[^,.;]{0,40}"
    r"|truoc ngay \d{1,2}\s?/\s?\d{1,2}(?![\d/.-])(?: hang nam)?"
    rf"|truoc {_PART}|(?<=hoan thanh )(?:trong|vao) {_PART}|(?<=xong )trong {_PART}"
)


def deadlines_in(text: str) -> list[Deadline]:
    """Deadlines in the order they are written; relative ones have no date.

    >>> [(d.text, d.date) for d in deadlines_in("báo cáo trước ngày 20/01/2025; hằng quý tổng hợp")]
    [('trước ngày 20/01/2025', '2025-01-20'), ('hằng quý', None)]
    """
    folded = fold(text)
    found: list[tuple[int, Deadline]] = []
    for match in _ABSOLUTE.finditer(folded):
        if _PAST.search(folded, max(0, match.start() - 40), match.start()):
            continue
        parts = [match[a] or match[b] for a, b in (("d", "d2"), ("m", "m2"), ("y", "y2"))]
        iso = iso_date(*parts)
        if iso and len(iso) == 10:
            said = text[match.start() : match.end()]
            found.append((match.start(), Deadline(text=said, date=iso)))
    taken = [range(start, start + len(deadline.text)) for start, deadline in found]
    found.extend(
        (match.start(), Deadline(text=text[match.start() : match.end()]))
        for match in _RELATIVE.finditer(folded)
        if not any(match.start() in dated for dated in taken)
    )
    return [deadline for _, deadline in sorted(found, key=lambda pair: pair[0])]
