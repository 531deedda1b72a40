"""Slips of the corpus itself: texts of laws that were scanned once hold ``chỉ tiết`` for chi tiết.

An n-gram is a slip where another of the same plain letters, differing in the marks of one word,
is ``RATIO`` times as frequent: ``chỉ tiết`` beside chi tiết, ``vận chuyên`` beside vận chuyển.
Slips are left out of the counts before smoothing; so are trigrams that hold a slip of two words.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from pipeline.text import fold

Ids = NDArray[np.uint64]
Mask = NDArray[np.bool_]

RATIO = 200


def plain_ids(words: Sequence[str], size: int) -> Ids:
    """For each word (id) the id of the first word with the same plain letters."""
    first: dict[str, int] = {}
    plain = np.arange(size, dtype=np.uint64)
    for number, word in enumerate(words):
        plain[number] = first.setdefault(fold(word), number)
    return plain


def slips(keys: Ids, counts: NDArray[np.int64], order: int, bits: int, plain: Ids) -> Mask:
    """Which n-grams have a rival ``RATIO`` times as frequent.

    Args:
        keys: packed n-grams, each word in ``bits`` bits, the last word lowest.
        counts: how often each stands in the corpus.
        order: words of an n-gram.
        bits: width of a word in a key.
        plain: see :func:`plain_ids`.
    """
    wrong = np.zeros(len(keys), dtype=np.bool_)
    low = np.uint64(2**bits - 1)
    for place in range(order):
        shift = np.uint64(bits * place)
        word = (keys >> shift) & low
        group = (keys - (word << shift)) | (plain[word.astype(np.int64)] << shift)
        _, of = np.unique(group, return_inverse=True)
        most = np.zeros(of.max(initial=-1) + 1, dtype=np.int64)
        np.maximum.at(most, of, counts)
        wrong |= counts * RATIO <= most[of]
    return wrong
