"""What is waited for: a disk that is really full, a PostgreSQL that is away; and what is not.

The disk is a small tmpfs, filled to its last byte, then emptied.
"""

from __future__ import annotations

import contextlib
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.overview import overview
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.watch import DONE, Watcher
from pipeline.config import Settings
from tests.bulk.faketrip import trip
from tests.servers import Server

SETTINGS = Settings()
FILES = 12


class Waits(Events):
    """Keeps what the run says while it waits."""

    def __init__(self) -> None:
        self.reasons: list[str] = []

    def waiting(self, reason: str) -> None:
        self.reasons.append(reason)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(folder)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("this system lets nobody mount a disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def fill(disk: Path) -> Path:
    """A file that leaves no byte free."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        for size in (1 << 16, 1 << 12, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return ballast


def inbox_of(folder: Path) -> Path:
    folder.mkdir()
    for at in range(FILES):
        (folder / f"thư {at:02}.txt").write_text(f"slow công văn số {at} " + "x" * 20_000, "utf-8")
    return folder


def until(condition: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def check(archive: Archive) -> None:
    counts, _ = overview(archive, None, "en")
    assert dict(counts) == {"done": FILES}
    assert len(list((archive.folder / "records").glob("*.json"))) == FILES
    assert archive.search("công văn").total == FILES
    assert list((archive.folder / ".staging").iterdir()) == []
    for at in range(FILES):
        original = archive.original(f"thư {at:02}").read_text("utf-8")
        assert original.startswith(f"slow công văn số {at} ")


@pytest.mark.faults
def test_a_conversion_waits_for_a_full_disk(disk: Path, tmp_path: Path) -> None:
    inbox, told = inbox_of(tmp_path / "in"), Waits()
    with Archive.open(disk / "archive", SETTINGS) as archive:
        enqueue(archive, scan([inbox], archive.folder), SETTINGS)
        runner = Runner(archive, SETTINGS, maker(1), told, trip)
        thread = threading.Thread(target=runner.run, daemon=True)
        thread.start()
        until(lambda: list((archive.folder / "records").glob("*.json")))
        ballast = fill(disk)
        until(lambda: told.reasons)
        assert any("full" in reason or "space" in reason for reason in told.reasons)
        time.sleep(1)
        assert thread.is_alive()
        ballast.unlink()
        thread.join(timeout=120)
        assert not thread.is_alive()
        check(archive)


@contextlib.contextmanager
def watching(inbox: Path, archive: Archive, told: Waits) -> Iterator[threading.Thread]:
    """A watch in a thread, ended at the end."""
    watcher = Watcher(inbox, archive, SETTINGS, maker(1), told)
    watcher.trip = trip
    ended = threading.Event()
    thread = threading.Thread(target=lambda: watcher.run(ended.is_set), daemon=True)
    thread.start()
    try:
        yield thread
    finally:
        ended.set()
        thread.join(timeout=60)


def done(inbox: Path) -> int:
    return len(list((inbox / DONE).glob("*.txt")))


@pytest.mark.faults
def test_a_watch_waits_for_a_full_disk(disk: Path, tmp_path: Path) -> None:
    inbox, told = inbox_of(tmp_path / "in"), Waits()
    with Archive.open(disk / "archive", SETTINGS) as archive:
        ballast = fill(disk)
        with watching(inbox, archive, told) as thread:
            until(lambda: told.reasons)
            assert thread.is_alive()
            ballast.unlink()
            until(lambda: done(inbox) == FILES, seconds=120)
        check(archive)


@pytest.mark.faults
@pytest.mark.postgres
def test_a_watch_waits_for_a_lost_database(postgres: Server, tmp_path: Path) -> None:
    inbox, told = inbox_of(tmp_path / "in"), Waits()
    settings = Settings.model_validate({"archive": {"database": postgres.database()}})
    with Archive.open(tmp_path / "archive", settings) as archive:
        postgres.stop("immediate")
        with watching(inbox, archive, told) as thread:
            until(lambda: told.reasons)
            postgres.start()
            assert thread.is_alive()
            until(lambda: done(inbox) == FILES, seconds=40)
        check(archive)


@pytest.mark.postgres
def test_a_letter_that_the_database_cannot_hold_is_not_waited_for(
    postgres: Server, tmp_path: Path
) -> None:
    inbox, told = tmp_path / "in", Waits()
    inbox.mkdir()
    (inbox / "nul.txt").write_text("công\0văn", "utf-8")
    (inbox / "thư.txt").write_text("công văn", "utf-8")
    settings = Settings.model_validate({"archive": {"database": postgres.database()}})
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        Runner(archive, settings, maker(1), told, trip).run()
        counts, reasons = overview(archive, None, "en")
        assert dict(counts) == {"done": 1, "failed": 1}
        assert "NUL" in str(reasons)
    assert told.reasons == []
