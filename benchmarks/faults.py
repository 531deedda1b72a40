"""Many runs, each broken in a random way, over one archive: nothing may be lost or doubled.

    python -m benchmarks.faults --runs 200 --work FOLDER [--seed 7]

A run converts an inbox by a fake trip in real workers (``tests/bulk/driver.py``) and is broken at a
random moment: the command or a worker is killed, stopped for a while, or interrupted, or somebody
locks the database. In between files are added, changed and named twice, and a clerk edits. At the
end one undisturbed run finishes, and every content is looked for. What was done so far lies in
FOLDER/progress.json: the same command goes on where it was left off.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from sqlalchemy import func, select

from pipeline.archive import Archive
from pipeline.archive.database import reading
from pipeline.archive.proof import HARMLESS, verify
from pipeline.archive.tables import File, Letter
from pipeline.config import Settings

ROOT = Path(__file__).parents[1]
DRIVER = ROOT / "tests" / "bulk" / "driver.py"
FAULTS = ("kill", "kill-worker", "interrupt", "stop", "lock", "none")


def add_files(inbox: Path, chance: random.Random, number: int) -> None:
    """A few new files, some with a content that is there already."""
    for at in range(chance.randint(1, 4)):
        word = chance.choice(("", "", "slow "))
        content = f"{word}công văn số {number}-{at}"
        (inbox / f"thư {number:03}-{at}.txt").write_text(content, "utf-8")
        if chance.random() < 0.2:
            (inbox / f"bản sao {number:03}-{at}.txt").write_text(content, "utf-8")


def break_run(run: subprocess.Popen[bytes], fault: str, archive: Path, wait: float) -> None:
    """Let a run work for a while, then break it in one way, and see it end."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        run.wait(wait)
    if fault == "kill":
        run.kill()
    elif fault == "interrupt":
        run.send_signal(signal.SIGINT)
    elif fault == "stop":
        run.send_signal(signal.SIGSTOP)
        time.sleep(0.5)
        run.send_signal(signal.SIGCONT)
    elif fault == "kill-worker":
        for child in children(run.pid):
            with contextlib.suppress(ProcessLookupError):
                os.kill(child, signal.SIGKILL)
    elif fault == "lock" and (archive / "congvan.db").exists():
        with contextlib.closing(sqlite3.connect(archive / "congvan.db", timeout=60)) as locker:
            locker.execute("BEGIN IMMEDIATE")
            time.sleep(1.0)
            locker.rollback()
    run.wait(300)


def children(pid: int) -> list[int]:
    """Worker processes of a run."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            if int(stat.read_text("utf-8").rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found


def edit(folder: Path, chance: random.Random, edits: dict[str, str]) -> None:
    """A clerk sets a number."""
    if not (folder / "records").is_dir():
        return
    with Archive.open(folder, Settings()) as archive:
        hits = archive.search("", limit=50).hits
        if hits:
            letter = chance.choice(hits).id
            edits[letter] = str(chance.randint(1, 9999))
            archive.edit(letter, "number", edits[letter], who="lan")


def account(folder: Path, inbox: Path, edits: dict[str, str]) -> dict[str, object]:
    """What is lost, doubled, wrong or left."""
    wanted = {hashlib.sha256(path.read_bytes()).hexdigest() for path in inbox.glob("*.txt")}
    with Archive.open(folder, Settings()) as archive:
        with reading(archive.engine) as connection:
            held = Counter(connection.scalars(select(File.sha256)))
            query = select(File.sha256, func.count(Letter.pk)).join(Letter).group_by(File.sha256)
            letters = {row[0]: row[1] for row in connection.execute(query)}
            states = Counter(connection.scalars(select(File.state)))
        wrong = [f"{item.kind} {item.path}" for item in verify(archive)
                 if item.kind not in HARMLESS]  # fmt: skip
        numbers = {name: archive.get(name).number for name in edits}
    kept = {name: field.value if field else None for name, field in numbers.items()}
    staged = len(list((folder / ".staging").iterdir()))
    return {
        "contents": len(wanted),
        "lost": len(wanted - set(letters)),
        "doubled": sum(n > 1 for n in (*held.values(), *letters.values())),
        "edits": len(edits),
        "edits lost": sum(kept[name] != value for name, value in edits.items()),
        "states": dict(states),
        "verify": wrong,
        "left in staging": staged,
    }


def done_so_far(path: Path) -> tuple[Counter[str], dict[str, str]]:
    """Faults of the runs that are over, and every edit made: both empty at the beginning."""
    if not path.exists():
        return Counter(), {}
    kept = json.loads(path.read_text("utf-8"))
    return Counter(kept["faults"]), kept["edits"]


def main() -> None:
    """Break runs, then account for everything; prints JSON."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=7)
    given = parser.parse_args()
    folder, inbox = given.work / "archive", given.work / "in"
    inbox.mkdir(parents=True, exist_ok=True)
    progress = given.work / "progress.json"
    told, edits = done_so_far(progress)
    command = [sys.executable, str(DRIVER), str(folder), str(inbox)]
    for number in range(told.total(), given.runs):
        chance = random.Random(f"{given.seed} {number}")
        add_files(inbox, chance, number)
        fault = chance.choice(FAULTS)
        with subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL) as run:
            break_run(run, fault, folder, chance.uniform(0.3, 4.0))
        if chance.random() < 0.3:
            edit(folder, chance, edits)
        told[fault] += 1
        progress.write_text(json.dumps({"faults": told, "edits": edits}), "utf-8")
    last = subprocess.run(command, cwd=ROOT, check=False).returncode
    report = {"runs": given.runs, "faults": dict(told), "last run": last}
    print(json.dumps(report | account(folder, inbox, edits), ensure_ascii=False, indent=1))


if __name__ == "__main__":
    main()
