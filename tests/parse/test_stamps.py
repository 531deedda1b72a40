"""Urgency and secrecy as their stamps say them, badly read ones too."""

import pytest

from pipeline.parse.found import Found
from pipeline.parse.rows import Row
from pipeline.parse.stamps import SECRECY, URGENCY, stamp_of
from pipeline.text import fold


def said(text: str, words: tuple[str, ...]) -> Found | None:
    return stamp_of([Row(1, "secrecy", text, fold(text), (), text)], words, "stamp")


@pytest.mark.parametrize("text", ["THƯỢNG KHẨN", "'THUONG KHẨN|", "THƯỢNG KHÂN”"])
def test_a_stamp_read_with_crumbs_is_plain(text: str) -> None:
    found = said(text, URGENCY)
    assert found is not None
    assert (found.value, found.doubt) == ("THƯỢNG KHẨN", 0)


@pytest.mark.parametrize(("text", "doubt"), [("IMẬT,", 1), ("MÂI", 3)])
def test_a_misread_secrecy_is_told_with_doubt(text: str, doubt: int) -> None:
    found = said(text, SECRECY)
    assert found is not None
    assert (found.value, found.doubt, found.raw) == ("MẬT", doubt, text)


def test_a_stamp_that_says_nothing_known_is_there_but_unread() -> None:
    found = said("BẢN SAO", SECRECY)
    assert found is not None
    assert (found.value, found.raw) == (None, "BẢN SAO")
    assert stamp_of([], SECRECY, "stamp") is None
