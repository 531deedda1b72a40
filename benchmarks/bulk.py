"""The machinery around the trip: what the ledger costs, how workers scale, Dask beside Pebble.

    python -m benchmarks.bulk [SCANS] [--files N] [--rounds N] [--only overhead|workers|dask]

With a folder of scans, they are converted for real by one and by as many workers as there are
cores. Without, every file is a fixed amount of work for one core (about a quarter of a second), so
that only the machinery is measured. Run it on a machine that does nothing else.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Future
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.archive.store import Part
from pipeline.bulk.engine import EngineMaker, maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.work import Outcome, Task, Trip, convert
from pipeline.config import Settings
from pipeline.letter import Letter, Page, Source, SourceFile
from pipeline.page import PageText

if TYPE_CHECKING:  # loaded in the workers alone, on Pebble as on Dask
    from pipeline.trip import Converted

_TURNS = 3_000_000  # of an empty loop


class Spent:
    """Seconds that passed, and seconds of a core that this process used, added up."""

    def __init__(self) -> None:
        self.passed = self.core = 0.0

    @contextlib.contextmanager
    def more(self) -> Iterator[None]:
        """Add what happens inside."""
        passed, core = time.perf_counter(), time.process_time()
        yield
        self.passed += time.perf_counter() - passed
        self.core += time.process_time() - core


class Inline:
    """An engine without any process: what is left is the ledger and the store."""

    slots = 8
    apart = False

    def __init__(self) -> None:
        self.spent = Spent()

    def submit(self, task: Task) -> Future[Outcome]:
        """Do it at once."""
        done: Future[Outcome] = Future()
        with self.spent.more():
            done.set_result(convert(task))
        return done

    def close(self, *, at_once: bool = False) -> None:
        """Nothing to end."""


class Timed(Archive):
    """An archive that adds up what storing costs."""

    def __init__(self, opened: Archive, spent: Spent) -> None:
        super().__init__(opened.folder, opened.engine)
        self.spent = spent

    def put(self, entry: Entry, parts: Sequence[Part], **how: Any) -> tuple[Letter, ...]:
        """As :meth:`Archive.put`."""
        with self.spent.more():
            return super().put(entry, parts, **how)


def instant(path: Path, settings: Settings) -> Converted:
    """A letter out of thin air."""
    from pipeline.trip import Converted

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


def run(
    files: Path, engine: EngineMaker, trip: Trip | None = None, store: Spent | None = None
) -> Spent:
    """What a folder costs, workers' start included; ``store`` is told what storing did."""
    settings, whole = Settings(), Spent()
    with tempfile.TemporaryDirectory() as name, Archive.open(Path(name), settings) as opened:
        archive = Timed(opened, store or Spent())
        found = scan([files], archive.folder)
        with whole.more():
            enqueue(archive, found, settings)
            Runner(archive, settings, engine, Events(), trip).run()
    return whole


@contextlib.contextmanager
def cluster(workers: int) -> Iterator[str]:
    """A Dask cluster on loopback; its start is not measured: it is there before work is."""
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
        _wait_for(address, workers)
        yield address
    finally:
        for process in started:
            process.terminate()
            process.wait()


def _wait_for(address: str, workers: int) -> None:
    from distributed import Client

    client: Any = Client
    with client(address, timeout="60s", set_as_default=False) as connected:
        connected.wait_for_workers(workers, timeout=60)


def seconds(files: Path, trip: Trip | None, engine: Callable[[], EngineMaker] | None) -> float:
    """Seconds until a folder is converted; without engine, on a new Dask cluster of all cores."""
    if engine is not None:
        return run(files, engine(), trip).passed
    with cluster(len(os.sched_getaffinity(0))) as address:
        return run(files, maker(cluster=address), trip).passed


def in_turn(ways: Mapping[str, Callable[[], float]], rounds: int) -> dict[str, list[float]]:
    """Seconds of each way, measured in turn (A B A B …): what else the machine does hits both."""
    seconds: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            seconds[name].append(round(way(), 2))
    return seconds


def ratio(over: Sequence[float], under: Sequence[float]) -> dict[str, Any]:
    """The ratio of each round, and their median."""
    each = [round(a / b, 3) for a, b in zip(over, under, strict=True)]
    return {"each": each, "median": round(statistics.median(each), 3)}


def overhead(files: Path, count: int) -> dict[str, float]:
    """What the ledger and the store cost a file, in ms that passed and in ms of a core."""
    inline, store = Inline(), Spent()
    whole = run(files, lambda _: inline, instant, store)
    work = inline.spent
    found = {
        "ledger, ms": whole.passed - work.passed - store.passed,
        "ledger, ms of a core": whole.core - work.core - store.core,
        "store, ms": store.passed,
        "store, ms of a core": store.core,
    }
    return {name: round(1000 * value / count, 2) for name, value in found.items()}


def main() -> None:
    """Measure, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scans", type=Path, nargs="?")
    parser.add_argument("--files", type=int, default=120)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--only", choices=("overhead", "workers", "dask"))
    given = parser.parse_args()
    cores, trip = len(os.sched_getaffinity(0)), None if given.scans else busy
    report: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name:
        files = given.scans or Path(name)
        if given.scans is None:
            for at in range(given.files):
                (files / f"thư {at}.txt").write_text(f"công văn {at}", "utf-8")
            if given.only in (None, "overhead"):
                report |= overhead(files, given.files)
        one, all_cores, dask = (
            partial(seconds, files, trip, engine)
            for engine in (partial(maker, 1), partial(maker, cores), None)
        )
        if given.only in (None, "workers"):
            ways = {"1 worker, s": one, f"{cores} workers, s": all_cores}
            report |= in_turn(ways, given.rounds)
            report["workers: ratio"] = ratio(*(report[name] for name in ways))
        if given.only in (None, "dask"):
            ways = {"pebble, s": all_cores, "dask, s": dask}
            report |= in_turn(ways, given.rounds)
            report["dask beside pebble: ratio"] = ratio(*(report[name] for name in ways))
    print(json.dumps(report, indent=1))


if __name__ == "__main__":
    main()
