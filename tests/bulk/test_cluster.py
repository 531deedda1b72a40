"""The same work on a Dask cluster, on loopback: each worker a process with one child."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.overview import overview
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from tests.bulk.faketrip import trip

ROOT = Path(__file__).parents[2]


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[str]:
    pytest.importorskip("distributed")
    address = f"tcp://127.0.0.1:{free_port()}"
    place = address.rpartition(":")[2]
    dask = [sys.executable, "-m", "distributed.cli.dask_scheduler"]
    scheduler = subprocess.Popen(
        [*dask, "--host", "127.0.0.1", "--port", place, "--no-dashboard"],
        cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    worker = [sys.executable, "-m", "distributed.cli.dask_worker", address, "--no-nanny"]
    options = ["--nthreads", "1", "--no-dashboard", "--local-directory", str(tmp_path)]
    workers = [
        subprocess.Popen(
            [*worker, *options], cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        for _ in range(2)
    ]
    yield address
    for process in (*workers, scheduler):
        process.terminate()
        process.wait()


def free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.faults
def test_a_cluster_does_the_same(cluster: str, tmp_path: Path) -> None:
    settings = Settings.model_validate({"bulk": {"attempts": 1}})
    inbox = tmp_path / "in"
    inbox.mkdir()
    for at in range(20):
        (inbox / f"thư {at}.txt").write_text(f"công văn {at}", "utf-8")
    (inbox / "crash.txt").write_text("crash", "utf-8")
    (inbox / "empty.txt").write_text("empty", "utf-8")
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([inbox], archive.folder), settings)
        Runner(archive, settings, maker(cluster=cluster), Events(), trip).run()
        counts, _ = overview(archive, None, "en")
        assert counts == Counter(done=20, failed=2)


def test_a_missing_cluster_is_told(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    with pytest.raises(ArchiveError, match="No cluster answers"):
        maker(cluster=f"tcp://127.0.0.1:{free_port()}")(Settings())
