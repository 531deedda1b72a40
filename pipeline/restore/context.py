"""Words that the sentence asks for where what was read tells little: ``cao twp tục`` → tiếp.

The channel proposes what looks like the read word; where that leaves doubt, the language model
proposes what its neighbours ask for, as the names and formulas that it learnt go on (Phát …
nông thôn). The confusion model prices these words like any other and decoding weighs them: nothing
is put in their place because a phrase would like it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.channel import LONGEST, Costs, plain_case
from pipeline.restore.decode import Posteriors
from pipeline.restore.lattice import Lattice, Slot
from pipeline.restore.models import Models
from pipeline.restore.propose import in_cases
from pipeline.restore.tokens import Kind

DOUBT = 0.8
"""Posterior below which a slot is asked for again."""
FOLLOWERS, ASKED, MOST = 300, 60, 3
"""Words that go on from the word before; of these, that lead to the word after; and weighed."""
DEAREST = 18.0
"""Channel cost from which a word is no reading of what stands there."""


Ids = NDArray[np.int32] | NDArray[np.int64]
Places = NDArray[np.intp]
Rows = list[tuple[int, float, float]]
"""Words (ids) with channel cost and rank, the best first."""


class Guess(NamedTuple):
    """What a first decoding made of a slot: its first and last word (ids), and whether to doubt."""

    first: int
    last: int
    doubt: bool


def guesses_of(slots: Sequence[Slot], lattice: Lattice, posteriors: Posteriors) -> list[Guess]:
    """The guess of each slot.

    Args:
        slots: the slots.
        lattice: all hypotheses of these slots.
        posteriors: what a first decoding made of ``lattice``.
    """
    starts, chances = lattice.starts.tolist(), posteriors.tolist()
    best = [chances.index(max(chances[a:b]), a) for a, b in pairwise(starts)]
    last, first = lattice.last[best].tolist(), lattice.first[best].tolist()
    return [
        Guess(v, w, slot.kind is Kind.WORD and (chances[b] < DOUBT or v == Kind.UNKNOWN))
        for slot, b, v, w in zip(slots, best, first, last, strict=True)
    ]


class _Ask(NamedTuple):
    """A slot in doubt, and the words (ids) that stand before and after it."""

    slot: int
    before: int
    after: int


def with_context(
    slots: Sequence[Slot], guesses: Sequence[Guess], models: Models, reading: str
) -> list[Slot]:
    """The slots, those in doubt with the words that their neighbours ask for as well.

    Args:
        slots: slots to be decoded, with few hypotheses.
        guesses: what a first decoding made of each.
        models: see :func:`pipeline.restore.models.load_models`.
        reading: the kind of reading of the slots.
    """
    asked = [
        _Ask(s, guesses[s - 1].last, guesses[s + 1].first)
        for s, slot in enumerate(slots)
        if guesses[s].doubt and len(slot.text) <= LONGEST and not slot.text.isupper()
    ]
    out = list(slots)
    if asked:
        texts = [plain_case(slots[ask.slot].text) for ask in asked]
        for rows in (
            _answers(asked, texts, models, reading),
            _said_there(asked, guesses, texts, models, reading),
        ):
            for ask, found in zip(asked, rows, strict=True):
                slot = out[ask.slot]
                known = {h.words[0] for h in slot.options if len(h.words) == 1}
                new = [row for row in found if row[0] not in known][:MOST]
                options = slot.options + in_cases(models, reading, slot.text, new)
                out[ask.slot] = replace(slot, options=options)
    return out


def _answers(
    asked: Sequence[_Ask], texts: Sequence[str], models: Models, reading: str
) -> list[Rows]:
    """For each ask, words (ids) with channel cost and rank, the best first."""
    language = models.language
    lists = [language.followers(ask.before, FOLLOWERS) for ask in asked]
    after = np.repeat([ask.after for ask in asked], [len(words) for words, _ in lists])
    words, costs = (np.concatenate(part) for part in zip(*lists, strict=True))
    costs = costs + language.bigram(words, after)
    owners = np.repeat(np.arange(len(asked), dtype=np.intp), [len(w) for w, _ in lists])
    order = np.lexsort((costs, owners))  # the first of each ask are the likeliest
    starts = np.searchsorted(owners, np.arange(len(asked)))
    asks = order[np.arange(len(order)) - starts[owners] < ASKED]
    words, costs, owners = words[asks], costs[asks], owners[asks]
    looks = models.speller(reading).costs(texts, words.astype(np.int32), owners)
    return _rows(words, owners, looks, looks + costs, len(asked))


def _said_there(
    asked: Sequence[_Ask], guesses: Sequence[Guess], texts: Sequence[str], models: Models,
    reading: str,
) -> list[Rows]:  # fmt: skip
    """The same of words that the document has for sure beside one of the neighbours."""
    after: dict[int, set[int]] = {}
    before: dict[int, set[int]] = {}
    for a, b in pairwise(guesses):
        if not a.doubt and not b.doubt and min(a.last, b.first) >= Kind.WORD:
            after.setdefault(a.last, set()).add(b.first)
            before.setdefault(b.first, set()).add(a.last)
    said = [sorted(after.get(a.before, set()) | before.get(a.after, set())) for a in asked]
    words = np.array([word for row in said for word in row], dtype=np.int32)
    owners = np.repeat(np.arange(len(asked), dtype=np.intp), [len(row) for row in said])
    looks = models.speller(reading).costs(texts, words, owners)
    return _rows(words, owners, looks, looks, len(asked))


def _rows(words: Ids, owners: Places, looks: Costs, ranks: Costs, count: int) -> list[Rows]:
    """Words that aren't too dear by their owners, in the order of their ranks."""
    out: list[Rows] = [[] for _ in range(count)]
    for n in np.argsort(ranks, kind="stable").tolist():
        if looks[n] < DEAREST:
            out[owners[n]].append((int(words[n]), float(looks[n]), float(ranks[n])))
    return out
