"""Normalising Vietnamese text."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.text import fold, is_syllable, new_tone_style, nfc, same_key, strip_marks, strip_tone

LETTERS = (
    "aăâbcdđeêghiklmnoôơpqrstuưvxyàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
)
vietnamese = st.text(alphabet=LETTERS + LETTERS.upper() + " -/.,0123456789", max_size=60)


@given(st.text(max_size=80))
def test_fold_keeps_every_offset(text: str) -> None:
    assert len(fold(text)) == len(text)


@given(vietnamese)
def test_fold_leaves_no_vietnamese_mark(text: str) -> None:
    assert fold(nfc(text)).isascii()


@given(vietnamese)
def test_fold_does_not_care_about_the_tone_style(text: str) -> None:
    assert fold(new_tone_style(text)) == fold(nfc(text))


@given(vietnamese)
def test_new_tone_style_is_stable_and_composed(text: str) -> None:
    once = new_tone_style(text)
    assert new_tone_style(once) == once
    assert once == unicodedata.normalize("NFC", once)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("hoà", "hòa"),
        ("Uỷ ban", "Ủy ban"),
        ("XÃ HỘI CHỦ NGHĨA, CỘNG HOÀ", "XÃ HỘI CHỦ NGHĨA, CỘNG HÒA"),
        ("thuý", "thúy"),
        ("quý", "quý"),
        ("quỹ", "quỹ"),
        ("hoàn", "hoàn"),
        ("khoẻ", "khỏe"),
    ],
)
def test_new_tone_style(old: str, new: str) -> None:
    assert new_tone_style(old) == new


def test_marks_and_tones_come_off_apart() -> None:
    assert strip_tone("Trưởng") == "Trương"
    assert strip_marks("Trưởng Đắk") == "Truong Dak"


@pytest.mark.parametrize(
    "word", "nghiêng khuỷu quốc giếng gì giữa thuở Đắk Krông ngoằn học".split()
)
def test_syllables_of_vietnamese(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize("word", ["nghlep", "ddthdng", "học1", "bc", "UBND", "cât", "thuc", ""])
def test_not_syllables(word: str) -> None:
    assert not is_syllable(word)


def test_same_key_forgives_what_is_no_difference() -> None:
    assert same_key("Uỷ ban nhân dân  tỉnh Hoà Bình;") == same_key("ủy ban nhân dân tỉnh Hòa Bình")
    assert same_key("Thương binh – Xã hội") == same_key("Thương binh-Xã hội")
    assert same_key("Sở Y tế") != same_key("Sở Ý tế")
