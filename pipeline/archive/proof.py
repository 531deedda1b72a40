"""The archive proves itself: every byte that a file or the database should hold is looked at.

Of each file of the ledger the original, of each letter its record, text and PDF are read whole and
compared with the SHA-256 in the database; records and texts with the record in the database, too;
the database with itself. What looks wrong is looked at again while nobody may write, so that a
conversion or a clerk at work is never taken for damage.
"""

from __future__ import annotations

import contextlib
import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from sqlalchemy import BigInteger, Connection, Engine, column, func, select, table, text
from sqlalchemy.exc import DatabaseError, OperationalError

from pipeline.archive import pieces
from pipeline.archive.check import Faulty, Held, held_after, record_of, wrong_rows
from pipeline.archive.database import reading, reason_of, writing
from pipeline.archive.folder import PARTS, STAGING, write_whole
from pipeline.archive.pieces import Digest
from pipeline.archive.store import Archive
from pipeline.archive.tables import File, Piece
from pipeline.archive.tables import Letter as LetterRow
from pipeline.wording import say

Kind = Literal[
    "changed", "missing", "unreadable", "unexpected", "database", "unproved", "unfinished"
]
HARMLESS = frozenset({"unfinished"})
"""What the next run settles by itself: files that a killed process left half-way."""

_CHUNK = 200
_BREATH = 0.02  # seconds between two tries to lock
_LOCK_NOT_AVAILABLE = "55P03"
_OWN = frozenset(
    {*PARTS, STAGING, ".desk", "learnt.json", "congvan.db", "congvan.db-wal", "congvan.db-shm"}
)


@dataclass(frozen=True, slots=True)
class Finding:
    """Something that is not as it should be; ``mended`` when it has been set right."""

    kind: Kind
    path: str
    detail: str = ""
    mended: bool = False

    def sentence(self, language: str = "en") -> str:
        """What it is and what to do, for a clerk."""
        code = "proof-mended" if self.mended else f"proof-{self.kind}"
        return say(code, language, path=self.path, detail=self.detail)


Seen = Callable[[int], None]
"""Told after every file of its size in bytes."""


def unseen(size: int) -> None:
    """Nobody is told."""
    del size


@contextlib.contextmanager
def held_still(engine: Engine) -> Iterator[Connection]:
    """A transaction during which nobody else changes a letter or takes a file in."""
    with contextlib.ExitStack() as stack:
        yield _locked(engine, stack)


def _locked(engine: Engine, stack: contextlib.ExitStack) -> Connection:
    """A writing transaction, entered on ``stack``; SQLite has one writer anyway.

    On PostgreSQL the two tables are taken together or not at all: who waits for the second while
    holding the first can block a writer that comes the other way round for ever.
    """
    while True:
        with contextlib.ExitStack() as attempt:
            connection = attempt.enter_context(writing(engine))
            if connection.dialect.name != "postgresql" or _taken(connection):
                stack.push(attempt.pop_all())
                return connection
        time.sleep(_BREATH)


def _taken(connection: Connection) -> bool:
    try:
        with connection.begin_nested():
            connection.execute(text("LOCK TABLE files, letters IN SHARE ROW EXCLUSIVE MODE NOWAIT"))
    except OperationalError as error:
        if getattr(error.orig, "sqlstate", None) != _LOCK_NOT_AVAILABLE:
            raise
        return False
    return True


def count_files(archive: Archive) -> int:
    """About how many files :func:`verify` will read."""
    with reading(archive.engine) as connection:
        originals = connection.scalar(select(func.count()).select_from(File)) or 0
        return originals + (connection.scalar(select(func.count()).select_from(Piece)) or 0)


def verify(archive: Archive, *, mend: bool = False, seen: Seen = unseen) -> Iterator[Finding]:
    """Everything that is wrong with an archive, in constant memory.

    Args:
        archive: the archive; it may be in use.
        mend: write records and texts again where only the plain file is wrong, and note the
            digests of files from before digests were kept.
        seen: told of every file that was read.
    """
    try:
        yield from _database(archive.engine)
    except DatabaseError as error:
        yield Finding("database", archive.engine.url.database or "", reason_of(error))
        return  # what it says of files is worth nothing now
    yield from _originals(archive, seen)
    yield from _letters(archive, mend, seen)
    yield from _unexpected(archive)


# --- The database -------------------------------------------------------------------------------


def _database(engine: Engine) -> Iterator[Finding]:
    name = engine.url.database or ""
    with reading(engine) as connection:
        if connection.dialect.name == "sqlite":
            for line in connection.exec_driver_sql("PRAGMA integrity_check").scalars():
                if line != "ok":
                    yield Finding("database", name, str(line))
            for row in connection.exec_driver_sql("PRAGMA foreign_key_check"):
                yield Finding("database", name, f"{row[0]} {row[1]} → {row[2]}")
        name_of_table, key = (
            ("letter_index_docsize", "id")
            if connection.dialect.name == "sqlite"
            else ("letter_index", "letter_pk")
        )
        indexed = select(column(key, BigInteger)).select_from(table(name_of_table))
        lost = select(LetterRow.id).where(LetterRow.pk.not_in(indexed))
        for letter in connection.scalars(lost):
            yield Finding("database", name, f"{letter}: not in the index of words")


# --- Originals ----------------------------------------------------------------------------------


def _originals(archive: Archive, seen: Seen) -> Iterator[Finding]:
    last = 0
    while True:
        with reading(archive.engine) as connection:
            query = select(File.id, File.name, File.suffix, File.sha256, File.size)
            chunk = connection.execute(
                query.where(File.id > last).order_by(File.id).limit(_CHUNK)
            ).all()
        if not chunk:
            return
        for row in chunk:
            # An original gets its name before its row is seen, and never changes: one look is sure.
            path = f"originals/{row.name}{row.suffix}"
            wrong = _look(archive.folder, path, Digest(row.sha256, row.size), seen)
            if wrong is not None:
                yield wrong
        last = chunk[-1].id


def _look(folder: Path, path: str, wanted: Digest | None, seen: Seen) -> Finding | None:
    """What is wrong with one file; a file without a digest only has to be there and readable."""
    try:
        found = pieces.digest_file(folder / path)
    except FileNotFoundError:
        return Finding("missing", path)
    except OSError as error:
        return Finding("unreadable", path, error.strerror or str(error))
    seen(found.size)
    if wanted is None:
        return Finding("unproved", path)
    return None if found == wanted else Finding("changed", path)


# --- Letters ------------------------------------------------------------------------------------


def _letters(archive: Archive, mend: bool, seen: Seen) -> Iterator[Finding]:
    last = 0
    while True:
        with reading(archive.engine) as connection:
            chunk = held_after(connection, last, _CHUNK)
        if not chunk:
            return
        doubtful = [held.pk for held in chunk if any(_letter(archive.folder, held, seen))]
        if doubtful:
            with held_still(archive.engine) as connection:
                for held in held_after(connection, 0, _CHUNK, only=doubtful):
                    for finding in _letter(archive.folder, held, unseen):
                        yield _settle(connection, archive.folder, held, finding, mend)
        last = chunk[-1].pk


def _letter(folder: Path, held: Held, seen: Seen) -> Iterator[Finding]:
    """What is wrong with a letter's rows and files."""
    try:
        record = record_of(held)
        wrong = wrong_rows(held)
    except Faulty as error:
        yield Finding("database", held.id, str(error))
        return
    if wrong:
        yield Finding("database", held.id, wrong)
    for path, data in _plain(held, record):
        expected = pieces.digest_of(data)
        noted = held.pieces.get(path, expected)
        finding = _look(folder, path, noted, seen)
        if finding is None and noted != expected and not _says(folder / path, data):
            finding = Finding("database", path, "file and database differ")
        if finding is not None:
            yield _as_unfinished(finding, held)
        elif path not in held.pieces:
            yield Finding("unproved", path)
    path = pieces.pdf_path(held.id)
    if path in held.pieces or (folder / path).exists():
        finding = _look(folder, path, held.pieces.get(path), seen)
        if finding is not None:
            yield _as_unfinished(finding, held)


def _plain(held: Held, record: dict[str, Any]) -> Iterator[tuple[str, bytes]]:
    yield pieces.record_path(held.id), pieces.record_file(record)
    yield pieces.text_path(held.id), pieces.text_file(record)


def _says(path: Path, data: bytes) -> bool:
    """Whether a file that an earlier version wrote says the same in another form."""
    if path.suffix != ".json":
        return path.read_bytes().split() == data.split()
    return bool(json.loads(path.read_bytes()) == json.loads(data))


def _as_unfinished(finding: Finding, held: Held) -> Finding:
    """A file that is queued or running again may lie there ahead of the database."""
    if held.state in ("queued", "running") and finding.kind in ("changed", "missing"):
        return Finding("unfinished", finding.path)
    return finding


def _settle(
    connection: Connection, folder: Path, held: Held, finding: Finding, mend: bool
) -> Finding:
    """The finding, set right if that is asked for and can be done without guessing."""
    if not mend or finding.kind not in ("changed", "missing", "unproved"):
        return finding
    if finding.kind == "unproved":
        digest = pieces.digest_file(folder / finding.path)
    else:
        plain = dict(_plain(held, record_of(held)))
        if finding.path not in plain:
            return finding
        data = plain[finding.path]
        digest = pieces.digest_of(data)
        write_whole(folder / finding.path, lambda file: file.write(data))
    pieces.note(connection, held.pk, {finding.path: digest})
    return Finding(finding.kind, finding.path, finding.detail, mended=True)


# --- What should not be there -------------------------------------------------------------------


def _unexpected(archive: Archive) -> Iterator[Finding]:
    for entry in os.scandir(archive.folder):
        if entry.name not in _OWN:
            yield Finding("unexpected", entry.name)
    for part in PARTS:
        names: list[str] = []
        for entry in os.scandir(archive.folder / part):
            names.append(entry.name)
            if len(names) == _CHUNK:
                yield from _strangers(archive, part, names)
                names = []
        yield from _strangers(archive, part, names)


def _strangers(archive: Archive, part: str, names: Sequence[str]) -> Iterator[Finding]:
    """Names of a folder that no row knows, even when nobody writes."""
    with reading(archive.engine) as connection:
        doubtful = _unknown(connection, part, names)
    if not doubtful:
        return
    with held_still(archive.engine) as connection:
        sure = _unknown(connection, part, doubtful)
        still = [name for name in sure if os.path.lexists(archive.folder / part / name)]
    for name in still:
        kind: Kind = (
            "unfinished" if name.startswith(".") and name.endswith(".tmp") else "unexpected"
        )
        yield Finding(kind, f"{part}/{name}")


def _unknown(connection: Connection, part: str, names: Sequence[str]) -> list[str]:
    texts = {name: os.fsencode(name).decode("utf-8", "replace") for name in names}
    if part == "originals":
        whole = File.name + File.suffix
        known = set(connection.scalars(select(whole).where(whole.in_(texts.values()))))
    else:
        suffix = {"records": ".json", "text": ".txt", "pdf": ".pdf"}[part]
        stems = {t.removesuffix(suffix) for t in texts.values() if t.endswith(suffix)}
        found = connection.scalars(select(LetterRow.id).where(LetterRow.id.in_(stems)))
        known = {name + suffix for name in found}
    return [name for name, plain in texts.items() if plain not in known]
