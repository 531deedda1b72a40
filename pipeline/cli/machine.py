"""``doctor``, ``serve``: this machine."""

from __future__ import annotations

import typer

from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings
from pipeline.cli.doctor import examine


@app.command()
def doctor() -> None:
    """Check what congvan needs on this machine, and tell the command that mends it."""
    findings = examine(settings())
    for finding in findings:
        mark = "ok     " if finding.fine else "MISSING"
        typer.echo(f"{mark}  {finding.what}: {finding.found}")
    mends = dict.fromkeys(finding.mend for finding in findings if not finding.fine)
    if mends:
        typer.echo("\nTo mend it, run:")
        for mend in mends:
            typer.echo(f"  {mend}")
        raise typer.Exit(1)


@app.command()
def serve(archive: ArchiveOption = DEFAULT_ARCHIVE) -> None:
    """Open the desk: review letters in the browser."""
    from pipeline.desk.app import serve as run_desk

    run_desk(archive, settings())
