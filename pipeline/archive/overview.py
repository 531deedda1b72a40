"""How files fared: counts by state, and the reasons of the doubtful and the failed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Connection, func, select

from pipeline.archive import ledger
from pipeline.archive.database import reading
from pipeline.archive.folder import path_of, path_text
from pipeline.archive.rows import letter_of
from pipeline.archive.store import Archive
from pipeline.archive.tables import Body, File, Letter
from pipeline.archive.tables import Path as PathRow
from pipeline.wording import translate

_LAST = 200  # files that the pace is taken from
_PAUSE = 900.0  # seconds

Row = tuple[str, str, str]
"""(state, file, why)"""


def overview(
    archive: Archive,
    paths: Sequence[Path] | None,
    language: str,
    *,
    only: Sequence[int] | None = None,
) -> tuple[Counter[str], list[Row]]:
    """Counts by state, and a row for every doubtful or failed file.

    Args:
        archive: the archive.
        paths: the paths to tell about; None = every file of the ledger.
        language: of the reasons.
        only: row numbers of the files to tell about, in place of paths.
    """
    counts: Counter[str] = Counter()
    rows: list[Row] = []
    wanted = None if paths is None else {path_text(path) for path in paths}
    chosen = None if only is None else set(only)
    with reading(archive.engine) as connection:
        query = select(
            PathRow.path, PathRow.why, File.id, File.state, File.why, File.name
        ).outerjoin_from(PathRow, File, PathRow.file_id == File.id)
        told: set[int] = set()
        for path, refused, file_id, state, why, _ in connection.execute(query.order_by(PathRow.id)):
            if (wanted is not None and path not in wanted) or (
                chosen is not None and file_id not in chosen
            ):
                continue
            if wanted is None and file_id in told:
                continue  # a second name of the same content
            told.add(file_id or 0)
            shown = "failed" if refused else state or "queued"
            counts[shown] += 1
            name = path_of(path).name.encode("utf-8", "replace").decode("utf-8")
            if shown == "failed":
                rows.append((shown, name, translate(refused or why or "", language)))
            elif shown == "doubtful":
                rows.append((shown, name, _doubts(connection, file_id, language)))
    return counts, sorted(rows)


def trouble(archive: Archive, language: str) -> list[tuple[str, int]]:
    """Failures grouped by reason, most first."""
    with reading(archive.engine) as connection:
        query = select(File.why, func.count()).where(File.state == "failed").group_by(File.why)
        found: Counter[str] = Counter()
        for why, count in connection.execute(query):
            found[translate(why or "", language)] += count
        refused = select(PathRow.why, func.count()).where(PathRow.why.is_not(None))
        for why, count in connection.execute(refused.group_by(PathRow.why)):
            found[translate(why or "", language)] += count
    return found.most_common()


@dataclass(frozen=True, slots=True)
class Pace:
    """How fast files were finished lately (None: too few were), and whether a process converts."""

    pages_a_minute: float | None
    seconds_a_file: float | None
    running: bool


def pace(archive: Archive) -> Pace:
    """The pace of the last files, by the ledger's own times.

    Only files that were finished within a quarter of an hour of each other count: not those from
    before a pause.
    """
    with reading(archive.engine) as connection:
        query = select(File.finished_at, File.pages).where(File.finished_at.is_not(None))
        last = connection.execute(query.order_by(File.finished_at.desc()).limit(_LAST)).all()
        running = ledger.living_runs(connection) > 0
    times = [datetime.fromisoformat(at).timestamp() for at, _ in last if at]
    count = 1
    while count < len(times) and times[count - 1] - times[count] < _PAUSE:
        count += 1
    if count < 2:
        return Pace(None, None, running)
    span = max(times[0] - times[count - 1], 1.0)
    pages = sum(pages for _, pages in last[: count - 1])
    return Pace(60 * pages / span, span / (count - 1), running)


def _doubts(connection: Connection, file_id: int, language: str) -> str:
    query = (
        select(Body.record).join_from(Letter, Body).where(Letter.file_id == file_id, Letter.review)
    )
    reasons: dict[str, None] = {}
    for record in connection.scalars(query):
        for reason in letter_of(record).review.reasons:
            reasons.setdefault(translate(reason, language))
    return " ".join(reasons)
