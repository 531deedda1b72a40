"""The ledger under any order of events: each content once, nothing lost, the counts agree."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule
from sqlalchemy import Connection, Executable, func, select, update

from pipeline.archive import Archive, ledger
from pipeline.archive.database import reading, writing
from pipeline.archive.ledger import Ending, Entry
from pipeline.archive.proof import verify
from pipeline.archive.store import How
from pipeline.archive.tables import Edit, File, Run
from pipeline.archive.tables import Letter as LetterRow
from pipeline.archive.tables import Path as PathRow
from pipeline.config import Settings
from tests.archive.making import letter_of, page_of

ATTEMPTS = 3
CONTENTS = st.integers(0, 5)
PLACES = st.integers(0, 3)
PARTS = st.integers(1, 3)


class LedgerMachine(RuleBasedStateMachine):
    """Two runs that take, finish, fail and die as they like, beside a clerk who edits."""

    def __init__(self) -> None:
        super().__init__()
        self.temporary = tempfile.TemporaryDirectory(prefix="congvan-machine-")
        self.archive = Archive.open(Path(self.temporary.name), Settings())
        self.waiting: dict[Path, int] = {}  # where a content was found, not taken in yet
        self.places: dict[Path, int] = {}  # where it was found, taken in
        self.runs: dict[int, list[Entry]] = {}
        self.edits: dict[str, str] = {}  # letter → number that a clerk wrote
        self.parts: dict[str, int] = {}  # sha256 → letters of its last conversion
        self.mtime = 0

    def teardown(self) -> None:
        assert list(verify(self.archive)) == []
        self.archive.close()
        self.temporary.cleanup()

    # --- What may happen ------------------------------------------------------------------------

    @rule(content=CONTENTS, place=PLACES)
    def queue(self, content: int, place: int) -> None:
        """A file lies somewhere; what lay there before is gone or the same."""
        path = Path(f"/scans/{place}/thư {content % 3}.pdf")
        if self.waiting.get(path, self.places.get(path)) == content:
            return
        self.mtime += 1
        with writing(self.archive.engine) as connection:
            ledger.add_paths(connection, [(path, 10, self.mtime)])
        self.places.pop(path, None)
        self.waiting[path] = content

    @precondition(lambda self: self.waiting)
    @rule()
    def take_in(self) -> None:
        with writing(self.archive.engine) as connection:
            for row, text in ledger.waiting_paths(connection, 2):
                path = Path(text)
                content = self.waiting.pop(path)
                data = _bytes(content)
                sha256 = hashlib.sha256(data).hexdigest()
                entry = ledger.take_in(connection, row, path, sha256, len(data))
                assert entry.sha256 == sha256
                self.archive.original_of(entry.name, entry.suffix).write_bytes(data)
                self.places[path] = content

    @rule()
    def start(self) -> None:
        if len(self.runs) < 2:
            with writing(self.archive.engine) as connection:
                self.runs[ledger.start_run(connection)] = []

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 1), limit=st.integers(1, 3))
    def claim(self, which: int, limit: int) -> None:
        run = sorted(self.runs)[which % len(self.runs)]
        with writing(self.archive.engine) as connection:
            taken = ledger.claim(connection, run, limit)
        held = {entry.id for entries in self.runs.values() for entry in entries}
        assert not held & {entry.id for entry in taken}, "two runs have the same file"
        self.runs[run] += taken

    @precondition(lambda self: any(self.runs.values()))
    @rule(parts=PARTS, doubtful=st.booleans())
    def finish(self, parts: int, doubtful: bool) -> None:
        entry = self._next()
        letters = [
            letter_of(f"{entry.sha256[:9]} phần {part}\nVề trụ sở", number=str(part))
            for part in range(1, parts + 1)
        ]
        if doubtful:
            letters = [
                item.model_copy(update={"review": item.review.model_copy(update={"needed": True})})
                for item in letters
            ]
        made = [(letter, (page_of(letter.pages[0].text),)) for letter in letters]
        self.archive.put(entry, made, how=How("1", "abc"))
        self.parts[entry.sha256] = parts

    @precondition(lambda self: any(self.runs.values()))
    @rule()
    def fail(self) -> None:
        entry = self._next()
        state = "failed" if entry.tries >= ATTEMPTS else "queued"
        with writing(self.archive.engine) as connection:
            ledger.finish(connection, entry.id, Ending(state, "worker-died", "x"), "1", "abc")

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 1))
    def crash(self, which: int) -> None:
        """The process is gone: its number belongs to nobody (or to another process) now."""
        run = sorted(self.runs)[which % len(self.runs)]
        with writing(self.archive.engine) as connection:
            connection.execute(update(Run).where(Run.id == run).values(born="0"))
            ledger.recover(connection)
        del self.runs[run]

    @precondition(lambda self: self.runs)
    @rule(which=st.integers(0, 1))
    def end(self, which: int) -> None:
        run = sorted(self.runs)[which % len(self.runs)]
        with writing(self.archive.engine) as connection:
            ledger.end_run(connection, run)
        del self.runs[run]

    @rule()
    def retry(self) -> None:
        with writing(self.archive.engine) as connection:
            ids = list(connection.scalars(select(File.id)))
            ledger.queue_again(connection, ids)

    @precondition(lambda self: self.parts)
    @rule(which=st.integers(0, 9), number=st.integers(1, 999))
    def edit(self, which: int, number: int) -> None:
        with reading(self.archive.engine) as connection:
            ids = sorted(connection.scalars(select(LetterRow.id)))
        letter = ids[which % len(ids)]
        self.archive.edit(letter, "number", str(number), who="lan")
        self.edits[letter] = str(number)

    def _next(self) -> Entry:
        return next(entries for entries in self.runs.values() if entries).pop(0)

    # --- What always holds ----------------------------------------------------------------------

    @invariant()
    def every_content_is_there_once(self) -> None:
        known = {hashlib.sha256(_bytes(content)).hexdigest() for content in self.places.values()}
        with reading(self.archive.engine) as connection:
            held = list(connection.scalars(select(File.sha256)))
            tied = _pairs(
                connection, select(PathRow.path, File.sha256).join(File, File.id == PathRow.file_id)
            )
            open_paths = connection.scalar(
                select(func.count()).select_from(PathRow).where(PathRow.file_id.is_(None))
            )
        assert len(held) == len(set(held))
        assert known <= set(held)
        assert open_paths == len(self.waiting)
        assert {Path(path) for path in tied} == set(self.places)
        for path, content in self.places.items():
            assert tied[str(path)] == hashlib.sha256(_bytes(content)).hexdigest()

    @invariant()
    def what_runs_is_in_one_hand(self) -> None:
        with reading(self.archive.engine) as connection:
            running = _pairs(
                connection, select(File.id, File.run_id).where(File.state == "running")
            )
            tries = list(connection.scalars(select(File.tries)))
        assert running == {entry.id: run for run, held in self.runs.items() for entry in held}
        assert all(0 <= count <= ATTEMPTS + 1 for count in tries)

    @invariant()
    def letters_and_edits_agree(self) -> None:
        with reading(self.archive.engine) as connection:
            per_file = _pairs(
                connection,
                select(File.sha256, func.count(LetterRow.pk))
                .join(LetterRow, LetterRow.file_id == File.id)
                .group_by(File.sha256),
            )
            edited = set(
                connection.scalars(select(LetterRow.id).join(Edit, Edit.letter_pk == LetterRow.pk))
            )
            total = connection.scalar(select(func.count()).select_from(LetterRow))
        assert set(per_file) == set(self.parts)
        # A letter that a new reading no longer finds stays if a person worked on it.
        assert all(per_file[sha256] >= parts for sha256, parts in self.parts.items())
        assert edited == set(self.edits)
        for letter, number in self.edits.items():
            field = self.archive.get(letter).number
            assert field is not None
            assert field.value == number
        assert len(list((self.archive.folder / "records").iterdir())) == total


def _pairs(connection: Connection, query: Executable) -> dict[Any, Any]:
    return {row[0]: row[1] for row in connection.execute(query)}


def _bytes(content: int) -> bytes:
    return f"nội dung {content}".encode()


TestLedger = LedgerMachine.TestCase
TestLedger.settings = settings(
    max_examples=25,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
