"""An inbox: what arrives is converted, then moved to done/ or failed/ with the reason beside it."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sqlalchemy import select

from pipeline.archive.database import is_passing, reading, reason_of
from pipeline.archive.folder import path_text
from pipeline.archive.store import Archive
from pipeline.archive.stores import Found
from pipeline.archive.tables import File
from pipeline.archive.tables import Path as PathRow
from pipeline.bulk.aside import move_aside
from pipeline.bulk.engine import EngineMaker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import Scan, scan
from pipeline.bulk.work import Trip
from pipeline.config import Settings
from pipeline.errors import UnknownInput, UsageError

DONE, FAILED = "done", "failed"
_QUIET = 2.0  # seconds without a change after which a file is whole
_QUIET_OTHER = 30.0  # the same for a file of another kind: it may be a name before the last one
# What programs call a file while they write it or have it open, and what Windows lays into folders.
_PASSING_ENDINGS = frozenset(
    {".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download", ".lock", ".lck"}
)
_PASSING_STARTS = ("~", ".")
_OF_WINDOWS = frozenset({"thumbs.db", "desktop.ini"})

Look = dict[Path, tuple[int, int]]


class Watcher:
    """Converts an inbox. :meth:`step` does what is due now; :meth:`run` goes on until stopped."""

    def __init__(
        self,
        inbox: Path,
        archive: Archive,
        settings: Settings,
        engine: EngineMaker,
        events: Events,
    ) -> None:
        self.inbox = inbox
        self.archive = archive
        self.settings = settings
        self.engine = engine
        self.events = events
        self.trip: Trip | None = None
        self._seen: dict[Path, tuple[tuple[int, int], float]] = {}

    def run(self, stop: Callable[[], bool] = lambda: False) -> None:
        """Watch until ``stop`` says so. A full disk or a lost database is waited for."""
        from watchfiles import watch

        changes = watch(
            self.inbox, recursive=True, rust_timeout=1000, yield_on_timeout=True,
            ignore_permission_denied=True, raise_interrupt=False,
        )  # fmt: skip
        for _ in changes:
            if stop():
                return
            try:
                self.step()
            except Exception as error:
                if not is_passing(error):
                    raise
                self.events.waiting(reason_of(error))

    def step(self, now: float | None = None) -> int:
        """Convert the files that are whole by now, and move them; returns how many."""
        moment = time.monotonic() if now is None else now
        files, others = self._scan()
        whole = [file for file in files if self._is_whole(file, moment, _QUIET)]
        for other in others:
            if not self._is_whole(other, moment, _QUIET_OTHER):
                continue
            if not other[0].suffix:
                whole.append(other)  # a name without an ending says nothing: the content decides
            else:
                self._seen.pop(other[0])
                why = UnknownInput("file-unknown").sentence(self.settings.language)
                self._aside(other[0], FAILED, why)
        if not whole:
            return 0
        enqueue(self.archive, Scan(tuple(whole), (), ()), self.settings)
        Runner(self.archive, self.settings, self.engine, self.events, self.trip).run()
        for path, _, _ in whole:
            self._seen.pop(path, None)
            self._move(path)
        return len(whole)

    def _is_whole(self, file: Found, moment: float, quiet: float) -> bool:
        """Whether a file has been as it is for ``quiet`` seconds."""
        path, *look = file
        held = self._seen.get(path)
        if held is None or held[0] != tuple(look):
            self._seen[path] = ((look[0], look[1]), moment)
            return False
        return moment - held[1] >= quiet

    def _scan(self) -> tuple[list[Found], list[Found]]:
        """Letters in the inbox and files of other kinds, but for what was moved already."""
        found = scan([self.inbox], self.archive.folder)
        aside = (self.inbox.absolute() / DONE, self.inbox.absolute() / FAILED)
        others = []
        for path in found.skipped:
            if not _is_passing_name(path.name) and not _within(path, aside):
                with suppress(OSError):  # somebody has just taken it away
                    others.append((path, path.stat().st_size, path.stat().st_mtime_ns))
        return [file for file in found.files if not _within(file[0], aside)], others

    def _move(self, path: Path) -> None:
        """Move a file by how it fared; one that still waits stays."""
        with reading(self.archive.engine) as connection:
            query = select(PathRow.why, File.state, File.why)
            query = query.outerjoin_from(PathRow, File, PathRow.file_id == File.id)
            row = connection.execute(query.where(PathRow.path == path_text(path))).one_or_none()
        if row is None:
            return
        refused, state, why = row
        if refused or state == "failed":
            self._aside(path, FAILED, refused or why or "")
        elif state in ("done", "doubtful"):
            self._aside(path, DONE)

    def _aside(self, path: Path, folder: str, why: str | None = None) -> None:
        """Move a file; where that can't be done, it stays, is told, and tried again."""
        try:
            move_aside(self.inbox.absolute(), path, folder, why)
        except UsageError as error:
            self.events.waiting(error.sentence(self.settings.language))
        except OSError as error:
            self.events.waiting(f"{path.name}: {reason_of(error)}")


def _is_passing_name(name: str) -> bool:
    """Whether a file goes by this name only for a while, or belongs to the folder's system."""
    lower = name.lower()
    return (
        lower.startswith(_PASSING_STARTS)
        or Path(lower).suffix in _PASSING_ENDINGS
        or lower in _OF_WINDOWS
    )


def _within(path: Path, folders: tuple[Path, ...]) -> bool:
    return any(path.is_relative_to(folder) for folder in folders)
