"""Exports: the command's peak memory and its seconds, for each form and archive.

    python -m benchmarks.export ARCHIVE [ARCHIVE …] [--formats jsonl xlsx …]

Give it archives of different sizes (``benchmarks.search`` makes them): memory must not follow the
number of letters. What is exported goes to a temporary file and is thrown away.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pipeline.export import Format


def measure(archive: Path, kind: Format, to: Path) -> tuple[float, float, float]:
    """Peak resident MiB of ``congvan export``, its seconds, and the megabytes it wrote."""
    given = ("export", "--archive", str(archive), "--format", kind, "--output", str(to))
    start = time.perf_counter()
    process = subprocess.Popen([Path(sys.executable).with_name("congvan"), *given])
    _, status, used = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"congvan export of {archive} as {kind} failed")
    return used.ru_maxrss / 1024, seconds, to.stat().st_size / 1e6


def main() -> None:
    """Export, print a row for each form and archive."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("archives", nargs="+", type=Path)
    parser.add_argument("--formats", nargs="+", type=Format, default=list(Format))
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="congvan-export-") as folder:
        for kind in given.formats:
            for archive in given.archives:
                memory, seconds, size = measure(archive, kind, Path(folder) / "export")
                print(
                    f"{kind:10} {archive.name:12} {memory:5.0f} MiB {seconds:6.1f} s {size:8.1f} MB"
                )


if __name__ == "__main__":
    main()
