"""Copies of the letters under names made from their fields, for folders that people browse."""

from __future__ import annotations

import re
import shutil
import string
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from pipeline.archive.folder import clean_stem, name_key, write_whole
from pipeline.archive.rows import value_of
from pipeline.archive.store import Archive
from pipeline.errors import UsageError
from pipeline.letter import Letter

FIELDS = (
    "id", "date", "year", "number", "notation", "code", "doc_type", "issuer", "subject", "place",
    "signer", "file",
)  # fmt: skip
UNKNOWN = "khong-ro"
"""Stands for a field that can't be read: a name must never guess."""


@dataclass(frozen=True, slots=True)
class Naming:
    """A file of the archive and the name that its copy would get."""

    letter: str
    source: Path
    target: Path


def plan(
    archive: Archive, letters: Iterable[Letter], pattern: str, folder: Path, *, originals: bool
) -> list[Naming]:
    """What :func:`apply` would copy, without touching anything.

    Args:
        archive: the archive.
        letters: the letters to name.
        pattern: such as ``{date}_{notation}_{number}``; a slash makes a subfolder.
        folder: where the copies go.
        originals: copy the files as they came, not the searchable PDFs.

    Raises:
        UsageError: the pattern names no field, or one that isn't there.
    """
    _check(pattern)
    taken: set[str] = set()
    planned = []
    for letter in letters:
        source = archive.original(letter.id) if originals else archive.pdf(letter.id)
        if not source.exists():
            continue
        parts = pattern.removesuffix(source.suffix).split("/")
        names = [clean_stem(Path(_filled(part, letter) + ".x")) for part in parts]
        target = folder.joinpath(*names)
        number, free = 1, target
        while name_key(str(free)) in taken or free.with_name(free.name + source.suffix).exists():
            number += 1
            free = target.with_name(f"{target.name}-{number}")
        taken.add(name_key(str(free)))
        planned.append(Naming(letter.id, source, free.with_name(free.name + source.suffix)))
    return planned


def apply(planned: Iterable[Naming]) -> int:
    """Make the copies; returns how many."""
    count = 0
    for naming in planned:
        naming.target.parent.mkdir(parents=True, exist_ok=True)
        with naming.source.open("rb") as source:
            write_whole(naming.target, lambda file: shutil.copyfileobj(source, file))
        count += 1
    return count


def _check(pattern: str) -> None:
    try:
        names = [name for _, name, _, _ in string.Formatter().parse(pattern) if name is not None]
    except ValueError as error:
        raise UsageError("pattern-wrong", pattern=pattern) from error
    if not names or any(name not in FIELDS for name in names):
        raise UsageError("pattern-wrong", pattern=pattern)


def _filled(part: str, letter: Letter) -> str:
    date = value_of(letter.date)
    values = {
        "id": letter.id,
        "date": date,
        "year": date[:4] if date else None,
        "number": value_of(letter.number),
        "notation": value_of(letter.notation),
        "code": value_of(letter.code),
        "doc_type": value_of(letter.doc_type),
        "issuer": value_of(letter.issuer.name),
        "subject": (value_of(letter.subject) or "")[:80],
        "place": value_of(letter.place),
        "signer": value_of(letter.signer.name),
        "file": Path(letter.source.file).stem,
    }
    plain = {name: re.sub(r"[/\\]", "-", value or UNKNOWN) for name, value in values.items()}
    return part.format(**plain)
