"""Reading: letters drawn here; the reader is replayed from what stands where, or is Tesseract."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

import cv2
import numpy as np
import pytest
from PIL import ImageFont

from pipeline.clean import clean_page
from pipeline.config import Settings
from pipeline.errors import EngineError, EngineMissing, EngineTimeout
from pipeline.page import CleanPage, PageImage, PageText, Pixels, Word, ZoneKind
from pipeline.recognise import recognise_page
from pipeline.recognise.compose import Piece, stack
from pipeline.recognise.letters import find_blobs, is_letter
from pipeline.recognise.lines import make_line
from pipeline.recognise.marks import is_copies, is_motto, stamp_kind
from pipeline.recognise.reader import parse_tsv
from pipeline.recognise.seals import find_seals
from pipeline.recognise.second import is_doubtful
from pipeline.recognise.tables import find_tables, take_cells
from tests.recognise.drawing import BODY, COPIES, FOLDER, LEFT, ORDER, RIGHT, SIGNED, Placed, draw


def cleaned(picture: Pixels) -> CleanPage:
    return clean_page(PageImage(1, picture, 200), Settings())


def zones(text: PageText) -> dict[ZoneKind, list[str]]:
    found: dict[ZoneKind, list[str]] = {}
    for zone in text.zones:
        found.setdefault(zone.kind, []).extend(line.text for line in zone.lines)
    return found


def plain(lines: Sequence[Placed]) -> list[str]:
    return [text for text, _, _, _ in lines]


# --- Replay: a reader that sees ink and answers with words ---------------------------------------


def replay(words: Sequence[str], confidence: float = 95.0) -> Callable[..., str]:
    """A reader that finds the rows of ink and gives them ``words``, one text a row, in order."""
    queue = list(words)

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        ink = (picture < 128).astype(np.uint8)
        joined = cv2.dilate(ink, np.ones((9, 61), np.uint8))
        _, _, stats, _ = cv2.connectedComponentsWithStats(joined)
        rows = sorted((s for s in stats[1:].tolist() if s[4] > 900), key=lambda s: s[1])
        tsv = ["level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight"
               "\tconf\ttext"]  # fmt: skip
        for number, (x, y, w, h, _) in enumerate(rows, 1):
            text = queue.pop(0).split() if queue else []
            for place, word in enumerate(text):
                step = (w - 60) // len(text)
                tsv.append(f"5\t1\t1\t1\t{number}\t{place + 1}\t{x + 30 + place * step}\t{y + 4}"
                           f"\t{step - 8}\t{h - 8}\t{confidence}\t{word}")  # fmt: skip
        return "\n".join(tsv)

    return reader


def test_one_call_reads_the_page_in_canonical_order() -> None:
    text = recognise_page(cleaned(draw(ORDER)), Settings(), replay(plain(ORDER)))
    found = zones(text)
    assert found["header_left"] == plain(LEFT)
    assert found["header_right"] == plain(RIGHT)
    assert found["addressee"] == plain(BODY)[:1]
    assert found["body"] == plain(BODY)[1:]
    assert found["copies"] == plain(COPIES)
    assert found["signature"] == plain(SIGNED)
    assert text.text.splitlines() == plain(ORDER)


def test_boxes_lie_on_the_source_page() -> None:
    text = recognise_page(cleaned(draw(ORDER)), Settings(), replay(plain(ORDER)))
    for line, (_, x, y, style) in zip(text.lines, ORDER, strict=True):
        x0, y0, x1, y1 = line.box
        assert y0 - 6 <= y - 12 <= y1 + 6
        assert x0 - 30 <= x <= x1 + 30 if "c" in style else abs(x0 - x) < 30


def test_doubtful_lines_carry_a_second_reading() -> None:
    answers = [*plain(ORDER), *(f"{line} ạ" for line in plain(ORDER))]
    reader = replay(answers, confidence=60.0)
    text = recognise_page(cleaned(draw(ORDER)), Settings(), reader)
    assert any(line.alternatives for line in text.lines)
    again = next(line for line in text.lines if line.alternatives)
    assert again.alternatives[0].box[1] == pytest.approx(again.box[1], abs=15)


def test_without_second_readings_there_is_one_call() -> None:
    calls: list[int] = []
    inner = replay(plain(ORDER), confidence=60.0)

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        calls.append(mode)
        return inner(picture, language, mode, settings)

    settings = Settings()
    once = settings.recognise.model_copy(update={"second_readings": False})
    recognise_page(cleaned(draw(ORDER)), settings.model_copy(update={"recognise": once}), reader)
    assert len(calls) == 1


def test_a_row_that_the_reader_skipped_is_read_again() -> None:
    inner = replay([])
    calls: list[int] = []

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        calls.append(mode)
        if len(calls) == 1:
            tsv = replay(plain(ORDER))(picture, language, mode, settings).splitlines()
            return "\n".join(row for row in tsv if "\tPhòng" not in row and "\tTư" not in row
                             and "\tpháp" not in row)  # fmt: skip
        if len(calls) == 2:
            return replay(["Phòng Tư pháp;"])(picture, language, mode, settings)
        return inner(picture, language, mode, settings)

    text = recognise_page(cleaned(draw(ORDER)), Settings(), reader)
    assert "Phòng Tư pháp;" in text.text


def test_an_engine_that_fails_is_not_hidden() -> None:
    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        raise EngineTimeout("engine-timeout", program="tesseract", seconds=60, setting="x")

    with pytest.raises(EngineError):
        recognise_page(cleaned(draw(ORDER)), Settings(), reader)


def test_a_missing_script_model_leaves_the_first_reading() -> None:
    inner = replay(plain(ORDER), confidence=60.0)
    calls: list[int] = []

    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        calls.append(1)
        if len(calls) > 1:
            raise EngineMissing("engine-missing", program="tesseract Vietnamese")
        return inner(picture, language, mode, settings)

    assert recognise_page(cleaned(draw(ORDER)), Settings(), reader).text


def test_blank_pages_and_plain_text_pages_are_not_read() -> None:
    def reader(picture: Pixels, language: str, mode: int, settings: Settings) -> str:
        raise AssertionError

    empty = np.full((2339, 1654, 3), 255, np.uint8)
    assert recognise_page(cleaned(empty), Settings(), reader).zones == ()


def test_a_text_layer_is_sorted_into_the_same_zones() -> None:
    words: list[Word] = []
    for text, x, y, style in ORDER:
        font = ImageFont.truetype(f"{FOLDER}Regular.ttf", 37)
        left = x - font.getlength(text) / 2 if "c" in style else float(x)
        for word in re.findall(r"\S+", text):
            right = left + font.getlength(word)
            words.append(Word(word, (round(left), y - 30, round(right), y + 8), 1.0))
            left = right + font.getlength(" ")
    image = PageImage(1, draw(ORDER), 200, "text-layer", tuple(words[::-1]))
    text_page = recognise_page(clean_page(image, Settings()), Settings(), replay([]))
    found = zones(text_page)
    assert found["header_left"] == plain(LEFT)
    assert found["header_right"] == plain(RIGHT)
    assert found["copies"] == plain(COPIES)
    assert found["signature"] == plain(SIGNED)


def test_the_overlay_of_a_digital_signature_stays_outside_the_text() -> None:
    words = tuple(Word(w, (900 + 90 * i, 20, 980 + 90 * i, 45), 1.0)
                  for i, w in enumerate("Ký bởi: Sở Nội vụ".split()))  # fmt: skip
    image = PageImage(1, draw(ORDER), 200, "scan", (), words)
    text = recognise_page(clean_page(image, Settings()), Settings(), replay(plain(ORDER)))
    assert zones(text)["overlay"] == ["Ký bởi: Sở Nội vụ"]
    assert "Ký bởi" not in text.text


# --- Parts ---------------------------------------------------------------------------------------


def test_tsv_in_any_shape() -> None:
    head = ("level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight"
            "\tconf\ttext")  # fmt: skip
    rows = [
        "4\t1\t1\t1\t1\t0\t5\t5\t90\t20\t-1\t",
        '5\t1\t1\t1\t1\t1\t5\t5\t40\t20\t96.5\t"Số:',
        "5\t1\t1\t1\t1\t2\t50\t5\t40\t20\t-1\t ",
        "5\t1\t1\t1\t1\t3\t50\t5\t40\t20\t33\tQuye\u0302\u0301t",
    ]
    words = parse_tsv("\n".join([head, *rows]))
    assert [w.text for w in words] == ['"Số:', "Quyết"]
    assert words[0].box == (5, 5, 45, 25)
    assert [w.confidence for w in words] == [0.965, 0.33]
    assert parse_tsv("") == ()


def test_stacked_pieces_map_back() -> None:
    first = Piece(np.full((30, 100), 255, np.uint8), (10, 20, 110, 50))
    second = Piece(np.full((40, 60), 255, np.uint8), (300, 400, 360, 440))
    tall = stack([first, second], 8)
    assert tall.picture.shape == (94, 116)
    assert tall.back((8, 8, 58, 38)) == (0, (10, 20, 60, 50))
    assert tall.back((18, 56, 28, 66)) == (1, (310, 410, 320, 420))


def test_a_black_seal_is_found_among_text_and_text_is_no_seal() -> None:
    def seals(picture: Pixels) -> list[tuple[float, float, float]]:
        layer = np.ascontiguousarray(picture[:, :, 2])
        blobs = find_blobs(layer)
        assert is_letter(blobs, 17.0).sum() > 100
        return [(s.x, s.y, s.radius) for s in find_seals(layer, blobs, 17.0)]

    page = draw(ORDER)
    assert seals(page) == []
    cv2.circle(page, (1050, 1080), 140, (0, 0, 0), 5)
    cv2.circle(page, (1050, 1080), 95, (0, 0, 0), 2)
    assert seals(page)[0] == pytest.approx((1050, 1080, 140), abs=8)


@pytest.mark.parametrize(
    ("text", "kind"),
    [("HỎA TỐC", "urgency"), ("HÓA TÓC", "urgency"), ("KHẨN", "urgency"),
     ("THƯỢNG KHẨN", "urgency"), ("MẬT", "secrecy"), ("Khẩn trương báo cáo", None),
     ("Phòng Bảo mật", None), ("HÁN", None), ("khẩn.", None)],
)  # fmt: skip
def test_stamps_by_their_words(text: str, kind: str | None) -> None:
    assert stamp_kind(text) == kind


def test_a_frame_lets_a_badly_read_stamp_be_one() -> None:
    read = ("'KHÂN|", "MÂI", "BẢN SAO", "Mã: 12", "mai")
    kinds = [stamp_kind(text, framed=True) for text in read]
    assert kinds == ["urgency", "secrecy", None, None, None]


def test_badly_read_marks_of_the_layout_are_known() -> None:
    assert is_motto("CỌNG HOÀ XÃ HỌI CHỦ NGHĨA VIỆT NAM")
    assert is_motto("Độc lâp Tự do - Hanh phúc")
    assert not is_motto("Hội đồng nhân dân xã Độc Lập")
    assert is_copies("Mới nhận:")
    assert not is_copies("Nội dung nhận xét của đơn vị")


def test_doubt_follows_weak_words_and_impossible_syllables() -> None:
    def line(*words: tuple[str, float]) -> bool:
        made = [Word(t, (10 * i, 0, 10 * i + 8, 9), c) for i, (t, c) in enumerate(words)]
        return is_doubtful(make_line(made, "vie"), 0.85)

    assert not line(("Sở", 0.96), ("Y", 0.97), ("tế", 0.95))
    assert line(("giám", 0.97), ("đôc", 0.96))
    assert line(("giám", 0.97), ("đốc", 0.61))


def ruled() -> Pixels:
    picture = draw(
        [("STT", 260, 1000, ""), ("Đơn vị", 420, 1000, ""), ("Số hồ sơ", 900, 1000, ""),
         ("1", 260, 1080, ""), ("Xã Hòa Bình", 420, 1080, ""), ("12", 900, 1080, "")]
    )  # fmt: skip
    for y in (950, 1020, 1100):
        cv2.line(picture, (230, y), (1200, y), (0, 0, 0), 3)
    for x in (230, 390, 860, 1200):
        cv2.line(picture, (x, 950), (x, 1100), (0, 0, 0), 3)
    return picture


def test_cells_of_a_ruled_table_stay_apart_and_in_order() -> None:
    layer = np.ascontiguousarray(ruled()[:, :, 2])
    tables, unruled = find_tables(layer, 17.0)
    assert [(len(t.xs), len(t.ys)) for t in tables] == [(4, 3)]
    assert (unruled[950:1100, 230:1200] < 128).sum() < (layer[950:1100, 230:1200] < 128).sum() / 2
    words = [
        Word(t, (x, y, x + 60, y + 30), 0.9)
        for t, x, y in [("STT", 260, 970), ("Đơn", 420, 970), ("vị", 500, 970), ("12", 900, 1050),
                        ("Xã", 420, 1050), ("1", 260, 1050)]
    ]  # fmt: skip
    rest, zone = take_cells([make_line(words[:3], "vie"), make_line(words[3:], "vie")], tables[0])
    assert rest == []
    assert zone is not None
    assert zone.rows == (("STT", "Đơn vị", ""), ("1", "Xã", "12"))
    assert [line.text for line in zone.lines] == ["STT", "Đơn vị", "1", "Xã", "12"]


# --- Tesseract itself ----------------------------------------------------------------------------


@pytest.mark.tesseract
def test_a_letter_with_a_seal_and_a_name_stamped_in_red() -> None:
    page = draw([line for line in ORDER if line[0] != "Trần Thị Mai Hương"])
    red = draw([("Trần Thị Mai Hương", 1180, 1260, "cb"), ("HỎA TỐC", 330, 490, "b")], "#d01515")
    seal = np.full_like(page, 255)
    cv2.circle(seal, (1060, 1060), 140, (30, 30, 210), 6)
    cv2.circle(seal, (1060, 1060), 100, (30, 30, 210), 3)
    text = recognise_page(cleaned(np.minimum(np.minimum(page, red), seal)), Settings())
    found = zones(text)
    assert found["signature"] == plain(SIGNED)
    assert found["urgency"] == ["HỎA TỐC"]
    assert found["header_right"][:2] == plain(RIGHT)[:2]
    assert found["header_left"][2] == "Số: 245/UBND-TH"


@pytest.mark.tesseract
def test_a_missing_language_says_which() -> None:
    settings = Settings()
    absent = settings.recognise.model_copy(update={"language": "xyz"})
    with pytest.raises(EngineMissing, match="xyz"):
        recognise_page(cleaned(draw(ORDER)), settings.model_copy(update={"recognise": absent}))
