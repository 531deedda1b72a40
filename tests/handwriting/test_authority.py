"""KT., TL. … written before a signer's title: read from a closed list, confirmed by the title."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from pipeline.page import PageText, Pixels, Spot, Word
from pipeline.parse.found import Found
from pipeline.parse.handwritten import authority_of, position_of
from pipeline.parse.rows import Row
from pipeline.recognise.authority_reader import CLASSES, WIDTH, as_input, read_authority
from training.authority_letters import LETTERS, WIDTHS
from training.digits_glyphs import Pen, allograph, write


def written(word: str, drawing: int = 0, thick: float = 4.0) -> Pixels:
    """A crop with a word in letters of one hand."""
    rng = np.random.default_rng(2)
    sheet, x = np.full((90, 330), 245, np.uint8), 20
    for letter in word:
        shapes = LETTERS[letter]
        strokes = allograph(shapes[drawing % len(shapes)], WIDTHS[letter])
        tall = 50.0 if letter != "." else 5.0
        glyph = write(strokes, tall, Pen(thick, 0.1, 0.0, False), rng)
        high, wide = glyph.shape
        foot = 76
        here = sheet[foot - high : foot, x : x + wide]
        np.minimum(here, 255 - glyph, out=here)
        x += wide - 2
    return sheet[10:86, 8 : x + 12]


@pytest.mark.parametrize("word", [word for word in CLASSES if word])
@pytest.mark.parametrize("thick", [2.5, 5.0])
def test_plainly_written_words_are_read(word: str, thick: float) -> None:
    read = read_authority([written(word, 0, thick)])
    assert read[0][0] == word
    assert read[0][1] > 0.6
    assert sum(p for _, p in read) == pytest.approx(1.0, abs=1e-5)


def test_a_rim_and_a_stroke_are_none_of_them() -> None:
    rim = np.full((80, 160), 245, np.uint8)
    cv2.circle(rim, (40, 200), 150, 60, 2, cv2.LINE_AA)
    cv2.circle(rim, (40, 200), 140, 60, 1, cv2.LINE_AA)
    stroke = np.full((80, 160), 245, np.uint8)
    cv2.ellipse(stroke, (80, 40), (60, 18), 25, 0, 300, 40, 3, cv2.LINE_AA)
    blank = np.full((80, 160), 245, np.uint8)
    for picture in (rim, stroke, blank):
        assert read_authority([picture])[0][0] == ""


def test_wide_writing_is_squeezed_and_narrow_padded() -> None:
    assert as_input(np.ones((32, 200), np.float32)).shape == (32, WIDTH)
    narrow = as_input(np.ones((32, 20), np.float32))
    assert narrow.shape == (32, WIDTH)
    assert not narrow[:, 20:].any()


def page(*nbest: tuple[str, float]) -> PageText:
    spot = Spot("authority", (10, 20, 110, 60), nbest, "", 1.0)
    return PageText(number=2, zones=(), width=100, height=100, spots=(spot,))


def row(text: str) -> Row:
    words = tuple(
        Word(part, (45 * i, 0, 45 * i + 40, 20), 0.97) for i, part in enumerate(text.split())
    )
    return Row(2, "signature", text, text.lower(), words, text)


DEPUTY = Found("KT. GIÁM ĐỐC", (row("GIÁM ĐỐC"),), "authority-of-deputy", doubt=2)
HEAD = Found("GIÁM ĐỐC", (row("GIÁM ĐỐC"),), "position-capitals")


def test_what_is_read_confirms_or_doubts_what_the_title_says() -> None:
    agreed = authority_of([page(("KT.", 0.97), ("TL.", 0.03))], DEPUTY)
    silent = authority_of([page(("", 0.6), ("KT.", 0.4))], DEPUTY)
    against = authority_of([page(("TL.", 0.99), ("KT.", 0.01))], DEPUTY)
    assert agreed is not None
    assert silent is not None
    assert against is not None
    assert agreed.value == silent.value == against.value == "KT. GIÁM ĐỐC"
    assert agreed.confidence >= silent.confidence > against.confidence
    assert [w.verdict for w in agreed.witnesses] == ["confirms"]
    assert [(w.value, w.verdict) for w in against.witnesses] == [("TL.", "doubts")]
    assert silent.witnesses == ()
    assert [c.value for c in agreed.candidates] == ["KT.", "TL."]
    assert agreed.handwritten


def test_a_sure_reading_before_a_head_names_the_authority_but_not_for_sure() -> None:
    pages = [page(("KT.", 0.99), ("", 0.01))]
    authority, position = authority_of(pages, None, HEAD), position_of(pages, None, HEAD)
    assert authority is not None
    assert position is not None
    assert (authority.value, authority.raw) == ("KT. GIÁM ĐỐC", "KT.")
    assert authority.confidence <= 0.85
    assert (position.value, position.raw) == (None, "GIÁM ĐỐC")


def test_who_signs_by_order_has_the_title_below() -> None:
    title = Found(
        "GIÁM ĐỐC CHÁNH VĂN PHÒNG", (row("GIÁM ĐỐC"), row("CHÁNH VĂN PHÒNG")), "position-capitals"
    )
    pages = [page(("TL.", 0.99), ("", 0.01))]
    authority, position = authority_of(pages, None, title), position_of(pages, None, title)
    assert authority is not None
    assert position is not None
    assert authority.value == "TL. GIÁM ĐỐC"
    assert position.value == "CHÁNH VĂN PHÒNG"


def test_kt_before_a_title_that_was_not_read_names_the_head_of_the_deputy_below() -> None:
    title = Found("PHÓ CHỦ TỊCH", (row("PHÓ CHỦ TỊCH"),), "position-capitals")
    deputy, order = [page(("KT.", 0.98), ("", 0.02))], [page(("TL.", 0.98), ("", 0.02))]
    authority = authority_of(deputy, None, title)
    assert authority is not None
    assert authority.value == "KT. CHỦ TỊCH"
    assert authority.confidence <= 0.85
    position = position_of(deputy, None, title)
    assert position is not None
    assert position.value == "PHÓ CHỦ TỊCH"
    unlike = authority_of(order, None, title)
    assert unlike is not None
    assert unlike.value is None


@pytest.mark.parametrize(
    ("nbest", "raw"),
    [
        ((("TM.", 0.8), ("TL.", 0.15), ("", 0.05)), "TM. | TL."),
        ((("", 0.99), ("KT.", 0.01)), None),
    ],
)
def test_an_unsure_reading_leaves_the_authority_open(
    nbest: tuple[tuple[str, float], ...], raw: str | None
) -> None:
    field = authority_of([page(*nbest)], None, HEAD)
    assert field is not None
    assert (field.value, field.raw, field.confidence) == (None, raw, 0.0)
    position = position_of([page(*nbest)], None, HEAD)
    assert position is not None
    assert position.value == "GIÁM ĐỐC"
    assert position.confidence < 0.9
