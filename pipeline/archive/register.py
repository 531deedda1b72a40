"""What the archive knows of neighbouring letters, for those who read the next ones.

Only letters that a person has looked at count: a machine's reading must not vouch for another
machine's reading, and what a run makes of a file must not depend on the files before it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, select

from pipeline.archive.tables import Edit, File
from pipeline.archive.tables import Letter as LetterRow

Row = tuple[str, str, int, str, str]
_LOOKED_AT = ("review.needed", "number", "date")


def confirmed_letters(connection: Connection) -> Iterator[Row]:
    """(folded issuer, notation, number, ISO date, SHA-256 of the file), each letter once."""
    seen = select(Edit.letter_pk).where(Edit.field.in_(_LOOKED_AT))
    query = (
        select(
            LetterRow.issuer_key,
            LetterRow.notation,
            LetterRow.number,
            LetterRow.date,
            File.sha256,
        )
        .join(File, File.id == LetterRow.file_id)
        .where(LetterRow.pk.in_(seen), LetterRow.review.is_(False))
        .order_by(LetterRow.pk)
    )
    for issuer, notation, number, date, sha256 in connection.execute(query):
        if issuer and notation and number and number.isdecimal() and date and len(date) == 10:
            yield issuer, notation, int(number), date, sha256


def write_register(connection: Connection, path: Path) -> None:
    """The confirmed letters as a file that workers read; none when there are none."""
    rows = list(confirmed_letters(connection))
    if rows:
        path.write_text(json.dumps(rows, ensure_ascii=False), encoding="utf-8")
