"""The confusion model: how dear it is that a printed word was read as it was.

A dynamic programme over segments (1:1 … 2:3) scores pairs of a word and what was read for it,
all pairs of a text at once.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from pipeline.restore.lexicon import Lexicon
from pipeline.text import fold, is_syllable

Costs = NDArray[np.float32]
Ints = NDArray[np.int32]

NEVER = np.float32(60.0)
LONGEST = 12
"""Read words longer than this are scored as they are, or split."""

_LOOK_ALIKE = str.maketrans("0168459$&@¢§€£|!{}[]()°", "olosdsgsooosee" + "l" * 8 + "o") | {
    ord("w"): "u"
}
_ROUND = frozenset("60@©&¢€eo")
"""What a round letter with marks about it is taken for."""
CHUNK = 4096
"""Words scored at once: the table of a chunk stays in the processor's cache."""

_CONFUSED = frozenset("oscvxzuwkpiyj")
"""Letters whose capitals look the same but for size."""
_UPRIGHT = "IJ"
"""What a small l is read as: capitals that tell nothing of case."""


def shape(read: str) -> str:
    """Plain letters that a read word looks like: ``đ6i`` → ``doi``, ``S&`` → ``so``."""
    return fold(read).translate(_LOOK_ALIKE)


def plain_case(read: str) -> str:
    """Lower case but for a first P, B, H or D: capital Đ is read so, small đ hardly ever.

    >>> plain_case("Poàn"), plain_case("Sở")
    ('Poàn', 'sở')
    """
    lower = read.lower()
    return read[:1] + lower[1:] if read[:1] in ("P", "B", "H", "D") else lower


def case_evidence(read: str) -> str:
    """What a read word shows of its case: first letter, the rest, and how much to believe it."""
    letters = [c for c in read if c.isalpha()]
    if not letters:
        return "none"
    alone = not read[0].isalpha() or read[0] in _UPRIGHT
    first = "x" if alone else "A" if read[0].isupper() else "a"
    if first != "x" and fold(read[0]) in _CONFUSED:
        first = {"A": "O", "a": "o"}[first]
    rest = letters[1:] if read[0].isalpha() else letters
    if not rest:
        return first
    clear = [c for c in rest if fold(c) not in _CONFUSED]
    if not clear:
        return first + ("u" if any(c.isupper() for c in rest) else "l")
    rest = clear
    upper = sum(c.isupper() for c in rest) / len(rest)
    return first + ("A" if upper > 0.6 else "a" if upper < 0.35 else "?")


@dataclass(frozen=True)
class Channel:
    """One reader's confusions as dense tables: rows are printed segments, columns read ones."""

    single: dict[str, int]
    """Row of a printed character (row 0: any other)."""
    double: dict[str, int]
    """Row of a pair of printed characters (row 0: none)."""
    read: tuple[dict[str, int], ...]
    """Column of a read segment of 0, 1, 2 and 3 characters (column 0: any other)."""
    one: tuple[Costs, ...]
    """[length read] → (rows of single, columns)."""
    two: tuple[Costs, ...]
    insert: Costs
    """Cost of a read character that stands for nothing, by its column."""
    case: Mapping[str, Sequence[float]]
    join: float
    split: float

    def case_cost(self, read: str, case: int) -> float:
        """Cost of a word printed in ``case`` having the look of ``read``; 0 for the likeliest."""
        row = self.case.get(case_evidence(read))
        return float(row[case] - min(row)) if row else 1.0


def load_channel(path: Path) -> Channel:
    """A channel from its JSON file (training.confusions says what it holds)."""
    content = json.loads(path.read_text(encoding="utf-8"))
    space = content["space"]
    return channel_of(content["segments"], content["case"], space["join"], space["split"])


def channel_of(
    segments: Mapping[str, Mapping[str, float]],
    case: Mapping[str, Sequence[float]],
    join: float,
    split: float,
) -> Channel:
    """Dense tables of ``{printed: {read: cost}}``; what was never seen costs by likeness."""
    single = _rows([t for t in segments if len(t) == 1])
    double = _rows([t for t in segments if len(t) == 2])
    found = sorted({read for row in segments.values() for read in row})
    read = tuple(_rows([r for r in found if len(r) == size]) for size in range(4))
    one = [np.full((len(single) + 1, len(read[n]) + 1), NEVER, np.float32) for n in range(4)]
    two = [np.full((len(double) + 1, len(read[n]) + 1), NEVER, np.float32) for n in range(4)]
    one[1][:] = 9.0
    one[0][:] = 9.0
    for printed, row in single.items():
        for character, column in read[1].items():
            one[1][row, column] = unseen(printed, character)
    insert = np.full(len(read[1]) + 1, 7.0, np.float32)
    for printed, readings in segments.items():
        for text, cost in readings.items():
            column = read[len(text)][text]
            if not printed:
                insert[column] = cost
            elif len(printed) == 1:
                one[len(text)][single[printed], column] = cost
            else:
                two[len(text)][double[printed], column] = cost
    # Column 0 of no characters at all is the one column of length 0.
    one[0][:, 0] = one[0].min(axis=1)
    return Channel(single, double, read, tuple(one), tuple(two), insert, case, join, split)


def unseen(printed: str, read: str) -> float:
    """Cost of one character read as another that training never saw it read as."""
    if printed == read:
        return 0.2
    if fold(printed) == fold(read):
        return 5.0
    if shape(read) == fold(printed) or (fold(printed) == "o" and read in "bdg"):
        return 5.0
    if fold(printed) in "oe" and read in _ROUND:
        return 5.0
    vowels = "aeiouy"
    if fold(printed) in vowels and (fold(read) in vowels or not read.isalpha()):
        return 7.5
    return 9.0


def _rows(texts: Sequence[str]) -> dict[str, int]:
    return {text: number for number, text in enumerate(sorted(texts), start=1)}


@dataclass(frozen=True)
class Speller:
    """A channel made ready for one lexicon: every word as rows of the channel's tables."""

    channel: Channel
    lexicon: Lexicon
    letters: Ints
    """(words, LONGEST) rows of single characters."""
    pairs: Ints
    """(words, LONGEST) rows of the pair that ends at each character."""
    syllable_shapes: frozenset[str]
    """Plain shapes of the lexicon's syllables, abbreviations left out."""

    def costs(self, reads: Sequence[str], words: Ints, owners: NDArray[np.intp]) -> Costs:
        """Cost of each word (id) having been read as ``reads[owner]``; plain case both."""
        columns = _columns(self.channel, reads)
        widths = np.array([len(r) for r in reads], dtype=np.intp)[owners]
        # Words of one length and one width of reading fill tables of one size.
        order = np.lexsort((self.lexicon.lengths[words], widths))
        out = np.zeros(len(words), dtype=np.float32)
        edges = np.nonzero(np.diff(widths[order], prepend=-1))[0].tolist()
        for start, end in pairwise([*edges, len(order)]):
            for k in range(start, end, CHUNK):
                part = order[k : min(k + CHUNK, end)]
                out[part] = self._same_width(
                    columns, words[part], owners[part], int(widths[part[0]])
                )
        return out

    def _same_width(
        self, columns: Sequence[Ints], words: Ints, owners: NDArray[np.intp], width: int
    ) -> Costs:
        """:meth:`costs` for read words of one length."""
        channel = self.channel
        lengths = self.lexicon.lengths[words]
        longest = int(lengths.max(initial=0))
        table = np.full((longest + 1, width + 1, len(words)), NEVER, dtype=np.float32)
        segments = [[columns[n][owners, j] for j in range(width + 1)] for n in range(4)]
        inserts = [channel.insert[segment] for segment in segments[1]]
        # A flat table and numbers of its cells: twice as fast as rows and columns.
        one = [(cells.ravel(), cells.shape[1]) for cells in channel.one]
        two = [(cells.ravel(), cells.shape[1]) for cells in channel.two]
        table[0, 0] = 0
        for j in range(1, width + 1):
            table[0, j] = table[0, j - 1] + inserts[j]
        for i in range(1, longest + 1):
            row, pair = self.letters[words, i - 1], self.pairs[words, i - 1]
            rows = [row * size for _, size in one]
            pairs = [pair * size for _, size in two]
            lost = channel.one[0][row, 0]
            for j in range(width + 1):
                best = table[i, j]
                np.add(table[i - 1, j], lost, out=best)
                if j:
                    np.minimum(best, table[i, j - 1] + inserts[j], out=best)
                for n in range(1, min(j, 3) + 1):
                    step = one[n][0].take(rows[n] + segments[n][j])
                    step += table[i - 1, j - n]
                    np.minimum(best, step, out=best)
                    if i > 1:
                        step = two[n][0].take(pairs[n] + segments[n][j])
                        step += table[i - 2, j - n]
                        np.minimum(best, step, out=best)
        costs: Costs = table[lengths, width, np.arange(len(words))]
        return costs


def _columns(channel: Channel, reads: Sequence[str]) -> list[Ints]:
    """[n][read, j]: the column of the ``n`` characters that end at ``j``."""
    widest = max(map(len, reads), default=0)
    tables = [np.zeros((len(reads), widest + 1), dtype=np.int32) for _ in range(4)]
    for number, read in enumerate(reads):
        for n in (1, 2, 3):
            known = channel.read[n]
            for j in range(n, len(read) + 1):
                tables[n][number, j] = known.get(read[j - n : j], 0)
    return tables


def make_speller(channel: Channel, lexicon: Lexicon) -> Speller:
    """Look every word's characters up in the channel once."""
    letters = np.zeros((len(lexicon.words), LONGEST + 2), dtype=np.int32)
    pairs = np.zeros_like(letters)
    single, double = channel.single, channel.double
    for number, word in enumerate(lexicon.words):
        for i, character in enumerate(word):
            letters[number, i] = single.get(character, 0)
            if i:
                pairs[number, i] = double.get(word[i - 1 : i + 1], 0)
    shapes = frozenset(fold(word) for word in lexicon.words if is_syllable(word))
    return Speller(channel, lexicon, letters, pairs, shapes)
