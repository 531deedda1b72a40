"""The date in an arrival stamp (CÔNG VĂN ĐẾN), found by reading along the rows beside ĐẾN.

A stamp's small labels (Số, Giờ, Ngày) and its dotted lines are seldom read by Tesseract, but the
bold ĐẾN is. The digit reader passes over labels, so the rows beside that word are tried one
after the other, and only a string that is a whole date counts.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.page import Box, Pixels, Word, Zone
from pipeline.recognise.digits import Reading, read_strips
from pipeline.text import fold

# A slash in a hurry looks like a 1, but between the parts of a whole date it can't be one.
_DATE = re.compile(r"(\d{1,2})[/1](\d{1,2})[/1](20\d\d)|(\d{1,2})/(\d{1,2})/(\d\d)")
LEAST = 0.2
"""Probability of all whole dates, for a row to be taken for the date's row."""


def stamp_words(zones: Sequence[Zone]) -> tuple[Word, ...]:
    """Words that are ``ĐẾN`` in capitals: a stamp's, since headings of letters don't use it.

    In a line of other capitals (``GỬI ĐẾN CÁC ĐƠN VỊ``) it is a word of a sentence.
    """
    found = []
    for zone in zones:
        for line in zone.lines:
            for word in line.words:
                capitals = [w for w in line.words if w.text.isupper() and len(w.text) > 1]
                if re.sub(r"\W", "", fold(word.text)) == "den" and word.text.isupper():
                    found += [word] if len(capitals) <= 3 else []
    return tuple(found)


def dates_of(nbest: Sequence[tuple[str, float]]) -> tuple[tuple[str, float], ...]:
    """The whole dates among readings as ``d/m/yyyy``, with their probabilities, best first.

    >>> dates_of([("7/3/2025", 0.6), ("713/2025", 0.2), ("12", 0.1)])
    (('7/3/2025', 0.8),)
    """
    dates: dict[str, float] = {}
    for text, p in nbest:
        found = _DATE.search(text)
        if found:
            date = "/".join(part for part in found.groups() if part)
            dates[date] = dates.get(date, 0.0) + p
    return tuple(sorted(dates.items(), key=lambda item: -item[1]))


def read_arrival(grey: Pixels, stamp: Box) -> tuple[Reading, Box] | None:
    """Dates as ``d/m/yyyy`` and the row's box; None when no row is a date.

    Args:
        grey: the cleaned page's grey picture.
        stamp: box of the word ĐẾN there.
    """
    best: tuple[float, Reading, Box] | None = None
    for box in _rows(grey, stamp):
        x0, y0, x1, y1 = box
        reading = read_strips([grey[y0:y1, x0:x1]])
        dates = dates_of(reading.nbest)
        total = sum(p for _, p in dates)
        if total > LEAST and (best is None or total > best[0]):
            best = total, Reading(dates, reading.handwritten), box
    return (best[1], best[2]) if best else None


def _rows(grey: Pixels, stamp: Box) -> Iterator[Box]:
    """Rows to the right of ĐẾN, from a little above to a line below it."""
    height = stamp[3] - stamp[1]
    cap = 0.75 * height
    left = max(0, stamp[2])
    right = min(grey.shape[1], stamp[2] + round(10 * cap))
    for step in range(8):
        middle = stamp[1] + (0.1 + 0.25 * step) * height
        top, bottom = round(middle - 0.95 * cap), round(middle + 0.95 * cap)
        if top >= 0 and bottom <= grey.shape[0] and right - left > 4 * cap:
            yield left, top, right, bottom
