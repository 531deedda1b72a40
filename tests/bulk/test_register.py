"""Letters that a person confirmed are witnesses for the numbers of later ones."""

from pathlib import Path

import pytest

from pipeline.archive import Archive
from pipeline.archive.database import reading
from pipeline.archive.register import write_register
from pipeline.bulk.engine import maker
from pipeline.bulk.events import Events
from pipeline.bulk.register import confirmed
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import scan
from pipeline.bulk.work import Task, convert
from pipeline.config import Settings
from pipeline.parse.evidence import Neighbour
from tests.parse.making import LETTER

SETTINGS = Settings()


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    (tmp_path / "inbox").mkdir()
    (tmp_path / "inbox" / "letter.txt").write_text(LETTER, "utf-8")
    opened = Archive.open(tmp_path / "archive", SETTINGS)
    enqueue(opened, scan([tmp_path / "inbox"], opened.folder), SETTINGS)
    Runner(opened, SETTINGS, maker(1), Events()).run()
    return opened


def test_only_letters_that_a_person_looked_at_are_neighbours(
    archive: Archive, tmp_path: Path
) -> None:
    with archive:
        letter = next(iter(archive.letters()))
        path = tmp_path / "register.json"
        with reading(archive.engine) as connection:
            write_register(connection, path)
        assert not path.exists()
        assert not confirmed(path, own="another file").series
        archive.edit(letter.id, "review.needed", True, who="lan")
        archive.edit(letter.id, "review.needed", False, who="lan")
        with reading(archive.engine) as connection:
            write_register(connection, path)
    issuer = ", ".join(f.value for f in (letter.issuer.parent, letter.issuer.name) if f and f.value)
    assert letter.notation is not None
    assert letter.date is not None
    assert letter.notation.value
    assert letter.date.value
    register = confirmed(path, own="another file")
    same = register.neighbours(issuer, letter.notation.value, letter.date.value[:4])
    assert same == [Neighbour(512, letter.date.value)]
    assert not register.neighbours("Sở Y tế tỉnh khác", letter.notation.value, "2021")
    own = confirmed(path, own=letter.source.sha256)
    assert not own.neighbours(issuer, letter.notation.value, letter.date.value[:4])


def test_a_run_that_wrote_no_register_converts_as_ever(tmp_path: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text(LETTER, "utf-8")
    task = Task(1, "letter", path, tmp_path, SETTINGS, register=tmp_path / "none.json")
    assert convert(task).parts[0][0].number is not None
