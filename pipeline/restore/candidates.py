"""Which words a read word may have been: those whose plain shapes are near, scored and ranked.

rapidfuzz compares the plain shape of a read word (letters without marks, look-alike digits and
signs as letters) with the shapes of the lexicon; then the confusion model scores all words of the
nearest shapes exactly.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import process
from rapidfuzz.distance import Levenshtein

from pipeline.restore.channel import Costs, Speller, shape
from pipeline.restore.lexicon import Lexicon

Places = NDArray[np.intp]

FORMS = 40
"""Plain shapes whose words are scored exactly for one read word."""
WITHIN = 4.5
"""Rank above the nearest shape's from which a shape's words aren't scored at all."""
DEAREST, OUTRANKED = 40.0, 12.0
"""Channel cost, and rank above the best word's, from which a word is no candidate."""
EDIT, RARE = 2.5, 0.6
"""What an edit and a nat of rarity count when plain shapes are ranked."""


def candidates(
    speller: Speller, reads: Sequence[str], *, reach: int, most: int
) -> list[list[tuple[int, float, float]]]:
    """For each read word (see plain_case) up to ``most`` words (ids) with cost and rank, in order.

    Args:
        speller: the reader's confusions.
        reads: distinct read words, in plain case.
        reach: how many edits between the plain shapes are looked at.
        most: candidates a word; their rank is channel cost plus the word's own rarity.
    """
    if not reads:
        return []
    lexicon = speller.lexicon
    shapes, owners = _near_shapes(lexicon, reads, reach)
    sizes = np.diff(lexicon.shape_starts)[shapes]
    words, owners = lexicon.words_of_shapes(shapes), np.repeat(owners, sizes)
    costs = speller.costs(reads, words, owners)
    ranks = costs + RARE * lexicon.rarity[words]
    near = np.nonzero((ranks <= _least(ranks, owners) + OUTRANKED) & (costs < DEAREST))[0]
    best = near[_best_of_each(ranks[near], owners[near], most)]
    found: list[list[tuple[int, float, float]]] = [[] for _ in reads]
    rows = zip(words[best].tolist(), costs[best].tolist(), ranks[best].tolist(), strict=True)
    for owner, row in zip(owners[best].tolist(), rows, strict=True):
        found[owner].append(row)
    return found


def _near_shapes(lexicon: Lexicon, reads: Sequence[str], reach: int) -> tuple[Places, Places]:
    """Plain shapes whose words are worth scoring, near or frequent, and the read word of each."""
    edits = process.cdist(
        [shape(r) for r in reads], lexicon.shapes, scorer=Levenshtein.distance,
        score_cutoff=reach, dtype=np.uint8,
    )  # fmt: skip
    most = np.minimum(edits.min(axis=1) + 2, reach)
    owners, shapes = np.nonzero(edits <= most[:, None])
    ranks = edits[owners, shapes] * np.float32(EDIT) + RARE * lexicon.shape_costs[shapes]
    near = np.nonzero(ranks <= _least(ranks, owners) + WITHIN)[0]
    best = near[_best_of_each(ranks[near], owners[near], FORMS)]
    return shapes[best], owners[best]


def _least(ranks: Costs, owners: Places) -> Costs:
    """For each thing the least rank among its owner's."""
    least = np.full(owners.max(initial=-1) + 1, np.inf, dtype=np.float32)
    np.minimum.at(least, owners, ranks)
    return least[owners]


def _best_of_each(ranks: Costs, owners: Places, most: int) -> Places:
    """Numbers of the ``most`` things of the least rank of each owner, in order of both."""
    order = np.lexsort((ranks, owners))
    sorted_owners = owners[order]
    place = np.arange(len(order)) - np.searchsorted(sorted_owners, sorted_owners)
    return order[place < most]
