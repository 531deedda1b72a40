"""Figures for the review queue and the overview."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Integer, cast, func, select

from pipeline.archive.database import reading
from pipeline.archive.tables import Closing, File
from pipeline.archive.tables import Directive as DirectiveRow
from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.clock import Clock
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Event, Verdict
from pipeline.letter import Letter

if TYPE_CHECKING:
    from pipeline.archive import Archive


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
    seen = LetterRow.secrecy <= clearance
    waiting = select(func.count(LetterRow.pk)).where(LetterRow.review, seen)
    done = (
        select(func.count())
        .join_from(Event, LetterRow, LetterRow.id == Event.subject)
        .where(Event.action == "accept", Event.at >= clock.midnight(), seen)
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
    seen = LetterRow.secrecy <= clearance
    with reading(archive.engine) as connection:
        letters = connection.scalar(select(func.count(LetterRow.pk)).where(seen)) or 0
        waiting = select(func.count(LetterRow.pk)).where(seen, LetterRow.review)
        review = connection.scalar(waiting) or 0
        return Overview(
            letters, review, reasons.total(), _overdue(connection, clearance, clock.today()),
            _by_month(connection, clearance), _by_issuer(connection, clearance),
            _by_day(connection, clearance, clock),
            tuple(Bar(why, count, str(count)) for why, count in reasons.most_common(8)),
        )  # fmt: skip


def _overdue(connection: Connection, clearance: int, today: str) -> int:
    same = (Closing.letter_pk == DirectiveRow.letter_pk) & (Closing.label == DirectiveRow.label)
    query = (
        select(func.count())
        .select_from(DirectiveRow)
        .join(LetterRow, LetterRow.pk == DirectiveRow.letter_pk)
        .outerjoin(Closing, same)
        .where(LetterRow.secrecy <= clearance)
        .where(DirectiveRow.deadline < today, Closing.label.is_(None))
    )
    return connection.scalar(query) or 0


def _by_month(connection: Connection, clearance: int) -> tuple[Bar, ...]:
    """The last two years that letters have, by month of issue."""
    month = func.substr(LetterRow.date_low, 1, 7)
    query = select(month, func.count()).where(
        LetterRow.secrecy <= clearance, LetterRow.date_low.is_not(None)
    )
    found = connection.execute(query.group_by(month).order_by(month.desc()).limit(24)).all()
    return tuple(Bar(f"{m[5:7]}/{m[:4]}", c, str(c)) for m, c in reversed(found))


def _by_issuer(connection: Connection, clearance: int) -> tuple[Bar, ...]:
    query = (
        select(LetterRow.issuer, func.count())
        .where(LetterRow.secrecy <= clearance, LetterRow.issuer.is_not(None))
        .group_by(LetterRow.issuer)
        .order_by(func.count().desc())
        .limit(10)
    )
    return tuple(Bar(issuer or "", c, str(c)) for issuer, c in connection.execute(query))


def _by_day(connection: Connection, clearance: int, clock: Clock) -> tuple[Bar, ...]:
    """Files converted on each of the last fourteen days on which there were any."""
    minute = func.substr(File.finished_at, 1, 16)
    secret = select(LetterRow.pk).where(LetterRow.file_id == File.id, LetterRow.secrecy > clearance)
    query = select(minute, func.count()).where(
        File.finished_at.is_not(None), File.state.in_(("done", "doubtful")), ~secret.exists()
    )
    counts = connection.execute(query.group_by(minute)).all()
    days = list(clock.days((at, count) for at, count in counts).items())[-14:]
    return tuple(Bar(f"{d[8:10]}/{d[5:7]}", c, str(c)) for d, c in days)
