"""Marked text: what a passage says and what it means, so that gold needs no guessing.

A mark is ``‹kind|value›`` or ``‹kind|value|shown›``:

- ``‹c|71/TB-UBND›``: the code of another document that is cited;
- ``‹d|2019-05-20|ngày 20 tháng 5 năm 2019›``: a day by which something is due (ISO 8601);
- ``‹b|…›`` and ``‹i|…›``: bold and italic;
- ``‹f|…›``: a footnote stands here (the text of the note is marked text too).

Only footnotes may hold other marks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

Kind = Literal["text", "c", "d", "b", "i", "f"]
_MARK = re.compile(r"‹([cdbi])\|([^|‹›]*)(?:\|([^‹›]*))?›|‹f\|((?:[^‹›]|‹[^‹›]*›)*)›")
PERCENTAGE = re.compile(r"\d+(?:,\d+)?\s?%")


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of text of one kind: ``shown`` is printed, ``value`` is what it means."""

    kind: Kind
    shown: str
    value: str


def pieces(marked: str) -> Iterator[Piece]:
    """A marked text apart, in order.

    >>> [(p.kind, p.shown) for p in pieces("theo ‹c|71/TB-UBND› trước ‹d|2019-05-20|20/5/2019›")]
    [('text', 'theo '), ('c', '71/TB-UBND'), ('text', ' trước '), ('d', '20/5/2019')]
    """
    end = 0
    for match in _MARK.finditer(marked):
        if match.start() > end:
            yield Piece("text", marked[end : match.start()], "")
        if match[4] is not None:
            yield Piece("f", "", match[4])
        else:
            kind: Kind = match[1]  # type: ignore[assignment]  # the pattern holds no other letter
            yield Piece(kind, match[3] or match[2], match[2])
        end = match.end()
    if end < len(marked):
        yield Piece("text", marked[end:], "")


def shown(marked: str) -> str:
    """The text as printed, without marks and footnote signs."""
    return "".join(piece.shown for piece in pieces(marked))


def values(marked: str, kind: Kind) -> list[str]:
    """The meanings of all marks of a kind, in order, those in footnotes after their place."""
    found = []
    for piece in pieces(marked):
        if piece.kind == kind:
            found.append(piece.value)
        elif piece.kind == "f":
            found += values(piece.value, kind)
    return found
