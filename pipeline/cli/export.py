"""``export``: letters out of the archive, in the forms that others read."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.archive import Archive, Filters
from pipeline.archive.folder import write_whole
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings
from pipeline.cli.archive import (
    AssigneeOption,
    CitesOption,
    CodeOption,
    DeadlineOption,
    FromOption,
    IssuerOption,
    NumberOption,
    PercentOption,
    RecipientOption,
    ReviewOption,
    ToOption,
    TypeOption,
    percent_range,
)
from pipeline.export import Format, export_records


@app.command()
def export(  # noqa: PLR0913, PLR0917 (one parameter an option of the command line)
    query: Annotated[str, typer.Argument(help="Only the letters that this search finds.")] = "",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    kind: Annotated[
        Format, typer.Option("--format", "-f", help="The form to write.")
    ] = Format.JSONL,
    to: Annotated[
        Path | None, typer.Option("--output", "-o", help="The file to write; else standard output.")
    ] = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    issuer: IssuerOption = None,
    doc_type: TypeOption = None,
    recipient: RecipientOption = None,
    assignee: AssigneeOption = None,
    deadline: DeadlineOption = None,
    number: NumberOption = None,
    code: CodeOption = None,
    cites: CitesOption = None,
    percent: PercentOption = None,
    review: ReviewOption = None,
) -> None:
    """Write letters as JSON, JSON lines, CSV, a register for Excel, NĐ 30 XML and more."""
    filters = Filters(
        date_from=date_from, date_to=date_to, issuer=issuer, doc_type=doc_type, number=number,
        recipient=recipient, assignee=assignee, deadline=deadline, code=code, cites=cites,
        percent=percent_range(percent), review=review,
    )  # fmt: skip
    with Archive.open(archive, settings(), create=False) as store:
        records = store.records(query, filters)
        if to is None:
            export_records(kind, records, store.pages, sys.stdout.buffer)
        else:
            write_whole(to, lambda file: export_records(kind, records, store.pages, file))
