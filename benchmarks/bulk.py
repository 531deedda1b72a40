"""The machinery around the trip: what the ledger costs, how workers scale, Dask beside Pebble.

    python -m benchmarks.bulk [SCANS] [--files N]

With a folder of scans, they are converted for real by one and by as many workers as there are
cores. Without, every file is a fixed amount of work for one core (about a quarter of a second), so
that only the machinery is measured. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import Future
from pathlib import Path
from typing import Any

from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.bulk.engine import EngineMaker, maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.work import Outcome, Task, Trip, convert
from pipeline.config import Settings
from pipeline.letter import Letter, Page, Source, SourceFile
from pipeline.page import PageText
from pipeline.trip import Converted

_TURNS = 3_000_000  # of an empty loop


class Inline:
    """An engine without any process: what is left is the ledger and the store."""

    slots = 8

    def __init__(self) -> None:
        self.seconds = 0.0

    def submit(self, task: Task) -> Future[Outcome]:
        """Do it at once."""
        done: Future[Outcome] = Future()
        start = time.perf_counter()
        done.set_result(convert(task))
        self.seconds += time.perf_counter() - start
        return done

    def close(self, *, at_once: bool = False) -> None:
        """Nothing to end."""


def instant(path: Path, settings: Settings) -> Converted:
    """A letter out of thin air."""
    del settings
    sha256 = f"{abs(hash(path)):064x}"[:64]
    source = Source(file=path.name, sha256=sha256, media_type="text/plain", reading="text")
    letter = Letter(id="new", source=source, pages=(Page(number=1, text=path.name),))
    read = SourceFile(path=path, sha256=sha256, media_type="text/plain", pages=1, reading="text")
    return Converted(read, (letter,), (PageText(1, (), reading="text"),))


def busy(path: Path, settings: Settings) -> Converted:
    """A letter after a fixed amount of work."""
    for _ in range(_TURNS):
        pass
    return instant(path, settings)


class Costs(Events):
    """Adds up what storing the letters costs."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """One file's cost."""
        del entry, letters, seconds
        self.seconds += cost


def run(files: Path, engine: EngineMaker, trip: Trip | None, events: Events | None = None) -> float:
    """Seconds for a folder, workers' start included."""
    settings = Settings()
    with tempfile.TemporaryDirectory() as name, Archive.open(Path(name), settings) as archive:
        found = scan([files], archive.folder)
        start = time.perf_counter()
        enqueue(archive, found, settings)
        Runner(archive, settings, engine, events or Events(), trip).run()
        return time.perf_counter() - start


def on_cluster(files: Path, workers: int) -> float:
    """The same on a Dask cluster on loopback."""
    address = "tcp://127.0.0.1:8799"
    quiet: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler", "--no-dashboard"]
    started = [subprocess.Popen([*dask, "--host", "127.0.0.1", "--port", "8799"], **quiet)]
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
    try:
        started += [
            subprocess.Popen([*worker, "--nthreads", "1", "--no-dashboard"], **quiet)
            for _ in range(workers)
        ]
        time.sleep(8)  # a cluster is there before work is: its start is not measured
        return run(files, maker(cluster=address), busy)
    finally:
        for process in started:
            process.terminate()
            process.wait()


def main() -> None:
    """Measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scans", type=Path, nargs="?")
    parser.add_argument("--files", type=int, default=120)
    given = parser.parse_args()
    cores = len(os.sched_getaffinity(0))
    if given.scans is not None:
        one, all_cores = (run(given.scans, maker(jobs), None) for jobs in (1, cores))
        report: dict[str, Any] = {"1 worker": one, f"{cores} workers": all_cores}
        report["ratio"] = one / all_cores
    else:
        with tempfile.TemporaryDirectory() as name:
            for at in range(given.files):
                (Path(name) / f"thư {at}.txt").write_text(f"công văn {at}", "utf-8")
            inline, costs = Inline(), Costs()
            whole = run(Path(name), lambda _: inline, instant, costs)
            one, all_cores = (run(Path(name), maker(jobs), busy) for jobs in (1, cores))
            dask = on_cluster(Path(name), cores)
        report = {
            "ledger, ms a file": 1000 * (whole - inline.seconds - costs.seconds) / given.files,
            "store, ms a file": 1000 * costs.seconds / given.files,
            "1 worker": one,
            f"{cores} workers": all_cores,
            "ratio": one / all_cores,
            f"dask, {cores} workers": dask,
            "dask beside pebble": all_cores / dask,
        }
    print(json.dumps({name: round(value, 2) for name, value in report.items()}, indent=1))


if __name__ == "__main__":
    main()
