"""Search: matches from the index of words, filters from the columns, order and snippets from here.

The databases only find candidates (:mod:`pipeline.archive.window`). The order prefers letters that
have the words as one phrase, in their title fields, and with the accents that were typed; a common
word's hundreds of thousands of matches are never all scored: the newest, the titles and the phrases
among them are.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import ColumnElement, Connection, Select, func, select

from pipeline.archive import index
from pipeline.archive.filters import Filters, conditions, hidden
from pipeline.archive.query import Words, leaves, parse_query
from pipeline.archive.ranking import ranked_by
from pipeline.archive.results import COUNTED, Hit, Results
from pipeline.archive.snippets import snippets_of
from pipeline.archive.tables import Body, Letter
from pipeline.archive.vocabulary import expanded
from pipeline.archive.window import Asked, Found, candidates, find, others

Order = Literal["rank", "newest", "oldest", "added"]
"""By how well a letter matches, by its date, or by when the archive got it."""

_NEWEST: tuple[ColumnElement[Any], ...] = (
    Letter.date_low.desc().nulls_last(), Letter.date_high.desc().nulls_last(), Letter.pk.desc(),
)  # fmt: skip
_OLDEST: tuple[ColumnElement[Any], ...] = (
    Letter.date_low.asc().nulls_last(), Letter.date_high.asc().nulls_last(), Letter.pk.asc(),
)  # fmt: skip
_ORDERS: dict[Order, tuple[ColumnElement[Any], ...]] = {
    "rank": _NEWEST,  # without words, every letter matches alike
    "newest": _NEWEST,
    "oldest": _OLDEST,
    "added": (Letter.pk.desc(),),
}


def search(
    connection: Connection, typed: str, filters: Filters, offset: int, limit: int, facets: bool,
    order: Order = "rank",
) -> Results:  # fmt: skip
    """A page of hits (see :meth:`pipeline.archive.store.Archive.search`)."""
    query = parse_query(typed)
    if query is None:
        return _without_words(connection, filters, offset, limit, facets, order)
    query = expanded(connection, query)
    narrowed = conditions(replace(filters, secrecy=None))
    asked = Asked(connection, query, narrowed, hidden(filters))
    found = find(asked, offset + limit)
    groups = leaves(query)
    if order == "rank":
        chosen = _ranked(asked, found, groups, offset, limit)
    elif order == "added":
        chosen = _unranked(others(asked, found, set(), offset, limit))
    else:
        rows = asked.everything() if found.more else index.listed(connection, found.rows)
        matches = select(Letter.pk).where(Letter.pk.in_(rows))
        chosen = _listed(connection, matches, order, offset, limit)
    shares = _facets(connection, index.listed(connection, found.rows)) if facets else {}
    hits = _hits(connection, chosen, groups)
    return Results(len(found.rows), found.more, hits, shares)


def _without_words(
    connection: Connection, filters: Filters, offset: int, limit: int, facets: bool, order: Order
) -> Results:
    """All letters that the filters leave, in the order of a column."""
    counted = matches = select(Letter.pk).where(*conditions(filters))
    total = _count(connection, matches)
    more = total > COUNTED
    if not more:  # found once, then sorted: the index of dates would be read to its end
        matches = select(Letter.pk).where(Letter.pk.in_(matches.limit(COUNTED)))
    chosen = _listed(connection, matches, order, offset, limit) if more or total > offset else []
    shares = _facets(connection, counted.limit(COUNTED)) if facets else {}
    return Results(min(total, COUNTED), more, _hits(connection, chosen, ()), shares)


def _ranked(
    asked: Asked, found: Found, groups: Sequence[Words], offset: int, limit: int
) -> list[tuple[int, float]]:
    """A page of the candidates in order; all the others follow them, newest first."""
    best = candidates(asked, found)
    page = ranked_by(asked.connection, best, groups, offset + limit)[offset:]
    if len(page) < limit:
        skipped = max(0, offset - len(best.rows))
        page += _unranked(others(asked, found, set(best.rows), skipped, limit - len(page)))
    return page


def _unranked(rows: Sequence[int]) -> list[tuple[int, float]]:
    return [(pk, 0.0) for pk in rows]


def _listed(
    connection: Connection, matches: Select[int], order: Order, offset: int, limit: int
) -> list[tuple[int, float]]:
    page = matches.order_by(*_ORDERS[order]).offset(offset).limit(limit)
    return _unranked(connection.scalars(page).all())


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
    found = {row[0]: row for row in connection.execute(query).all()}
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
    found = matches.subquery()
    kinds = (Letter.issuer, Letter.doc_type, func.substr(Letter.date, 1, 4), Letter.review)
    query = select(*kinds, func.count()).join_from(Letter, found, found.c.pk == Letter.pk)
    counts: dict[str, Counter[str]] = {name: Counter() for name in ("issuer", "doc_type", "year")}
    doubtful = 0
    for *values, review, count in connection.execute(query.group_by(*kinds)).all():
        for counter, value in zip(counts.values(), values, strict=True):
            if value is not None:
                counter[value] += count
        doubtful += count if review else 0
    counted = {
        name: tuple(sorted(counter.items(), key=lambda pair: (-pair[1], pair[0]))[:20])
        for name, counter in counts.items()
    }
    return {**counted, "review": (("true", doubtful),)}
