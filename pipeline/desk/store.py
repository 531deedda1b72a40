"""The desk's part of the database: opened beside the archive, brought up to date by Alembic."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import inspect, text

from pipeline.archive.database import reading, writing

if TYPE_CHECKING:
    from sqlalchemy import Engine
    from sqlalchemy.orm import Session as Work


def now(later: timedelta = timedelta()) -> str:
    """The present moment (plus ``later``) as the tables write it."""
    return (datetime.now(UTC) + later).strftime("%Y-%m-%dT%H:%M:%SZ")


class Store:
    """Transactions on the desk's tables."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        upgrade(engine)

    @contextmanager
    def work(self) -> Iterator[Work]:
        """One transaction that may write: committed at the end, rolled back on an exception."""
        from sqlalchemy.orm import Session as Work

        with (
            writing(self._engine) as connection,
            Work(connection, expire_on_commit=False) as work,
            work.begin(),
        ):
            yield work

    @contextmanager
    def look(self) -> Iterator[Work]:
        """One transaction that only reads: on SQLite it waits for no writer."""
        from sqlalchemy.orm import Session as Work

        with (
            reading(self._engine) as connection,
            Work(connection, expire_on_commit=False) as work,
        ):
            yield work


HEAD = "0002"
"""The newest migration; Alembic is loaded only when the tables are behind it."""


def _version(engine: Engine) -> str | None:
    with reading(engine) as connection:
        if not inspect(connection).has_table("desk_version"):
            return None
        return connection.execute(text("SELECT version_num FROM desk_version")).scalar()


def upgrade(engine: Engine) -> None:
    """Bring the desk's tables to this version of congvan; nothing to do is no work."""
    if _version(engine) == HEAD:
        return
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
