"""Figures for the review queue and the overview."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy import Integer, cast, func, select

from pipeline.archive.database import reading
from pipeline.archive.tables import Closing, File
from pipeline.archive.tables import Directive as DirectiveRow
from pipeline.archive.tables import Letter as LetterRow
from pipeline.desk.directives import today
from pipeline.desk.store import Store, now
from pipeline.desk.tables import Event, Verdict
from pipeline.letter import Letter
from pipeline.wording import translate

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


def queue_figures(archive: Archive, store: Store, clearance: int) -> Queue:
    """How many letters wait, and how many were confirmed since midnight UTC."""
    with reading(archive.engine) as connection:
        waiting = select(func.count(LetterRow.pk)).where(
            LetterRow.review, LetterRow.secrecy <= clearance
        )
        count = connection.scalar(waiting) or 0
    with store.look() as work:
        done = work.query(Event).filter(Event.action == "accept", Event.at >= now()[:10]).count()
    return Queue(count, done)


def accuracy(store: Store) -> list[tuple[str, int, int]]:
    """For each field that reviews looked at: (field, right, looked at), most looked at first."""
    with store.look() as work:
        query = (
            select(Verdict.field, func.sum(cast(Verdict.right, Integer)), func.count())
            .group_by(Verdict.field)
            .order_by(func.count().desc())
        )
        return [(field, int(right), count) for field, right, count in work.execute(query)]


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


def overview(archive: Archive, clearance: int, language: str) -> Overview:
    """Everything the overview draws, from the archive's own columns."""
    seen = LetterRow.secrecy <= clearance
    month = func.substr(LetterRow.date_low, 1, 7)
    day = func.substr(File.finished_at, 1, 10)
    with reading(archive.engine) as connection:
        letters = connection.scalar(select(func.count(LetterRow.pk)).where(seen)) or 0
        review = (
            connection.scalar(select(func.count(LetterRow.pk)).where(seen, LetterRow.review)) or 0
        )
        failed = connection.scalar(select(func.count()).where(File.state == "failed")) or 0
        late = connection.scalar(
            select(func.count())
            .select_from(DirectiveRow)
            .join(LetterRow, LetterRow.pk == DirectiveRow.letter_pk)
            .outerjoin(
                Closing,
                (Closing.letter_pk == DirectiveRow.letter_pk)
                & (Closing.label == DirectiveRow.label),
            )
            .where(seen, DirectiveRow.deadline < today(), Closing.label.is_(None))
        )
        months = connection.execute(
            select(month, func.count())
            .where(seen, LetterRow.date_low.is_not(None))
            .group_by(month)
            .order_by(month.desc())
            .limit(24)
        ).all()
        issuers = connection.execute(
            select(LetterRow.issuer, func.count())
            .where(seen, LetterRow.issuer.is_not(None))
            .group_by(LetterRow.issuer)
            .order_by(func.count().desc())
            .limit(10)
        ).all()
        days = connection.execute(
            select(day, func.count())
            .where(File.finished_at.is_not(None), File.state != "failed")
            .group_by(day)
            .order_by(day.desc())
            .limit(14)
        ).all()
        whys = connection.execute(
            select(File.why, func.count()).where(File.state == "failed").group_by(File.why)
        ).all()
    reasons: Counter[str] = Counter()
    for why, count in whys:
        reasons[translate(why or "", language)] += count
    return Overview(
        letters, review, failed, late or 0,
        tuple(Bar(f"{m[5:7]}/{m[:4]}", c, str(c)) for m, c in reversed(months)),
        tuple(Bar(issuer or "", c, str(c)) for issuer, c in issuers),
        tuple(Bar(f"{d[8:10]}/{d[5:7]}", c, str(c)) for d, c in reversed(days)),
        tuple(Bar(why, c, str(c)) for why, c in reasons.most_common(8)),
    )  # fmt: skip
