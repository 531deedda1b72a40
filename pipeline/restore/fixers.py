"""Small named fixers for what is no word: each finds places in a raw line and what goes there.

They run only where an OCR has been at work, before the decoder's choices, which give way to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.restore.models import BARE, ENG
from pipeline.text import strip_marks


@dataclass(frozen=True, slots=True)
class Fix:
    """Characters ``start`` to ``end`` of a line become ``after``; ``score`` is how sure that is."""

    start: int
    end: int
    after: str
    rule: str
    score: float


_NUMBER_LINE = re.compile(
    r"^\s*([$§S8s95][6óéôoO0G&€¢ốộồ]|[$§S])(?=\s?[:;.]\s?\d*\s?/?[\dA-ZĐ/-]*/)"
)
_UNDERSCORE = re.compile(r"(?<!\w)_+(?=[^\W\d_])|(?<=[^\W\d_])_+(?!\w)")
_SHARE = re.compile(r"\(\d{1,2},( )\d{1,2} ?%")


def number_line(line: str) -> Iterator[Fix]:
    """``86:4730/UBND`` at the start of a line is ``Số:`` (NĐ 30/2020, Phụ lục I, cell 3).

    >>> [f.after for f in number_line("86:4730/UBND-KSTT")], list(number_line("86: một"))
    (['Số'], [])
    """
    match = _NUMBER_LINE.match(line)
    if match and match[1] != "Số":
        yield Fix(match.start(1), match.end(1), "Số", "number-line", 0.95)


def underscore(line: str) -> Iterator[Fix]:
    """An underscore at a word's edge is a speck or the line under a heading, not a letter."""
    for match in _UNDERSCORE.finditer(line):
        yield Fix(match.start(), match.end(), "", "underscore", 0.97)


def share_space(line: str) -> Iterator[Fix]:
    """A space inside a share in brackets: ``(29, 6%)`` is ``(29,6%)``; no digit changes."""
    for match in _SHARE.finditer(line):
        yield Fix(match.start(1), match.end(1), "", "share-space", 0.9)


# Things that are told apart by a letter: the letter is a Latin one, without accent or stroke.
_LETTERED = re.compile(
    r"(?i:vitamin|nhóm|loại|hạng|khối|mẫu|phụ lục|biểu|điểm)\s+([ÁÀẢÃẠÂĂÉÈẺẼẸÊ])(?!\w)"
)


def letter_label(line: str) -> Iterator[Fix]:
    """``Vitamin Á``, ``nhóm Â``: what is told apart by a letter has a plain one.

    >>> [f.after for f in letter_label("bổ sung Vitamin Á đợt 2")]
    ['A']
    """
    for match in _LETTERED.finditer(line):
        yield Fix(match.start(1), match.end(1), strip_marks(match[1]), "letter-label", 0.9)


FIXERS: tuple[Callable[[str], Iterator[Fix]], ...] = (
    number_line,
    underscore,
    share_space,
    letter_label,
)


def fixes_of(line: str, reading: str) -> list[Fix]:
    """All fixes of a raw line; nothing for text that a person typed."""
    if reading == BARE:
        return []
    found = [fix for fixer in FIXERS for fix in fixer(line)]
    return [f for f in found if f.rule != "number-line" or reading == ENG]
