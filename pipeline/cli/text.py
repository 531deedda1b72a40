"""``restore``, ``parse``, ``schema``, ``evaluate``: text and records without an archive."""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Annotated

import typer

from pipeline.cli.app import app, settings
from pipeline.cli.archive import JsonOption, show_json, show_table


@app.command()
def restore(
    file: Annotated[str, typer.Argument(help="A text file, or - for standard input.")] = "-",
    explain: Annotated[
        bool, typer.Option("--explain", help="Print each correction, on standard error.")
    ] = False,
) -> None:
    """Mend text that an OCR garbled: restored text out, line for line."""
    from pipeline.restore import load_models, restore_text
    from pipeline.text import nfc

    raw = sys.stdin.buffer.read() if file == "-" else Path(file).read_bytes()
    wanted = settings().restore
    restored = restore_text(nfc(raw.decode("utf-8-sig")), load_models(), threshold=wanted.threshold)
    typer.echo(restored.text, nl=not restored.text.endswith("\n"))
    if explain:
        for fix in restored.corrections:
            place = f"{fix.line + 1}:{fix.start}"
            change = f"{fix.before} → {fix.after}"
            sys.stderr.write(f"{place}\t{change}\t{fix.rule}\t{fix.score:.2f}\n")


@app.command()
def parse(file: Annotated[Path, typer.Argument(help="A scan or a text file.")]) -> None:
    """Print the record of one file (JSON), without an archive."""
    from pipeline.trip import convert_file

    letters = [
        letter.model_dump(mode="json", by_alias=True)
        for letter in convert_file(file, settings()).letters
    ]
    show_json(letters[0] if len(letters) == 1 else letters)


@app.command()
def schema() -> None:
    """Print the JSON Schema of the record."""
    show_json(letter_schema())


def letter_schema() -> dict[str, object]:
    """The JSON Schema of a letter, as ``docs/letter.schema.json`` holds it."""
    from pipeline.letter import Letter

    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        **Letter.model_json_schema(by_alias=True, mode="serialization"),
    }


@app.command()
def evaluate(
    gold: Annotated[Path, typer.Argument(help="Folder of gold records: NAME.json, NAME.txt.")],
    records: Annotated[Path, typer.Argument(help="Folder of the records to measure.")] = Path(
        "archive/records"
    ),
    as_json: JsonOption = False,
) -> None:
    """Measure records against records that people typed: accuracy by field."""
    from pipeline.evaluation import evaluate as measure

    result = measure(gold, records)
    silent = [error.field for error in result.silent]
    if as_json:
        fields = {score.name: score.f1 for score in result.fields}
        show_json(
            {"mean_f1": result.mean_f1, "fields": fields, "missing": result.missing,
             "silent": [dataclasses.asdict(error) for error in result.silent],
             "text": dataclasses.asdict(result.text)}
        )  # fmt: skip
        return
    rows = [
        [score.name, "-" if score.f1 is None else f"{score.f1:.3f}", str(silent.count(score.name))]
        for score in result.fields
    ]
    show_table(["field", "F1", "wrong and sure"], rows)
    if result.mean_f1 is not None:
        typer.echo(f"mean F1 {result.mean_f1:.3f} over {len(result.letters)} letters")
    for name in result.missing:
        typer.echo(f"no record for {name}")
