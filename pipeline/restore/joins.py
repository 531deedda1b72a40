"""Words that were read in two pieces: ``tr ường``, ``ngh iệp``."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.restore.models import Models
from pipeline.restore.tokens import Kind, Piece, is_plain_word
from pipeline.text import is_syllable

GAIN = 10.0
"""By how much (nats) the whole word must be likelier than its pieces one after the other."""
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


def _belong(line: str, a: Piece, b: Piece, models: Models) -> bool:
    if a.kind is not Kind.WORD or b.kind is not Kind.WORD or line[a.end : b.start] != " ":
        return False
    whole = a.text + b.text
    cased = b.text.islower() or (len(whole) > 2 and whole.isupper())
    if not cased or not is_plain_word(whole) or not is_syllable(whole):
        return False
    known = models.lexicon.id_of(whole)
    if known is None:
        return False
    return _apart(a.text, b.text, models) - float(models.lexicon.rarity[known]) >= GAIN


def _apart(a: str, b: str, models: Models) -> float:
    """Cost of two pieces as two words."""
    lexicon = models.lexicon
    one, two = lexicon.id_of(a), lexicon.id_of(b)
    if one is None or two is None:
        return STRANGE + sum(float(lexicon.rarity[i]) for i in (one, two) if i is not None)
    pair = models.language.bigram(np.array([one]), np.array([two]))
    return float(lexicon.rarity[one] + pair[0])
