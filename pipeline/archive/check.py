"""A letter's rows as they lie in the database, and whether they agree with one another."""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError
from sqlalchemy import Connection, LargeBinary, select, type_coerce

from pipeline.archive import rows
from pipeline.archive.layout import unpack
from pipeline.archive.pieces import Digest
from pipeline.archive.tables import Body, File, Layout, Piece
from pipeline.archive.tables import Letter as LetterRow
from pipeline.letter import Letter

_SHOWN = ("id", "doc_type", "number", "notation", "code", "issuer", "place", "date", "subject")
"""Columns that hold a field as it is; the folded keys beside them may change with a version."""


class Faulty(Exception):
    """A row can't be read; its text says which."""


@dataclass(frozen=True, slots=True)
class Held:
    """A letter's rows, compressed as they lie there, so that one bad row costs only itself."""

    pk: int
    id: str
    state: str
    shown: dict[str, str | None]
    record: bytes | None
    reading: bytes | None
    text: bytes | None
    layout: bytes | None
    pieces: dict[str, Digest]


def held_after(
    connection: Connection, last: int, limit: int, *, only: Sequence[int] | None = None
) -> list[Held]:
    """The next letters by row number; of ``only`` these, where it is given."""
    raw = [
        type_coerce(column, LargeBinary)
        for column in (Body.record, Body.reading, Body.text, Layout.pages)
    ]
    shown = [getattr(LetterRow, name) for name in _SHOWN]
    query = (
        select(LetterRow.pk, File.state, *raw, *shown)
        .select_from(LetterRow)
        .join(File, File.id == LetterRow.file_id)
        .outerjoin(Body, Body.letter_pk == LetterRow.pk)
        .outerjoin(Layout, Layout.letter_pk == LetterRow.pk)
        .where(LetterRow.pk > last)
    )
    if only is not None:
        query = query.where(LetterRow.pk.in_(only))
    found = connection.execute(query.order_by(LetterRow.pk).limit(limit)).all()
    noted: dict[int, dict[str, Digest]] = defaultdict(dict)
    if found:
        span = Piece.letter_pk.between(found[0][0], found[-1][0])
        for path, pk, sha256, size in connection.execute(
            select(Piece.path, Piece.letter_pk, Piece.sha256, Piece.size).where(span)
        ):
            noted[pk][path] = Digest(sha256, size)
    return [
        Held(
            pk, values[0], state, dict(zip(_SHOWN, values, strict=True)),
            record, reading, text, layout, noted[pk],
        )
        for pk, state, record, reading, text, layout, *values in found
    ]  # fmt: skip


def record_of(held: Held) -> dict[str, Any]:
    """The record that is valid now.

    Raises:
        Faulty: it can't be read.
    """
    try:
        record: dict[str, Any] = json.loads(_unpacked(held.record, "record"))
    except (ValueError, RecursionError) as error:
        raise Faulty("record") from error
    return record


def wrong_rows(held: Held) -> str:
    """What of a letter's rows contradicts its record; empty when nothing does.

    Raises:
        Faulty: a row can't be read.
    """
    try:
        letter = Letter.model_validate_json(_unpacked(held.record, "record"))
        if held.reading is not None:
            Letter.model_validate_json(_unpacked(held.reading, "reading"))
    except ValidationError as error:
        raise Faulty("record") from error
    if held.layout is not None:
        try:
            unpack(_unpacked(held.layout, "layout").decode("utf-8"))
        except (ValueError, KeyError, TypeError) as error:
            raise Faulty("layout") from error
    columns = rows.columns(letter)
    wrong = [name for name in _SHOWN if columns[name] != held.shown[name]]
    if _unpacked(held.text, "text").decode("utf-8", "replace") != rows.text_of(letter):
        wrong.append("text")
    return ", ".join(wrong)


def _unpacked(packed: bytes | None, name: str) -> bytes:
    if packed is None:
        raise Faulty(name)
    try:
        return zlib.decompress(packed)
    except (zlib.error, TypeError) as error:  # TypeError: text where bytes belong
        raise Faulty(name) from error
