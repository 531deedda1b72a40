"""PDF files: what each page is made of, and its picture or its words."""

from __future__ import annotations

import contextlib
import logging
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from pipeline.config import Settings
from pipeline.errors import EncryptedInput, EngineError, InputError, TooLargeInput, UnreadableInput
from pipeline.letter import DigitalSignature
from pipeline.page import PageImage, Pixels, Reading
from pipeline.read import layer
from pipeline.read.content import Content, Rectangle, area, common, look
from pipeline.read.limits import check_structure, count_pages, stream_fits
from pipeline.read.pictures import damage
from pipeline.read.raster import rasterise, scaled_dpi
from pipeline.read.scan import check_drawn, native_dpi, take_out, whole_scan
from pipeline.read.signatures import signatures_of
from pipeline.temporary import temporary_folder

_MOST_CONTENT = 2_000_000  # bytes of drawing instructions that are followed; beyond: a drawing
_PICTURED = 0.5  # share of the page under pictures from which it is a scan in pieces
_SHOWN_NOWHERE = frozenset({"/Link", "/Popup"})
_HIDDEN = 2 | 32  # annotation flags: hidden, not to be viewed


@dataclass(frozen=True)
class Inspected:
    """What is known of a PDF before a pixel is made."""

    pages: int
    reading: Reading
    signatures: tuple[DigitalSignature, ...]


@dataclass(frozen=True)
class _Page:
    """A page and what it draws; ``content`` None = too much to follow, drawn by poppler."""

    number: int
    box: Rectangle  # points of 1/72 inch, before turning
    unit: float
    rotation: int
    content: Content | None
    annotated: bool
    marks: list[layer.Points]  # places of signature fields on the page as shown

    @property
    def inches(self) -> tuple[float, float]:
        return (
            (self.box[2] - self.box[0]) * self.unit / 72,
            (self.box[3] - self.box[1]) * self.unit / 72,
        )

    @property
    def shown_width(self) -> float:
        """Width in points as shown, turned."""
        x0, y0, x1, y1 = self.box
        return (y1 - y0) if self.rotation in {90, 270} else (x1 - x0)

    @property
    def typed(self) -> bool:
        """Text shows, and no picture fills the page."""
        return self.content is None or (
            self.content.text > 0 and _covered(self.content, self.box) < _PICTURED
        )


def inspect(file: BinaryIO, path: Path, settings: Settings) -> Inspected:
    """Check every page of a PDF against the limits, and read its signatures.

    Raises:
        UnreadableInput: damaged, cut short, or without pages.
        EncryptedInput: it asks for a password (an owner's password alone does not).
        TooLargeInput: over a limit.
    """
    size = os.fstat(file.fileno()).st_size
    with _opened(file, settings) as pdf:
        pages = [_inspected(pdf, number, settings) for number in range(1, len(pdf.pages) + 1)]
        signatures = signatures_of(file, pdf, size)
    reading: Reading = "scan"
    if all(page.typed for page in pages) and _words_of(path, pages[0], settings) is not None:
        reading = "text-layer"
    return Inspected(len(pages), reading, signatures)


def pages(file: BinaryIO, path: Path, settings: Settings, first: int = 1) -> Iterator[PageImage]:
    """The pages of a PDF, one by one; errors as :func:`inspect`, and EngineError of poppler."""
    with _opened(file, settings) as pdf:
        for number in range(first, len(pdf.pages) + 1):
            page = _inspected(pdf, number, settings)
            with _safe_name(path) as safe:
                yield _image(page, safe, settings)  # no name: the caller may let go of it


def _image(page: _Page, path: Path, settings: Settings) -> PageImage:
    if page.typed:
        words = _words_of(path, page, settings)
        pixels, dpi = _drawn(page, path, settings.read.dpi, settings)
        if words is not None:
            placed = layer.in_pixels(words, pixels.shape[1] / page.shown_width)
            return PageImage(page.number, pixels, dpi, "text-layer", words=placed)
        return PageImage(page.number, pixels, dpi)
    assert page.content is not None  # noqa: S101  a page without it counts as typed
    texts = _layer(path, page, settings)
    flattened = page.content.text > 0 and not page.content.hidden and layer.is_signature_mark(texts)
    overlay = texts if flattened else layer.inside(texts, page.marks)
    scan = whole_scan(page.content, page.box, marks=flattened)
    pixels_or_none = None
    if scan is not None and not page.annotated:
        pixels_or_none = take_out(scan, page.box, page.number, settings)
    if scan is not None and pixels_or_none is not None:
        dpi = round(scan.dpi / page.unit)
        pixels = np.ascontiguousarray(np.rot90(pixels_or_none, -page.rotation // 90))
    else:
        pixels, dpi = _drawn(page, path, _dpi_of(page, settings), settings)
    placed = layer.in_pixels(overlay, pixels.shape[1] / page.shown_width)
    return PageImage(page.number, pixels, max(1, dpi), overlay=placed)


def _drawn(page: _Page, path: Path, dpi: int, settings: Settings) -> tuple[Pixels, int]:
    dpi = scaled_dpi(page.inches, dpi, settings)
    return rasterise(path, page.number, dpi, settings), dpi


def _dpi_of(page: _Page, settings: Settings) -> int:
    """The resolution of a scan in pieces, within what scanners do; else that of the settings."""
    drawn = page.content.drawn if page.content else []
    if not drawn:
        return settings.read.dpi
    largest = max(drawn, key=lambda d: area(d.box))
    if _covered(page.content, page.box) < _PICTURED:
        return settings.read.dpi
    return min(1200, max(100, round(native_dpi(largest) / page.unit)))


def _words_of(path: Path, page: _Page, settings: Settings) -> list[tuple[str, layer.Points]] | None:
    """The words of a typed page if they can be trusted."""
    fonts = page.content.fonts if page.content else set()
    with _safe_name(path) as safe:
        return layer.trusted(_layer(safe, page, settings), fonts)


def _layer(path: Path, page: _Page, settings: Settings) -> list[tuple[str, layer.Points]]:
    """Words of the text layer; a page without any text spares the program."""
    content = page.content
    if content is not None and not (content.text or content.hidden or page.marks):
        return []
    try:
        return layer.layer_words(path, page.number, settings)
    except EngineError:
        return []  # a text layer that poppler can't read is none; the picture remains


@contextlib.contextmanager
def _safe_name(path: Path) -> Iterator[Path]:
    """The file under a name of our own: no spaces, newlines or leading dashes reach a program."""
    with temporary_folder() as folder:
        safe = folder / "source.pdf"
        safe.symlink_to(path.absolute())
        yield safe


@contextlib.contextmanager
def _opened(file: BinaryIO, settings: Settings) -> Iterator[Any]:
    """The PDF in pikepdf, its structure within the limits; all its complaints in our words."""
    import pikepdf

    logging.getLogger("pikepdf").setLevel(logging.CRITICAL)  # its warnings are no news to a clerk
    check_structure(file, settings.limits)
    file.seek(0)
    try:
        with pikepdf.open(file, suppress_warnings=True) as pdf:
            if count_pages(pdf.Root, settings.limits) == 0:
                raise UnreadableInput("file-no-pages")
            _check_whole(file, pdf)
            yield pdf
    except pikepdf.PasswordError as error:
        raise EncryptedInput("file-encrypted") from error
    except (InputError, EngineError):
        raise
    except (pikepdf.PdfError, RuntimeError, ValueError, TypeError, KeyError, OSError) as error:
        raise UnreadableInput("file-damaged", reason=_reason(error)) from error


def _check_whole(file: BinaryIO, pdf: Any) -> None:
    """A file without an end whose table had to be guessed lost its tail, perhaps pages."""
    size = os.fstat(file.fileno()).st_size
    tail = os.pread(file.fileno(), 2048, max(0, size - 2048))
    if b"%%EOF" not in tail and pdf.get_warnings():
        raise UnreadableInput("file-damaged", reason="%%EOF")


def _reason(error: Exception) -> str:
    """The last part of qpdf's message, without the name of the file."""
    return str(error).rsplit(": ", 1)[-1].strip()[:120] or type(error).__name__


def _inspected(pdf: Any, number: int, settings: Settings) -> _Page:
    """A page; entries of the wrong type, wherever they are, are damage of that page."""
    with damage(number):
        return _page(pdf.pages[number - 1], number, settings)


def _page(page: Any, number: int, settings: Settings) -> _Page:
    unit = float(page.obj.get("/UserUnit", 1))
    box = _normal(page.cropbox)
    media = _normal(page.mediabox)
    box = common(box, media) if area(common(box, media)) > 0 else media
    longest = max(box[2] - box[0], box[3] - box[1], media[2] - media[0], media[3] - media[1])
    inches = longest * unit / 72
    if inches > settings.limits.page_inches:
        raise TooLargeInput(
            "limit-inches", page=number, size=round(inches), limit=settings.limits.page_inches
        )
    if not (area(box) > 1 and unit > 0):
        raise UnreadableInput("page-damaged", page=number, reason="MediaBox")
    content = _content(page, settings)
    if content is not None:
        check_drawn(content, number, settings)
    rotation = int(page.rotation) % 360
    annotated, marks = _annotations(page, box, rotation)
    return _Page(number, box, unit, rotation, content, annotated, marks)


def _normal(box: Any) -> Rectangle:
    x0, y0, x1, y1 = (float(n) for n in box)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def _content(page: Any, settings: Settings) -> Content | None:
    from pikepdf import Array, parse_content_stream

    contents = page.obj.get("/Contents")
    if contents is None:
        return Content()
    left = _MOST_CONTENT

    def fits(stream: Any) -> bool:
        nonlocal left
        allowed = stream_fits(stream, settings.limits)
        if allowed is False:
            raise TooLargeInput("limit-expansion", limit=settings.limits.expansion)
        left -= len(stream.read_bytes()) if allowed else _MOST_CONTENT
        return left >= 0

    streams = list(contents) if isinstance(contents, Array) else [contents]
    if not all(fits(stream) for stream in streams):
        return None
    depth = min(settings.limits.object_depth, 64)
    found = look(parse_content_stream(page), page.resources, depth, fits)
    return None if found.too_much else found


def _covered(content: Content | None, box: Rectangle) -> float:
    """Share of the page under pictures, overlaps counted twice (tiles don't overlap)."""
    if content is None:
        return 0.0
    return sum(area(common(common(d.box, d.clip), box)) for d in content.drawn) / area(box)


def _annotations(page: Any, box: Rectangle, rotation: int) -> tuple[bool, list[layer.Points]]:
    """Whether annotations (stamps, typed numbers) show on the page, and where signatures stand."""
    from pikepdf import Dictionary

    shown, marks = False, []
    for note in list(page.obj.get("/Annots", []))[:1000]:
        if not isinstance(note, Dictionary) or int(note.get("/F", 0)) & _HIDDEN:
            continue
        kind = str(note.get("/Subtype", ""))
        parent = note.get("/Parent")
        field = note.get("/FT", "" if parent is None else parent.get("/FT", ""))
        if kind == "/Widget" and str(field) == "/Sig":
            marks.append(_shown(_normal(note.Rect), box, rotation))
        elif kind not in _SHOWN_NOWHERE and "/AP" in note:
            shown = True
    return shown, marks


def _shown(rect: Rectangle, box: Rectangle, rotation: int) -> layer.Points:
    """A rectangle of page space on the page as shown: turned, from the top left corner."""
    left, bottom, right, top = box
    x0, y0, x1, y1 = rect
    if rotation == 90:
        return y0 - bottom, x0 - left, y1 - bottom, x1 - left
    if rotation == 180:
        return right - x1, y0 - bottom, right - x0, y1 - bottom
    if rotation == 270:
        return top - y1, right - x1, top - y0, right - x0
    return x0 - left, top - y1, x1 - left, top - y0
