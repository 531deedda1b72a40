"""What each piece may have been: candidates of the confusion model, cased, joined and split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.restore.channel import LONGEST, RARE, Speller, candidates, plain_case, shape
from pipeline.restore.lattice import Hypothesis, Slot, fixed
from pipeline.restore.models import BARE, ENG, Models
from pipeline.restore.tokens import (
    LOWER,
    TITLE,
    UPPER,
    Kind,
    Piece,
    case_of,
    is_plain_word,
    with_case,
)  # fmt: skip
from pipeline.text import is_syllable

DIGIT_COST = 2.3
"""−ln of one digit in ten: a number pays for each digit as a word pays for its rarity."""

Found = dict[str, list[tuple[int, float]]]


@dataclass(frozen=True, slots=True)
class Pool:
    """What was proposed for words of one reading, so that each is looked at once a text."""

    found: Found = field(default_factory=dict)
    options: dict[str, tuple[Hypothesis, ...]] = field(default_factory=dict)


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
    spacing: bool
    """Whether words may be split and joined."""
    digits: bool
    """Whether a short number may have been a word."""
    careful: bool
    """Whether case, single letters and the length of a word are kept as they were read."""


MANNERS = {
    ENG: Manner(
        reach=3, most=16, widest=22, worst=11, unknown=2.6, spacing=True, digits=True, careful=False
    ),
    BARE: Manner(
        reach=0, most=16, widest=22, worst=11, unknown=1.8, spacing=False, digits=False,
        careful=False,
    ),
}  # fmt: skip
CAREFUL = Manner(
    reach=1, most=8, widest=10, worst=11, unknown=2.2, spacing=True, digits=False, careful=True
)


def manner_of(reading: str) -> Manner:
    """The manner of a kind of reading; Vietnamese models' readings are changed with care."""
    return MANNERS.get(reading, CAREFUL)


def find_candidates(models: Models, reading: str, pieces: Sequence[Piece], pool: Pool) -> None:
    """Fill ``pool`` with the candidates of all pieces, and of the parts they may split into."""
    manner, speller, cache = manner_of(reading), models.speller(reading), pool.found

    def look_up(reads: set[str]) -> None:
        new = sorted(r for r in reads if r not in cache and 0 < len(r) <= LONGEST)
        found = candidates(speller, new, reach=manner.reach, most=manner.most)
        cache.update(zip(new, found, strict=True))

    wanted = {plain_case(p.text) for p in pieces if _is_open(p, manner)}
    look_up(wanted)
    if manner.spacing:
        look_up({part for read in wanted if _is_poor(cache.get(read)) for part in _parts(read)})


_SHORT_FORM = re.compile(r"[A-ZĐ]{2,4}[a-zđư]{1,2}")
"""Abbreviations that end in small letters: TTr, TTg, BTr."""


def _is_open(piece: Piece, manner: Manner) -> bool:
    """Whether a piece may become another; codes, numbers, marks and item letters may not."""
    text = piece.text
    if piece.kind is Kind.WORD:
        if manner.careful and (len(text) == 1 or not any(c.isalpha() for c in text)):
            return False
        return not _SHORT_FORM.fullmatch(text)
    return manner.digits and piece.kind is Kind.NUMBER and text.isdigit() and len(text) <= 3


POOR = 5.5


def _is_poor(found: list[tuple[int, float]] | None) -> bool:
    return not found or found[0][1] > POOR


def _cuts(read: str) -> range:
    """Places where a read word may be two: a part of one letter must be a word by itself."""
    if not 3 <= len(read) <= 2 * LONGEST:
        return range(0)
    return range(1 if read[0] in _LONE else 2, len(read) - (read[-1] not in _LONE))


_LONE = frozenset("ýởà")


def _parts(read: str) -> list[str]:
    return [part for k in _cuts(read) for part in (read[:k], read[k:])]


def slot_of(models: Models, reading: str, line: int, piece: Piece, pool: Pool) -> Slot:
    """The slot of one piece with all its hypotheses."""
    manner = manner_of(reading)
    options: tuple[Hypothesis, ...]
    if not _is_open(piece, manner):
        options = (fixed(piece.kind, piece.text),)
    else:
        known = pool.options.get(piece.text)
        options = known or tuple(_options(models, reading, piece, pool.found))
        pool.options[piece.text] = options
    return Slot(line, piece.start, piece.end, piece.text, piece.kind, options)


def _options(models: Models, reading: str, piece: Piece, cache: Found) -> list[Hypothesis]:
    manner, speller = manner_of(reading), models.speller(reading)
    found = cache.get(plain_case(piece.text), [])
    out = _cased(speller, piece.text, found, manner)
    if _is_abbreviation(piece.text, speller):
        out = [h for h in out if h.cost < ABBREVIATION_MOST]
    elif manner.spacing and _is_poor(found):
        out += _splits(speller, piece.text, cache)
    rarity = models.lexicon.rarity
    out.sort(key=lambda h: h.cost + RARE * rarity[h.words[0]])
    out = out[: manner.widest]
    raw = as_read(models, piece, manner)
    if raw.words[0] <= Kind.UNKNOWN or all(h.text != raw.text for h in out):
        out.append(raw)
    return out


ABBREVIATION_MOST = 4.0
"""Dearest misreading of an abbreviation: only its own letters, a mark lost (HDND → HĐND)."""


def _is_abbreviation(text: str, speller: Speller) -> bool:
    """Capitals that don't look like any syllable: VPUBND, TTPVHCC."""
    return (
        len(text) > 2
        and text.isalpha()
        and text.isupper()
        and shape(text) not in speller.syllable_shapes
    )


def as_read(models: Models, piece: Piece, manner: Manner) -> Hypothesis:
    """The piece left as it is: a number pays for its digits, an unknown word for its letters."""
    text = piece.text
    if piece.kind is Kind.NUMBER:
        return fixed(Kind.NUMBER, text, DIGIT_COST * len(text))
    case = case_of(text)
    known = models.lexicon.id_of(text)
    if (
        known is not None
        and is_plain_word(text)
        and text in (with_case(text.lower(), c) for c in (LOWER, TITLE, UPPER))
    ):
        return Hypothesis(text, (known,), (case,), 0.0)
    letters = manner.unknown * len(text)
    if case == UPPER and not is_syllable(text):  # an abbreviation, as likely as any
        letters = min(letters, 5 + 0.4 * len(text))
    elif not is_plain_word(text):
        letters += 4
    return Hypothesis(text, (int(Kind.UNKNOWN),), (case,), letters)


def _cased(
    speller: Speller, read: str, found: list[tuple[int, float]], manner: Manner
) -> list[Hypothesis]:
    """Each candidate in each case that the look of the read word allows."""
    channel, words = speller.channel, speller.lexicon.words
    cases = [(case, channel.case_cost(read, case)) for case in (LOWER, TITLE, UPPER)]
    if manner.careful and read == with_case(read.lower(), case_of(read)):
        cases = [(case_of(read), 0.0)]
    out = []
    least = min((cost for _, cost in found), default=0.0)
    # A digit or sign that vanished, or a capital, is a loss that nobody would see.
    shortest = len(read) if manner.careful and not (read.isalpha() and read[1:].islower()) else 0
    for word, cost in found:
        if cost > least + manner.worst or (shortest and len(words[word]) < shortest):
            continue
        for case, case_cost in cases:
            if case_cost < 9 and not (case == UPPER and len(words[word]) == 1):
                text = with_case(words[word], case)
                out.append(Hypothesis(text, (word,), (case,), cost + case_cost))
    return out


def _first(read: str) -> int:
    return TITLE if read[:1].isupper() else LOWER


def _splits(speller: Speller, read: str, cache: Found) -> list[Hypothesis]:
    """Two words that were read as one."""
    words, channel = speller.lexicon.words, speller.channel
    out = []
    lower = plain_case(read)
    for k in _cuts(lower):
        for a, cost_a in cache.get(lower[:k], [])[:3]:
            for b, cost_b in cache.get(lower[k:], [])[:3]:
                cost = cost_a + cost_b + channel.split
                cases = (UPPER, UPPER) if read.isupper() else (_first(read), _first(read[k:]))
                text = " ".join(with_case(words[w], c) for w, c in zip((a, b), cases, strict=True))
                out.append(Hypothesis(text, (a, b), cases, cost))
    out.sort(key=lambda h: h.cost)
    return out[:6]
