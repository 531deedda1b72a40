"""Memory and descriptors over many conversions in one worker that is never renewed.

    python -m benchmarks.leak [--files 2000] [--pictures 0.1] [--work FOLDER]

The files go the way of a bulk run: taken into an archive, converted in a worker process, stored.
``--pictures`` is the share of scans (a quarter each of PNG, JPEG, TIFF and PDF, with their
searchable PDFs); the others are texts, which run through the same restoring, parsing and storing.
Exit status 1 if the worker's or the command's memory after all files is more than 5 % above that
after a tenth of them, if descriptors grew (all samples of the second half are above all of the
first), or if a temporary file was left.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import tempfile
import time
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import reduce
from pathlib import Path

from benchmarks import made
from benchmarks.memory import children, command_of
from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.bulk.engine import LocalEngine
from pipeline.bulk.events import Events
from pipeline.bulk.nursery import worker_context
from pipeline.bulk.run import convert_paths
from pipeline.bulk.scan import scan
from pipeline.config import Settings
from pipeline.letter import Letter

ALLOWED = 1.05
LAST = 20  # files before a sample that are looked at for it
SCANS = ("png", "jpg", "tif", "pdf")


@dataclass(frozen=True)
class Sample:
    """A process at one moment: anonymous memory and all resident memory in MiB, descriptors."""

    own: float
    resident: float
    descriptors: int

    def least(self, other: Sample) -> Sample:
        """The lesser of two, figure for figure."""
        return Sample(
            min(self.own, other.own),
            min(self.resident, other.resident),
            min(self.descriptors, other.descriptors),
        )


def look(process: int | str) -> Sample:
    """What the kernel says of a process."""
    status = Path(f"/proc/{process}/status").read_text()
    kib = {name: int(size) for name, size in re.findall(r"(\w+):\s+(\d+) kB", status)}
    descriptors = sum(1 for _ in Path(f"/proc/{process}/fd").iterdir())
    return Sample(kib["RssAnon"] / 1024, kib["VmRSS"] / 1024, descriptors)


def worker() -> int | None:
    """The one process that converts: the nursery's only child."""
    nurseries = [p for p in children("self") if b"forkserver" in command_of(p)]
    return next((child for nursery in nurseries for child in children(nursery)), None)


class Count(Events):
    """Samples both processes after every ``each`` files.

    The worker is busy with the next file then, and holds some of it: what a sample tells of a
    process is the least that was seen in the last of these files.
    """

    def __init__(self, each: int, archive: Archive) -> None:
        self.done = 0
        self.failures: list[str] = []
        self.samples: dict[int, dict[str, Sample]] = {}
        self._each = each
        self._archive = archive
        self._seen: dict[str, deque[Sample]] = {}
        self._start = time.monotonic()

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        """Count it."""
        del entry, letters, seconds, cost
        self.done += 1
        if self.done % self._each == 0:
            # The database's page cache is bounded (64 MiB), but long in filling.
            self._archive.engine.dispose()
        pid = worker()
        for name, process in {"command": "self", "worker": pid}.items():
            if process:
                self._seen.setdefault(name, deque(maxlen=LAST)).append(look(process))
        if self.done % self._each == 0:
            self._keep()

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        """None of our own files may fail."""
        del final, error
        self.failures.append(f"{entry.name}: {why}")

    def _keep(self) -> None:
        held = {name: reduce(Sample.least, seen) for name, seen in self._seen.items()}
        self.samples[self.done] = held
        told = "  ".join(
            f"{name} {s.resident:6.1f} MiB ({s.own:6.1f} own), {s.descriptors} descriptors"
            for name, s in held.items()
        )
        print(f"{self.done:5} {told}  {time.monotonic() - self._start:5.0f} s", flush=True)


def findings(count: Count, files: int, left: list[str]) -> list[str]:
    """What grew between a tenth of the files and all of them, and what was left behind."""
    first, last = count.samples[files // 10], count.samples[files]
    found = [f"failed: {why}" for why in count.failures]
    found += [f"left: {name}" for name in left]
    for name in last:
        before, after = first[name], last[name]
        change = 100 * (after.resident / before.resident - 1)
        print(f"{name}: {before.resident:.1f} → {after.resident:.1f} MiB ({change:+.1f} %)")
        if after.resident > ALLOWED * before.resident:
            found.append(f"memory of the {name} grew by {change:.1f} %")
        # A program that is kept running holds three, from its first use until it is renewed.
        half = [held[name].descriptors for held in count.samples.values()]
        early, late = max(half[: len(half) // 2]), min(half[len(half) // 2 :])
        if late > early:
            found.append(f"descriptors of the {name}: never below {late}, at first up to {early}")
    return found


def forms(files: int, pictures: float) -> list[str]:
    """The form of each file: scans of all kinds in turn, evenly among the texts."""
    chosen, scans, owed = [], 0, 0.0
    for _ in range(files):
        owed += pictures
        if owed >= 1:
            owed -= 1
            scans += 1
        chosen.append(SCANS[scans % len(SCANS)] if owed < pictures else "txt")
    return chosen


def main() -> int:
    """Make the files, convert them, compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--pictures", type=float, default=0.1)
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="congvan-leak-", dir=options.work) as folder:
        here = Path(folder)
        for part in ("in", "tmp"):
            (here / part).mkdir()
        worker_context()  # its socket, which lasts as long as we do, is no leftover
        os.environ["TMPDIR"] = tempfile.tempdir = str(here / "tmp")
        kinds = forms(options.files, options.pictures)
        for number, form in enumerate(kinds, start=1):
            made.write(here / "in", number, form)
        print({form: kinds.count(form) for form in dict.fromkeys(kinds)}, flush=True)
        with Archive.open(here / "archive", Settings()) as archive:
            count = Count(max(1, options.files // 10), archive)
            found = scan([here / "in"], archive.folder)
            convert_paths(archive, found, Settings(), lambda s: LocalEngine(1, s, renew=0), count)
        left = sorted(path.name for path in (here / "tmp").iterdir())
    wrong = findings(count, options.files, left)
    for finding in wrong:
        print(f"FINDING {finding}")
    return bool(wrong)


if __name__ == "__main__":
    sys.exit(main())
