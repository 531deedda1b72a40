"""``search``, ``show``, ``directives``, ``citations``, ``percentages``: finding things."""

from __future__ import annotations

import dataclasses
import json
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from pipeline.archive import Archive, Filters, Hit
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, printable, settings
from pipeline.cli.progress import stdout
from pipeline.errors import UsageError

JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]
FromOption = Annotated[str | None, typer.Option("--from", help="Date or later: 2019, 2019-05 …")]
ToOption = Annotated[str | None, typer.Option("--to", help="Date or earlier.")]
IssuerOption = Annotated[str | None, typer.Option("--issuer", help="Part of the issuing body.")]
TypeOption = Annotated[str | None, typer.Option("--type", help="Type: công văn, quyết định …")]
RecipientOption = Annotated[str | None, typer.Option("--recipient", help="Part of a recipient.")]
AssigneeOption = Annotated[
    str | None, typer.Option("--assignee", help="Part of the name of who must do something.")
]
DeadlineOption = Annotated[
    str | None, typer.Option("--deadline", help="Something is due in this year, month or day.")
]
NumberOption = Annotated[str | None, typer.Option("--number", help="The letter's number.")]
CodeOption = Annotated[str | None, typer.Option("--code", help="The whole code: 71/TB-UBND.")]
CitesOption = Annotated[str | None, typer.Option("--cites", help="Cites this code.")]
PercentOption = Annotated[
    str | None, typer.Option("--percent", help="States a percentage: 20 or a range 20-30.")
]
ReviewOption = Annotated[
    bool | None, typer.Option("--review/--no-review", help="Waits for review, or not.")
]


def percent_range(text: str | None) -> tuple[float, float] | None:
    """``20-30`` or ``20,7`` as a range.

    Raises:
        UsageError: it is neither.
    """
    if text is None:
        return None
    low, _, high = text.replace(",", ".").replace("%", "").partition("-")
    try:
        return float(low), float(high or low)
    except ValueError as error:
        raise UsageError("percent-wrong", text=text) from error


@app.command()
def search(  # noqa: PLR0913, PLR0917 (one parameter an option of the command line)
    query: Annotated[
        str,
        typer.Argument(
            help='Words, with or without accents. "a phrase", begin*, ~alike, OR, -without.'
        ),
    ] = "",
    archive: ArchiveOption = DEFAULT_ARCHIVE,
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
    limit: Annotated[int, typer.Option("--limit", "-n", min=1, help="Letters a page.")] = 20,
    page: Annotated[int, typer.Option("--page", min=1, help="Which page.")] = 1,
    as_json: JsonOption = False,
) -> None:
    """Find letters by words, dates, names and figures."""
    filters = Filters(
        date_from=date_from, date_to=date_to, issuer=issuer, doc_type=doc_type, number=number,
        recipient=recipient, assignee=assignee, deadline=deadline, code=code, cites=cites,
        percent=percent_range(percent), review=review,
    )  # fmt: skip
    with Archive.open(archive, settings(), create=False) as store:
        results = store.search(query, filters, (page - 1) * limit, limit)
        if as_json:
            hits = [dataclasses.asdict(store.with_boxes(hit)) for hit in results.hits]
            show_json({"total": results.total, "more": results.more, "hits": hits})
            return
    console = stdout()
    for hit in results.hits:
        _show_hit(console, hit)
    more = "more than " if results.more else ""
    console.print(f"{more}{results.total} found, page {page}", highlight=False)


def _show_hit(console: Console, hit: Hit) -> None:
    head = Text(hit.id, style="bold")
    for value in (hit.code, hit.date, hit.issuer):
        head.append(printable(f"  {value}") if value else "")
    head.append("  (to review)" if hit.review else "", style="yellow")
    console.print(head)
    if hit.subject:
        console.print(Text(printable(f"  {hit.subject}")))
    for snippet in hit.snippets[:2]:
        line = Text(printable(snippet.text.replace("\n", " ")))
        for start, end in snippet.marks:
            line.stylize("bold green", start, end)
        console.print(Text(f"  p. {snippet.page}: … ") + line + Text(" …"))


@app.command()
def show(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="The letter's name.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    history: Annotated[bool, typer.Option("--history", help="Who changed what, when.")] = False,
) -> None:
    """Print a letter's record (JSON)."""
    with Archive.open(archive, settings(), create=False) as store:
        if history:
            show_json([dataclasses.asdict(change) for change in store.history(letter_id)])
            return
        show_json(store.get(letter_id).model_dump(mode="json", by_alias=True))


def show_json(value: Any) -> None:
    """Print a value as JSON, Vietnamese letters as they are."""
    typer.echo(json.dumps(value, ensure_ascii=False, indent=1))


def show_table(headings: list[str], rows: list[list[str]]) -> None:
    """Print rows under headings."""
    console = stdout()
    table = Table(box=None, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(Text(printable(cell.replace("\n", " "))) for cell in row))
    console.print(table)
