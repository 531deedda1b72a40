"""Phrases where two words in a row are garbled, so that neither tells the other: ``mue dd``.

Windows of slots about such a place are compared with the phrases of letters (formulas, agencies,
places, words that go together) by their plain letters, fuzzily (rapidfuzz). What a near phrase has
in the place of a doubtful word is priced by the confusion model and put beside the other
hypotheses: decoding weighs it, and nothing is put in their place because a phrase would like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from rapidfuzz import fuzz, process

from pipeline.restore.channel import LONGEST, plain_case, shape
from pipeline.restore.context import Guess
from pipeline.restore.lattice import Slot
from pipeline.restore.models import Models
from pipeline.restore.propose import in_cases
from pipeline.restore.tokens import Kind
from pipeline.text import fold

LIKE = 55.0
"""Least likeness (0 to 100, Indel) of a window to a phrase in plain letters."""
NEAREST = 12
"""Phrases weighed for one window, the likest."""
DEAREST, EACH = 18.0, 12.0
"""Channel cost from which a word is no reading of what stands there; and the mean's of a phrase."""


class _Window(NamedTuple):
    """Some slots in a row, two of them in doubt, and the plain letters that stand there."""

    start: int
    size: int
    plain: str


class _Idea(NamedTuple):
    """A word (id) that a phrase has for a slot; ``phrase`` numbers the idea's phrase."""

    phrase: int
    slot: int
    word: int


def with_phrases(
    slots: Sequence[Slot], guesses: Sequence[Guess], models: Models, reading: str
) -> list[Slot]:
    """The slots, those of two in doubt with the words that near phrases have for them as well.

    Args:
        slots: slots to be decoded, with few hypotheses.
        guesses: what a first decoding made of each.
        models: see :func:`pipeline.restore.models.load_models`.
        reading: the kind of reading of the slots.
    """
    out = list(slots)
    ideas = _ideas(_windows(slots, guesses, models), guesses, models)
    for slot, found in _priced(ideas, slots, models, reading).items():
        known = {h.words[0] for h in out[slot].options if len(h.words) == 1}
        new = [(word, cost, cost) for word, cost in found.items() if word not in known]
        options = out[slot].options + in_cases(models, reading, slots[slot].text, new)
        out[slot] = replace(out[slot], options=options)
    return out


def _windows(
    slots: Sequence[Slot], guesses: Sequence[Guess], models: Models
) -> dict[int, list[_Window]]:
    """By size, the windows of words about each two in a row that are in doubt."""
    found: dict[int, dict[int, _Window]] = {}
    for at, (one, two) in enumerate(pairwise(guesses)):
        if one.doubt and two.doubt:
            for size in models.phrases:
                for start in range(max(0, at + 2 - size), min(at, len(slots) - size) + 1):
                    here = range(start, start + size)
                    if all(_is_whole(slots[n], guesses[n]) for n in here):
                        text = " ".join(_plain(slots[n], guesses[n], models) for n in here)
                        found.setdefault(size, {})[start] = _Window(start, size, text)
    return {size: list(windows.values()) for size, windows in found.items()}


def _is_whole(slot: Slot, guess: Guess) -> bool:
    return slot.kind is Kind.WORD and len(slot.text) <= LONGEST and guess.first == guess.last


def _plain(slot: Slot, guess: Guess, models: Models) -> str:
    return shape(slot.text) if guess.doubt else fold(models.lexicon.words[guess.first])


def _ideas(
    windows: dict[int, list[_Window]], guesses: Sequence[Guess], models: Models
) -> list[_Idea]:
    """The words of near phrases for the slots in doubt; a phrase must have all that is sure."""
    ids = models.lexicon.ids
    out: list[_Idea] = []
    number = 0
    for size, rows in windows.items():
        texts, plains = models.phrases[size]
        likeness = process.cdist(
            [row.plain for row in rows], plains, scorer=fuzz.ratio, score_cutoff=LIKE,
            dtype=np.uint8,
        )  # fmt: skip
        for window, like in zip(rows, likeness, strict=True):
            near = np.nonzero(like)[0]
            for place in near[np.argsort(-like[near].astype(int), kind="stable")[:NEAREST]]:
                words = [ids[word] for word in texts[place].split()]
                pairs = list(enumerate(words, start=window.start))
                if all(guesses[slot].doubt or guesses[slot].first == w for slot, w in pairs):
                    out += [_Idea(number, slot, w) for slot, w in pairs if guesses[slot].doubt]
                    number += 1
    return out


def _priced(
    ideas: Sequence[_Idea], slots: Sequence[Slot], models: Models, reading: str
) -> dict[int, dict[int, float]]:
    """For each slot the words (ids) of phrases that it may be a reading of, and their costs."""
    if not ideas:
        return {}
    phrase, slot, word = (np.array(row) for row in zip(*ideas, strict=True))
    asked, owners = np.unique(slot, return_inverse=True)
    read = [plain_case(slots[s].text) for s in asked.tolist()]
    costs = models.speller(reading).costs(read, word.astype(np.int32), owners)
    mean = np.bincount(phrase, weights=costs) / np.bincount(phrase)
    out: dict[int, dict[int, float]] = {}
    for n in np.nonzero((costs < DEAREST) & (mean[phrase] < EACH))[0].tolist():
        out.setdefault(ideas[n].slot, {})[ideas[n].word] = float(costs[n])
    return out
