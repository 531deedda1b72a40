"""The bad files in an inbox and in an upload: each ends done or with a reason, none half."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import select

from benchmarks.hostile import load_corpus
from benchmarks.hostile_archive import Ways, endings, unfinished
from benchmarks.hostile_reading import read_only
from pipeline.archive import Archive, ledger
from pipeline.archive.database import reading, writing
from pipeline.archive.tables import File
from pipeline.archive.tables import Path as PathRow
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.intake import adopt, stage
from pipeline.bulk.run import convert_paths, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.watch import Watcher
from pipeline.config import Settings

CORPUS = load_corpus()
SOUND = CORPUS.saved(CORPUS.scan_pdf("JPEG", 1))


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[Watcher]:
    (tmp_path / "in").mkdir()
    with Archive.open(tmp_path / "archive", Settings(language="vi")) as archive:
        made = Watcher(tmp_path / "in", archive, Settings(language="vi"), maker(1), Events())
        made.trip = read_only
        yield made


def settle(watcher: Watcher) -> int:
    """Two looks, far enough apart."""
    watcher.step(now=0)
    return watcher.step(now=10)


def test_a_sample_of_each_kind_through_the_inbox(tmp_path: Path) -> None:
    cases = CORPUS.build(tmp_path / "corpus")
    whole = {"no file", "no permission", "link", "wrong type", "wrong encoding", "loop"}
    chosen = [c for n, c in enumerate(cases) if c.kind in whole or n % 7 == 0]
    assert {c.kind for c in chosen} == {c.kind for c in cases}
    ways = Ways(tmp_path, Settings(language="vi"), trip=read_only)
    findings, counts = ways.watch(chosen)
    assert findings == []
    assert counts["done"] > 15
    assert counts["failed"] > 20


def test_names_too_long_for_their_reason(watcher: Watcher) -> None:
    names = ["d" * 251 + ".pdf", "ấ" * 83 + ".pdf"]
    for name in names:
        (watcher.inbox / name).write_bytes(b"%PDF-1.4 none")
    for _ in range(2):  # again, when the same names are there already
        assert settle(watcher) == 2
        for name in names:
            (watcher.inbox / name).write_bytes(b"%PDF-1.4 none, again")
    failed = list((watcher.inbox / "failed").iterdir())
    assert len(failed) == 8
    reasons = [path for path in failed if path.suffix == ".txt"]
    assert all(len(path.read_text("utf-8")) > 20 for path in reasons)
    assert all(path.with_name(path.name[:-4]).exists() for path in reasons)


def test_what_is_swapped_vanishes_or_grows_at_the_last_moment(
    watcher: Watcher, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between being looked at and being copied; a pipe in a file's place must hold up nothing."""
    inbox = watcher.inbox
    for name in ("pipe", "gone", "endless", "sound"):
        (inbox / f"{name}.pdf").write_bytes(SOUND)
    watcher.step(now=0)

    def swap(*given: Any) -> int:
        count = enqueue(*given)
        (inbox / "pipe.pdf").unlink()
        os.mkfifo(inbox / "pipe.pdf")
        (inbox / "gone.pdf").unlink()
        with (inbox / "endless.pdf").open("ab") as file:
            file.truncate(10**13)  # a hole: nobody's disk has so much
        return count

    monkeypatch.setattr("pipeline.bulk.watch.enqueue", swap)
    done = threading.Timer(60, os._exit, (3,))  # a hang must not last for ever
    done.start()
    assert watcher.step(now=10) == 4
    done.cancel()
    assert [p.name for p in (inbox / "done").iterdir()] == ["sound.pdf"]
    failed = {p.name for p in (inbox / "failed").iterdir()}
    assert failed == {"pipe.pdf", "pipe.pdf.txt", "endless.pdf", "endless.pdf.txt"}
    assert "limits.file_mb" in (inbox / "failed" / "endless.pdf.txt").read_text("utf-8")
    assert unfinished(watcher.archive) == []


def test_special_files_by_name_are_refused_at_once(tmp_path: Path) -> None:
    pipe, device = tmp_path / "pipe.pdf", tmp_path / "zero.pdf"
    os.mkfifo(pipe)
    device.symlink_to("/dev/zero")
    settings = Settings(language="en")
    with Archive.open(tmp_path / "archive", settings) as archive:
        found = scan([pipe, device, tmp_path / "none.pdf"], archive.folder)
        missing = convert_paths(archive, found, settings, maker(1), Events())
        with reading(archive.engine) as connection:
            codes = list(connection.scalars(select(PathRow.code)))
    assert codes == ["file-special"] * 2
    assert [path.name for path, _ in missing] == ["none.pdf"]


def test_one_bad_entry_costs_itself_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that may not be read, and a file gone while the folder is looked through."""
    folder = tmp_path / "in"
    (folder / "a-closed").mkdir(parents=True)
    for name in ("b.pdf", "c.pdf", "d.pdf"):
        (folder / name).write_bytes(SOUND)
    listing, looking = os.scandir, Path.stat

    def closed(path: Any) -> Any:
        if str(path).endswith("a-closed"):
            raise PermissionError(13, "Permission denied", str(path))
        return listing(path)

    def gone(path: Path, **how: Any) -> os.stat_result:
        if path.name == "c.pdf":
            raise FileNotFoundError(2, "No such file or directory", str(path))
        return looking(path, **how)

    monkeypatch.setattr(os, "scandir", closed)
    monkeypatch.setattr(Path, "stat", gone)
    found = scan([folder], tmp_path / "archive")
    assert [path.name for path, _, _ in found.files] == ["b.pdf", "d.pdf"]
    assert {(p.name, e.code) for p, e in found.missing} == {
        ("a-closed", "file-unreadable"), ("c.pdf", "file-missing"),
    }  # fmt: skip


def test_a_sample_through_the_upload(tmp_path: Path) -> None:
    cases = CORPUS.build(tmp_path / "corpus")
    chosen = [c for n, c in enumerate(cases) if c.kind == "strange name" or n % 25 == 0]
    ways = Ways(tmp_path, Settings(language="vi"), trip=read_only)
    findings, counts = ways.upload(chosen)
    assert findings == []
    assert counts["done"] > 15
    assert counts["failed"] > 3


def test_markup_under_a_paper_name_comes_back_as_a_download(tmp_path: Path) -> None:
    """HTML and SVG sent as .pdf, .png or .txt are never shown by the browser."""
    evil = {
        "a.pdf": b"<html><script>alert(1)</script>", "b.png": b"<svg onload=alert(1)>",
        "c.txt": "Kính gửi: <script>alert(1)</script>".encode() * 9,
    }  # fmt: skip
    ways = Ways(tmp_path, Settings(language="vi"), trip=read_only)
    with ways.desk() as (client, archive):
        for name, data in evil.items():
            assert client.put(f"/api/v1/files/{quote(name)}", content=data).status_code == 201
        ways.run(archive)
        with reading(archive.engine) as connection:
            states = dict(connection.execute(select(File.name, File.state)).all())
        assert states == {"a": "failed", "b": "failed", "c": "done"}
        answer = client.get("/letters/c/files/original")
        assert answer.content == evil["c.txt"]
        assert answer.headers["content-type"] == "application/octet-stream"
        assert answer.headers["content-disposition"].startswith("attachment")
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "default-src 'none'" in answer.headers["content-security-policy"]


TRICKS = (
    'a"; filename="evil.html', "a\r\nSet-Cookie: x=1", "thư 😀", "\u202efdp.exe",
    "../../etc/passwd",
    "..\\..\\evil", "a;b=c", "a%0d%0aX: y", "ấ" * 83, "=?utf-8?b?ZXZpbA==?=", "a\tb", "..", "con",
    "$(id)", "<script>", "a/../../b", "a\u2028b", "'*=x", "%2e%2e%2f", "\x7f", "a" * 300,
)  # fmt: skip


def test_no_name_of_an_upload_steers_a_download(tmp_path: Path) -> None:
    """Each trick as a file's name, sent, converted, and asked for again."""
    from email.message import Message

    ways = Ways(tmp_path, Settings(language="vi"), trip=read_only)
    with ways.desk() as (client, archive):
        for number, trick in enumerate(TRICKS):
            data = f"Kính gửi: Sở Y tế {number}".encode() * 9
            answer = client.put(f"/api/v1/files/{quote(trick + '.txt', safe='')}", content=data)
            assert answer.status_code in (201, 404), trick  # 404: a slash makes another address
        ways.run(archive)
        assert not (tmp_path / "etc").exists()
        letters = [letter.id for letter in archive.letters()]
        assert len(letters) > len(TRICKS) / 2
        for letter_id in letters:
            for kind, ending in (("original", ".bin"), ("json", ".json"), ("text", ".txt")):
                answer = client.get(f"/letters/{quote(letter_id, safe='')}/files/{kind}")
                assert answer.status_code == 200
                said = answer.headers.get_list("content-disposition")
                assert len(said) == 1
                assert said[0].isascii()
                assert said[0].isprintable()
                header = Message()
                header["content-disposition"] = said[0]
                assert header.get_content_disposition() == "attachment"
                assert header.get_filename() == letter_id + ending
                assert "set-cookie" not in answer.headers


def test_no_half_upload_stays(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Neither when the database fails, nor when the desk was killed while a file came."""
    ways = Ways(tmp_path, Settings(language="vi"), trip=read_only)
    uploads = tmp_path / "archive" / ".desk" / "uploads"
    with ways.desk() as (client, _), monkeypatch.context() as broken:
        broken.setattr("pipeline.desk.jobs.enqueue", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            client.put("/api/v1/files/a.pdf", content=SOUND)
        assert list(uploads.glob("*")) == []
    (uploads / "killed").mkdir(parents=True)
    (uploads / "killed" / "b.pdf").write_bytes(SOUND[:99])
    with Archive.open(tmp_path / "archive", Settings()) as archive:
        from pipeline.desk.jobs import Jobs

        Jobs(archive, Settings(), enabled=False).start()
    assert list(uploads.glob("*")) == []


def test_two_runs_that_take_the_same_path_do_not_meet(tmp_path: Path) -> None:
    """The second copy must not cut the first one short, nor the path be called missing."""
    path, limits = tmp_path / "a.pdf", Settings().limits
    path.write_bytes(SOUND)
    with Archive.open(tmp_path / "archive", Settings()) as archive:
        enqueue(archive, scan([path], archive.folder), Settings())
        with reading(archive.engine) as connection:
            ((row, _),) = ledger.waiting_paths(connection, 9)
        one, two = (stage(archive, row, path, limits) for _ in range(2))
        assert one.staged != two.staged
        with writing(archive.engine) as connection:
            entry = adopt(connection, archive, one)
        assert two.staged.read_bytes() == SOUND
        with writing(archive.engine) as connection:
            assert adopt(connection, archive, two).id == entry.id
            assert not ledger.refuse_path(connection, row, "file-missing", "x")
        assert archive.original_of(entry.name, entry.suffix).read_bytes() == SOUND
        assert endings(archive)[path][0] == "queued"
