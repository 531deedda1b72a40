"""Places of Vietnam and where one begins in a line."""

from __future__ import annotations

import re
from functools import cache

from pipeline.parse.gazetteer import gazetteer, proper_place
from pipeline.text import LOWER, UPPER, fold

_UNIT = re.compile(
    r"(?<![a-z])(?:thanh pho|tp\.?|t\.p\.?|tinh|huyen|thi xa|tx\.?|quan|thi tran|phuong|xa|"
    r"thu do)\s*$"
)
_UNIT_AND_WORD = re.compile(
    r"\b(?:tinh|thanh pho|tp|huyen|quan|thi xa|thi tran|phuong|xa) ([a-z]+)$"
)
_CAPITALISED = re.compile(rf"[{UPPER}][{LOWER}]+$")


@cache
def _ending() -> re.Pattern[str]:
    """A known place at the end of a folded text, the longest name first."""
    names = sorted(gazetteer().places, key=len, reverse=True)
    return re.compile(r"(?<![a-z])(?:" + "|".join(map(re.escape, names)) + r")$")


def place_start(text: str, folded: str, before: int) -> int:
    """Where the place begins that ends just before the offset ``before`` (of ``, ngày``).

    A known name wins (with ``TP.`` or ``Thành phố`` before it); else the run of capitalised
    words, at most four, that ends there.
    """
    end = before
    while end > 0 and not folded[end - 1].isalnum():
        end -= 1
    known = _ending().search(folded[:end])
    if known:
        unit = _UNIT.search(folded[: known.start()])
        # The TP of "15/QĐ-TP Củ Chi" is the symbol's.
        own = unit is not None and folded[unit.start() - 1 : unit.start()] not in ("-", "/")
        return unit.start() if unit and own else known.start()
    start, words = end, 0
    while words < 4:
        head = folded[:start].rstrip()
        space = head.rfind(" ") + 1
        if not head or not _CAPITALISED.match(text[space : len(head)]):
            break
        start, words = space, words + 1
    return start


def half_place(text: str) -> bool:
    """Whether a text ends in the beginning of a place's name that is none by itself.

    >>> half_place("trên địa bàn tỉnh Lâm"), half_place("trên địa bàn thành phố Huế")
    (True, False)
    """
    end = _UNIT_AND_WORD.search(fold(text))
    if end is None or known_place(end[1], end[1]):
        return False
    return any(name.startswith(f"{end[1]} ") for name in gazetteer().places)


def known_place(folded: str, printed: str) -> str | None:
    """The proper spelling of a place, from its name with or without its unit."""
    bare = folded.strip(" .,;:-*'\"")
    match = _ending().search(bare)
    if match is None:
        return None
    unit = bare[: match.start()].strip(" .")
    return proper_place(match[0], printed) if not unit or _UNIT.fullmatch(unit) else None
