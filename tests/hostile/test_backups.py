"""A backup that somebody forged: nothing of it is laid anywhere but into the new archive."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from pipeline.archive import Archive, shelf
from pipeline.archive.backup import back_up
from pipeline.archive.pieces import digest_file
from pipeline.archive.restoring import check_backup, restore
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from tests.archive.test_proof import keep


@pytest.mark.parametrize(
    "path",
    ["../../evil", "records/../../../evil", "{outside}/evil", "records//evil", "./evil", ".."],
)
@pytest.mark.parametrize("partly", [False, True])
def test_no_entry_leads_out_of_the_archive(tmp_path: Path, path: str, partly: bool) -> None:
    with Archive.open(tmp_path / "archive", Settings()) as archive:
        keep(archive, "thư 1", "Về trụ sở")
        backup, seal = back_up(archive, tmp_path / "backups")
    outside = tmp_path / "outside"
    outside.mkdir()
    path = path.format(outside=outside)
    forged = backup / shelf.CONTENT / path
    if path != "..":
        forged.parent.mkdir(parents=True, exist_ok=True)
        forged.write_text("xấu", "utf-8")
    with (backup / shelf.SUMS).open("a", encoding="utf-8") as sums:
        sums.write(f"{hashlib.sha256('xấu'.encode()).hexdigest()}  {shelf.CONTENT}/{path}\n")
    resealed = seal.model_copy(update={"sums": digest_file(backup / shelf.SUMS).sha256})
    (backup / shelf.SEAL).write_bytes(resealed.as_file())
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(ArchiveError, match="list of files"):
        list(check_backup(backup))
    with pytest.raises(ArchiveError, match="list of files"):
        restore(backup, tmp_path / "new" / "again", Settings(), partly=partly)
    assert sorted(tmp_path.rglob("*")) == before
