"""A line as pieces: words to restore, numbers and codes to leave alone, punctuation.

The language model is trained on the same pieces, so that both sides agree on what a word is.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import IntEnum

from pipeline.text import SYLLABLE


class Kind(IntEnum):
    """What a piece is; values below ``WORD`` are its id in the language model."""

    STOP = 0  # . ! ? and the start of a paragraph: nothing before it matters
    PAUSE = 1  # ; and :
    COMMA = 2
    DASH = 3
    NUMBER = 4
    CODE = 5
    UNKNOWN = 6  # a word outside the lexicon
    WORD = 7
    SILENT = 8  # brackets, quotes, slashes: the model doesn't see them


SPECIALS = ("<.>", "<;>", "<,>", "<->", "<num>", "<code>", "<unk>", "<7>")
"""Names of the first ids of the lexicon; the last is not used."""


@dataclass(frozen=True, slots=True)
class Piece:
    """Characters ``start`` to ``end`` of a line, and what they are."""

    start: int
    end: int
    text: str
    kind: Kind


_CHUNK = re.compile(r"\S+")
_LEAD = re.compile(r"^[(\[{\"'“”‘’«»*_~|<>=+\-–—.,:;•·°^`\\]+")
_TRAIL = re.compile(r"[)\]}\"'“”‘’«»*_~|<>=\-–—.,:;!?…/\\^`•·°]+$")
_ADDRESS = re.compile(r"@\w|https?:|www\.|\w\.(?:vn|com|gov|org|net)\b", re.IGNORECASE)
_NUMBER = re.compile(r"[\d.,%/:()+×*°-]*\d[\d.,%/:()+×*°-]*|\d+[xX]\d+")
_INNER = re.compile(r"[-–—/(),.:;+\"“”]+")

CODE = re.compile(
    r"\d+[A-Za-zĐđ]?/[\w/.-]*[A-ZĐ]|(?=.*\d)(?=.*[A-ZĐ])[A-ZĐ\d]{3,}(?:[-/][A-ZĐ\d]+)*$"
    r"|[A-ZĐ]{1,6}\d*[-/][A-ZĐ][\w&/-]*$"
)
"""A document's symbol or part of one: ``4730/UBND-KSTT``, ``NĐ-CP``, ``QH14``."""


def is_address(chunk: str) -> bool:
    """Whether a chunk is an e-mail address or a web page."""
    return bool(_ADDRESS.search(chunk))


def pieces_of(line: str) -> list[Piece]:
    """All pieces of a line in order; spaces belong to none.

    >>> [(p.text, p.kind.name) for p in pieces_of("Số: 12/UBND-VX, mức độ 3")]
    ... # doctest: +NORMALIZE_WHITESPACE
    [('Số', 'WORD'), (':', 'PAUSE'), ('12/UBND-VX', 'CODE'), (',', 'COMMA'), ('mức', 'WORD'),
     ('độ', 'WORD'), ('3', 'NUMBER')]
    """
    found: list[Piece] = []
    for match in _CHUNK.finditer(line):
        found.extend(_split_chunk(match[0], match.start()))
    return found


def _split_chunk(chunk: str, start: int) -> list[Piece]:
    if is_address(chunk):
        return [Piece(start, start + len(chunk), chunk, Kind.CODE)]
    lead = _LEAD.match(chunk)
    begin = lead.end() if lead else 0
    trail = _TRAIL.search(chunk, begin)
    finish = trail.start() if trail else len(chunk)
    out = _punctuation(chunk[:begin], start) if begin else []
    core = chunk[begin:finish]
    if core:
        out += _split_core(core, start + begin)
    if finish < len(chunk):
        out += _punctuation(chunk[finish:], start + finish)
    return out


def _split_core(core: str, start: int) -> list[Piece]:
    if _NUMBER.fullmatch(core):
        return [Piece(start, start + len(core), core, Kind.NUMBER)]
    if CODE.match(core):
        return [Piece(start, start + len(core), core, Kind.CODE)]
    out = []
    at = 0
    for match in _INNER.finditer(core):
        if match.start() > at:
            out.append(_simple(core[at : match.start()], start + at))
        out += _punctuation(match[0], start + match.start())
        at = match.end()
    out.append(_simple(core[at:], start + at))
    return out


def _simple(text: str, start: int) -> Piece:
    kind = Kind.NUMBER if _NUMBER.fullmatch(text) else Kind.WORD
    return Piece(start, start + len(text), text, kind)


def _punctuation(marks: str, start: int) -> list[Piece]:
    kind = Kind.SILENT
    if re.search(r"[.!?…]", marks):
        kind = Kind.STOP
    elif re.search(r"[;:]", marks):
        kind = Kind.PAUSE
    elif "," in marks:
        kind = Kind.COMMA
    elif re.search(r"[-–—]", marks):
        kind = Kind.DASH
    return [Piece(start, start + len(marks), marks, kind)]


def is_plain_word(text: str) -> bool:
    """Whether a piece is nothing but letters."""
    return bool(SYLLABLE.fullmatch(text))


LOWER, TITLE, UPPER, AFTER_STOP, AFTER_OTHER = range(5)
"""Case of a word; the last two say what stood before when it was no word."""


def case_of(word: str) -> int:
    """``LOWER``, ``TITLE`` (first letter) or ``UPPER`` (all of two or more letters)."""
    if len(word) > 1 and word.isupper():
        return UPPER
    return TITLE if word[:1].isupper() else LOWER


def with_case(word: str, case: int) -> str:
    """A lower-case word in one of the three cases."""
    if case == UPPER:
        return word.upper()
    return word[:1].upper() + word[1:] if case == TITLE else word
