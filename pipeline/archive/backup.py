"""Backups of an archive while it is in use, each a whole archive; unchanged files are shared.

The database comes first: it says which files belong to its state and what their SHA-256 is. A file
that has moved on since is tried with a newer state of the database; the last turn is taken while
nobody may write, so that it always comes to an end.
"""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, select

from pipeline import __version__
from pipeline.archive import pieces, shelf
from pipeline.archive.check import Faulty, Held, held_after, record_of
from pipeline.archive.folder import PARTS, write_whole
from pipeline.archive.ledger import now
from pipeline.archive.pieces import Digest
from pipeline.archive.proof import Seen, held_still, unseen
from pipeline.archive.shelf import CONTENT, PARTIAL, Ledger, Seal
from pipeline.archive.snapshot import FILES, snapshot
from pipeline.archive.store import Archive
from pipeline.archive.tables import File
from pipeline.errors import UsageError

_FREE_TURNS = 3
_CHUNK = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of the archive's state: its digest if known, its bytes if the database has them."""

    path: str
    digest: Digest | None = None
    data: bytes | None = None


@dataclass(slots=True)
class _Making:
    """A backup in the making."""

    archive: Archive
    content: Path
    earlier: Path | None
    check: bool
    seen: Seen
    ledger: Ledger = field(default_factory=Ledger)
    turn: int = 0


def back_up(
    archive: Archive,
    dest: Path,
    *,
    keep: int = 0,
    check: bool = False,
    seen: Seen = unseen,
) -> tuple[Path, Seal]:
    """Make a backup of an archive in a folder of backups.

    Args:
        archive: the archive; it may be in use.
        dest: the folder; files that the newest backup there has are linked to, not copied.
        keep: how many backups to keep; 0 = all.
        check: read the newest backup's files before they are linked to, instead of trusting them.
        seen: told of every file.

    Returns:
        the backup's folder and its seal; ``seal.damaged`` names files that were missing or damaged
        in the archive itself.

    Raises:
        UsageError: ``dest`` lies inside the archive.
        ArchiveError: another backup is at work in ``dest``.
        EngineError: pg_dump failed.
    """
    if dest.resolve().is_relative_to(archive.folder.resolve()):
        raise UsageError("backup-inside", folder=dest)
    dest.mkdir(parents=True, exist_ok=True)
    with shelf.locked(dest):
        made_at, partial = now(), dest / PARTIAL
        content = partial / CONTENT
        for part in PARTS:
            (content / part).mkdir(parents=True, exist_ok=True)
        making = _Making(archive, content, shelf.newest_sealed(dest), check, seen)
        try:
            damaged = _fill(making)
            kind = archive.engine.dialect.name
            draft = Seal(
                congvan=__version__, made_at=made_at, database=kind, files=0, total=0, sums="",
                damaged=damaged,
            )  # fmt: skip
            sealed = shelf.seal(partial, making.ledger, draft)
        finally:
            making.ledger.close()
        named = shelf.name_it(partial, made_at)
        shelf.drop_older(dest, keep)
    return named, sealed


def _fill(making: _Making) -> tuple[str, ...]:
    """Lay everything into the backup; what could not be had as it should be is given back."""
    if making.earlier is not None:
        making.ledger.remember(shelf.entries(making.earlier))
    lacking: list[str] = []
    for turn in range(1, _FREE_TURNS + 2):
        making.turn = turn
        still: AbstractContextManager[Connection | None] = (
            held_still(making.archive.engine) if turn > _FREE_TURNS else nullcontext()
        )
        with still, snapshot(making.archive.engine, making.content) as connection:
            lacking = [wanted.path for wanted in _wanted(connection) if not _lay(making, wanted)]
        if not lacking:
            break
    for path in ("learnt.json", FILES[making.archive.engine.dialect.name]):
        source = making.content if path in FILES.values() else making.archive.folder
        if (source / path).is_file():
            _lay_other(making, source / path, path)
    for path in making.ledger.outdated(making.turn):
        (making.content / path).unlink(missing_ok=True)
    _drop_strangers(making)
    return tuple(lacking)


def _wanted(connection: Connection) -> Iterator[Wanted]:
    """Every file that belongs to the state that a connection sees."""
    last = 0
    while True:
        query = select(File.id, File.name, File.suffix, File.sha256, File.size)
        files = connection.execute(query.where(File.id > last).order_by(File.id).limit(_CHUNK))
        chunk = files.all()
        for row in chunk:
            yield Wanted(f"originals/{row.name}{row.suffix}", Digest(row.sha256, row.size))
        if not chunk:
            break
        last = chunk[-1].id
    last = 0
    while letters := held_after(connection, last, _CHUNK):
        for held in letters:
            yield from _of_letter(held)
        last = letters[-1].pk


def _of_letter(held: Held) -> Iterator[Wanted]:
    try:
        record = record_of(held)
        plain: Mapping[str, bytes] = {
            pieces.record_path(held.id): pieces.record_file(record),
            pieces.text_path(held.id): pieces.text_file(record),
        }
    except (Faulty, KeyError):
        plain = {}
    for path, data in plain.items():
        yield Wanted(path, held.pieces.get(path, pieces.digest_of(data)), data)
    pdf = pieces.pdf_path(held.id)
    for path in {pdf, *held.pieces} - set(plain):
        yield Wanted(path, held.pieces.get(path))


def _lay(making: _Making, wanted: Wanted) -> bool:
    """Lay one file into the backup. False: it is missing, or not what it should be."""
    path, target = wanted.path, making.content / wanted.path
    laid = making.ledger.laid(path)
    if laid is not None and laid == wanted.digest:
        making.ledger.lay(path, laid, making.turn)
        return True
    if wanted.digest is not None and _link(making, wanted, target):
        return True
    found = _copy(making, path, target)
    if wanted.digest is None:
        return True  # of before digests were kept: as it is, or not there at all
    if found == wanted.digest:
        return True
    if wanted.data is not None and pieces.digest_of(wanted.data) == wanted.digest:
        data = wanted.data
        write_whole(target, lambda file: file.write(data))
        making.ledger.lay(path, wanted.digest, making.turn)
        return True
    return False


def _link(making: _Making, wanted: Wanted, target: Path) -> bool:
    """Share the file with the backup before, or with what a broken-off backup left."""
    digest = wanted.digest
    if digest is None:
        return False
    if target.is_file() and _is(target, digest, read=True):
        making.ledger.lay(wanted.path, digest, making.turn)
        return True
    if making.earlier is None or making.ledger.earlier(wanted.path) != digest.sha256:
        return False
    source = making.earlier / CONTENT / wanted.path
    if not _is(source, digest, read=making.check):
        return False
    target.unlink(missing_ok=True)
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        # A disk without hard links, or with too many to one file: a copy costs only room.
        if pieces.copy_file(source, target) != digest:
            return False
    making.seen(digest.size)
    making.ledger.lay(wanted.path, digest, making.turn)
    return True


def _is(path: Path, digest: Digest, *, read: bool) -> bool:
    try:
        if path.is_symlink() or path.stat().st_size != digest.size:
            return False
        return not read or pieces.digest_file(path) == digest
    except OSError:
        return False


def _copy(making: _Making, path: str, target: Path) -> Digest | None:
    """Copy a file of the archive as it is now; None where that can't be done."""
    target.unlink(missing_ok=True)
    source = making.archive.folder / path
    try:
        found = pieces.copy_file(source, target)
    except OSError as error:
        target.unlink(missing_ok=True)
        if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS):
            raise
        return None
    making.seen(found.size)
    making.ledger.lay(path, found, making.turn)
    return found


def _lay_other(making: _Making, source: Path, path: str) -> None:
    """A file without a digest in the database: the list of learnt names, the database itself."""
    target = making.content / path
    if source != target:
        target.unlink(missing_ok=True)
        pieces.copy_file(source, target)
    making.ledger.lay(path, pieces.digest_file(target), making.turn)


def _drop_strangers(making: _Making) -> None:
    """Take out what only a broken-off backup had laid there."""
    for part in ("", *PARTS):
        for entry in os.scandir(making.content / part):
            path = f"{part}/{entry.name}".lstrip("/")
            if path not in PARTS and making.ledger.laid(path) is None:
                Path(entry.path).unlink()
