"""Search: matches from the index of words, filters from the columns, order and snippets from here.

The databases only find candidates. The order prefers letters that have the words as one phrase,
in their title fields, and with the accents that were typed; a common word's hundreds of thousands
of matches are never all scored: the newest, the titles and the phrases among them are.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select

from pipeline.archive import index
from pipeline.archive.filters import Filters, conditions
from pipeline.archive.query import Words, as_phrase, expand, index_words, leaves, parse_query
from pipeline.archive.results import COUNTED, Hit, Results
from pipeline.archive.snippets import snippets_of
from pipeline.archive.tables import Body, Letter
from pipeline.text import fold, new_tone_style, nfc, strip_marks

Order = Literal["rank", "newest", "oldest", "added"]
"""By how well a letter matches, by its date, or by when the archive got it."""

_SCORED = 1_500
"""Up to as many matches are put in order by the database's own measure over all of them."""

_WINDOW = 120
"""As many candidates of each kind are put in order by phrase, title and accents."""

_ALIKE = 85.0
"""Least similarity, in percent, of a fuzzy word: one wrong letter in seven."""


_NEWEST: tuple[ColumnElement[Any], ...] = (Letter.date_low.desc().nulls_last(), Letter.pk.desc())
_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    "rank": _NEWEST,  # without words, every letter matches alike
    "newest": _NEWEST,
    "oldest": (Letter.date_low.asc().nulls_last(), Letter.pk.asc()),
    "added": (Letter.pk.desc(),),
}


def search(
    connection: Connection, typed: str, filters: Filters, offset: int, limit: int, facets: bool,
    order: Order = "rank",
) -> Results:  # fmt: skip
    """A page of hits (see :meth:`pipeline.archive.store.Archive.search`)."""
    narrowed = conditions(filters)
    query = parse_query(typed)
    if query is None:
        matches = select(Letter.pk).where(*narrowed)
        groups: list[Words] = []
    else:
        query = expand(query, lambda word: _alike(connection, word))
        groups = leaves(query)
        matches = index.matching(connection, query, narrowed, join=order != "rank")
    total = _count(connection, matches)
    if query is None or order != "rank":
        listed = matches.order_by(*_ORDERS[order]).offset(offset).limit(limit)
        chosen = [(pk, 0.0) for pk in connection.scalars(listed)]
    else:
        titled = index.matching(connection, query, narrowed, title=True)
        phrase = as_phrase(query)
        ordered = index.matching(connection, phrase, narrowed) if phrase else None
        candidates = _candidates(connection, total, matches, titled, ordered, groups)
        chosen = _page(connection, matches, _rank(connection, candidates, groups), offset, limit)
    hits = _hits(connection, chosen, groups)
    counted = _facets(connection, matches) if facets else {}
    return Results(min(total, COUNTED), total > COUNTED, hits, counted)


@dataclass(frozen=True, slots=True)
class _Candidates:
    """Row numbers, best first, and those that have the words as a phrase or in the title."""

    rows: tuple[int, ...]
    titled: frozenset[int]
    ordered: frozenset[int]


def _candidates(
    connection: Connection,
    total: int,
    matches: Select[int],
    titled: Select[int],
    ordered: Select[int] | None,
    groups: Sequence[Words],
) -> _Candidates:
    in_order = [] if ordered is None else index.newest(connection, ordered, _WINDOW)
    if total <= _SCORED:  # the measure weighs titles: what has the words there is among the best
        plain = index.best(connection, matches, _WINDOW)
        rows = tuple(dict.fromkeys([*in_order, *plain]))
        return _Candidates(rows, _titled(connection, rows, groups), frozenset(in_order))
    in_title = index.newest(connection, titled, _WINDOW)
    plain = index.newest(connection, matches, _WINDOW)
    rows = tuple(dict.fromkeys([*in_order, *in_title, *plain]))
    return _Candidates(rows, frozenset(in_title), frozenset(in_order))


def _titled(
    connection: Connection, candidates: Sequence[int], groups: Sequence[Words]
) -> frozenset[int]:
    """The candidates that have all the words in their short fields."""
    columns = (Letter.code, Letter.doc_type, Letter.subject, Letter.issuer)
    query = select(Letter.pk, *columns).where(Letter.pk.in_(candidates))
    wanted = {word for group in groups for word in group.folded}
    return frozenset(
        pk
        for pk, *values in connection.execute(query)
        if wanted <= set(index_words(" ".join(value for value in values if value)))
    )


def _rank(
    connection: Connection, candidates: _Candidates, groups: Sequence[Words]
) -> list[tuple[int, float]]:
    """Candidates with their scores, best first."""
    accented = [new_tone_style(" ".join(group.raw)).lower() for group in groups]
    accented = [words for words in accented if strip_marks(words) != words]
    texts: dict[int, str] = {}
    if accented:
        query = select(Body.letter_pk, Body.text).where(Body.letter_pk.in_(candidates.rows))
        texts = {pk: text.lower() for pk, text in connection.execute(query)}
    scored = []
    for place, pk in enumerate(candidates.rows):
        text = texts.get(pk, "")
        exact = sum(words in text for words in accented) / (len(accented) or 1)
        score = 1 / (1 + place / 20) + 1.5 * (pk in candidates.titled) + exact
        scored.append((pk, score + 1.2 * (pk in candidates.ordered)))
    return sorted(scored, key=lambda pair: -pair[1])


def _page(
    connection: Connection,
    matches: Select[int],
    ranked: list[tuple[int, float]],
    offset: int,
    limit: int,
) -> list[tuple[int, float]]:
    """The asked-for part of the ranked ones, then of all the others, newest first."""
    page = ranked[offset : offset + limit]
    if len(page) == limit:
        return page
    shown = [pk for pk, _ in ranked]
    pk = index.key(connection)
    others = matches.where(pk.not_in(shown)).order_by(pk.desc())
    skipped = max(0, offset - len(ranked))
    rest = connection.scalars(others.offset(skipped).limit(limit - len(page)))
    return page + [(pk, 0.0) for pk in rest]


def _count(connection: Connection, matches: Select[int]) -> int:
    counted = matches.limit(COUNTED + 1).subquery()
    return connection.scalar(select(func.count()).select_from(counted)) or 0


def _hits(
    connection: Connection, chosen: Sequence[tuple[int, float]], groups: Sequence[Words]
) -> tuple[Hit, ...]:
    rows = [pk for pk, _ in chosen]
    columns = (
        Letter.id, Letter.code, Letter.doc_type, Letter.date, Letter.issuer, Letter.subject,
        Letter.review,
    )  # fmt: skip
    query = (
        select(Letter.pk, Body.text, *columns).join_from(Letter, Body).where(Letter.pk.in_(rows))
    )
    found = {row[0]: row for row in connection.execute(query)}
    hits = []
    for pk, score in chosen:
        _, text, name, code, doc_type, date, issuer, subject, review = found[pk]
        snippets = snippets_of(text, groups)
        hits.append(
            Hit(name, code, doc_type, date, issuer, subject, review, round(score, 3), snippets)
        )
    return tuple(hits)


def _facets(connection: Connection, matches: Select[int]) -> dict[str, tuple[tuple[str, int], ...]]:
    """Counts of each kind from one pass over the matches (one pass a kind costs four times it)."""
    found = matches.limit(COUNTED).subquery()
    kinds = (Letter.issuer, Letter.doc_type, func.substr(Letter.date, 1, 4), Letter.review)
    query = select(*kinds, func.count()).join_from(Letter, found, found.c.pk == Letter.pk)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("issuer", "doc_type", "year")}
    doubtful = 0
    for *values, review, count in connection.execute(query.group_by(*kinds)):
        for counter, value in zip(counts.values(), values, strict=True):
            if value is not None:
                counter[value] += count
        doubtful += count if review else 0
    counted = {
        name: tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:20])
        for name, counter in counts.items()
    }
    return {**counted, "review": (("true", doubtful),)}


class _Vocabulary:
    """The words of an index, read again after a minute."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, list[str]]] = {}

    def words(self, connection: Connection) -> list[str]:
        name = str(connection.engine.url)
        held = self._held.get(name)
        if held is None or time.monotonic() - held[0] > 60:
            held = (time.monotonic(), list(index.words_of(connection)))
            self._held[name] = held
        return held[1]


_VOCABULARY = _Vocabulary()


def _alike(connection: Connection, word: str) -> list[str]:
    """Words of the index that differ from ``word`` by about one letter in seven, nearest first."""
    from rapidfuzz import fuzz, process

    words = _VOCABULARY.words(connection)
    cutoff = min(_ALIKE, 100 * (1 - 0.5 / max(len(word), 1)) - 100 / (len(word) + 4))
    found = process.extract(
        fold(nfc(word)), words, scorer=fuzz.ratio, score_cutoff=max(cutoff, 60), limit=25
    )
    return [match for match, _, _ in found]
