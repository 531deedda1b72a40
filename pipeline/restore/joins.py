"""Words that were read in two pieces: ``tr ường``, ``ngh iệp``; also over the end of a line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from pipeline.restore.channel import shape
from pipeline.restore.models import ENG, Models
from pipeline.restore.tokens import Kind, Piece, is_plain_word
from pipeline.text import is_syllable

GAIN = 10.0
"""By how much (nats) the whole word must be likelier than its pieces one after the other."""
HYPHENED = 3.0
"""The same over the end of a line that has a hyphen: no syllable is two others joined by one."""
STRANGE = 18.0
"""Cost of a piece that is no word."""


def join_broken(line: str, row: Sequence[Piece], models: Models) -> list[Piece]:
    """The pieces of a line, with two made one where they are hardly words, but together one is.

    Only a single space may stand between them, and the whole must be a syllable as it stands: no
    letter changes here.
    """
    out: list[Piece] = []
    for piece in row:
        last = out[-1] if out else None
        if last is not None and _belong(line, last, piece, models):
            out[-1] = Piece(last.start, piece.end, line[last.start : piece.end], Kind.WORD)
        else:
            out.append(piece)
    return out


@dataclass(frozen=True, slots=True)
class Cut:
    """A word cut by the end of a line: what stands of it at that end, with the space before it."""

    line: int
    start: int
    end: int
    text: str


def join_cut(
    lines: Sequence[str], rows: list[list[Piece]], models: Models, readings: Sequence[str]
) -> dict[tuple[int, int], Cut]:
    """Words cut by the end of a line made one, in ``rows``, where their second part stands.

    They join as :func:`join_broken` joins. An English model's reading has no marks that could
    make the whole a syllable as it stands: there plain shapes decide, after a hyphen alone.

    Returns:
        The first part of each such word, by the line and start of its second part.
    """
    cuts: dict[tuple[int, int], Cut] = {}
    for number in range(len(rows) - 1):
        above, below = rows[number], rows[number + 1]
        hyphen = len(above) > 1 and above[-1].text == "-" and above[-2].end == above[-1].start
        if not below or len(above) < 1 + hyphen:
            continue
        a, b = above[-1 - hyphen], below[0]
        if a.kind is not Kind.WORD or b.kind is not Kind.WORD or (number, a.start) in cuts:
            continue
        if readings[number] == readings[number + 1] == ENG:
            joined = hyphen and b.text.islower() and _shaped(a.text, b.text, models)
        else:
            joined = _whole(a.text, b.text, models, HYPHENED if hyphen else GAIN)
        if joined:
            start = len(lines[number][: a.start].rstrip())
            end = above[-1].end
            cuts[number + 1, b.start] = Cut(number, start, end, lines[number][start:end])
            rows[number] = above[: -1 - hyphen]
            rows[number + 1] = [replace(b, text=a.text + b.text), *below[1:]]
    return cuts


def _shaped(a: str, b: str, models: Models) -> bool:
    """Whether two parts look like one syllable, and one of them like none."""
    shapes = models.speller(ENG).syllable_shapes
    return shape(a + b) in shapes and not {shape(a), shape(b)} <= shapes


def _belong(line: str, a: Piece, b: Piece, models: Models) -> bool:
    if a.kind is not Kind.WORD or b.kind is not Kind.WORD or line[a.end : b.start] != " ":
        return False
    return _whole(a.text, b.text, models)


def _whole(a: str, b: str, models: Models, gain: float = GAIN) -> bool:
    """Whether two pieces are hardly words, but together they are one."""
    whole = a + b
    cased = b.islower() or (len(whole) > 2 and whole.isupper())
    if not cased or not is_plain_word(whole) or not is_syllable(whole):
        return False
    known = models.lexicon.id_of(whole)
    if known is None:
        return False
    return _apart(a, b, models) - float(models.lexicon.rarity[known]) >= gain


def _apart(a: str, b: str, models: Models) -> float:
    """Cost of two pieces as two words."""
    lexicon = models.lexicon
    one, two = lexicon.id_of(a), lexicon.id_of(b)
    if one is None or two is None:
        return STRANGE + sum(float(lexicon.rarity[i]) for i in (one, two) if i is not None)
    pair = models.language.bigram(np.array([one]), np.array([two]))
    return float(lexicon.rarity[one] + pair[0])
