"""Cleaning: pages drawn here, spoilt in one way each, and what must be left of them."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from pipeline.clean import clean_page, geometry, ink, measure, noise
from pipeline.config import Settings
from pipeline.page import PageImage, Pixels

FONT = "/usr/share/fonts/truetype/croscore/Tinos-Regular.ttf"
TEXT = [
    "Thực hiện Kế hoạch số 12/KH-UBND ngày 05 tháng 3 năm 2024 về việc tăng cường",
    "quản lý đất đai trên địa bàn huyện, Ủy ban nhân dân huyện yêu cầu các phòng,",
    "ban chuyên môn và Ủy ban nhân dân các xã, thị trấn khẩn trương triển khai những",
    "nhiệm vụ sau đây, báo cáo kết quả về Văn phòng trước ngày 20 hằng tháng.",
] * 5


def page(color: str = "black") -> Pixels:
    """An A4 page at 200 dpi, in colour, BGR."""
    image = Image.new("RGB", (1654, 2339), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.truetype(FONT, 39)
    for row, line in enumerate(TEXT):
        draw.text((200, 250 + 80 * row), line, font=font, fill=color)
    return np.asarray(image)[:, :, ::-1].copy()


def turned(picture: Pixels, degrees: float) -> Pixels:
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), -degrees, 1.0)
    return np.asarray(
        cv2.warpAffine(picture, matrix, (width, height), borderValue=(255, 255, 255)), np.uint8
    )


def grey(picture: Pixels) -> Pixels:
    return np.ascontiguousarray(picture[:, :, 2])


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.mark.parametrize("degrees", [-3.0, -0.6, 0.0, 1.2, 2.5])
def test_skew_is_taken_out(degrees: float, settings: Settings) -> None:
    clean = clean_page(PageImage(1, turned(page(), degrees), 200), settings)
    assert clean.skew == pytest.approx(degrees, abs=0.15)
    assert abs(geometry.skew_angle(measure.binarize(clean.black))) < 0.15


def test_halves_that_fan_out_are_both_straightened(settings: Settings) -> None:
    source = np.array([[0, 0], [1653, 30], [1653, 2308], [0, 2338]], np.float32)
    flat = np.array([[0, 0], [1653, 0], [1653, 2338], [0, 2338]], np.float32)
    fanned = cv2.warpPerspective(
        page(), cv2.getPerspectiveTransform(flat, source), (1654, 2339),
        borderValue=(255, 255, 255),
    )  # fmt: skip
    clean = clean_page(PageImage(1, np.asarray(fanned, np.uint8), 200), settings)
    top, bottom = geometry.halves(measure.binarize(clean.black))
    assert max(abs(top), abs(bottom)) < 0.3


def test_places_map_back_to_the_upright_source(settings: Settings) -> None:
    picture = turned(page(), 2.0)
    cv2.circle(picture, (1200, 2100), 12, (0, 0, 0), -1)  # the only thing down there
    clean = clean_page(PageImage(1, picture, 200), settings.model_copy(update={
        "clean": settings.clean.model_copy(update={"denoise": False})}))  # fmt: skip
    ys, xs = np.nonzero(clean.black[round(clean.black.shape[0] * 0.85) :] < 100)
    point = np.array([xs.mean(), ys.mean() + round(clean.black.shape[0] * 0.85), 1.0])
    x, y, w = clean.to_source @ point
    assert (x / w, y / w) == pytest.approx((1200, 2100), abs=3)


def test_the_x_height_decides_the_scale(settings: Settings) -> None:
    picture = page()
    large = np.asarray(cv2.resize(picture, None, fx=2, fy=2), np.uint8)
    heights = [
        measure.x_height(measure.binarize(clean_page(PageImage(1, p, 200), settings).black))
        for p in (picture, large)
    ]
    assert heights == pytest.approx([measure.BEST_X_HEIGHT] * 2, rel=0.15)


def test_a_red_seal_leaves_the_print_under_it(settings: Settings) -> None:
    sealed = page()
    bare = clean_page(PageImage(1, sealed.copy(), 200), settings)
    seal = np.full_like(sealed, 255)
    cv2.circle(seal, (600, 500), 140, (40, 40, 215), 9)
    cv2.circle(seal, (600, 500), 90, (40, 40, 215), 4)
    sealed = np.minimum(sealed, seal)  # ink lets the print through
    clean = clean_page(PageImage(1, sealed, 200), settings)
    assert clean.red is not None
    assert clean.blue is None
    assert (clean.black < 128).mean() == pytest.approx((bare.black < 128).mean(), rel=0.03)
    scale = clean.black.shape[0] / sealed.shape[0]
    assert clean.red[round(640 * scale), round(600 * scale)] < 100  # the rim
    assert clean.red[round(1200 * scale), round(600 * scale)] > 200  # black print


def test_text_stamped_in_red_or_blue_has_its_own_layer() -> None:
    for color, name in (("#d01818", "red"), ("#2030c0", "blue")):
        picture = page(color)
        layers = ink.split_inks(*(np.ascontiguousarray(picture[:, :, i]) for i in range(3)))
        layer = getattr(layers, name)
        assert layer is not None
        assert (layer < 128).mean() == pytest.approx((picture.min(axis=2) < 128).mean(), rel=0.5)
        assert (layers.black < 128).mean() < 0.003


def test_specks_go_and_tone_marks_stay() -> None:
    picture = grey(page())
    rng = np.random.default_rng(5)
    spoilt = picture.copy()
    for x, y in zip(rng.integers(0, 1650, 400), rng.integers(1950, 2330, 400), strict=True):
        spoilt[y : y + 2, x : x + 3] = 0
    cleaned, share = noise.clean_noise(spoilt, 18.0)
    assert share > 0.01
    assert (cleaned[1950:] < 128).sum() == 0
    assert np.array_equal(cleaned[:1900] < 100, picture[:1900] < 100)


def test_uneven_light_and_faint_print_become_even(settings: Settings) -> None:
    shade = np.linspace(0.45, 1.0, 1654)[None, :, None]
    faint = 255 - (255 - page().astype(float)) * 0.35
    clean = clean_page(PageImage(1, (faint * shade).astype(np.uint8), 200), settings)
    ink_left = clean.black[:, : clean.black.shape[1] // 3] < 128
    assert ink_left.mean() == pytest.approx((grey(page())[:, :551] < 128).mean(), rel=0.8)
    assert np.median(clean.black) > 240


def test_a_page_turned_on_its_side_is_suspect_and_an_upright_one_is_not() -> None:
    from pipeline.clean.orientation import may_be_turned

    found = measure.binarize(grey(page()))
    letter = measure.x_height(found)
    assert not may_be_turned(found, letter)
    assert may_be_turned(np.rot90(found).copy(), letter)
    assert may_be_turned(np.rot90(found, 2).copy(), letter)


@pytest.mark.tesseract
@pytest.mark.parametrize("turns", [1, 2, 3])
def test_turned_pages_are_set_upright(turns: int, settings: Settings) -> None:
    clean = clean_page(PageImage(1, np.rot90(page(), turns).copy(), 200), settings)
    assert clean.rotation == 90 * turns
    assert clean.height > clean.width


def test_a_photographed_sheet_is_made_flat(settings: Settings) -> None:
    desk = np.full((2600, 2000, 3), 60, np.uint8)
    corners = np.array([[150, 120], [1800, 200], [1850, 2450], [90, 2380]], np.float32)
    flat = np.array([[0, 0], [1653, 0], [1653, 2338], [0, 2338]], np.float32)
    cv2.warpPerspective(
        page(), cv2.getPerspectiveTransform(flat, corners), (2000, 2600), desk,
        borderMode=cv2.BORDER_TRANSPARENT,
    )  # fmt: skip
    clean = clean_page(PageImage(1, desk, 200), settings)
    assert (clean.black[:30] < 128).mean() < 0.05  # no desk left
    assert abs(geometry.skew_angle(measure.binarize(clean.black))) < 0.4
    x, y, w = clean.to_source @ np.array([0.0, 0.0, 1.0])
    assert (x / w, y / w) == pytest.approx((150, 120), abs=25)


def test_a_fold_goes_and_the_print_that_it_crosses_stays(settings: Settings) -> None:
    folded, middle = page(), 250 + 80 * 10 + 25  # through the letters of a line
    cv2.line(folded, (0, middle), (1653, middle), (40, 40, 40), 3)
    clean = clean_page(PageImage(1, folded, 200), settings).black
    row = np.s_[round((middle - 40) / 2339 * len(clean)) : round((middle + 40) / 2339 * len(clean))]
    left = (clean[row] < 128).sum()
    whole = (clean_page(PageImage(1, page(), 200), settings).black[row] < 128).sum()
    assert 0.6 * whole < left < 1.1 * whole


def test_blank_reverse_sides_are_known(settings: Settings) -> None:
    empty = np.full((2339, 1654, 3), 250, np.uint8)
    assert clean_page(PageImage(1, empty.copy(), 200), settings).quality.blank
    cv2.circle(empty, (900, 1700), 120, (170, 170, 245), 6)  # a seal shining through
    cv2.line(empty, (0, 40), (0, 2300), (0, 0, 0), 6)
    assert clean_page(PageImage(1, empty, 200), settings).quality.blank
    assert not clean_page(PageImage(1, page(), 200), settings).quality.blank


def test_quality_falls_with_size_and_specks(settings: Settings) -> None:
    good = clean_page(PageImage(1, page(), 200), settings).quality
    small = np.asarray(
        cv2.resize(page(), None, fx=0.45, fy=0.45, interpolation=cv2.INTER_AREA), np.uint8
    )
    poor = clean_page(PageImage(1, small, 90), settings).quality
    assert good.score > 0.9
    assert poor.score < good.score - 0.2


def test_the_kept_picture_is_not_touched(settings: Settings) -> None:
    picture = page()
    before = picture.copy()
    clean_page(PageImage(1, picture, 200), settings)
    assert np.array_equal(picture, before)


def test_a_text_page_passes_through(settings: Settings) -> None:
    clean = clean_page(PageImage(3, None, 0, reading="text"), settings)
    assert (clean.number, clean.width, clean.reading) == (3, 0, "text")
