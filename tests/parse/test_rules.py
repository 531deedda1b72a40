"""One example of our own making for each way that letters are printed or misread."""

from dataclasses import replace
from pathlib import Path

import pytest

from pipeline.letter import SourceFile
from pipeline.page import PageText, Spot
from pipeline.parse import parse_letters
from tests.parse.making import LETTER, SETTINGS, letter_of, page_of, parsed, value, zoned


def changed(*pairs: tuple[str, str]) -> str:
    text = LETTER
    for old, new in pairs:
        assert old in text
        text = text.replace(old, new)
    return text


# --- cell 2: the issuing body -----------------------------------------------------------------


def test_the_second_line_of_a_name_is_no_subject() -> None:
    text = changed(
        ("UBND TỈNH LÂM SƠN CỘNG", "BỘ LAO ĐỘNG - THƯƠNG BINH CỘNG"),
        ("SỞ Y TẾ Độc", "VA XA HOI Độc"),
    )
    letter = parsed(text)
    assert value(letter.issuer.name) == "BỘ LAO ĐỘNG - THƯƠNG BINH VÀ XÃ HỘI"
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


@pytest.mark.parametrize(
    ("printed", "name"),
    [
        ("BẢO HIỂM XÃ HỘI VIETNAM", "BẢO HIỂM XÃ HỘI VIỆT NAM"),
        ("BQ TÀI CHÍNH", "BỘ TÀI CHÍNH"),
        ("BỘYTẾ", "BỘ Y TẾ"),
        ("BỆNH VIỆN ĐA KHOA. TỈNH LÂM SƠN", "BỆNH VIỆN ĐA KHOA TỈNH LÂM SƠN"),
        ("CUC THUE TP. HA NOI", "CỤC THUẾ TP. HÀ NỘI"),
        ("UBND TỈNH QUẢNG BÌNH", "UBND TỈNH QUẢNG BÌNH"),
        ("UBND HUYỆN QUANG BÌNH", "UBND HUYỆN QUANG BÌNH"),
        ("UBND TỈNH PHÚ YÊN", "UBND TỈNH PHÚ YÊN"),
        ("UBND HUYỆN MÙ CANG CHẢI", "UBND HUYỆN MÙ CANG CHẢI"),
    ],
)
def test_known_bodies_get_their_spelling_and_keep_their_place(printed: str, name: str) -> None:
    text = changed(("UBND TỈNH LÂM SƠN CỘNG", "CỘNG"), ("SỞ Y TẾ Độc", f"{printed} Độc"))
    assert value(parsed(text).issuer.name) == name


# --- cell 3: number and symbol ----------------------------------------------------------------


@pytest.mark.parametrize("number", ["904", "96", "860", "86", "9", "1904"])
def test_a_number_is_never_taken_for_its_label(number: str) -> None:
    letter = parsed(changed(("Số: 512", f"Số: {number}")))
    assert value(letter.code) == f"{number}/SYT-NVY"


def test_what_was_read_together_with_a_symbol_goes_and_the_number_stays_unknown() -> None:
    text = changed(("SỞ Y TẾ Độc", "CỤC THUẾ Độc"), ("Số: 512/SYT-NVY", "Số: S¥O¥OICT-TTHT"))
    letter = parsed(text)
    assert value(letter.notation) == "CT-TTHT"
    assert value(letter.number) is None


def test_a_stamp_above_does_not_hide_the_number() -> None:
    letter = parsed(changed(("Số: 512", "S611 Se a\nSố: 512")))
    assert value(letter.code) == "512/SYT-NVY"


def test_the_heading_tells_the_code_of_its_type() -> None:
    text = changed(
        ("Số: 512/SYT-NVY", "Số: 87/QĐĐ-SYT"),
        (
            "V/v tăng cường phòng, chống\ndịch bệnh mùa hè\n",
            "QUYẾT ĐỊNH\nVề việc lập tổ công tác\n",
        ),
    )
    letter = parsed(text)
    assert value(letter.notation) == "QĐ-SYT"
    assert letter.notation is not None
    assert letter.notation.raw == "QĐĐ-SYT"


# --- cell 4: place and date -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("printed", "iso"),
    [
        ("ngày,4Êtháng 4 năm 2022", "2022-04"),
        ("ngày 8| tháng 8 năm 2021", "2021-08"),
        ("ngày26 tháng 4 năm 2021", "2021-04-26"),
        ("ngày Od thang 4. néim 2022", "2022-04"),
        ("ngày 05/4/2021", "2021-04-05"),
    ],
)
def test_garbled_days_leave_the_rest_of_the_date(printed: str, iso: str) -> None:
    letter = parsed(changed(("ngày 04 tháng 3 năm 2021", printed)))
    assert value(letter.date) == iso
    assert value(letter.place) == "Lâm Sơn"


def test_a_place_whose_name_looks_like_the_word_for_day() -> None:
    letter = parsed(changed(("Lâm Sơn, ngày", "Thái Nguyên, ngày")))
    assert (value(letter.place), value(letter.date)) == ("Thái Nguyên", "2021-03-04")


def test_the_signature_chooses_between_readings_of_a_month_that_cannot_be() -> None:
    signed = "Ký bởi: Sở Y tế\nThời gian ký: 02.12.2021 16:53\n\n"
    text = changed(("ngày 04 tháng 3", "ngày Od tháng 42"), ("25/02/2021 của", "25/02/2020 của"))
    assert value(parsed(signed + text).date) == "2021-12"
    assert value(parsed(text).date) == "2021"


def test_a_letter_is_not_older_than_what_it_cites() -> None:
    plain = parsed(changed(("25/02/2021", "25/07/2021")))
    assert value(plain.date) == "2021-03-04"
    assert plain.date is not None
    assert plain.date.confidence < parsed(LETTER).date.confidence  # type: ignore[union-attr]  # it has one
    garbled = changed(("25/02/2021", "25/07/2021"), ("ngày 04 tháng 3", "ngày2( tháng 3"))
    assert value(parsed(garbled).date) == "2021"


def test_what_follows_a_symbol_in_letters_that_none_has_is_never_dropped_silently() -> None:
    mended = parsed(changed(("512/SYT-NVY", "512/QĐ-syTr")))
    assert value(mended.notation) == "QĐ-SYT"
    unknown = parsed(changed(("512/SYT-NVY", "512/SYT-nvỵz")))
    for letter in (mended, unknown):
        assert letter.code is not None
        assert letter.code.confidence < 0.9
        assert "code" in letter.review.fields


def test_a_symbol_does_not_lend_letters_to_the_place() -> None:
    text = changed(("512/SYT-NVY Lâm Sơn,", "512/GM-BTP Hà Nội,"))
    letter = parsed(text)
    assert (value(letter.notation), value(letter.place)) == ("GM-BTP", "Hà Nội")


# --- cell 5: the subject ----------------------------------------------------------------------


@pytest.mark.parametrize("label", ["V/v", "Viv", "VÀ", "W/", "V/V:", "v/v"])
def test_labels_of_the_subject(label: str) -> None:
    letter = parsed(changed(("V/v tăng", f"{label} tăng")))
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


def test_the_body_spells_what_the_subject_lost() -> None:
    body = "Dịch bệnh mùa hè đã có ở ba huyện; dịch bệnh mùa hè còn lan.\nSở Y tế yêu cầu"
    text = changed(("dịch bệnh mùa hè", "dich bênh mùa hè"), ("Sở Y tế yêu cầu", body))
    letter = parsed(text)
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"
    assert letter.subject is not None
    assert "dich bênh" in str(letter.subject.raw)


def test_usual_words_are_spelled_as_usual_only_where_they_were_hardly_read() -> None:
    text = changed(("V/v tăng cường phòng", "V/v lây ý kiến phòng"))
    page = page_of(text)
    assert value(letter_of(page).subject) == "lây ý kiến phòng, chống dịch bệnh mùa hè"
    unsure = replace(
        page,
        zones=tuple(
            replace(
                zone,
                lines=tuple(
                    replace(
                        line,
                        words=tuple(
                            replace(w, confidence=0.6) if w.text == "lây" else w for w in line.words
                        ),
                    )
                    for line in zone.lines
                ),
            )
            for zone in page.zones
        ),
    )
    assert value(letter_of(unsure).subject) == "lấy ý kiến phòng, chống dịch bệnh mùa hè"


def test_a_code_with_a_space_in_its_digits_is_joined_as_the_body_has_it() -> None:
    text = changed(
        ("dịch bệnh mùa hè", "dịch theo Nghị định số 1 18/2020/NĐ-CP"),
        ("Sở Y tế yêu", "Theo Nghị định số 118/2020/NĐ-CP, Sở Y tế yêu"),
    )
    letter = parsed(text)
    assert str(value(letter.subject)).endswith("số 118/2020/NĐ-CP")
    assert [c.code for c in letter.citations] == ["118/2020/NĐ-CP", "1288/BYT-DP"]


def test_a_subject_that_stops_short_is_doubted() -> None:
    letter = parsed(changed(("dịch bệnh mùa hè", "dịch bệnh theo Nghị định số")))
    assert letter.subject is not None
    assert letter.subject.confidence < 0.9


def test_a_stamp_under_the_subject_is_not_its_end() -> None:
    letter = parsed(changed(("dịch bệnh mùa hè", "dịch bệnh mùa hè\nSỞ NỘI VỤ LÂM SƠN")))
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


def test_a_title_may_begin_like_a_body_and_go_on_in_small_letters() -> None:
    title = "KẾ HOẠCH\nTriển khai các giải pháp phòng, chống dịch bệnh\ntrọng điểm năm 2021\n"
    text = changed(
        ("512/SYT-NVY", "12/KH-SYT"),
        ("V/v tăng cường phòng, chống\ndịch bệnh mùa hè\n", title),
    )
    assert value(parsed(text).subject) == (
        "Triển khai các giải pháp phòng, chống dịch bệnh trọng điểm năm 2021"
    )


def scan(*zones: object) -> PageText:
    return PageText(1, tuple(zones), width=1000, height=1400)  # type: ignore[arg-type]  # zones


HEAD = (
    zoned("header_left", "ỦY BAN NHÂN DÂN", "TỈNH LÂM SƠN", "Số: 24/TTr-UBND"),
    zoned(
        "header_right", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Lâm Sơn, ngày 07 tháng 02 năm 2025"
    ),
)


def test_a_subject_that_a_scan_shows_below_the_address() -> None:
    letter = letter_of(
        scan(
            *HEAD,
            zoned("title", "TỜ TRÌNH"),
            zoned("addressee", "Kính gửi: Hội đồng nhân dân tỉnh"),
            zoned(
                "body",
                "Về việc điều chỉnh dự toán của một số",
                "đơn vị năm 2025",
                "Căn cứ Luật Ngân sách nhà nước ngày 25/6/2015;",
                "Thực hiện Nghị quyết của Hội đồng nhân dân tỉnh về dự toán;",
                boxes=((300, 700), (400, 600), (160, 900), (100, 900)),
            ),
        )
    )
    assert value(letter.subject) == "điều chỉnh dự toán của một số đơn vị năm 2025"
    assert [f.value for f in letter.recipients] == ["Hội đồng nhân dân tỉnh"]


def test_a_title_in_the_middle_of_the_page_is_no_paragraph() -> None:
    rows = (
        "Họp kiểm tra công tác y tế",
        "cuộc thi chạy tại Lâm Sơn",
        "Sở Y tế mời các đơn vị dự họp",
    )
    letter = letter_of(
        scan(
            *HEAD,
            zoned("title", "GIẤY MỜI"),
            zoned(
                "body", *rows, "như sau.", boxes=((300, 700), (320, 680), (160, 900), (100, 300))
            ),
        )
    )
    assert value(letter.subject) == "Họp kiểm tra công tác y tế cuộc thi chạy tại Lâm Sơn"


# --- cells 7 and 9: the end -------------------------------------------------------------------


def test_papers_enclosed_are_no_copies() -> None:
    text = changed(("thực hiện./.\n", "thực hiện./.\n(Gửi kèm:\n- Dự thảo;\n- Bản tổng hợp).\n"))
    letter = parsed(text)
    assert [f.value for f in letter.copies_to] == ["Như trên", "Lưu: VT, NVY"]


def test_a_wrong_zone_does_not_end_the_body() -> None:
    letter = letter_of(
        scan(
            *HEAD,
            zoned("title", "QUYẾT ĐỊNH", "Về việc lập tổ công tác"),
            zoned("body", "Căn cứ Luật Tổ chức chính quyền địa phương;", "theo Quyết định của Ủy"),
            zoned("copies", "ban nhân dân tỉnh về tổ công tác;"),
            zoned("body", "Điều 1. Lập tổ công tác.", "Điều 2. Sở Y tế thi hành./."),
            zoned("copies", "Nơi nhận:", "- Như Điều 2;", "- Lưu: VT."),
            zoned("signature", "CHỦ TỊCH", "Trần Văn Bình"),
        )
    )
    assert [d.label for d in letter.directives] == ["Điều 1", "Điều 2"]
    assert [f.value for f in letter.copies_to] == ["Như Điều 2", "Lưu: VT"]


@pytest.mark.parametrize(
    ("rows", "authority", "position"),
    [
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("K/T GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "K/T GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("GIÁM ĐỐC\nGIÁM ĐỐC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("KT. cục TRƯỞNG\nPHÓ CỤC TRƯỞNG", "KT. CỤC TRƯỞNG", "PHÓ CỤC TRƯỞNG"),
        (
            "TL. BỘ TRƯỞNG\nKT. VỤ TRUONG VỤ PHÁP CHẾ\nVỤ TRƯỞNG",
            "TL. BỘ TRƯỞNG KT. VỤ TRƯỞNG VỤ PHÁP CHẾ",
            "PHÓ VỤ TRƯỞNG",
        ),
        ("T/M ỦY BAN NHÂN DÂN\nCHỦ TỊCH", "T/M ỦY BAN NHÂN DÂN", "CHỦ TỊCH"),
        ("TT GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("VẶ GIÁM ĐỐC\nTPHÓ GIÁM ĐỐC", "KT. GIÁM ĐỐC", "PHÓ GIÁM ĐỐC"),
        ("KI BỘ TRƯỞNG\nTHÚ TRƯỞNG", "KT. BỘ TRƯỞNG", "THỨ TRƯỞNG"),
        ("TT. GIÁM ĐỐC\nTRƯỞNG PHÒNG", "TT. GIÁM ĐỐC", "TRƯỞNG PHÒNG"),
    ],
)
def test_who_signs_for_whom(rows: str, authority: str, position: str) -> None:
    end = f"Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\n{rows}\nTrần Thị Bình Minh\n"
    letter = parsed(LETTER.split("Nơi nhận")[0] + end)
    assert value(letter.signer.authority) == authority
    assert value(letter.signer.position) == position
    assert value(letter.signer.name) == "Trần Thị Bình Minh"


@pytest.mark.parametrize(
    ("rows", "sure"),
    [
        ("KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", True),
        ("KT. GIÁM ĐỐC\nGIÁM ĐỐC", False),
        ("KT. CHỦ TỊCH\nGIÁM ĐỐC SỞ", False),
        ("GIÁM ĐỐC\nGIÁM ĐỐC", False),
    ],
)
def test_who_signs_for_a_head_is_a_deputy_or_doubted(rows: str, sure: bool) -> None:
    end = f"Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\n{rows}\nTrần Thị Bình Minh\n"
    position = parsed(LETTER.split("Nơi nhận")[0] + end).signer.position
    assert position is not None
    assert (position.confidence >= 0.9) is sure


@pytest.mark.parametrize(
    ("below", "position"), [("“PFHósGIẦW ĐỌC", "PHÓ GIÁM ĐỐC"), ("XÑKẪT WFRĐ", "GIÁM ĐỐC")]
)
def test_capitals_that_were_not_read_under_a_head_make_it_doubtful(
    below: str, position: str
) -> None:
    letter = letter_of(
        scan(
            *HEAD,
            zoned("body", "Sở Y tế yêu cầu các đơn vị thực hiện./."),
            zoned("copies", "Nơi nhận:", "- Như trên;", "- Lưu: VT."),
            zoned("signature", "GIÁM ĐỐC", below, "Trần Thị Bình Minh"),
        )
    )
    assert value(letter.signer.position) == position
    assert letter.signer.position is not None
    assert letter.signer.position.confidence < 0.9
    assert value(letter.signer.name) == "Trần Thị Bình Minh"


@pytest.mark.parametrize(("rows", "deputy"), [("GIÁM ĐỐC", False), ("PHÓ GIÁM ĐỐC", True)])
def test_writing_before_a_title_makes_a_head_doubtful(rows: str, deputy: bool) -> None:
    end = f"Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\n{rows}\nTrần Thị Bình Minh\n"
    page = page_of(LETTER.split("Nơi nhận")[0] + end)
    spot = Spot("authority", (5, 5, 50, 50), (("", 1.0),), "", 1.0)
    letter = letter_of(replace(page, spots=(spot,)))
    assert letter.signer.position is not None
    assert letter.signer.position.confidence < 0.9
    assert any("KT." in reason for reason in letter.review.reasons) is not deputy


@pytest.mark.parametrize("printed", ["ÔÏ", "7", "17"])
def test_a_written_number_keeps_the_year_of_a_legal_text(printed: str) -> None:
    number = next(line for line in LETTER.splitlines() if line.startswith("Số"))
    page = page_of(LETTER.replace(number, f"Số: {printed}/2013/QĐ-UBND"))
    spot = Spot("number", (5, 5, 50, 50), (("17", 1.0),), printed, 1.0)
    letter = letter_of(replace(page, spots=(spot,)))
    assert value(letter.code) == "17/2013/QĐ-UBND"


def test_a_title_that_is_cut_short_is_completed_or_doubted() -> None:
    end = "Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\n{}PHÓ CHỦ\nTrần Thị Bình Minh\n"
    begin = LETTER.split("Nơi nhận")[0]
    whole = parsed(begin + end.format("KT. CHỦ TỊCH\n"))
    assert value(whole.signer.position) == "PHÓ CHỦ TỊCH"
    for letter in (whole, parsed(begin + end.format(""))):
        assert letter.signer.position is not None
        assert letter.signer.position.confidence < 0.9


def test_signs_at_the_letters_of_a_title_raise_doubt() -> None:
    sure = [
        field.confidence
        for title in ("GIÁM ĐỐC SỞ Y TẾ", "⁄GIÁM ĐỐC SỞ,Y TẾ")
        if (
            field := letter_of(
                scan(*HEAD, zoned("signature", title, "Trần Văn Bình"))
            ).signer.position
        )
    ]
    assert len(sure) == 2
    assert sure[1] < 0.9 < sure[0]


def test_a_paper_sent_along_has_its_own_signer() -> None:
    other = replace(
        page_of("Điều 2. Thông tư có hiệu lực.\nKT. BỘ TRƯỞNG\nTHỨ TRƯỞNG\nLê Thị Thu Hà\n"),
        number=2,
    )
    end = "Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\nPHÓ GIÁM ĐỐC\nTrần Thị Bình Minh\n"
    letter = letter_of(page_of(LETTER.split("Nơi nhận")[0] + end), other)
    assert value(letter.signer.position) == "PHÓ GIÁM ĐỐC"
    assert value(letter.signer.name) == "Trần Thị Bình Minh"


def test_a_name_behind_the_last_item_is_the_signers() -> None:
    letter = parsed(
        changed(("- Lưu: VT, NVY.\nTrần Thị Bình Minh", "- Lưu: VT, NVY. Trần Thị Bình"))
    )
    assert value(letter.signer.name) == "Trần Thị Bình"
    assert [f.value for f in letter.copies_to][-1] == "Lưu: VT, NVY"


def test_a_name_without_a_family_name_is_doubted() -> None:
    letter = parsed(changed(("Trần Thị Bình Minh", "Văn Phúc")))
    assert letter.signer.name is not None
    assert letter.signer.name.confidence < 0.9


@pytest.mark.parametrize(
    ("printed", "item"),
    [
        ("- Bộ trưởng (dé b/c);", "Bộ trưởng (để b/c)"),
        ("- Cục Thuế tỉnh; ˆ ti", "Cục Thuế tỉnh"),
        ("- Sở Nội vụ (đề phối hợp);", "Sở Nội vụ (để phối hợp)"),
    ],
)
def test_copies_without_what_the_pen_left(printed: str, item: str) -> None:
    letter = parsed(changed(("- Như trên; PHÓ", f"{printed}\n- Như trên; PHÓ")))
    assert item in [f.value for f in letter.copies_to]


@pytest.mark.parametrize("tail", ["(AQb)", "( ø b)", "q@b"])
def test_the_last_line_without_a_pens_mark(tail: str) -> None:
    letter = parsed(changed(("- Lưu: VT, NVY.", f"- Lưu: VT, NVY {tail}")))
    assert [f.value for f in letter.copies_to][-1] in ("Lưu: VT, NVY", "Lưu: VT, NVYq")


def test_the_header_of_an_annex_ends_the_letter() -> None:
    form = "BỘ Y TẾ CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nKT. BỘ TRƯỞNG\nNguyễn Văn Xa\n"
    letter = parsed(LETTER + form)
    assert value(letter.signer.name) == "Trần Thị Bình Minh"


# --- cells 6 and 9a: body and address ---------------------------------------------------------


def test_a_paragraph_with_a_dash_is_no_footnote() -> None:
    text = changed(
        ("Sở Y tế yêu", "\n- Căn cứ Luật Dược số 105/2016/QH13 ngày 06/4/2016;\n\nSở Y tế yêu")
    )
    letter = parsed(text)
    assert "105/2016/QH13" in [c.code for c in letter.citations]
    assert letter.footnotes == ()


def test_an_address_that_ends_in_a_comma_does_not_take_the_body() -> None:
    text = changed(
        ("Kính gửi:\n- Bệnh viện đa khoa tỉnh;\n- Trung tâm Y tế các huyện, thành phố.",
         "Kính gửi: Trung tâm Y tế các huyện,"),
    )  # fmt: skip
    assert [f.value for f in parsed(text).recipients] == ["Trung tâm Y tế các huyện"]


def test_the_offices_address_at_the_foot_is_no_order() -> None:
    foot = "Địa chỉ: Số 2 đường Lê Lợi, Lâm Sơn; Điện thoại: 0263.3123456\n2. Trung tâm"
    letter = parsed(changed(("2. Trung tâm", foot)))
    assert "Lê Lợi" not in " ".join(d.text for d in letter.directives)


@pytest.mark.parametrize(
    ("cited", "code"),
    [
        ("Kết luận số 19-KL/TW của Bộ Chính trị", "19-KL/TW"),
        ("Công văn số 12-CV/TU ngày 02/3/2021", "12-CV/TU"),
        ("Nghị quyết số 17/2022/UBTVQHIS", "17/2022/UBTVQH15"),
    ],
)
def test_codes_of_the_party_and_the_assembly(cited: str, code: str) -> None:
    letter = parsed(changed(("Sở Y tế yêu", f"Theo {cited}, Sở Y tế yêu")))
    assert code in [c.code for c in letter.citations]


def test_roman_items_with_a_gap_are_reported() -> None:
    body = "I. KẾT QUẢ\nĐã làm.\nII. TỒN TẠI\nCòn chậm.\nIV. NHIỆM VỤ\nLàm tiếp./.\n\nNơi nhận"
    text = LETTER.split("Sở Y tế yêu cầu")[0] + body + LETTER.split("Nơi nhận")[1]
    letter = parsed(text)
    assert [d.label for d in letter.directives] == ["I", "II", "IV"]
    assert any("2" in reason and "4" in reason for reason in letter.review.reasons)


# --- cross-checks -----------------------------------------------------------------------------


def test_a_deputy_without_a_title_is_reported() -> None:
    letter = parsed(changed(("- Như trên; PHÓ GIÁM ĐỐC", "- Như trên;"), ("NVY.", "VT.")))
    assert value(letter.signer.position) is None
    assert "signer.position" in letter.review.fields


def test_a_subject_may_end_with_a_word_that_is_like_a_joining_one() -> None:
    whole, cut = (
        parsed(changed(("bệnh mùa hè", end))).subject for end in ("hồ sơ điện tử", "bệnh từ")
    )
    assert whole is not None
    assert cut is not None
    assert whole.confidence > cut.confidence + 0.2


def test_a_symbol_of_another_agency_is_reported() -> None:
    letter = parsed(changed(("512/SYT-NVY", "512/BTC-TCT")))
    assert any("BTC-TCT" in reason for reason in letter.review.reasons)
    assert not any("SYT-NVY" in reason for reason in parsed(LETTER).review.reasons)


# --- what stands beside a cell ----------------------------------------------------------------


def test_a_stamp_that_reading_joined_to_a_line_of_the_subject() -> None:
    letter = parsed(changed(("phòng, chống\ndịch", "phòng, chống SỞ NỘI VỤ LÂM SƠN\ndịch")))
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


def test_a_signatures_mark_above_the_letter_is_no_office() -> None:
    mark = "TRUNG TÂM LƯU TRỮ\nlt@lamson.example.vn\n06.11.2021 09:27:05\n+07:00\n\n"
    letter = parsed(mark + LETTER)
    assert value(letter.issuer.parent) == "UBND TỈNH LÂM SƠN"
    assert [s.by for s in letter.digital_signatures] == ["TRUNG TÂM LƯU TRỮ"]


@pytest.mark.parametrize(
    "address",
    ["(Đ/c: Số 4 Lê Lợi, Lâm Sơn)", "(Die: tầng 3, phường 2)", "(Lô 5, KCN Lâm Sơn, tỉnh X)"],
)
def test_an_address_in_brackets_is_no_part_of_a_recipient(address: str) -> None:
    text = changed(
        ("Kính gửi:\n- Bệnh viện đa khoa tỉnh;\n- Trung tâm Y tế các huyện, thành phố.",
         f"Kính gửi: Công ty TNHH Hoa Sen {address}"),
    )  # fmt: skip
    assert [f.value for f in parsed(text).recipients] == ["Công ty TNHH Hoa Sen"]


def test_numbered_items_after_a_note_between_paragraphs() -> None:
    notes = "1 Theo lịch nghỉ lễ hằng năm.\n\n1. Bệnh viện đa khoa tỉnh chuẩn bị"
    text = changed(("1. Bệnh viện đa khoa tỉnh chuẩn bị", f"\n{notes}"))
    letter = parsed(text)
    assert [d.label for d in letter.directives] == ["1", "2"]
    assert [n.text for n in letter.footnotes] == ["Theo lịch nghỉ lễ hằng năm."]


def test_the_rules_of_a_table_are_no_part_of_a_value() -> None:
    text = changed(
        ("SỞ Y TẾ Độc", "|SỞ Y TẾ | Độc"), ("V/v tăng", "|V/v tăng"), ("mùa hè\n\n", "mùa hè |\n\n")
    )
    letter = parsed(text)
    assert value(letter.issuer.name) == "SỞ Y TẾ"
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


# --- tables and lists in lists ----------------------------------------------------------------


def test_figures_of_a_table_have_the_heads_of_their_row_and_column() -> None:
    rows = (
        ("STT", "Đơn vị", "Kế hoạch", "Tỷ lệ"),
        ("1", "Sở Y tế", "40", "56,6%"),
        ("2", "Sở Nội vụ", "25", "72%"),
    )
    table = replace(zoned("table", *(" ".join(row) for row in rows)), rows=rows)
    letter = letter_of(
        scan(
            *HEAD,
            zoned("title", "BÁO CÁO", "Kết quả công tác"),
            zoned("body", "Thực hiện kế hoạch, kết quả đạt 64,3% như sau:"),
            table,
            zoned("body", "Trên đây là báo cáo của đơn vị./."),
            zoned("copies", "Nơi nhận:", "- Lưu: VT."),
        )
    )
    assert [(p.value, p.holder, p.about) for p in letter.percentages] == [
        (64.3, None, None),
        (56.6, "Sở Y tế", "Tỷ lệ"),
        (72.0, "Sở Nội vụ", "Tỷ lệ"),
    ]
    assert letter.tables[0].rows == rows


def test_a_list_in_the_list_of_copies_stays_with_its_head() -> None:
    nested = "- Như trên; PHÓ GIÁM ĐỐC\n- Văn phòng Sở:\n+ Chánh Văn phòng;\n+ Phòng TH;\n"
    letter = parsed(changed(("- Như trên; PHÓ GIÁM ĐỐC\n", nested)))
    assert [f.value for f in letter.copies_to] == [
        "Như trên",
        "Văn phòng Sở: + Chánh Văn phòng; + Phòng TH",
        "Lưu: VT, NVY",
    ]


def test_a_name_that_a_seal_covers_is_there_but_not_read() -> None:
    letter = letter_of(
        scan(
            *HEAD,
            zoned("title", "TỜ TRÌNH", "Về việc lập tổ công tác"),
            zoned("body", "Kính trình Hội đồng nhân dân tỉnh xem xét./."),
            zoned("copies", "Nơi nhận:", "- Lưu: VT."),
            zoned("signature", "PHÓ CHỦ TỊCH", "n Thị Bình Minh"),
        )
    )
    assert letter.signer.name is not None
    assert letter.signer.name.value is None
    assert "n Thị Bình Minh" in str(letter.signer.name.raw)
    assert "signer.name" in letter.review.fields


def test_items_numbered_with_a_stroke() -> None:
    items = "1- Thời gian: 8 giờ ngày 20/3/2021;\n2- Địa điểm: Hội trường Sở Y tế.\n"
    body = LETTER[LETTER.index("1. Bệnh viện") : LETTER.index("Đề nghị các")]
    assert [d.label for d in parsed(changed((body, items))).directives] == ["1", "2"]


# --- what one office writes otherwise than another ----------------------------------------------


def test_the_end_of_a_symbol_is_no_part_of_the_place() -> None:
    letter = parsed(changed(("512/SYT-NVY Lâm Sơn,", "512/QĐ-TP Củ Chi,")))
    assert (value(letter.notation), value(letter.place)) == ("QĐ-TP", "Củ Chi")


@pytest.mark.parametrize(
    "title",
    [
        "CHỈ HUY TRƯỞNG",
        "CHI HỘI TRƯỞNG",
        "GIÁM ĐỐC BƯU ĐIỆN TỈNH LÂM SƠN",
        "TRƯỞNG PHÒNG QUẢN LÝ KHOA HỌC",
    ],
)
def test_titles_are_not_turned_into_likelier_ones(title: str) -> None:
    end = f"Nơi nhận: {title}\n- Như trên;\n- Lưu: VT, NVY.\nTrần Thị Bình Minh\n"
    letter = parsed(LETTER.split("Nơi nhận")[0] + end)
    assert value(letter.signer.position) == title
    assert [f.value for f in letter.copies_to] == ["Như trên", "Lưu: VT, NVY"]


@pytest.mark.parametrize(
    "authority", ["TM. CHÍNH PHỦ", "TM. THƯỜNG TRỰC HĐND", "KT. TỔNG BIÊN TẬP"]
)
def test_an_authoritys_prefix_tells_the_signer_whatever_body_follows(authority: str) -> None:
    end = f"Nơi nhận: {authority}\n- Như trên; PHÓ CHỦ TỊCH\n- Lưu: VT, NVY.\nTrần Thị Bình Minh\n"
    letter = parsed(LETTER.split("Nơi nhận")[0] + end)
    assert value(letter.signer.authority) == authority
    assert [f.value for f in letter.copies_to] == ["Như trên", "Lưu: VT, NVY"]


def test_a_name_that_begins_like_the_last_line_of_the_list() -> None:
    letter = parsed(changed(("Trần Thị Bình Minh", "Lưu Đức Huy")))
    assert value(letter.signer.name) == "Lưu Đức Huy"


def test_a_stamp_between_subject_and_address() -> None:
    letter = parsed(changed(("dịch bệnh mùa hè\n", "dịch bệnh mùa hè\nHỎA TỐC\n")))
    assert value(letter.urgency) == "HỎA TỐC"
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"


def test_figures_alone_on_the_last_line_of_a_subject() -> None:
    letter = parsed(changed(("dịch bệnh mùa hè\n", "dịch bệnh theo Đề án\n06\n")))
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh theo Đề án 06"


def test_an_older_heading_names_the_body_that_decides() -> None:
    subject = 'QUYẾT ĐỊNH CỦA UBND TỈNH LÂM SƠN\n"V/v ban hành Quy định về quản lý đất công ích"\n'
    text = changed(
        ("Số: 512/SYT-NVY", "Số: 1564/1999/QĐ-UB"),
        ("V/v tăng cường phòng, chống\ndịch bệnh mùa hè\n", subject),
    )
    letter = parsed(text)
    assert value(letter.doc_type) == "quyết định"
    assert value(letter.subject) == "ban hành Quy định về quản lý đất công ích"


def test_a_list_that_begins_beside_its_label() -> None:
    text = changed(
        ("Kính gửi:\n- Bệnh viện đa khoa tỉnh;\n- Trung tâm Y tế các huyện, thành phố.",
         "Kính gửi: - Bệnh viện đa khoa tỉnh\n- Trung tâm Y tế các huyện, thành phố"),
    )  # fmt: skip
    assert [f.value for f in parsed(text).recipients] == [
        "Bệnh viện đa khoa tỉnh",
        "Trung tâm Y tế các huyện, thành phố",
    ]


def test_lists_on_paper_and_by_mail_are_one() -> None:
    letter = parsed(changed(("- Lưu: VT, NVY.", "Bản giấy:\n- Lưu: VT, NVY (NTH-2b).")))
    assert [f.value for f in letter.copies_to] == ["Như trên", "Lưu: VT, NVY (NTH-2b)"]


def test_what_the_right_column_left_in_a_subject_goes_if_the_body_has_the_words() -> None:
    body = "Sở Y tế yêu cầu tăng cường phòng, chống dịch bệnh mùa hè:\nSở Y tế yêu"
    text = changed(("phòng, chống\ndịch", "phòng, chống 0X\ndịch"), ("Sở Y tế yêu", body))
    letter = parsed(text)
    assert value(letter.subject) == "tăng cường phòng, chống dịch bệnh mùa hè"
    assert letter.subject is not None
    assert "0X" in str(letter.subject.raw)


def test_a_symbols_unit_that_the_last_line_spells_otherwise_is_doubted() -> None:
    letter = parsed(changed(("- Lưu: VT, NVY.", "- Lưu: VT, NVV.")))
    assert letter.code is not None
    assert letter.code.confidence < 0.9


def test_a_quoted_item_is_no_directive_even_if_its_quotation_never_ends() -> None:
    quote = "Điều 5 quy định:\n“1. Tổ chức trực ban;\nSở Y tế yêu cầu"
    letter = parsed(changed(("Sở Y tế yêu cầu", quote)))
    assert [d.text[:9] for d in letter.directives] == ["Bệnh viện", "Trung tâm"]


def test_what_came_about_before_a_day_is_no_deadline() -> None:
    text = changed(("trước ngày 20/3/2021", "với ca bệnh phát sinh trước ngày 20/3/2021"))
    assert parsed(text).deadlines == ()


def test_a_word_that_was_never_spelled_so_makes_a_subject_doubtful() -> None:
    sure, doubtful = (
        parsed(changed(("tăng cường phòng", f"{word} phòng"))).subject
        for word in ("hướng dẫn", "hướng đẫn")
    )
    assert sure is not None
    assert doubtful is not None
    assert doubtful.value == "hướng đẫn phòng, chống dịch bệnh mùa hè"
    assert doubtful.confidence < 0.9 < sure.confidence


def test_words_of_a_name_in_capitals_get_their_marks_back() -> None:
    letter = parsed(changed(("SỞ Y TẾ Độc", "CONG TY CỔ PHẦN DIEN LỰC Độc")))
    assert value(letter.issuer.name) == "CÔNG TY CỔ PHẦN ĐIỆN LỰC"
    assert letter.issuer.name is not None
    assert letter.issuer.name.raw == "CONG TY CỔ PHẦN DIEN LỰC"


def test_the_second_line_of_a_title_signed_for() -> None:
    rows = "TL. BỘ TRƯỞNG\nKT. VỤ TRƯỞNG VỤ KÊ KHAI VÀ\nKẾ TOÁN THUẾ\nPHÓ VỤ TRƯỞNG"
    end = f"Nơi nhận:\n- Như trên;\n- Lưu: VT, NVY.\n{rows}\nTrần Thị Bình Minh\n"
    letter = parsed(LETTER.split("Nơi nhận")[0] + end)
    wanted = "TL. BỘ TRƯỞNG KT. VỤ TRƯỞNG VỤ KÊ KHAI VÀ KẾ TOÁN THUẾ"
    assert value(letter.signer.authority) == wanted
    assert value(letter.signer.position) == "PHÓ VỤ TRƯỞNG"


def test_a_tables_rules_part_list_and_signature() -> None:
    end = (
        "|Nơi nhận: |KT. GIÁM ĐỐC |\n|- Như trên; |PHÓ GIÁM ĐỐC |\n|- Sở Nội vụ; |Trần Thị Bình |\n"
        "|- Lưu: VT, NVY. | |\n"
    )
    letter = parsed(LETTER.split("Nơi nhận")[0] + end)
    assert [f.value for f in letter.copies_to] == ["Như trên", "Sở Nội vụ", "Lưu: VT, NVY"]
    assert value(letter.signer.position) == "PHÓ GIÁM ĐỐC"
    assert value(letter.signer.name) == "Trần Thị Bình"


def test_commas_that_were_read_as_full_stops() -> None:
    rows = "- Như kính gợi;\n- Như Điêu 3;\n- Các sở. ban, ngành;\n- Như trên; PHÓ"
    letter = parsed(changed(("- Như trên; PHÓ", rows)))
    assert [f.value for f in letter.copies_to][:3] == [
        "Như kính gợi",
        "Như Điều 3",
        "Các sở, ban, ngành",
    ]


@pytest.mark.parametrize(
    "rows",
    [
        ("STT    Đơn vị    Kế hoạch    Tỷ lệ", "1    Sở Y tế    40    56,6%",
         "2    Sở Nội vụ    25    72%"),
        ("|STT |Đơn vị |Kế hoạch |Tỷ lệ |", "|1 |Sở Y tế |40 |56,6% |", "|2 |Sở Nội vụ |25 |72% |"),
        ("STT\tĐơn vị\tKế hoạch\tTỷ lệ", "1\tSở Y tế\t40\t56,6%", "2\tSở Nội vụ\t25\t72%"),
    ],
)  # fmt: skip
def test_tables_in_plain_text(rows: tuple[str, ...]) -> None:
    table = "\n".join(rows)
    text = changed(
        ("1. Bệnh viện đa khoa tỉnh chuẩn bị", f"{table}\n1. Bệnh viện đa khoa tỉnh chuẩn bị")
    )
    page = page_of(text)
    source = SourceFile(Path("letter.txt"), "0" * 64, "text/plain", 1, "text", text=text)
    (letter,) = parse_letters((page,), (page,), source, (), SETTINGS)
    assert letter.tables[0].rows == (
        ("STT", "Đơn vị", "Kế hoạch", "Tỷ lệ"),
        ("1", "Sở Y tế", "40", "56,6%"),
        ("2", "Sở Nội vụ", "25", "72%"),
    )
    figures = {(p.value, p.holder, p.about) for p in letter.percentages}
    assert {(56.6, "Sở Y tế", "Tỷ lệ"), (72.0, "Sở Nội vụ", "Tỷ lệ")} <= figures


# --- values that are read in part only --------------------------------------------------------


def surely(field: object) -> bool:
    return getattr(field, "confidence", 1.0) >= 0.9


def test_a_value_that_broke_off_is_in_doubt() -> None:
    whole = parsed(LETTER)
    assert surely(whole.notation)
    torn = parsed(changed(("512/SYT-NVY", "512/SYT-N V")))
    assert not surely(torn.notation)
    assert not surely(torn.code)
    assert not surely(parsed(changed(("512/SYT-NVY", "512/SYT-N"))).notation)


def test_a_title_that_can_not_be_spoken_is_in_doubt() -> None:
    assert surely(parsed(LETTER).signer.authority)
    assert not surely(parsed(changed(("KT. GIÁM ĐỐC", "KT. GIF"))).signer.authority)


def test_no_heading_and_a_report_s_symbol_make_no_sure_type() -> None:
    assert surely(parsed(LETTER).doc_type)
    assert not surely(parsed(changed(("512/SYT-NVY", "512/BC-SYT"))).doc_type)


def test_a_university_without_its_name_is_in_doubt() -> None:
    assert not surely(parsed(changed(("SỞ Y TẾ Độc", "TRƯỜNG ĐẠI HỌC Độc"))).issuer.name)


@pytest.mark.parametrize("subject", ["kiểm tra trên địa bàn tỉnh Lâm", "Hà Tĩnh"])
def test_half_a_subject_is_in_doubt(subject: str) -> None:
    text = changed(("tăng cường phòng, chống\ndịch bệnh mùa hè", subject))
    assert not surely(parsed(text).subject)


def test_a_place_of_no_syllable_is_in_doubt() -> None:
    assert not surely(parsed(changed(("Lâm Sơn, ngày", "Lâm Siưn, ngày"))).place)
