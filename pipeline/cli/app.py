"""The ``congvan`` program: its commands, and how errors become exit codes.

Exit codes: 0 all done; 1 some files failed, or nothing could be read; 2 the command is wrong.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from typing import Annotated

import typer

from pipeline import __version__
from pipeline.config import Settings, load_settings
from pipeline.errors import CongvanError

app = typer.Typer(
    name="congvan",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    help=(
        "Turn scanned Vietnamese official letters into records, restored text and a searchable "
        "archive. Start with: congvan convert SCANS/   then: congvan search 'words'"
    ),
)

ArchiveOption = Annotated[
    Path, typer.Option("--archive", "-a", help="The archive's folder.", metavar="ARCHIVE")
]
DEFAULT_ARCHIVE = Path("archive")


COMMANDS = {
    "convert": {"convert", "status", "retry", "watch"},
    "archive": {"search", "show"},
    "questions": {"directives", "citations", "percentages", "rename"},
    "export": {"export"},
    "text": {"restore", "parse", "schema", "evaluate"},
    "learn": {"learn"},
    "trust": {"verify", "backup", "restore-backup"},
    "machine": {"doctor", "serve"},
}
"""The commands of each module, as the help shows them."""


class _Shared:
    """What the options before the command say."""

    config: Path | None = None
    database: str | None = None


def settings() -> Settings:
    """The settings of this call.

    Raises:
        ConfigError: a key is unknown or a value wrong.
    """
    loaded = load_settings(_Shared.config)
    if _Shared.database is None:
        return loaded
    archive = loaded.archive.model_copy(update={"database": _Shared.database})
    return loaded.model_copy(update={"archive": archive})


def _print_version(asked: bool) -> None:
    if asked:
        typer.echo(f"congvan {__version__}")
        raise typer.Exit


@app.callback()
def options(
    config: Annotated[
        Path | None,
        typer.Option("--config", help="Settings file (default: config.yaml, if there is one)."),
    ] = None,
    database: Annotated[
        str | None,
        typer.Option(
            "--database",
            help="Database of the archive, postgresql://… (default: archive.database, else SQLite "
            "in the archive's folder).",
            metavar="URL",
        ),
    ] = None,
    version: Annotated[
        bool,
        typer.Option("--version", help="Show the version.", callback=_print_version, is_eager=True),
    ] = False,
) -> None:
    """Options that stand before the command."""
    del version
    _Shared.config = config
    _Shared.database = database


def main() -> None:
    """Run the program; errors are one clear line on standard error."""
    load_commands(sys.argv[1:])
    try:
        app()
    except CongvanError as error:
        sys.stderr.write(f"congvan: {printable(error.sentence(_language()))}\n")
        sys.exit(error.exit_code)
    except BrokenPipeError:  # the reader of a pipe (head, less) has seen enough
        sys.stderr.close()
        sys.exit(0)


def load_commands(words: Sequence[str] = ()) -> typer.Typer:
    """The program with its commands: each module registers its own.

    Only the modules of the commands among ``words`` are loaded, if there are any: all of them
    together take half a second.
    """
    asked = [name for name, commands in COMMANDS.items() if commands & set(words)]
    for name in asked or COMMANDS:
        import_module(f"pipeline.cli.{name}")
    return app


def printable(name: str) -> str:
    r"""A file's name without what could steer a terminal or turn the reading direction.

    >>> printable("thư\x1b[31m.pdf")
    'thư�[31m.pdf'
    """
    return "".join(c if c.isprintable() else "\ufffd" for c in name)


def _language() -> str:
    try:
        return settings().language
    except CongvanError:
        return "en"
