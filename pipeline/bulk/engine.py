"""Where tasks run: Pebble's processes on this machine, or a Dask cluster.

Both give plain ``concurrent.futures`` futures, and both run :func:`pipeline.bulk.work.convert` in
a process of its own with the same limits on time and memory.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from functools import cache, partial
from pathlib import Path
from typing import Any, Protocol

from pipeline.archive.stores import fetch_hashed
from pipeline.bulk.nursery import worker_context
from pipeline.bulk.work import Outcome, Task, convert, prepare_worker
from pipeline.config import Settings
from pipeline.errors import ArchiveError, EngineError
from pipeline.temporary import sweep_temporary, temporary_folder


class Engine(Protocol):
    """What a run needs of a place where tasks run."""

    slots: int
    apart: bool
    """Whether workers may lack the archive's folder."""

    def submit(self, task: Task) -> Future[Outcome]:
        """Start a task. The future raises TimeoutError past the time, and the task's own errors."""

    def close(self, *, at_once: bool = False) -> None:
        """End the workers: after their tasks, or at once."""


class LocalEngine:
    """Worker processes on this machine; one that dies is replaced and costs one task.

    A worker is also replaced after ``renew`` tasks: what a library leaks is given back (0 = never).
    """

    apart = False

    def __init__(self, jobs: int, settings: Settings, renew: int = 200) -> None:
        from pebble import ProcessPool

        self.slots = jobs or len(os.sched_getaffinity(0))
        self._seconds = settings.limits.seconds_per_file
        self._pool: Any = ProcessPool(
            max_workers=self.slots,
            max_tasks=renew,
            initializer=prepare_worker,
            initargs=(settings.limits.memory_mb, dict(os.environ)),
            context=worker_context(),
        )

    def submit(self, task: Task) -> Future[Outcome]:
        """Start a task in a free worker."""
        started: Future[Outcome] = self._pool.schedule(convert, args=(task,), timeout=self._seconds)
        return started

    def close(self, *, at_once: bool = False) -> None:
        """End the workers."""
        if at_once:
            self._pool.stop()
        else:
            self._pool.close()
        self._pool.join()
        sweep_temporary()  # each worker had a folder of its own


class ClusterEngine:
    """Workers of a Dask cluster, who share the archive's folder or fetch from an object store."""

    apart = True

    def __init__(self, address: str, settings: Settings) -> None:
        from distributed import Client

        try:
            connect: Any = Client
            self._client = connect(address, timeout="10s", set_as_default=False)
        except OSError as error:
            raise ArchiveError("cluster-unreachable", address=address) from error
        self.slots = max(1, sum(self._client.nthreads().values()))
        self._executor = self._client.get_executor(pure=False)
        self._settings = settings

    def submit(self, task: Task) -> Future[Outcome]:
        """Start a task on any worker.

        Raises:
            ArchiveError: the scheduler is gone.
        """
        if self.lost():
            raise ArchiveError("cluster-lost")
        started: Future[Outcome] = self._executor.submit(convert_apart, task)
        return started

    def lost(self) -> bool:
        """Whether the scheduler went away: Dask then leaves its futures open for ever."""
        return self._client.status in ("closing", "closed")

    def close(self, *, at_once: bool = False) -> None:
        """Leave the cluster as it is, without our tasks."""
        self._executor.shutdown(wait=not at_once)
        self._client.close()


def convert_apart(task: Task) -> Outcome:
    """Convert in a child process of a cluster's worker, so that the same limits hold there.

    Nothing is written but in a private folder that is gone afterwards; the PDFs travel home.

    Raises:
        EngineError: the original can't be had here.
    """
    with temporary_folder() as own:
        here = replace(task, original=_original(task, own), staging=own)
        outcome = _own_engine(task.settings).submit(here).result()
        staged = (pdf if isinstance(pdf, Path) and pdf.exists() else None for pdf in outcome.pdfs)
        return replace(outcome, pdfs=tuple(pdf and pdf.read_bytes() for pdf in staged))


def _original(task: Task, folder: Path) -> Path:
    """The file of a task: in the archive's folder if it is shared, else fetched from its store."""
    with contextlib.suppress(OSError), task.original.open("rb") as file:
        if hashlib.file_digest(file, "sha256").hexdigest() == task.sha256:
            return task.original
    if task.source is not None:
        fetched = folder / f"original{task.original.suffix}"
        if fetch_hashed(task.source, fetched, task.settings.limits)[0] == task.sha256:
            return fetched
    raise EngineError("worker-lacks", host=socket.gethostname(), path=task.original)


@cache
def _own_engine(settings: Settings) -> LocalEngine:
    """This process's one child: kept from task to task, with its models loaded."""
    return LocalEngine(1, settings)


def engine_for(settings: Settings, jobs: int = 0, cluster: str | None = None) -> Engine:
    """The cluster's engine where an address is given, this machine's otherwise."""
    if cluster:
        return ClusterEngine(cluster, settings)
    return LocalEngine(jobs or settings.bulk.jobs, settings)


EngineMaker = Callable[[Settings], Engine]


def maker(jobs: int = 0, cluster: str | None = None) -> EngineMaker:
    """A function that starts the engine when the first task is there."""
    make: Callable[..., Any] = partial(engine_for, jobs=jobs, cluster=cluster)
    return make
