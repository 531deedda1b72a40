"""The restored words with their places: ALTO 4 and hOCR, one document a letter, in a zip.

ALTO 4.4: www.loc.gov/standards/alto; hOCR 1.2: kba.github.io/hocr-spec.
"""

from __future__ import annotations

import html
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import BinaryIO
from xml.sax.saxutils import quoteattr

from pipeline.export.values import xml_text
from pipeline.page import Box, Line, PageText, Word, Zone


def write_zip(
    kind: str,
    letter_ids: Iterable[str],
    pages: Callable[[str], Sequence[PageText]],
    file: BinaryIO,
) -> None:
    """One document a letter (``kind``: ``alto`` or ``hocr``), left out where there are no pages."""
    write, suffix = (alto, "xml") if kind == "alto" else (hocr, "html")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as archive:
        for letter_id in letter_ids:
            found = pages(letter_id)
            if found:
                archive.writestr(f"{letter_id}.{suffix}", "".join(write(letter_id, found)))


def alto(letter_id: str, pages: Sequence[PageText]) -> Iterator[str]:
    """An ALTO 4 document; boxes in pixels of the upright pages, zones named by their cell."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n'
    yield '<alto xmlns="http://www.loc.gov/standards/alto/ns-v4#" SCHEMAVERSION="4.4">\n'
    yield "<Description><MeasurementUnit>pixel</MeasurementUnit><sourceImageInformation>"
    yield f"<fileName>{html.escape(xml_text(letter_id))}</fileName></sourceImageInformation>"
    yield "</Description>\n<Layout>\n"
    for page in pages:
        yield (
            f'<Page ID="p{page.number}" PHYSICAL_IMG_NR="{page.number}" '
            f'WIDTH="{page.width}" HEIGHT="{page.height}"><PrintSpace>\n'
        )
        for at, zone in enumerate(page.zones):
            yield from _alto_zone(f"p{page.number}z{at}", zone)
        yield "</PrintSpace></Page>\n"
    yield "</Layout>\n</alto>\n"


def _alto_zone(name: str, zone: Zone) -> Iterator[str]:
    if not any(line.words for line in zone.lines):  # ALTO wants a line in every block
        return
    yield f'<TextBlock ID="{name}" TYPE="{zone.kind}" {_place(zone.box)}>\n'
    for at, line in enumerate(zone.lines):
        if line.words:
            yield from _alto_line(f"{name}l{at}", line)
    yield "</TextBlock>\n"


def _alto_line(name: str, line: Line) -> Iterator[str]:
    yield f'<TextLine ID="{name}" {_place(line.box)}>'
    for at, word in enumerate(line.words):
        yield "<SP/>" if at else ""
        content = quoteattr(xml_text(word.text))
        yield f'<String ID="{name}w{at}" CONTENT={content} WC="{word.confidence:.2f}" '
        yield f"{_place(word.box)}/>"
    yield "</TextLine>\n"


def _place(box: Box) -> str:
    x0, y0, x1, y1 = box
    return f'HPOS="{x0}" VPOS="{y0}" WIDTH="{x1 - x0}" HEIGHT="{y1 - y0}"'


def hocr(letter_id: str, pages: Sequence[PageText]) -> Iterator[str]:
    """An hOCR document; ``x_wconf`` in percent."""
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE html>\n'
    yield '<html xmlns="http://www.w3.org/1999/xhtml" lang="vi"><head>'
    yield f"<title>{html.escape(xml_text(letter_id))}</title>"
    yield '<meta http-equiv="content-type" content="text/html; charset=utf-8"/>'
    yield '<meta name="ocr-system" content="congvan"/>'
    yield '<meta name="ocr-capabilities" content="ocr_page ocr_carea ocr_line ocrx_word"/>'
    yield "</head><body>\n"
    for page in pages:
        whole = (0, 0, page.width, page.height)
        resolution = f"; scan_res {page.dpi} {page.dpi}" if page.dpi else ""
        title = f"{_bbox(whole)}; ppageno {page.number - 1}{resolution}"
        yield f'<div class="ocr_page" id="page_{page.number}" title="{title}">\n'
        for zone in page.zones:
            yield f'<div class="ocr_carea" data-zone="{zone.kind}" title="{_bbox(zone.box)}">\n'
            for line in zone.lines:
                yield f'<span class="ocr_line" title="{_bbox(line.box)}">'
                yield " ".join(map(_hocr_word, line.words))
                yield "</span>\n"
            yield "</div>\n"
        yield "</div>\n"
    yield "</body></html>\n"


def _hocr_word(word: Word) -> str:
    title = f"{_bbox(word.box)}; x_wconf {round(100 * word.confidence)}"
    return f'<span class="ocrx_word" title="{title}">{html.escape(xml_text(word.text))}</span>'


def _bbox(box: Box) -> str:
    return "bbox " + " ".join(map(str, box))
