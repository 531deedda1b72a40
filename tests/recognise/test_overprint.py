"""What is printed over a letter's lines: seals, framed stamps, pen strokes; pages drawn here."""

from __future__ import annotations

from collections.abc import Sequence

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.page import Pixels, Word
from pipeline.recognise.compose import Piece
from pipeline.recognise.frames import cut_frame, find_frames
from pipeline.recognise.letters import find_blobs, is_letter, letter_height
from pipeline.recognise.lines import in_given_order, make_line, put_in
from pipeline.recognise.marks import is_arrival, is_copies
from pipeline.recognise.rims import rim_pixels
from pipeline.recognise.rows import row_pieces, split_rows
from pipeline.recognise.seals import Seal, find_seals, without_rims, without_seals
from pipeline.recognise.tables import find_tables
from pipeline.recognise.underprint import better, bold_rows, without_seal_ink

BOLD = "/usr/share/fonts/truetype/croscore/Tinos-Bold.ttf"
LETTER = 16.0  # x-height of the type used here


def blank(height: int = 500, width: int = 900) -> Pixels:
    return np.full((height, width), 255, np.uint8)


def write(layer: Pixels, text: str, x: int, y: int, size: int = 35) -> Pixels:
    image = Image.fromarray(layer)
    ImageDraw.Draw(image).text((x, y), text, 0, ImageFont.truetype(BOLD, size), anchor="ls")
    return np.asarray(image).copy()


def ink(layer: Pixels) -> int:
    return int((layer < 128).sum())


# --- Rings ---------------------------------------------------------------------------------------


def sealed(text: str = "PHÓ GIÁM ĐỐC", squeeze: float = 1.0) -> tuple[Pixels, Pixels]:
    """A line over the upper rim of a black seal, with and without the seal."""
    plain = write(blank(), text, 330, 190)
    page = plain.copy()
    for radius, thick in ((118, 4), (108, 2), (78, 2)):
        cv2.ellipse(page, (430, 290), (radius, round(radius * squeeze)), 0, 0, 360, 0, thick)
    return plain, page


@pytest.mark.parametrize("squeeze", [1.0, 0.97])
def test_rings_go_and_the_letters_that_they_cross_stay(squeeze: float) -> None:
    plain, page = sealed(squeeze=squeeze)
    gone = rim_pixels(page, 430, 290, 118)
    rest = np.where(gone, np.uint8(255), page)
    ring = (page < 128) & (plain >= 128)
    assert (gone & ring).sum() > 0.85 * ring.sum()
    assert (gone & (plain < 128)).sum() < 0.12 * ink(plain)
    assert ink(rest) < 1.35 * ink(plain)


def test_a_row_that_runs_on_outside_of_the_rim_survives_the_seal() -> None:
    plain, page = sealed()
    blobs = find_blobs(page)
    seals = find_seals(page, blobs, LETTER)
    assert len(seals) == 1
    page = without_rims(page, seals)
    blobs = find_blobs(page)
    letters = blobs.boxes[is_letter(blobs, LETTER)]
    out = without_seals(page, seals, letters, LETTER)
    kept = (out < 128) & (plain < 128)
    assert kept.sum() > 0.85 * ink(plain)
    assert ink(out[230:]) < 60


def test_a_list_on_the_left_keeps_no_more_than_half_of_the_seal() -> None:
    page = write(blank(), "- Lưu: VT, TH", 60, 300)
    seal = Seal(390.0, 290.0, 100.0)
    page = write(page, "TỈNH", 395, 300)
    blobs = find_blobs(page)
    out = without_seals(page, (seal,), blobs.boxes[is_letter(blobs, LETTER)], LETTER)
    assert ink(out[:, 400:490]) == 0
    assert ink(out[:, :285]) > 0


def rubber(page: Pixels, level: int, worn: float) -> Pixels:
    """A seal over a page: three rings of rubber that prints only a part of them, and a star."""
    seal = blank()
    for radius, thick in ((118, 4), (108, 2), (78, 2)):
        cv2.circle(seal, (430, 290), radius, level, thick)
    cv2.circle(seal, (430, 290), 14, level, -1)
    holes = np.random.default_rng(3).random((25, 45))
    seal[cv2.resize(holes, (900, 500), interpolation=cv2.INTER_LINEAR) < worn] = 255
    return np.minimum(page, seal)


@pytest.mark.parametrize("worn", [0.0, 0.3, 0.45])
def test_a_worn_seal_is_found_where_it_stands(worn: float) -> None:
    page = rubber(write(blank(), "PHÓ GIÁM ĐỐC", 330, 190), 0, worn)
    (seal,) = find_seals(page, find_blobs(page), LETTER)
    assert (seal.x, seal.y, seal.radius) == pytest.approx((430, 290, 119), abs=4)


def test_lines_of_print_with_a_signature_are_no_seal() -> None:
    page = blank()
    for y in range(60, 480, 42):
        page = write(page, "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành", 40, y)
    cv2.ellipse(page, (500, 250), (110, 60), 20, 0, 300, 0, 5)
    assert find_seals(page, find_blobs(page), LETTER) == ()


def test_what_is_paler_than_print_goes_and_marks_stay() -> None:
    plain = write(blank(), "Ngô Thị Hoài Thu", 330, 395)
    for y in (40, 80, 120, 460):
        plain = write(plain, "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành", 40, y)
    page = rubber(plain, 85, 0.0)
    out = without_seal_ink(page, (Seal(430.0, 290.0, 120.0),), LETTER)
    assert ((out < 128) & (plain > 200)).sum() < 0.1 * ((page < 128) & (plain > 200)).sum()
    assert ((out < 160) & (plain < 128)).sum() > 0.97 * ink(plain)


def test_of_a_seal_as_black_as_print_bold_letters_stay() -> None:
    plain = write(blank(), "Ngô Thị Hoài Thu", 330, 385)
    page = rubber(plain, 0, 0.3)
    seals = (Seal(430.0, 290.0, 120.0),)
    rings_only = without_seal_ink(page, seals, LETTER, rings_only=True)
    out = without_seal_ink(page, seals, LETTER)
    assert ((out < 128) & (plain < 128)).sum() > 0.85 * ink(plain)
    assert ink(out[:350]) <= ink(rings_only[:350]) < 0.4 * ink(page[:350])


def test_a_row_under_a_seal_is_read_once_more_and_the_better_reading_counts() -> None:
    page = without_rims(rubber(write(blank(), "Ngô Thị Hoài Thu", 330, 385), 0, 0.3),
                        (Seal(430.0, 290.0, 120.0),))  # fmt: skip
    rows = [Piece(page[340:400, 300:700], (300, 340, 700, 400)), Piece(page[:40], (0, 0, 900, 40))]
    twins = bold_rows(rows, (Seal(430.0, 290.0, 120.0),), LETTER)
    assert [index for index, _ in twins] == [0]
    badly, well = (
        [make_line([Word(text, (0, 0, 9, 9), sure)], "vie")]
        for text, sure in (("#Nỷ", 0.4), ("Ngô", 0.9))
    )
    assert better(badly, well) is better(well, badly) is well


def test_specks_that_outnumber_the_letters_are_no_letters() -> None:
    page = blank(2300, 1650)
    for y in range(100, 400, 50):
        page = write(page, "Ủy ban nhân dân tỉnh yêu cầu các sở, ngành", 40, y)
    letters = letter_height(find_blobs(page), 2300)
    for x, y in np.random.default_rng(5).integers((20, 500), (1600, 2250), (900, 2)):
        page[y : y + 7, x : x + 7] = 0
    assert letter_height(find_blobs(page), 2300) == letters == pytest.approx(LETTER, abs=2)


# --- Rows ----------------------------------------------------------------------------------------


def test_lines_of_a_signature_are_cut_apart_and_made_level() -> None:
    page = write(write(blank(), "GIÁM ĐỐC", 340, 150), "PHÓ GIÁM ĐỐC", 300, 186)
    tilt = cv2.getRotationMatrix2D((400, 330), 3, 1.0)
    name = cv2.warpAffine(write(blank(), "Trần Thị Hòa", 320, 330), tilt, (900, 500),
                          borderValue=255)  # fmt: skip
    page = np.minimum(page, np.asarray(name, np.uint8))
    pieces = row_pieces(page, (200, 50, 800, 450), LETTER)
    assert len(pieces) == 3
    tops = [piece.source[1] for piece in pieces]
    assert tops == sorted(tops)
    assert pieces[2].pixels.shape[0] < 3.6 * LETTER  # askew it would stand 70 pixels high
    for piece in pieces:
        x0, y0, x1, y1 = piece.source
        assert piece.pixels.shape == (y1 - y0, x1 - x0)


def test_dirt_between_the_rows_goes_and_points_stay() -> None:
    clean = write(blank(), "KT. CHỦ TỊCH", 300, 200)
    page = clean.copy()
    rng = np.random.default_rng(7)
    for x, y in rng.integers((280, 215), (620, 235), (30, 2)):
        cv2.circle(page, (int(x), int(y)), 2, 0, -1)
    piece = row_pieces(page, (200, 100, 800, 400), LETTER)[0]
    reference = row_pieces(clean, (200, 100, 800, 400), LETTER)[0]
    assert abs(ink(piece.pixels) - ink(reference.pixels)) < 0.06 * ink(reference.pixels)


def test_melted_lines_are_two_rows() -> None:
    page = write(write(blank(), "ĐỘC", 300, 200), "ĐỐC", 300, 232)
    for x in (308, 334, 360):
        page[192:216, x : x + 4] = 0
    parts = split_rows(find_blobs(page), LETTER)
    assert len(parts) >= 2
    assert all(y1 > y0 for _, y0, _, y1 in parts.tolist())


def test_an_empty_place_has_no_rows() -> None:
    assert row_pieces(blank(), (100, 100, 500, 300), LETTER) == []
    assert row_pieces(blank(), (100, 600, 500, 900), LETTER) == []


# --- Framed stamps -------------------------------------------------------------------------------


def stamped(angle: float = 0.0) -> Pixels:
    stamp = blank()
    cv2.rectangle(stamp, (60, 120), (370, 250), 0, 4)
    cv2.line(stamp, (60, 160), (370, 160), 0, 3)
    stamp = write(stamp, "SỞ NỘI VỤ", 110, 152, 28)
    stamp = write(stamp, "ĐẾN", 70, 220, 32)
    stamp = write(write(stamp, "Số: 45", 170, 195, 24), "Ngày: 7/5", 170, 235, 24)
    turn = cv2.getRotationMatrix2D((215, 185), angle, 1.0)
    turned = cv2.warpAffine(stamp, turn, (900, 500), borderValue=255)
    page = write(blank(900), "của Ủy ban nhân dân xã", 345, 215)
    page[:500] = np.minimum(page[:500], np.asarray(turned, np.uint8))
    return page


@pytest.mark.parametrize("angle", [0.0, 2.0, -2.0])
def test_a_framed_stamp_is_found_and_the_line_beside_it_is_left(angle: float) -> None:
    page = stamped(angle)
    frames = find_frames(page, (), LETTER)
    assert len(frames) == 1
    assert frames[0].box == pytest.approx((60, 120, 370, 250), abs=14)
    assert frames[0].slope == pytest.approx(-np.tan(np.radians(angle)), abs=0.012)
    out, piece = cut_frame(page, frames[0], LETTER)
    assert ink(out[:, 70:330]) < 300
    assert ink(out[170:230, 385:]) == ink(page[170:230, 385:])
    assert piece is not None
    assert ink(piece.pixels) > 1500


def test_a_grid_of_columns_and_rows_is_no_stamp() -> None:
    page = blank(900)
    for y in (100, 150, 200, 250):
        cv2.line(page, (60, y), (400, y), 0, 3)
    for x in (60, 160, 260, 400):
        cv2.line(page, (x, 100), (x, 250), 0, 3)
    tables, _ = find_tables(page, LETTER)
    assert len(tables) == 1
    assert find_frames(page, tables, LETTER) == ()


def test_a_rule_under_a_heading_is_no_frame() -> None:
    page = write(blank(900), "ỦY BAN NHÂN DÂN", 100, 150)
    cv2.line(page, (180, 165), (330, 165), 0, 3)
    assert find_frames(page, (), LETTER) == ()


@pytest.mark.parametrize(
    ("lines", "is_one"),
    [
        (["SỞ NỘI VỤ", "ĐẾN Số: 45", "Ngày: 7/5"], True),
        (["CÔNG VĂN ĐỀN"], True),
        (["Số ...", "Ngay ..."], True),
        (["Cõng vãn dén", "7/5"], True),
        (["HỎA TỐC"], False),
        (["Số liệu kèm theo công văn"], False),
        (["Gửi đến các xã"], False),
        ([], False),
    ],
)
def test_an_arrival_stamp_by_its_words(lines: Sequence[str], is_one: bool) -> None:
    assert is_arrival(lines) is is_one


@pytest.mark.parametrize(
    ("text", "is_one"),
    [("Nơi nhận:", True), ("Nơi nhận ;", True), ("Mới nhận:", True), ("ơi nhận:", True),
     ("Noi nhán", True), ("ban nhân dân tỉnh ban hành", False), ("Nội dung nhận xét", False),
     ("Ban nhận đơn", False)],
)  # fmt: skip
def test_the_label_of_the_list_of_recipients(text: str, is_one: bool) -> None:
    assert is_copies(text) is is_one


# --- Lines put in --------------------------------------------------------------------------------


def line_at(text: str, x: int, y: int) -> Word:
    return Word(text, (x, y, x + 20 * len(text), y + 30), 0.9)


def test_a_found_part_joins_the_line_beside_it() -> None:
    lines = [make_line([line_at("trang", 100, 100)], "vie"), make_line([line_at("hai", 100, 150)],
                                                                       "vie")]  # fmt: skip
    joined = put_in(make_line([line_at("web", 300, 104)], "vie"), lines)
    assert [line.text for line in joined] == ["trang web", "hai"]
    apart = put_in(make_line([line_at("ba", 100, 125)], "vie"), lines)
    assert [line.text for line in apart] == ["trang", "ba", "hai"]


def test_marks_side_by_side_keep_their_own_lines() -> None:
    def mark(texts: str, x: int, y: int) -> list[Word]:
        return [Word(t, (x + 60 * i, y, x + 60 * i + 50, y + 28), 1.0)
                for i, t in enumerate(texts.split())]  # fmt: skip

    words = [*mark("VĂN PHÒNG", 100, 20), *mark("02.03.2024 08:15:00", 100, 50),
             *mark("Ký bởi: Sở Y tế", 700, 18),
             *mark("Thời gian ký: 01/03/2024", 700, 36)]  # fmt: skip
    lines = in_given_order(words, "text-layer")
    assert [line.text for line in lines] == [
        "VĂN PHÒNG", "02.03.2024 08:15:00", "Ký bởi: Sở Y tế", "Thời gian ký: 01/03/2024"
    ]  # fmt: skip


def test_a_dot_below_stays_with_its_own_line() -> None:
    page = write(write(blank(), "CHỦ TỊCH", 300, 150), "PHÓ CHỦ TỊCH", 270, 188)
    upper, _ = row_pieces(page, (200, 50, 800, 450), LETTER)
    alone = row_pieces(write(blank(), "CHỦ TỊCH", 300, 150), (200, 50, 800, 450), LETTER)[0]
    assert ink(upper.pixels) == pytest.approx(ink(alone.pixels), rel=0.01)
