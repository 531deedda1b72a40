"""Which files of the ledger to convert again."""

from __future__ import annotations

from sqlalchemy import or_, select, update

from pipeline import __version__
from pipeline.archive import ledger
from pipeline.archive.database import writing
from pipeline.archive.folder import name_key
from pipeline.archive.lessons import settings_hash
from pipeline.archive.store import Archive
from pipeline.archive.tables import File, Letter, Path
from pipeline.config import Settings
from pipeline.errors import ArchiveError


def queue_for_retry(
    archive: Archive, settings: Settings, names: tuple[str, ...] = (), *, older: bool = False
) -> list[int]:
    """Queue files again: the named letters' or files', or all failed ones.

    Args:
        archive: the archive.
        settings: the settings that count as current.
        names: letters or files to convert again, whatever their state.
        older: also everything that another version or other settings converted.

    Returns:
        row numbers of the files that were queued.

    Raises:
        ArchiveError: a name is unknown.
    """
    with writing(archive.engine) as connection:
        if names:
            chosen = []
            for name in names:
                held = select(File.id).outerjoin(Letter, Letter.file_id == File.id)
                key = name_key(name)
                found = connection.scalars(
                    held.where(or_(File.name_key == key, Letter.id_key == key))
                )
                ids = sorted(set(found))
                if not ids:
                    raise ArchiveError("letter-missing", id=name)
                chosen += ids
        else:
            wanted = File.state == "failed"
            if older:
                current = settings_hash(settings, archive.folder)
                other = or_(File.version != __version__, File.settings != current)
                wanted = or_(wanted, other)
            chosen = list(connection.scalars(select(File.id).where(wanted)))
        ledger.queue_again(connection, chosen)
        # A path that could not be read may be readable now.
        connection.execute(update(Path).where(Path.why.is_not(None)).values(why=None, code=None))
    return chosen
