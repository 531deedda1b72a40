"""Faults through a whole run: it is told, the run goes on, nothing is lost, doubled or left."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.archive.overview import overview
from pipeline.archive.proof import verify
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.config import Settings
from tests.bulk.faketrip import trip
from tests.bulk.test_disk import until
from tests.faults.programs import put_first

LETTER = Path(__file__).parents[2] / "samples" / "letters" / "thong-bao-huyen-den-trang.pdf"


class Told(Events):
    """Keeps what a run says of failures and of waiting."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, bool]] = []
        self.refusals: list[tuple[Path, str]] = []
        self.waits: list[str] = []

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        self.failures.append((why, final))

    def refused(self, path: Path, why: str) -> None:
        self.refusals.append((path, why))

    def waiting(self, reason: str) -> None:
        self.waits.append(reason)


@pytest.mark.faults
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("kill -SEGV $$", "tesseract failed"),
        ("kill -KILL $PPID", "died"),  # the parent is the worker
    ],
)
def test_a_reader_that_fails_once_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, told: str
) -> None:
    temporary, mark = tmp_path / "temporary", tmp_path / "mark"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    real = shutil.which("tesseract")
    # Not the look for which way is up: what that costs is a guess, not the page.
    once = f'case "$*" in *tsv*) [ -e {mark} ] || {{ : > {mark}; {fault}; }};; esac'
    put_first(tmp_path / "bin", "tesseract", f'{once}\nexec {real} "$@"', monkeypatch)
    settings, events = Settings(), Told()
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([LETTER], archive.folder), settings)
        Runner(archive, settings, maker(1), events).run()
        assert mark.exists()
        assert [final for _, final in events.failures] == [False]
        assert told in events.failures[0][0]
        counts, _ = overview(archive, None, "en")
        assert sum(counts.values()) == counts["done"] + counts["doubtful"] == 1
        assert list(verify(archive)) == []
    assert list(temporary.iterdir()) == []


@pytest.mark.faults
def test_a_damaged_place_on_the_source_disk_costs_that_file(tmp_path: Path) -> None:
    inbox, settings, events = tmp_path / "in", Settings(), Told()
    inbox.mkdir()
    (inbox / "thư.txt").write_text("công văn", "utf-8")
    # Reading this file at its start is an error of input and output, as from a broken disk.
    damaged = Path("/proc/self/mem")
    with Archive.open(tmp_path / "archive", settings) as archive:
        found = scan([damaged, inbox], archive.folder)
        enqueue(archive, found, settings)
        Runner(archive, settings, maker(1), events, trip).run()
        counts, rows = overview(archive, [path for path, _, _ in found.files], "en")
        assert counts == Counter(done=1, failed=1)
        assert events.refusals == [(damaged, next(why for _, name, why in rows if name == "mem"))]
        assert "Input/output error" in events.refusals[0][1]
        assert events.waits == []
        assert list((archive.folder / ".staging").iterdir()) == []


@pytest.mark.faults
def test_a_source_that_can_not_be_opened_costs_that_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, settings, events = tmp_path / "in", Settings(), Told()
    inbox.mkdir()
    for name in ("thư.txt", "hỏng.txt"):
        (inbox / name).write_text(f"công văn {name}", "utf-8")
    opened = os.open

    def damaged(path: Any, *options: Any, **more: Any) -> int:
        if path == inbox / "hỏng.txt":
            raise OSError(errno.EIO, "Input/output error")
        return opened(path, *options, **more)

    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        monkeypatch.setattr("pipeline.read.files.os.open", damaged)
        Runner(archive, settings, maker(1), events, trip).run()
        assert overview(archive, None, "en")[0] == Counter(done=1, failed=1)
        assert [path for path, _ in events.refusals] == [inbox / "hỏng.txt"]
        assert events.waits == []


@pytest.mark.faults
def test_the_archives_own_disk_is_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inbox, settings, events = tmp_path / "in", Settings(), Told()
    inbox.mkdir()
    (inbox / "thư.txt").write_text("công văn", "utf-8")
    broken = iter([OSError(errno.EIO, "Input/output error")])

    def copystat(source: Path, target: Path) -> None:
        for error in broken:
            raise error
        shutil.copystat(source, target)

    with Archive.open(tmp_path / "archive", settings) as archive:
        monkeypatch.setattr("pipeline.archive.folder.shutil", SimpleNamespace(copystat=copystat))
        enqueue(archive, scan([inbox], archive.folder), settings)
        Runner(archive, settings, maker(1), events, trip).run()
        assert overview(archive, None, "en")[0] == Counter(done=1)
        assert events.waits == ["[Errno 5] Input/output error"]


@pytest.mark.faults
def test_a_database_that_vanishes_is_waited_for(tmp_path: Path) -> None:
    inbox, settings, events = tmp_path / "in", Settings(), Told()
    inbox.mkdir()
    for at in range(12):
        (inbox / f"thư {at}.txt").write_text(f"slow công văn {at}", "utf-8")
    with Archive.open(tmp_path / "Kho số #1?%41", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        runner = Runner(archive, settings, maker(1), events, trip)
        thread = threading.Thread(target=runner.run, daemon=True)
        thread.start()
        records, database = archive.folder / "records", archive.folder / "congvan.db"
        until(lambda: list(records.glob("*.json")))
        database.rename(tmp_path / "away.db")
        until(lambda: events.waits)
        time.sleep(1.5)
        assert thread.is_alive()
        assert not database.exists()  # no empty one is made in its place
        assert "moved away" in events.waits[0]
        (tmp_path / "away.db").rename(database)
        thread.join(60)
        assert not thread.is_alive()
        assert overview(archive, None, "en")[0] == Counter(done=12)
        assert len(list(records.glob("*.json"))) == 12
        assert list(verify(archive)) == []
