"""Taking a file in: its content is staged in the archive, then tied to the ledger."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from pipeline.archive import ledger
from pipeline.archive.folder import STAGING, copy_hashed
from pipeline.archive.ledger import Entry
from pipeline.archive.store import Archive
from pipeline.archive.stores import fetch_hashed, url_of
from pipeline.config import Limits


@dataclass(frozen=True, slots=True)
class Copy:
    """A waiting path's content, staged in the archive."""

    row: int
    path: Path
    staged: Path
    sha256: str
    size: int


def stage(archive: Archive, row: int, path: Path, limits: Limits) -> Copy:
    """Copy a file, from a disk or an object store; nothing is left of one that can't be had.

    The copy is made before any transaction: nobody waits for a slow disk.

    Raises:
        InputError: the file itself can't be had.
        ArchiveError: its object store can't be used.
        OSError: the disk is full, or the store away.
    """
    # A name of its own: two runs over one archive may take the same path at the same moment.
    staged = archive.folder / STAGING / f"in-{row}-{secrets.token_hex(8)}"
    url = url_of(path)
    try:
        got = fetch_hashed(url, staged, limits) if url else copy_hashed(path, staged, limits)
    except BaseException:
        staged.unlink(missing_ok=True)
        raise
    return Copy(row, path, staged, *got)


def adopt(connection: Connection, archive: Archive, copy: Copy) -> Entry:
    """Tie a path to its content; a new content's copy becomes the original of its name."""
    entry = ledger.take_in(connection, copy.row, copy.path, copy.sha256, copy.size)
    original = archive.original_of(entry.name, entry.suffix)
    fresh = entry.state == "queued" and entry.tries == 0
    if copy.staged.exists() and (fresh or not original.exists()):
        copy.staged.replace(original)
    return entry
