"""Lines in which two columns run together: ``hiệu  Bắc Giang, ngày 5 tháng 5 năm 2019``.

Left of the place and date (NĐ 30/2020, Phụ lục I, cell 4) stand symbol and subject, which goes
on in the next line. A reader that takes both columns as one line puts the date in the middle of
that sentence; decoded by itself it leaves the sentence whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from pipeline.restore.channel import shape
from pipeline.restore.lattice import PARAGRAPH, Slot

HEAD_LINES = 15
"""Lines of a text among which its header stands."""
_YEAR = re.compile(r"(?:19|20)\d\d[.\s]*$")
LONGEST_PLACE = 4
"""Words of the longest name of a place."""


def date_column(line: str) -> int | None:
    """Where the place and date start that stand right of other words, or None.

    >>> line = "V/v nâng cao hiệu Bắc Giang, ngày 5 tháng 5 năm 2019"
    >>> line[date_column(line):]
    'Bắc Giang, ngày 5 tháng 5 năm 2019'
    >>> date_column("Bắc Giang, ngày 5 tháng 5 năm 2019")
    """
    if not _YEAR.search(line):
        return None
    words = list(re.finditer(r"\S+", line))
    for day in range(2, len(words)):
        if shape(words[day][0]) == "ngay" and words[day - 1][0].endswith(","):
            first = day
            while first and day - first < LONGEST_PLACE and words[first - 1][0][0].isupper():
                first -= 1
            return words[first].start() if 0 < first < day else None
    return None


def columns_apart(slots: Sequence[Slot], lines: Sequence[str]) -> list[Slot]:
    """The slots of a text in the order of its sentences: dates of a second column at the end."""
    starts = {
        number: start
        for number, line in enumerate(lines[:HEAD_LINES])
        if (start := date_column(line)) is not None and lines[number + 1 : number + 2] != [""]
    }
    aside = [s for s in slots if s.line in starts and s.start >= starts[s.line]]
    if not aside:
        return list(slots)
    kept = [s for s in slots if s.line not in starts or s.start < starts[s.line]]
    return [*kept, PARAGRAPH, *aside]
