"""What a piece of text looks like: capitals, names, sound syllables, places, headings."""

from __future__ import annotations

import re
from functools import lru_cache

from pipeline.parse.doctypes import HEADINGS
from pipeline.text import SYLLABLE, UPPER, fold, is_syllable

_MARKS = " .:*_-'\"‘’“”"
_OF_BODY = re.compile(
    r" (?:CỦA|CUA) (?:ỦY|UỶ|UBND|HỘI|HĐND|CHỦ TỊCH|GIÁM|BỘ|TỔNG|THỦ|CỤC|BAN|HIỆU|CHÍNH)\b.*$"
)
_SPACED = re.compile(rf"\b(?:[{UPPER}] ){{2,}}[{UPPER}]\b")


def capitals(text: str) -> float:
    """The share of capitals among the letters; 0 where there is no letter."""
    letters = sum(map(str.isalpha, text))
    return sum(map(str.isupper, text)) / letters if letters else 0.0


def letters_in(text: str) -> int:
    """How many letters a text has."""
    return sum(map(str.isalpha, text))


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
    return sum(map(_is_sound, words)) / len(words)


@lru_cache(maxsize=16384)
def _is_sound(word: str) -> bool:
    bare = word.strip("()[].,;:-–\"'“”/")
    if not bare.strip("0123456789/.,-%"):
        return bool(bare)
    parts = SYLLABLE.findall(bare)
    return bool(parts) and all(is_syllable(p) or p.isupper() for p in parts)


def unspaced(text: str) -> str:
    """Letters that were spaced out for show, joined again: ``P H Ó CỤC`` → ``PHÓ CỤC``."""
    return _SPACED.sub(lambda m: m[0].replace(" ", ""), text)


def heading_in(text: str) -> str | None:
    """The document type that a line names, when it is nothing but a heading in capitals.

    >>> heading_in("QUYẾT ĐỊNH"), heading_in("Quyết định này")
    ('quyết định', None)
    """
    bare = " ".join(unspaced(text).split()).strip(_MARKS)
    bare = _OF_BODY.sub("", bare)  # QUYẾT ĐỊNH CỦA UỶ BAN NHÂN DÂN TỈNH …, as older papers have it
    if capitals(bare) < 0.8 or len(bare) > 30:
        return None
    return HEADINGS.get(fold(bare))
