"""Picture files, and what is said of files that are no letter."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from pipeline.config import Limits, Settings
from pipeline.errors import EncryptedInput, InputError, TooLargeInput, UnknownInput, UnreadableInput
from pipeline.read import open_source, read_pages

Grey = NDArray[np.uint8]


def test_a_tiff_of_many_pages_keeps_its_resolution(
    tmp_path: Path, corners: Grey, settings: Settings
) -> None:
    path = tmp_path / "van-ban.tif"
    first, *more = (Image.fromarray(np.roll(corners, n, 0)) for n in range(3))
    first.save(path, save_all=True, append_images=more, compression="tiff_lzw", dpi=(200, 200))
    source = open_source(path, settings)
    assert (source.pages, source.media_type, source.reading) == (3, "image/tiff", "scan")
    pages = list(read_pages(source, settings))
    assert [page.number for page in pages] == [1, 2, 3]
    for n, page in enumerate(pages):
        assert page.pixels is not None
        assert np.array_equal(page.pixels, np.roll(corners, n, 0))
        assert page.dpi == 200


def test_every_page_of_a_tiff_is_turned_once(
    tmp_path: Path, corners: Grey, settings: Settings
) -> None:
    path = tmp_path / "van-ban.tif"
    first, *more = (Image.fromarray(np.roll(corners, n, 0)) for n in range(3))
    first.save(path, save_all=True, append_images=more, tiffinfo={0x0112: 6})  # a quarter turn
    for n, page in enumerate(read_pages(open_source(path, settings), settings)):
        assert page.pixels is not None
        assert np.array_equal(page.pixels, np.rot90(np.roll(corners, n, 0), -1))


def test_the_content_tells_the_kind_not_the_name(
    tmp_path: Path, corners: Grey, settings: Settings
) -> None:
    path = tmp_path / "scan.pdf"
    Image.fromarray(corners).save(path, "PNG")
    assert open_source(path, settings).media_type == "image/png"


def test_a_photo_is_turned_as_its_camera_says(
    tmp_path: Path, corners: Grey, settings: Settings
) -> None:
    path = tmp_path / "anh.jpg"
    exif = Image.Exif()
    exif[0x0112] = 6  # turn 90° clockwise to view
    Image.fromarray(corners).save(path, quality=95, exif=exif)
    (page,) = read_pages(open_source(path, settings), settings)
    assert page.pixels is not None
    assert page.pixels.shape == (160, 240)
    assert abs(int(page.pixels[10, 10]) - 160) < 5, "the lower left quarter comes to the top left"


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "RGBA", "LA", "I;16"])
def test_every_kind_of_pixel_becomes_grey_or_bgr(
    tmp_path: Path, settings: Settings, mode: str
) -> None:
    path = tmp_path / "trang.png"
    if mode == "I;16":
        Image.fromarray(np.full((30, 20), 65535, np.uint16)).save(path)
    else:
        Image.new("L", (20, 30), 255).convert(mode).save(path)
    (page,) = read_pages(open_source(path, settings), settings)
    assert page.pixels is not None
    assert page.pixels.dtype == np.uint8
    assert page.pixels.shape[:2] == (30, 20)
    assert page.pixels.min() == 255


def test_what_is_transparent_is_paper(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "trong.webp"
    Image.new("RGBA", (20, 30), (0, 0, 0, 0)).save(path, lossless=True)
    (page,) = read_pages(open_source(path, settings), settings)
    assert page.pixels is not None
    assert page.pixels.min() == 255


def test_an_unknown_resolution_is_that_of_a_sheet(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "a4.png"
    Image.new("L", (1654, 2339), 255).save(path)
    (page,) = read_pages(open_source(path, settings), settings)
    assert page.dpi == 200


@pytest.mark.parametrize(
    ("name", "content", "kind", "code"),
    [
        ("trong.pdf", b"", UnreadableInput, "file-empty"),
        ("loi.pdf", b"<html>404</html>", UnknownInput, "file-misnamed"),
        ("cut.pdf", b"%PDF-1.7\n1 0 obj\n<< /Type /Cat", UnreadableInput, "file-damaged"),
        ("van-ban.docx", b"PK\x03\x04" + bytes(100), UnknownInput, "file-unknown"),
        ("trang.svg", b"<svg/>", UnknownInput, "file-unknown"),
        ("cut.png", b"\x89PNG\r\n\x1a\n", UnreadableInput, "page-damaged"),
        ("trang.txt", b"\n \n", UnreadableInput, "file-empty"),
    ],
)
def test_bad_input_has_a_sentence(
    tmp_path: Path, settings: Settings, name: str, content: bytes, kind: type[InputError], code: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(kind) as caught:
        open_source(path, settings)
    assert caught.value.code == code
    assert caught.value.sentence("vi") != caught.value.sentence("en")


def test_what_is_no_file_is_told_apart(tmp_path: Path, settings: Settings) -> None:
    os.mkfifo(tmp_path / "ong")
    (tmp_path / "vong").symlink_to(tmp_path / "vong")
    expected = {
        "khong-co.pdf": "file-missing",
        "ong": "file-special",
        "vong": "file-unreadable",
        ".": "file-folder",
    }
    for name, code in expected.items():
        with pytest.raises(InputError) as caught:
            open_source(tmp_path / name, settings)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        open_source(Path("/dev/zero"), settings)
    assert caught.value.code == "file-special"


@pytest.mark.skipif(os.geteuid() == 0, reason="the superuser may read everything")
def test_a_closed_file_is_told(tmp_path: Path, settings: Settings) -> None:
    path = tmp_path / "kin.pdf"
    path.write_bytes(b"%PDF-1.7")
    path.chmod(0)
    with pytest.raises(UnreadableInput) as caught:
        open_source(path, settings)
    assert caught.value.code == "file-unreadable"


def test_a_password_is_told(tmp_path: Path, settings: Settings) -> None:
    import pikepdf

    path = tmp_path / "khoa.pdf"
    pdf = pikepdf.new()
    pdf.add_blank_page()
    pdf.save(path, encryption=pikepdf.Encryption(user="mo", owner="chu"))
    with pytest.raises(EncryptedInput):
        open_source(path, settings)


@pytest.mark.parametrize(
    ("limits", "code"),
    [
        (Limits(pixels=1000), "limit-pixels"),
        (Limits(pages=2), "limit-pages"),
    ],
)
def test_limits_of_pictures(tmp_path: Path, corners: Grey, limits: Limits, code: str) -> None:
    path = tmp_path / "nhieu.tif"
    first, *more = (Image.fromarray(corners) for _ in range(3))
    first.save(path, save_all=True, append_images=more)
    with pytest.raises(TooLargeInput) as caught:
        open_source(path, Settings(limits=limits))
    assert caught.value.code == code
    for value in caught.value.values.values():
        assert str(value) in caught.value.sentence()


def test_a_file_over_the_limit_is_not_even_hashed(tmp_path: Path) -> None:
    path = tmp_path / "to.pdf"
    with path.open("wb") as file:
        file.truncate(5_000_000_000)  # a hole: no disk is used
    with pytest.raises(TooLargeInput) as caught:
        open_source(path, Settings())
    assert caught.value.code == "limit-file"
