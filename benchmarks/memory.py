"""What a worker needs while files are converted: ``python -m benchmarks.memory SCANS [--jobs 2]``.

Converts SCANS by the command and looks, twenty times a second, at each worker with the programs
that it runs (Tesseract, poppler …). PSS counts pages that processes share once; RSS counts them in
each. Printed are the largest worker with its programs, and the largest worker by itself, in MiB.
"""

from __future__ import annotations

import argparse
import json
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

KINDS = ("Pss", "Rss")


def children(process: int | str) -> list[int]:
    """The processes that one started; none of one that is gone."""
    try:
        listed = [task.read_text() for task in Path(f"/proc/{process}/task").glob("*/children")]
    except OSError:
        return []
    return [int(child) for child in " ".join(listed).split()]


def command_of(process: int) -> bytes:
    """The command line of a process; nothing of one that is gone."""
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes()
    except OSError:
        return b""


def memory(process: int) -> dict[str, float]:
    """MiB of a process by :data:`KINDS`; nothing of one that is gone."""
    try:
        said = Path(f"/proc/{process}/smaps_rollup").read_text("utf-8")
    except OSError:
        return dict.fromkeys(KINDS, 0.0)
    found = dict(re.findall(r"^(\w+): +(\d+) kB", said, re.MULTILINE))
    return {kind: int(found.get(kind, 0)) / 1024 for kind in KINDS}


def family(process: int) -> list[int]:
    """A process and all that came from it."""
    return [process, *(one for child in children(process) for one in family(child))]


def main() -> None:
    """Convert, look, print JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("scans", type=Path)
    parser.add_argument("--jobs", type=int, default=2)
    given = parser.parse_args()
    most = {f"{what}, {kind}": 0.0 for what in ("with programs", "alone") for kind in KINDS}
    with tempfile.TemporaryDirectory() as folder:
        code = "from pipeline.cli import main; main()"
        run = subprocess.Popen(
            [sys.executable, "-c", code, "convert", str(given.scans), "-o", f"{folder}/archive",
             "-j", str(given.jobs)], stdout=subprocess.DEVNULL,
        )  # fmt: skip
        while run.poll() is None:
            nurseries = [p for p in children(run.pid) if b"forkserver" in command_of(p)]
            for worker in (child for nursery in nurseries for child in children(nursery)):
                own, *others = (memory(process) for process in family(worker))
                for kind in KINDS:
                    whole = own[kind] + sum(other[kind] for other in others)
                    for name, size in (("with programs", whole), ("alone", own[kind])):
                        most[f"{name}, {kind}"] = max(most[f"{name}, {kind}"], size)
            time.sleep(0.05)
    print(json.dumps({name: round(size) for name, size in most.items()}, indent=1))


if __name__ == "__main__":
    main()
