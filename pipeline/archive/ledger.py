"""The ledger: what is waiting, queued, running, done, doubtful or failed, and why.

A file's content (SHA-256) is its identity; the same content under two names is one file with two
paths. Every change of state is one transaction, together with the letters that it is about, so
a process may die between any two instructions and nothing is lost or done twice.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    bindparam,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from pipeline.archive.folder import clean_stem, name_key, path_text
from pipeline.archive.tables import FILES, File, Letter, Run
from pipeline.archive.tables import Path as PathRow
from pipeline.temporary import process_born

OPEN_STATES = ("queued", "running")
_SILENT = timedelta(minutes=10)  # a run on another machine that has not beaten so long is dead
_TIME = "%Y-%m-%dT%H:%M:%SZ"


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of the ledger."""

    id: int
    sha256: str
    name: str
    suffix: str
    state: str
    code: str | None = None
    why: str | None = None
    tries: int = 0
    version: str | None = None
    settings: str | None = None
    pages: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class Ending:
    """How a conversion ended: done, doubtful or failed; ``queued`` = it will be tried again."""

    state: str
    code: str | None = None
    why: str | None = None
    pages: int = 0
    seconds: float = 0.0


_COLUMNS = (
    File.id, File.sha256, File.name, File.suffix, File.state, File.code, File.why, File.tries,
    File.version, File.settings, File.pages, File.seconds,
)  # fmt: skip


_TIE = update(PathRow).where(PathRow.id == bindparam("row")).values(file_id=bindparam("file"))
_BY_SHA256 = select(*_COLUMNS).where(File.sha256 == bindparam("sha256"))
_TAKEN = select(File.id).where(File.name_key == bindparam("key")).union_all(
    select(Letter.pk).where(Letter.id_key == bindparam("key"))
)  # fmt: skip
_FINISH = (
    update(File)
    .where(File.id == bindparam("file"))
    .values(
        {
            name: bindparam(f"new_{name}")
            for name in ("state", "code", "why", "pages", "seconds", "version", "settings")
        }
        | {"run_id": None, "finished_at": bindparam("at")}
    )
)
_PATHS = select(PathRow.path).where(PathRow.file_id == bindparam("file")).order_by(PathRow.id)


def now() -> str:
    """The time as the tables hold it."""
    return datetime.now(UTC).strftime(_TIME)


def _now_there(connection: Connection) -> ColumnElement[str]:
    """The time by the database's own clock, which every machine that shares it is judged by."""
    if connection.dialect.name == "sqlite":
        return func.strftime(_TIME, "now")
    here = func.timezone("UTC", func.clock_timestamp())
    return func.to_char(here, 'YYYY-MM-DD"T"HH24:MI:SS"Z"')


def add_paths(connection: Connection, found: Iterable[tuple[Path, int, int]]) -> int:
    """Note where files lie, as (path, size, mtime_ns); a path that has changed waits again.

    Returns:
        how many of them are waiting to be taken in.
    """
    rows = [
        {"path": path_text(path), "size": size, "mtime_ns": mtime, "queued_at": now()}
        for path, size, mtime in found
    ]
    if not rows:
        return 0
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    fresh = dialect.insert(PathRow)
    changed = or_(
        PathRow.size != fresh.excluded.size,
        PathRow.mtime_ns != fresh.excluded.mtime_ns,
        PathRow.why.is_not(None),
    )
    held = fresh.on_conflict_do_update(
        index_elements=["path"],
        set_={
            "size": fresh.excluded.size,
            "mtime_ns": fresh.excluded.mtime_ns,
            "file_id": None,
            "code": None,
            "why": None,
        },
        where=changed,
    )
    connection.execute(held, rows)
    waiting = select(func.count()).select_from(PathRow)
    return connection.scalar(waiting.where(PathRow.file_id.is_(None), PathRow.why.is_(None))) or 0


def waiting_paths(connection: Connection, limit: int) -> list[tuple[int, str]]:
    """Paths not taken in yet, oldest first, as (row, path)."""
    query = select(PathRow.id, PathRow.path)
    query = query.where(PathRow.file_id.is_(None), PathRow.why.is_(None))
    return [
        (row, path) for row, path in connection.execute(query.order_by(PathRow.id).limit(limit))
    ]


def take_in(connection: Connection, row: int, path: Path, sha256: str, size: int) -> Entry:
    """Tie a path to its content; the content is queued if it is new."""
    entry = by_sha256(connection, sha256)
    if entry is None:
        name, suffix = _free_name(connection, clean_stem(path)), path.suffix.lower()[:16]
        made = connection.execute(
            insert(FILES),
            {
                "sha256": sha256, "name": name, "name_key": name_key(name), "suffix": suffix,
                "size": size, "state": "queued", "tries": 0, "queued_at": now(), "pages": 0,
                "seconds": 0.0,
            },
        )  # fmt: skip
        entry = Entry(row_of(made), sha256, name, suffix, "queued")
    connection.execute(_TIE, {"row": row, "file": entry.id})
    return entry


def refuse_path(connection: Connection, row: int, code: str, why: str) -> bool:
    """Note that a path could not be read at all; False if another run has it by now."""
    waiting = update(PathRow).where(PathRow.id == row, PathRow.file_id.is_(None))
    return connection.execute(waiting.values(code=code, why=why)).rowcount > 0


def by_sha256(connection: Connection, sha256: str) -> Entry | None:
    """The file with this content."""
    row = connection.execute(_BY_SHA256, {"sha256": sha256}).one_or_none()
    return Entry(*row) if row else None


def by_id(connection: Connection, file_id: int) -> Entry:
    """The file with this row number."""
    return Entry(*connection.execute(select(*_COLUMNS).where(File.id == file_id)).one())


def claim(connection: Connection, run: int, limit: int) -> list[Entry]:
    """Take up to ``limit`` queued files for this run; no other run gets them."""
    query = select(File.id).where(File.state == "queued").order_by(File.id).limit(limit)
    if connection.dialect.name != "sqlite":
        query = query.with_for_update(skip_locked=True)
    taken = list(connection.scalars(query))
    if not taken:
        return []
    connection.execute(
        update(File)
        .where(File.id.in_(taken))
        .values(state="running", run_id=run, started_at=now(), tries=File.tries + 1)
    )
    rows = connection.execute(select(*_COLUMNS).where(File.id.in_(taken)).order_by(File.id))
    return [Entry(*row) for row in rows]


def finish(
    connection: Connection, file_id: int, ending: Ending, version: str, settings: str
) -> None:
    """Note how a file ended, and with which version and settings (their hash) it was converted."""
    values = {
        "state": ending.state, "code": ending.code, "why": ending.why, "pages": ending.pages,
        "seconds": ending.seconds, "version": version, "settings": settings,
    }  # fmt: skip
    new = {f"new_{name}": value for name, value in values.items()}
    connection.execute(_FINISH, {"file": file_id, "at": now(), **new})


def queue_again(connection: Connection, file_ids: Sequence[int]) -> None:
    """Put files back into the queue with a clean count of tries."""
    values = {"state": "queued", "tries": 0, "code": None, "why": None, "run_id": None}
    for at in range(0, len(file_ids), 500):
        chosen = File.id.in_(file_ids[at : at + 500])
        connection.execute(update(File).where(chosen, File.state != "running").values(**values))


def paths_of(connection: Connection, file_id: int) -> list[str]:
    """All places where a content was found, first one first."""
    return list(connection.scalars(_PATHS, {"file": file_id}))


def start_run(connection: Connection) -> int:
    """Register this process, and give the files of dead ones back to the queue."""
    result = connection.execute(
        insert(Run).values(
            host=socket.gethostname(),
            pid=os.getpid(),
            born=process_born(os.getpid()),
            beat_at=_now_there(connection),
        )
    )
    recover(connection)
    return row_of(result)


def living_runs(connection: Connection) -> int:
    """How many processes convert into this archive right now."""
    return len(_living(connection))


def failed_among(connection: Connection, paths: Sequence[Path]) -> list[Entry]:
    """The failed files among those that lie at these paths."""
    found: dict[int, Entry] = {}
    for at in range(0, len(paths), 500):
        texts = [path_text(path) for path in paths[at : at + 500]]
        query = select(*_COLUMNS).join(PathRow, PathRow.file_id == File.id)
        rows = connection.execute(query.where(PathRow.path.in_(texts), File.state == "failed"))
        found.update((row[0], Entry(*row)) for row in rows)
    return list(found.values())


def beat(connection: Connection, run: int) -> None:
    """Say that this run lives."""
    connection.execute(update(Run).where(Run.id == run).values(beat_at=_now_there(connection)))


def end_run(connection: Connection, run: int) -> None:
    """Take this run off, and give back what it had not finished."""
    connection.execute(delete(Run).where(Run.id == run))
    recover(connection)


def recover(connection: Connection) -> None:
    """Queue the running files whose run is gone; their try does not count."""
    living = _living(connection)
    lost = or_(File.run_id.is_(None), File.run_id.not_in(living))
    connection.execute(
        update(File)
        .where(File.state == "running", lost)
        .values(state="queued", run_id=None, tries=File.tries - 1)
    )
    connection.execute(delete(Run).where(Run.id.not_in(living)))


def row_of(result: CursorResult[Any]) -> int:
    """The number of the row that was just inserted."""
    key = result.inserted_primary_key
    if key is None:
        raise LookupError("no row was inserted")
    return int(key[0])


def _living(connection: Connection) -> list[int]:
    """The runs that live: on this machine their process is there, on others they beat."""
    query = select(Run.id, Run.host, Run.pid, Run.born, Run.beat_at, _now_there(connection))
    living = []
    for run, host, pid, born, beat_at, time in connection.execute(query):
        heard = (datetime.strptime(time, _TIME) - _SILENT).strftime(_TIME) <= beat_at
        if process_born(pid) == born if host == socket.gethostname() else heard:
            living.append(run)
    return living


def _free_name(connection: Connection, stem: str) -> str:
    """The stem, or the stem with the first number that neither a file nor a letter has."""
    if not taken(connection, stem):
        return stem
    like = File.name_key.startswith(name_key(f"{stem}-"), autoescape=True)
    number = 2 + (connection.scalar(select(func.count()).where(like)) or 0)
    while taken(connection, f"{stem}-{number}"):
        number += 1
    return f"{stem}-{number}"


def taken(connection: Connection, name: str) -> bool:
    """Whether a file or a letter has this name already."""
    return connection.execute(_TAKEN, {"key": name_key(name)}).first() is not None
