"""A busy hour in minutes: people searching and uploading at the desk while bulk runs go on.

    python -m benchmarks.load [--minutes 4] [--searching 20] [--uploading 5] [--runs 2]

One archive, one desk (a process of its own, converting what is uploaded), and ``--runs`` commands
``congvan convert`` over folders of their own. Each person waits a moment between two requests.
Files are texts and, one in twenty, small scans. At the end the queue is emptied and every file is
looked for: exit status 1 if a request failed, or a letter is lost, doubled or half there.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import random
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import httpx
from sqlalchemy import select

from benchmarks import made
from benchmarks.hostile_archive import unfinished
from pipeline.archive import Archive
from pipeline.archive.database import reading
from pipeline.archive.tables import File, Letter
from pipeline.config import Settings
from pipeline.desk import accounts, sessions
from pipeline.desk.store import Store
from pipeline.desk.tables import User

PORT = 8741
BASE = f"http://127.0.0.1:{PORT}"
QUERIES = (
    "trụ sở làm việc",
    "ke hoach",
    '"hồ sơ"',
    "rà soát -tài",
    "quy dinh",
    "sở y tế",
    "thủ tục",
)
SEARCH_PAUSE, UPLOAD_PAUSE = 1.0, 3.0
"""Seconds that a person waits on average."""

SERVE = """
import sys
from pathlib import Path
import uvicorn
from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk.app import create_app
with Archive.open(Path(sys.argv[1]), Settings()) as archive:
    uvicorn.run(create_app(archive, Settings()), port=int(sys.argv[2]), log_level="error")
"""


@dataclass
class Tally:
    """What the people met. ``times`` are milliseconds of each kind of request."""

    times: dict[str, list[float]] = field(default_factory=dict)
    errors: Counter[str] = field(default_factory=Counter)
    sent: set[str] = field(default_factory=set)
    memory: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def timed(self, kind: str, act: Callable[[], httpx.Response]) -> httpx.Response | None:
        """Do it, note how long it took and whether it went well."""
        start = time.perf_counter()
        try:
            answer = act()
        except httpx.HTTPError as error:
            with self.lock:
                self.errors[f"{kind}: {type(error).__name__}"] += 1
            return None
        with self.lock:
            self.times.setdefault(kind, []).append((time.perf_counter() - start) * 1000)
            if answer.status_code not in (200, 201):
                self.errors[f"{kind}: {answer.status_code}"] += 1
        return answer


def search(client: httpx.Client, tally: Tally, draw: random.Random) -> None:
    """One search, and now and then a letter that it found, or the dashboard."""
    words = draw.choice(QUERIES)
    found = tally.timed("search", lambda: client.get("/", params={"q": words, "part": "results"}))
    if found is None or draw.random() > 0.3:
        return
    hits = tally.timed("list", lambda: client.get("/api/v1/letters", params={"q": words}))
    letters = hits.json()["letters"] if hits is not None and hits.status_code == 200 else []
    if letters:
        address = f"/letters/{quote(draw.choice(letters)['id'], safe='')}"
        tally.timed("open a letter", lambda: client.get(address))


def upload(client: httpx.Client, tally: Tally, number: int) -> None:
    """One new file."""
    form = "png" if number % 20 == 0 else "txt"
    data = made.content(number, form, seed=2)
    address = f"/api/v1/files/{quote(f'Tải lên {number}.{form}')}"
    answer = tally.timed("upload", lambda: client.put(address, content=data))
    if answer is not None and answer.status_code == 201:
        with tally.lock:
            tally.sent.add(hashlib.sha256(data).hexdigest())


def person(tally: Tally, token: str, who: int, end: float, uploads: bool) -> None:
    """Search or upload until the time is over."""
    draw = random.Random(who)
    headers = {"authorization": f"Bearer {token}", "accept": "text/html"}
    # Shorter than the server's own patience (5 s), so that no request meets a closing connection.
    pool = httpx.Limits(keepalive_expiry=2)
    with httpx.Client(base_url=BASE, headers=headers, timeout=60, limits=pool) as client:
        turn = 0
        while time.monotonic() < end:
            if uploads:
                upload(client, tally, 1_000_000 + who * 10_000 + turn)
            else:
                search(client, tally, draw)
            turn += 1
            pause = UPLOAD_PAUSE if uploads else SEARCH_PAUSE
            time.sleep(min(draw.expovariate(1 / pause), 4 * pause))


def tokens(folder: Path, count: int) -> list[str]:
    """Sessions of as many clerks."""
    with Archive.open(folder, Settings()) as archive:
        store = Store(archive.engine)
        for number in range(count):
            accounts.add_user(store, f"clerk {number}", "clerk", 3)
        with store.work() as work:
            work.query(User).update({"fresh": False})
        return [sessions.begin(store, user, "") for user in accounts.users(store)]


def convert(archive: Path, folder: Path) -> subprocess.Popen[bytes]:
    """A bulk run as a command of its own."""
    command = [sys.executable, "-c", "from pipeline.cli import main; main()"]
    with (folder.parent / f"{folder.name}.log").open("wb") as log:
        return subprocess.Popen(
            [*command, "convert", str(folder), "--archive", str(archive), "--jobs", "1"],
            stdout=log, stderr=log,
        )  # fmt: skip


def resident(process: int) -> float:
    """MiB that a process holds."""
    pages = Path(f"/proc/{process}/statm").read_text().split()[1]
    return int(pages) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


def wait_for(done: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until it is so.

    Raises:
        TimeoutError: it never was.
    """
    end = time.monotonic() + seconds
    while not done():
        if time.monotonic() > end:
            raise TimeoutError(what)
        time.sleep(0.5)


def answers() -> bool:
    """Whether the desk is there."""
    try:
        return httpx.get(f"{BASE}/login").status_code == 200
    except httpx.HTTPError:
        return False


def compare(archive: Archive, sent: set[str]) -> list[str]:
    """Letters lost or doubled, and what is half there."""
    query = select(File.sha256, File.state, Letter.id).outerjoin_from(
        File, Letter, Letter.file_id == File.id
    )
    with reading(archive.engine) as connection:
        rows = connection.execute(query).all()
    held = Counter(digest for digest, state, letter in rows if letter is not None)
    lost, doubled = sent - held.keys(), [digest for digest, count in held.items() if count > 1]
    strange = held.keys() - sent
    print(f"{len(sent)} files sent, {len(held)} there; lost {len(lost)}, doubled {len(doubled)}")
    found = [f"lost: {digest}" for digest in lost] + [f"doubled: {digest}" for digest in doubled]
    return found + [f"nobody sent: {digest}" for digest in strange] + unfinished(archive)


def report(tally: Tally) -> None:
    """Times, errors and memory."""
    for kind, found in sorted(tally.times.items()):
        p50, p95 = statistics.median(found), sorted(found)[int(len(found) * 0.95)]
        print(f"{kind:14} {len(found):6} requests  p50 {p50:6.0f} ms  p95 {p95:6.0f} ms")
    print(f"errors: {sum(tally.errors.values())} {dict(tally.errors) or ''}")
    first, last = tally.memory[len(tally.memory) // 10], tally.memory[-1]
    most = max(tally.memory)
    print(f"the desk's memory: {first:.0f} → {last:.0f} MiB, at most {most:.0f}")


def run(options: argparse.Namespace, here: Path) -> list[str]:
    """The hour; gives the findings."""
    archive, tally = here / "archive", Tally()
    people = options.searching + options.uploading
    passes = tokens(archive, people)
    folders = []
    for number in range(options.runs):
        folder = here / f"run {number}"
        folder.mkdir()
        for at in range(options.files):
            form = "jpg" if at % 20 == 0 else "txt"
            data = made.write(folder, 100_000 * (number + 1) + at, form).read_bytes()
            tally.sent.add(hashlib.sha256(data).hexdigest())
        folders.append(folder)
    desk = subprocess.Popen([sys.executable, "-c", SERVE, str(archive), str(PORT)])
    try:
        wait_for(answers, 120, "the desk does not start")
        end = time.monotonic() + 60 * options.minutes
        crowd = [
            threading.Thread(target=person, args=(tally, token, who, end, who >= options.searching))
            for who, token in enumerate(passes)
        ]
        for one in crowd:
            one.start()
        commands = [convert(archive, folder) for folder in folders]
        while time.monotonic() < end:
            tally.memory.append(resident(desk.pid))
            time.sleep(1)
        for one in crowd:
            one.join()
        codes = [command.wait(options.drain) for command in commands]
        with Archive.open(archive, Settings()) as opened:
            wait_for(lambda: not waiting(opened), options.drain, "the queue is never empty")
    finally:
        desk.terminate()
        desk.wait()
    report(tally)
    with Archive.open(archive, Settings()) as opened:
        found = compare(opened, tally.sent)
    for code, held in zip(codes, folders, strict=True):
        if code:
            told = (here / f"{held.name}.log").read_text("utf-8", "replace").splitlines()
            why = [line.strip() for line in told if line.startswith("failed")] or told[-3:]
            found.append(f"a run ended with {code}: {why}")
    return found + [f"{count} × {what}" for what, count in tally.errors.items()]


def waiting(archive: Archive) -> int:
    """Files that are not converted yet."""
    from pipeline.desk.jobs import Jobs

    return Jobs(archive, Settings(), enabled=False).unfinished()


def main() -> int:
    """Build, run, report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=4)
    parser.add_argument("--searching", type=int, default=20)
    parser.add_argument("--uploading", type=int, default=5)
    parser.add_argument("--runs", type=int, default=2)
    parser.add_argument("--files", type=int, default=400, help="of each bulk run")
    parser.add_argument("--drain", type=float, default=1800, help="seconds to wait at the end")
    parser.add_argument("--work", type=Path)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="congvan-load-", dir=options.work) as folder:
        found = run(options, Path(folder))
    for finding in found[:50]:
        print(f"FINDING {finding}")
    return bool(found)


if __name__ == "__main__":
    sys.exit(main())
