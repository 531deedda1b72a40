"""The index of words, on SQLite (FTS5) and on PostgreSQL (tsvector).

Both hold the same words, found by :func:`~pipeline.archive.query.index_words`: neither
database's own idea of a Vietnamese word matters, so both find the same letters.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from sqlalchemy import (
    ARRAY,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    bindparam,
    column,
    func,
    literal_column,
    select,
    text,
)
from sqlalchemy import table as sql_table

from pipeline.archive.query import Query, as_term, index_words, to_fts5, to_tsquery
from pipeline.archive.tables import Letter

_POSITIONS = 16_383  # PostgreSQL's highest position in a tsvector
_PER_WORD = 255  # and the most positions of one word
_VECTOR_BYTES = 1_000_000  # of 1,048,575 that a tsvector's words and positions may have
_LOOKUP = 8  # rows in a row are read in the time of looking one up (PostgreSQL)
_WORD_CHARS = 250  # of a word that is proposed; longer ones are no words but lines misread

_FTS = sql_table("letter_index", column("rowid", BigInteger), column("letter_index"))
_TSVECTORS = sql_table("letter_index", column("letter_pk", BigInteger), column("words"))
_WORDS = sql_table("letter_words", column("term"))

_PUT_FTS = text("INSERT INTO letter_index(rowid, title, body) VALUES (:pk, :title, :body)")
_PUT_TSVECTOR = text(
    "INSERT INTO letter_index(letter_pk, words) VALUES (:pk, CAST(:words AS tsvector))"
)
_PUT_WORD = text("INSERT INTO letter_words(term) VALUES (:term) ON CONFLICT DO NOTHING")


def put(connection: Connection, letters: Iterable[tuple[int, str, str]]) -> None:
    """Index letters as (pk, title, body), for the first time or after :func:`drop`."""
    rows: list[dict[str, int | str]] = []
    terms: set[str] = set()
    sqlite = connection.dialect.name == "sqlite"
    for pk, title, body in letters:
        words = index_words(title), index_words(body)
        terms.update(word for part in words for word in part if len(word) <= _WORD_CHARS)
        if sqlite:
            rows.append({"pk": pk, "title": " ".join(words[0]), "body": " ".join(words[1])})
        else:
            rows.append({"pk": pk, "words": _tsvector(*words)})
    if rows:
        connection.execute(_PUT_FTS if sqlite else _PUT_TSVECTOR, rows)
    if terms:
        connection.execute(_PUT_WORD, [{"term": word} for word in sorted(terms)])


def drop(connection: Connection, pk: int, title: str, body: str) -> None:
    """Take a letter out; ``title`` and ``body`` as they were when it was put in."""
    if connection.dialect.name == "sqlite":
        connection.execute(
            text(
                "INSERT INTO letter_index(letter_index, rowid, title, body) "
                "VALUES ('delete', :pk, :title, :body)"
            ),
            {"pk": pk, "title": _folded(title), "body": _folded(body)},
        )
    else:
        connection.execute(text("DELETE FROM letter_index WHERE letter_pk = :pk"), {"pk": pk})


def key(connection: Connection) -> ColumnElement[int]:
    """The index's own row number: ordered by it, a search stops as soon as it has enough."""
    return _FTS.c.rowid if connection.dialect.name == "sqlite" else _TSVECTORS.c.letter_pk


def matching(
    connection: Connection,
    query: Query,
    where: Sequence[ColumnElement[bool]] = (),
    *,
    hidden: Select[int] | None = None,
    title: bool = False,
    above: int = 0,
) -> Select[int]:
    """Row numbers (``pk``) of the letters that match, without those of ``hidden``.

    The table of letters is joined for the filters in ``where`` only: without it, common words are
    counted and listed twenty times as fast. ``title`` looks in title fields only, ``above`` at
    row numbers from there on.
    """
    pk = key(connection)
    matches = select(pk.label("pk"))
    if hidden is not None:
        matches = matches.where(pk.not_in(hidden))
    if where and connection.dialect.name == "sqlite":
        # + 0: the words are always looked for once, never again for each letter of a filter.
        matches = matches.join_from(_FTS, Letter, Letter.pk == pk + 0)
    elif where:
        matches = matches.join_from(_TSVECTORS, Letter, Letter.pk == pk)
    if above:
        matches = matches.where(pk >= above)
    if connection.dialect.name == "sqlite":
        wanted = f"title : {to_fts5(query)}" if title else to_fts5(query)
        found = literal_column("letter_index").op("MATCH")(wanted)
    else:
        wanted = to_tsquery(query, "A" if title else "")
        value = text("CAST(:wanted AS tsquery)").bindparams(wanted=wanted)
        found = _TSVECTORS.c.words.op("@@")(value)
    return matches.where(found, *where)


def among(
    connection: Connection,
    matches: Select[int],
    chosen: Select[int],
    *,
    each: bool = False,
) -> Select[int]:
    """The matches that are among the chosen rows: every match is asked for, none is looked up.

    With ``each``, each of the chosen rows is looked up in the index instead.
    """
    pk = key(connection)
    return matches.where((pk if each else pk + 0).in_(chosen))


def sparse(connection: Connection, rows: Sequence[int], above: int) -> bool:
    """Whether rows, newest first, are so few that each is better looked up than all from ``above``.

    PostgreSQL fetches each letter's words (4 kB) to tell titles and phrases. FTS5 has positions in
    the index itself, and looks phrases up slowly.
    """
    far = bool(rows) and _LOOKUP * len(rows) < rows[0] - above
    return far and connection.dialect.name == "postgresql"


def newest(
    connection: Connection, matches: Select[int], limit: int, *, bounded: bool = False
) -> list[int]:
    """The ``limit`` matches that came last, the last one first.

    ``bounded`` = they are matches above some row: FTS5 that goes backwards looks for the next match
    of a rare phrase beyond that row, down to the first letter; forwards, it begins there.

    They come as one value: ten thousand rows, each made an object, take longer than the search.
    """
    order = key(connection) + 0 if bounded else key(connection)
    last = matches.order_by(order.desc()).limit(limit).subquery()
    if connection.dialect.name == "sqlite":
        found = json.loads(connection.scalar(select(func.json_group_array(last.c.pk))) or "[]")
    else:
        found = connection.scalar(select(func.array_agg(last.c.pk))) or []
    return sorted(found, reverse=True)


def listed(connection: Connection, rows: Sequence[int]) -> Select[int]:
    """Row numbers as a query, however many: they travel as one value."""
    if connection.dialect.name == "sqlite":
        values = func.json_each(json.dumps(rows)).table_valued(column("value", BigInteger))
        return select(values.c.value.label("pk"))
    array = bindparam("rows", list(rows), unique=True, type_=ARRAY(BigInteger))
    return select(func.unnest(array).column_valued().label("pk"))


def words_of(connection: Connection) -> Iterable[str]:
    """Every word of the index: what a fuzzy word may stand for."""
    return connection.scalars(select(_WORDS.c.term))


def words_with(connection: Connection, beginning: str, limit: int) -> list[str]:
    """The index's words that begin so, up to ``limit``."""
    by_code = "BINARY" if connection.dialect.name == "sqlite" else "C"
    term = _WORDS.c.term.collate(by_code)
    found = select(_WORDS.c.term).where(term >= beginning, term < beginning + "\U0010ffff")
    return list(connection.scalars(found.order_by(term).limit(limit)))


def _folded(value: str) -> str:
    return " ".join(index_words(value))


def _tsvector(title: Sequence[str], body: Sequence[str]) -> str:
    """Positions of each word, titles marked A; a gap keeps phrases from running across.

    Words are cut, and the last ones left out, where a tsvector has no room for them.
    """
    places: dict[str, list[str]] = {}
    at = size = 0
    for words, weight in ((title, "A"), (body, "")):
        for word in words:
            at += 1
            term = as_term(word)
            if term not in places:
                size += len(term.encode()) + 4
                if size > _VECTOR_BYTES:
                    break
            held = places.setdefault(term, [])
            if at <= _POSITIONS and len(held) < _PER_WORD:
                held.append(f"{at}{weight}")
                size += 2
        at += 10
    return " ".join(f"'{w}':{','.join(p)}" if p else f"'{w}'" for w, p in places.items())
