"""Invisible words on a PDF page: one font without outlines for a whole file."""

from __future__ import annotations

from importlib.metadata import distribution
from pathlib import Path
from statistics import median
from typing import Any

from pipeline.page import Line, PageText

_GLYPH = 3  # Occulta's "blank0" … "blank2" have no outline; this one is half an em wide
_WIDTH = 500
_GAP = 0.3  # between words, in sizes of the font; poppler takes less than 0.1 for none
_RISE = 0.2  # the baseline above a box's lower edge, in box heights: room for descenders

_TO_UNICODE = b"""/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange
1 beginbfrange
<0000> <FFFF> <0000>
endbfrange
endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


class TextLayer:
    """Adds words to the pages of one open ``pikepdf.Pdf``."""

    def __init__(self, pdf: Any) -> None:
        self._pdf = pdf
        self._font: Any = None

    def add(self, page: Any, words: PageText) -> None:
        """Put a page's words under its picture, each where it stands on the upright page.

        Words are drawn invisible (text mode 3) and stretched to their boxes; a space follows
        every word, so that a viewer's selection reads as the text does.
        """
        import pikepdf

        if not words.width or not words.height:
            return
        content = self._content(page, words)
        if content is None:
            return
        if self._font is None:
            self._font = self._make_font()
        page.add_resource(self._font, pikepdf.Name.Font, pikepdf.Name("/CongvanText"))
        page.contents_add(content, prepend=True)

    def _content(self, page: Any, words: PageText) -> bytes | None:
        matrix = _to_page(page, words)
        lines = [_line(line) for zone in words.zones for line in zone.lines if line.words]
        if not lines:
            return None
        body = b"\n".join(lines)
        return b"q %s cm BT 3 Tr\n%s\nET Q\n" % (matrix.encode("ascii"), body)

    def _make_font(self) -> Any:
        import pikepdf
        from pikepdf import Array, Dictionary, Name

        pdf = self._pdf
        # Not as a resource of the package: that would load all of OCRmyPDF (32 MB) for a font.
        font = distribution("ocrmypdf").locate_file("ocrmypdf/data/Occulta.ttf")
        outline = Path(str(font)).read_bytes()
        descriptor = pdf.make_indirect(
            Dictionary(
                Type=Name.FontDescriptor, FontName=Name("/CVTEXT+Occulta"), Flags=4,
                FontBBox=Array([0, -200, 1000, 800]), ItalicAngle=0, Ascent=800, Descent=-200,
                CapHeight=800, StemV=80, FontFile2=pdf.make_stream(outline, Length1=len(outline)),
            )
        )  # fmt: skip
        every_cid = _GLYPH.to_bytes(2, "big") * 65_536
        cid_font = pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.CIDFontType2, BaseFont=Name("/CVTEXT+Occulta"),
                CIDSystemInfo=Dictionary(
                    Registry=pikepdf.String("Adobe"), Ordering=pikepdf.String("Identity"),
                    Supplement=0,
                ),
                FontDescriptor=descriptor, DW=_WIDTH, CIDToGIDMap=pdf.make_stream(every_cid),
            )
        )  # fmt: skip
        return pdf.make_indirect(
            Dictionary(
                Type=Name.Font, Subtype=Name.Type0, BaseFont=Name("/CVTEXT+Occulta"),
                Encoding=Name("/Identity-H"), DescendantFonts=Array([cid_font]),
                ToUnicode=pdf.make_stream(_TO_UNICODE),
            )
        )  # fmt: skip


def _to_page(page: Any, words: PageText) -> str:
    """The matrix from pixels of the upright page (y down) to the PDF page's own coordinates.

    The page may be turned by /Rotate for viewing, and by ``words.rotation`` more to stand upright.
    """
    box = page.cropbox
    x0, y0, x1, y1 = (float(v) for v in box)
    wide, high = x1 - x0, y1 - y0
    turned = (int(page.obj.get("/Rotate", 0)) + words.rotation) % 360
    if turned in (0, 180):
        sx, sy = wide / words.width, high / words.height
    else:
        sx, sy = high / words.width, wide / words.height
    matrices = {
        0: (sx, 0, 0, -sy, x0, y1),
        90: (0, sx, sy, 0, x0, y0),
        180: (-sx, 0, 0, sy, x1, y0),
        270: (0, -sx, -sy, 0, x1, y1),
    }
    return " ".join(f"{v:.5f}" for v in matrices[turned])


def _line(line: Line) -> bytes:
    """A line's words in one size, each stretched to its box but for a gap before the next.

    Readers tell words apart by the gap between them, measured in the size of the font: boxes that
    touch would read as one word.
    """
    size = max(1, int(median(word.box[3] - word.box[1] for word in line.words)))
    shown = []
    for at, word in enumerate(line.words):
        x0, _, x1, y1 = word.box
        if at + 1 < len(line.words):
            following = line.words[at + 1].box[0] - _GAP * size
            x1 = min(x1, int(following)) if following > x0 else x1
        shown.append(_word(word.text, (x0, max(x1, x0 + 1)), y1 - _RISE * size, size))
    return b" ".join(shown)


def _word(text: str, across: tuple[int, int], base: float, size: int) -> bytes:
    """One word and a space; pixels grow downwards, so the text matrix turns it back."""
    # CIDs are UTF-16 code units; what lies outside the BMP has two, which reads back as written.
    code = (text + " ").encode("utf-16-be")
    natural = size * _WIDTH / 1000 * (len(code) // 2 - 1)
    stretch = 100 * (across[1] - across[0]) / natural if natural else 100.0
    place = f"{stretch:.2f} Tz 1 0 0 -1 {across[0]} {base:.2f} Tm"
    return f"/CongvanText {size} Tf {place} <{code.hex()}> Tj".encode("ascii")
