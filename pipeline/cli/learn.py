"""``learn``: names that clerks corrected, learnt when a person says so."""

from __future__ import annotations

from typing import Annotated

import typer

from pipeline.archive import Archive
from pipeline.cli.app import DEFAULT_ARCHIVE, ArchiveOption, app, settings
from pipeline.cli.archive import show_table
from pipeline.errors import UsageError
from pipeline.text import nfc

_STATES = {
    "new": "new",
    "learnt": "learnt",
    "known-name": "no: the reading is itself a known name",
    "two-names": "no: corrected in two ways",
    "other-words": "no: other words, not a misreading",
    "one-word": "no: one word says too little",
}


@app.command()
def learn(
    names: Annotated[
        list[str] | None,
        typer.Argument(help="Only these names, as clerks wrote them; without any: all."),
    ] = None,
    archive: ArchiveOption = DEFAULT_ARCHIVE,
    apply: Annotated[
        bool, typer.Option("--apply", help="Learn them; without this, they are only shown.")
    ] = False,
    forget: Annotated[bool, typer.Option("--forget", help="Take them out again.")] = False,
) -> None:
    """Show which names clerks corrected and how they had been misread; learn or forget them."""
    from pipeline.archive import lessons

    if apply and forget:
        raise UsageError("lesson-both")
    wanted = {nfc(name) for name in names or ()}
    with Archive.open(archive, settings(), create=False) as store:
        if forget:
            left = lessons.forget(store, sorted(wanted))
            typer.echo(f"{len(left.names)} names stay learnt")
            return
        found = lessons.lessons_of(store)
        unknown = wanted - {item.name for item in found}
        if unknown:
            raise UsageError("lesson-unknown", name=", ".join(sorted(unknown)))
        chosen = [item for item in found if not wanted or item.name in wanted]
        rows = [
            [item.name, item.read, str(len(item.letters)), ", ".join(item.who), _STATES[item.state]]
            for item in chosen
        ]
        show_table(["name", "was read as", "letters", "corrected by", ""], rows)
        if apply:
            known = lessons.learn(store, chosen)
            typer.echo(
                f"{len(known.names)} names are learnt: letters converted from now on use them"
            )
        elif any(item.state == "new" for item in chosen):
            typer.echo("Nothing was changed; --apply learns what is new.")
