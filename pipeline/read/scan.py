"""A page that is one whole scan: its picture taken out of the PDF without loss."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from pipeline.config import Settings
from pipeline.errors import InputError, TooLargeInput, UnreadableInput
from pipeline.page import Pixels
from pipeline.read.content import Content, Drawn, Rectangle, area, common
from pipeline.read.limits import stream_fits
from pipeline.read.pictures import check_pixels, sound_fax, to_pixels

WHOLE = 0.85  # share of the page that a scan covers: some scanners leave a margin
_EDGE = 0.005  # of a side: a margin under this is rounding
_PLAIN_DECODES = ([0, 1], [1, 0], [0, 1] * 3, [1, 0] * 3)
_PLAIN_COLOURS = frozenset({"/DeviceGray", "/DeviceRGB", "/CalGray", "/CalRGB", "/G", "/RGB"})


@dataclass(frozen=True)
class Scan:
    """The one picture of a page: how it lies there, and its resolution."""

    drawn: Drawn
    dpi: float


def whole_scan(content: Content, page_box: Rectangle, *, marks: bool = False) -> Scan | None:
    """The picture that fills the page, if the page is nothing else than that picture.

    ``marks``: text and lines drawn over it don't count (they are known to be an overlay).
    """
    if len(content.drawn) != 1 or ((content.text_after or content.paint_after) and not marks):
        return None
    last = content.drawn[0]
    if not _straight(last):
        return None
    seen = common(common(last.box, page_box), last.clip)
    if area(seen) < WHOLE * area(page_box) or area(seen) < 0.97 * area(last.box):
        return None
    return Scan(last, native_dpi(last))


def _straight(drawn: Drawn) -> bool:
    """Turned by a multiple of 90°, perhaps mirrored: rows stay rows, or become columns."""
    a, b, c, d = map(float, drawn.matrix[:2, :2].ravel())
    size = max(abs(a), abs(b), abs(c), abs(d))
    tiny = 1e-3 * size
    return size > 0 and (
        (abs(b) < tiny and abs(c) < tiny and min(abs(a), abs(d)) > tiny)
        or (abs(a) < tiny and abs(d) < tiny and min(abs(b), abs(c)) > tiny)
    )


def size_of(drawn: Drawn) -> tuple[int, int]:
    """Width and height in pixels as the dictionary says; 0 where it says nothing sensible."""
    if drawn.inline:
        return int(drawn.image.width), int(drawn.image.height)
    try:
        return int(drawn.image.get("/Width", 0)), int(drawn.image.get("/Height", 0))
    except (TypeError, ValueError):
        return 0, 0


def native_dpi(drawn: Drawn) -> float:
    """Pixels an inch along the better side of the picture as it lies on the page."""
    width, height = size_of(drawn)
    across = float(np.hypot(*drawn.matrix[0, :2]))
    down = float(np.hypot(*drawn.matrix[1, :2]))
    return max(72 * width / max(across, 1e-6), 72 * height / max(down, 1e-6))


def check_drawn(content: Content, page: int, settings: Settings) -> None:
    """The limits of every picture on a page.

    Raises:
        TooLargeInput: ``limits.pixels``, ``limits.expansion`` or ``limits.object_depth``.
    """
    limits = settings.limits
    if content.too_deep:
        raise TooLargeInput("limit-depth", limit=limits.object_depth)
    for drawn in content.drawn:
        check_pixels(*size_of(drawn), page, limits)
        if not drawn.inline and stream_fits(drawn.image, limits) is False:
            raise TooLargeInput("limit-expansion", limit=limits.expansion)


def take_out(scan: Scan, page_box: Rectangle, number: int, settings: Settings) -> Pixels | None:
    """The scan's own pixels, laid as the page lays them, on white where it leaves a margin.

    None where only a PDF renderer can tell what they look like (masks, print colours, unusual
    ``/Decode``, JBIG2 without its decoder).

    Raises:
        UnreadableInput: the picture's data end early.
        TooLargeInput: its true size, in its own header, is over ``limits.pixels``.
    """
    image = scan.drawn.image
    if scan.drawn.inline or not _plain(image) or not stream_fits(image, settings.limits):
        return None
    pixels = _decode(image, number, settings)
    if pixels is None:
        return None
    if _inverted(image):
        pixels = 255 - pixels
    return _with_margin(_laid(pixels, scan.drawn), scan.drawn.box, page_box)


def _plain(image: Any) -> bool:
    """Whether the samples are grey or RGB as they stand, perhaps inverted, with no mask."""
    if image.get("/ImageMask", False) or "/SMask" in image or "/Mask" in image:
        return False
    decode = image.get("/Decode")
    if decode is not None and [float(d) for d in decode] not in _PLAIN_DECODES:
        return False
    space = image.get("/ColorSpace")
    # A JPEG 2000 may do without a colour space.
    return space is None or str(space) in _PLAIN_COLOURS or _plain_family(space, decode)


def _plain_family(space: Any, decode: Any) -> bool:
    try:
        family = str(space[0])
        if family == "/ICCBased":
            return int(space[1].get("/N", 0)) in {1, 3}
        if family in {"/Indexed", "/I"}:
            return decode is None and str(space[1]) in _PLAIN_COLOURS
    except (TypeError, ValueError, IndexError, KeyError):
        return False
    return family in {"/CalGray", "/CalRGB"}


def _inverted(image: Any) -> bool:
    """Whether ``/Decode`` is still to be obeyed: pikepdf leaves that of a JPEG to us."""
    decode = image.get("/Decode")
    coding = str(image.get("/Filter", ""))
    jpeg = "/DCTDecode" in coding or "/JPXDecode" in coding
    return jpeg and decode is not None and float(decode[0]) == 1


def _decode(image: Any, number: int, settings: Settings) -> Pixels | None:
    from pikepdf import PdfImage
    from PIL import Image

    Image.MAX_IMAGE_PIXELS = None  # checked from the headers, against the settings
    try:
        picture = PdfImage(image).as_pil_image()
        check_pixels(*picture.size, number, settings.limits)
        if picture.size != (int(image.Width), int(image.Height)):
            return None  # the header and the page disagree: let the renderer decide
        with sound_fax(picture.height, number):
            return to_pixels(picture)
    except InputError:
        raise
    except OSError as error:
        if "truncated" in str(error):
            raise UnreadableInput("page-damaged", page=number, reason=str(error)) from error
        return None
    except Exception:  # pikepdf and Pillow raise anything at hostile bytes; poppler may cope
        return None


def _laid(pixels: Pixels, drawn: Drawn) -> Pixels:
    """Turn and mirror as the matrix does. PDF's y runs up, so the plain matrix has d > 0."""
    a, b, c, d = drawn.matrix[:2, :2].ravel()
    if abs(a) < abs(b):  # the picture's rows run up or down the page
        pixels = np.swapaxes(pixels, 0, 1)
        # After the swap, rows follow the picture's x, columns its y (from the top down).
        if b > 0:
            pixels = pixels[::-1]
        if c > 0:
            pixels = pixels[:, ::-1]
    else:
        if a < 0:
            pixels = pixels[:, ::-1]
        if d < 0:
            pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)


def _with_margin(pixels: Pixels, box: Rectangle, page_box: Rectangle) -> Pixels:
    """White paper round a scan that leaves part of the page bare: places stay true."""
    height, width = pixels.shape[:2]
    scale_x, scale_y = width / (box[2] - box[0]), height / (box[3] - box[1])
    edge_x, edge_y = _EDGE * (page_box[2] - page_box[0]), _EDGE * (page_box[3] - page_box[1])
    bare = (
        _bare(page_box[3] - box[3], edge_y, scale_y), _bare(box[1] - page_box[1], edge_y, scale_y),
        _bare(box[0] - page_box[0], edge_x, scale_x), _bare(page_box[2] - box[2], edge_x, scale_x),
    )  # fmt: skip
    if not any(bare):
        return pixels
    top, bottom, left, right = bare
    shape = (height + top + bottom, width + left + right, *pixels.shape[2:])
    paper = np.full(shape, 255, np.uint8)
    paper[top : top + height, left : left + width] = pixels
    return paper


def _bare(points: float, edge: float, scale: float) -> int:
    return round(points * scale) if points > edge else 0
