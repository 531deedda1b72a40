"""The fence round external programs, tried from inside."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pipeline.errors import EngineError, EngineMissing
from pipeline.programs import fence, fenced_programs, run_program

SEEN = """
import json, os, resource, socket
connect = "open"
try:
    socket.create_connection(("192.0.2.1", 9), 0.5)
except OSError as error:
    connect = error.strerror or "timed out"
print(json.dumps({
    "environment": dict(os.environ), "folder": os.getcwd(), "connect": connect,
    "memory": resource.getrlimit(resource.RLIMIT_AS)[0],
    "files": resource.getrlimit(resource.RLIMIT_NOFILE)[0],
    "core": resource.getrlimit(resource.RLIMIT_CORE)[0],
    "rights": [l for l in open("/proc/self/status") if l.startswith("NoNewPrivs")],
}))
"""


def test_what_a_program_sees(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CONGVAN_DESK__SECRET", "bí mật")
    monkeypatch.setenv("PGPASSWORD", "bí mật")
    seen = json.loads(run_program([sys.executable, "-c", SEEN], timeout=20, memory_mb=900))
    assert "bí mật" not in json.dumps(seen, ensure_ascii=False)
    assert seen["environment"]["OMP_THREAD_LIMIT"] == "1"
    assert seen["memory"] == 900 * 1024 * 1024
    assert seen["files"] == 256
    assert seen["core"] == 0
    assert seen["rights"] == ["NoNewPrivs:\t1\n"]
    assert seen["folder"] == seen["environment"]["TMPDIR"]
    assert not Path(seen["folder"]).exists(), "the private folder is gone"
    if fence(timeout=1, memory_mb=300)[0] == "unshare":
        assert "unreachable" in seen["connect"]


def test_endless_output_ends() -> None:
    with pytest.raises(EngineError):
        run_program(["yes"], timeout=30, memory_mb=50)


def test_a_program_dies_with_its_starter(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    script = (
        "from pipeline.programs import run_program;"
        f"run_program(['sh', '-c', 'echo $$ > {note}; exec sleep 60'], timeout=60, memory_mb=300)"
    )
    starter = subprocess.Popen([sys.executable, "-c", script])
    for _ in range(100):
        if note.is_file() and note.read_text():
            break
        time.sleep(0.1)
    sleeper = int(note.read_text())
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    for _ in range(50):
        try:
            state = Path(f"/proc/{sleeper}/stat").read_text().split()[2]
        except FileNotFoundError:
            return
        if state == "Z":
            return
        time.sleep(0.1)
    os.kill(sleeper, signal.SIGKILL)
    pytest.fail("it lived on")


def test_wrapped_programs_are_inside_too() -> None:
    with fenced_programs(["cat"], timeout=5, memory_mb=321) as folder:
        out = subprocess.run(
            [folder / "cat", "/proc/self/limits"], capture_output=True, text=True, check=True
        ).stdout
        assert str(321 * 1024 * 1024) in out
    assert not folder.exists()
    with pytest.raises(EngineMissing), fenced_programs(["no-such"], timeout=5, memory_mb=300):
        pass
