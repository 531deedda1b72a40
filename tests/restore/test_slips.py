"""What the corpus itself has wrong is not learnt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from training.slips import RATIO, plain_ids, slips

Ngram = TypeVar("Ngram", bound=tuple[str, ...])

WORDS = ("chi", "chỉ", "tiết", "đạo", "tiệt")
BITS = 14


def pack(*words: str) -> int:
    key = 0
    for word in words:
        key = (key << BITS) | WORDS.index(word)
    return key


def wrong(ngrams: Mapping[Ngram, int]) -> list[Ngram]:
    order = len(next(iter(ngrams)))
    keys = np.array([pack(*n) for n in ngrams], dtype=np.uint64)
    counts = np.array(list(ngrams.values()), dtype=np.int64)
    found = slips(keys, counts, order, BITS, plain_ids(WORDS, 2**BITS))
    return [n for n, bad in zip(ngrams, found, strict=True) if bad]


def test_a_rare_twin_of_a_frequent_pair_is_a_slip() -> None:
    pairs = {("chi", "tiết"): RATIO, ("chỉ", "tiết"): 1, ("chi", "tiệt"): 1, ("chỉ", "đạo"): 1}
    assert wrong(pairs) == [("chỉ", "tiết"), ("chi", "tiệt")]


def test_what_is_only_rarer_stays() -> None:
    assert wrong({("chi", "tiết"): RATIO - 1, ("chỉ", "tiết"): 1}) == []


def test_one_word_alone_may_differ_in_a_triple() -> None:
    triples = {
        ("chỉ", "đạo", "chi"): RATIO, ("chỉ", "đạo", "chỉ"): 1, ("chi", "đạo", "chỉ"): 1,
    }  # fmt: skip
    assert wrong(triples) == [("chỉ", "đạo", "chỉ")]
