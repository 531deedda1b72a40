"""``verify``, ``backup``, ``restore-backup``: keeping an archive for decades."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TransferSpeedColumn

from pipeline.archive import Archive, shelf
from pipeline.archive.backup import back_up
from pipeline.archive.proof import HARMLESS, Finding, count_files, verify
from pipeline.archive.restoring import check_backup, restore
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, printable, settings
from pipeline.cli.archive import JsonOption, show_json
from pipeline.cli.progress import stdout


@contextmanager
def _progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on standard error that counts files and bytes; none where no one looks at it."""
    console = Console(stderr=True)
    columns = (
        TextColumn("{task.description}"), BarColumn(),
        TextColumn("{task.fields[files]} files"), DownloadColumn(), TransferSpeedColumn(),
    )  # fmt: skip
    with Progress(
        *columns, console=console, transient=True, disable=not console.is_terminal
    ) as bar:
        task = bar.add_task(what, total=None, files=0)
        files = 0

        def seen(size: int) -> None:
            nonlocal files
            files += 1
            shown = f"{files} of {max(files, total)}" if total else str(files)
            bar.update(task, advance=size, files=shown)

        yield seen


@app.command(name="verify")
def verify_(
    archive: Annotated[
        Path, typer.Argument(metavar="[ARCHIVE]", help="The archive's folder, or a backup.")
    ] = DEFAULT_ARCHIVE,
    mend: Annotated[
        bool,
        typer.Option(
            "--mend", help="Write damaged records and texts again from the database; note old PDFs."
        ),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read every byte of an archive or a backup and name what is changed, missing or too much."""
    sizes: list[int] = [0, 0]

    def count(seen: Callable[[int], None]) -> Callable[[int], None]:
        def both(size: int) -> None:
            sizes[0], sizes[1] = sizes[0] + 1, sizes[1] + size
            seen(size)

        return both

    if (archive / shelf.SEAL).is_file() or shelf.whole_ones(archive):
        with _progress("reading", None) as seen:
            found = _tell(check_backup(shelf.find(archive), count(seen)), as_json)
    else:
        with (
            Archive.open(archive, settings(), create=False) as store,
            _progress("reading", count_files(store)) as seen,
        ):
            found = _tell(verify(store, mend=mend, seen=count(seen)), as_json)
    wrong = [item for item in found if not item.mended and item.kind not in HARMLESS]
    if as_json:
        show_json({"files": sizes[0], "bytes": sizes[1], "findings": [_plain(f) for f in found]})
    else:
        verdict = "nothing wrong" if not wrong else f"{len(wrong)} wrong"
        stdout().print(f"{sizes[0]} files, {_size(sizes[1])}: {verdict}", highlight=False)
    if wrong:
        raise typer.Exit(1)


@app.command()
def backup(
    dest: Annotated[Path, typer.Argument(metavar="DEST", help="The folder of the backups.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    keep: Annotated[
        int, typer.Option("--keep", min=0, help="Keep only the newest so many; 0 = all.")
    ] = 0,
    check: Annotated[
        bool, typer.Option("--check", help="Read earlier copies again instead of trusting them.")
    ] = False,
) -> None:
    """Make a backup of an archive, while it is in use; unchanged files take no room again."""
    with (
        Archive.open(archive, settings(), create=False) as store,
        _progress("saving", count_files(store)) as seen,
    ):
        folder, sealed = back_up(store, dest, keep=keep, check=check, seen=seen)
    console = stdout()
    room = shutil.disk_usage(dest).free
    console.print(
        f"{folder}: {sealed.files} files, {_size(sealed.total)}; {_size(room)} free there",
        markup=False, highlight=False,
    )  # fmt: skip
    if sealed.damaged:
        for path in sealed.damaged:
            console.print(printable(Finding("changed", path).sentence(settings().language)))
        console.print("the archive itself is damaged; see: congvan verify", highlight=False)
        raise typer.Exit(1)


@app.command(name="restore-backup")
def restore_backup(
    source: Annotated[
        Path, typer.Argument(metavar="SRC", help="A backup, or the folder of the backups.")
    ],
    output: Annotated[
        Path,
        typer.Option("--output", "-o", metavar="ARCHIVE", help="A folder that isn't there yet."),
    ],
    partly: Annotated[
        bool, typer.Option("--partly", help="Restore what is sound of a damaged backup.")
    ] = False,
) -> None:
    """Make an archive from a backup, verified before and after."""
    with _progress("restoring", None) as seen:
        used, wrong = restore(source, output, settings(), partly=partly, seen=seen)
    for finding in wrong:
        typer.echo(printable(finding.sentence(settings().language)))
    stdout().print(f"{output}: restored from {used}", markup=False, highlight=False)
    if wrong:
        raise typer.Exit(1)


def _tell(findings: Iterable[Finding], as_json: bool) -> list[Finding]:
    """Print every finding as soon as it is found."""
    found = []
    for finding in findings:
        found.append(finding)
        if not as_json:
            typer.echo(printable(finding.sentence(settings().language)))
    return found


def _plain(finding: Finding) -> dict[str, object]:
    sentence = printable(finding.sentence(settings().language))
    return {**asdict(finding), "path": printable(finding.path), "sentence": sentence}


def _size(count: float) -> str:
    for unit in ("bytes", "kB", "MB", "GB"):
        if count < 1000:
            return f"{count:.0f} {unit}"
        count /= 1000
    return f"{count:.1f} TB"
