"""Uploaded files: kept until the bulk engine has taken them in, converted in the background.

How secret a file is, nobody knows before its record is there, and of one that failed nobody ever
does. Until then its name is shown to whoever sent it, and to those who may see letters of the
level ``desk.unread_secrecy`` (TUYỆT MẬT unless the settings say otherwise).
"""

from __future__ import annotations

import logging
import secrets
import shutil
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, insert, select, update

from pipeline.archive.database import reading, writing
from pipeline.archive.folder import clean_stem, path_of, path_text
from pipeline.archive.tables import File, Letter
from pipeline.archive.tables import Path as PathRow
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import Scan
from pipeline.desk.tables import Upload

if TYPE_CHECKING:
    from pipeline.archive import Archive
    from pipeline.config import Settings
    from pipeline.desk.accounts import Account

_LOG = logging.getLogger("congvan.desk")

SUFFIXES = frozenset({".pdf", ".tif", ".tiff", ".jpg", ".jpeg", ".png", ".webp", ".txt"})
"""Kinds that an upload may claim to be; the content decides afterwards."""

_MOST_RETRIED = 10_000


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
    hidden: bool = False
    """Whether it has letters that this user may not see."""


def _job(row: Any, letters: list[tuple[str, int]], clearance: int) -> Job:
    seen = tuple(letter_id for letter_id, secrecy in letters if secrecy <= clearance)
    hidden = len(seen) < len(letters)
    state = "failed" if row[2] else row[5] or "queued"
    return Job(
        id=row[0],
        file=path_of(row[1]).name.encode("utf-8", "replace").decode("utf-8"),
        # "Doubtful" would tell how the record of a secret letter stands.
        state="done" if hidden and state == "doubtful" else state,
        why=row[2] or row[6],
        at=row[7] or row[3],
        letters=seen,
        name=row[8],
        hidden=hidden,
    )


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
        self._sweep_halves()
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

    def add(self, path: Path, account: Account) -> int:
        """Queue a file that ``account`` uploaded; returns its job's number."""
        stat = path.stat()
        enqueue(
            self._archive, Scan(((path, stat.st_size, stat.st_mtime_ns),), (), ()), self._settings
        )
        with writing(self._archive.engine) as connection:
            row = connection.scalar(select(PathRow.id).where(PathRow.path == path_text(path)))
            connection.execute(insert(Upload).values(path_id=row, user_id=account.id))
        self._wake.set()
        return int(row or 0)

    def retry(self, account: Account, job: int | None = None) -> int:
        """Queue failed files again (one, or all that this user sees); returns how many."""
        if job is None and self._sees_unread(account):
            count = len(queue_for_retry(self._archive, self._settings))
        else:
            rows = self.listing(account, limit=_MOST_RETRIED, job=job, failed=True)
            names = tuple(dict.fromkeys(row.name for row in rows if row.name))
            count = len(queue_for_retry(self._archive, self._settings, names)) if names else 0
            refused = [row.id for row in rows if row.name is None]
            with writing(self._archive.engine) as connection:
                again = update(PathRow).where(PathRow.id.in_(refused))
                connection.execute(again.values(why=None, code=None))
            count += len(refused)
        self._wake.set()
        return count

    def _sees_unread(self, account: Account) -> bool:
        return account.clearance >= self._settings.desk.unread_secrecy

    def _shown(self, account: Account) -> ColumnElement[bool]:
        """Files that a user sent, and those of others that they may know of."""
        mine = PathRow.id.in_(select(Upload.path_id).where(Upload.user_id == account.id))
        read = select(Letter.file_id).where(Letter.file_id == File.id)
        secret = read.where(Letter.secrecy > account.clearance).exists()
        if self._sees_unread(account):
            return mine | File.id.is_(None) | ~secret
        return mine | (read.exists() & ~secret)

    def listing(
        self, account: Account, *, limit: int = 100, job: int | None = None, failed: bool = False
    ) -> list[Job]:
        """The latest files that a user may know of, with those of their letters that they may see.

        Args:
            account: the user.
            limit: how many.
            job: only this one.
            failed: only those that failed.
        """
        query = (
            select(
                PathRow.id, PathRow.path, PathRow.why, PathRow.queued_at, File.id, File.state,
                File.why, File.finished_at, File.name,
            )
            .outerjoin_from(PathRow, File, PathRow.file_id == File.id)
            .where(self._shown(account))
            .order_by(PathRow.id.desc())
            .limit(limit)
        )  # fmt: skip
        if job is not None:
            query = query.where(PathRow.id == job)
        if failed:
            query = query.where((File.state == "failed") | PathRow.why.is_not(None))
        with reading(self._archive.engine) as connection:
            rows = connection.execute(query).all()
            files = [row[4] for row in rows if row[4] is not None]
            letters: dict[int, list[tuple[str, int]]] = {}
            found = select(Letter.file_id, Letter.id, Letter.secrecy)
            found = found.where(Letter.file_id.in_(files)).order_by(Letter.part)
            for file_id, letter_id, secrecy in connection.execute(found):
                letters.setdefault(file_id, []).append((letter_id, secrecy))
        return [_job(row, letters.get(row[4], []), account.clearance) for row in rows]

    def failures(self, account: Account) -> list[tuple[str, int]]:
        """Failed files that a user may know of: (why, how many), for the overview."""
        query = (
            select(File.why, func.count(File.id.distinct()))
            .join_from(PathRow, File, PathRow.file_id == File.id)
            .where(File.state == "failed", self._shown(account))
            .group_by(File.why)
        )
        with reading(self._archive.engine) as connection:
            return [(why or "", count) for why, count in connection.execute(query)]

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

    def _sweep_halves(self) -> None:
        """Take uploads away that were never queued: an earlier process died while they came."""
        kept = [path for path in self._folder.glob("*/*") if path.is_file()]
        with reading(self._archive.engine) as connection:
            known = select(PathRow.path).where(PathRow.path.in_([path_text(p) for p in kept]))
            queued = set(connection.scalars(known))
        for path in kept:
            if path_text(path) not in queued:
                self.discard(path)
