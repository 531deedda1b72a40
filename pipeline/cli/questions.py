"""``directives``, ``citations``, ``percentages``, ``rename``: what clerks ask of an archive."""

from __future__ import annotations

import dataclasses
import getpass
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import typer

from pipeline.archive import Archive, naming, questions
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings
from pipeline.cli.archive import (
    AssigneeOption,
    FromOption,
    JsonOption,
    ToOption,
    show_json,
    show_table,
)

LimitOption = Annotated[int, typer.Option("--limit", "-n", min=0, help="How many a page; 0 = all.")]
PageOption = Annotated[int, typer.Option("--page", min=1, help="Which page.")]


@app.command()
def directives(  # noqa: PLR0913, PLR0917 (one parameter an option of the command line)
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    assignee: AssigneeOption = None,
    until: Annotated[str | None, typer.Option("--until", help="Due by then: 2019-06-30.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Those done, too.")] = False,
    done: Annotated[
        tuple[str, str] | None, typer.Option("--done", help="Mark one as done: ID LABEL.")
    ] = None,
    limit: LimitOption = 100,
    page: PageOption = 1,
    as_json: JsonOption = False,
) -> None:
    """List what was ordered and is open, by deadline; or mark one as done."""
    with Archive.open(archive, settings(), create=False) as store:
        if done is not None:
            questions.close_directive(store, *done, getpass.getuser())
        found = questions.directives(
            store, assignee=assignee, until=until, closed=everything, **_part(limit, page)
        )
    if as_json:
        show_json([dataclasses.asdict(task) for task in found[: limit or None]])
        _say_more(found, limit, page, err=True)
        return
    rows = [
        [t.deadline or "", t.code or t.letter, t.label, t.assignees, t.text[:200], t.closed or ""]
        for t in found[: limit or None]
    ]
    show_table(["due", "letter", "item", "assignees", "text", "done"], rows)
    _say_more(found, limit, page)


@app.command()
def citations(
    code: Annotated[str, typer.Argument(help="A code such as 71/TB-UBND.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    steps: Annotated[int, typer.Option("--steps", min=1, max=20, help="How far to follow.")] = 3,
    as_json: JsonOption = False,
) -> None:
    """Show which letters a code cites and which cite it, and so on."""
    with Archive.open(archive, settings(), create=False) as store:
        found = questions.citations(store, code, steps=steps)
    if as_json:
        show_json([dataclasses.asdict(link) for link in found])
        return
    rows = [[str(x.steps), x.code, x.way, x.other, x.letter or "not in the archive"] for x in found]
    show_table(["steps", "code", "", "other", "letter"], rows)


@app.command()
def percentages(  # noqa: PLR0913, PLR0917 (one parameter an option of the command line)
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    holder: Annotated[str | None, typer.Option("--holder", help="Whose: part of a name.")] = None,
    about: Annotated[str | None, typer.Option("--about", help="Words of what it is about.")] = None,
    date_from: FromOption = None,
    date_to: ToOption = None,
    limit: LimitOption = 100,
    page: PageOption = 1,
    as_json: JsonOption = False,
) -> None:
    """List percentages by holder over time."""
    with Archive.open(archive, settings(), create=False) as store:
        found = questions.percentages(
            store, holder=holder, about=about, date_from=date_from, date_to=date_to,
            **_part(limit, page),
        )  # fmt: skip
    if as_json:
        show_json([dataclasses.asdict(share) for share in found[: limit or None]])
        _say_more(found, limit, page, err=True)
        return
    rows = [
        [
            s.date or "",
            s.holder or "",
            s.comparison or "",
            s.text,
            s.code or s.letter,
            s.about or "",
        ]
        for s in found[: limit or None]
    ]
    show_table(["date", "holder", "", "value", "letter", "about"], rows)
    _say_more(found, limit, page)


def _part(limit: int, page: int) -> dict[str, Any]:
    """Which rows to ask for: one more than is shown tells whether there are more."""
    return {"limit": limit + 1, "offset": limit * (page - 1)} if limit else {}


def _say_more(found: Sequence[object], limit: int, page: int, *, err: bool = False) -> None:
    if limit and len(found) > limit:
        typer.echo(
            f"more than {limit * page}; the next ones: --page {page + 1}, all: --limit 0", err=err
        )


@app.command()
def rename(
    pattern: Annotated[
        str, typer.Argument(help=f"Such as {{date}}_{{code}}; fields: {', '.join(naming.FIELDS)}.")
    ],
    folder: Annotated[Path, typer.Argument(help="Where the renamed copies go.")],
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    query: Annotated[str, typer.Option("--query", help="Only what this search finds.")] = "",
    originals: Annotated[
        bool, typer.Option("--originals", help="The files as they came, not the searchable PDFs.")
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Do it; without, only show it.")] = False,
) -> None:
    """Copy letters to a folder under names made from their fields. Shows the plan first."""
    with Archive.open(archive, settings(), create=False) as store:
        letters = store.letters(query)
        planned = naming.plan(store, letters, pattern, folder, originals=originals)
        if apply:
            typer.echo(f"{naming.apply(planned)} copied")
            return
    show_table(["letter", "new name"], [[p.letter, str(p.target)] for p in planned])
    typer.echo("nothing was copied; add --apply to do it")
