"""Where a row names the signer's office: authority or position in capitals (cell 7a)."""

from __future__ import annotations

import re

from pipeline.parse import patterns as p
from pipeline.parse.rows import Row
from pipeline.parse.shapes import capitals, letters_in, unspaced
from pipeline.text import UPPER, fold

# With its mark, an authority's prefix tells the signer whatever body follows: TM. CHÍNH PHỦ.
_PREFIXED = re.compile(rf"^(?:(?:TM|KT|TL|TUQ)\s?\.|[TK]/[MTL]\b\.?|T/UQ\b)\s*[{UPPER}]{{2}}")


_DEPUTY = re.compile(r"\W?\w?(?:pho|thu)\W?")


def is_office(row: Row) -> bool:
    """Whether a row names an authority (``KT. …``) or a position, and is no listed item."""
    text = unspaced(row.text)
    return bool(
        p.AUTHORITY.match(text) or (len(text) < 70 and p.OFFICE.search(fold(text)))
    ) and not p.BULLET.match(row.text)


def signature_start(row: Row, *, goes_on: bool = False) -> int | None:
    """Where the signer's authority or position begins in a row of the tail, None if nowhere.

    A run of capitals at the row's end that names an office; a listed item may stand before it,
    a word or two that the pen left may stand behind it.

    Args:
        row: a row of the tail.
        goes_on: a position stands above, whose second line need not name an office.
    """
    words = list(re.finditer(r"\S+", row.text))
    while len(words) > 2 and letters_in(words[-1][0]) <= 3 and capitals(words[-1][0]) < 0.5:
        words.pop()
    start = len(words)
    while start > 0:
        word = words[start - 1][0]
        if letters_in(word) and capitals(word) < 0.6 and word not in ("cục", "cuc"):
            break
        start -= 1
    while start < len(words) and not letters_in(words[start][0]):
        start += 1
    for first in range(start, len(words)):
        at = words[first].start()
        tail = unspaced(row.text[at:])
        if letters_in(tail) < 4:
            break
        folded = fold(tail)
        named = p.OFFICE.search(folded) or _PREFIXED.match(tail)
        if p.OFFICE.match(folded) or (p.AUTHORITY.match(tail) and named):
            # A rim's T before PHÓ must not make a head of a deputy.
            deputy = first > start and _DEPUTY.fullmatch(fold(words[first - 1][0]))
            return words[first - 1].start() if deputy else at
    if goes_on and 0 < start < len(words):
        at = words[start].start()
        listed = row.text[:at].rstrip().endswith((";", ".", ")"))
        if listed and letters_in(row.text[at:]) >= 8 and not p.FILED.match(row.folded[at:]):
            return at
    return None
