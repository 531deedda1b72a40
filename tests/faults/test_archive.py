"""An archive that is read-only or locked, or whose clock jumps: a sentence, and nothing lost."""

from __future__ import annotations

import socket
import sqlite3
import subprocess
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import select, update

from pipeline.archive import Archive, ledger
from pipeline.archive.database import reading, writing
from pipeline.archive.proof import verify
from pipeline.archive.tables import File, Run
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from tests.archive.test_proof import keep


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    with Archive.open(tmp_path / "archive", Settings()) as archive:
        for at in range(3):
            keep(archive, f"thư {at}", f"Về trụ sở {at}")
    return tmp_path / "archive"


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """The folder as on a disk that the system has made read-only; root may not write, either."""
    for command in (
        ["mount", "--bind", str(folder), str(folder)],
        ["mount", "-o", "remount,ro,bind", str(folder)],
    ):
        if subprocess.run(command, capture_output=True, check=False).returncode != 0:
            subprocess.run(["umount", str(folder)], capture_output=True, check=False)
            pytest.skip("no mounts may be made here")
    try:
        yield
    finally:
        subprocess.run(["umount", "--lazy", str(folder)], check=True)


@pytest.mark.faults
def test_a_read_only_archive_is_told_and_left_alone(folder: Path) -> None:
    with read_only(folder), pytest.raises(ArchiveError, match="can't be used"):
        Archive.open(folder, Settings())
    with Archive.open(folder, Settings()) as archive:
        assert list(verify(archive)) == []


@pytest.mark.faults
@pytest.mark.parametrize("part", ["records", "originals", ".staging"])
def test_a_file_where_a_folder_should_be_is_told(tmp_path: Path, part: str) -> None:
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive" / part).touch()
    with pytest.raises(ArchiveError, match="can't be used"):
        Archive.open(tmp_path / "archive", Settings())


@pytest.mark.faults
def test_a_locked_database_is_waited_for(folder: Path) -> None:
    with Archive.open(folder, Settings()) as archive:
        ready = threading.Event()

        def hold() -> None:
            with closing(sqlite3.connect(folder / "congvan.db")) as locker:
                locker.execute("BEGIN IMMEDIATE")
                ready.set()
                time.sleep(1.5)
                locker.rollback()

        holder = threading.Thread(target=hold)
        holder.start()
        ready.wait()
        assert archive.search("tru so").total == 3  # readers never wait
        archive.edit("thư 1", "number", "17", who="lan")
        holder.join()
        assert list(verify(archive)) == []


@pytest.mark.faults
@pytest.mark.parametrize("year", ["1970", "2099"])
def test_a_clock_that_jumps_takes_nothing_from_a_living_run(
    folder: Path, monkeypatch: pytest.MonkeyPatch, year: str
) -> None:
    with Archive.open(folder, Settings()) as archive:
        with writing(archive.engine) as connection:
            ids = list(connection.scalars(select(File.id)))
            ledger.queue_again(connection, ids)
            run = ledger.start_run(connection)
            taken = ledger.claim(connection, run, 2)
        monkeypatch.setattr(ledger, "now", lambda: f"{year}-01-01T00:00:00Z")
        with writing(archive.engine) as connection:
            ledger.beat(connection, run)
            other = ledger.start_run(connection)
            mine = ledger.claim(connection, other, 9)
        assert not {entry.id for entry in taken} & {entry.id for entry in mine}
        with reading(archive.engine) as connection:
            running = list(connection.scalars(select(File.id).where(File.state == "running")))
        assert sorted(running) == sorted(ids)


@pytest.mark.faults
@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def test_runs_of_other_machines_are_judged_by_the_databases_clock(
    tmp_path: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    """However wrong this machine's clock is: another one's run lives while it beats."""
    url = request.getfixturevalue("postgres").database() if kind == "postgresql" else ""
    settings = Settings.model_validate({"archive": {"database": url}})
    with Archive.open(tmp_path / "archive", settings) as archive:
        with monkeypatch.context() as elsewhere, writing(archive.engine) as connection:
            elsewhere.setattr(socket, "gethostname", lambda: "máy khác")
            far = ledger.start_run(connection)
        for year in (1970, 2099):
            wrong = {"now": lambda zone, at=year: datetime(at, 1, 1, tzinfo=zone)}
            monkeypatch.setattr(ledger, "datetime", type("Wrong", (datetime,), wrong))
            with writing(archive.engine) as connection:
                ledger.recover(connection)
                assert ledger.living_runs(connection) == 1
        with writing(archive.engine) as connection:
            silent = update(Run).where(Run.id == far)
            connection.execute(silent.values(beat_at="2020-01-01T00:00:00Z"))
            assert ledger.living_runs(connection) == 0
            ledger.beat(connection, far)
            assert ledger.living_runs(connection) == 1
