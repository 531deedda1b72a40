"""A folder of backups: which are whole, and what a whole one's manifest says.

``DEST/TIME/archive/…`` is the archive as it was; ``TIME/SHA256SUMS`` lists its files as
``sha256sum --check`` reads them; ``TIME/backup.json`` is written last and seals the list. A backup
that was broken off is called ``.partial``, and never has a name of its own.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError

from pipeline.archive.pieces import Digest, digest_file, digest_of
from pipeline.errors import ArchiveError

PARTIAL, CONTENT, SUMS, SEAL = ".partial", "archive", "SHA256SUMS", "backup.json"
_REMOVING = ".removing"
_NAME = re.compile(r"\d{4}-\d\d-\d\dT\d\d-\d\d-\d\dZ(-\d+)?")
_LINE = re.compile(r"([0-9a-f]{64})  archive/(.+)\n")


class Seal(BaseModel):
    """What ``backup.json`` holds: ``sums`` is the SHA-256 of the list, ``own`` of the rest."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: str = "congvan/backup/1"
    congvan: str
    made_at: str
    database: str
    files: int
    total: int
    sums: str
    damaged: tuple[str, ...] = ()
    own: str = ""

    def as_file(self) -> bytes:
        """The bytes of the file, ``own`` made anew."""
        rest = self.model_dump(mode="json", exclude={"own"})
        own = digest_of(json.dumps(rest, sort_keys=True).encode()).sha256
        plain = json.dumps({**rest, "own": own}, ensure_ascii=False, indent=1) + "\n"
        return plain.encode("utf-8")


class Ledger:
    """The files of a backup in the making, and of the one before, in a private SQLite on disk.

    A million letters have four million files: too many for a dictionary.
    """

    def __init__(self) -> None:
        self._db = sqlite3.connect("", isolation_level=None)
        for table in ("laid", "earlier"):
            self._db.execute(
                f"CREATE TABLE {table} (path TEXT PRIMARY KEY, sha256 TEXT, size INTEGER, turn "
                "INTEGER) WITHOUT ROWID"
            )
        self._db.execute("BEGIN")

    def remember(self, entries: Iterator[tuple[str, str]]) -> None:
        """Take over the list of the backup before."""
        rows = ((path, sha256) for path, sha256 in entries)
        self._db.executemany("INSERT OR REPLACE INTO earlier (path, sha256) VALUES (?, ?)", rows)

    def earlier(self, path: str) -> str | None:
        """The SHA-256 that the backup before has for a path."""
        row = self._db.execute("SELECT sha256 FROM earlier WHERE path = ?", (path,)).fetchone()
        return row[0] if row else None

    def laid(self, path: str) -> Digest | None:
        """What an earlier turn of this backup has laid there."""
        row = self._db.execute("SELECT sha256, size FROM laid WHERE path = ?", (path,)).fetchone()
        return Digest(*row) if row else None

    def lay(self, path: str, digest: Digest, turn: int) -> None:
        """Note a file of this backup."""
        self._db.execute(
            "INSERT OR REPLACE INTO laid VALUES (?, ?, ?, ?)",
            (path, digest.sha256, digest.size, turn),
        )

    def outdated(self, turn: int) -> list[str]:
        """Take out, and name, what only turns before ``turn`` had laid."""
        gone = [row[0] for row in self._db.execute("SELECT path FROM laid WHERE turn < ?", (turn,))]
        self._db.execute("DELETE FROM laid WHERE turn < ?", (turn,))
        return gone

    def lines(self) -> Iterator[tuple[str, Digest]]:
        """Every file of this backup, by path."""
        query = "SELECT path, sha256, size FROM laid ORDER BY path"
        for path, sha256, size in self._db.execute(query):
            yield path, Digest(sha256, size)

    def close(self) -> None:
        """Let the private database go."""
        self._db.close()


@contextmanager
def locked(dest: Path) -> Iterator[None]:
    """Keep a second backup out of the folder.

    Raises:
        ArchiveError: another one is at work there.
    """
    descriptor = os.open(dest / ".lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveError("backup-busy", folder=dest) from error
        yield
    finally:
        os.close(descriptor)


def whole_ones(dest: Path) -> list[Path]:
    """The finished backups of a folder, oldest first."""
    if not dest.is_dir():
        return []
    found = [path for path in dest.iterdir() if _NAME.fullmatch(path.name)]
    return sorted((path for path in found if (path / SEAL).is_file()), key=_place)


def newest_sealed(dest: Path) -> Path | None:
    """The newest finished backup whose list of files is still the one that was sealed."""
    for backup in reversed(whole_ones(dest)):
        try:
            seal_of(backup)
        except ArchiveError:
            continue
        return backup
    return None


def find(source: Path) -> Path:
    """The backup that a path means: itself, or the newest in it.

    Raises:
        ArchiveError: there is none, or only one that was broken off.
    """
    if (source / SEAL).is_file() and source.name != PARTIAL:
        return source
    whole = whole_ones(source)
    if whole:
        return whole[-1]
    partial = source.name == PARTIAL or (source / PARTIAL).exists()
    raise ArchiveError("backup-partial" if partial else "backup-missing", folder=source)


def seal_of(backup: Path) -> Seal:
    """The seal of a finished backup; its list of files is the one that was sealed.

    Raises:
        ArchiveError: seal or list are damaged.
    """
    try:
        data = (backup / SEAL).read_bytes()
        seal = Seal.model_validate_json(data)
        intact = seal.as_file() == data and digest_file(backup / SUMS).sha256 == seal.sums
    except (ValidationError, OSError) as error:
        raise ArchiveError("backup-unsealed", folder=backup) from error
    if not intact or seal.format != Seal.model_fields["format"].default:
        raise ArchiveError("backup-unsealed", folder=backup)
    return seal


def entries(backup: Path) -> Iterator[tuple[str, str]]:
    """Every file of a backup as (path in the archive, SHA-256).

    Raises:
        ArchiveError: the list is none of ours: a line is no entry, or leads out of the archive.
    """
    with (backup / SUMS).open(encoding="utf-8", newline="\n") as file:
        for line in file:
            match = _LINE.fullmatch(line)
            if match is None or not _inside(match[2]):
                raise ArchiveError("backup-unsealed", folder=backup)
            yield match[2], match[1]


def _inside(path: str) -> bool:
    """Whether a path stays in the folder that it is joined to."""
    return all(part not in ("", ".", "..") for part in path.split("/")) and "\0" not in path


def seal(partial: Path, ledger: Ledger, draft: Seal) -> Seal:
    """Write the list and, last of all, the seal; everything is on the disk before it."""
    files = total = 0
    with (partial / SUMS).open("w", encoding="utf-8", newline="\n") as file:
        for path, digest in ledger.lines():
            file.write(f"{digest.sha256}  {CONTENT}/{path}\n")
            files, total = files + 1, total + digest.size
    os.sync()
    sums = digest_file(partial / SUMS).sha256
    final = draft.model_copy(update={"files": files, "total": total, "sums": sums})
    with (partial / SEAL).open("wb") as file:
        file.write(final.as_file())
        file.flush()
        os.fsync(file.fileno())
    return final


def name_it(partial: Path, made_at: str) -> Path:
    """Give a sealed backup its name: from here on it counts.

    Names tell the order for ever: where the clock went back, the newest name is counted on.
    """
    stem = made_at.replace(":", "-")
    whole = whole_ones(partial.parent)
    newest = _place(whole[-1]) if whole else ("", 0)
    target = partial.with_name(stem)
    if (stem, 1) <= newest:
        target = partial.with_name(f"{newest[0]}-{newest[1] + 1}")
    partial.rename(target)
    _sync_folder(target.parent)
    return target


def _place(backup: Path) -> tuple[str, int]:
    """A backup's place in the order: its time, and the number behind it."""
    return backup.name[:20], int(backup.name[21:] or 1)


def drop_older(dest: Path, keep: int) -> None:
    """Remove all but the newest ``keep`` backups, and what an interrupted removal left."""
    for old in whole_ones(dest)[:-keep] if keep else ():
        # Renamed first: half a backup must never look like a whole one.
        old.rename(dest / f"{_REMOVING}-{old.name}")
    for gone in dest.glob(f"{_REMOVING}-*"):
        shutil.rmtree(gone)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
