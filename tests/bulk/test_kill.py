"""kill -9 at random moments: nothing is lost, nothing doubled, records as if undisturbed."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.overview import overview
from pipeline.config import Settings
from tests.servers import Server

DRIVER = Path(__file__).parent / "driver.py"
KILLS = int(os.environ.get("CONGVAN_KILLS", "3"))
FILES = int(os.environ.get("CONGVAN_KILL_FILES", "40"))


def start(archive: Path, inbox: Path, *database: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, str(DRIVER), str(archive), str(inbox), *database]
    return subprocess.Popen(command, cwd=Path(__file__).parents[2])


def contents(folder: Path) -> dict[str, bytes]:
    kept = ("records", "text", "originals")
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in kept
        for path in sorted((folder / part).iterdir())
    }


@pytest.mark.faults
def test_killed_runs_end_as_an_undisturbed_one(tmp_path: Path) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for at in range(FILES):
        word = "slow " if at % 3 == 0 else ""
        (inbox / f"thư {at:03}.txt").write_text(f"{word}công văn số {at}", "utf-8")
    assert start(tmp_path / "calm", inbox).wait() == 0
    chance = random.Random(7)
    for _ in range(KILLS):
        run = start(tmp_path / "killed", inbox)
        time.sleep(chance.uniform(0.5, 4.0))
        run.send_signal(signal.SIGKILL)
        run.wait()
    assert start(tmp_path / "killed", inbox).wait() == 0
    assert contents(tmp_path / "killed") == contents(tmp_path / "calm")
    with Archive.open(tmp_path / "killed", Settings(), create=False) as archive:
        counts, _ = overview(archive, None, "en")
        assert dict(counts) == {"done": FILES}
        assert len(list(archive.letters())) == FILES
        assert archive.search("công văn").total == FILES
        assert not list((archive.folder / ".staging").iterdir())


@pytest.mark.faults
@pytest.mark.postgres
def test_a_database_that_goes_away_is_waited_for(tmp_path: Path, postgres: Server) -> None:
    inbox = tmp_path / "in"
    inbox.mkdir()
    for at in range(FILES):
        (inbox / f"thư {at:03}.txt").write_text(f"slow công văn số {at}", "utf-8")
    url = postgres.database()
    run = start(tmp_path / "archive", inbox, url)
    settings = Settings.model_validate({"archive": {"database": url}})
    records = tmp_path / "archive" / "records"
    for wanted in (1, FILES // 2):
        while not (records.is_dir() and len(list(records.glob("*.json"))) >= wanted):
            assert run.poll() is None
            time.sleep(0.1)
        postgres.stop("immediate")
        time.sleep(1)
        postgres.start()
    assert run.wait(timeout=120) == 0
    with Archive.open(tmp_path / "archive", settings) as archive:
        counts, _ = overview(archive, None, "en")
        assert dict(counts) == {"done": FILES}
        assert archive.search("công văn").total == FILES
