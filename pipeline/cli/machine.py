"""``doctor``, ``serve``: this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from pipeline.archive import Archive
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
def serve(
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on.")] = None,
    certificate: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="TLS certificate (PEM).")
    ] = None,
    key: Annotated[
        Path | None, typer.Option(exists=True, dir_okay=False, help="Its private key (PEM).")
    ] = None,
    open_network: Annotated[
        bool, typer.Option("--open-network", help="Serve a network without TLS of our own.")
    ] = False,
) -> None:
    """Open the desk: search, read and review letters in the browser."""
    from pipeline.desk import Reach
    from pipeline.desk import serve as run_desk

    known = settings()
    reach = Reach(host or known.desk.host, port or known.desk.port, certificate, key, open_network)
    with Archive.open(archive, known) as store:
        run_desk(store, known, reach)
