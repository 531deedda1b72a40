"""What each piece may have been: candidates of the confusion model, cased, joined and split."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from pipeline.restore.candidates import candidates
from pipeline.restore.channel import LONGEST, Speller, plain_case, shape
from pipeline.restore.lattice import Hypothesis, Slot, fixed
from pipeline.restore.manner import SHORT, Manner, manner_of
from pipeline.restore.models import Models
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
from pipeline.text import is_syllable, strip_marks

DIGIT_COST = 2.3
"""−ln of one digit in ten: a number pays for each digit as a word pays for its rarity."""

Found = dict[str, list[tuple[int, float, float]]]
"""Candidates of each read word: word (id), channel cost, and the rank that orders them."""


_Idea = tuple[float, tuple[int, ...], tuple[int, ...], float]
"""Rank, words, cases and cost of a hypothesis before its text is spelt out: most never are."""


@dataclass(frozen=True, slots=True)
class Pool:
    """What was proposed for words of one reading, so that each is looked at once a text."""

    found: Found = field(default_factory=dict)
    options: dict[str, tuple[Hypothesis, ...]] = field(default_factory=dict)


def find_candidates(models: Models, reading: str, pieces: Sequence[Piece], pool: Pool) -> None:
    """Fill ``pool`` with the candidates of all pieces, and of the parts they may split into."""
    manner, speller, cache = manner_of(reading), models.speller(reading), pool.found

    def look_up(reads: set[str], most: int = manner.most) -> None:
        new = sorted(r for r in reads if r not in cache and 0 < len(r) <= LONGEST)
        found = candidates(speller, new, reach=manner.reach, most=most)
        cache.update(zip(new, found, strict=True))

    wanted = {plain_case(_whole(p)) for p in pieces if _is_open(p, manner)}
    look_up({read for read in wanted if is_bare_sign(read)}, DIGITS_WIDEN * manner.most)
    look_up(wanted)
    if manner.spacing:
        look_up({part for read in wanted if _is_poor(cache.get(read)) for part in _parts(read)})


def _whole(piece: Piece) -> str:
    """What was read, the gap closed of a word that was read in two pieces."""
    return piece.text.replace(" ", "")


FAR = 8.5
"""Rank above the best one's from which an idea isn't worth weighing in its sentence."""
DIGITS_WIDEN = 3
"""How many times more words are thought of where not a letter was read."""


def is_bare_sign(read: str) -> bool:
    """Whether a short read word has no letter that could tell the word: ``16``, ``8¢``, ``&``."""
    return len(read) <= 3 and not any(c.isalpha() for c in read)


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


def _is_poor(found: list[tuple[int, float, float]] | None) -> bool:
    return not found or found[0][1] > POOR


def _cuts(read: str) -> range:
    """Places where a read word may be two: a part of one letter must be a word by itself."""
    if not 3 <= len(read) <= 2 * LONGEST:
        return range(0)
    return range(1 if read[0] in _LONE else 2, len(read) - (read[-1] not in _LONE))


_LONE = frozenset("ýởày")


def _parts(read: str) -> list[str]:
    return [part for k in _cuts(read) for part in (read[:k], read[k:])]


def slot_of(models: Models, reading: str, line: int, piece: Piece, pool: Pool) -> Slot:
    """The slot of one piece with all its hypotheses."""
    manner = manner_of(reading)
    options: tuple[Hypothesis, ...]
    if manner.careful and _is_marked_capital(piece):
        options = _letter(models, piece, manner)
    elif piece.kind is Kind.WORD and not _is_open(piece, manner):
        options = (as_read(models, piece, manner),)
    elif not _is_open(piece, manner):
        options = (fixed(piece.kind, piece.text),)
    else:
        known = pool.options.get(piece.text)
        options = known or tuple(_options(models, reading, piece, pool.found))
        pool.options[piece.text] = options
    return Slot(line, piece.start, piece.end, piece.text, piece.kind, options)


LETTER_COST = 3.0
"""What it costs that a mark of a lone capital is a speck."""


def _is_marked_capital(piece: Piece) -> bool:
    text = piece.text
    return (
        piece.kind is Kind.WORD and len(text) == 1 and text.isupper() and strip_marks(text) != text
    )


def _letter(models: Models, piece: Piece, manner: Manner) -> tuple[Hypothesis, ...]:
    """A lone capital with a mark: a word (châu Á, Ở), or a label's plain letter (Mẫu A)."""
    plain = strip_marks(piece.text)
    word = models.lexicon.id_of(plain)
    raw = as_read(models, piece, manner)
    if word is None:
        return (raw,)
    return Hypothesis(plain, (word,), (TITLE,), LETTER_COST), raw


def _options(models: Models, reading: str, piece: Piece, cache: Found) -> list[Hypothesis]:
    manner, speller = manner_of(reading), models.speller(reading)
    read = _whole(piece)
    found = cache.get(plain_case(read), [])
    ideas = _cased(speller, read, found, manner)
    if _is_abbreviation(read, speller):
        ideas = [idea for idea in ideas if idea[3] < ABBREVIATION_MOST]
    elif manner.spacing and _is_poor(found):
        ideas += _splits(speller, read, cache)
    widest = manner.widest * (DIGITS_WIDEN if is_bare_sign(piece.text) else 1)
    ideas = sorted(ideas)[:widest]
    out = [_spelt(speller, idea) for idea in ideas if idea[0] <= ideas[0][0] + FAR]
    raw = as_read(models, piece, manner)
    if raw.words[0] <= Kind.UNKNOWN or all(h.text != raw.text for h in out):
        out.append(raw)
    return out


def _spelt(speller: Speller, idea: _Idea) -> Hypothesis:
    lexicon = speller.lexicon.words
    _, words, cases, cost = idea
    text = with_case(lexicon[words[0]], cases[0])
    if len(words) > 1:
        text += " " + with_case(lexicon[words[1]], cases[1])
    return Hypothesis(text, words, cases, cost)


def in_cases(
    models: Models, reading: str, read: str, found: list[tuple[int, float, float]]
) -> tuple[Hypothesis, ...]:
    """Further candidates of a read word, in each case that its look allows."""
    speller, manner = models.speller(reading), manner_of(reading)
    return tuple(_spelt(speller, idea) for idea in _cased(speller, read, found, manner))


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
    strange = text.islower() and text.isalpha() and len(text) <= SHORT
    letters = (manner.short if strange else manner.unknown) * len(text)
    if case == UPPER and not is_syllable(text):  # an abbreviation, as likely as any
        letters = min(letters, 5 + 0.4 * len(text))
    elif not is_plain_word(text):
        letters += SIGN if _STRAY.isdisjoint(text) else STRAY
    return Hypothesis(text, (_head(models, text, case),), (case,), letters)


SIGN, STRAY = 4.0, 10.0
"""Cost of a word with a sign in it as it stands, and of one with a sign that no letter prints."""
_STRAY = frozenset("¢£€¥§©®")
"""What readers make of a small letter with its mark: ``S¢`` for Sở, ``¢`` for có."""


def _head(models: Models, text: str, case: int) -> int:
    """What an unknown word counts as to its neighbours: VPUBND as UBND, the known body in it.

    >>> from pipeline.restore.models import load_models
    >>> models = load_models()
    >>> models.lexicon.words[_head(models, "VPUBND", UPPER)]
    'ubnd'
    """
    if case == UPPER and text.isalpha() and not is_syllable(text):
        for start in range(1, len(text) - 2):
            known = models.lexicon.id_of(text[start:])
            if known is not None and not is_syllable(text[start:]):
                return known
    return int(Kind.UNKNOWN)


def _cased(
    speller: Speller, read: str, found: list[tuple[int, float, float]], manner: Manner
) -> list[_Idea]:
    """Each candidate in each case that the look of the read word allows."""
    channel, words = speller.channel, speller.lexicon.words
    cases = [(case, channel.case_cost(read, case)) for case in (LOWER, TITLE, UPPER)]
    if manner.careful and read == with_case(read.lower(), case_of(read)):
        cases = [(case_of(read), 0.0)]
    cases = [(case, cost) for case, cost in cases if cost < CASE_MOST]
    least = min((cost for _, cost, _ in found), default=0.0)
    # A digit or sign that vanished, or a capital, is a loss that nobody would see.
    shortest = len(read) if manner.careful and not (read.isalpha() and read[1:].islower()) else 0
    return [
        (rank + case_cost, (word,), (case,), cost + case_cost)
        for word, cost, rank in found
        if cost <= least + manner.worst
        and len(words[word]) >= shortest
        and not (manner.careful and _same_spelling(read.lower(), words[word]))
        for case, case_cost in cases
        if case != UPPER or len(words[word]) > 1
    ]


_I_FOR_Y = str.maketrans("yýỳỷỹỵ", "iíìỉĩị")


def _same_spelling(read: str, word: str) -> bool:
    """Whether two words are one in two spellings, as ``quí`` and ``quý``: writers choose."""
    return read != word and read.translate(_I_FOR_Y) == word.translate(_I_FOR_Y)


CASE_MOST = 7.0
"""Cost from which a case is no longer thought of."""


def _first(read: str) -> int:
    return TITLE if read[:1].isupper() else LOWER


def _splits(speller: Speller, read: str, cache: Found) -> list[_Idea]:
    """Two words that were read as one."""
    out: list[_Idea] = []
    lower = plain_case(read)
    for k in _cuts(lower):
        cases = (UPPER, UPPER) if read.isupper() else (_first(read), _first(read[k:]))
        for a, cost_a, rank in cache.get(lower[:k], [])[:3]:
            for b, cost_b, _ in cache.get(lower[k:], [])[:3]:
                more = cost_b + speller.channel.split
                out.append((rank + more, (a, b), cases, cost_a + more))
    return sorted(out, key=lambda idea: idea[3])[:6]
