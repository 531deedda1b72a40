"""Every changed, missing or unexpected byte is found, and nobody at work is taken for damage."""

from __future__ import annotations

import hashlib
import json
import os
import threading
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.archive import Archive, ledger
from pipeline.archive.database import writing
from pipeline.archive.proof import Finding, verify
from pipeline.archive.store import How
from pipeline.config import Settings
from tests.archive.making import letter_of, page_of


def keep(archive: Archive, name: str, content: str, *, staged: bytes = b"%PDF-1.7 ") -> str:
    """Take a file in as a run does: original, record, text and PDF."""
    data = content.encode()
    with writing(archive.engine) as connection:
        ledger.add_paths(connection, [(Path(f"/scans/{name}.pdf"), len(data), 1)])
        sha256 = hashlib.sha256(data).hexdigest()
        entry = ledger.by_sha256(connection, sha256)
        if entry is None:
            row, _ = ledger.waiting_paths(connection, 1)[0]
            entry = ledger.take_in(connection, row, Path(f"{name}.pdf"), sha256, len(data))
            archive.original_of(entry.name, entry.suffix).write_bytes(data)
    pdf = archive.folder / ".staging" / f"{name}.pdf"
    pdf.write_bytes(staged + data)
    part = (letter_of(content, code="71/TB-UBND", subject="Trụ sở làm việc"), (page_of(content),))
    (stored,) = archive.put(entry, [part], how=How("1", "abc"), pdfs=[pdf])
    return stored.id


@pytest.fixture
def full(archive: Archive) -> Archive:
    for at in range(5):
        keep(archive, f"thư {at}", f"Về trụ sở làm việc số {at}")
    return archive


def found(archive: Archive) -> list[tuple[str, str]]:
    return sorted((finding.kind, finding.path) for finding in verify(archive))


def test_a_sound_archive_has_nothing_wrong(full: Archive) -> None:
    sizes: list[int] = []
    assert list(verify(full, seen=sizes.append)) == []
    assert len(sizes) == 20
    assert sum(sizes) == sum(
        path.stat().st_size for path in full.folder.glob("*/*") if path.parent.name[0] != "."
    )


def test_edits_and_new_readings_keep_the_hashes_true(full: Archive) -> None:
    full.edit("thư 1", "number", "17", who="lan")
    full.edit("thư 1", "subject", "Về trụ sở", who="minh")
    full.edit("thư 2", "review.needed", False, who="minh")
    keep(full, "thư 3", "Về trụ sở làm việc số 3", staged=b"%PDF-1.4 ")
    assert found(full) == []


def flip(path: Path, at: int = 5) -> None:
    data = bytearray(path.read_bytes())
    data[at] ^= 1
    path.write_bytes(data)


def pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


@pytest.mark.parametrize(
    "path", ["originals/thư 2.pdf", "records/thư 2.json", "text/thư 2.txt", "pdf/thư 2.pdf"]
)
@pytest.mark.parametrize(
    ("damage", "kind"),
    [
        (flip, "changed"),
        (lambda path: path.write_bytes(path.read_bytes()[:-1]), "changed"),
        (lambda path: path.write_bytes(b""), "changed"),
        (Path.unlink, "missing"),
        (lambda path: (path.unlink(), path.mkdir()), "unreadable"),
        (pipe, "unreadable"),
        (lambda path: (path.unlink(), path.symlink_to("/etc/hostname")), "unreadable"),
    ],
)
def test_every_damage_to_a_file_is_found(
    full: Archive, path: str, damage: Callable[[Path], object], kind: str
) -> None:
    damage(full.folder / path)
    assert found(full) == [(kind, path)]


def test_what_should_not_be_there_is_found(full: Archive) -> None:
    (full.folder / "records" / "lạ.json").write_text("{}", "utf-8")
    (full.folder / "pdf" / "thư 1.PDF.exe").touch()
    (full.folder / "originals" / os.fsdecode(b"\xff\xfe.pdf")).touch()
    (full.folder / "ghi chú.docx").touch()
    (full.folder / "text" / ".0a.tmp").touch()
    kinds = [finding.kind for finding in verify(full)]
    assert sorted(kinds) == ["unexpected"] * 4 + ["unfinished"]


def damage_row(archive: Archive, statement: str, **values: object) -> None:
    with writing(archive.engine) as connection:
        assert connection.execute(text(statement), values).rowcount == 1


def test_a_database_that_contradicts_itself_is_found(full: Archive) -> None:
    damage_row(full, "UPDATE letters SET number = '72' WHERE id = 'thư 0'")
    damage_row(full, "UPDATE pieces SET sha256 = 'x' WHERE path = 'text/thư 1.txt'")
    bad = zlib.compress(b"{}")[:-1] + b"?"
    damage_row(full, "UPDATE bodies SET record = :bad WHERE letter_pk = 3", bad=bad)
    other = zlib.compress("khác".encode())
    damage_row(full, "UPDATE bodies SET text = :other WHERE letter_pk = 4", other=other)
    damage_row(full, "DELETE FROM bodies WHERE letter_pk = 5")
    assert found(full) == [
        ("changed", "text/thư 1.txt"), ("database", "thư 0"), ("database", "thư 2"),
        ("database", "thư 3"), ("database", "thư 4"),
    ]  # fmt: skip


def test_a_record_replaced_in_the_database_is_found(full: Archive) -> None:
    """Even by one that is sound in itself, with every column to match."""
    with writing(full.engine) as connection:
        connection.execute(
            text("UPDATE bodies SET record = replaced.record, text = replaced.text FROM bodies "
                 "AS replaced WHERE bodies.letter_pk = 1 AND replaced.letter_pk = 2")
        )  # fmt: skip
    assert {kind for kind, _ in found(full)} == {"database"}


def test_letters_that_the_index_lost_are_found(full: Archive) -> None:
    with writing(full.engine) as connection:
        if connection.dialect.name == "sqlite":
            statement = "INSERT INTO letter_index(letter_index) VALUES ('delete-all')"
        else:
            statement = "DELETE FROM letter_index"
        connection.execute(text(statement))
    assert len(found(full)) == 5


def test_records_and_texts_are_written_again(full: Archive) -> None:
    flip(full.folder / "records" / "thư 1.json")
    (full.folder / "text" / "thư 1.txt").unlink()
    flip(full.folder / "pdf" / "thư 1.pdf")
    mended = {finding.path: finding.mended for finding in verify(full, mend=True)}
    assert mended == {"records/thư 1.json": True, "text/thư 1.txt": True, "pdf/thư 1.pdf": False}
    assert found(full) == [("changed", "pdf/thư 1.pdf")]
    record = json.loads((full.folder / "records" / "thư 1.json").read_text("utf-8"))
    assert record == full.get("thư 1").model_dump(mode="json", by_alias=True)


def test_files_of_before_hashes_are_noted_once(full: Archive) -> None:
    with writing(full.engine) as connection:
        connection.execute(text("DELETE FROM pieces"))
    assert {finding.kind for finding in verify(full)} == {"unproved"}
    assert all(finding.mended for finding in verify(full, mend=True))
    assert found(full) == []


def test_what_a_killed_run_left_is_no_damage(full: Archive) -> None:
    flip(full.folder / "pdf" / "thư 1.pdf")
    damage_row(full, "UPDATE files SET state = 'running', run_id = 99 WHERE name = 'thư 1'")
    assert found(full) == [("unfinished", "pdf/thư 1.pdf")]


def test_an_archive_in_use_is_sound(archive: Archive, settings: Settings) -> None:
    for at in range(8):
        keep(archive, f"thư {at}", f"Về trụ sở {at}")
    stop = threading.Event()

    def work() -> None:
        with Archive.open(archive.folder, settings) as other:
            at = 0
            while not stop.is_set():
                at += 1
                other.edit(f"thư {at % 8}", "number", str(at), who="lan")
                keep(other, f"mới {at}", f"Về trụ sở mới {at}")
                keep(other, "thư 3", "Về trụ sở 3", staged=f"%PDF-{at} ".encode())

    worker = threading.Thread(target=work)
    worker.start()
    try:
        findings: list[Finding] = [finding for _ in range(6) for finding in verify(archive)]
    finally:
        stop.set()
        worker.join()
    assert findings == []
    assert found(archive) == []


def test_every_finding_has_a_sentence_in_both_languages(full: Archive) -> None:
    flip(full.folder / "pdf" / "thư 1.pdf")
    (finding,) = verify(full)
    assert "thư 1.pdf" in finding.sentence("en")
    assert "sao lưu" in finding.sentence("vi")
