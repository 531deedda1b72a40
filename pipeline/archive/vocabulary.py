"""The words of an index: what a fuzzy word, or the beginning of one, stands for."""

from __future__ import annotations

import time
from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.archive import index
from pipeline.archive.query import Query, expand

_BEGINNINGS = 80
"""Up to as many words are looked for in place of the beginning that they share."""

_ALIKE = 85.0
"""Least similarity, in percent, of a fuzzy word: one wrong letter in seven."""


def expanded(connection: Connection, query: Query) -> Query:
    """The query with the index's own words in place of fuzzy ones and of beginnings."""
    return expand(
        query, lambda word: _VOCABULARY.alike(connection, word), lambda w: _begins(connection, w)
    )


@dataclass(frozen=True, slots=True)
class _Held:
    """The words of an index by their length when they were read, and what was looked for since."""

    at: float
    words: dict[int, list[str]]
    found: dict[str, list[str]]


class _Vocabulary:
    """The words of each index, read again after a minute."""

    def __init__(self) -> None:
        self._held: dict[str, _Held] = {}

    def alike(self, connection: Connection, word: str) -> list[str]:
        """Words that differ from ``word`` by about one letter in seven, nearest first."""
        name = str(connection.engine.url)
        held = self._held.get(name)
        if held is None or time.monotonic() - held.at > 60:
            words: dict[int, list[str]] = {}
            for known in index.words_of(connection):
                words.setdefault(len(known), []).append(known)
            held = self._held[name] = _Held(time.monotonic(), words, {})
        if word not in held.found:
            held.found[word] = _nearest(word, held.words)
        return held.found[word]


_VOCABULARY = _Vocabulary()


def _nearest(word: str, known: dict[int, list[str]]) -> list[str]:
    """Words at most two letters longer or shorter; without figures, if it has none."""
    from rapidfuzz import fuzz, process

    lengths = range(len(word) - 2, len(word) + 3)
    words = [other for length in lengths for other in known.get(length, ())]
    if word.isalpha():
        words = [other for other in words if other.isalpha()]
    cutoff = min(_ALIKE, 100 * (1 - 0.5 / max(len(word), 1)) - 100 / (len(word) + 4))
    found = process.extract(word, words, scorer=fuzz.ratio, score_cutoff=max(cutoff, 60), limit=12)
    return [match for match, _, _ in found]


def _begins(connection: Connection, word: str) -> list[str]:
    words = index.words_with(connection, word, _BEGINNINGS + 1)
    return words if len(words) <= _BEGINNINGS else []
