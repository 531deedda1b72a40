"""PDF pages: scans taken out as they are, the rest drawn; text layers told apart."""

from __future__ import annotations

import hashlib
import io
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Array, Dictionary, Name
from PIL import Image, TiffImagePlugin

from pipeline.config import Settings
from pipeline.page import PageImage
from pipeline.read import open_source, read_pages

Grey = NDArray[np.uint8]
LINES = [
    "ỦY BAN NHÂN DÂN TỈNH MẪU",
    "Số: 12/UBND-VX",
    "Kính gửi: Các sở, ngành, Ủy ban nhân dân các huyện",
    "Thực hiện Quyết định của Thủ tướng Chính phủ, Ủy ban nhân dân tỉnh yêu cầu",
    "Giám đốc các sở nghiêm túc thực hiện và báo cáo kết quả trước ngày 20/01/2025.",
]


def only_page(path: Path, settings: Settings) -> PageImage:
    source = open_source(path, settings)
    (page,) = read_pages(source, settings)
    return page


def quarters(pixels: Grey) -> list[int]:
    """The grey in the middle of each quarter, row by row."""
    height, width = pixels.shape[:2]
    return [
        int(pixels[height * y // 4, width * x // 4]) for y in (1, 3) for x in (1, 3)
    ]  # fmt: skip


def test_a_scan_comes_out_bit_for_bit(scan_pdf: Any, corners: Grey, settings: Settings) -> None:
    noise = np.random.default_rng(1).integers(0, 256, corners.shape, np.uint8)
    page = only_page(scan_pdf(noise), settings)
    assert page.pixels is not None
    assert np.array_equal(page.pixels, noise)
    assert (page.dpi, page.reading, page.words, page.overlay) == (24, "scan", (), ())


def test_colour_comes_out_as_bgr(scan_pdf: Any, settings: Settings) -> None:
    red = np.zeros((60, 40, 3), np.uint8)
    red[..., 0] = 200
    page = only_page(scan_pdf(red), settings)
    assert page.pixels is not None
    assert page.pixels[0, 0].tolist() == [0, 0, 200]


@pytest.mark.parametrize("rotate", [0, 90, 180, 270])
@pytest.mark.parametrize(
    "matrix",
    [
        "480 0 0 720 0 0", "-480 0 0 720 480 0", "480 0 0 -720 0 720", "-480 0 0 -720 480 720",
        "0 720 -480 0 480 0", "0 -720 480 0 0 720", "0 720 480 0 0 0",
    ],
)  # fmt: skip
def test_a_scan_lies_as_poppler_shows_it(
    scan_pdf: Any, corners: Grey, settings: Settings, matrix: str, rotate: int
) -> None:
    from pipeline.read.raster import rasterise

    path = scan_pdf(corners, matrix, rotate=rotate)
    page = only_page(path, settings)
    assert page.pixels is not None
    assert quarters(page.pixels) == quarters(rasterise(path, 1, 36, settings))


@pytest.mark.parametrize("coding", ["flate", "fax", "jpeg"])
def test_an_inverted_scan_looks_as_poppler_shows_it(
    tmp_path: Path, settings: Settings, coding: str
) -> None:
    from pipeline.read.raster import rasterise

    picture = Image.new("L", (160, 240), 255)
    picture.paste(0, (0, 0, 80, 120))
    fax: dict[str, Any] = {
        "Filter": Name.CCITTFaxDecode,
        "DecodeParms": Dictionary(K=-1, Columns=160, Rows=240),
    }
    codings: dict[str, tuple[bytes, dict[str, Any]]] = {
        "flate": (zlib.compress(picture.tobytes()), {"Filter": Name.FlateDecode}),
        "fax": (_fax(picture), fax | {"BitsPerComponent": 1}),
        "jpeg": (_file(picture, "JPEG"), {"Filter": Name.DCTDecode}),
    }
    data, entries = codings[coding]
    pdf = pikepdf.new()
    image = pikepdf.Stream(pdf, data)
    basic: dict[str, Any] = {
        "Type": Name.XObject, "Subtype": Name.Image, "Width": 160, "Height": 240,
        "ColorSpace": Name.DeviceGray, "BitsPerComponent": 8, "Decode": Array([1, 0]),
    }  # fmt: skip
    for key, value in (basic | entries).items():
        image[f"/{key}"] = value
    pdf.add_blank_page(page_size=(480, 720))
    pdf.pages[0].obj.Resources = Dictionary(XObject=Dictionary(Im0=image))
    pdf.pages[0].obj.Contents = pdf.make_stream(b"480 0 0 720 0 0 cm /Im0 Do")
    path = tmp_path / "inverted.pdf"
    pdf.save(path)
    page = only_page(path, settings)
    assert page.pixels is not None
    assert quarters(page.pixels) == quarters(rasterise(path, 1, 24, settings))


def _file(picture: Image.Image, form: str, **options: Any) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _fax(picture: Image.Image) -> bytes:
    whole = _file(picture.convert("1"), "TIFF", compression="group4", tiffinfo={278: 240})
    with TiffImagePlugin.TiffImageFile(io.BytesIO(whole)) as tiff:
        offset, size = tiff.tag_v2[273][0], tiff.tag_v2[279][0]
    return whole[offset : offset + size]


def test_a_margin_becomes_white_paper(scan_pdf: Any, corners: Grey, settings: Settings) -> None:
    page = only_page(scan_pdf(corners, "450 0 0 675 0 45"), settings)
    assert page.pixels is not None
    height, width = page.pixels.shape
    assert (width, height) == (round(160 * 480 / 450), round(240 * 720 / 675))
    assert np.array_equal(page.pixels[:240, :160], corners)
    assert (page.pixels[240:] == 255).all()


def test_a_masked_or_clipped_picture_is_drawn(
    scan_pdf: Any, corners: Grey, settings: Settings
) -> None:
    half = scan_pdf(corners, before="0 0 480 360 re W n")
    page = only_page(half, settings)
    assert page.pixels is not None
    top, bottom = page.pixels[: len(page.pixels) // 3], page.pixels[-10:]
    assert (top == 255).all()
    assert not (bottom == 255).all()


def test_strips_are_drawn_at_their_own_resolution(
    tmp_path: Path, corners: Grey, settings: Settings, scan_pdf: Any
) -> None:
    path = scan_pdf(
        np.repeat(np.repeat(corners, 8, 0), 8, 1),
        "480 0 0 360 0 360",
        after="q 480 0 0 360 0 0 cm /Im0 Do Q",
    )
    page = only_page(path, settings)
    assert page.pixels is not None
    assert page.dpi == 384  # 1,920 rows on 5 inches
    assert page.reading == "scan"


def test_somebodys_ocr_layer_is_not_believed(
    scan_pdf: Any, corners: Grey, settings: Settings
) -> None:
    hidden = "BT 3 Tr /F1 12 Tf 40 600 Td (" + "Kinh gui cac so " * 20 + ") Tj ET"
    page = only_page(scan_pdf(corners, after=hidden), settings)
    assert (page.reading, page.words, page.overlay) == ("scan", (), ())
    assert page.pixels is not None
    assert np.array_equal(page.pixels, corners)


def test_a_number_stamped_on_a_scan_is_in_the_picture(
    scan_pdf: Any, corners: Grey, settings: Settings
) -> None:
    page = only_page(
        scan_pdf(np.full_like(corners, 255), after="BT /F1 40 Tf 60 600 Td (125) Tj ET"), settings
    )
    assert page.pixels is not None
    assert page.reading == "scan"
    assert (page.pixels < 100).any()


def test_a_signature_mark_is_overlay_and_stays_out_of_the_picture(
    scan_pdf: Any, corners: Grey, settings: Settings
) -> None:
    mark = "BT /F1 9 Tf 300 700 Td (Digitally signed: 15/01/2025) Tj ET"
    page = only_page(scan_pdf(corners, after=mark), settings)
    assert [w.text for w in page.overlay] == ["Digitally", "signed:", "15/01/2025"]
    assert page.pixels is not None
    assert np.array_equal(page.pixels, corners)
    x0, y0, x1, y1 = page.overlay[0].box
    assert (95 < x0 < 105, 0 <= y0 < 12, x1 > x0, y1 > y0) == (True,) * 4


def test_a_typed_letter_gives_its_own_words(
    typed_pdf: Callable[[list[str]], Path], settings: Settings
) -> None:
    path = typed_pdf(LINES)
    source = open_source(path, settings)
    assert source.reading == "text-layer"
    (page,) = read_pages(source, settings)
    assert page.reading == "text-layer"
    assert " ".join(w.text for w in page.words) == " ".join(LINES)
    assert page.pixels is not None
    first = page.words[0]
    x0, y0, x1, y1 = first.box
    assert page.pixels[y0:y1, x0:x1].min() < 100, "ink where the word is"
    assert page.dpi == settings.read.dpi


def test_a_text_layer_without_sound_vietnamese_is_read_as_a_picture(
    typed_pdf: Callable[[list[str]], Path], settings: Settings
) -> None:
    page = only_page(typed_pdf(["Kjnh gwj: Cxc sq, ngbnh zdkf qwrt plmk"] * 9), settings)
    assert (page.reading, page.words) == ("scan", ())


def test_a_legacy_text_layer_is_converted(
    typed_pdf: Callable[[list[str]], Path], settings: Settings
) -> None:
    path = typed_pdf(["KÝnh göi: C¸c së, ngµnh, Uû ban nh©n d©n c¸c huyÖn nghiªm tóc thùc hiÖn"])
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        fonts: Any = pdf.pages[0].resources["/Font"]
        for name in fonts:
            fonts[name].BaseFont = Name("/ABCDEF+.VnTime")
        pdf.save(path)
    page = only_page(path, settings)
    assert page.reading == "text-layer"
    assert " ".join(w.text for w in page.words).startswith("Kính gửi: Các sở, ngành, Uỷ ban")


def test_an_owners_password_is_no_bar(scan_pdf: Any, corners: Grey, settings: Settings) -> None:
    path = scan_pdf(corners)
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        pdf.save(path, encryption=pikepdf.Encryption(owner="chu", user="", R=6))
    page = only_page(path, settings)
    assert page.pixels is not None
    assert np.array_equal(page.pixels, corners)


def test_an_a0_map_is_drawn_at_a_smaller_scale(tmp_path: Path, settings: Settings) -> None:
    pdf = pikepdf.new()
    pdf.add_blank_page(page_size=(2384, 3370))
    path = tmp_path / "map.pdf"
    pdf.save(path)
    page = only_page(path, settings)
    assert page.pixels is not None
    assert page.dpi < settings.read.dpi
    assert page.pixels.size <= 50_500_000


def test_annotations_that_show_are_drawn(scan_pdf: Any, corners: Grey, settings: Settings) -> None:
    path = scan_pdf(np.full_like(corners, 255))
    with pikepdf.open(path, allow_overwriting_input=True) as pdf:
        look = pdf.make_stream(b"0 0 100 50 re f")
        for key, value in {
            "/Type": Name.XObject, "/Subtype": Name.Form, "/BBox": Array([0, 0, 100, 50]),
        }.items():  # fmt: skip
            look[key] = value
        note = Dictionary(
            Type=Name.Annot, Subtype=Name.Stamp, Rect=Array([100, 100, 200, 150]), F=4,
            AP=Dictionary(N=look),
        )  # fmt: skip
        pdf.pages[0].obj.Annots = Array([pdf.make_indirect(note)])
        pdf.save(path)
    page = only_page(path, settings)
    assert page.pixels is not None
    assert (page.pixels < 50).any()


def test_the_original_is_never_touched(scan_pdf: Any, corners: Grey, settings: Settings) -> None:
    path = scan_pdf(corners)
    before = hashlib.sha256(path.read_bytes()).hexdigest()
    source = open_source(path, settings)
    list(read_pages(source, settings))
    assert source.sha256 == before == hashlib.sha256(path.read_bytes()).hexdigest()
