"""What all tests may use."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.servers import BIN, Server


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    if BIN is None or (os.geteuid() == 0 and shutil.which("runuser") is None):
        pytest.skip("PostgreSQL's programs are not installed")
    folder = Path("/tmp") / f"congvan-pg-{os.getpid()}"  # noqa: S108 (a socket's path must be short)
    folder.mkdir(mode=0o755)
    server = Server(folder)
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)
