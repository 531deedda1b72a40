"""Invisible words on a PDF page: one font without outlines for a whole file."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

from pipeline.page import Line, PageText, Word

_GLYPH = 3  # Occulta's "blank0" … "blank2" have no outline; this one is half an em wide
_WIDTH = 500
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
        outline = (files("ocrmypdf") / "data" / "Occulta.ttf").read_bytes()
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
    return b" ".join(_word(word) for word in line.words)


def _word(word: Word) -> bytes:
    """One word, stretched to its box; pixels grow downwards, so the text matrix turns it back."""
    x0, _, x1, y1 = word.box
    height = max(1, y1 - word.box[1])
    # CIDs are UTF-16 code units; what lies outside the BMP has two, which reads back as written.
    text = word.text + " "
    code = text.encode("utf-16-be")
    natural = height * _WIDTH / 1000 * (len(code) // 2 - 1)
    stretch = 100 * max(1, x1 - x0) / natural if natural else 100.0
    base = y1 - _RISE * height
    shown = (
        f"/CongvanText {height} Tf {stretch:.2f} Tz 1 0 0 -1 {x0} {base:.2f} Tm <{code.hex()}> Tj"
    )
    return shown.encode("ascii")
