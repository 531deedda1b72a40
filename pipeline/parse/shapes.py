"""What a piece of text looks like: capitals, names, sound syllables, places, headings."""

from __future__ import annotations

import re

from pipeline.parse.doctypes import HEADINGS
from pipeline.text import LOWER, SYLLABLE, UPPER, fold, is_syllable

_NAME_WORD = rf"[{UPPER}][{LOWER}]{{0,6}}"
_DEGREE = (
    r"(?:(?:PGS|GS|TS|ThS|Ths|BS|DS|KS|CN|CKI{1,2}|NGND|NGƯT|TTND|TTƯT|Đại tá|Thượng tá)[.\s]*)*"
)
NAME = re.compile(
    rf"^\W{{0,3}}{_DEGREE}\s*(?P<name>{_NAME_WORD}(?:\s+{_NAME_WORD}){{1,4}})\W{{0,3}}$"
)
_MARKS = " .:*_-'\"‘’“”"
# First words of bodies; none is a family name (Vũ is one, Vụ is not).
_BODIES = frozenset(
    "bộ sở cục vụ ban hội phòng ủy uỷ tổng chi viện kho ngân thanh công trường".split()
)
_SPACED = re.compile(rf"\b(?:[{UPPER}] ){{2,}}[{UPPER}]\b")


def capitals(text: str) -> float:
    """The share of capitals among the letters; 0 where there is no letter."""
    letters = [c for c in text if c.isalpha()]
    return sum(c.isupper() for c in letters) / len(letters) if letters else 0.0


def letters_in(text: str) -> int:
    """How many letters a text has."""
    return sum(c.isalpha() for c in text)


def accents_in(text: str) -> int:
    """How many letters with a Vietnamese mark a text has."""
    return sum(ord(c) > 127 and c.isalpha() for c in text)


def soundness(text: str) -> float:
    """The share of its words that could be Vietnamese syllables, abbreviations or numbers.

    >>> round(soundness("triển khai Nghị định"), 2), round(soundness("(ees 2®) <<"), 2)
    (1.0, 0.0)
    """
    words = text.split()
    if not words:
        return 0.0
    good = 0
    for word in words:
        bare = word.strip("()[].,;:-–\"'“”/")
        parts = SYLLABLE.findall(bare)
        good += bool(bare) and (
            bare.isdigit() or (bool(parts) and all(is_syllable(p) or p.isupper() for p in parts))
        )
    return good / len(words)


def person_in(text: str) -> str | None:
    """The name of a person, when the text is nothing else.

    >>> person_in("Trần Văn An"), person_in("PGS.TS. Lê Thị Bình"), person_in("Lưu: VT")
    ('Trần Văn An', 'Lê Thị Bình', None)
    """
    match = NAME.match(text)
    if match is None:
        return None
    words = match["name"].split()
    if words[0].lower() in _BODIES:
        return None
    return " ".join(words) if sum(map(is_syllable, words)) >= len(words) - 1 else None


def unspaced(text: str) -> str:
    """Letters that were spaced out for show, joined again: ``P H Ó CỤC`` → ``PHÓ CỤC``."""
    return _SPACED.sub(lambda m: m[0].replace(" ", ""), text)


def heading_in(text: str) -> str | None:
    """The document type that a line names, when it is nothing but a heading in capitals.

    >>> heading_in("QUYẾT ĐỊNH"), heading_in("Quyết định này")
    ('quyết định', None)
    """
    bare = " ".join(unspaced(text).split()).strip(_MARKS)
    if capitals(bare) < 0.8 or len(bare) > 30:
        return None
    return HEADINGS.get(fold(bare))
