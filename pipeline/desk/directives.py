"""Directives with who closed them: what a clerk follows up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import delete, insert, select
from starlette.exceptions import HTTPException

from pipeline.archive.database import reading, writing
from pipeline.archive.tables import Closing
from pipeline.archive.tables import Directive as DirectiveRow
from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.store import now
from pipeline.letter import Directive, Letter

if TYPE_CHECKING:
    from pipeline.archive import Archive


@dataclass(frozen=True, slots=True)
class Task:
    """A directive as the page shows it. ``label`` is its path, ``depth`` how deep it stands."""

    label: str
    depth: int
    directive: Directive
    overdue: bool
    closed_by: str | None
    closed_at: str | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """An open directive whose deadline has passed."""

    letter_id: str
    code: str | None
    label: str
    text: str
    assignees: str
    deadline: str


def directives_of(archive: Archive, letter: Letter, today: str) -> list[Task]:
    """All directives and their sub-items in order, named as the archive's rows name them."""
    query = select(Closing.label, Closing.who, Closing.at).join(
        LetterRow, LetterRow.pk == Closing.letter_pk
    )
    with reading(archive.engine) as connection:
        closed = {
            label: (who, at)
            for label, who, at in connection.execute(query.where(LetterRow.id == letter.id))
        }
    found = []
    seen: set[str] = set()
    for path, depth, item in _walk(letter.directives):
        label = path if path not in seen else f"{path}#{len(seen)}"
        seen.add(label)
        who, at = closed.get(label, (None, None))
        late = who is None and any(day < today for day in item.deadlines)
        found.append(Task(label, depth, item, late, who, at))
    return found


def _walk(
    items: tuple[Directive, ...], above: str = "", depth: int = 0
) -> Iterator[tuple[str, int, Directive]]:
    for item in items:
        path = f"{above}/{item.label}" if above else item.label
        yield path, depth, item
        yield from _walk(item.items, path, depth + 1)


def close(archive: Archive, letter_id: str, label: str, who: str, *, done: bool) -> None:
    """Mark a directive as done, or open it again.

    Raises:
        HTTPException: 404 there is no such directive.
    """
    with writing(archive.engine) as connection:
        pk = connection.scalar(
            select(DirectiveRow.letter_pk)
            .join(LetterRow, LetterRow.pk == DirectiveRow.letter_pk)
            .where(LetterRow.id == letter_id, DirectiveRow.label == label)
        )
        if pk is None:
            raise HTTPException(404)
        connection.execute(delete(Closing).where(Closing.letter_pk == pk, Closing.label == label))
        if done:
            connection.execute(insert(Closing).values(letter_pk=pk, label=label, who=who, at=now()))


def overdue(archive: Archive, clearance: int, today: str, limit: int = 50) -> list[Overdue]:
    """Open directives past their deadline, the oldest first."""
    query = (
        select(
            LetterRow.id, LetterRow.code, DirectiveRow.label, DirectiveRow.text,
            DirectiveRow.assignees, DirectiveRow.deadline,
        )
        .join(LetterRow, LetterRow.pk == DirectiveRow.letter_pk)
        .outerjoin(
            Closing,
            (Closing.letter_pk == DirectiveRow.letter_pk) & (Closing.label == DirectiveRow.label),
        )
        .where(
            DirectiveRow.deadline < today, Closing.label.is_(None), LetterRow.secrecy <= clearance
        )
        .order_by(DirectiveRow.deadline, DirectiveRow.id)
        .limit(limit)
    )  # fmt: skip
    with reading(archive.engine) as connection:
        return [
            Overdue(letter_id, code, label, text, assignees, deadline or "")
            for letter_id, code, label, text, assignees, deadline in connection.execute(query)
        ]
