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
