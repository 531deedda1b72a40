"""Pairs of syllables that administrative text spells in one way: ``models/pairs.tsv``.

``hướng đẫn`` has the letters of ``hướng dẫn``, and no letter was ever written so: one of its
words was misread. A name in capitals, whose marks readers lose first, gets them back; elsewhere
another spelling is a reason for doubt.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

from pipeline.config import artefact
from pipeline.text import fold, same_key


@cache
def usual_pairs() -> dict[str, str]:
    """Folded pairs and their spelling."""
    pairs = artefact("pairs.tsv").read_text(encoding="utf-8").split("\n")
    return {fold(pair): pair for pair in pairs if pair}


def respelled(words: Sequence[str]) -> dict[int, str]:
    """Words that no pair confirms and that a pair spells otherwise, in lower case.

    >>> respelled("về việc hướng đẫn thanh toán".split()), respelled("kế toán thuế".split())
    ({3: 'dẫn'}, {})
    """
    known = usual_pairs()
    told: set[int] = set()
    other: dict[int, str] = {}
    for at in range(len(words) - 1):
        pair = " ".join(words[at : at + 2])
        usual = known.get(fold(pair))
        if usual is None:
            continue
        for offset, spelling in enumerate(usual.split(), at):
            if same_key(spelling) == same_key(words[offset]):
                told.update((offset,) if same_key(usual) == same_key(pair) else ())
            else:
                other.setdefault(offset, spelling)
    return {at: spelling for at, spelling in other.items() if at not in told}


def marked(text: str) -> tuple[str, int]:
    """A name in capitals with the marks that its words lost, and doubts for how it is spelled.

    Words that have other marks stay: ``PHÂN CẤP`` is usual, ``CỔ PHẦN CẤP NƯỚC`` right.

    >>> marked("TẬP ĐOÀN DIEN LỰC VIET NAM"), marked("CÔNG TY CỔ PHẦN CẤP NƯỚC")
    (('TẬP ĐOÀN ĐIỆN LỰC VIỆT NAM', 1), ('CÔNG TY CỔ PHẦN CẤP NƯỚC', 2))
    """
    words = text.split(" ")
    bare = [word.strip(".,;:-()") for word in words]
    doubt = 0
    for at, spelling in respelled(bare).items():
        lost = bare[at].isascii() and bare[at].isupper()
        if lost:
            words[at] = words[at].replace(bare[at], spelling.upper())
        doubt = max(doubt, 1 if lost else 2)
    return " ".join(words), doubt
