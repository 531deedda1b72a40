"""The archive's database: connections that write safely, and the migrations.

SQLite runs in WAL mode: readers never wait for the writer. A writer takes its lock at the start
(``BEGIN IMMEDIATE``), so two processes that write queue up instead of failing half-way.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError, OperationalError

from pipeline.errors import ArchiveError, ConfigError

HEAD = "0004"
"""The newest migration; Alembic is loaded only when the database is behind it."""

_WAIT_MS = 30_000

_PASSING_STATES = frozenset({"08", "40", "53", "55", "57", "58"})
"""SQLSTATE classes: connection, rollback, resources, locks, the operator, the system."""


def open_database(url: str) -> Engine:
    """An engine for ``url`` (``sqlite:///…`` or ``postgresql+psycopg://…``), tables up to date.

    Raises:
        ConfigError: the URL is wrong.
        ArchiveError: the database can't be reached or made, or a newer congvan made it.
    """
    engine = connect(url)
    try:
        _migrate(engine)
    except (DBAPIError, OSError) as error:
        raise ArchiveError("archive-closed", reason=reason_of(error)) from error
    return engine


def connect(url: str) -> Engine:
    """An engine for ``url``, whatever the database holds.

    Raises:
        ConfigError: the URL is wrong.
    """
    try:
        parsed = make_url(url)
        if parsed.drivername in ("postgresql", "postgres"):
            parsed = parsed.set(drivername="postgresql+psycopg")
        if parsed.get_backend_name() == "sqlite":
            # Connections are kept: closing the last one would write the WAL back every time.
            engine = create_engine(parsed)
            event.listen(engine, "connect", _prepare_sqlite)
            event.listen(engine, "begin", _begin_sqlite)
            if parsed.database and not parsed.database.startswith((":", "file:")):
                _keep_to_one_file(engine, Path(parsed.database).absolute())
        else:
            # Never prepared: a plan made for any words at all reads the whole index for rare ones.
            unprepared = {"prepare_threshold": None}
            engine = create_engine(parsed, pool_pre_ping=True, connect_args=unprepared)
    except (ArgumentError, NoSuchModuleError) as error:
        raise ConfigError("config-wrong", errors=f"archive.database: {error}") from error
    return engine


def sqlite_url(folder: Path) -> str:
    """The URL of the database file in an archive folder."""
    path = str((folder / "congvan.db").absolute())
    return "sqlite:///" + path.replace("%", "%25").replace("?", "%3F")


@contextmanager
def writing(engine: Engine) -> Iterator[Connection]:
    """A transaction that may write; all or nothing."""
    with engine.connect().execution_options(writes=True) as connection, connection.begin():
        yield connection


@contextmanager
def reading(engine: Engine) -> Iterator[Connection]:
    """A transaction that sees one state of the archive throughout.

    SQLite's do; PostgreSQL's see what others wrote between two statements unless told.
    """
    options = {} if engine.dialect.name == "sqlite" else {"isolation_level": "REPEATABLE READ"}
    with engine.connect().execution_options(**options) as connection, connection.begin():
        yield connection


def reason_of(error: BaseException) -> str:
    """The first line of a database's or the system's complaint."""
    cause = getattr(error, "orig", None) or error
    return str(cause).strip().splitlines()[0] if str(cause).strip() else type(cause).__name__


def is_passing(error: BaseException) -> bool:
    """Whether waiting can help: database gone or locked, disk full.

    Drivers call much "operational" that no waiting mends: a word too long for PostgreSQL's index
    (SQLSTATE 54000), a wrong statement (SQLite's plain error).
    """
    if isinstance(error, OSError):
        return error.errno in (28, 122, 5, 116)  # ENOSPC, EDQUOT, EIO, ESTALE
    if isinstance(error, OperationalError):
        state = getattr(error.orig, "sqlstate", None)  # None: no connection, or SQLite
        if state is not None:
            return state[:2] in _PASSING_STATES
        return getattr(error.orig, "sqlite_errorname", "") != "SQLITE_ERROR"
    return isinstance(error, DBAPIError) and error.connection_invalidated


def _prepare_sqlite(connection: Any, record: Any) -> None:
    del record
    connection.isolation_level = None  # the driver must not begin by itself: we do
    for pragma in (
        f"busy_timeout={_WAIT_MS}",
        "journal_mode=WAL",
        "synchronous=NORMAL",
        "foreign_keys=ON",
        "temp_store=MEMORY",
        "cache_size=-65536",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _keep_to_one_file(engine: Engine, path: Path) -> None:
    """Make the file once, and write to no other: one that is moved away is waited for.

    SQLite would go on in a file that nobody finds any more, or make an empty one in its place.
    """
    made = False

    def connect(dialect: Any, record: Any, arguments: Any, options: Any) -> Any:
        del record, arguments
        mode = "rw" if made else "rwc"
        return dialect.connect(f"{path.as_uri()}?mode={mode}", uri=True, **options)

    def connected(connection: Any, record: Any) -> None:
        nonlocal made
        del connection
        made, record.info["file"] = True, _identity(path)

    def begin(connection: Connection) -> None:
        if connection.info["file"] != _identity(path):
            connection.invalidate()
            gone = sqlite3.OperationalError("the database file was moved away")
            raise OperationalError("BEGIN", None, gone)

    event.listen(engine, "do_connect", connect)
    event.listen(engine, "connect", connected)
    event.listen(engine, "begin", begin, insert=True)


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        about = path.stat()
    except OSError:
        return None
    return about.st_dev, about.st_ino


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


def _migrate(engine: Engine) -> None:
    with reading(engine) as connection:
        version = _version(connection)
    if version == HEAD:
        return
    if version is not None and version > HEAD:  # numbered 0001, 0002 …
        raise ArchiveError("archive-newer", found=version, known=HEAD)
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            # Two processes may open a new archive at once: one makes the tables, the other waits.
            connection.execute(text("SELECT pg_advisory_xact_lock(7385910)"))
        if _version(connection) != HEAD:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
