"""Each field from text of our own making, in plain text and in the seed letter."""

import json
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pipeline.errors import InputError
from pipeline.letter import Letter, SourceFile
from pipeline.page import PageText
from pipeline.parse import parse_letters
from pipeline.restore import load_models, restore_pages
from tests.parse.making import LETTER, SETTINGS, letter_of, page_of, value, zoned

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def letter() -> Letter:
    return letter_of(page_of(LETTER))


def test_header(letter: Letter) -> None:
    assert value(letter.doc_type) == "công văn"
    assert value(letter.issuer.parent) == "UBND TỈNH LÂM SƠN"
    assert value(letter.issuer.name) == "SỞ Y TẾ"
    assert value(letter.code) == "512/SYT-NVY"
    assert value(letter.number) == "512"
    assert value(letter.notation) == "SYT-NVY"
    assert value(letter.place) == "Lâm Sơn"
    assert value(letter.date) == "2021-03-04"
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


def test_recipients_copies_and_signer(letter: Letter) -> None:
    assert [f.value for f in letter.recipients] == [
        "Bệnh viện đa khoa tỉnh",
        "Trung tâm Y tế các huyện, thành phố",
    ]
    assert [f.value for f in letter.copies_to] == ["Như trên", "Lưu: VT, NVY"]
    assert value(letter.signer.authority) == "KT. GIÁM ĐỐC"
    assert value(letter.signer.position) == "PHÓ GIÁM ĐỐC"
    assert value(letter.signer.name) == "Trần Thị Bình Minh"
    assert letter.drafting_marks == "NVY"


def test_directives_say_who_must_do_what_by_when(letter: Letter) -> None:
    first, second = letter.directives
    assert first.label == "1"
    assert first.text.endswith("hoàn thành trước ngày 20/3/2021.")
    assert first.assignees == ("Bệnh viện đa khoa tỉnh",)
    assert first.deadlines == ("2021-03-20",)
    assert [item.label for item in second.items] == ["a", "b"]
    assert second.assignees == ("Trung tâm Y tế các huyện, thành phố",)
    assert [d.text for d in second.due] == ["hằng tuần", "trong vòng 05 ngày làm việc"]
    assert "Đề nghị các đơn vị" not in second.text
    assert letter.deadlines == ("2021-03-20",)


def test_figures_and_citations(letter: Letter) -> None:
    general, own = letter.percentages
    assert (general.value, general.comparison, general.holder) == (92.5, "khoảng", None)
    assert (own.value, own.holder) == (88.0, "Bệnh viện đa khoa tỉnh")
    (cited,) = letter.citations
    assert cited.code == "1288/BYT-DP"
    assert cited.doc_type == "công văn"
    assert cited.date == "2021-02-25"
    assert cited.issuer == "Bộ Y tế"


def test_every_field_says_which_rule_took_it(letter: Letter) -> None:
    fields = [letter.code, letter.number, letter.subject, letter.issuer.name, letter.signer.name]
    assert all(field is not None and field.rule for field in fields)


def test_abstract_and_keywords_use_the_letters_own_words(letter: Letter) -> None:
    assert letter.abstract is not None
    assert letter.abstract.startswith("tăng cường phòng, chống dịch bệnh mùa hè — 1. ")
    assert letter.keywords
    assert all(word in LETTER.lower().replace("\n", " ") for word in letter.keywords)


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("ngày     tháng 5 năm 2019", "2019-05"),
        ("ngày 40 tháng 7 năm 2020", "2020-07"),
        ("ngày 31 tháng 6 năm 2020", "2020"),
        ("ngày 29 tháng 02 năm 2020", "2020-02-29"),
    ],
)
def test_a_day_that_cannot_be_is_never_guessed(printed: str, iso: str) -> None:
    letter = letter_of(page_of(LETTER.replace("ngày 04 tháng 3 năm 2021", printed)))
    assert value(letter.date) == iso
    if len(iso) < 10:
        assert letter.date is not None
        assert letter.date.confidence < 0.9
        assert "date" in letter.review.fields


@pytest.mark.parametrize("label", ["Số:", "S6:", "86:", "$ố:", "Sô :"])
def test_misread_labels_of_the_number(label: str) -> None:
    letter = letter_of(page_of(LETTER.replace("Số: 512", f"{label} 512")))
    assert value(letter.code) == "512/SYT-NVY"


def test_a_lost_item_is_reported_and_not_invented() -> None:
    body = LETTER.replace("2. Trung tâm", "3. Trung tâm")
    letter = letter_of(page_of(body))
    assert [d.label for d in letter.directives] == ["1", "3"]
    assert any("1" in reason and "3" in reason for reason in letter.review.reasons)


def test_items_of_a_quoted_law_are_no_directives() -> None:
    quote = "Điều 5 quy định: “Trách nhiệm của cơ sở:\n1. Tổ chức trực;\n2. Báo cáo ngay.”\n"
    letter = letter_of(page_of(LETTER.replace("Sở Y tế yêu cầu", quote + "Sở Y tế yêu cầu")))
    assert [d.text[:9] for d in letter.directives] == ["Bệnh viện", "Trung tâm"]


def test_percentages_over_a_whole_are_doubted() -> None:
    letter = letter_of(page_of(LETTER.replace("(88%)", "(880%)")))
    assert any("880%" in reason for reason in letter.review.reasons)


def test_similar_bodies_are_not_confused() -> None:
    """Sở and Bộ share the rest of their names; which one it is must be read."""
    letter = letter_of(page_of(LETTER.replace("SỞ Y TẾ Độc", "SỞ TÀI CHÍNH Độc")))
    assert value(letter.issuer.name) == "SỞ TÀI CHÍNH"


def test_the_seed_letter() -> None:
    """Earlier OCR by an English model: what it lost stays lost, the rest is right."""
    raw = (page_of((SAMPLES / "letters" / "seed.txt").read_text("utf-8")),)
    restored = restore_pages(raw, load_models(), SETTINGS)
    source = SourceFile(Path("seed.txt"), "0" * 64, "text/plain", 1, "text")
    (letter,) = parse_letters(restored.pages, raw, source, restored.corrections, SETTINGS)
    gold = json.loads((SAMPLES / "gold" / "seed.json").read_text("utf-8"))
    assert value(letter.code) == gold["code"]
    assert value(letter.date) == "2019-05"
    assert value(letter.issuer.name) == gold["issuer"]["name"]
    assert value(letter.place) == gold["place"]
    assert [f.value for f in letter.recipients] == gold["recipients"]
    assert [d.label for d in letter.directives] == [d["label"] for d in gold["directives"]]
    assert [p.value for p in letter.percentages] == [p["value"] for p in gold["percentages"]]
    assert [c.code for c in letter.citations] == gold["citations"]
    assert letter.signer.name is None


def test_directives_go_on_over_the_page_and_leave_footnotes_out() -> None:
    first = PageText(
        1,
        (
            zoned("header_left", "SỞ Y TẾ", "Số: 9/SYT-VP", "V/v trực dịp lễ"),
            zoned("header_right", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"),
            zoned("body", "1. Các đơn vị phân công trực, gửi danh sách về"),
            zoned("footnote", "1 Theo lịch nghỉ lễ hằng năm."),
        ),
        width=1000,
        height=1400,
    )
    second = PageText(
        2,
        (
            zoned("page_number", "2"),
            zoned("body", "Văn phòng Sở trước ngày 25/4/2022.", "2. Văn phòng Sở tổng hợp."),
        ),
        width=1000,
        height=1400,
    )
    letter = letter_of(first, second)
    assert letter.directives[0].text == (
        "Các đơn vị phân công trực, gửi danh sách về Văn phòng Sở trước ngày 25/4/2022."
    )
    assert letter.footnotes[0].mark == "1"
    assert letter.footnotes[0].text == "Theo lịch nghỉ lễ hằng năm."


PIECES = [
    *LETTER.splitlines(),
    "Điều 1. Ban hành", "12/2020/NĐ-CP", "“", "”", "a)", "1.1. x", "- +", "⟦?⟧", "100%", "",
    "\u0301",
    "1 Theo lịch", "(1) Theo lịch", "1. Theo lịch", "a. Theo lịch", "* Ghi chú", "Nơi nhận:",
    "KT. GIÁM ĐỐC", "CÔNG ĐIỆN", "THỦ TƯỚNG CHÍNH PHỦ điện:", "Số 12-CV/TU", "Kính gửi:", "V/v",
    "ĐẢNG CỘNG SẢN VIỆT NAM", "Địa chỉ: Số 1; Điện thoại: 02", "| |",
]  # fmt: skip


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=30), max_size=25))
def test_any_text_gives_a_valid_record_or_a_reason(rows: list[str]) -> None:
    try:
        letter = letter_of(page_of("\n".join(rows)))
    except InputError:
        return
    assert Letter.model_validate_json(letter.to_json()) == letter


def test_shuffled_letters_never_break_the_parser() -> None:
    rng = random.Random(1)
    for _ in range(40):
        rows = LETTER.splitlines()
        rng.shuffle(rows)
        try:
            letter_of(page_of("\n".join(rows)))
        except InputError:
            continue
