"""``convert``, ``watch``, ``status``, ``retry``: many files in, and how they fared.

What they do is in :mod:`pipeline.cli.running`, loaded while the workers get ready.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.bulk.nursery import worker_context
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings

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
    if cluster is None:
        worker_context()
    from pipeline.cli.running import convert_files

    failed = convert_files(settings(), paths, archive, jobs, cluster, log)
    if failed:
        raise typer.Exit(1)


@app.command()
def status(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    everything: Annotated[
        bool, typer.Option("--all", help="Name every doubtful and failed file.")
    ] = False,
) -> None:
    """Show what is waiting, done, doubtful and failed, and why; the rate and the time left."""
    from pipeline.cli.running import show_status

    show_status(settings(), archive, everything=everything)


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
    worker_context()
    from pipeline.cli.running import convert_again

    failed = convert_again(settings(), archive, tuple(names or ()), jobs, older=older)
    if failed:
        raise typer.Exit(1)


@app.command()
def watch(
    inbox: Annotated[Path, typer.Argument(help="The folder that scans arrive in.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    jobs: JobsOption = 0,
    log: LogOption = None,
) -> None:
    """Convert what arrives in a folder; done files move to done/, failed ones to failed/."""
    from pipeline.cli.running import watch_folder

    watch_folder(settings(), inbox, archive, jobs, log)
