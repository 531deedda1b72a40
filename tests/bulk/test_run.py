"""Runs over many files: what befalls one file costs that file only."""

from __future__ import annotations

import json
import os
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.archive.overview import overview, trouble
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events, LogEvents
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.config import Settings
from pipeline.errors import UsageError
from pipeline.letter import Letter
from tests.bulk.faketrip import trip

SETTINGS = Settings.model_validate({"limits": {"seconds_per_file": 4}, "bulk": {"attempts": 1}})


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with Archive.open(tmp_path / "archive", SETTINGS) as opened:
        yield opened


class Told(Events):
    """Counts what it is told."""

    def __init__(self) -> None:
        self.stored_files: list[str] = []

    def stored(self, entry: Entry, letters: Sequence[Letter], seconds: float, cost: float) -> None:
        self.stored_files.append(entry.name)


def fill(folder: Path, files: dict[str, str]) -> Path:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / name).write_text(text, "utf-8")
    return folder


def run(archive: Archive, inbox: Path, settings: Settings = SETTINGS, jobs: int = 2) -> Told:
    events = Told()
    enqueue(archive, scan([inbox], archive.folder), settings)
    Runner(archive, settings, maker(jobs), events, trip).run()
    return events


@pytest.mark.faults
def test_whatever_befalls_a_file_costs_only_itself(archive: Archive, tmp_path: Path) -> None:
    good = {f"thư {at}.txt": f"công văn {at}" for at in range(12)}
    bad = {f"{word}.txt": word for word in ("crash", "hang", "eat", "break", "empty")}
    inbox = fill(tmp_path / "in", good | bad | {"doubt.txt": "doubt"})
    run(archive, inbox)
    counts, rows = overview(archive, None, "en")
    assert counts == Counter(done=12, doubtful=1, failed=5)
    why = {name: reason for _, name, reason in rows}
    assert "died" in why["crash.txt"]
    assert "longer than 4 s" in why["hang.txt"]
    assert "memory" in why["eat.txt"]
    assert "out of order" in why["break.txt"]
    assert "empty" in why["empty.txt"]
    assert len(trouble(archive, "vi")) == 5
    assert list((archive.folder / ".staging").iterdir()) == []
    assert len(list((archive.folder / "originals").iterdir())) == 18


@pytest.mark.faults
def test_a_worker_that_dies_once_is_tried_again(archive: Archive, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {"a.txt": f"once:{tmp_path / 'mark'}", "b.txt": "công văn"})
    run(archive, inbox, Settings())
    counts, _ = overview(archive, None, "en")
    assert counts == Counter(done=2)


def test_done_files_are_not_done_twice(archive: Archive, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {"a.txt": "một", "b.txt": "hai", "empty.txt": "empty"})
    assert sorted(run(archive, inbox).stored_files) == ["a", "b"]
    fill(inbox, {"c.txt": "ba", "copy of a.txt": "một"})
    assert run(archive, inbox).stored_files == ["c"]
    files = [path for path, _, _ in scan([inbox], archive.folder).files]
    counts, _ = overview(archive, files, "en")
    assert counts == Counter(done=4, failed=1)
    fill(inbox, {"a.txt": "một, sửa lại"})
    assert run(archive, inbox).stored_files == ["a-2"]
    assert archive.get("a").pages[0].text == "một"


def test_retry_reads_again_and_keeps_edits(archive: Archive, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {"a.txt": "một", "empty.txt": "empty"})
    run(archive, inbox)
    archive.edit("a", "subject", "Hai", "lan")
    assert len(queue_for_retry(archive, SETTINGS, ("a",))) == 1
    assert len(queue_for_retry(archive, SETTINGS)) == 1
    events = Told()
    Runner(archive, SETTINGS, maker(1), events, trip).run()
    assert events.stored_files == ["a"]
    subject = archive.get("a").subject
    assert subject is not None
    assert subject.value == "Hai"
    newer = SETTINGS.model_copy(update={"language": "vi"})
    assert len(queue_for_retry(archive, newer, older=True)) == 2


def test_a_bundle_gives_several_letters(archive: Archive, tmp_path: Path) -> None:
    run(archive, fill(tmp_path / "in", {"gộp.txt": "một\fhai\fba"}))
    assert [letter.id for letter in archive.letters()] == ["gộp", "gộp-2", "gộp-3"]
    assert archive.pages("gộp-2")[0].text == "hai"
    assert archive.original("gộp-3").read_text("utf-8") == "một\fhai\fba"


def test_a_folder_gives_its_scans_only(tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {"a.PDF": "x", ".hidden.pdf": "x", "b.doc": "x"})
    fill(inbox / "sub", {"c.tif": "x"})
    fill(inbox / "archive", {"d.pdf": "x"})
    (inbox / "link.pdf").symlink_to(inbox / "a.PDF")
    found = scan([inbox, inbox / "b.doc", tmp_path / "none.pdf"], inbox / "archive")
    assert [path.name for path, _, _ in found.files] == ["a.PDF", "c.tif", "b.doc"]
    assert [path.name for path in found.skipped] == ["b.doc"]
    assert [path.name for path, _ in found.missing] == ["none.pdf"]
    with pytest.raises(UsageError):
        scan([], tmp_path)


def test_names_that_are_no_utf8_go_through(archive: Archive, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {})
    (inbox / os.fsdecode(b"c\xf4ng v\xe3n.txt")).write_text("công văn", "utf-8")
    run(archive, inbox)
    counts, _ = overview(archive, None, "en")
    assert counts == Counter(done=1)
    assert archive.search("công văn").total == 1


def test_the_log_is_json_lines(archive: Archive, tmp_path: Path) -> None:
    inbox = fill(tmp_path / "in", {"a.txt": "một", "break.txt": "break"})
    enqueue(archive, scan([inbox], archive.folder), SETTINGS)
    with (tmp_path / "log").open("w", encoding="utf-8") as file:
        Runner(archive, SETTINGS, maker(1), LogEvents(file), trip).run()
    lines = [json.loads(line) for line in (tmp_path / "log").read_text("utf-8").splitlines()]
    assert Counter(line["event"] for line in lines) == Counter(started=2, stored=1, failed=1)
    assert "RuntimeError" in next(line["trace"] for line in lines if line["event"] == "failed")
