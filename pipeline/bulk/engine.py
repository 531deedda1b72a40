"""Where tasks run: Pebble's processes on this machine, or a Dask cluster.

Both give plain ``concurrent.futures`` futures, and both run :func:`pipeline.bulk.work.convert` in
a process of its own with the same limits on time and memory.
"""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Callable
from concurrent.futures import Future
from functools import cache, partial
from typing import Any, Protocol

from pipeline.bulk.work import Outcome, Task, convert, prepare_worker
from pipeline.config import Settings
from pipeline.errors import ArchiveError


class Engine(Protocol):
    """What a run needs of a place where tasks run."""

    slots: int

    def submit(self, task: Task) -> Future[Outcome]:
        """Start a task. The future raises TimeoutError past the time, and the task's own errors."""

    def close(self, *, at_once: bool = False) -> None:
        """End the workers: after their tasks, or at once."""


class LocalEngine:
    """Worker processes on this machine; one that dies is replaced and costs one task.

    A worker is also replaced after ``renew`` tasks: what a library leaks is given back (0 = never).
    """

    def __init__(self, jobs: int, settings: Settings, renew: int = 200) -> None:
        from pebble import ProcessPool

        self.slots = jobs or len(os.sched_getaffinity(0))
        self._seconds = settings.limits.seconds_per_file
        self._pool: Any = ProcessPool(
            max_workers=self.slots,
            max_tasks=renew,
            initializer=prepare_worker,
            initargs=(settings.limits.memory_mb,),
            # Not fork: the parent has threads (progress, database), and a lock held in one of
            # them would stay locked in the child for ever.
            context=multiprocessing.get_context("spawn"),
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


class ClusterEngine:
    """Workers of a Dask cluster; each needs the archive's folder at the same path."""

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
        """Start a task on any worker."""
        started: Future[Outcome] = self._executor.submit(convert_apart, task)
        return started

    def close(self, *, at_once: bool = False) -> None:
        """Leave the cluster as it is, without our tasks."""
        self._executor.shutdown(wait=not at_once)
        self._client.close()


def convert_apart(task: Task) -> Outcome:
    """Convert in a child process of a cluster's worker, so that the same limits hold there."""
    return _own_engine(task.settings).submit(task).result()


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
