"""The language model: costs (−ln p) of word sequences and of their case, looked up in bulk.

Sorted ``uint64`` tables on memory maps (training.ngrams says how they are packed): loading costs
nothing, and processes on one machine share the pages.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.tokens import SPECIALS

Ids = NDArray[np.int64]
Costs = NDArray[np.float32]

_STEP = np.float32(1 / 128)
_CASE_STEP = np.float32(1 / 24)
_TWELVE = np.uint64(0xFFF)


@dataclass(frozen=True)
class LanguageModel:
    """Tables of models/*.npy."""

    unigrams: NDArray[np.float32]
    bigrams: NDArray[np.uint64]
    trigrams: NDArray[np.uint64]
    cases: NDArray[np.uint64]
    word_cases: NDArray[np.uint8]

    def bigram(self, v: Ids, w: Ids) -> Costs:
        """Cost of each ``w`` after ``v``; the ids broadcast."""
        v, w = np.broadcast_arrays(v, w)
        entry, found = _look_up(self.bigrams, (v << 14) | w, 24)
        seen = ((entry >> np.uint64(12)) & _TWELVE).astype(np.float32) * _STEP
        return np.where(found, seen, self.unigrams[v, 1] + self.unigrams[w, 0])

    def followers(self, v: int, most: int) -> tuple[Ids, Costs]:
        """Up to ``most`` of the words seen after ``v``, the likeliest, and their costs."""
        ends = np.array([v, v + 1], dtype=np.uint64) << np.uint64(14 + 24)
        start, end = np.searchsorted(self.bigrams, ends)
        entries = self.bigrams[start:end]
        words = ((entries >> np.uint64(24)) & np.uint64(0x3FFF)).astype(np.int64)
        costs = ((entries >> np.uint64(12)) & _TWELVE).astype(np.float32) * _STEP
        real = words >= len(SPECIALS)
        words, costs = words[real], costs[real]
        if len(words) > most:
            best = np.argpartition(costs, most)[:most]
            words, costs = words[best], costs[best]
        return words, costs

    def trigram(self, u: Ids, v: Ids, w: Ids) -> Costs:
        """Cost of each ``w`` after ``u v``; the ids broadcast."""
        u, v, w = np.broadcast_arrays(u, v, w)
        entry, found = _look_up(self.trigrams, (u << 28) | (v << 14) | w, 12)
        cost = (entry & _TWELVE).astype(np.float32) * _STEP
        missing = ~found
        if missing.any():
            a, b, c = u[missing], v[missing], w[missing]
            context, known = _look_up(self.bigrams, (a << 14) | b, 24)
            backing = np.where(known, (context & _TWELVE).astype(np.float32) * _STEP, 0)
            cost[missing] = backing + self.bigram(b, c)
        return cost

    def case(self, v: Ids, v_case: Ids, w: Ids, w_case: Ids) -> Costs:
        """Cost of each word standing in a case, given the word or mark before it and its case."""
        return self.cases_of(v, v_case, w)[np.arange(len(w)), w_case]

    def cases_of(self, v: Ids, v_case: Ids, w: Ids) -> Costs:
        """(words, 3) costs of lower, title and upper case; 0 for what is no word."""
        costs = self.word_cases[w, v_case].astype(np.float32)
        entry, found = _look_up(self.cases, (v << 17) | (v_case << 14) | w, 24)
        seen = entry[found, None] >> np.array([16, 8, 0], dtype=np.uint64)
        costs[found] = seen & np.uint64(0xFF)
        costs[w < len(SPECIALS)] = 0
        return costs * _CASE_STEP


def _look_up(
    table: NDArray[np.uint64], keys: Ids, bits: int
) -> tuple[NDArray[np.uint64], NDArray[np.bool_]]:
    """The entry at or after each key, and whether it is the key's own."""
    wanted = keys.astype(np.uint64)
    low = np.uint64(bits)
    place = np.minimum(np.searchsorted(table, wanted << low), len(table) - 1)
    entry = table[place]
    return entry, (entry >> low) == wanted


def load_language_model(folder: Path) -> LanguageModel:
    """The five tables of ``folder``, mapped, not read."""

    def table(name: str) -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode="r").view(np.ndarray)

    return LanguageModel(
        table("unigrams"), table("bigrams"), table("trigrams"), table("cases"),
        table("word_cases"),
    )  # fmt: skip
