"""What a clerk corrected is learnt when a person says so, and never before."""

from __future__ import annotations

from concurrent.futures import Future
from pathlib import Path

import pytest
from typer.testing import CliRunner

from pipeline.archive import Archive, lessons
from pipeline.bulk.events import Events
from pipeline.bulk.retry import queue_for_retry
from pipeline.bulk.run import Runner, enqueue
from pipeline.bulk.scan import Scan
from pipeline.bulk.work import Outcome, Task, convert
from pipeline.cli.app import load_commands
from pipeline.config import Settings
from pipeline.errors import ConfigError, UsageError
from pipeline.letter import Letter
from pipeline.restore.learnt import Learnt, Lesson, load_learnt, words_of

TEXT = """\
ỦY BAN NHÂN DÂN
TỈNH SÔNG LỤA

Số: {number}/UBND-VX
V/v rà soát trụ sở làm việc

CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM
Độc lập - Tự do - Hạnh phúc

Sông Lúa, ngày {number} tháng 3 năm 2021

Kính gửi: Sở Y tế tỉnh.

Ủy ban nhân dân tỉnh yêu cầu Sở Y tế rà soát trụ sờ làm viêc của cac đơn vi trong năm.
Yêu cẩu Sở Y tế báo cáo kêt quả thưc hiện trước ngày 15 tháng 4 năm 2021.

Nơi nhận:
- Như trên;
- Lưu: VT.

CHỦ TỊCH

Trần Văn Đăng
"""
ISSUER = "ỦY BAN NHÂN DÂN TỈNH SÔNG LÚA"


class Here:
    """An engine that converts in this very process."""

    slots = 1
    apart = False

    def submit(self, task: Task) -> Future[Outcome]:
        done: Future[Outcome] = Future()
        done.set_result(convert(task))
        return done

    def close(self, *, at_once: bool = False) -> None:
        del at_once


@pytest.fixture
def store(tmp_path: Path) -> Archive:
    return Archive.open(tmp_path / "archive", Settings())


def converted(store: Archive, number: int) -> Letter:
    """A text letter, converted into the archive the real way (again, if it is there)."""
    path = store.folder.parent / f"CV {number}.txt"
    if path.exists():
        queue_for_retry(store, Settings(), (path.stem,))
    else:
        path.write_text(TEXT.format(number=number), "utf-8")
        stat = path.stat()
        enqueue(store, Scan(((path, stat.st_size, stat.st_mtime_ns),), (), ()), Settings())
    Runner(store, Settings(), lambda _: Here(), Events()).run()
    return store.get(path.stem)


def names(letter: Letter) -> tuple[str | None, str | None]:
    issuer, signer = letter.issuer.name, letter.signer.name if letter.signer else None
    return issuer.value if issuer else None, signer.value if signer else None


def corrected(store: Archive) -> None:
    """Letter 7 with its two names put right by a clerk."""
    assert names(converted(store, 7)) == ("ỦY BAN NHÂN DÂN TỈNH SÔNG LỤA", "Trần Văn Đăng")
    store.edit("CV 7", "issuer.name", ISSUER, "minh")
    store.edit("CV 7", "signer.name", "Trần Văn Đặng", "minh")


def test_a_name_comes_restored_after_it_was_learnt(store: Archive) -> None:
    corrected(store)
    found = lessons.lessons_of(store)
    assert {(item.name, item.state, item.who) for item in found} == {
        (ISSUER, "new", ("minh",)), ("Trần Văn Đặng", "new", ("minh",))
    }  # fmt: skip
    before = converted(store, 8)
    assert names(before) == ("ỦY BAN NHÂN DÂN TỈNH SÔNG LỤA", "Trần Văn Đăng")
    assert queue_for_retry(store, Settings(), older=True) == []
    lessons.learn(store, found)
    for letter in (converted(store, 8), converted(store, 9)):
        assert names(letter) == (ISSUER, "Trần Văn Đặng")
        learnt = [c for c in letter.corrections if c.rule == "learnt"]
        assert [(c.before, c.after) for c in learnt] == [("LỤA", "LÚA"), ("Đăng", "Đặng")]
        assert all(c.score == pytest.approx(2 / 3, abs=1e-3) for c in learnt)
        assert letter.review.needed  # learnt from one letter: a person still looks
    assert {item.state for item in lessons.lessons_of(store)} == {"learnt"}
    lessons.forget(store, ["Trần Văn Đặng"])
    assert names(converted(store, 9)) == (ISSUER, "Trần Văn Đăng")
    lessons.forget(store, [])
    assert names(converted(store, 9)) == ("ỦY BAN NHÂN DÂN TỈNH SÔNG LỤA", "Trần Văn Đăng")
    with pytest.raises(UsageError):
        lessons.forget(store, ["Trần Văn Đặng"])


def test_the_command_shows_first(store: Archive) -> None:
    corrected(store)

    def call(*arguments: str) -> str:
        run = CliRunner().invoke(
            load_commands(), ["learn", "-a", str(store.folder), *arguments], catch_exceptions=False
        )
        assert run.exit_code == 0
        return run.stdout

    path = lessons.learnt_path(store.folder)
    assert "Trần Văn Đặng" in call()
    assert "Nothing was changed" in call()
    assert not path.exists()
    assert "1 names" in call("--apply", "Trần Văn Đặng")
    assert [lesson.name for lesson in load_learnt(path).names] == ["Trần Văn Đặng"]
    assert "0 names" in call("--forget", "Trần Văn Đặng")
    with pytest.raises(UsageError):
        call("--apply", "Không Ai")
    with pytest.raises(UsageError):
        call("--apply", "--forget")


@pytest.mark.parametrize(
    ("field", "value", "state"),
    [
        ("recipients.0", "Sở Tài chính tỉnh", "other-words"),  # another office, not a misreading
        ("recipients.0", "Sở Y tế", "other-words"),
        ("place", "Lúa", "one-word"),
        ("signer.name", "Trần Văn Đằng", "new"),
    ],
)
def test_what_is_no_misreading_is_not_learnt(
    store: Archive, field: str, value: str, state: str
) -> None:
    converted(store, 7)
    store.edit("CV 7", field, value, "minh")
    (found,) = lessons.lessons_of(store)
    assert found.state == state
    assert len(lessons.learn(store, [found]).names) == (state == "new")


def test_a_known_name_never_turns_into_another(store: Archive) -> None:
    converted(store, 7)
    store.edit("CV 7", "recipients.0", "Sở Y tế tỉnh Hà Lam", "minh")
    assert {item.state for item in lessons.lessons_of(store)} == {"other-words"}
    assert lessons._is_name("SỞ Y TẾ TỈNH HÀ NAM")
    assert not lessons._is_name("Sở Y tê tỉnh Hà Nam")


def test_one_reading_of_two_names_is_not_learnt(store: Archive) -> None:
    for number, name in ((7, "Trần Văn Đặng"), (8, "Trần Văn Đằng")):
        converted(store, number)
        store.edit(f"CV {number}", "signer.name", name, "minh")
    assert [item.state for item in lessons.lessons_of(store)] == ["two-names"] * 2
    assert lessons.learn(store, lessons.lessons_of(store)).names == ()


def test_taken_back_edits_teach_nothing(store: Archive) -> None:
    converted(store, 7)
    store.edit("CV 7", "signer.name", "Trần Văn Đặng", "minh")
    store.edit("CV 7", "signer.name", "Trần Văn Đăng", "hoa")
    assert lessons.lessons_of(store) == []


def test_numbers_and_dates_are_never_learnt(store: Archive) -> None:
    converted(store, 7)
    for field, value in (("number", "71"), ("date", "2021-03-09"), ("subject", "khác hẳn")):
        store.edit("CV 7", field, value, "minh")
    assert lessons.lessons_of(store) == []


@pytest.mark.parametrize(
    ("subject", "learnt"),
    [
        ("Rà soát trụ sỡ làm việc", {("trụ sỡ làm", "trụ sở làm")}),
        (
            "Rà xoát trụ sở làm việk",
            {("rà xoát trụ", "rà soát trụ"), ("sở làm việk", "sở làm việc")},
        ),
        ("Rà soát 5 trụ sở làm việc", set()),  # another number of words
    ],
)
def test_of_a_subject_the_words_that_were_put_right(
    subject: str, learnt: set[tuple[str, str]]
) -> None:
    right, read = words_of("Rà soát trụ sở làm việc"), words_of(subject)
    found = {(before, after) for after, before in lessons._phrases(right, read)}
    assert found == learnt


def test_a_misread_word_of_a_subject_comes_restored_elsewhere(store: Archive) -> None:
    def subject(number: int) -> str:
        held = converted(store, number).subject
        return (held.value if held else None) or ""

    store.edit("CV 7", "subject", subject(7).replace("soát", "xoát"), "minh")
    (found,) = lessons.lessons_of(store)
    assert (found.read, found.name, found.state) == ("rà soát trụ", "rà xoát trụ", "new")
    lessons.learn(store, [found])
    assert "rà xoát trụ sở" in subject(8)


def test_certainty_grows_with_the_letters() -> None:
    def lesson(count: int) -> Lesson:
        return Lesson(
            name="a b", read=("a c",), letters=tuple(map(str, range(count))), who=("x",), at=""
        )

    assert [round(lesson(n).score, 2) for n in (1, 2, 9)] == [0.67, 0.75, 0.91]
    assert words_of("  Sở  Y tế. ") == ("sở", "y", "tế")


def test_a_broken_file_is_told(tmp_path: Path) -> None:
    path = tmp_path / "learnt.json"
    path.write_text('{"names": 3}', "utf-8")
    with pytest.raises(ConfigError, match="learnt names"):
        load_learnt(path)
    assert load_learnt(tmp_path / "none.json") == Learnt()
