"""Nothing leaves the machine, and nothing is written where nobody asked: libraries included."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import made

CONVERT = """
import sys
from pathlib import Path
from pipeline.config import Settings
from pipeline.recognise.digits import _reader
from pipeline.trip import convert_file
_reader()
for path in sys.argv[1:]:
    assert convert_file(Path(path), Settings()).letters
"""


@pytest.mark.tesseract
def test_a_conversion_connects_to_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    """A library of ours reports to its maker unless told not to: found by its file in /tmp."""
    home, temporary = tmp_path / "home", tmp_path / "tmp"
    home.mkdir()
    temporary.mkdir()
    files = [str(made.write(tmp_path, 1, "txt")), str(made.write(tmp_path, 2, "png"))]
    trace = tmp_path / "trace"
    strace = ["strace", "-f", "-qq", "-o", str(trace), "-e", "trace=connect,sendto,sendmsg"]
    subprocess.run(
        [*(strace if shutil.which("strace") else []), sys.executable, "-c", CONVERT, *files],
        check=True, timeout=300,
        env=os.environ | {"HOME": str(home), "TMPDIR": str(temporary), "XDG_CACHE_HOME": ""},
    )  # fmt: skip
    assert list(home.rglob("*")) == []
    assert list(temporary.rglob("*")) == []
    calls = trace.read_text() if trace.exists() else ""
    assert [line for line in calls.splitlines() if "AF_INET" in line] == []
