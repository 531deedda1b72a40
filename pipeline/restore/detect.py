"""Which kind of reading a text is: each kind is restored with its own confusions."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from pipeline.restore.channel import shape
from pipeline.restore.lexicon import Lexicon
from pipeline.restore.models import BARE, ENG, VIE
from pipeline.restore.tokens import Kind, pieces_of
from pipeline.text import fold

_LATIN_1 = frozenset("éèêëàáâäãåóòôöõíìîïúùûüýÿçñø¢£€§@&")
FOREIGN, CLEAN = "foreign", "clean"
"""Kinds of text that stay as they are; only the decoder tells a clean one (restoring.is_typed)."""
FEWEST = 5
"""Words below which nothing is sure."""


@dataclass(frozen=True, slots=True)
class Signs:
    """Shares of the words (or letters) of a text that tell its reading."""

    words: int
    vietnamese_letters: float
    shaped: float


def signs_of(lines: list[str], lexicon: Lexicon) -> Signs:
    """Count what tells a reading."""
    shapes = frozenset(lexicon.shapes)
    words = Counter(p.text for line in lines for p in pieces_of(line) if p.kind is Kind.WORD)
    words = Counter({w: n for w, n in words.items() if any(c.isalpha() for c in w)})
    letters: Counter[str] = Counter()
    for word, times in words.items():
        for c in word.lower():
            letters[c] += times
    marked = sum(n for c, n in letters.items() if c > "\x7f" and c.isalpha() and c not in _LATIN_1)
    shaped = sum(n for w, n in words.items() if shape(w.lower()) in shapes)
    count = max(words.total(), 1)
    return Signs(
        words=words.total(),
        vietnamese_letters=marked / max(letters.total(), 1),
        shaped=shaped / count,
    )


def detect(lines: list[str], lexicon: Lexicon) -> str:
    """``eng``, ``vie`` (also for a clean text: only decoding can tell), ``bare`` or ``foreign``.

    Vietnamese-only letters (ạ ả ấ … ư) make up a fifth of Vietnamese; an English model has none
    of them, but keeps ``é`` and ``ö`` and puts digits and signs for the rest.
    """
    signs = signs_of(lines, lexicon)
    if signs.words < FEWEST and signs.vietnamese_letters > 0:
        return VIE
    if signs.vietnamese_letters > 0.06:
        return VIE
    if signs.shaped < 0.55:
        return FOREIGN
    text = "".join(lines)
    strange = sum(c in _LATIN_1 for c in text.lower()) + sum(
        any(c.isdigit() for c in w) and any(c.isalpha() for c in w) for w in text.split()
    )
    plain = fold(text) == text.lower()
    return BARE if plain and strange <= 0.002 * len(text) else ENG
