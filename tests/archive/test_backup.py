"""A backup is a whole archive or none; it is made in use, and shares what is unchanged."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from pipeline.archive import Archive, pieces, shelf
from pipeline.archive.backup import back_up
from pipeline.archive.database import reading, writing
from pipeline.archive.proof import verify
from pipeline.archive.restoring import check_backup, restore
from pipeline.config import Settings
from pipeline.errors import ArchiveError, UsageError
from tests.archive.test_proof import flip, keep
from tests.servers import Server


@pytest.fixture
def full(archive: Archive) -> Archive:
    for at in range(5):
        keep(archive, f"thư {at}", f"Về trụ sở làm việc số {at}")
    archive.edit("thư 1", "number", "17", who="lan")
    (archive.folder / "learnt.json").write_text('{"format": "congvan/learnt/1"}', "utf-8")
    return archive


@pytest.fixture
def elsewhere(settings: Settings, request: pytest.FixtureRequest) -> Settings:
    """Settings for the restored archive: an empty database of the same kind."""
    if not settings.archive.database:
        return settings
    server: Server = request.getfixturevalue("postgres")
    return Settings.model_validate({"archive": {"database": server.database()}})


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for part in ("originals", "records", "text", "pdf")
        for path in sorted((folder / part).iterdir())
    }


def rows(archive: Archive) -> dict[str, list[Any]]:
    """Every row of every table but those of runs and of the index of words."""
    with reading(archive.engine) as connection:
        return {
            name: sorted(map(tuple, connection.execute(text(f"SELECT * FROM {name}"))), key=repr)  # noqa: S608 (names of our own)
            for name in ("files", "paths", "letters", "bodies", "layouts", "edits", "pieces")
        }


def test_a_backup_comes_back_as_it_was(full: Archive, tmp_path: Path, elsewhere: Settings) -> None:
    made, seal = back_up(full, tmp_path / "backups")
    assert seal.damaged == ()
    assert seal.files == 22  # 5 originals, records, texts and PDFs; learnt names; the database
    assert list(check_backup(made)) == []
    sums = ["sha256sum", "--check", "--quiet", "--strict", shelf.SUMS]
    assert subprocess.run(sums, cwd=made, check=False).returncode == 0
    used, wrong = restore(tmp_path / "backups", tmp_path / "again", elsewhere)
    assert (used, wrong) == (made, ())
    assert contents(tmp_path / "again") == contents(full.folder)
    with Archive.open(tmp_path / "again", elsewhere, create=False) as again:
        assert rows(again) == rows(full)
        assert [change.who for change in again.history("thư 1")] == ["lan"]
        assert again.search("tru so").total == 5
        keep(again, "mới", "Về trụ sở mới")  # rows are numbered on, not over
        again.edit("mới", "number", "9", who="lan")
        assert list(verify(again)) == []


def test_unchanged_files_are_shared(full: Archive, tmp_path: Path) -> None:
    first, _ = back_up(full, tmp_path / "backups")
    keep(full, "mới", "Về trụ sở mới")
    full.edit("thư 2", "number", "99", who="lan")
    second, seal = back_up(full, tmp_path / "backups")
    assert seal.damaged == ()
    content = second / shelf.CONTENT
    shared = {
        str(path.relative_to(content))
        for path in content.rglob("*")
        if path.is_file() and path.stat().st_nlink == 2
    }
    fresh = {"originals/mới.pdf", "records/mới.json", "text/mới.txt", "pdf/mới.pdf"}
    assert shared == set(contents(full.folder)) - fresh - {"records/thư 2.json"}
    assert list(check_backup(first)) == list(check_backup(second)) == []
    assert contents(content) == contents(full.folder)


def test_damage_in_the_archive_never_reaches_a_good_copy(full: Archive, tmp_path: Path) -> None:
    first, _ = back_up(full, tmp_path / "backups")
    good = contents(full.folder)
    flip(full.folder / "originals" / "thư 0.pdf")
    (full.folder / "pdf" / "thư 1.pdf").unlink()
    second, seal = back_up(full, tmp_path / "backups")
    assert seal.damaged == ()
    assert contents(second / shelf.CONTENT) == contents(first / shelf.CONTENT) == good


def test_damage_without_a_good_copy_is_told(
    full: Archive, tmp_path: Path, elsewhere: Settings
) -> None:
    flip(full.folder / "originals" / "thư 0.pdf")
    (full.folder / "pdf" / "thư 1.pdf").unlink()
    flip(full.folder / "records" / "thư 2.json")  # the database has its bytes
    made, seal = back_up(full, tmp_path / "backups")
    assert sorted(seal.damaged) == ["originals/thư 0.pdf", "pdf/thư 1.pdf"]
    assert list(check_backup(made)) == []
    _, wrong = restore(made, tmp_path / "again", elsewhere)
    assert sorted(finding.path for finding in wrong) == ["originals/thư 0.pdf", "pdf/thư 1.pdf"]


def test_a_damaged_backup_is_refused_or_restored_in_part(
    full: Archive, tmp_path: Path, elsewhere: Settings
) -> None:
    made, _ = back_up(full, tmp_path / "backups")
    flip(made / shelf.CONTENT / "originals" / "thư 3.pdf")
    (made / shelf.CONTENT / "pdf" / "thư 4.pdf").unlink()
    assert sorted(finding.kind for finding in check_backup(made)) == ["changed", "missing"]
    with pytest.raises(ArchiveError, match=r"2 files .* originals/thư 3.pdf first"):
        restore(made, tmp_path / "again", elsewhere)
    assert not (tmp_path / "again").exists()
    _, wrong = restore(made, tmp_path / "again", elsewhere, partly=True)
    assert sorted(finding.path for finding in wrong) == ["originals/thư 3.pdf", "pdf/thư 4.pdf"]
    sound = {name: data for name, data in contents(full.folder).items() if name[-9:-4] not in name}
    assert sound.items() <= contents(tmp_path / "again").items()


@pytest.mark.parametrize("name", [shelf.SUMS, shelf.SEAL])
def test_a_damaged_list_is_refused(
    full: Archive, tmp_path: Path, elsewhere: Settings, name: str
) -> None:
    made, _ = back_up(full, tmp_path / "backups")
    for at in range(0, (made / name).stat().st_size, 37):
        whole = (made / name).read_bytes()
        flip(made / name, at)
        with pytest.raises((ArchiveError, UsageError)):
            restore(made, tmp_path / "again", elsewhere)
        (made / name).write_bytes(whole)
    # The next backup doesn't trust it, either.
    flip(made / name)
    fresh, seal = back_up(full, tmp_path / "backups")
    assert seal.damaged == ()
    assert (fresh / shelf.CONTENT / "originals" / "thư 0.pdf").stat().st_nlink == 1


def test_check_reads_earlier_copies_again(full: Archive, tmp_path: Path) -> None:
    first, _ = back_up(full, tmp_path / "backups")
    flip(first / shelf.CONTENT / "originals" / "thư 3.pdf")
    trusting, _ = back_up(full, tmp_path / "backups")
    assert [finding.path for finding in check_backup(trusting)] == ["originals/thư 3.pdf"]
    checked, _ = back_up(full, tmp_path / "backups", check=True)
    assert list(check_backup(checked)) == []


def test_a_backup_that_was_broken_off_is_no_backup(
    full: Archive, tmp_path: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        """Stands for kill -9: nothing may clean up after it."""

    def die(*given: object) -> None:
        raise Killed

    for name in ("seal", "name_it"):
        with monkeypatch.context() as patch:
            patch.setattr(shelf, name, die)
            with pytest.raises(Killed):
                back_up(full, tmp_path / "backups")
        assert shelf.whole_ones(tmp_path / "backups") == []
        for source in (tmp_path / "backups", tmp_path / "backups" / shelf.PARTIAL):
            with pytest.raises(ArchiveError, match="broken off"):
                restore(source, tmp_path / "again", elsewhere)
    partial = tmp_path / "backups" / shelf.PARTIAL / shelf.CONTENT
    flip(partial / "originals" / "thư 0.pdf")
    (partial / "pdf" / "lạ.pdf").touch()
    kept = (partial / "originals" / "thư 1.pdf").stat().st_ino
    made, _ = back_up(full, tmp_path / "backups")  # goes on where the other stopped
    assert list(check_backup(made)) == []
    assert contents(made / shelf.CONTENT) == contents(full.folder)
    assert (made / shelf.CONTENT / "originals" / "thư 1.pdf").stat().st_ino == kept


def test_a_backup_while_conversions_and_clerks_write(
    full: Archive, tmp_path: Path, settings: Settings, elsewhere: Settings
) -> None:
    stop = threading.Event()

    def work() -> None:
        with Archive.open(full.folder, settings) as other:
            at = 0
            while not stop.is_set():
                at += 1
                keep(other, f"mới {at}", f"Về trụ sở mới {at}")
                keep(other, "thư 3", "Về trụ sở làm việc số 3", staged=f"%PDF-{at} ".encode())
                other.edit(f"thư {at % 5}", "number", str(at), who="lan")

    worker = threading.Thread(target=work)
    worker.start()
    try:
        made = [back_up(full, tmp_path / "backups") for _ in range(4)]
    finally:
        stop.set()
        worker.join()
    for folder, seal in made:
        assert seal.damaged == ()
        assert list(check_backup(folder)) == []
    _, wrong = restore(made[-1][0], tmp_path / "again", elsewhere)
    assert wrong == ()


def test_nothing_is_written_over(full: Archive, tmp_path: Path, elsewhere: Settings) -> None:
    made, _ = back_up(full, tmp_path / "backups")
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "ghi chú.txt").touch()
    for target in (full.folder, tmp_path / "again", tmp_path / "again" / "ghi chú.txt"):
        with pytest.raises(ArchiveError, match="not empty"):
            restore(made, target, elsewhere)
    if elsewhere.archive.database:
        with Archive.open(tmp_path / "other", elsewhere):
            pass
        with pytest.raises(ArchiveError, match="not empty"):
            restore(made, tmp_path / "third", elsewhere)
        assert not (tmp_path / "third").exists()


def test_the_wrong_kind_of_database_is_told(full: Archive, tmp_path: Path) -> None:
    made, seal = back_up(full, tmp_path / "backups")
    other = "" if seal.database == "postgresql" else "postgresql://nowhere/x"
    with pytest.raises(UsageError, match=seal.database):
        restore(made, tmp_path / "x", Settings.model_validate({"archive": {"database": other}}))


def test_only_the_newest_are_kept(full: Archive, tmp_path: Path) -> None:
    made = [back_up(full, tmp_path / "backups", keep=2)[0] for _ in range(4)]
    assert shelf.whole_ones(tmp_path / "backups") == made[2:]
    left = {path.name for path in (tmp_path / "backups").iterdir()}
    assert left == {".lock", *(path.name for path in made[2:])}


def test_a_clock_that_went_back_does_not_turn_the_order(full: Archive, tmp_path: Path) -> None:
    first, _ = back_up(full, tmp_path / "backups")
    later = first.rename(first.with_name("2099-01-01T00-00-00Z"))
    second, seal = back_up(full, tmp_path / "backups", keep=1)
    assert second.name == "2099-01-01T00-00-00Z-2"
    assert seal.made_at < "2099"
    assert not later.exists()


def test_two_backups_at_once_and_one_inside_are_refused(full: Archive, tmp_path: Path) -> None:
    (tmp_path / "backups").mkdir()
    with shelf.locked(tmp_path / "backups"), pytest.raises(ArchiveError, match="Another backup"):
        back_up(full, tmp_path / "backups")
    with pytest.raises(UsageError, match="inside the archive"):
        back_up(full, full.folder / "backups")
    with pytest.raises(ArchiveError, match="no backup"):
        restore(tmp_path / "nowhere", tmp_path / "again", Settings())


def test_a_disk_without_hard_links_gets_copies(
    full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(full, tmp_path / "backups")

    def refuse(*given: object, **named: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)
    made, seal = back_up(full, tmp_path / "backups")
    assert seal.damaged == ()
    assert contents(made / shelf.CONTENT) == contents(full.folder)
    assert (made / shelf.CONTENT / "originals" / "thư 0.pdf").stat().st_nlink == 1


def test_running_files_wait_again_in_the_restored_archive(
    full: Archive, tmp_path: Path, elsewhere: Settings
) -> None:
    with writing(full.engine) as connection:
        connection.execute(text("UPDATE files SET state = 'running', run_id = 1 WHERE id = 1"))
    made, _ = back_up(full, tmp_path / "backups")
    restore(made, tmp_path / "again", elsewhere)
    with (
        Archive.open(tmp_path / "again", elsewhere) as again,
        reading(again.engine) as connection,
    ):
        assert connection.scalar(text("SELECT state FROM files WHERE id = 1")) == "queued"


def test_a_full_backup_disk_is_an_error_and_not_a_backup(
    full: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full_disk(*given: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(pieces, "copy_file", full_disk)
    with pytest.raises(OSError, match="No space"):
        back_up(full, tmp_path / "backups")
    monkeypatch.undo()
    assert shelf.whole_ones(tmp_path / "backups") == []
