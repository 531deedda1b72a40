"""Whole pages read from recorded answers of Tesseract: columns, zones, ends and merging."""

from __future__ import annotations

import functools

import pytest

from pipeline.page import PageText
from pipeline.text import fold
from tests.recognise.drawing import BODY, COPIES, LEFT, RIGHT, SIGNED, Placed
from tests.recognise.recorded import read, replayed


@functools.cache
def page(name: str) -> PageText:
    return read(name, replayed(name))


def lines(name: str, kind: str) -> list[str]:
    return [line.text for zone in page(name).zones if zone.kind == kind for line in zone.lines]


def texts(placed: list[Placed]) -> list[str]:
    return [text for text, _, _, _ in placed]


@pytest.mark.parametrize("name", ["red-stamp", "bare-stamp", "blue-stamp", "black-seal"])
def test_zones_of_a_letter_whatever_is_stamped_on_it(name: str) -> None:
    assert lines(name, "header_left") == texts(LEFT)
    assert lines(name, "header_right") == texts(RIGHT)
    assert lines(name, "addressee") == texts(BODY)[:1]
    assert [line.rstrip("./") for line in lines(name, "body")] == [
        line.rstrip("./") for line in texts(BODY)[1:]
    ]
    assert lines(name, "copies") == texts(COPIES)
    assert lines(name, "signature")[-1] == texts(SIGNED)[-1]
    assert len(lines(name, "signature")) == len(SIGNED)


@pytest.mark.parametrize("name", ["red-stamp", "bare-stamp", "blue-stamp", "hoa-toc"])
def test_arrival_stamps_in_colour_are_a_zone(name: str) -> None:
    zones = [zone for zone in page(name).zones if zone.kind == "arrival_stamp"]
    assert len(zones) == 1
    assert any("den" in fold(line.text).split() for line in zones[0].lines)
    assert "ĐẾN" not in page(name).text


@pytest.mark.parametrize("name", ["red-stamp", "bare-stamp", "blue-stamp"])
def test_what_stands_in_an_arrival_stamp_in_colour(name: str) -> None:
    spots = {spot.kind: spot for spot in page(name).spots}
    assert spots["arrival_date"].nbest[0][0] == "7/5/2023"
    assert spots["arrival_number"].printed == "45"


def test_red_urgency_and_a_red_name_are_in_their_places() -> None:
    assert lines("red-stamp", "urgency") == ["HỎA TỐC"]
    assert lines("red-stamp", "signature") == texts(SIGNED)


def test_stamps_in_an_outline_are_zones_at_any_slant_and_no_text() -> None:
    assert lines("outlined", "secrecy") == ["MẬT"]
    assert lines("outlined", "urgency") == ["HỎA TỐC"]
    assert lines("outlined", "signature") == texts(SIGNED)
    assert not {"MẬT", "TỐC"} & set(page("outlined").text.split())


def test_a_seal_is_a_zone_and_no_text() -> None:
    seals = [zone for zone in page("black-seal").zones if zone.kind == "seal"]
    assert len(seals) == 1
    assert seals[0].box == pytest.approx((870, 920, 1150, 1200), abs=20)
    assert lines("black-seal", "signature") == texts(SIGNED)


def test_a_sample_with_stamps_all_over() -> None:
    assert [line.strip(" “") for line in lines("hoa-toc", "urgency")] == ["THƯỢNG KHẨN"]
    assert lines("hoa-toc", "signature")[-1] == "Thái Văn Sơn"


def test_a_sample_of_many_pages_begins_in_order() -> None:
    kinds = [zone.kind for zone in page("nhieu-trang").zones]
    assert kinds[:2] == ["header_left", "header_right"]
    assert kinds.index("body") > kinds.index("header_right")
