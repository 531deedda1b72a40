"""Places of numbers and dates on a drawn page: found by words, cut by ink, read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.page import CleanPage, Line, Quality, Word, Zone, ZoneKind
from pipeline.recognise.anchors import find_anchors
from pipeline.recognise.spots import find_spots

SIZE = 38  # pixels of an em: 13 points at 210 dpi
FACE = "Tinos-Regular.ttf"


class Sheet:
    """A page that prints words and writes figures, and knows where the words stand."""

    def __init__(self, blue: bool = False, raised: int = 0) -> None:
        self.raised = raised
        self.image = Image.new("RGB", (1600, 900), "white")
        self.font = ImageFont.truetype(FACE, SIZE)
        self.zones: list[Zone] = []
        self.ink = (30, 30, 170) if blue else (25, 25, 25)

    def line(self, kind: ZoneKind, x: int, y: int, parts: Sequence[str]) -> None:
        """Parts that start with ``~`` are written by pen and not known as words."""
        words = []
        for part in parts:
            if part.startswith("~"):
                x = self._write(part[1:], x, y)
                continue
            draw = ImageDraw.Draw(self.image)
            draw.text((x, y), part, font=self.font, fill=(20, 20, 20))
            left, top, right, bottom = draw.textbbox((x, y), part, font=self.font)
            words.append(Word(part, (int(left), int(top), int(right), int(bottom)), 0.95))
            x = int(right) + 10
        box = (
            min(w.box[0] for w in words), min(w.box[1] for w in words),
            max(w.box[2] for w in words), max(w.box[3] for w in words),
        )  # fmt: skip
        self.zones.append(Zone(kind, box, (Line(tuple(words), box),)))

    def _write(self, text: str, x: int, y: int) -> int:
        pixels = np.asarray(self.image).copy()
        foot = (x + 2, y + 33 - self.raised)
        cv2.putText(pixels, text, foot, cv2.FONT_HERSHEY_SIMPLEX, 1.05, self.ink, 2, cv2.LINE_AA)
        self.image = Image.fromarray(pixels)
        return x + 22 * len(text) + 12

    def page(self) -> CleanPage:
        colour = np.ascontiguousarray(np.asarray(self.image)[:, :, ::-1])
        return CleanPage(
            number=1, black=np.ascontiguousarray(colour[:, :, 2]), red=None, blue=None,
            colour=colour, to_source=np.eye(3), width=1600, height=900, dpi=200, rotation=0,
            skew=0.0, quality=Quality(x_height=17.0),
        )  # fmt: skip


def letterhead(number: str, day: str, blue: bool = False, raised: int = 0) -> Sheet:
    sheet = Sheet(blue, raised)
    sheet.line("header_left", 200, 60, ["ỦY", "BAN", "NHÂN", "DÂN"])
    sheet.line("header_left", 220, 180, ["Số:", f"~{number}", "/UBND-VX"])
    sheet.line("header_right", 800, 60, ["CỘNG", "HÒA", "XÃ", "HỘI"])
    sheet.line("header_right", 800, 180,
               ["Nam", "Sơn,", "ngày", f"~{day}", "tháng", "5", "năm", "2023"])  # fmt: skip
    sheet.line("body", 200, 500, ["Căn", "cứ", "Luật", "ngày", "19", "tháng", "6", "năm", "2015"])
    return sheet


@pytest.mark.parametrize("blue", [False, True])
@pytest.mark.parametrize(("number", "day"), [("2634", "15"), ("86", "23"), ("409", "30")])
def test_number_and_date_are_found_and_read(number: str, day: str, blue: bool) -> None:
    sheet = letterhead(number, day, blue)
    spots = {s.kind: s for s in find_spots(sheet.page(), sheet.zones)}
    assert spots["number"].nbest[0][0] == number
    assert spots["day"].nbest[0][0] == day
    assert spots["month"].nbest[0][0] == "5"
    assert spots["year"].nbest[0][0] == "2023"
    assert spots["month"].printed == "5"


def test_number_and_date_of_an_arrival_stamp() -> None:
    sheet = letterhead("2634", "15")
    sheet.line("arrival_stamp", 240, 300, ["ĐẾN", "Số:", "~482"])
    sheet.line("arrival_stamp", 240, 380, ["Ngày:", "~19/5/2023"])
    sheet.line("arrival_stamp", 240, 450, ["Lưu", "hồ", "sơ", "số:", "~7"])
    spots = {s.kind: s for s in find_spots(sheet.page(), sheet.zones)}
    assert spots["arrival_number"].nbest[0][0] == "482"
    assert spots["arrival_date"].nbest[0][0] == "19/5/2023"
    assert spots["number"].nbest[0][0] == "2634"


def test_a_stamp_that_was_read_in_part_still_gives_its_date() -> None:
    sheet = letterhead("2634", "15")
    sheet.line("seal", 240, 300, ["ĐẾN", "~19/5/2023"])
    spots = {s.kind: s for s in find_spots(sheet.page(), sheet.zones)}
    assert spots["arrival_date"].nbest[0][0] == "19/5/2023"
    assert "arrival_number" not in spots


def test_figures_above_the_line_keep_their_tops() -> None:
    sheet = letterhead("1749", "07", raised=22)  # a 7 without its top is a 1
    spots = {s.kind: s for s in find_spots(sheet.page(), sheet.zones)}
    assert spots["day"].nbest[0][0] == "07"
    assert spots["number"].nbest[0][0] == "1749"


def test_boxes_follow_the_source_page() -> None:
    sheet = letterhead("2634", "15")
    page = sheet.page()
    plain = {s.kind: s.box for s in find_spots(page, sheet.zones)}
    # The same page, read at half its size: places in the source stay what they were.
    half = np.ascontiguousarray(cv2.resize(page.colour, None, fx=0.5, fy=0.5), np.uint8)
    small = replace(page, colour=half, black=page.black, to_source=np.diag([2.0, 2.0, 1.0]))
    for spot in find_spots(small, sheet.zones):
        assert np.abs(np.array(spot.box) - np.array(plain[spot.kind])).max() <= 6


def test_a_page_without_a_header_has_no_spots() -> None:
    sheet = Sheet()
    sheet.line("body", 200, 500, ["Căn", "cứ", "Quyết", "định", "số", "12/QĐ-UBND", "ngày"])
    assert find_spots(sheet.page(), sheet.zones) == ()
    assert find_spots(replace(sheet.page(), reading="text-layer"), sheet.zones) == ()


def _zone(kind: ZoneKind, *texts: str, y: int = 100) -> Zone:
    """A zone of one line whose words have the usual widths."""
    x, words = 100, []
    for text in texts:
        width = 16 * len(text)
        words.append(Word(text, (x, y, x + width, y + 30), 0.9))
        x += width + 10
    box = (100, y, x, y + 30)
    return Zone(kind, box, (Line(tuple(words), box),))


@pytest.mark.parametrize(
    "words",
    [
        ("Số:", "/UBND-VX"),
        ("$ố:", "12", "/SYT-NVY"),
        ("86:", "/QĐ-UBND"),
        ("Số:2g6/UBND-VX",),
        ("Só:", "0S2", "/BC-SYT"),
        ("/BC-SYT",),
    ],
)
def test_badly_read_number_lines_are_known(words: tuple[str, ...]) -> None:
    zones = [_zone("header_left", *words), _zone("body", "Kính", "gửi:", y=900)]
    assert [a.kind for a in find_anchors(zones)] == ["number"]


@pytest.mark.parametrize("words", [("SỞ", "Y", "TẾ"), ("V/v", "báo", "cáo"), ("ỦY", "BAN")])
def test_other_lines_of_the_left_cell_are_not(words: tuple[str, ...]) -> None:
    zones = [_zone("header_left", *words), _zone("body", "Kính", "gửi:", y=900)]
    assert find_anchors(zones) == ()


@pytest.mark.parametrize(
    "words",
    [
        ("Nam", "Sơn,", "ngày", "tháng", "12", "năm", "2017"),
        ("Nam", "Sơn,", "ngày32", "tháng", "12", "năm", "2017"),
        ("Nam", "Sơn,", "ngảy", "04tháng", "12", "năm", "2017"),
        ("Nam", "Sơn,", "01", "năm", "2025"),
        ("Nam", "Sơn,", "ngày", "Í", "1]", "năm", "2017"),
    ],
)
def test_badly_read_date_lines_are_known(words: tuple[str, ...]) -> None:
    zones = [_zone("header_right", *words), _zone("body", "Kính", "gửi:", y=900)]
    anchors = {a.kind: a for a in find_anchors(zones)}
    assert set(anchors) == {"day", "month", "year"}
    assert anchors["day"].left < anchors["month"].left < anchors["year"].left


@pytest.mark.parametrize(("before", "found"), [("~KT", True), ("KT.", False), ("", False)])
def test_writing_before_the_title_of_the_signer_is_found(before: str, found: bool) -> None:
    sheet = Sheet()
    sheet.line("signature", 900, 500, [*([before] if before else []), "GIÁM", "ĐỐC"])
    sheet.line("signature", 880, 550, ["PHÓ", "GIÁM", "ĐỐC"])
    spots = {s.kind: s for s in find_spots(sheet.page(), sheet.zones)}
    assert ("authority" in spots) == found
    if found:
        left, top, right, bottom = spots["authority"].box
        assert 880 <= left < right <= 970
        assert 490 <= top < bottom <= 550
        assert spots["authority"].handwritten == 1.0
