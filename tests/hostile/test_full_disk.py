"""The desk on a disk that is full: nothing half stays, a sentence says so, and it goes on after."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy.exc import OperationalError

from benchmarks.hostile_archive import Ways, unfinished
from benchmarks.hostile_reading import read_only
from pipeline.archive import Archive
from pipeline.config import Settings
from tests.bulk.test_disk import disk, fill

__all__ = ["disk"]  # a fixture: pytest finds it by its name

LETTER = "Kính gửi: Sở Y tế, về trụ sở làm việc\n".encode() * 9
UPLOAD = "/api/v1/files/thư.txt"


@pytest.fixture
def ways(disk: Path) -> Ways:
    return Ways(disk, Settings(language="vi"), trip=read_only)


@pytest.fixture
def desk(ways: Ways) -> Iterator[tuple[TestClient, Archive]]:
    with ways.desk() as (client, archive):
        quiet = TestClient(client.app, headers=client.headers, raise_server_exceptions=False)
        yield quiet, archive


def uploads(archive: Archive) -> list[Path]:
    return [path for path in (archive.folder / ".desk" / "uploads").rglob("*") if path.is_file()]


@pytest.mark.faults
def test_an_upload_to_a_full_disk_is_refused_whole(
    desk: tuple[TestClient, Archive], ways: Ways, disk: Path
) -> None:
    client, archive = desk
    assert client.put(UPLOAD, content=LETTER).status_code == 201
    ballast = fill(disk)
    for content in (LETTER, b"x" * 3_000_000):
        answer = client.put(UPLOAD, content=content)
        assert answer.status_code == 507
        assert "đã đầy" in answer.json()["error"]
    assert len(uploads(archive)) == 1  # the one before
    assert client.get("/api/v1/letters?q=tru+so").status_code == 200
    ballast.unlink()
    assert client.put(UPLOAD, content=LETTER + b"2").status_code == 201
    ways.run(archive)
    assert len(list(archive.letters())) == 2
    assert unfinished(archive) == []


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (OSError(errno.EDQUOT, "Disk quota exceeded"), 507),
        (OSError(errno.EIO, "Input/output error"), 503),
        (OSError(errno.EPERM, "Operation not permitted"), 500),
        (OperationalError("BEGIN", None, Exception("database is locked")), 503),
    ],
)
def test_what_else_a_disk_may_say(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: Exception, status: int
) -> None:
    def fail(*_: Any) -> None:
        raise error

    with Ways(tmp_path, Settings(language="vi"), trip=read_only).desk() as (client, archive):
        quiet = TestClient(client.app, headers=client.headers, raise_server_exceptions=False)
        monkeypatch.setattr("pipeline.desk.jobs.enqueue", fail)
        answer = quiet.put(UPLOAD, content=LETTER)
        assert answer.status_code == status
        assert len(answer.json()["error"]) > 20
        assert "rrno" not in answer.text
        assert uploads(archive) == []
