"""Tables without rules: rows of words with gaps under one another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from pipeline.page import Line, Word, Zone
from pipeline.recognise.gaps import find_run, split_unruled
from pipeline.recognise.lines import around, make_line

LETTER = 10.0
Cells = Sequence[tuple[int, str]]  # left side and text

ROWS: list[Cells] = [
    [(100, "TT"), (200, "Tên đơn vị"), (520, "Số hồ sơ")],
    [(100, "1"), (200, "Xã Tân Lập"), (530, "12")],
    [(200, "và các thôn")],
    [(100, "2"), (200, "Xã Hòa Bình"), (530, "7")],
]
ABOVE: list[Cells] = [[(100, "Kết quả rà soát của các xã trên địa bàn như sau:")]]
BELOW: list[Cells] = [[(130, "Đề nghị các đơn vị báo cáo trước ngày 15 tháng 4 năm 2023.")]]


def line(cells: Cells, top: int) -> Line:
    words = []
    for start, text in cells:
        left = start
        for word in text.split():
            words.append(Word(word, (left, top, left + 11 * len(word), top + 20), 0.9))
            left += 11 * len(word) + 7
    return make_line(words, "vie")


def body(rows: Sequence[Cells]) -> Zone:
    lines = tuple(line(cells, 100 + 30 * i) for i, cells in enumerate(rows))
    return Zone("body", around(x.box for x in lines), lines)


def test_cells_by_aligned_gaps_in_order() -> None:
    above, table, below = split_unruled([body([*ABOVE, *ROWS, *BELOW])], LETTER)
    assert [zone.kind for zone in (above, table, below)] == ["body", "table", "body"]
    assert table.rows == (
        ("TT", "Tên đơn vị", "Số hồ sơ"),
        ("1", "Xã Tân Lập và các thôn", "12"),
        ("2", "Xã Hòa Bình", "7"),
    )
    assert [x.text for x in table.lines][3:7] == ["1", "Xã Tân Lập", "và các thôn", "12"]
    assert len(above.lines) == len(below.lines) == 1


def test_no_word_is_lost_or_doubled() -> None:
    zone = body([*ABOVE, *ROWS, *BELOW])
    before = sorted(word.text for x in zone.lines for word in x.words)
    after = [w.text for z in split_unruled([zone], LETTER) for x in z.lines for w in x.words]
    assert sorted(after) == before


@pytest.mark.parametrize(
    "rows",
    [
        ROWS[:2],  # two rows
        [[(100, "Xã Tân Lập"), (500, "12")]] * 4,  # one gap
        [[(100 + 90 * i, "Xã"), (220 + 90 * i, "Hòa"), (330 + 90 * i, "An")] for i in range(4)],
        [*ABOVE, *BELOW, *ABOVE, *BELOW],
    ],
)
def test_what_is_no_table(rows: list[Cells]) -> None:
    assert find_run(body(rows).lines, LETTER) is None


def test_what_dotted_lines_are_read_as_is_no_cell() -> None:
    lines = [
        replace(x, words=tuple(replace(w, confidence=0.2) for w in x.words))
        for x in body(ROWS).lines
    ]
    assert find_run(lines, LETTER) is None


def test_only_the_body_is_searched() -> None:
    lines = body(ROWS).lines
    zone = Zone("header_left", around(x.box for x in lines), lines)
    assert split_unruled([zone], LETTER) == [zone]
