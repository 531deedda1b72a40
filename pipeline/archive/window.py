"""Which letters a search looks at: the newest that have the words, or all where those are few.

An index of words alone is read at some ten million matches a second; what costs is looking a
letter's columns up, a few microseconds each, and reading the index again. So the newest matches
are read once, as a list of row numbers, and everything else (filters, counts, facets, order) is
asked of that list; only where it leaves too few for a page is the whole archive looked through.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, func, select

from pipeline.archive import index
from pipeline.archive.query import Query, as_phrase, loosened
from pipeline.archive.ranking import Candidates, read_through
from pipeline.archive.results import COUNTED
from pipeline.archive.tables import Letter

_WINDOW = 120
"""As many candidates of each kind are put in order by phrase, title and accents."""

_DEEPER = 3
"""Without phrase or filter, titles and phrases are looked for so many times as far back as matches
are counted."""

_SPAN = 40_000
"""An order of words, or an exclusion, is looked for in so many of the newest letters at first, and
in sixteen times as many next; the index holds some 5,000 a millisecond against it."""

_HELD = 6_000
"""As many of the newest letters with the words are held against the filters."""

_FEW = 500
"""So many letters that filters leave are asked one by one for the words, 0.06 ms each."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is searched: words, filters, and the letters that the reader may not see."""

    connection: Connection
    query: Query
    narrowed: Sequence[ColumnElement[bool]]
    hidden: Select[int] | None

    @property
    def bounded(self) -> bool:
        """Whether more than plain words is asked: an order of words, exclusions, filters."""
        return bool(self.narrowed) or loosened(self.query) != self.query

    def matching(self, query: Query, *, title: bool = False, above: int = 0) -> Select[int]:
        """Letters with the words of ``query``, whatever the filters."""
        return index.matching(self.connection, query, hidden=self.hidden, title=title, above=above)

    def everything(self) -> Select[int]:
        """All that is searched for."""
        return index.matching(self.connection, self.query, self.narrowed, hidden=self.hidden)

    def newest(self, query: Query, limit: int, *, above: int = 0) -> list[int]:
        """The newest letters with the words of ``query``, whatever the filters."""
        matches = self.matching(query, above=above)
        return index.newest(self.connection, matches, limit, bounded=above > 0)


@dataclass(frozen=True, slots=True)
class Found:
    """Row numbers, newest first, of the letters that are counted.

    ``more`` says that older ones match, too; ``deep`` is the row of the oldest letter that is
    looked at for titles and phrases (0 = all).
    """

    rows: Sequence[int]
    more: bool
    deep: int


def find(asked: Asked, page: int) -> Found:
    """The newest matches; ``page`` = how many hits are needed."""
    if not asked.bounded:
        rows = asked.newest(asked.query, COUNTED + 1)
        more = len(rows) > COUNTED
        deep = max(rows[0] - _DEEPER * (rows[0] - rows[-1]), 1) if more else 0
        return Found(rows[:COUNTED], more, deep)
    if not asked.narrowed:
        return _in_spans(asked, page)
    loose = loosened(asked.query)
    rows = asked.newest(loose, _HELD)
    full = len(rows) == _HELD
    floor = rows[-1] if full else 0
    held = rows if loose == asked.query else asked.newest(asked.query, _HELD, above=floor)
    held = _narrowed(asked, held)
    if not full or len(held) >= page:
        return Found(held, full, floor)
    return _counted(_filtered(asked))


def _in_spans(asked: Asked, page: int) -> Found:
    """What matches among the newest letters, or further back where that is too little."""
    last = asked.connection.scalar(select(func.max(Letter.pk))) or 0
    for span in (_SPAN, 16 * _SPAN):
        above = last - span
        if above > 0:
            rows = asked.newest(asked.query, COUNTED + 1, above=above)
            if len(rows) > COUNTED:
                return _counted(rows)
            if len(rows) >= page:
                return Found(rows, True, above)
    return _counted(asked.newest(asked.query, COUNTED + 1))


def _counted(rows: list[int]) -> Found:
    more = len(rows) > COUNTED
    return Found(rows[:COUNTED], more, rows[-1] if more else 0)


def _narrowed(asked: Asked, rows: list[int]) -> list[int]:
    """Those of some rows that the filters leave."""
    if not rows:
        return rows
    among = select(Letter.pk).where(Letter.pk.in_(index.listed(asked.connection, rows)))
    left = among.where(*asked.narrowed).order_by(Letter.pk.desc())
    return list(asked.connection.scalars(left).all())


def _filtered(asked: Asked) -> list[int]:
    """What filters leave of all letters with the words, asked for from the shorter side."""
    left = select(Letter.pk).where(*asked.narrowed)
    few = asked.connection.scalars(left.limit(_FEW + 1)).all()
    matches = asked.matching(asked.query)
    if len(few) > _FEW:
        matches = index.among(asked.connection, matches, left)
    else:
        # A phrase that is asked for letter by letter is slow.
        each = loosened(asked.query) == asked.query
        rows = index.listed(asked.connection, few)
        matches = index.among(asked.connection, matches, rows, each=each)
    return index.newest(asked.connection, matches, COUNTED + 1) if few else []


def candidates(asked: Asked, found: Found) -> Candidates:
    """The newest matches, the newest in titles, and the newest as a phrase."""
    phrase = as_phrase(asked.query)
    plain = found.rows[:_WINDOW]
    if asked.bounded and not found.deep and len(plain) == len(found.rows):
        return read_through(asked.connection, plain, asked.query, phrase)
    in_title = _newest_of(asked, found, asked.query, title=True)
    in_order = _newest_of(asked, found, phrase) if phrase is not None else []
    rows = tuple(dict.fromkeys([*in_order, *in_title, *plain]))
    return Candidates(rows, frozenset(in_title), frozenset(in_order))


def _newest_of(asked: Asked, found: Found, query: Query, *, title: bool = False) -> list[int]:
    """The newest of them with the words so: a tenth of the way back, else all of it."""
    rows: list[int] = []
    # What is asked for beyond plain words has been found already, as far back as is looked at.
    each = asked.bounded and index.sparse(asked.connection, found.rows, found.deep)
    for above in (found.deep and found.rows[0] - (found.rows[0] - found.deep) // 10, found.deep):
        matches = asked.matching(query, title=title, above=above)
        if asked.narrowed or each:
            among = index.listed(asked.connection, found.rows)
            matches = index.among(asked.connection, matches, among, each=each)
        rows = index.newest(asked.connection, matches, _WINDOW, bounded=above > 0)
        if len(rows) == _WINDOW or not found.deep:
            break
    return rows


def others(asked: Asked, found: Found, shown: set[int], skipped: int, count: int) -> list[int]:
    """What fills a page after the ranked ones: all the others, newest first."""
    left = [pk for pk in found.rows if pk not in shown]
    page = left[skipped : skipped + count]
    if len(page) < count and found.more:
        pk = index.key(asked.connection)
        older = asked.everything().where(pk < found.rows[-1], pk.not_in(shown))
        older = older.order_by(pk.desc()).offset(max(0, skipped - len(left)))
        page += asked.connection.scalars(older.limit(count - len(page))).all()
    return page
