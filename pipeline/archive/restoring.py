"""Whether a backup is what it was when it was made, and an archive made from one."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import delete
from sqlalchemy.engine import make_url

from pipeline.archive import ledger, shelf
from pipeline.archive.database import connect, open_database, sqlite_url, writing
from pipeline.archive.folder import make_folder
from pipeline.archive.pieces import copy_file, digest_file
from pipeline.archive.proof import HARMLESS, Finding, Seen, unseen, verify
from pipeline.archive.shelf import CONTENT
from pipeline.archive.snapshot import FILES, load
from pipeline.archive.store import Archive
from pipeline.archive.tables import Run
from pipeline.config import Settings
from pipeline.errors import ArchiveError, UsageError


def check_backup(backup: Path, seen: Seen = unseen) -> Iterator[Finding]:
    """Every byte of a backup against its sealed list.

    Raises:
        ArchiveError: the seal or the list itself is damaged.
    """
    shelf.seal_of(backup)
    count = 0
    for path, sha256 in shelf.entries(backup):
        count += 1
        try:
            found = digest_file(backup / CONTENT / path)
        except FileNotFoundError:
            yield Finding("missing", path)
            continue
        except OSError as error:
            yield Finding("unreadable", path, error.strerror or str(error))
            continue
        seen(found.size)
        if found.sha256 != sha256:
            yield Finding("changed", path)
    there = sum(len(files) for _, _, files in os.walk(backup / CONTENT))
    if there > count:
        yield Finding("unexpected", CONTENT, f"+{there - count}")


def restore(
    source: Path,
    target: Path,
    settings: Settings,
    *,
    partly: bool = False,
    seen: Seen = unseen,
) -> tuple[Path, tuple[Finding, ...]]:
    """Make an archive from a backup: checked before, copied, and verified after.

    Args:
        source: a backup, or a folder of backups (the newest counts).
        target: where the archive will be; nothing may be there yet.
        settings: ``archive.database`` names the empty PostgreSQL that a dump of one needs.
        partly: restore what is sound of a damaged backup.
        seen: told of every file, twice.

    Returns:
        the backup that was used, and what is wrong with the archive (nothing, unless ``partly``
        was asked for or the archive had been damaged when it was backed up).

    Raises:
        ArchiveError: no backup, a damaged one, or something is in the way.
        UsageError: the backup holds another kind of database than the settings name.
    """
    backup = shelf.find(source)
    sealed = shelf.seal_of(backup)
    url = settings.archive.database
    if (sealed.database == "postgresql") != (bool(url) and not url.startswith("sqlite")):
        raise UsageError("backup-database", kind=sealed.database)
    _must_be_free(target, url)
    damaged = {finding.path for finding in check_backup(backup, seen)}
    if damaged and (not partly or FILES[sealed.database] in damaged):
        raise ArchiveError("backup-damaged", folder=backup, count=len(damaged), path=min(damaged))
    laid = target.absolute().with_name(f".{target.name}.restoring")
    shutil.rmtree(laid, ignore_errors=True)
    make_folder(laid)
    for path, sha256 in shelf.entries(backup):
        if path in damaged:
            continue
        found = copy_file(backup / CONTENT / path, laid / path)
        if found.sha256 != sha256:
            raise ArchiveError("backup-damaged", folder=backup, count=1, path=path)
        seen(found.size)
    wrong = _settle(laid, sealed.database, url, seen)
    known = set(sealed.damaged) | damaged
    strange = [finding for finding in wrong if finding.path not in known]
    if strange and not partly:
        raise ArchiveError("backup-differs", folder=laid, path=strange[0].path)
    os.sync()
    if target.is_dir():
        target.rmdir()
    laid.rename(target)
    if url.startswith("sqlite"):
        shutil.move(target / FILES["sqlite"], _file_of(url))
    return backup, wrong


def _must_be_free(target: Path, url: str) -> None:
    if (target.exists() and not target.is_dir()) or (target.is_dir() and any(target.iterdir())):
        raise ArchiveError("archive-not-empty", folder=target)
    if url.startswith("sqlite") and _file_of(url).exists():
        raise ArchiveError("archive-not-empty", folder=_file_of(url))


def _file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def _settle(laid: Path, kind: str, url: str, seen: Seen) -> tuple[Finding, ...]:
    """Bring the database up, without the runs of another time, and prove the archive."""
    if kind == "postgresql":
        dump = laid / FILES["postgresql"]
        empty = connect(url)
        load(laid, empty)
        empty.dispose()
        dump.unlink()
        engine = open_database(url)
    else:
        engine = open_database(sqlite_url(laid))
    with Archive(laid, engine) as archive:
        with writing(engine) as connection:
            connection.execute(delete(Run))
            ledger.recover(connection)
        return tuple(item for item in verify(archive, seen=seen) if item.kind not in HARMLESS)
