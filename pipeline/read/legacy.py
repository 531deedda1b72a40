"""Vietnamese from before Unicode: TCVN3 (ABC) and VNI texts, told apart and converted.

Both put Vietnamese glyphs on the places of Western letters, so a legacy text that passed through
a Western editor is valid Unicode and says ``Céng hoµ`` or ``Coäng hoøa``. The tables are those
of TCVN 5712:1993 (VN3) and of the VNI-Windows fonts.
"""

from __future__ import annotations

import re
from functools import cache

from pipeline.text import is_syllable, nfc

_TCVN3 = {
    "a": "µ¸¶·¹", "ă": "»¾¼½Æ", "â": "ÇÊÈÉË", "e": "ÌÐÎÏÑ", "ê": "ÒÕÓÔÖ", "i": "×ÝØÜÞ",
    "o": "ßãáâä", "ô": "åèæçé", "ơ": "êíëìî", "u": "ïóñòô", "ư": "õøö÷ù", "y": "úýûüþ",
}  # fmt: skip
"""Codes of each vowel with huyền, sắc, hỏi, ngã, nặng, as Latin-1 characters."""

_TCVN3_PLAIN = dict(zip("¨©®ª«¬\u00ad¡¢£¤¥¦§", "ăâđêôơưĂÂÊÔƠƯĐ", strict=True))
_TONE_ORDER = "\u0300\u0301\u0309\u0303\u0323"

_VNI_MARKS = {
    "ø": "\u0300", "ù": "\u0301", "û": "\u0309", "õ": "\u0303", "ï": "\u0323",
    "â": "\u0302", "à": "\u0302\u0300", "á": "\u0302\u0301", "å": "\u0302\u0309",
    "ã": "\u0302\u0303", "ä": "\u0302\u0323",
    "ê": "\u0306", "è": "\u0306\u0300", "é": "\u0306\u0301", "ú": "\u0306\u0309",
    "ü": "\u0306\u0303", "ë": "\u0306\u0323",
}  # fmt: skip
"""The mark that a VNI character puts on the vowel before it."""

_VNI_WHOLE = dict(zip("ìíæóòôöîñÌÍÆÓÒÔÖÎÑ", "ìíỉĩịơưỵđÌÍỈĨỊƠƯỴĐ", strict=True))

_FOREIGN = re.compile(r"\S*[^\x00-\x7f]\S*")
_CERTAIN = 0.85  # share of marked words that must become syllables of Vietnamese
_PROOF = 100_000  # characters that prove an encoding; the rest of a long text is like them
_FEW = 3  # fewer marked words than this prove nothing


def to_unicode(text: str) -> str | None:
    """``text`` converted if it is plainly TCVN3 or VNI, else None.

    It is, when hardly any of its words with marks can be Vietnamese as they stand and nearly all
    can after one of the two conversions.

    >>> to_unicode("Céng hoµ x· héi chñ nghÜa ViÖt Nam")
    'Cộng hoà xã hội chủ nghĩa Việt Nam'
    >>> to_unicode("Coäng hoøa xaõ hoäi chuû nghóa Vieät Nam")
    'Cộng hòa xã hội chủ nghĩa Việt Nam'
    >>> to_unicode("Cộng hòa xã hội chủ nghĩa Việt Nam") is None
    True
    """
    if soundness(text) > 0.5:
        return None
    best = max((convert(text) for convert in (from_tcvn3, from_vni)), key=soundness)
    marked = _FOREIGN.findall(best)
    return best if len(marked) >= _FEW and soundness(best) >= _CERTAIN else None


def soundness(text: str) -> float:
    """Share of the words with marks that can be syllables of Vietnamese; 0 without any."""
    words = [w for w in _FOREIGN.findall(nfc(text[:_PROOF])) if any(c.isalpha() for c in w)]
    if not words:
        return 0.0
    return sum(_sound(w) for w in words) / len(words)


def _sound(word: str) -> bool:
    parts = re.findall(r"[^\W\d_]+", word)
    # Signs among the letters (Céng hoµ, x·) belong to no Vietnamese word.
    strange = re.search(r"[¡-¿×÷]", word.strip("“”‘’«»…–—•·°§©®").replace("²", ""))
    return not strange and bool(parts) and all(map(is_syllable, parts))


def from_tcvn3(text: str) -> str:
    """TCVN3 as Latin-1 characters → Unicode.

    Capitals with tones are small letters there, shown by a font of capitals; the case comes back
    from the other letters of the line.
    """
    lines = (line.translate(_tcvn3_table()) for line in text.split("\n"))
    return "\n".join(map(_raise_case, lines))


@cache
def _tcvn3_table() -> dict[int, str]:
    table = {ord(code): letter for code, letter in _TCVN3_PLAIN.items()}
    for vowel, codes in _TCVN3.items():
        for tone, code in zip(_TONE_ORDER, codes, strict=True):
            table[ord(code)] = nfc(vowel + tone)
    return table


def _raise_case(line: str) -> str:
    """``CéNG HOµ`` → ``CỘNG HOÀ``: a word whose plain letters are capitals has no small ones.

    Two plain letters prove it, or one in a line of capitals.
    """
    ascii_letters = [c for c in line if c.isascii() and c.isalpha()]
    shouted = len(ascii_letters) > 2 and sum(map(str.isupper, ascii_letters)) > 0.8 * len(
        ascii_letters
    )

    def raised(match: re.Match[str]) -> str:
        word = match[0]
        plain = [c for c in word if c.isascii()]
        capitals = bool(plain) and all(map(str.isupper, plain))
        return (
            word.upper()
            if (capitals and len(plain) > 1) or (shouted and (capitals or not plain))
            else word
        )

    return re.sub(r"[^\W\d_]+", raised, line)


def from_vni(text: str) -> str:
    """VNI-Windows as cp1252 characters → Unicode: a vowel and the mark behind it become one."""
    return nfc(_vni_pattern().sub(_vni_letter, text))


@cache
def _vni_pattern() -> re.Pattern[str]:
    marks = "".join(_VNI_MARKS) + "".join(_VNI_MARKS).upper()
    whole = "".join(_VNI_WHOLE)
    return re.compile(f"([aeouyAEOUYôöÔÖ])([{marks}])|([{whole}])")


def _vni_letter(match: re.Match[str]) -> str:
    if match[3]:
        return _VNI_WHOLE[match[3]]
    base, mark = match[1], _VNI_MARKS[match[2].lower()]
    return nfc(_VNI_WHOLE.get(base, base) + mark)
