"""Runs as the command line shows them: a bar and a log while they last, a table at the end."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path

from rich.console import Console

from pipeline.archive import Archive
from pipeline.archive.overview import Pace, overview, pace, trouble
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events, LogEvents, Several
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.watch import Watcher
from pipeline.cli.progress import LineEvents, bar, stdout, summary
from pipeline.config import Settings
from pipeline.errors import UsageError


def convert_files(
    settings: Settings, paths: Sequence[Path], archive: Path, jobs: int, cluster: str | None,
    log: Path | None,
) -> int:  # fmt: skip
    """Convert files and folders; how many files failed."""
    start = time.monotonic()
    found = scan(paths, archive)
    with Archive.open(archive, settings) as store:
        enqueue(store, found, settings)
        _run(store, settings, len(found.files), jobs, cluster, log)
        files = [path for path, _, _ in found.files]
        counts, rows = overview(store, files, settings.language)
    for path, error in found.missing:
        counts["failed"] += 1
        rows.append(("failed", str(path), error.sentence(settings.language)))
    console = stdout()
    summary(console, counts, rows, seconds=time.monotonic() - start)
    if found.skipped:
        endings = Counter(path.suffix.lower() or path.name for path in found.skipped)
        kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
        console.print(f"passed by (no kind of scan): {kinds}", highlight=False)
    return counts["failed"]


def convert_again(
    settings: Settings, archive: Path, names: tuple[str, ...], jobs: int, *, older: bool
) -> int:
    """Convert failed, named or older files again; how many files failed."""
    with Archive.open(archive, settings, create=False) as store:
        chosen = queue_for_retry(store, settings, names, older=older)
        _run(store, settings, len(chosen), jobs)
        counts, rows = overview(store, None, settings.language, only=chosen)
    summary(stdout(), counts, rows)
    return counts["failed"]


def _run(
    store: Archive, settings: Settings, total: int, jobs: int = 0, cluster: str | None = None,
    log: Path | None = None,
) -> None:  # fmt: skip
    """Convert what is queued, with a bar and a log."""
    console = Console(stderr=True)
    with bar(console, total) as shown:
        events: Events = shown
        if log is None:
            Runner(store, settings, maker(jobs, cluster), events).run()
            return
        with log.open("a", encoding="utf-8") as file:
            events = Several(shown, LogEvents(file))
            Runner(store, settings, maker(jobs, cluster), events).run()


def show_status(settings: Settings, archive: Path, *, everything: bool) -> None:
    """Counts, rate and time left, and the reasons of failures; with ``everything`` each file."""
    console = stdout()
    with Archive.open(archive, settings, create=False) as store:
        counts, rows = overview(store, None, settings.language)
        if everything:
            summary(console, counts, rows)
            return
        summary(console, counts, [])
        _show_pace(console, pace(store), counts["queued"] + counts["running"])
        for reason, count in trouble(store, settings.language):
            console.print(f"{count:6d}  {reason}", markup=False, highlight=False)


def _show_pace(console: Console, found: Pace, left: int) -> None:
    """Rate and time left while files are converted; else, that some wait for a run."""
    if left and not found.running:
        console.print("nothing converts them now; the next congvan convert goes on with them")
    elif left and found.pages_a_minute is not None and found.seconds_a_file is not None:
        time_left = timedelta(seconds=round(left * found.seconds_a_file))
        line = f"{found.pages_a_minute:.0f} pages/min, about {time_left} left"
        console.print(line, markup=False, highlight=False)


def watch_folder(
    settings: Settings, inbox: Path, archive: Path, jobs: int, log: Path | None
) -> None:
    """Convert what arrives in ``inbox`` until it is interrupted.

    Raises:
        UsageError: there is no such folder.
    """
    if not inbox.is_dir():
        raise UsageError("folder-missing", folder=inbox)
    console = Console(stderr=True)
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(Archive.open(archive, settings))
        events: Events = LineEvents(console)
        if log is not None:
            events = Several(
                events, LogEvents(stack.enter_context(log.open("a", encoding="utf-8")))
            )
        console.print(f"watching {inbox} (Ctrl-C ends it)", markup=False, highlight=False)
        Watcher(inbox, store, settings, maker(jobs), events).run()
