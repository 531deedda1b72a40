"""How freely each kind of reading is changed."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.restore.models import BARE, ENG


@dataclass(frozen=True, slots=True)
class Manner:
    """How freely one kind of reading is changed."""

    reach: int
    """Edits between plain shapes that candidates are looked for in."""
    most: int
    """Candidates a word."""
    widest: int
    """Hypotheses a slot: candidates in their cases, splits."""
    worst: float
    """Channel cost over the cheapest candidate's above which a candidate is dropped."""
    unknown: float
    """Cost a letter of a word that the lexicon doesn't have."""
    short: float
    """The same for up to ``SHORT`` small letters: hardly ever a name or a foreign word."""
    spacing: bool
    """Whether words may be split and joined."""
    digits: bool
    """Whether a short number may have been a word."""
    careful: bool
    """Whether case, single letters and the length of a word are kept as they were read."""


SHORT = 4

MANNERS = {
    ENG: Manner(
        reach=3, most=16, widest=22, worst=11, unknown=2.6, short=4.0, spacing=True, digits=True,
        careful=False,
    ),
    BARE: Manner(
        reach=0, most=16, widest=22, worst=11, unknown=1.8, short=1.8, spacing=False,
        digits=False, careful=False,
    ),
}  # fmt: skip
CAREFUL = Manner(
    reach=1,
    most=8,
    widest=10,
    worst=11,
    unknown=2.2,
    short=2.2,
    spacing=True,
    digits=False,
    careful=True,
)


def manner_of(reading: str) -> Manner:
    """The manner of a kind of reading; Vietnamese models' readings are changed with care."""
    return MANNERS.get(reading, CAREFUL)
