"""Archives of every earlier schema open with this version, letters and history as they were.

``data/NNNN.sql`` is an archive as the version of that migration left it: five letters, three edits,
a closed directive, and files that were waiting, running and failed. A new migration adds the dump
of the one before it: ``python -m tests.archive.test_upgrade ARCHIVE/congvan.db NNNN.sql``.
"""

from __future__ import annotations

import hashlib
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import inspect, text

from pipeline.archive import Archive, Filters, ledger
from pipeline.archive.database import HEAD, open_database, reading, sqlite_url, writing
from pipeline.archive.proof import verify
from pipeline.archive.questions import citations
from pipeline.archive.tables import Base
from pipeline.config import Settings
from pipeline.errors import ArchiveError
from tests.archive.making import samples

DATA = Path(__file__).parent / "data"
EARLIER = sorted(path.stem for path in DATA.glob("*.sql"))


def dump(database: Path, target: Path) -> None:
    """Write a database down as SQL; of FTS5's tables the content, too."""
    with closing(sqlite3.connect(database)) as connection:
        target.write_text("\n".join(_dumped(connection)) + "\n", "utf-8")


def _dumped(connection: sqlite3.Connection) -> Iterator[str]:
    made = connection.execute(
        "SELECT type, name, sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY "
        "sql LIKE 'CREATE VIRTUAL%' DESC, type = 'index', rowid"
    ).fetchall()
    virtual = [name for _, name, sql in made if sql.startswith("CREATE VIRTUAL")]
    yield "BEGIN;"
    for kind, name, sql in made:
        shadow = any(name.startswith(f"{table}_") for table in virtual) and name not in virtual
        yield f"DELETE FROM {name};" if shadow else f"{sql};"  # noqa: S608 (own names)
        if kind != "table" or name in virtual:
            continue
        columns = [row[1] for row in connection.execute(f"PRAGMA table_info({name})")]
        quoted = " || ', ' || ".join(f'quote("{column}")' for column in columns)
        for (values,) in connection.execute(f"SELECT {quoted} FROM {name}"):  # noqa: S608 (own names)
            yield f"INSERT INTO {name} VALUES({values});"
    yield "COMMIT;"


@pytest.fixture(params=EARLIER)
def folder(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    (tmp_path / "records").mkdir()
    with closing(sqlite3.connect(tmp_path / "congvan.db")) as connection:
        connection.executescript((DATA / f"{request.param}.sql").read_text("utf-8"))
    return tmp_path


def test_every_earlier_schema_has_its_archive() -> None:
    versions = Path(__file__).parents[2] / "pipeline" / "archive" / "migrations" / "versions"
    numbers = sorted(path.name[:4] for path in versions.glob("0*.py"))
    assert numbers[-1] == HEAD
    assert numbers[:-1] == EARLIER


def test_letters_and_history_are_as_they_were(folder: Path) -> None:
    with Archive.open(folder, Settings(), create=False) as archive:
        held = {letter.id: letter for letter in archive.letters()}
        assert set(held) == set(samples())
        for name, letter in samples().items():
            assert held[name].pages == letter.pages
            assert held[name].directives == letter.directives
        assert held["tru-so"].number is not None
        assert held["tru-so"].number.value == "17"
        assert [(c.field, c.before, c.after, c.who) for c in archive.history("tru-so")] == [
            ("number", "71", "17", "lan"),
            ("subject", "Trụ sở làm việc", "Về trụ sở làm việc", "minh"),
        ]
        assert archive.reading("tru-so").number == samples()["tru-so"].number
        assert len(archive.pages("dak-lak")) == 1


def test_everything_is_found_as_before(folder: Path) -> None:
    with Archive.open(folder, Settings(), create=False) as archive:
        assert archive.search('"trụ sở làm việc"').hits[0].id == "tru-so"
        assert [hit.id for hit in archive.search("tuyen*").hits] == ["truc-tuyen"]
        assert {hit.id for hit in archive.search("~tuvến").hits} >= {"truc-tuyen"}
        assert archive.search("", Filters(number="17")).hits[0].id == "tru-so"
        assert archive.search("", Filters(percent=(20, 21))).hits[0].id == "tru-so"
        assert "truc-tuyen" in repr(citations(archive, "71/TB-UBND"))


def test_the_ledger_goes_on(folder: Path) -> None:
    with Archive.open(folder, Settings(), create=False) as archive:
        with writing(archive.engine) as connection:
            assert connection.scalar(text("SELECT count(*) FROM closings")) == 1
            run = ledger.start_run(connection)
            taken = ledger.claim(connection, run, 10)
        # The run of the other machine is long silent: what it was at waits again.
        assert sorted(entry.name for entry in taken) == ["cho-queued", "cho-running"]
        with reading(archive.engine) as connection:
            states = Counter(connection.scalars(text("SELECT state FROM files")))
        assert states == Counter(running=2, failed=1, done=5)


def test_what_is_written_afterwards_is_sound(folder: Path) -> None:
    with Archive.open(folder, Settings(), create=False) as archive:
        archive.edit("cong-tac", "number", "121", who="lan")
        tables = set(inspect(archive.engine).get_table_names())
        assert set(Base.metadata.tables) <= tables
        # The dump is the database alone: every file of then is missing, and nothing else is wrong.
        kinds = Counter(finding.kind for finding in verify(archive, mend=True))
        assert set(kinds) == {"missing"}
        for part in ("records", "text"):
            assert len(list((folder / part).iterdir())) == 5


def test_upgrading_twice_changes_nothing(folder: Path) -> None:
    for _ in range(2):
        open_database(sqlite_url(folder)).dispose()
    with closing(sqlite3.connect(folder / "congvan.db")) as connection:
        assert connection.execute("SELECT version_num FROM alembic_version").fetchall() == [(HEAD,)]


def test_an_upgrade_that_fails_leaves_the_old_archive(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from alembic.operations import Operations

    with closing(sqlite3.connect(folder / "congvan.db")) as connection:
        before = list(_dumped(connection))

    def fail(*given: object, **named: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Operations, "create_table", fail, raising=False)
    monkeypatch.setattr(Operations, "create_index", fail, raising=False)
    with pytest.raises(ArchiveError, match="No space left"):
        open_database(sqlite_url(folder))
    with closing(sqlite3.connect(folder / "congvan.db")) as connection:
        assert list(_dumped(connection)) == before


def test_a_newer_schema_is_refused_and_left_alone(folder: Path) -> None:
    open_database(sqlite_url(folder)).dispose()
    with closing(sqlite3.connect(folder / "congvan.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0999'")
        connection.commit()
        before = hashlib.sha256("".join(_dumped(connection)).encode()).hexdigest()
    with pytest.raises(ArchiveError, match=r"newer congvan made this archive \(schema 0999"):
        Archive.open(folder, Settings(), create=False)
    with closing(sqlite3.connect(folder / "congvan.db")) as connection:
        after = hashlib.sha256("".join(_dumped(connection)).encode()).hexdigest()
    assert after == before


if __name__ == "__main__":
    dump(Path(sys.argv[1]), DATA / sys.argv[2])
