"""Plain text in every encoding that offices have used."""

from __future__ import annotations

import contextlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.config import Limits, Settings
from pipeline.errors import InputError, TooLargeInput
from pipeline.read import open_source, read_text
from pipeline.read.legacy import from_tcvn3, from_vni, to_unicode
from pipeline.read.plain import decode, split_pages

LETTER = (
    "Kính gửi: Các sở, ngành, Ủy ban nhân dân các huyện\n"
    "Thực hiện Quyết định của Thủ tướng Chính phủ về việc ứng dụng công nghệ, "
    "yêu cầu Giám đốc các sở nghiêm túc thực hiện; đề nghị báo cáo kết quả trước ngày 20./.\n"
)
TCVN3 = (
    "KÝnh göi: C¸c së, ngµnh, Uû ban nh©n d©n c¸c huyÖn\n"
    "Thùc hiÖn QuyÕt ®Þnh cña Thñ t\u00adíng ChÝnh phñ, yªu cÇu nghiªm tóc thùc hiÖn"
)
VNI = (
    "Kính göûi: Caùc sôû, ngaønh, UÛy ban nhaân daân caùc huyeän\n"
    "Thöïc hieän Quyeát ñònh cuûa Thuû töôùng Chính phuû, yeâu caàu nghieâm tuùc thöïc hieän"
)


@pytest.mark.parametrize(
    "content",
    [
        LETTER.encode("utf-8"),
        LETTER.encode("utf-8-sig"),
        LETTER.encode("utf-16"),
        LETTER.encode("utf-16-le"),
        LETTER.encode("utf-16-be"),
        LETTER.encode("utf-32"),
        LETTER.replace("\n", "\r\n").encode(),
    ],
)
def test_unicode_with_and_without_its_mark(content: bytes) -> None:
    assert decode(content) == LETTER


def test_windows_1258_has_its_tones_apart() -> None:
    """The code page holds ấ as â and a combining mark."""
    content = "Ca\u0301c sơ\u0309, nga\u0300nh nghiêm tu\u0301c thư\u0323c hiê\u0323n".encode(
        "cp1258"
    )
    assert decode(content) == "Các sở, ngành nghiêm túc thực hiện"


@pytest.mark.parametrize("encoding", ["latin-1", "utf-8"])
def test_tcvn3_as_bytes_and_as_pasted_text(encoding: str) -> None:
    text = decode(TCVN3.encode(encoding))
    assert "Kính gửi: Các sở, ngành, Uỷ ban nhân dân các huyện" in text
    assert "Thực hiện Quyết định của Thủ tướng Chính phủ" in text


@pytest.mark.parametrize("encoding", ["cp1252", "utf-8"])
def test_vni_as_bytes_and_as_pasted_text(encoding: str) -> None:
    text = decode(VNI.encode(encoding))
    assert "Kính gửi: Các sở, ngành, Ủy ban nhân dân các huyện" in text
    assert "Quyết định của Thủ tướng Chính phủ, yêu cầu nghiêm túc" in text


def test_capitals_come_back_in_tcvn3() -> None:
    assert from_tcvn3("CéNG HOµ X· HéI\nUû ban") == "CỘNG HOÀ XÃ HỘI\nUỷ ban"
    assert from_vni("COÄNG HOØA XAÕ HOÄI ÑÒNH") == "CỘNG HÒA XÃ HỘI ĐỊNH"


@pytest.mark.parametrize(
    "text",
    [
        LETTER,
        "V/v ning cao chit luong, hiéu qua; cac sé, nganh cé hd so truc tuyén dat ty 1é cao",
        "Hotline: 1900; email: abc@example.vn; 25 °C; § 5; « guillemets »",
        "Les autorités françaises ont été informées de la visite à Hà Nội",
        "",
    ],
)
def test_what_is_no_legacy_text_stays(text: str) -> None:
    assert to_unicode(text) is None


@given(st.text(max_size=200).map(lambda t: t.encode("utf-8", "ignore")) | st.binary(max_size=300))
def test_any_bytes_are_decoded_or_refused(content: bytes) -> None:
    with contextlib.suppress(InputError):
        text = decode(content)
        assert text.strip()
        assert "\r" not in text


def test_pages_are_parted_by_form_feeds_or_page_lines() -> None:
    assert split_pages("một\fhai\f") == ["một", "hai"]
    assert split_pages("=== page 1 ===\nmột\n=== page 2 ===\nhai\n") == ["một", "hai"]
    assert split_pages("một\n\nhai") == ["một\n\nhai"]


def test_a_text_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    settings = Settings(limits=Limits(pages=3))
    path = tmp_path / "dai.txt"
    for content in ("một\f" * 4 + "hai", "một hai " * 10_000):
        path.write_text(content, "utf-8")
        with pytest.raises(TooLargeInput) as caught:
            open_source(path, settings)
        assert caught.value.code == "limit-pages"


def test_a_text_file_keeps_its_own_lines(tmp_path: Path) -> None:
    path = tmp_path / "thu.txt"
    path.write_text("Số: 12/UBND-VX\n\nKính gửi: Các sở\fNơi nhận:\n", "utf-8")
    source = open_source(path, Settings())
    assert (source.reading, source.pages, source.media_type) == ("text", 2, "text/plain")
    first, second = read_text(source)
    assert [line.text for line in first.lines] == ["Số: 12/UBND-VX", "", "Kính gửi: Các sở"]
    assert [line.text for line in second.lines] == ["Nơi nhận:"]
    assert first.reading == "text"
    assert {zone.kind for zone in first.zones} == {"unknown"}
