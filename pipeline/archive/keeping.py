"""How a letter is kept: its rows, its index, its layout and its plain files, always together."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import BinaryIO

from sqlalchemy import Connection, bindparam, func, insert, select, update

from pipeline.archive import index, ledger, pieces, rows
from pipeline.archive.duplicates import warned
from pipeline.archive.edits import overlay
from pipeline.archive.folder import name_key, write_whole
from pipeline.archive.layout import pack
from pipeline.archive.ledger import Entry, now
from pipeline.archive.pieces import Digest
from pipeline.archive.tables import BODIES, LAYOUTS, LETTERS, Body, Edit, File, Layout
from pipeline.archive.tables import Letter as LetterRow
from pipeline.letter import Letter
from pipeline.page import PageText

_PART = (
    select(LetterRow.pk, LetterRow.id, Body.record)
    .join_from(LetterRow, Body)
    .where(LetterRow.file_id == bindparam("file"), LetterRow.part == bindparam("part"))
)
_BEYOND = (
    select(LetterRow.pk, LetterRow.id, Body.record)
    .join_from(LetterRow, Body)
    .where(LetterRow.file_id == bindparam("file"), LetterRow.part > bindparam("parts"))
)
_BY_ID = select(LetterRow.pk).where(LetterRow.id == bindparam("letter"))


def put_letter(
    connection: Connection, entry: Entry, part: int, letter: Letter,
    pages: Sequence[PageText],
) -> Letter:  # fmt: skip
    """Store one letter of a file in place of that of its last conversion; edits stay in force.

    Returns:
        the letter as it is valid now: with its id, its source's name and its edits.
    """
    row = connection.execute(_PART, {"file": entry.id, "part": part}).one_or_none()
    letter_id = row.id if row else _letter_id(connection, entry.name, part)
    places = ledger.paths_of(connection, entry.id)
    name = Path(places[0]).name if places else letter.source.file
    read = letter.model_copy(
        update={"id": letter_id, "source": letter.source.model_copy(update={"file": name})}
    )
    read = warned(connection, read, entry.id)
    if row is None:
        own = {"id_key": name_key(letter_id), "file_id": entry.id, "part": part}
        values = {**rows.columns(read), **own, "added_at": now(), "changed_at": now()}
        pk = ledger.row_of(connection.execute(insert(LETTERS), values))
        text = rows.text_of(read)
        body = {"letter_pk": pk, "record": _json(read), "text": text}
        connection.execute(insert(BODIES), body)
        index.put(connection, [(pk, rows.title_of(read), text)])
        rows.put_children(connection, [(pk, read)])
        connection.execute(insert(LAYOUTS), {"letter_pk": pk, "pages": pack(pages)})
        return read
    edits = connection.scalars(select(Edit.field).where(Edit.letter_pk == row.pk)).all()
    before = rows.letter_of(row.record)
    after = overlay(read, before, edits)
    replace_letter(connection, row.pk, before, after, _json(read))
    connection.execute(update(Layout).where(Layout.letter_pk == row.pk).values(pages=pack(pages)))
    return after


def replace_letter(
    connection: Connection, pk: int, before: Letter, after: Letter, read: str
) -> None:
    """Change a letter's rows and index from ``before`` to ``after``."""
    record, text = _json(after), rows.text_of(after)
    connection.execute(
        update(LetterRow).where(LetterRow.pk == pk).values(**rows.columns(after), changed_at=now())
    )
    connection.execute(
        update(Body)
        .where(Body.letter_pk == pk)
        .values(record=record, text=text, reading=None if read == record else read)
    )
    index.drop(connection, pk, rows.title_of(before), rows.text_of(before))
    index.put(connection, [(pk, rows.title_of(after), text)])
    rows.drop_children(connection, pk)
    rows.put_children(connection, [(pk, after)])


def settle(connection: Connection, file_id: int) -> None:
    """A file is doubtful as long as one of its letters waits for review."""
    waiting = select(func.count()).where(LetterRow.file_id == file_id, LetterRow.review)
    state = "doubtful" if connection.scalar(waiting) else "done"
    settled = update(File).where(File.id == file_id, File.state.in_(("done", "doubtful")))
    connection.execute(settled.values(state=state))


def drop_beyond(connection: Connection, folder: Path, file_id: int, parts: int) -> None:
    """Letters that a new reading no longer finds stay only if a person worked on them."""
    surplus = connection.execute(_BEYOND, {"file": file_id, "parts": parts}).all()
    for pk, letter_id, record in surplus:
        if connection.scalar(select(func.count()).where(Edit.letter_pk == pk)):
            continue
        letter = rows.letter_of(record)
        index.drop(connection, pk, rows.title_of(letter), rows.text_of(letter))
        rows.drop_letter(connection, pk)
        for path in (pieces.record_path, pieces.text_path, pieces.pdf_path):
            (folder / path(letter_id)).unlink(missing_ok=True)


def write_files(connection: Connection, folder: Path, letter: Letter) -> None:
    """Write a letter's record and text as plain files, and note what was written."""
    record = letter.model_dump(mode="json", by_alias=True)
    files = {
        pieces.record_path(letter.id): pieces.record_file(record),
        pieces.text_path(letter.id): pieces.text_file(record),
    }
    digests = {path: pieces.digest_of(data) for path, data in files.items()}
    pieces.note(connection, _pk_of(connection, letter.id), digests)
    for path, data in files.items():
        write_whole(folder / path, partial(_write, data))


def place_pdf(
    connection: Connection, folder: Path, letter_id: str, staged: Path, digest: Digest | None
) -> None:
    """Move a staged PDF into place and note its digest (None: the last try had moved it)."""
    path = pieces.pdf_path(letter_id)
    if digest is None and not (folder / path).exists():
        return
    found = digest or pieces.digest_file(folder / path)
    pieces.note(connection, _pk_of(connection, letter_id), {path: found})
    if digest is not None:
        staged.replace(folder / path)


def _write(data: bytes, file: BinaryIO) -> None:
    file.write(data)


def _pk_of(connection: Connection, letter_id: str) -> int:
    return connection.scalars(_BY_ID, {"letter": letter_id}).one()


def _json(letter: Letter) -> str:
    return letter.model_dump_json(by_alias=True)


def _letter_id(connection: Connection, name: str, part: int) -> str:
    """NAME for a file's first letter, then NAME-2, NAME-3 …, past names that are taken."""
    if part == 1:
        return name
    number = part
    while ledger.taken(connection, f"{name}-{number}"):
        number += 1
    return f"{name}-{number}"
