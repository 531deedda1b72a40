"""Uploaded files: kept until the bulk engine has taken them in, converted in the background."""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import func, select

from pipeline.archive.database import reading
from pipeline.archive.folder import clean_stem, path_of, path_text
from pipeline.archive.tables import File, Letter
from pipeline.archive.tables import Path as PathRow
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import Scan

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.config import Settings

_LOG = logging.getLogger("congvan.desk")

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp", ".txt"})
"""Kinds that an upload may claim to be; the content decides afterwards."""


@dataclass(frozen=True, slots=True)
class Job:
    """A file on its way: ``state`` queued, running, done, doubtful or failed."""

    id: int
    file: str
    state: str
    why: str | None
    at: str
    letters: tuple[str, ...]
    name: str | None


class Jobs:
    """The background conversion of one archive."""

    def __init__(self, archive: Archive, settings: Settings, *, enabled: bool) -> None:
        self._archive = archive
        self._settings = settings
        self._enabled = enabled
        self._folder = archive.folder / ".desk" / "uploads"
        self._wake = threading.Event()
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin converting, with what an earlier process left."""
        if self._enabled:
            self._thread = threading.Thread(target=self._work, name="desk-jobs", daemon=True)
            self._thread.start()
            self._wake.set()

    def stop(self) -> None:
        """Ask the conversion to end; what is unfinished goes back into the ledger's queue."""
        self._stopping.set()
        self._wake.set()
        if self._thread is not None:
            self._thread.join(timeout=5)

    def place_for(self, name: str) -> Path:
        """A fresh path for an upload called ``name``; whatever it holds, it stays in the folder."""
        plain = Path(name.replace("\\", "/")).name
        folder = self._folder / secrets.token_hex(8)
        folder.mkdir(parents=True)
        return folder / (clean_stem(Path(plain)) + Path(plain).suffix.lower()[:16])

    def discard(self, path: Path) -> None:
        """Take an upload away that did not come whole."""
        shutil.rmtree(path.parent, ignore_errors=True)

    def add(self, path: Path) -> int:
        """Queue an uploaded file; returns its job's number."""
        stat = path.stat()
        enqueue(
            self._archive, Scan(((path, stat.st_size, stat.st_mtime_ns),), (), ()), self._settings
        )
        with reading(self._archive.engine) as connection:
            row = connection.scalar(select(PathRow.id).where(PathRow.path == path_text(path)))
        self._wake.set()
        return int(row or 0)

    def retry(self, names: tuple[str, ...] = ()) -> int:
        """Queue failed files again (all of them, or the named ones)."""
        count = len(queue_for_retry(self._archive, self._settings, names))
        self._wake.set()
        return count

    def listing(self, clearance: int, *, limit: int = 100, job: int | None = None) -> list[Job]:
        """The latest files; those whose letters are above ``clearance`` are left out."""
        secret = select(Letter.file_id).where(Letter.secrecy > clearance)
        query = (
            select(
                PathRow.id, PathRow.path, PathRow.why, PathRow.queued_at, File.id, File.state,
                File.why, File.finished_at, File.name,
            )
            .outerjoin_from(PathRow, File, PathRow.file_id == File.id)
            .where(File.id.is_(None) | File.id.not_in(secret))
            .order_by(PathRow.id.desc())
            .limit(limit)
        )  # fmt: skip
        if job is not None:
            query = query.where(PathRow.id == job)
        with reading(self._archive.engine) as connection:
            rows = connection.execute(query).all()
            files = [row[4] for row in rows if row[4] is not None]
            letters: dict[int, list[str]] = {}
            found = select(Letter.file_id, Letter.id).where(Letter.file_id.in_(files))
            for file_id, letter_id in connection.execute(found.order_by(Letter.part)):
                letters.setdefault(file_id, []).append(letter_id)
        return [
            Job(
                id=row[0],
                file=path_of(row[1]).name.encode("utf-8", "replace").decode("utf-8"),
                state="failed" if row[2] else row[5] or "queued",
                why=row[2] or row[6],
                at=row[7] or row[3],
                letters=tuple(letters.get(row[4], ())),
                name=row[8],
            )
            for row in rows
        ]

    def unfinished(self) -> int:
        """How many files wait or are being converted."""
        with reading(self._archive.engine) as connection:
            waiting = select(func.count()).select_from(PathRow)
            waiting = waiting.where(PathRow.file_id.is_(None), PathRow.why.is_(None))
            running = select(func.count()).where(File.state.in_(("queued", "running")))
            return (connection.scalar(waiting) or 0) + (connection.scalar(running) or 0)

    def _work(self) -> None:
        while not self._stopping.is_set():
            self._wake.wait()
            self._wake.clear()
            if self._stopping.is_set() or not self.unfinished():
                continue
            try:
                Runner(
                    self._archive, self._settings, maker(), Events(), stop=self._stopping.is_set
                ).run()
            except Exception:
                # The desk must go on serving; the ledger knows what is unfinished.
                _LOG.exception("the conversion stopped")
            self._sweep()

    def _sweep(self) -> None:
        """Take uploads away that the archive has its own copy of, or that it refused."""
        if not self._folder.is_dir():
            return
        kept = [path for path in self._folder.glob("*/*") if path.is_file()]
        with reading(self._archive.engine) as connection:
            settled = select(PathRow.path).where(
                PathRow.path.in_([path_text(path) for path in kept]),
                PathRow.file_id.is_not(None) | PathRow.why.is_not(None),
            )
            for text in connection.scalars(settled):
                self.discard(path_of(text))
