"""Questions that clerks ask: what is open, who cites whom, which percentages over time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Literal

from sqlalchemy import Row, Select, delete, exists, insert, select

from pipeline.archive.database import reading, writing
from pipeline.archive.filters import code_key, span
from pipeline.archive.filters import dated as between
from pipeline.archive.ledger import now
from pipeline.archive.rows import key
from pipeline.archive.store import Archive
from pipeline.archive.tables import Citation, Closing, Directive, Letter, Party, Percentage
from pipeline.errors import ArchiveError

_FEW = 5_000
"""A name that stands no oftener is looked up by itself first, not in one deadline or date after
another."""


@dataclass(frozen=True, slots=True)
class Task:
    """A directive: ``label`` is its path, ``4/a``; ``deadline`` ISO or None."""

    letter: str
    code: str | None
    date: str | None
    label: str
    text: str
    assignees: str
    deadline: str | None
    closed: str | None


@dataclass(frozen=True, slots=True)
class Link:
    """``letter`` (None: not in the archive) with ``code`` cites ``cites``, ``steps`` away."""

    way: Literal["cites", "cited by"]
    steps: int
    code: str
    other: str
    letter: str | None


@dataclass(frozen=True, slots=True)
class Share:
    """A percentage that a letter states."""

    date: str | None
    letter: str
    code: str | None
    holder: str | None
    comparison: str | None
    text: str
    value: float
    about: str | None


def directives(
    archive: Archive,
    *,
    assignee: str | None = None,
    until: str | None = None,
    closed: bool = False,
    dated: bool = False,
    limit: int | None = None,
    offset: int = 0,
) -> list[Task]:
    """Directives, the nearest deadline first, those without one last.

    Args:
        archive: the archive.
        assignee: part of a name, with or without accents.
        until: due on or before this day (or the end of this month or year).
        closed: those marked as done, too.
        dated: only those with a deadline.
        limit: at most so many; None = all of them.
        offset: how many to pass over.
    """
    done = (
        select(Closing.at)
        .where(Closing.letter_pk == Directive.letter_pk, Closing.label == Directive.label)
        .scalar_subquery()
    )
    query = select(
        Letter.id, Letter.code, Letter.date, Directive.label, Directive.text, Directive.assignees,
        Directive.deadline, done,
    ).join_from(Directive, Letter)  # fmt: skip
    named = Party.name_key.contains(key(assignee), autoescape=True) if assignee else None
    if named is not None:
        same = (Party.letter_pk == Letter.pk) & (Party.directive == Directive.label)
        query = query.where(exists().where(same, Party.role == "assignee", named))
    if until:
        query = query.where(Directive.deadline <= span(until)[1])
    if not closed:
        query = query.where(done.is_(None))
    found: list[Task] = []
    with reading(archive.engine) as connection:
        if named is not None:
            few = select(Party.letter_pk).where(named).limit(_FEW + 1)
            letters = connection.scalars(few).all()
            if len(letters) <= _FEW:
                query = query.where(Directive.letter_pk.in_(letters))
        for part in _by_deadline(query, only_dated=dated or until is not None):
            stop = None if limit is None else offset + limit - len(found)
            if stop is None or stop > 0:
                found += (Task(*row) for row in connection.execute(part.limit(stop)))
    return found[offset:]


def _by_deadline(query: Select[Any], *, only_dated: bool) -> Iterator[Select[Any]]:
    """Those with a deadline, then those without: the index of deadlines has them in this order."""
    yield query.where(Directive.deadline.is_not(None)).order_by(Directive.deadline, Directive.id)
    if not only_dated:
        yield query.where(Directive.deadline.is_(None)).order_by(Directive.id)


def close_directive(archive: Archive, letter_id: str, label: str, who: str) -> None:
    """Mark a directive as done. Marking it again changes nothing.

    Raises:
        ArchiveError: there is no such letter or directive.
    """
    with writing(archive.engine) as connection:
        query = select(Letter.pk).join(Directive, Directive.letter_pk == Letter.pk)
        pk = connection.scalar(query.where(Letter.id == letter_id, Directive.label == label))
        if pk is None:
            raise ArchiveError("letter-missing", id=f"{letter_id} {label}")
        held = select(Closing.label).where(Closing.letter_pk == pk, Closing.label == label)
        if connection.scalar(held) is None:
            connection.execute(insert(Closing).values(letter_pk=pk, label=label, who=who, at=now()))


def reopen_directive(archive: Archive, letter_id: str, label: str) -> None:
    """Take the mark of :func:`close_directive` back."""
    with writing(archive.engine) as connection:
        pk = connection.scalar(select(Letter.pk).where(Letter.id == letter_id))
        marked = delete(Closing).where(Closing.letter_pk == pk, Closing.label == label)
        connection.execute(marked)


def citations(archive: Archive, code: str, *, steps: int = 3) -> list[Link]:
    """The chain of citations around a code, both ways, up to ``steps`` letters away."""
    return [*_chain(archive, code, "cites", steps), *_chain(archive, code, "cited by", steps)]


def _chain(
    archive: Archive, code: str, way: Literal["cites", "cited by"], steps: int
) -> Iterator[Link]:
    """Breadth first, so that every code is reached by its shortest way."""
    seen = {code_key(code)}
    front = set(seen)
    column = Letter.code_key if way == "cites" else Citation.code_key
    with reading(archive.engine) as connection:
        for step in range(1, steps + 1):
            query = select(Letter.code, Letter.id, Citation.code).join_from(Citation, Letter)
            query = query.where(column.in_(front)).order_by(Letter.date_low, Letter.pk)
            front = set()
            for citing, letter, cited in connection.execute(query).all():
                origin, other = (citing, cited) if way == "cites" else (cited, citing)
                other_key = code_key(other or letter)
                if other_key in seen:
                    continue
                seen.add(other_key)
                front.add(other_key)
                held: str | None = letter
                if way == "cites":
                    named = select(Letter.id).where(Letter.code_key == other_key)
                    held = connection.scalar(named.order_by(Letter.pk).limit(1))
                yield Link(way, step, origin or letter, other or letter, held)


def percentages(
    archive: Archive,
    *,
    holder: str | None = None,
    about: str | None = None,
    date_from: str | None = None,
    date_to: str | None = None,
    limit: int | None = None,
    offset: int = 0,
) -> list[Share]:
    """Percentages by holder and subject over time, oldest letter first.

    Args:
        archive: the archive.
        holder: part of the name of whose percentage it is.
        about: words of what it is about, or of the letter's subject.
        date_from: letters of this day or later.
        date_to: letters of this day or earlier.
        limit: at most so many; None = all of them.
        offset: how many to pass over.
    """
    query = select(
        Letter.date, Letter.id, Letter.code, Percentage.holder, Percentage.comparison,
        Percentage.text, Percentage.value, Percentage.about, Letter.subject,
    ).join_from(Percentage, Letter)  # fmt: skip
    named = Percentage.holder_key.contains(key(holder), autoescape=True) if holder else None
    if named is not None:
        query = query.where(named)
    query = query.where(*between(date_from, date_to))
    order = (Letter.date_low.asc().nulls_last(), Letter.pk, Percentage.id)
    wanted = (key(about) or "").split()
    stop = None if limit is None else offset + limit
    with reading(archive.engine) as connection:
        if named is not None:
            held = connection.scalars(select(Percentage.id).where(named).limit(_FEW + 1)).all()
            if len(held) <= _FEW:
                query = query.where(Percentage.id.in_(held))
        rows = connection.execute(query.order_by(*order).execution_options(yield_per=1000))
        shares = (Share(*row[:-1]) for row in rows if _is_about(row, wanted))
        return list(islice(shares, offset, stop))


def _is_about(row: Row[*tuple[Any, ...]], wanted: Sequence[str]) -> bool:
    words = (key(f"{row.about or ''} {row.subject or ''}") or "").split() if wanted else ()
    return all(word in words for word in wanted)
