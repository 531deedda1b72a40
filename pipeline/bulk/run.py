"""A run: takes files in, keeps the workers busy, stores what comes back, until nothing waits.

Every step is one transaction of the ledger (:mod:`pipeline.archive.ledger`), and files get their
names before it: killing this process, a worker or the database at any moment loses nothing.
When the disk is full or the database away, the run waits, says so, and goes on by itself.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from concurrent.futures import TimeoutError as FutureTimeout
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

from sqlalchemy.exc import StatementError

from pipeline import __version__
from pipeline.archive import ledger
from pipeline.archive.database import is_passing, reading, reason_of, writing
from pipeline.archive.folder import STAGING, path_of, sweep
from pipeline.archive.ledger import Ending, Entry
from pipeline.archive.lessons import settings_hash, with_lessons
from pipeline.archive.register import write_register
from pipeline.archive.store import Archive, How
from pipeline.archive.stores import url_of
from pipeline.bulk.engine import ClusterEngine, Engine, EngineMaker
from pipeline.bulk.events import Events
from pipeline.bulk.explain import explain
from pipeline.bulk.intake import Copy, adopt, stage
from pipeline.bulk.scan import Scan, unreadable
from pipeline.bulk.work import Outcome, Task, Trip
from pipeline.config import Settings
from pipeline.errors import (
    ArchiveError,
    CongvanError,
    EngineError,
    InputError,
)

_AHEAD = 3  # tasks in flight a worker: the next one is there before the last one's answer
_BEAT = 20.0
T = TypeVar("T")


def enqueue(archive: Archive, found: Scan, settings: Settings) -> int:
    """Put files into the queue; those that are done and unchanged stay as they are.

    Files that failed for a reason of this machine or program are tried again; those that failed
    for what they are (encrypted, empty …) are not, until they change or ``retry`` asks for it.

    Returns:
        how many files wait because of this call.
    """
    with writing(archive.engine) as connection:
        count = ledger.add_paths(connection, found.files)
        failed = ledger.failed_among(connection, [path for path, _, _ in found.files])
        current = settings_hash(settings, archive.folder)
        again = [entry.id for entry in failed if _worth_again(entry, current)]
        ledger.queue_again(connection, again)
    return count + len(again)


def _worth_again(entry: Entry, settings: str) -> bool:
    """Whether a failed file may fare better now: other version or settings, or not its fault."""
    same = entry.version == __version__ and entry.settings == settings
    return not same or (entry.code or "").startswith(("engine-", "worker-", "program-"))


@dataclass(slots=True)
class Runner:
    """Converts what is queued in an archive.

    Args:
        archive: where the letters go.
        settings: how to convert.
        engine: starts the workers when they are first needed.
        events: is told of everything that happens.
        trip: another way of one file, for tests.
        stop: asked between tasks; true ends the run when the running tasks are done.
    """

    archive: Archive
    settings: Settings
    engine: EngineMaker
    events: Events
    trip: Trip | None = None
    stop: Callable[[], bool] = lambda: False
    _run: int = 0
    _tasks: dict[Future[Outcome], tuple[Entry, str]] = field(default_factory=dict)
    _workers: Engine | None = None
    _beaten: float = 0.0

    def run(self) -> None:
        """Convert until nothing waits (or ``stop`` says so)."""
        self._patiently(self._start)
        finished = False
        try:
            while not self.stop():
                self._feed()
                if not self._tasks:
                    break
                self._collect()
            while self._tasks:
                self._collect()
            finished = True
        finally:
            if self._workers is not None:
                self._workers.close(at_once=not finished)
            self._workers = None
            if not finished:
                # If the database is away, too, the next run gives back what was running.
                with suppress(Exception):
                    self._end()
        self._patiently(self._end)

    def _start(self) -> None:
        with writing(self.archive.engine) as connection:
            alone = not ledger.living_runs(connection)
            if alone:
                sweep(self.archive.folder)
            self._run = ledger.start_run(connection)
        with reading(self.archive.engine) as connection:
            write_register(connection, self._register())

    def _end(self) -> None:
        with writing(self.archive.engine) as connection:
            ledger.end_run(connection, self._run)
        self._register().unlink(missing_ok=True)

    def _feed(self) -> None:
        """Fill the workers' hands: first from the queue, then from the waiting paths.

        As many files at a time as there are workers: a transaction each costs more than the file.
        """
        slots = self._workers.slots if self._workers else 1
        while (room := _AHEAD * slots - len(self._tasks)) >= slots:
            entries = self._patiently(lambda: self._claim(room))
            for entry in entries:
                self._submit(entry)
            if not entries and not self._patiently(lambda: self._take_in(room)):
                return
            slots = self._workers.slots if self._workers else slots

    def _claim(self, room: int) -> list[Entry]:
        with writing(self.archive.engine) as connection:
            return ledger.claim(connection, self._run, room)

    def _take_in(self, count: int) -> bool:
        """Copy the next waiting paths into the archive and name them. False when none waits.

        The copies are made first, outside the transaction: nobody waits for a slow disk.
        """
        with reading(self.archive.engine) as connection:
            waiting = ledger.waiting_paths(connection, count)
        copies = [copy for row, text in waiting if (copy := self._stage(row, path_of(text)))]
        with writing(self.archive.engine) as connection:
            entries = [adopt(connection, self.archive, copy) for copy in copies]
        for copy, entry in zip(copies, entries, strict=True):
            copy.staged.unlink(missing_ok=True)
            if entry.state in ("done", "doubtful", "failed"):
                self.events.known(copy.path, entry)
        return bool(waiting)

    def _stage(self, row: int, path: Path) -> Copy | None:
        try:
            return stage(self.archive, row, path, self.settings.limits)
        except (OSError, CongvanError) as error:
            # An InputError is the file's own fault, whatever the system said of it.
            causes = () if isinstance(error, InputError) else (error, error.__cause__)
            for cause in causes:
                if cause is not None and is_passing(cause):
                    raise cause from None
            self._refuse(row, path, error)
            return None

    def _refuse(self, row: int, path: Path, error: OSError | CongvanError) -> None:
        refused = unreadable(error) if isinstance(error, OSError) else error
        why = refused.sentence(self.settings.language)
        with writing(self.archive.engine) as connection:
            refused_now = ledger.refuse_path(connection, row, refused.code, why)
        if refused_now:
            self.events.refused(path, why)

    def _submit(self, entry: Entry) -> None:
        if self._workers is None:
            self._workers = self.engine(self.settings)
        original = self.archive.original_of(entry.name, entry.suffix)
        staging = self.archive.folder.absolute() / STAGING
        settings = with_lessons(self.settings, self.archive.folder)
        source = self._patiently(lambda: self._source(entry)) if self._workers.apart else None
        task = Task(
            entry.id, entry.name, original.absolute(), staging, settings, self.trip,
            entry.sha256, source, self._register(),
        )  # fmt: skip
        told = settings_hash(self.settings, self.archive.folder)
        self._tasks[self._workers.submit(task)] = entry, told
        self.events.started(entry)

    def _register(self) -> Path:
        return self.archive.folder.absolute() / STAGING / f"register-{self._run}.json"

    def _source(self, entry: Entry) -> str | None:
        """The object store that a file lies in."""
        with reading(self.archive.engine) as connection:
            places = ledger.paths_of(connection, entry.id)
        return next((url for place in places if (url := url_of(path_of(place)))), None)

    def _collect(self) -> None:
        """Store what the workers finished since."""
        done, _ = wait(self._tasks, timeout=1.0, return_when=FIRST_COMPLETED)
        if not done and isinstance(self._workers, ClusterEngine) and self._workers.lost():
            raise ArchiveError("cluster-lost")
        for future in done:
            entry, told = self._tasks.pop(future)
            self._patiently(partial(self._store, entry, told, future))
        if time.monotonic() - self._beaten > _BEAT:
            self._beaten = time.monotonic()
            self._patiently(self._beat)
        self.events.tick()

    def _beat(self) -> None:
        with writing(self.archive.engine) as connection:
            ledger.beat(connection, self._run)

    def _store(self, entry: Entry, settings: str, future: Future[Outcome]) -> None:
        start = time.perf_counter()
        try:
            outcome = future.result()
        except CancelledError as error:
            raise ArchiveError("cluster-lost") from error
        except (Exception, FutureTimeout) as error:
            self._fail(entry, settings, error)
            return
        try:
            letters = self.archive.put(
                entry,
                outcome.parts,
                pdfs=[self._landed(entry, at, pdf) for at, pdf in enumerate(outcome.pdfs, start=1)],
                how=How(__version__, settings, outcome.seconds),
            )
        except (StatementError, ArchiveError) as error:
            if is_passing(error):
                raise
            # A letter that this database can't hold, or holds damaged, costs itself only.
            refused = EngineError("program-failed", reason=reason_of(error))
            refused.__cause__ = error
            self._fail(entry, settings, refused)
            return
        self.events.stored(entry, letters, outcome.seconds, time.perf_counter() - start)

    def _landed(self, entry: Entry, part: int, pdf: Path | bytes | None) -> Path | None:
        """A PDF in the staging folder, where workers of this machine lay it themselves."""
        if not isinstance(pdf, bytes):
            return pdf
        staged = self.archive.folder.absolute() / STAGING / f"{entry.id}-{part}.pdf"
        staged.write_bytes(pdf)
        return staged

    def _fail(self, entry: Entry, settings: str, error: BaseException) -> None:
        """Note a failure; a failure of the machine is tried again before it counts."""
        told = explain(error, self.settings)
        final = isinstance(told, InputError) or entry.tries >= self.settings.bulk.attempts
        why = told.sentence(self.settings.language)
        ending = Ending("failed" if final else "queued", told.code, why)
        with writing(self.archive.engine) as connection:
            ledger.finish(connection, entry.id, ending, __version__, settings)
        self.events.failed(entry, why, final=final, error=error)

    def _patiently(self, act: Callable[[], T]) -> T:
        """Do it; while the disk is full or the database away, wait, say so, and try again."""
        pause = 1.0
        while True:
            try:
                return act()
            except Exception as error:
                if not is_passing(error):
                    raise
                self.events.waiting(reason_of(error))
            if self.stop():
                raise ArchiveError("archive-closed", reason="stopped while waiting")
            time.sleep(pause)
            pause = min(pause * 2, 30.0)


def run_queue(
    archive: Archive, settings: Settings, engine: EngineMaker, events: Events,
    trip: Trip | None = None,
) -> None:  # fmt: skip
    """Convert everything that is queued in an archive, then return."""
    Runner(archive, settings, engine, events, trip).run()


def convert_paths(
    archive: Archive, found: Scan, settings: Settings, engine: EngineMaker, events: Events
) -> Sequence[tuple[Path, str]]:
    """Queue files, convert them, and give back the paths that could not be had at all."""
    enqueue(archive, found, settings)
    run_queue(archive, settings, engine, events)
    return [(path, error.sentence(settings.language)) for path, error in found.missing]
