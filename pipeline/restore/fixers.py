"""Small named fixers for what is no word: each finds places in a raw line and what goes there.

They run only where an OCR has been at work; the decoder's choices give way to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from pipeline.restore.models import BARE, ENG
from pipeline.text import LOWER, is_syllable


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
_SPECK = re.compile(rf"(?<![\w.])([{LOWER}]{{2,}})([.·])(?=([{LOWER}]{{2,}})(?![\w.]))")
_ADDRESS = re.compile(r"@|www|http|\.(?:vn|com|net|org)\b", re.IGNORECASE)
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


def speck(line: str) -> Iterator[Fix]:
    """A full stop between two words in small letters, no space on either side, is a speck.

    A sentence would go on with a capital; addresses of the web and of mail stay.

    >>> [f.after for f in speck("nâng cao.chất lượng")], list(speck("gửi về vanthu.so@x.gov.vn"))
    ([' '], [])
    """
    if _ADDRESS.search(line):
        return
    for match in _SPECK.finditer(line):
        if is_syllable(match[1]) and is_syllable(match[3]):
            yield Fix(match.start(2), match.end(2), " ", "speck", 0.9)


# Parts of symbols that have a Đ wherever Vietnamese law uses them, and what is left of them
# where the reader's alphabet has none. Other parts stay: BTC-DT may be what was printed.
_STROKED = {
    plain.replace("Đ", "D"): plain
    for plain in ("NĐ", "QĐ", "HĐND", "LĐTBXH", "BLĐTBXH", "SLĐTBXH", "BKHĐT", "SKHĐT", "BGDĐT",
                  "SGDĐT", "GDĐT")
}  # fmt: skip
_SYMBOL = re.compile(r"(?<![\w/-])\d+[\d/]*/[A-ZĐ][\w/-]*|(?<![\w/-])(?:QD|ND)-[A-ZĐ][\w-]*")


def code_stroke(line: str) -> Iterator[Fix]:
    """``1743/QD-BGTVT`` is ``1743/QĐ-BGTVT``: an English model has no Đ; no digit changes.

    >>> [f.after for f in code_stroke("so 1743/QD-BGDDT, 12/HD-DT")]
    ['QĐ', 'BGDĐT']
    """
    for symbol in _SYMBOL.finditer(line):
        for part in re.finditer(r"[A-Z]+", symbol[0]):
            if part[0] in _STROKED:
                start = symbol.start() + part.start()
                yield Fix(start, start + len(part[0]), _STROKED[part[0]], "code-stroke", 0.97)


FIXERS: tuple[Callable[[str], Iterator[Fix]], ...] = (
    number_line,
    underscore,
    share_space,
    speck,
    code_stroke,
)


ENGLISH_ONLY = frozenset(("number-line", "code-stroke"))
"""Rules for what only a reader without Vietnamese letters does."""


def fixes_of(line: str, reading: str) -> list[Fix]:
    """All fixes of a raw line; nothing for text that a person typed."""
    if reading == BARE:
        return []
    found = [fix for fixer in FIXERS for fix in fixer(line)]
    return [f for f in found if f.rule not in ENGLISH_ONLY or reading == ENG]
