"""The order of what a search looks at: phrase, title fields, accents, how often, how new."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, select

from pipeline.archive.query import Query, Words, holds, index_words
from pipeline.archive.snippets import pattern_of
from pipeline.archive.tables import Body, Letter, Party
from pipeline.text import fold, new_tone_style, strip_marks

_MOST_GROUPS = 8
"""Of more words (a beginning stands for up to 80) it is not counted how often they stand."""

_FOLDED = 60
"""As many texts are folded to count words typed without accents: 0.07 ms each."""

_BATCH = 40
"""So many texts are read at a time."""


@dataclass(frozen=True, slots=True)
class Candidates:
    """Row numbers, best first, and those that have the words as a phrase or in the title."""

    rows: tuple[int, ...]
    titled: frozenset[int]
    ordered: frozenset[int]


def read_through(
    connection: Connection, rows: Sequence[int], query: Query, phrase: Words | None
) -> Candidates:
    """Candidates that are all that was found, told apart by their own titles and texts.

    For so few, the index would take longer: it holds phrases against every letter with the words.
    """
    titles: dict[int, list[str]] = {pk: [] for pk in rows}
    columns = select(Letter.pk, Letter.code, Letter.doc_type, Letter.subject, Letter.issuer)
    for pk, *values in connection.execute(columns.where(Letter.pk.in_(rows))):
        titles[pk] += [value for value in values if value]
    named = select(Party.letter_pk, Party.name).where(Party.letter_pk.in_(rows))
    for pk, name in connection.execute(named.where(Party.role == "recipient").order_by(Party.id)):
        titles[pk].append(name)
    joined = {pk: "\n".join(values) for pk, values in titles.items()}
    titled = frozenset(pk for pk, title in joined.items() if holds(query, index_words(title)))
    ordered: set[int] = set()
    if phrase is not None:
        pattern = pattern_of(phrase)
        texts = select(Body.letter_pk, Body.text).where(Body.letter_pk.in_(rows))
        for pk, text in connection.execute(texts):
            if pattern.search(fold(text)) or pattern.search(fold(joined[pk])):
                ordered.add(pk)
    return Candidates(tuple(rows), titled, frozenset(ordered))


def ranked_by(
    connection: Connection, candidates: Candidates, groups: Sequence[Words], count: int
) -> list[tuple[int, float]]:
    """The ``count`` best candidates with their scores, best first.

    A title outweighs all but phrase and accents together, the accents that were typed outweigh
    how new a letter is, and how often it has the words decides among those that are alike.
    Texts are read only of letters that may still come among the best.
    """
    titled, ordered = candidates.titled, candidates.ordered
    scores = {
        pk: 1 / (1 + place / 20) + 1.5 * (pk in titled) + 1.2 * (pk in ordered)
        for place, pk in enumerate(candidates.rows)
    }
    wording = _Wording.of(groups)
    unread: list[int] = []
    if wording.accented or len(wording.wanted) <= _MOST_GROUPS:
        unread = list(candidates.rows if wording.accented else candidates.rows[:_FOLDED])
        unread.sort(key=lambda pk: -scores[pk])
    settled = [score for pk, score in scores.items() if pk not in set(unread)]
    while unread and not _are_best(settled, count, scores[unread[0]] + wording.most):
        batch, unread = unread[:_BATCH], unread[_BATCH:]
        texts = select(Body.letter_pk, Body.text).where(Body.letter_pk.in_(batch))
        for pk, text in connection.execute(texts).all():
            scores[pk] += wording.score(text)
            settled.append(scores[pk])
    for pk in unread:
        del scores[pk]
    return sorted(scores.items(), key=lambda pair: -pair[1])[:count]


def _are_best(settled: list[float], count: int, possible: float) -> bool:
    """Whether what is still possible can't come among the best ``count`` any more."""
    return len(settled) >= count and sorted(settled, reverse=True)[count - 1] > possible


@dataclass(frozen=True, slots=True)
class _Wording:
    """How the words were typed: what a letter's text can add to its score."""

    accented: tuple[str, ...]
    wanted: tuple[str, ...]

    @classmethod
    def of(cls, groups: Sequence[Words]) -> _Wording:
        typed = [new_tone_style(" ".join(group.raw)).lower() for group in groups]
        accented = tuple(words for words in typed if strip_marks(words) != words)
        return cls(accented, accented or tuple(" ".join(group.folded) for group in groups))

    @property
    def most(self) -> float:
        """The greatest :meth:`score`."""
        return 1.5 if self.accented else 0.5

    def score(self, text: str) -> float:
        """Up to 1 for the accents that were typed, up to 0.5 for how often the words stand."""
        told = text.lower() if self.accented else fold(text)
        exact = sum(words in told for words in self.accented) / (len(self.accented) or 1)
        return exact + 0.5 * self._often(told)

    def _often(self, text: str) -> float:
        """0 when each word stands once at most, towards 1 the oftener (between spaces)."""
        spaced = text.replace("\n", " ")
        counts = [max(1, spaced.count(f" {words} ")) for words in self.wanted[:_MOST_GROUPS]]
        return sum(1 - 1 / count for count in counts) / len(counts)
