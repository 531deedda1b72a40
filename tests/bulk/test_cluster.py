"""The same work on a Dask cluster, on loopback: each worker a process with one child."""

from __future__ import annotations

import contextlib
import json
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from pipeline.errors import ArchiveError
from pipeline.letter import Letter
from tests.bulk.faketrip import trip

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Cluster:
    """A scheduler that answers, and two workers of it."""

    address: str
    scheduler: subprocess.Popen[bytes]
    workers: tuple[subprocess.Popen[bytes], ...]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    distributed = pytest.importorskip("distributed")
    about = tmp_path / "scheduler.json"  # written when its port, which it chose, is open
    place = ["--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(about)]
    scheduler = start("dask_scheduler", *place, "--no-dashboard")
    options = ["--no-nanny", "--nthreads", "1", "--no-dashboard", "--death-timeout", "120"]
    place = ["--scheduler-file", str(about), "--local-directory", str(tmp_path)]
    workers = tuple(start("dask_worker", *place, *options) for _ in range(2))
    try:
        address = address_in(about)
        with distributed.Client(address, timeout="60s", set_as_default=False) as client:
            client.wait_for_workers(2, timeout=60)
        yield Cluster(address, scheduler, workers)
    finally:
        for process in (*workers, scheduler):
            process.kill()
            process.wait()


def start(program: str, *options: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", f"distributed.cli.{program}", *options]
    quiet = subprocess.DEVNULL
    return subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet)


def address_in(about: Path) -> str:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError, ValueError):  # not there yet, or half of it
            return str(json.loads(about.read_text("utf-8"))["address"])
        time.sleep(0.1)
    pytest.fail("the scheduler did not start")


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.faults
def test_a_cluster_does_the_same(cluster: Cluster, tmp_path: Path) -> None:
    settings = Settings.model_validate({"bulk": {"attempts": 1}})
    inbox = tmp_path / "in"
    inbox.mkdir()
    for at in range(20):
        (inbox / f"thư {at}.txt").write_text(f"công văn {at}", "utf-8")
    (inbox / "crash.txt").write_text("crash", "utf-8")
    (inbox / "empty.txt").write_text("empty", "utf-8")
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        Runner(archive, settings, maker(cluster=cluster.address), Events(), trip).run()
        counts, _ = overview(archive, None, "en")
        assert counts == Counter(done=20, failed=2)


class AtFirst(Events):
    """Does something when the first file is stored."""

    def __init__(self, act: Callable[[], object]) -> None:
        self.act, self.done = act, False

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        if not self.done:
            self.done = True
            self.act()


def slow_letters(folder: Path, count: int) -> Path:
    folder.mkdir()
    for at in range(count):
        (folder / f"thư {at}.txt").write_text(f"slow công văn {at}", "utf-8")
    return folder


@pytest.mark.faults
def test_what_a_lost_worker_had_is_tried_on_another(cluster: Cluster, tmp_path: Path) -> None:
    settings, lose = Settings(), AtFirst(cluster.workers[0].kill)
    inbox = slow_letters(tmp_path / "in", 12)
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        Runner(archive, settings, maker(cluster=cluster.address), lose, trip).run()
        assert lose.done
        assert overview(archive, None, "en")[0] == Counter(done=12)
        assert list(verify(archive)) == []


@pytest.mark.faults
def test_a_lost_scheduler_ends_the_run_and_the_next_one_goes_on(
    cluster: Cluster, tmp_path: Path
) -> None:
    settings, lose = Settings(), AtFirst(cluster.scheduler.kill)
    inbox = slow_letters(tmp_path / "in", 12)
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        with pytest.raises(ArchiveError, match="scheduler went away"):
            Runner(archive, settings, maker(cluster=cluster.address), lose, trip).run()
        counts, _ = overview(archive, None, "en")
        assert 1 <= counts["done"] < 12
        assert counts["failed"] == 0
        Runner(archive, settings, maker(2), Events(), trip).run()
        assert overview(archive, None, "en")[0] == Counter(done=12)
        assert len(list(archive.letters())) == 12
        assert list(verify(archive)) == []


def test_a_missing_cluster_is_told(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ArchiveError, match="No cluster answers"):
        maker(cluster=f"tcp://127.0.0.1:{free_port()}")(Settings())
