"""Search: matches from the index of words, filters from the columns, order and snippets from here.

The databases only find candidates. The order prefers letters that have the words as one phrase,
in their title fields, and with the accents that were typed; a common word's hundreds of thousands
of matches are never all scored: the newest, the titles and the phrases among them are.

An index of words alone is read at some ten million matches a second; what costs is looking a
letter's columns up, a few microseconds each. So only the newest matches are counted and held
against the filters, unless these leave too few for a page.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select

from pipeline.archive import index
from pipeline.archive.filters import Filters, conditions
from pipeline.archive.query import Query, Words, as_phrase, expand, leaves, loosened, parse_query
from pipeline.archive.ranking import Candidates, ranked_by
from pipeline.archive.results import COUNTED, Hit, Results
from pipeline.archive.snippets import snippets_of
from pipeline.archive.tables import Body, Letter

Order = Literal["rank", "newest", "oldest", "added"]
"""By how well a letter matches, by its date, or by when the archive got it."""

_WINDOW = 120
"""As many candidates of each kind are put in order by phrase, title and accents."""

_DEEPER = 3
"""Without phrase or filter, titles and phrases are looked for so many times as far back as matches
are counted."""

_BEGINNINGS = 80
"""Up to as many words are looked for in place of the beginning that they share."""

_HELD = 6_000
"""As many of the newest letters with the words are held against the filters, or the phrase."""

_FEW = 500
"""So many letters that filters leave are asked one by one for the words, 0.06 ms each."""

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
    groups: list[Words] = []
    if query is None:
        matches = counted = select(Letter.pk).where(*narrowed)
        total = _count(connection, matches)
        more = total > COUNTED
        if not more:  # found once, then sorted: the index of dates would be read to its end
            matches = select(Letter.pk).where(Letter.pk.in_(matches.limit(COUNTED)))
        chosen = (
            _listed(connection, matches, order, offset, limit) if more or total > offset else []
        )
    else:
        query = expand(
            query, lambda word: _alike(connection, word), lambda word: _begins(connection, word)
        )
        groups = leaves(query)
        scope = _scope(connection, query, narrowed, offset + limit)
        matches, counted = scope.all_of(query), scope.newest_of(query)
        total, more = scope.total, scope.more
        if order == "rank":
            ranked = ranked_by(connection, _candidates(connection, scope), groups)
            chosen = ranked[offset : offset + limit]
            if len(chosen) < limit and (more or total > len(ranked)):
                chosen += _rest(connection, matches, ranked, offset, limit - len(chosen))
        else:
            found = select(Letter.pk).where(Letter.pk.in_(matches))
            chosen = _listed(connection, found, order, offset, limit)
    hits = _hits(connection, chosen, groups)
    shares = _facets(connection, counted) if facets else {}
    return Results(min(total, COUNTED), more, hits, shares)


@dataclass(frozen=True, slots=True)
class _Scope:
    """What of a query's matches is counted and put in order.

    ``floor`` is the row of the oldest letter with the words that is counted, ``deep`` that of the
    oldest one that is looked at for titles and phrases (0 = all); ``rare`` says that the filters
    leave so few that every letter with the words is asked whether it is one of them, or, where
    they are known (``few``), each of them whether it has the words.
    """

    connection: Connection
    query: Query
    narrowed: Sequence[ColumnElement[bool]]
    total: int
    more: bool
    floor: int
    deep: int
    rare: bool
    few: Sequence[int] | None = None

    def all_of(self, query: Query, *, title: bool = False, above: int = 0) -> Select[int]:
        """All letters that match ``query`` and the filters."""
        if not (self.rare and self.narrowed):
            return index.matching(self.connection, query, self.narrowed, title=title, above=above)
        matches = index.matching(self.connection, query, title=title, above=above)
        if self.few is not None:
            each = loosened(query) == query  # a phrase asked for letter by letter is slow
            return index.among(self.connection, matches, self.few, each=each)
        return index.among(self.connection, matches, select(Letter.pk).where(*self.narrowed))

    def newest_of(self, query: Query) -> Select[int]:
        """Those of them that are counted."""
        return self.all_of(query, above=self.floor)


def _scope(
    connection: Connection, query: Query, narrowed: Sequence[ColumnElement[bool]], page: int
) -> _Scope:
    """Count the matches, and bound what is put in order; ``page`` = how many hits are needed."""
    loose = loosened(query)
    plain = loose == query and not narrowed
    matches = index.matching(connection, loose)
    most = COUNTED + 1 if plain else _HELD
    count, floor = index.window(connection, matches, most)
    full = count == most
    floor = deep = floor if full else 0
    if full and plain:
        last = index.newest(connection, matches, 1)[0]
        deep = max(last - _DEEPER * (last - floor), 1)
    scope = _Scope(connection, query, narrowed, count, full, floor, deep, rare=False)
    if plain:
        return scope
    scope = replace(scope, total=_count(connection, scope.newest_of(query)))
    if not full or scope.total >= page:
        return scope
    few: Sequence[int] | None = None
    if narrowed:
        few = connection.scalars(select(Letter.pk).where(*narrowed).limit(_FEW + 1)).all()
    few = None if few and len(few) > _FEW else few
    scope = replace(scope, floor=0, deep=0, rare=True, few=few)
    total = _count(connection, scope.all_of(query))
    return replace(scope, total=total, more=total > COUNTED)


def _candidates(connection: Connection, scope: _Scope) -> Candidates:
    """The newest matches, the newest in titles, and the newest as a phrase."""
    phrase = as_phrase(scope.query)
    in_order: list[int] = []
    if phrase is not None:
        in_order = index.newest(connection, scope.all_of(phrase, above=scope.deep), _WINDOW)
    titled = scope.all_of(scope.query, title=True, above=scope.deep)
    in_title = index.newest(connection, titled, _WINDOW)
    plain = index.newest(connection, scope.newest_of(scope.query), _WINDOW)
    rows = tuple(dict.fromkeys([*in_order, *in_title, *plain]))
    return Candidates(rows, frozenset(in_title), frozenset(in_order))


def _listed(
    connection: Connection, matches: Select[int], order: Order, offset: int, limit: int
) -> list[tuple[int, float]]:
    page = matches.order_by(*_ORDERS[order]).offset(offset).limit(limit)
    return [(pk, 0.0) for pk in connection.scalars(page)]


def _rest(
    connection: Connection,
    matches: Select[int],
    ranked: list[tuple[int, float]],
    offset: int,
    count: int,
) -> list[tuple[int, float]]:
    """What fills a page after the ranked ones: all the others, newest first."""
    shown = [pk for pk, _ in ranked]
    pk = index.key(connection)
    others = matches.where(pk.not_in(shown)).order_by(pk.desc())
    skipped = max(0, offset - len(ranked))
    return [(pk, 0.0) for pk in connection.scalars(others.offset(skipped).limit(count))]


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
    """The words of an index by their length, read again after a minute."""

    def __init__(self) -> None:
        self._held: dict[str, tuple[float, dict[int, list[str]]]] = {}

    def near(self, connection: Connection, word: str) -> list[str]:
        """Words at most two letters longer or shorter; without figures, if it has none."""
        name = str(connection.engine.url)
        held = self._held.get(name)
        if held is None or time.monotonic() - held[0] > 60:
            words: dict[int, list[str]] = {}
            for known in index.words_of(connection):
                words.setdefault(len(known), []).append(known)
            held = (time.monotonic(), words)
            self._held[name] = held
        lengths = range(len(word) - 2, len(word) + 3)
        found = [known for length in lengths for known in held[1].get(length, ())]
        return [known for known in found if known.isalpha()] if word.isalpha() else found


_VOCABULARY = _Vocabulary()


def _alike(connection: Connection, word: str) -> list[str]:
    """Words of the index that differ from ``word`` by about one letter in seven, nearest first."""
    from rapidfuzz import fuzz, process

    words = _VOCABULARY.near(connection, word)
    cutoff = min(_ALIKE, 100 * (1 - 0.5 / max(len(word), 1)) - 100 / (len(word) + 4))
    found = process.extract(word, words, scorer=fuzz.ratio, score_cutoff=max(cutoff, 60), limit=12)
    return [match for match, _, _ in found]


def _begins(connection: Connection, word: str) -> list[str]:
    words = index.words_with(connection, word, _BEGINNINGS + 1)
    return words if len(words) <= _BEGINNINGS else []
