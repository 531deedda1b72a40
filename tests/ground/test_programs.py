"""External programs run under limits."""

import os
import time
from pathlib import Path

import pytest

from pipeline.errors import EngineError, EngineMissing, EngineTimeout
from pipeline.programs import run_program


def test_output_comes_back() -> None:
    assert (
        run_program(["cat"], timeout=10, memory_mb=500, stdin="Số 12".encode()) == "Số 12".encode()
    )


def test_a_missing_program_is_named() -> None:
    with pytest.raises(EngineMissing, match="no-such-program"):
        run_program(["no-such-program"], timeout=1, memory_mb=500)


def test_the_last_line_of_a_failure_is_shown() -> None:
    with pytest.raises(EngineError, match="giấy kẹt"):
        run_program(["sh", "-c", "echo giấy kẹt >&2; exit 3"], timeout=10, memory_mb=500)


def test_a_timeout_kills_the_grandchildren_too(tmp_path: Path) -> None:
    pid_file = tmp_path / "pid"
    script = f"sleep 300 & echo $! > {pid_file}; wait"
    start = time.monotonic()
    with pytest.raises(EngineTimeout):
        run_program(["sh", "-c", script], timeout=0.5, memory_mb=500)
    assert time.monotonic() - start < 30
    pid = int(pid_file.read_text())
    for _ in range(50):
        try:
            state = Path(f"/proc/{pid}/stat").read_text().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    os.kill(pid, 9)
    pytest.fail("the grandchild survived")


def test_memory_is_bounded() -> None:
    hog = "x = bytearray(900 * 1024 * 1024)"
    with pytest.raises(EngineError):
        run_program(["python3", "-c", hog], timeout=20, memory_mb=300)
