"""Faults through a whole run: it is told, the run goes on, nothing is lost, doubled or left."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.ledger import Entry
from pipeline.archive.overview import overview
from pipeline.archive.proof import verify
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.config import Settings
from tests.faults.programs import put_first

LETTER = Path(__file__).parents[2] / "samples" / "letters" / "thong-bao-huyen-den-trang.pdf"


class Told(Events):
    """Keeps what a run says of failures."""

    def __init__(self) -> None:
        self.failures: list[tuple[str, bool]] = []

    def failed(self, entry: Entry, why: str, *, final: bool, error: BaseException) -> None:
        self.failures.append((why, final))


@pytest.mark.faults
@pytest.mark.parametrize(
    ("fault", "told"),
    [
        ("kill -SEGV $$", "tesseract failed"),
        # The parent is the time-out's program; its parent is the worker.
        ("kill -KILL $(cut -d ' ' -f 4 /proc/$PPID/stat)", "died"),
    ],
)
def test_a_reader_that_fails_once_is_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: str, told: str
) -> None:
    temporary, mark = tmp_path / "temporary", tmp_path / "mark"
    temporary.mkdir()
    monkeypatch.setenv("TMPDIR", str(temporary))
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    real = shutil.which("tesseract")
    # Not the look for which way is up: what that costs is a guess, not the page.
    once = f'case "$*" in *tsv*) [ -e {mark} ] || {{ : > {mark}; {fault}; }};; esac'
    put_first(tmp_path / "bin", "tesseract", f'{once}\nexec {real} "$@"', monkeypatch)
    settings, events = Settings(), Told()
    with Archive.open(tmp_path / "archive", settings) as archive:
        enqueue(archive, scan([LETTER], archive.folder), settings)
        Runner(archive, settings, maker(1), events).run()
        assert mark.exists()
        assert [final for _, final in events.failures] == [False]
        assert told in events.failures[0][0]
        counts, _ = overview(archive, None, "en")
        assert sum(counts.values()) == counts["done"] + counts["doubtful"] == 1
        assert list(verify(archive)) == []
    assert list(temporary.iterdir()) == []
