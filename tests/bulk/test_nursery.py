"""The process that workers are forked from ends with the command, and leaves nothing."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.temporary import sweep_temporary

RUN = """
import os, sys
from pipeline.bulk.engine import LocalEngine
from pipeline.config import Settings
from tests.bulk.test_nursery import about
engine = LocalEngine(1, Settings())
print(*engine._pool.schedule(about).result(), flush=True)
sys.stdin.read()
engine.close()
"""


def about() -> tuple[str, int, int]:
    """A worker's temporary folder and number, and its parent's number."""
    return os.environ["TMPDIR"], os.getpid(), os.getppid()


def gone(number: int) -> bool:
    try:
        return Path(f"/proc/{number}/stat").read_text("utf-8").rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


@pytest.mark.parametrize("killed", [False, True])
def test_workers_and_nursery_end_with_the_command(tmp_path: Path, *, killed: bool) -> None:
    deep = tmp_path / ("thư mục tạm " * 8) / ("x" * 60)  # longer than a socket's name may be
    deep.mkdir(parents=True)
    command = subprocess.Popen(
        [sys.executable, "-c", RUN], text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
        env={**os.environ, "TMPDIR": str(deep)}, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert command.stdout is not None
    place, worker, nursery = command.stdout.readline().rsplit(maxsplit=2)
    assert place == str(deep)
    assert int(nursery) != command.pid
    if killed:
        command.send_signal(signal.SIGKILL)
    command.communicate("")
    until = time.monotonic() + 60
    while not (gone(int(worker)) and gone(int(nursery))):
        assert time.monotonic() < until
        time.sleep(0.05)
    sweep_temporary()
    assert list(Path("/tmp").glob(f"congvan-*-{command.pid}-*")) == []  # noqa: S108 (looked at)
