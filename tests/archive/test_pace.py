"""How fast files were finished, from the ledger's own times."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from pipeline.archive import Archive, ledger
from pipeline.archive.database import writing
from pipeline.archive.overview import pace
from pipeline.archive.tables import File
from tests.archive.making import add, letter_of


def finish(archive: Archive, times: list[str]) -> None:
    for at, time in enumerate(times):
        add(archive, f"thư-{at}", letter_of(f"công văn {at}"))
        with writing(archive.engine) as connection:
            connection.execute(update(File).where(File.id == at + 1).values(finished_at=time))


def test_the_pace_is_that_of_the_last_files(archive: Archive) -> None:
    assert pace(archive).seconds_a_file is None
    old = "2024-05-05T20:00:00Z"  # before the night's pause: does not count
    finish(archive, [old, "2024-05-06T07:00:00Z", "2024-05-06T07:00:10Z", "2024-05-06T07:00:20Z"])
    found = pace(archive)
    assert found.seconds_a_file == pytest.approx(10)
    assert found.pages_a_minute == pytest.approx(6)
    assert not found.running


def test_a_living_run_is_seen(archive: Archive) -> None:
    with writing(archive.engine) as connection:
        run = ledger.start_run(connection)
    assert pace(archive).running
    with writing(archive.engine) as connection:
        ledger.end_run(connection, run)
    assert not pace(archive).running
