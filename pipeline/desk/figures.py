"""Figures for the review queue and the overview."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Integer, cast, exists, func, select

from pipeline.archive.database import reading
from pipeline.archive.filters import secret, seen
from pipeline.archive.tables import Closing, File
from pipeline.archive.tables import Directive as DirectiveRow
from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.clock import Clock
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Event, Verdict
from pipeline.letter import Letter

if TYPE_CHECKING:
    from pipeline.archive import Archive


_MONTHS = 24


@dataclass(frozen=True, slots=True)
class Queue:
    """The review queue: letters waiting, letters that were confirmed today."""

    waiting: int
    today: int


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart."""

    label: str
    value: float
    shown: str


@dataclass(frozen=True, slots=True)
class Overview:
    """The overview's figures."""

    letters: int
    review: int
    failed: int
    overdue: int
    by_month: tuple[Bar, ...]
    by_issuer: tuple[Bar, ...]
    by_day: tuple[Bar, ...]
    failures: tuple[Bar, ...]


def queue_figures(archive: Archive, clearance: int, clock: Clock) -> Queue:
    """How many letters wait, and how many were confirmed since this day began in the office."""
    visible = seen(clearance)
    waiting = select(func.count(LetterRow.pk)).where(LetterRow.review, visible)
    done = (
        select(func.count())
        .join_from(Event, LetterRow, LetterRow.id == Event.subject)
        .where(Event.action == "accept", Event.at >= clock.midnight(), visible)
    )
    with reading(archive.engine) as connection:
        return Queue(connection.scalar(waiting) or 0, connection.scalar(done) or 0)


def accuracy(archive: Archive, clearance: int) -> list[tuple[str, int, int]]:
    """For each field that reviews looked at: (field, right, looked at), most looked at first."""
    query = (
        select(Verdict.field, func.sum(cast(Verdict.right, Integer)), func.count())
        .join_from(Verdict, LetterRow, LetterRow.id == Verdict.letter_id)
        .where(LetterRow.secrecy <= clearance)
        .group_by(Verdict.field)
        .order_by(func.count().desc(), Verdict.field)
    )
    with reading(archive.engine) as connection:
        return [(field, int(right), count) for field, right, count in connection.execute(query)]


def judge(store: Store, letter: Letter, read: Letter, who: str) -> None:
    """When a review ends: note for each field that was doubtful whether the machine was right."""
    from pipeline.desk.letters import field_at

    with store.work() as work:
        work.query(Verdict).filter_by(letter_id=letter.id).delete()
        for name in read.review.fields:
            now_held, then = field_at(letter, name), field_at(read, name)
            if now_held is None and then is None:
                continue
            right = (now_held.value if now_held else None) == (then.value if then else None)
            work.add(Verdict(letter_id=letter.id, field=name, right=right, who=who, at=now()))


def overview(archive: Archive, clearance: int, clock: Clock, reasons: Counter[str]) -> Overview:
    """Everything the overview draws, from the archive's own columns.

    ``reasons`` counts the failed files that the user may know of, by their sentence.
    """
    visible = seen(clearance)
    with reading(archive.engine) as connection:
        letters = connection.scalar(select(func.count(LetterRow.pk)).where(visible)) or 0
        waiting = select(func.count(LetterRow.pk)).where(visible, LetterRow.review)
        review = connection.scalar(waiting) or 0
        return Overview(
            letters, review, reasons.total(), _overdue(connection, clearance, clock.today()),
            _by_month(connection, clearance), _by_issuer(connection, clearance),
            _by_day(connection, clearance, clock),
            tuple(Bar(why, count, str(count)) for why, count in reasons.most_common(8)),
        )  # fmt: skip


def _overdue(connection: Connection, clearance: int, today: str) -> int:
    """Open directives past their deadline: all such, less the closed and the too secret ones.

    All of them are counted in the index of deadlines; the others are few.
    """
    late = DirectiveRow.deadline < today
    same = (Closing.letter_pk == DirectiveRow.letter_pk) & (Closing.label == DirectiveRow.label)
    count = select(func.count()).select_from(DirectiveRow).where(late)
    found = connection.scalar(count) or 0
    closed = select(func.count()).select_from(Closing)  # each asks for its own directive
    found -= connection.scalar(closed.where(exists().where(same, late))) or 0
    if (hidden := secret(clearance)) is not None:
        theirs = count.outerjoin(Closing, same).where(Closing.label.is_(None))
        found -= connection.scalar(theirs.where(DirectiveRow.letter_pk.in_(hidden))) or 0
    return found


def _by_month(connection: Connection, clearance: int) -> tuple[Bar, ...]:
    """The last two years that letters have, by month of issue."""
    days = select(LetterRow.date_low, func.count()).where(
        seen(clearance), LetterRow.date_low.is_not(None)
    )
    days = days.group_by(LetterRow.date_low).order_by(LetterRow.date_low.desc())
    months: Counter[str] = Counter()
    # Read from the index, newest day first, and no further than is shown.
    for day, count in connection.execute(days.execution_options(yield_per=500)):
        month = (day or "")[:7]
        if month not in months and len(months) == _MONTHS:
            break
        months[month] += count
    return tuple(Bar(f"{m[5:7]}/{m[:4]}", c, str(c)) for m, c in reversed(months.items()))


def _by_issuer(connection: Connection, clearance: int) -> tuple[Bar, ...]:
    """Who issued most, whatever the spelling of the name; it is shown as the last one has it."""
    counts = (
        select(LetterRow.issuer_key, func.count(), func.max(LetterRow.pk))
        .where(seen(clearance), LetterRow.issuer_key.is_not(None))
        .group_by(LetterRow.issuer_key)
        .order_by(func.count().desc(), LetterRow.issuer_key)
        .limit(10)
    )
    found = connection.execute(counts).all()
    last = select(LetterRow.pk, LetterRow.issuer, LetterRow.issuer_key).where(
        LetterRow.pk.in_([pk for _, _, pk in found])
    )
    names = {pk: name or name_key or "" for pk, name, name_key in connection.execute(last)}
    return tuple(Bar(names[pk], count, str(count)) for _, count, pk in found)


def _by_day(connection: Connection, clearance: int, clock: Clock) -> tuple[Bar, ...]:
    """Files converted on each of the last fourteen days on which there were any."""
    minute = func.substr(File.finished_at, 1, 16)
    query = select(minute, func.count()).where(
        File.finished_at.is_not(None), File.state.in_(("done", "doubtful"))
    )
    if (hidden := secret(clearance)) is not None:
        files = select(LetterRow.file_id).where(LetterRow.pk.in_(hidden))
        query = query.where(File.id.not_in(files))
    counts = connection.execute(query.group_by(minute)).all()
    days = list(clock.days((at, count) for at, count in counts).items())[-14:]
    return tuple(Bar(f"{d[8:10]}/{d[5:7]}", c, str(c)) for d, c in days)
