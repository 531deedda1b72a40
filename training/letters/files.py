"""Scans as files: pictures embedded as they are (CCITT G4, JPEG), no dates, same bytes."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pikepdf
from PIL import Image

from pipeline.page import Pixels
from training.letters.scanner import Scan


def encode(image: Pixels, how: Scan) -> tuple[bytes, dict[str, object]]:
    """A page's picture as a PDF stream: its bytes and the image dictionary's entries."""
    height, width = image.shape[:2]
    entries: dict[str, object] = {
        "/Type": pikepdf.Name.XObject,
        "/Subtype": pikepdf.Name.Image,
        "/Width": width,
        "/Height": height,
    }
    if how.mode == "bilevel":
        return _group4(image), entries | {
            "/ColorSpace": pikepdf.Name.DeviceGray,
            "/BitsPerComponent": 1,
            "/Filter": pikepdf.Name.CCITTFaxDecode,
            "/DecodeParms": pikepdf.Dictionary(K=-1, Columns=width, Rows=height),
        }
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=how.quality, dpi=(how.dpi, how.dpi))
    space = pikepdf.Name.DeviceRGB if image.ndim == 3 else pikepdf.Name.DeviceGray
    return buffer.getvalue(), entries | {
        "/ColorSpace": space, "/BitsPerComponent": 8, "/Filter": pikepdf.Name.DCTDecode,
    }  # fmt: skip


def _group4(image: Pixels) -> bytes:
    """The one strip of a Group 4 TIFF; fax coding calls the bit 0 white, so the bits are turned."""
    buffer = io.BytesIO()
    page = Image.fromarray(255 - image).convert("1", dither=Image.Dither.NONE)
    page.save(buffer, "TIFF", compression="group4", strip_size=10**9)
    with Image.open(buffer) as tiff:
        offset, length = tiff.tag_v2[273][0], tiff.tag_v2[279][0]  # type: ignore[attr-defined]  # TIFF only
        if len(tiff.tag_v2[273]) != 1:  # type: ignore[attr-defined]  # TIFF only
            raise ValueError("the TIFF writer made several strips")
    return buffer.getvalue()[offset : offset + length]


def add_scan(pdf: pikepdf.Pdf, image: Pixels, how: Scan) -> None:
    """A scanned page at the end of a PDF, as large as the picture at its resolution."""
    data, entries = encode(image, how)
    stream = pikepdf.Stream(pdf, data)
    for key, value in entries.items():
        stream[key] = value
    height, width = image.shape[:2]
    wide, tall = (round(side * 72 / how.dpi, 2) for side in (width, height))
    content = f"q {wide} 0 0 {tall} 0 0 cm /Im0 Do Q".encode()
    pictures = pikepdf.Dictionary(Im0=pdf.make_indirect(stream))
    page = pikepdf.Dictionary(
        Type=pikepdf.Name.Page,
        MediaBox=[0, 0, wide, tall],
        Resources=pikepdf.Dictionary(XObject=pictures),
        Contents=pdf.make_stream(content),
    )
    pdf.pages.append(pikepdf.Page(page))


def write_tiff(path: Path, images: Sequence[Pixels], how: Scan) -> None:
    """Pages as one multi-page TIFF."""
    pages = [Image.fromarray(image) for image in images]
    compression = "tiff_lzw"
    if how.mode == "bilevel":
        pages = [page.convert("1", dither=Image.Dither.NONE) for page in pages]
        compression = "group4"
    dpi, rest = (how.dpi, how.dpi), pages[1:]
    pages[0].save(path, save_all=True, append_images=rest, compression=compression, dpi=dpi)


def write_picture(path: Path, image: Pixels, how: Scan) -> None:
    """One page as PNG, JPEG or WebP, by the path's ending."""
    picture, dpi = Image.fromarray(np.ascontiguousarray(image)), (how.dpi, how.dpi)
    if path.suffix == ".png":
        picture.save(path, dpi=dpi)
    else:
        picture.save(path, dpi=dpi, quality=how.quality)
