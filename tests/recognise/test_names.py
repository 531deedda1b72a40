"""A signer's name put together from several readings."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.page import CleanPage, Line, PageImage, Pixels, Word, Zone
from pipeline.recognise.lines import make_line
from pipeline.recognise.names import read_names
from pipeline.recognise.votes import voted
from tests.recognise.drawing import draw

_TITLES = [("KT. CHỦ TỊCH", 1180, 900, "cb"), ("PHÓ CHỦ TỊCH", 1180, 940, "cb")]
_HEAD = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\t"
    "left\ttop\twidth\theight\tconf\ttext\n"
)


def _words(text: str, confidence: float = 0.9, left: int = 0) -> list[Word]:
    """Words of a line, twenty pixels a letter."""
    out = []
    for word in text.split():
        right = left + 20 * len(word)
        out.append(Word(word, (left, 0, right, 30), confidence))
        left = right + 12
    return out


def _read(*texts: tuple[str, float]) -> list[tuple[str, bool]]:
    words = voted([_words(text, confidence) for text, confidence in texts])
    return [(word.text, word.confidence >= 0.8) for word in words]


def test_most_readings_win() -> None:
    assert _read(("Hồ Thị Lan", 0.4), ("Hà Thị Lan", 0.9), ("Hà Thị Lan", 0.9)) == [
        ("Hà", True),
        ("Thị", True),
        ("Lan", True),
    ]


def test_signs_beside_a_word_are_none_of_it() -> None:
    assert _read(("“Lê Văn An", 0.9), ("“Lê Văn An", 0.9)) == [
        ("Lê", True),
        ("Văn", True),
        ("An", True),
    ]


def test_a_family_name_is_likelier_than_what_looks_like_it() -> None:
    found = _read(("Nguyên Văn Thọ", 0.9), ("Nguyên Văn Thọ", 0.9), ("Nguyễn Văn Thọ", 0.9))
    assert found[0] == ("Nguyễn", False)


def test_a_broken_family_name_is_guessed_and_never_sure() -> None:
    words = voted([_words("HuỳnT Văn Thọ", 0.3), _words("Huỳnf Văn Thọ", 0.4)])
    assert words[0].text == "Huỳnh"
    assert words[0].confidence < 0.5


def test_what_no_reading_agrees_on_stays_as_it_was_read() -> None:
    assert _read(("Nguy n Hải", 0.9), ("Nguy n Hải", 0.9))[1] == ("n", False)


@pytest.mark.parametrize("texts", [[], [""], ["— ."], ["1 2"]])
def test_no_name_where_none_is_read(texts: list[str]) -> None:
    assert voted([_words(text) for text in texts]) == ()


@pytest.mark.parametrize("before", ["", "*I&", "..."])
def test_given_names_without_a_family_name_are_no_name(before: str) -> None:
    words = _words(before, 0.05) + _words("Đức Mạnh", 0.95, 80)
    assert voted([words, words]) == ()


def test_a_scrawl_before_the_family_name_is_none_of_the_name() -> None:
    words = voted([_words("Ai", 0.3) + _words("Tô Trọng Dũng", 0.95, 60) for _ in range(3)])
    assert [word.text for word in words] == ["Tô", "Trọng", "Dũng"]


def test_a_first_word_that_no_family_has_is_the_nearest_one_and_never_sure() -> None:
    words = voted([_words("Phấn Ngọc Bảo", 0.9), _words("Phấn Ngọc Bảo", 0.9)])
    assert words[0].text == "Phan"
    assert words[0].confidence < 0.5


def _page(name: str) -> tuple[CleanPage, Zone]:
    picture = draw([*_TITLES, (name, 1180, 1100, "cb")])
    page = clean_page(PageImage(1, picture, 200), Settings())
    lines = tuple(
        make_line(_words(text, confidence, left), "vie")
        for text, confidence, left in (("KT. CHỦ TỊCH", 0.95, 900), ("PHÓ CHỦ TỊCH", 0.95, 900))
    )
    return page, Zone("signature", (900, 0, 1200, 30), lines)


def _with_name(zone: Zone, line: Line) -> Zone:
    return Zone("signature", zone.box, (*zone.lines, line))


def _below(text: str, confidence: float) -> Line:
    words = [Word(w.text, (w.box[0], 500, w.box[2], 530), confidence) for w in _words(text)]
    return make_line(words, "vie")


def test_a_sure_name_costs_no_reading() -> None:
    page, zone = _page("Trần Thị Mai Hương")

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        raise AssertionError("read again")

    whole = _with_name(zone, _below("Trần Thị Mai Hương", 0.95))
    assert read_names([whole], page, page.black, (), 15.0, Settings(), reader) == [whole]


def test_all_pictures_of_a_row_are_read_in_one_call() -> None:
    page, zone = _page("Trần Thị Mai Hương")
    calls: list[Pixels] = []

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        calls.append(picture)
        rows = np.flatnonzero((picture < 160).any(axis=1))
        tops = [int(rows[0]), *(int(b) for a, b in pairwise(rows) if b - a > 9)]
        return _HEAD + "".join(
            f"5\t1\t1\t1\t{i}\t{j}\t{40 + 90 * j}\t{top}\t80\t20\t90\t{word}\n"
            for i, top in enumerate(tops)
            for j, word in enumerate("Trần Thị Mai Hương".split())
        )

    black = page.black
    ys, xs = np.nonzero(black < 160)
    low = ys > ys.max() - 40
    x0, x1 = int(xs[low].min()), int(xs[low].max())
    box = (x0, int(ys[low].min()), x1, int(ys.max()))
    line = Line((Word("Trân", box, 0.4),), box)
    (out,) = read_names([_with_name(zone, line)], page, black, (), 15.0, Settings(), reader)
    assert len(calls) == 1
    assert out.lines[-1].text.startswith("Trần")
    assert out.lines[-1].alternatives == (line,)
