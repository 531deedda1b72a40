"""``convert``, ``watch``, ``status``, ``retry``: many files in, and how they fared."""

from __future__ import annotations

import contextlib
import time
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from pipeline.archive import Archive
from pipeline.archive.overview import Pace, overview, pace, trouble
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events, LogEvents, Several
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings
from pipeline.cli.progress import LineEvents, bar, stdout, summary
from pipeline.errors import UsageError

OutputOption = Annotated[
    Path,
    typer.Option(
        "--output", "-o", "--archive", "-a", help="The archive's folder.", metavar="ARCHIVE"
    ),
]
JobsOption = Annotated[int, typer.Option("--jobs", "-j", help="Worker processes; 0 = one a core.")]
ClusterOption = Annotated[
    str | None, typer.Option("--cluster", help="Dask scheduler to use, such as tcp://server:8786.")
]
LogOption = Annotated[
    Path | None, typer.Option("--log", help="Write what happens to this file, as JSON lines.")
]


@app.command()
def convert(
    paths: Annotated[
        list[Path], typer.Argument(help="Files, folders and URLs (s3://…) to convert.")
    ],
    archive: OutputOption = DEFAULT_ARCHIVE,
    jobs: JobsOption = 0,
    cluster: ClusterOption = None,
    log: LogOption = None,
) -> None:
    """Convert scans, pictures and old OCR text into an archive. Run it again to go on."""
    wanted = settings()
    start = time.monotonic()
    found = scan(paths, archive)
    with Archive.open(archive, wanted) as store:
        enqueue(store, found, wanted)
        run(store, len(found.files), jobs, cluster, log)
        files = [path for path, _, _ in found.files]
        counts, rows = overview(store, files, wanted.language)
    for path, error in found.missing:
        counts["failed"] += 1
        rows.append(("failed", str(path), error.sentence(wanted.language)))
    console = stdout()
    summary(console, counts, rows, seconds=time.monotonic() - start)
    if found.skipped:
        endings = Counter(path.suffix.lower() or path.name for path in found.skipped)
        kinds = ", ".join(f"{count} {ending}" for ending, count in sorted(endings.items()))
        console.print(f"passed by (no kind of scan): {kinds}", highlight=False)
    if counts["failed"]:
        raise typer.Exit(1)


def run(
    store: Archive, total: int, jobs: int = 0, cluster: str | None = None, log: Path | None = None
) -> None:
    """Convert what is queued, with a bar and a log."""
    console = Console(stderr=True)
    with bar(console, total) as shown:
        events: Events = shown
        if log is None:
            Runner(store, settings(), maker(jobs, cluster), events).run()
            return
        with log.open("a", encoding="utf-8") as file:
            events = Several(shown, LogEvents(file))
            Runner(store, settings(), maker(jobs, cluster), events).run()


@app.command()
def status(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    everything: Annotated[
        bool, typer.Option("--all", help="Name every doubtful and failed file.")
    ] = False,
) -> None:
    """Show what is waiting, done, doubtful and failed, and why; the rate and the time left."""
    wanted = settings()
    console = stdout()
    with Archive.open(archive, wanted, create=False) as store:
        counts, rows = overview(store, None, wanted.language)
        if everything:
            summary(console, counts, rows)
            return
        summary(console, counts, [])
        _show_pace(console, pace(store), counts["queued"] + counts["running"])
        for reason, count in trouble(store, wanted.language):
            console.print(f"{count:6d}  {reason}", markup=False, highlight=False)


def _show_pace(console: Console, found: Pace, left: int) -> None:
    """Rate and time left while files are converted; else, that some wait for a run."""
    if left and not found.running:
        console.print("nothing converts them now; the next congvan convert goes on with them")
    elif left and found.pages_a_minute is not None and found.seconds_a_file is not None:
        time_left = timedelta(seconds=round(left * found.seconds_a_file))
        line = f"{found.pages_a_minute:.0f} pages/min, about {time_left} left"
        console.print(line, markup=False, highlight=False)


@app.command()
def retry(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Names of letters or files to convert again; without any: the failed."),
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    jobs: JobsOption = 0,
    older: Annotated[
        bool, typer.Option("--older", help="All that other settings or versions converted.")
    ] = False,
) -> None:
    """Convert failed files again, or chosen ones with new settings. Edits stay in force."""
    from pipeline.bulk.retry import queue_for_retry

    wanted = settings()
    with Archive.open(archive, wanted, create=False) as store:
        chosen = queue_for_retry(store, wanted, tuple(names or ()), older=older)
        run(store, len(chosen), jobs)
        counts, rows = overview(store, None, wanted.language, only=chosen)
    summary(stdout(), counts, rows)
    if counts["failed"]:
        raise typer.Exit(1)


@app.command()
def watch(
    inbox: Annotated[Path, typer.Argument(help="The folder that scans arrive in.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    jobs: JobsOption = 0,
    log: LogOption = None,
) -> None:
    """Convert what arrives in a folder; done files move to done/, failed ones to failed/."""
    from pipeline.bulk.watch import Watcher

    wanted = settings()
    if not inbox.is_dir():
        raise UsageError("folder-missing", folder=inbox)
    console = Console(stderr=True)
    with contextlib.ExitStack() as stack:
        store = stack.enter_context(Archive.open(archive, wanted))
        events: Events = LineEvents(console)
        if log is not None:
            events = Several(
                events, LogEvents(stack.enter_context(log.open("a", encoding="utf-8")))
            )
        console.print(f"watching {inbox} (Ctrl-C ends it)", markup=False, highlight=False)
        Watcher(inbox, store, wanted, maker(jobs), events).run()
