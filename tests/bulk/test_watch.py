"""The inbox: whole files are converted and moved, half ones are left alone."""

from __future__ import annotations

from pathlib import Path

from pipeline.archive import Archive
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.watch import Watcher
from pipeline.config import Settings
from tests.bulk.faketrip import trip


def test_files_are_converted_when_they_are_whole(tmp_path: Path) -> None:
    inbox, settings = tmp_path / "in", Settings()
    inbox.mkdir()
    with Archive.open(tmp_path / "archive", settings) as archive:
        watcher = Watcher(inbox, archive, settings, maker(1), Events())
        watcher.trip = trip
        (inbox / "a.txt").write_text("công văn", "utf-8")
        (inbox / "empty.txt").write_text("empty", "utf-8")
        (inbox / "part.pdf.part").write_text("half", "utf-8")
        assert watcher.step(now=0) == 0
        (inbox / "growing.txt").write_text("một", "utf-8")
        assert watcher.step(now=1) == 0
        (inbox / "growing.txt").write_text("một hai", "utf-8")
        assert watcher.step(now=3.5) == 2
        assert (inbox / "done" / "a.txt").read_text("utf-8") == "công văn"
        assert "empty" in (inbox / "failed" / "empty.txt.txt").read_text("utf-8")
        assert (inbox / "growing.txt").exists()
        assert watcher.step(now=6) == 1
        assert archive.get("growing").pages[0].text == "một hai"
        (inbox / "a.txt").write_text("công văn", "utf-8")  # again: the same content
        watcher.step(now=7)
        watcher.step(now=10)
        assert (inbox / "done" / "a-2.txt").exists()
        assert len(list(archive.letters())) == 2
        assert (inbox / "part.pdf.part").exists()


def test_a_file_of_another_kind_is_failed_with_a_reason(tmp_path: Path) -> None:
    inbox, settings = tmp_path / "in", Settings()
    inbox.mkdir()
    passing = ("thư.pdf.part", "x.TMP", "y.crdownload", "~$thư.docx", "Thumbs.db", ".~lock.a.odt#")
    for name in passing:
        (inbox / name).write_text("half", "utf-8")
    letter = inbox / "công văn.docx"
    letter.write_bytes(b"PK")
    with Archive.open(tmp_path / "archive", settings) as archive:
        watcher = Watcher(inbox, archive, settings, maker(1), Events())
        watcher.trip = trip
        assert watcher.step(now=0) == 0
        (inbox / "scan0001").write_text("công văn", "utf-8")
        letter.write_bytes(b"PK\3\4")  # still being written
        assert watcher.step(now=20) == 0
        assert watcher.step(now=40) == 0
        assert letter.exists()
        assert watcher.step(now=51) == 1
        assert (inbox / "done" / "scan0001").exists()
        assert (inbox / "failed" / letter.name).read_bytes() == b"PK\3\4"
        reason = (inbox / "failed" / f"{letter.name}.txt").read_text("utf-8")
        assert "convert it to PDF first" in reason
        watcher.step(now=90)
        watcher.step(now=900)
        assert len(list((inbox / "failed").iterdir())) == 2
        assert all((inbox / name).exists() for name in passing)
