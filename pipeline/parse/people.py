"""Names of persons, and where one begins in a row."""

from __future__ import annotations

import re

from pipeline.text import FAMILIES, LOWER, UPPER, is_syllable

_NAME_WORD = rf"[{UPPER}][{LOWER}]{{0,6}}"
_DEGREE = (
    r"(?:(?:PGS|GS|TS|ThS|Ths|BS|DS|KS|CN|CKI{1,2}|NGND|NGƯT|TTND|TTƯT|Đại tá|Thượng tá)[.\s]*)*"
)
# Small letters that differ from their capitals in height alone: one word of a name may begin so.
_ALIKE = "côkpsvx"
_ANY_WORD = rf"[{UPPER}{_ALIKE}][{LOWER}]{{0,6}}"
NAME = re.compile(
    rf"^[\W_]{{0,4}}{_DEGREE}\s*(?P<name>{_ANY_WORD}(?:\s+{_ANY_WORD}){{1,4}})[\W_]{{0,3}}$"
)
# First words of bodies; none is a family name (Vũ is one, Vụ is not).
_BODIES = frozenset(
    "bộ sở cục vụ ban hội phòng ủy uỷ tổng chi viện kho ngân thanh công trường".split()
)


def person_in(text: str) -> str | None:
    """The name of a person, when the text is nothing else.

    >>> person_in("Trần Văn An"), person_in("PGS.TS. Lê Thị Bình"), person_in("Lưu: VT")
    ('Trần Văn An', 'Lê Thị Bình', None)
    >>> person_in("_ võ Thị Lan")  # a stroke of the pen, and a V that was not seen to be tall
    'Võ Thị Lan'
    >>> person_in("Văn phòng"), person_in("Võ Thị vinh")
    (None, 'Võ Thị Vinh')
    """
    match = NAME.match(text)
    if match is None:
        return None
    words = match["name"].split()
    small = sum(word[0].islower() for word in words)
    if words[0].lower() in _BODIES or small > min(1, len(words) - 2):
        return None
    if small and words[0].lower() not in FAMILIES:
        return None
    words = [word[0].upper() + word[1:] for word in words]
    return " ".join(words) if sum(map(is_syllable, words)) >= len(words) - 1 else None


_AT_END = re.compile(rf"[.;)/,]\W*\s(?=({_NAME_WORD}(?:\s+{_NAME_WORD}){{1,3}})\W{{0,3}}$)")


def name_start(text: str) -> int | None:
    """Where a person's name begins that stands behind the end of a listed item.

    Only with a known family name: an item may end in other names too.

    >>> text = "- Lưu: VT, NVY. Trần Văn An"
    >>> text[name_start(text) :]
    'Trần Văn An'
    """
    for match in _AT_END.finditer(text):
        name = person_in(match[1])
        if name and name.split()[0].lower() in FAMILIES:
            return match.start(1)
    return None
