"""The database as one file, taken while it is in use, and a database made from such a file.

SQLite's own online backup copies one state of the database; PostgreSQL's pg_dump reads one that
a transaction of ours has exported. Either way the connection that comes back sees that very state.
"""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, inspect, text

from pipeline.archive.database import open_database, reading, sqlite_url
from pipeline.errors import ArchiveError, EngineError, EngineMissing

FILES = {"sqlite": "congvan.db", "postgresql": "database.dump"}
"""Name of the database's file by the kind of database."""


@contextmanager
def snapshot(engine: Engine, folder: Path) -> Iterator[Connection]:
    """Write the database into ``folder`` and give a connection that sees just what was written.

    Raises:
        EngineMissing: pg_dump is not installed.
        EngineError: pg_dump failed.
    """
    if engine.dialect.name == "sqlite":
        with _sqlite(engine, folder) as connection:
            yield connection
        return
    dump = folder / FILES["postgresql"]
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as connection:
        exported = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(
            ["pg_dump", "--format=custom", f"--snapshot={exported}", f"--file={dump.absolute()}"],
            engine.url,
        )
        yield connection


def load(folder: Path, engine: Engine) -> None:
    """Fill an empty PostgreSQL from the dump in ``folder``, all of it or nothing.

    Raises:
        ArchiveError: the database has tables already.
        EngineMissing: pg_restore is not installed.
        EngineError: pg_restore failed.
    """
    if inspect(engine).get_table_names():
        raise ArchiveError("archive-not-empty", folder=engine.url.render_as_string())
    dump = folder / FILES["postgresql"]
    command = ["pg_restore", "--no-owner", "--no-privileges", "--single-transaction"]
    _run([*command, str(dump.absolute())], engine.url)


@contextmanager
def _sqlite(engine: Engine, folder: Path) -> Iterator[Connection]:
    target = folder / FILES["sqlite"]
    for suffix in ("", "-wal", "-shm"):
        target.with_name(target.name + suffix).unlink(missing_ok=True)
    with closing(engine.raw_connection()) as source, closing(sqlite3.connect(target)) as copy:
        held = source.driver_connection
        if not isinstance(held, sqlite3.Connection):
            raise TypeError(type(held).__name__)
        held.backup(copy)
    taken = open_database(sqlite_url(folder))
    try:
        with reading(taken) as connection:
            yield connection
    finally:
        taken.dispose()
        # One plain file, without the companions of a database in use.
        with closing(sqlite3.connect(target)) as copy:
            copy.execute("PRAGMA journal_mode=DELETE")


def _run(command: Sequence[str], url: URL) -> None:
    """A program of PostgreSQL on ``url``; the password goes by the environment, not the arguments.

    Not in the fence of ``programs.py``: it needs the network, and reads nothing of strangers.
    """
    plain = url.set(drivername="postgresql", password=None).render_as_string(hide_password=False)
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    try:
        done = subprocess.run(
            [command[0], f"--dbname={plain}", *command[1:]],
            env={**os.environ, **secret},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            check=False,
        )
    except FileNotFoundError as error:
        raise EngineMissing("engine-missing", program=command[0]) from error
    if done.returncode != 0:
        lines = done.stderr.decode("utf-8", "replace").strip().splitlines()
        reason = lines[-1][:200] if lines else f"exit code {done.returncode}"
        raise EngineError("database-tool", program=command[0], reason=reason)
