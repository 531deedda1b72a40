"""How long a clerk waits: first page, search as one types, opening a letter, on loopback.

    python -m benchmarks.desk TEXT FOLDER [--letters 100000]

TEXT is any Vietnamese text (``.zst`` or plain) that letters are made of; FOLDER keeps the archive
for the next run. The server is a process of its own; times are a client's, whole answers.
"""

from __future__ import annotations

import argparse
import multiprocessing
import statistics
import time
from collections.abc import Callable
from pathlib import Path

import httpx

from benchmarks.search import build
from pipeline.archive import Archive
from pipeline.config import Settings
from pipeline.desk import accounts, sessions
from pipeline.desk.store import Store
from pipeline.desk.tables import User

PORT = 8739
TYPED = ("trụ sở làm việc", "dat dai", "quyet dinh so", '"ủy ban nhân dân"', "hồ sơ trực tuyến")
LIMITS = {"first page": 300.0, "search as typed": 150.0, "open a letter": 500.0}
"""Milliseconds that the 95th percentile may take."""


def serve(folder: Path) -> None:
    """The desk over the archive (in its own process)."""
    import uvicorn

    from pipeline.desk.app import create_app

    settings = Settings()
    with Archive.open(folder, settings) as archive:
        uvicorn.run(create_app(archive, settings, convert=False), port=PORT, log_level="error")


def token(folder: Path) -> str:
    """A session of a reader who may see everything open."""
    with Archive.open(folder, Settings()) as archive:
        store = Store(archive.engine)
        known = {user.name: user for user in accounts.users(store)}
        if "reader" not in known:
            accounts.add_user(store, "reader", "reader", 0)
            known = {user.name: user for user in accounts.users(store)}
        with store.work() as work:
            work.query(User).update({"fresh": False})
        return sessions.begin(store, known["reader"], "127.0.0.1")


def times(act: Callable[[int], httpx.Response], count: int) -> list[float]:
    """Milliseconds of ``count`` answers."""
    found = []
    for at in range(count):
        start = time.perf_counter()
        answer = act(at)
        found.append((time.perf_counter() - start) * 1000)
        answer.raise_for_status()
        if answer.status_code != httpx.codes.OK:
            raise SystemExit(f"not shown: {answer.headers}")
    return found


def measure(client: httpx.Client) -> dict[str, list[float]]:
    """Times of each thing that a clerk does."""
    typed = [word[:end] for word in TYPED for end in range(3, len(word) + 1)]
    hits = client.get("/api/v1/letters", params={"q": "quyet dinh"}).json()["letters"]
    return {
        "first page": times(lambda _: client.get("/"), 30),
        "search as typed": times(
            lambda at: client.get("/", params={"q": typed[at], "part": "results"}), len(typed)
        ),
        "open a letter": times(lambda at: client.get(f"/letters/{hits[at % len(hits)]['id']}"), 40),
    }


def main() -> None:
    """Build (once), serve, measure, print; exit 1 if a limit is passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("text", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--letters", type=int, default=100_000)
    options = parser.parse_args()
    with Archive.open(options.folder, Settings()) as archive:
        if not archive.search("", None, 0, 1).hits:
            print(f"built in {build(archive, options.text, options.letters):.0f} s")
    child = multiprocessing.get_context("spawn").Process(target=serve, args=(options.folder,))
    cookies = {"congvan": token(options.folder)}
    child.start()
    late = False
    try:
        with httpx.Client(
            base_url=f"http://127.0.0.1:{PORT}", cookies=cookies, timeout=60,
            headers={"accept": "text/html"},
        ) as client:  # fmt: skip
            for _ in range(200):
                try:
                    client.get("/login")
                    break
                except httpx.ConnectError:
                    time.sleep(0.1)
            for name, found in measure(client).items():
                p50, p95 = statistics.median(found), sorted(found)[int(len(found) * 0.95)]
                late = late or p95 > LIMITS[name]
                print(f"{name:16} p50 {p50:6.0f} ms  p95 {p95:6.0f} ms  (limit {LIMITS[name]:.0f})")
    finally:
        child.terminate()
        child.join()
    raise SystemExit(late)


if __name__ == "__main__":
    main()
