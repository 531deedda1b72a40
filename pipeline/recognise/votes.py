"""Several readings of a name, word by word, and what most of them agree on."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import replace

from rapidfuzz import fuzz

from pipeline.page import Word
from pipeline.text import FAMILIES, LOWER, UPPER, fold, is_syllable

AGREED = 0.6
"""The share of the votes below which a word is worth more readings."""

NAME_WORD = re.compile(rf"[{UPPER}][{LOWER}]{{0,6}}")
"""A word as names have them."""

_ALIKE = 0.3  # of a vote goes to a syllable that differs in a mark or a letter
_NEAR = 66.0  # of 100, for two words to be alike: one letter of three
_FAMILY = 4.0  # times as likely is a first word that is a family name
_LEAST = 0.35  # of the votes: below it what was read first stands
_LOWEST = 0.1  # what a reading counts that the reader itself gives nothing for
_FEWEST = 0.15  # of what could speak for a family name, so that the nearest one is guessed
_SIMILAR = 0.5  # from 0 to 1: less alike names have no vote
_SHORTEST = 2  # letters: one may be any name's
_CLEARLY = 1.2  # times as much must speak for the nearest family name as for the next one
_LONGER = tuple(sorted(name for name in FAMILIES if len(name) > 1))
_LETTER = re.compile(rf"[{UPPER}{LOWER}]")
_EDGES = re.compile(r"^[\W_]+|[\W_]+$")


def voted(readings: Sequence[Sequence[Word]]) -> tuple[Word, ...]:
    """The name that most readings agree on, word by word; nothing where none is one.

    A word's confidence is its share of the votes; a reading's vote counts as much as the reader
    was sure of it. Words that differ in their marks alone support each other a little, and a
    first word is more likely a family name.

    >>> box = (0, 0, 9, 9)
    >>> voted([[Word("Hồ", box, 0.5)], [Word("Hà", box, 0.9)], [Word("“Hà", box, 0.9)]])[0].text
    'Hà'
    """
    frame = max(readings, key=_worth, default=())
    if not _worth(frame):
        return ()
    # Where a layer shows nothing of the name, its reading has no vote.
    heard = [x for x in readings if _worth(x) > 0.5 * _worth(frame)]
    words: list[Word] = []
    for word in frame:
        votes = [w for w in (_over(word, reading) for reading in heard) if w is not None]
        if _is_speck(word, votes, len(heard)):
            continue
        chosen = _elected(votes, first=not words)
        if chosen is None:  # what was read first is as good as anything
            before = _over(word, readings[0]) or word
            chosen = Word(before.text, before.box, min(before.confidence, _LEAST))
        words.append(replace(chosen, box=word.box))
    if _opens_late(words):
        words = words[1:]
    # Nobody is called by given names alone: the family name was not read, nor is the rest a name.
    whole = len(words) > 2 or any(
        word.text.lower() in FAMILIES and word.confidence >= AGREED for word in words[:1]
    )
    return tuple(words) if whole else ()


def _opens_late(words: Sequence[Word]) -> bool:
    """Whether a name begins at its second word: a family name, which a doubtful word precedes."""
    return (
        len(words) > 3
        and words[0].confidence < AGREED
        and words[1].text.lower() in FAMILIES
        and words[1].confidence > words[0].confidence
    )


def _is_speck(word: Word, votes: Sequence[Word], heard: int) -> bool:
    """Whether a word is a sign, or a single letter that most readings don't have."""
    letters = _LETTER.findall(word.text)
    if len(letters) != 1:
        return not letters
    return sum(vote.confidence for vote in votes if vote.text == word.text) < 0.5 * heard


def _worth(reading: Sequence[Word]) -> float:
    """How much of a reading can be a name: words count more than what the reader makes of them."""
    return sum(0.5 + w.confidence for w in reading if _syllable(w.text))


def _syllable(text: str) -> str:
    """A word of a name without the signs beside it, or nothing."""
    bare = _EDGES.sub("", text)
    return bare if NAME_WORD.fullmatch(bare) and is_syllable(bare) else ""


def _over(word: Word, reading: Sequence[Word]) -> Word | None:
    """The word of another reading that stands in the same place."""
    left, _, right, _ = word.box
    shared = [(min(right, w.box[2]) - max(left, w.box[0]), w) for w in reading]
    length, best = max(shared, key=lambda pair: pair[0], default=(0, word))
    wide = max(right - left, best.box[2] - best.box[0])
    return best if length > 0.5 * wide else None


def _elected(votes: Sequence[Word], *, first: bool) -> Word | None:
    """The syllable that most votes are for, with its share of them; None where too few are."""
    ballots = [(_EDGES.sub("", vote.text), max(vote.confidence, _LOWEST)) for vote in votes]
    weights: dict[str, float] = {}
    for candidate in {text for text, _ in ballots if _syllable(text)}:
        support = sum(weight * _vote(text, candidate) for text, weight in ballots)
        family = first and candidate.lower() in FAMILIES
        weights[candidate] = support * (_FAMILY if family else 1.0)
    total = sum(weights.values())
    total += sum(weight for text, weight in ballots if not _heard(text, weights))
    best = max(weights, key=lambda text: (weights[text], text), default="")
    if first and best and best.lower() not in FAMILIES and (guess := _nearest_family(votes)):
        return guess
    if best and weights[best] >= _LEAST * total:
        return Word(best, votes[0].box, weights[best] / total)
    return _nearest_family(votes) if first else None


def _vote(text: str, candidate: str) -> float:
    """What a reading counts for a syllable: whole, or a little where a letter or mark differs."""
    if text == candidate:
        return 1.0
    return _ALIKE if fuzz.ratio(fold(text), fold(candidate)) >= _NEAR else 0.0


def _heard(text: str, candidates: Iterable[str]) -> bool:
    return any(_vote(text, candidate) for candidate in candidates)


def _nearest_family(votes: Sequence[Word]) -> Word | None:
    """The family name that is nearest to what was read in its place, when one clearly is."""
    total = sum(max(vote.confidence, _LOWEST) for vote in votes)
    near: dict[str, float] = {}
    for vote in votes:
        read = _EDGES.sub("", vote.text).lower()
        if len(read) < _SHORTEST:
            continue
        for name in _LONGER:
            # Marks are what rings and strokes take first: bare letters count as much.
            alike = (fuzz.ratio(read, name) + fuzz.ratio(fold(read), fold(name))) / 200
            if alike >= _SIMILAR:
                near[name] = near.get(name, 0.0) + max(vote.confidence, _LOWEST) * alike
    ranked = sorted(((support, name) for name, support in near.items()), reverse=True)
    if not ranked or (len(ranked) > 1 and ranked[0][0] < _CLEARLY * ranked[1][0]):
        return None
    support, name = ranked[0]
    if support < _FEWEST * total:
        return None
    # A guess: half of what speaks for it, so that nobody takes it for read.
    return Word(name.capitalize(), votes[0].box, 0.5 * support / total)
