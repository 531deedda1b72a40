"""Small PDFs and pictures that the tests of reading make for themselves."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pikepdf
import pytest
from numpy.typing import NDArray
from pikepdf import Dictionary, Name

from pipeline.config import Settings

FONT = Path("/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf")
MakePdf = Callable[..., Path]


@pytest.fixture
def settings() -> Settings:
    return Settings()


@pytest.fixture
def corners() -> NDArray[np.uint8]:
    """A page of 160 × 240 pixels whose four quarters have each its own grey."""
    page = np.zeros((240, 160), np.uint8)
    page[:120, :80], page[:120, 80:], page[120:, :80], page[120:, 80:] = 20, 90, 160, 230
    return page


@pytest.fixture
def scan_pdf(tmp_path: Path) -> MakePdf:
    """Makes a PDF of one page of 480 × 720 pt with a picture and any other drawing."""

    def make(
        pixels: NDArray[np.uint8],
        matrix: str = "480 0 0 720 0 0",
        *,
        rotate: int = 0,
        before: str = "",
        after: str = "",
        **entries: object,
    ) -> Path:
        pdf = pikepdf.new()
        image = pikepdf.Stream(pdf, zlib.compress(pixels.tobytes()))
        colour = Name.DeviceRGB if pixels.ndim == 3 else Name.DeviceGray
        basic = {
            "Type": Name.XObject, "Subtype": Name.Image, "Width": pixels.shape[1],
            "Height": pixels.shape[0], "ColorSpace": colour, "BitsPerComponent": 8,
            "Filter": Name.FlateDecode,
        }  # fmt: skip
        for key, value in (basic | entries).items():
            image[f"/{key}"] = value
        pdf.add_blank_page(page_size=(480, 720))
        page = pdf.pages[0].obj
        font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
        page.Resources = Dictionary(XObject=Dictionary(Im0=image), Font=Dictionary(F1=font))
        drawing = f"{before} q {matrix} cm /Im0 Do Q {after}"
        page.Contents = pdf.make_stream(drawing.encode())
        page.Rotate = rotate
        path = tmp_path / "scan.pdf"
        pdf.save(path)
        return path

    return make


@pytest.fixture
def typed_pdf(tmp_path: Path) -> Callable[[list[str]], Path]:
    """Makes a born-digital PDF, a list of lines a page, in a font that holds Vietnamese."""

    def make(lines: list[str]) -> Path:
        from fpdf import FPDF

        pdf = FPDF(format="A4")
        pdf.add_font("Sans", fname=FONT)
        pdf.add_page()
        pdf.set_font("Sans", size=12)
        for line in lines:
            pdf.cell(0, 8, line, new_x="LMARGIN", new_y="NEXT")
        path = tmp_path / "typed.pdf"
        pdf.output(str(path))
        return path

    return make
