"""Questions that clerks ask: what is open, who cites whom, which percentages over time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from sqlalchemy import delete, exists, insert, select

from pipeline.archive.database import reading, writing
from pipeline.archive.filters import code_key, span
from pipeline.archive.ledger import now
from pipeline.archive.rows import key
from pipeline.archive.store import Archive
from pipeline.archive.tables import Citation, Closing, Directive, Letter, Party, Percentage
from pipeline.errors import ArchiveError


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
) -> list[Task]:
    """Directives, the nearest deadline first, those without one last.

    Args:
        archive: the archive.
        assignee: part of a name, with or without accents.
        until: due on or before this day (or the end of this month or year).
        closed: those marked as done, too.
        dated: only those with a deadline.
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
    if assignee:
        named = Party.name_key.contains(key(assignee), autoescape=True)
        same = (Party.letter_pk == Letter.pk) & (Party.directive == Directive.label)
        query = query.where(exists().where(same, Party.role == "assignee", named))
    if until:
        query = query.where(Directive.deadline <= span(until)[1])
    if dated:
        query = query.where(Directive.deadline.is_not(None))
    if not closed:
        query = query.where(done.is_(None))
    order = (Directive.deadline.asc().nulls_last(), Letter.pk, Directive.id)
    with reading(archive.engine) as connection:
        return [Task(*row) for row in connection.execute(query.order_by(*order))]


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
) -> list[Share]:
    """Percentages by holder and subject over time, oldest letter first.

    Args:
        archive: the archive.
        holder: part of the name of whose percentage it is.
        about: words of what it is about, or of the letter's subject.
        date_from: letters of this day or later.
        date_to: letters of this day or earlier.
    """
    query = select(
        Letter.date, Letter.id, Letter.code, Percentage.holder, Percentage.comparison,
        Percentage.text, Percentage.value, Percentage.about, Letter.subject,
    ).join_from(Percentage, Letter)  # fmt: skip
    if holder:
        query = query.where(Percentage.holder_key.contains(key(holder), autoescape=True))
    if date_from:
        query = query.where(Letter.date_high >= span(date_from)[0])
    if date_to:
        query = query.where(Letter.date_low <= span(date_to)[1])
    order = (Letter.date_low.asc().nulls_last(), Letter.pk, Percentage.id)
    wanted = (key(about) or "").split()
    with reading(archive.engine) as connection:
        found = []
        for row in connection.execute(query.order_by(*order)):
            share = Share(*row[:-1])
            words = (key(f"{share.about or ''} {row.subject or ''}") or "").split()
            if all(word in words for word in wanted):
                found.append(share)
        return found
