"""The corpus of bad files through an inbox or the desk's upload, and what is left afterwards.

Used by benchmarks.hostile (all of the corpus, the whole way) and by tests/hostile (a sample).
"""

from __future__ import annotations

import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from pipeline.archive import Archive
from pipeline.archive.database import reading
from pipeline.archive.folder import STAGING, path_of
from pipeline.archive.tables import File, Letter
from pipeline.archive.tables import Path as PathRow
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner
from pipeline.bulk.scan import KINDS
from pipeline.bulk.watch import DONE, FAILED, Watcher
from pipeline.bulk.work import Trip
from pipeline.config import Settings

if TYPE_CHECKING:
    from fastapi.testclient import TestClient

FAULTS = frozenset({"program-failed", "worker-died", "engine-timeout"})
"""Codes of failures that are ours: a fault in the program, a death, a hang."""

_TECHNICAL = re.compile(r"Traceback|Exception|\w+Error\b|Errno|0x[0-9a-f]{4}|None\b")


class Ways:
    """Bad files into an archive of its own below ``folder``.

    ``trip`` is another way of one file than :func:`pipeline.trip.convert_file`, for tests.
    """

    def __init__(self, folder: Path, settings: Settings, trip: Trip | None = None) -> None:
        self._folder = folder
        self._settings = settings
        self._trip = trip

    def watch(self, cases: Sequence[Any]) -> tuple[list[str], Counter[str]]:
        """Findings, and how many files ended how, after all were laid into an inbox."""
        inbox = self._folder / "inbox"
        laid = {p: case for n, case in enumerate(cases) if (p := _lay(case.path, inbox / str(n)))}
        with Archive.open(self._folder / "archive", self._settings) as archive:
            watcher = Watcher(inbox, archive, self._settings, maker(), Events())
            watcher.trip = self._trip
            taken = {path for path in laid if _plain(path) and path.suffix.lower() in KINDS}
            taken -= {path for path in taken if path.name.startswith(".")}
            watcher.step(now=0)
            watcher.step(now=10)
            ends, findings = endings(archive), unfinished(archive)
        counts: Counter[str] = Counter()
        for path, case in laid.items():
            if path not in taken:
                counts["left alone"] += 1
                findings += [] if os.path.lexists(path) else [f"{path.name!r}: moved"]
                continue
            state, code, why = ends.get(path, ("lost", None, None))
            counts[state] += 1
            findings += judged(case, state, code, why)
            findings += [f"{path.name!r}: still there"] if os.path.lexists(path) else []
        return findings + _beside(inbox, counts), counts

    def upload(self, cases: Sequence[Any]) -> tuple[list[str], Counter[str]]:
        """Findings, and how many files ended how, after all were sent to the desk."""
        from urllib.parse import quote

        findings: list[str] = []
        counts: Counter[str] = Counter()
        jobs: dict[int, Any] = {}
        with self.desk() as (client, archive):
            for case in (case for case in cases if _plain(case.path)):
                address = f"/api/v1/files/{quote(os.fsencode(case.path.name), safe='')}"
                answer = client.put(address, content=case.path.read_bytes())
                if answer.status_code == 201:
                    jobs[answer.json()["job"]] = case
                elif answer.status_code == 415 and len(answer.json()["error"]) > 20:
                    counts["not taken"] += 1
                else:
                    findings.append(f"{case.path.name!r}: {answer.status_code} {answer.text}")
            self.run(archive)
            ends = {path.parent.name: end for path, end in endings(archive).items()}
            for job, case in jobs.items():
                seen = client.get(f"/api/v1/jobs/{job}").json()
                counts[seen["state"]] += 1
                findings += judged(case, seen["state"], None, seen["why"])
            findings += [f"{name}: {code}" for name, (_, code, _) in ends.items() if code in FAULTS]
            findings += unfinished(archive)
        return findings, counts

    @contextmanager
    def desk(self) -> Iterator[tuple[TestClient, Archive]]:
        """A desk over the archive, and a program signed in as someone who sees all."""
        from fastapi.testclient import TestClient

        from pipeline.desk import accounts, sessions
        from pipeline.desk.app import create_app
        from pipeline.desk.store import Store
        from pipeline.desk.tables import User

        hosts = frozenset({"testserver"})
        with Archive.open(self._folder / "archive", self._settings) as archive:
            store = Store(archive.engine)
            accounts.add_user(store, "chief", "admin", 3)
            with store.work() as work:
                work.query(User).update({"fresh": False})
            token = sessions.begin(store, accounts.users(store)[0], "")
            app = create_app(archive, self._settings, hosts=hosts, convert=False)
            with TestClient(app, headers={"authorization": f"Bearer {token}"}) as client:
                yield client, archive

    def run(self, archive: Archive) -> None:
        """Convert what waits in the archive."""
        Runner(archive, self._settings, maker(), Events(), self._trip).run()


def endings(archive: Archive) -> dict[Path, tuple[str, str | None, str | None]]:
    """For every path of the ledger: state, code and sentence."""
    query = select(PathRow.path, PathRow.code, PathRow.why, File.state, File.code, File.why)
    query = query.outerjoin_from(PathRow, File, PathRow.file_id == File.id)
    with reading(archive.engine) as connection:
        return {
            path_of(path): ("failed", code, why) if why else (state or "queued", held, told)
            for path, code, why, state, held, told in connection.execute(query)
        }


def judged(case: Any, state: str, code: str | None, why: str | None) -> list[str]:
    """What is wrong with how a case ended."""
    name = repr(case.path.name)
    if state not in {"done", "doubtful", "failed"}:
        return [f"{name}: ended {state}"]
    if case.refused and state != "failed":
        return [f"{name}: believed"]
    if state != "failed":
        return []
    if code in FAULTS:
        return [f"{name}: {code} {why}"]
    if not why or len(why) < 20 or _TECHNICAL.search(why):
        return [f"{name}: no reason for a clerk: {why!r}"]
    return []


def unfinished(archive: Archive) -> list[str]:
    """What a broken run would leave: stray files, letters without files, files without an end."""
    folder = archive.folder
    found = [f"left in staging: {p.name}" for p in (folder / STAGING).iterdir()]
    found += [f"temporary: {p.name}" for p in folder.rglob("*.tmp")]
    found += [f"upload left: {p.name}" for p in (folder / ".desk" / "uploads").glob("*/*.tmp")]
    with reading(archive.engine) as connection:
        files = connection.execute(select(File.name, File.suffix, File.sha256, File.state)).all()
        letters = set(connection.scalars(select(Letter.id)))
    found += [f"{name}: still {state}" for name, _, _, state in files if state in _OPEN]
    for name, suffix, digest, _ in files:
        original = archive.original_of(name, suffix)
        if hashlib.sha256(original.read_bytes()).hexdigest() != digest:
            found.append(f"{name}: its original is another")
    for part, ending in (("records", ".json"), ("text", ".txt")):
        names = {p.name.removesuffix(ending) for p in (folder / part).iterdir()}
        found += [f"{part}/{name}: of no letter" for name in names - letters]
        found += [f"{part}/{name}: missing" for name in letters - names]
    found += [
        f"{p.name}: of no letter" for p in (folder / "pdf").iterdir() if p.stem not in letters
    ]
    return found


_OPEN = {"queued", "running"}


def _lay(path: Path, folder: Path) -> Path | None:
    """The case in a folder of the inbox, as what it is: a link stays one, a pipe stays one."""
    target = folder / path.name
    try:
        if path.is_dir() or not os.path.lexists(path):
            return None
        folder.mkdir(parents=True)
        os.link(path, target, follow_symlinks=False)
    except (OSError, ValueError):  # a name that no file can have
        return None
    return target


def _plain(path: Path) -> bool:
    try:
        return path.is_file() and not path.is_symlink() and os.access(path, os.R_OK)
    except (OSError, ValueError):  # a name that no file can have
        return False


def _beside(inbox: Path, counts: Counter[str]) -> list[str]:
    """Whether each moved file lies where it belongs, each failed one with its reason."""
    failed = [p for p in (inbox / FAILED).iterdir() if not _reason_of_another(p)]
    done = list((inbox / DONE).iterdir())
    found = [f"no reason beside {p.name!r}" for p in failed if not Path(f"{p}.txt").is_file()]
    if len(done) != counts["done"] + counts["doubtful"]:
        found.append(f"{len(done)} files in {DONE}/")
    if len(failed) != counts["failed"]:
        found.append(f"{len(failed)} files in {FAILED}/")
    return found


def _reason_of_another(path: Path) -> bool:
    return path.suffix == ".txt" and os.path.lexists(str(path)[: -len(".txt")])
