"""Real text in PDFs: born-digital letters, and the visible marks of digital signatures.

A mark that signing software adds lies over the scan as text and a picture of its own: such a
PDF has a text layer, but it is no born-digital letter.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence

import numpy as np
import pikepdf
from fontTools import subset  # type: ignore[import-untyped]  # it ships no types
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]  # it ships no types
from PIL import Image

from pipeline.page import Pixels
from training.letters.paper import SCALE, Inks, paint
from training.letters.sheet import HEIGHT, WIDTH, Mark, Sheet
from training.letters.stamps import overlay_lines, seal
from training.letters.typeset import Face, advance, font_path

FAMILY = "Tinos"  # TrueType, so that glyphs can be named by their numbers


class PdfFont:
    """A subset of a font in a PDF, addressed by glyph number, with a map back to Unicode."""

    def __init__(self, pdf: pikepdf.Pdf, face: Face, characters: Iterable[str]) -> None:
        font = TTFont(font_path(FAMILY, face), recalcTimestamp=False)
        wanted = sorted(set("".join(characters)))
        cut = subset.Subsetter(subset.Options(retain_gids=True, layout_features=[], hinting=False))
        cut.populate(unicodes=[ord(c) for c in wanted])
        self._widths = {c: round(advance(FAMILY, face, c) * 1000) for c in wanted}
        cmap = font.getBestCmap()
        self._glyphs = {c: font.getGlyphID(cmap[ord(c)]) for c in wanted}
        cut.subset(font)
        buffer = io.BytesIO()
        font.save(buffer)
        self.object = self._build(pdf, face, buffer.getvalue())

    def encode(self, text: str) -> str:
        """The text as a hexadecimal string of glyph numbers."""
        return "<" + "".join(f"{self._glyphs[c]:04X}" for c in text) + ">"

    def _build(self, pdf: pikepdf.Pdf, face: Face, data: bytes) -> pikepdf.Object:
        name = pikepdf.Name(f"/AAAAAA+Tinos-{face.capitalize()}")
        descriptor = pikepdf.Dictionary(
            Type=pikepdf.Name.FontDescriptor,
            FontName=name,
            Flags=4,
            FontBBox=[-200, -300, 1200, 1000],
            ItalicAngle=-12 if "italic" in face else 0,
            Ascent=891,
            Descent=-216,
            CapHeight=662,
            StemV=80,
            FontFile2=pdf.make_stream(data, Length1=len(data)),
        )
        widths = pikepdf.Array()
        for character, glyph in sorted(self._glyphs.items(), key=lambda item: item[1]):
            widths.extend([glyph, pikepdf.Array([self._widths[character]])])
        descendant = pikepdf.Dictionary(
            Type=pikepdf.Name.Font,
            Subtype=pikepdf.Name.CIDFontType2,
            BaseFont=name,
            CIDSystemInfo=pikepdf.Dictionary(Registry="Adobe", Ordering="Identity", Supplement=0),
            FontDescriptor=pdf.make_indirect(descriptor),
            CIDToGIDMap=pikepdf.Name.Identity,
            W=widths,
        )
        return pdf.make_indirect(
            pikepdf.Dictionary(
                Type=pikepdf.Name.Font,
                Subtype=pikepdf.Name.Type0,
                BaseFont=name,
                Encoding=pikepdf.Name("/Identity-H"),
                DescendantFonts=[pdf.make_indirect(descendant)],
                ToUnicode=pdf.make_stream(self._to_unicode()),
            )
        )

    def _to_unicode(self) -> bytes:
        pairs = sorted((glyph, ord(c)) for c, glyph in self._glyphs.items())
        parts = [pairs[i : i + 100] for i in range(0, len(pairs), 100)]
        blocks = "\n".join(
            f"{len(part)} beginbfchar\n"
            + "\n".join(f"<{glyph:04X}> <{code:04X}>" for glyph, code in part)
            + "\nendbfchar"
            for part in parts
        )
        head = "/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapType 2 def"
        space = "1 begincodespacerange <0000> <FFFF> endcodespacerange"
        tail = "endcmap CMapName currentdict /CMap defineresource pop end end"
        return f"{head}\n{space}\n{blocks}\n{tail}".encode()


def _picture(pdf: pikepdf.Pdf, colour: Pixels, coverage: Pixels) -> pikepdf.Object:
    """A picture that lets the page show where it covers nothing."""
    height, width = coverage.shape
    common = {"Type": pikepdf.Name.XObject, "Subtype": pikepdf.Name.Image, "Width": width,
              "Height": height, "BitsPerComponent": 8}  # fmt: skip
    mask = pikepdf.Stream(pdf, coverage.tobytes())
    for key, value in (common | {"ColorSpace": pikepdf.Name.DeviceGray}).items():
        mask[f"/{key}"] = value
    image = pikepdf.Stream(pdf, colour.tobytes())
    entries = common | {"ColorSpace": pikepdf.Name.DeviceRGB, "SMask": pdf.make_indirect(mask)}
    for key, value in entries.items():
        image[f"/{key}"] = value
    return pdf.make_indirect(image)


def _place(name: str, box: tuple[float, float, float, float]) -> str:
    x0, y0, x1, y1 = box
    return f"q {x1 - x0:.2f} 0 0 {y1 - y0:.2f} {x0:.2f} {HEIGHT - y1:.2f} cm {name} Do Q"


def add_overlays(pdf: pikepdf.Pdf, number: int, marks: Sequence[Mark]) -> None:
    """The marks of digital signatures as text and pictures over a scanned page (A4 upright)."""
    page = pdf.pages[number]
    lines = [line for mark in marks for line in overlay_lines(mark)]
    face = PdfFont(pdf, "regular", lines)
    page.add_resource(face.object, pikepdf.Name.Font, pikepdf.Name("/FSign"))
    content = []
    for count, mark in enumerate(marks):
        x0, y0, x1, _ = mark.box
        tile = seal(FAMILY, (mark.words[0].upper(), "", ""), 160)
        red = np.broadcast_to(np.array([214, 20, 32], np.uint8), (*tile.shape, 3)).copy()
        name = pikepdf.Name(f"/Seal{count}")
        page.add_resource(_picture(pdf, red, tile), pikepdf.Name.XObject, name)
        content.append(_place(str(name), (x0, y0, x0 + 40, y0 + 40)))
        for row, line in enumerate(overlay_lines(mark)):
            size = min(7.0, (x1 - x0 - 44) / advance(FAMILY, "regular", line))
            at = f"{x0 + 43:.2f} {HEIGHT - y0 - 9 - 9 * row:.2f}"
            content.append(f"BT 0 0 0.8 rg /FSign {size:.2f} Tf {at} Td {face.encode(line)} Tj ET")
    page.contents_add(pdf.make_stream("\n".join(content).encode()))


def born_digital(pdf: pikepdf.Pdf, sheets: Sequence[Sheet], inks: Sequence[Inks]) -> None:
    """Sheets as pages of real text; seal and pen are pictures."""
    faces = _fonts(pdf, sheets)
    for sheet, ink in zip(sheets, inks, strict=True):
        page = pikepdf.Dictionary(Type=pikepdf.Name.Page, MediaBox=[0, 0, WIDTH, HEIGHT])
        page.Resources = pikepdf.Dictionary(
            Font=pikepdf.Dictionary({f"/{face}": font.object for face, font in faces.items()})
        )
        content = _text(faces, sheet)
        picture = _marks(pdf, ink)
        if picture is not None:
            image, box = picture
            page.Resources.XObject = pikepdf.Dictionary(Marks=image)
            content.append(_place("/Marks", box))
        page.Contents = pdf.make_stream("\n".join(content).encode())
        pdf.pages.append(pikepdf.Page(page))


def _fonts(pdf: pikepdf.Pdf, sheets: Sequence[Sheet]) -> dict[Face, PdfFont]:
    used: dict[Face, set[str]] = {}
    for sheet in sheets:
        for line in sheet.lines:
            for run in line.runs:
                used.setdefault(run.face, set(" ")).update(run.text)
    return {face: PdfFont(pdf, face, used[face]) for face in sorted(used)}


def _text(faces: dict[Face, PdfFont], sheet: Sheet) -> list[str]:
    out = []
    for line in sheet.lines:
        for run in line.runs:
            if run.ink == "pen":
                continue
            colour = "0.8 0.1 0.2" if run.ink == "red" else "0 0 0"
            at = f"{run.x:.2f} {HEIGHT - run.y:.2f}"
            text = faces[run.face].encode(run.text)
            out.append(f"BT {colour} rg /{run.face} {run.size:.2f} Tf {at} Td {text} Tj ET")
    for x0, y0, x1, y1, width in sheet.rules:
        start, end = f"{x0:.2f} {HEIGHT - y0:.2f}", f"{x1:.2f} {HEIGHT - y1:.2f}"
        out.append(f"{width:.2f} w {start} m {end} l S")
    return out


def _marks(
    pdf: pikepdf.Pdf, ink: Inks
) -> tuple[pikepdf.Object, tuple[float, float, float, float]] | None:
    """Everything but print, cut to its box, at half the resolution."""
    coverage = np.maximum(np.maximum(ink.pen, ink.red), ink.blue)
    if not coverage.any():
        return None
    rows, columns = np.nonzero(coverage)
    box = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    white = np.full((*coverage.shape, 3), 255, np.uint8)
    colour = Image.fromarray(paint(ink, white)).crop(box)
    mask = Image.fromarray(coverage).crop(box)
    size = (max(1, colour.width // 2), max(1, colour.height // 2))
    small, clear = (np.asarray(i.resize(size, Image.Resampling.BOX)) for i in (colour, mask))
    x0, y0, x1, y1 = (float(v) / SCALE for v in box)
    return _picture(pdf, small, clear), (x0, y0, x1, y1)
