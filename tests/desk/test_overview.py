"""The overview's figures are those that counting one by one gives, for every clearance."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from pipeline.archive import Archive, questions
from pipeline.config import Settings
from pipeline.desk import charts, figures
from pipeline.desk.clock import Clock
from pipeline.desk.store import Store
from pipeline.letter import Directive, Letter, Review
from tests.archive.making import add, letter_of

TODAY = "2021-06-01"


def made(at: int) -> Letter:
    """A letter of every second month with one late directive, one to come and one without end."""
    due = ("2021-01-31", "2030-01-31")
    tasks = [Directive(label=str(n), text="x", deadlines=(day,)) for n, day in enumerate(due, 1)]
    return letter_of(
        f"thư {at}", date=f"{2012 + at // 6}-{2 * (at % 6) + 1:02}-15",
        issuer=("SỞ Y TẾ", "Sở Y tế", "SỞ NỘI VỤ")[at % 3], secrecy="MẬT" if at % 5 == 0 else None,
        directives=(*tasks, Directive(label="3", text="x")), review=Review(needed=at % 4 == 0),
    )  # fmt: skip


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    opened = Archive.open(tmp_path / "archive", Settings())
    Store(opened.engine)
    for at in range(60):
        add(opened, f"thư-{at}", made(at))
    for at, label in ((0, "1"), (1, "1"), (2, "1"), (2, "2"), (3, "3")):
        questions.close_directive(opened, f"thư-{at}", label, "lan")
    return opened


@pytest.mark.parametrize(("clearance", "hidden"), [(0, set(range(0, 60, 5))), (3, set())])
def test_figures_of_the_overview(archive: Archive, clearance: int, hidden: set[int]) -> None:
    visible = [at for at in range(60) if at not in hidden]
    clock = Clock("Asia/Ho_Chi_Minh")
    clock.today = lambda: TODAY  # type: ignore[method-assign] # a day that stays
    found = figures.overview(archive, clearance, clock, Counter())
    assert found.letters == len(visible)
    assert found.review == sum(at % 4 == 0 for at in visible)
    assert found.overdue == len(set(visible) - {0, 1, 2})
    offices = Counter("SỞ NỘI VỤ" if at % 3 == 2 else "Sở Y tế" for at in visible)
    assert {bar.label.lower(): bar.value for bar in found.by_issuer} == {
        name.lower(): count for name, count in offices.items()
    }
    months = Counter(made(at).date.value[:7] for at in visible)  # type: ignore[union-attr, index] # it has one
    last = sorted(months)[-24:]
    assert [bar.label for bar in found.by_month] == [f"{m[5:]}/{m[:4]}" for m in last]
    assert [bar.value for bar in found.by_month] == [months[m] for m in last]
    assert sum(bar.value for bar in found.by_day) == len(visible)


@pytest.mark.parametrize(("name", "shown"), [
    ("SỞ Y TẾ", "SỞ Y TẾ"),
    ("TRƯỜNG ĐẠI HỌC KỸ THUẬT - CÔNG NGHỆ CẦN THƠ", "TRƯỜNG ĐẠI HỌC KỸ THUẬT - CÔ…"),
    ("Sở Thông tin và Truyền thông tỉnh", "Sở Thông tin và Truyền thông tỉnh"),
])  # fmt: skip
def test_a_bar_s_name_never_leaves_the_drawing(name: str, shown: str) -> None:
    (piece,) = charts.rows([figures.Bar(name, 1, "1")], "a").pieces
    assert piece.label == shown
    assert piece.full == name
