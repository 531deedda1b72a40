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
    connection: Connection, candidates: Candidates, groups: Sequence[Words]
) -> list[tuple[int, float]]:
    """Candidates with their scores, best first.

    A title outweighs all but phrase and accents together, the accents that were typed outweigh
    how new a letter is, and how often it has the words decides among those that are alike.
    """
    typed = [new_tone_style(" ".join(group.raw)).lower() for group in groups]
    accented = [words for words in typed if strip_marks(words) != words]
    wanted = accented or [" ".join(group.folded) for group in groups]
    read = candidates.rows if accented else candidates.rows[:_FOLDED]
    texts: dict[int, str] = {}
    if accented or len(wanted) <= _MOST_GROUPS:
        query = select(Body.letter_pk, Body.text).where(Body.letter_pk.in_(read))
        form = str.lower if accented else fold
        texts = {pk: form(text) for pk, text in connection.execute(query).all()}
    scored = []
    for place, pk in enumerate(candidates.rows):
        score = 1 / (1 + place / 20) + 1.5 * (pk in candidates.titled)
        score += 1.2 * (pk in candidates.ordered)
        if text := texts.get(pk):
            score += 0.5 * _often(text, wanted)
            score += sum(words in text for words in accented) / (len(accented) or 1)
        scored.append((pk, score))
    return sorted(scored, key=lambda pair: -pair[1])


def _often(text: str, wanted: Sequence[str]) -> float:
    """0 when each word stands once at most, towards 1 the oftener (counted between spaces)."""
    spaced = text.replace("\n", " ")
    counts = (max(1, spaced.count(f" {words} ")) for words in wanted[:_MOST_GROUPS])
    return sum(1 - 1 / count for count in counts) / min(len(wanted), _MOST_GROUPS)
