"""Records that a database gives back damaged: a sentence, and only what is damaged is lost."""

from __future__ import annotations

import subprocess
import sys
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text

from benchmarks.hostile_archive import Ways
from pipeline.archive import Archive
from pipeline.archive.database import writing
from pipeline.archive.proof import verify
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import run_queue
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from tests.archive.test_proof import keep
from tests.bulk.faketrip import trip

DAMAGE: dict[str, Callable[[bytes], bytes | str]] = {
    "cut off": lambda held: held[: len(held) // 2],
    "a bit flipped": lambda held: held[:40] + bytes([held[40] ^ 4]) + held[41:],
    "zeros": lambda held: bytes(len(held)),
    "empty": lambda _: b"",
    "text": lambda held: zlib.decompress(held).decode(),
    "no UTF-8": lambda _: zlib.compress(b"\xff\xfe{"),
    "half a record": lambda held: zlib.compress(zlib.decompress(held)[:300]),
    "another record": lambda _: zlib.compress(b'{"schema": "congvan/letter/9", "id": 7}'),
    "a bomb of nesting": lambda _: zlib.compress(b"[" * 200_000),
}

WRITTEN = {"half a record", "another record", "a bomb of nesting"}
"""What no failing disk leaves but somebody wrote: it is found where the record is looked at."""


@pytest.fixture(params=DAMAGE)
def folder(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """Three letters; the record of "thư 1" is damaged."""
    with Archive.open(tmp_path / "archive", Settings()) as archive:
        for at in range(3):
            keep(archive, f"thư {at}", f"Về trụ sở {at}")
        with writing(archive.engine) as connection:
            which = "letter_pk = (SELECT pk FROM letters WHERE id = 'thư 1')"
            held = connection.scalar(text(f"SELECT record FROM bodies WHERE {which}"))  # noqa: S608 (our own words)
            connection.execute(
                text(f"UPDATE bodies SET record = :spoilt WHERE {which}"),  # noqa: S608 (our own words)
                {"spoilt": DAMAGE[request.param](held)},
            )
    return tmp_path / "archive"


def test_it_costs_itself_only(folder: Path) -> None:
    with Archive.open(folder, Settings(language="en")) as archive:
        assert {finding.path for finding in verify(archive)} >= {"thư 1"}
        assert archive.get("thư 0").pages[0].text == "Về trụ sở 0"
        assert archive.search("tru so").total == 3
        for ask in (
            archive.get,
            archive.reading,
            lambda name: archive.edit(name, "place", "Huế", "lan"),
        ):
            with pytest.raises(ArchiveError, match="congvan verify"):
                ask("thư 1")
        with pytest.raises(ArchiveError, match="congvan verify"):
            list(archive.letters())


def test_a_run_over_it_fails_this_file_and_goes_on(folder: Path) -> None:
    with Archive.open(folder, Settings(language="en")) as archive:
        queue_for_retry(archive, Settings(), older=True)
        run_queue(archive, Settings(language="en"), maker(1), Events(), trip)
        with pytest.raises(ArchiveError, match="congvan verify"):
            archive.get("thư 1")
        assert archive.get("thư 2").id == "thư 2"


@pytest.mark.parametrize("folder", ["cut off"], indirect=True)
def test_commands_say_a_sentence(folder: Path) -> None:
    for asked in (["show", "thư 1"], ["export", "--format", "csv"]):
        code = "from pipeline.cli import main; main()"
        command = [sys.executable, "-c", code, *asked, "--archive", str(folder)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == ArchiveError.exit_code
        assert done.stderr.count("\n") == 1
        assert "congvan verify" in done.stderr


def test_the_desk_says_a_sentence(folder: Path, request: pytest.FixtureRequest) -> None:
    written = request.node.callspec.params["folder"] in WRITTEN
    ways = Ways(folder.parent, Settings(language="vi"))
    with ways.desk() as (client, _):
        quiet = TestClient(client.app, headers=client.headers, raise_server_exceptions=False)
        exports = [] if written else ["api/v1/export/json", "export?form=xlsx"]
        for address in ("letters/thư 1", "api/v1/letters/thư 1", *exports):
            answer = quiet.get(f"/{address}")
            assert answer.status_code == 503
            assert "congvan verify" in answer.json()["error"]
        assert quiet.get("/letters/thư 0").status_code == 200
        assert quiet.get("/api/v1/letters?q=tru+so").json()["total"] == 3
