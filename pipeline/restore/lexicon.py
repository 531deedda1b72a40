"""The words that restoring knows: ids, counts, and their plain shapes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.tokens import SPECIALS
from pipeline.text import fold, new_tone_style


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Words in the order of models/lexicon.tsv; the first ids are the specials."""

    words: tuple[str, ...]
    ids: dict[str, int]
    lengths: NDArray[np.int32]
    rarity: NDArray[np.float32]
    """−ln of each word's share of the corpus."""
    shapes: tuple[str, ...]
    """Distinct words without marks: ``duong`` for đường, dương, đương …"""
    shape_costs: NDArray[np.float32]
    """Rarity of the most frequent word of each shape."""
    shape_starts: NDArray[np.int32]
    shape_words: NDArray[np.int32]

    def id_of(self, word: str) -> int | None:
        """Id of a word in any case and either tone placement (thuỷ = thủy), or None."""
        lower = word.lower()
        known = self.ids.get(lower)
        return known if known is not None else self.ids.get(new_tone_style(lower))

    def words_of_shapes(self, shapes: NDArray[np.intp]) -> NDArray[np.int32]:
        """Ids of all words of some shapes."""
        starts = self.shape_starts[shapes]
        sizes = self.shape_starts[shapes + 1] - starts
        first = np.cumsum(sizes) - sizes
        places = np.repeat(starts - first, sizes) + np.arange(sizes.sum())
        words: NDArray[np.int32] = self.shape_words[places]
        return words


Phrases = dict[int, tuple[tuple[str, ...], tuple[str, ...]]]
"""By their number of words: phrases in small letters, and their plain letters."""


def load_phrases(path: Path) -> Phrases:
    """The phrases of models/phrases.tsv."""
    found: dict[int, tuple[list[str], list[str]]] = {}
    for row in path.read_text(encoding="utf-8").splitlines():
        text, plain = row.split("\t")
        texts, plains = found.setdefault(text.count(" ") + 1, ([], []))
        texts.append(text)
        plains.append(plain)
    return {size: (tuple(t), tuple(p)) for size, (t, p) in sorted(found.items())}


def load_lexicon(path: Path) -> Lexicon:
    """The lexicon of models/lexicon.tsv."""
    rows = [row.split("\t") for row in path.read_text(encoding="utf-8").splitlines()]
    words = tuple(row[0] for row in rows)
    counts = np.array([float(row[1]) for row in rows])
    rarity = -np.log((counts + 0.5) / counts.sum())
    by_shape: dict[str, list[int]] = {}
    for number in range(len(SPECIALS), len(words)):
        by_shape.setdefault(fold(words[number]), []).append(number)
    groups = list(by_shape.values())
    starts = np.cumsum([0, *map(len, groups)])
    return Lexicon(
        words=words,
        ids={word: number for number, word in enumerate(words)},
        lengths=np.array([len(w) for w in words], dtype=np.int32),
        rarity=rarity.astype(np.float32),
        shapes=tuple(by_shape),
        shape_costs=np.array([rarity[g].min() for g in groups], dtype=np.float32),
        shape_starts=starts.astype(np.int32),
        shape_words=np.array([n for g in groups for n in g], dtype=np.int32),
    )
