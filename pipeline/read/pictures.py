"""Picture files: TIFF of many pages, JPEG, PNG, WebP. Headers first, pixels one page at a time."""

from __future__ import annotations

import contextlib
import mmap
import os
import re
import sys
import tempfile
import threading
import warnings
from collections.abc import Iterator
from typing import TYPE_CHECKING, BinaryIO

import cv2
import numpy as np

from pipeline.config import Limits, Settings
from pipeline.errors import InputError, TooLargeInput, UnreadableInput
from pipeline.page import PageImage, Pixels, bands

if TYPE_CHECKING:
    from PIL.Image import Image

_FORMATS = ("TIFF", "JPEG", "PNG", "WEBP")
_A4_INCHES = 8.27  # short side: what a picture of unknown resolution most likely shows
_MOST_EXIF = 300  # of 64 kB each; cameras write one
_LEAST_DPI = 100  # below this the resolution tag is a screen's default, not a scanner's


def count(file: BinaryIO, limits: Limits) -> int:
    """Pages of a picture file, the size of each checked from its header.

    Raises:
        UnreadableInput: damaged.
        TooLargeInput: more pages or pixels than ``limits`` allow.
    """
    with _opened(file) as image:
        return sum(1 for _ in _frames(image, limits))


def pages(file: BinaryIO, settings: Settings, first: int = 1) -> Iterator[PageImage]:
    """Each page of a picture file, upright by its EXIF orientation, at its native resolution."""
    with _opened(file) as image:
        for number in _frames(image, settings.limits):
            if number >= first:
                yield _page(image, number)


def _page(image: Image, number: int) -> PageImage:
    """One page; of a file that has no other, Pillow's copy is let go."""
    from PIL import ImageOps

    with damage(number), sound_fax(image.height, number):
        image.load()
        dpi = _dpi(image)
        ImageOps.exif_transpose(image, in_place=True)
        pixels = to_pixels(image)
    if image.format != "TIFF":
        image.close()
    return PageImage(number, pixels, dpi)


@contextlib.contextmanager
def _opened(file: BinaryIO) -> Iterator[Image]:
    """A picture with its header read; no pixel is made yet."""
    from PIL import Image, ImageFile

    _check_segments(file)
    Image.MAX_IMAGE_PIXELS = None  # :func:`check_pixels` is stricter and names the setting
    ImageFile.LOAD_TRUNCATED_IMAGES = False
    with damage(1):
        image = Image.open(file, formats=_FORMATS)
    with image:
        yield image


def _check_segments(file: BinaryIO) -> None:
    """Count the Exif segments of a JPEG: Pillow takes quadratic time to put them together.

    Raises:
        UnreadableInput: more than any camera writes.
    """
    with mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as data:
        place = 0
        for _ in range(_MOST_EXIF if data[:2] == b"\xff\xd8" else 0):
            place = data.find(b"Exif\0\0", place + 1)
            if place < 0:
                return
        if place:
            raise UnreadableInput("page-damaged", page=1, reason="Exif")


def check_pixels(width: int, height: int, page: int, limits: Limits) -> None:
    """Raises ``TooLargeInput`` where a picture has more pixels than ``limits.pixels``."""
    if width * height > limits.pixels:
        raise TooLargeInput(
            "limit-pixels", page=page, width=width, height=height, limit=limits.pixels
        )


def _frames(image: Image, limits: Limits) -> Iterator[int]:
    """Step through the pages of a picture; numbers count from 1. Animations have one page."""
    number = 0
    while True:
        check_pixels(*image.size, number + 1, limits)
        yield number + 1
        number += 1
        if image.format != "TIFF":
            return
        if number >= limits.pages and _has_frame(image, number):
            raise TooLargeInput("limit-pages", limit=limits.pages)
        if not _has_frame(image, number):
            return


def _has_frame(image: Image, index: int) -> bool:
    with damage(index + 1):
        try:
            image.seek(index)
        except EOFError:
            return False
    return True


@contextlib.contextmanager
def damage(page: int) -> Iterator[None]:
    """Whatever a decoder trips over is damage of the file, said with the page's number."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's remarks on tags are no news to a clerk
            yield
    except (InputError, EOFError):
        raise
    except MemoryError as error:
        raise TooLargeInput("limit-memory", page=page) from error
    except Exception as error:  # decoders raise anything at hostile bytes
        raise UnreadableInput("page-damaged", page=page, reason=_short(error)) from error


_STDERR = threading.Lock()
_FAX_DAMAGE = re.compile(r"Fax\w*: .*?at line (\d+)")
_FAX_TAIL = 0.98  # scanners that write too few rows lose the white foot of the page


@contextlib.contextmanager
def sound_fax(height: int, page: int) -> Iterator[None]:
    """Damage of a fax-coded picture, which libtiff only tells the terminal.

    It goes on after a wrong code and makes up the rest, so its complaints, caught here, decide.

    Raises:
        UnreadableInput: a code is wrong before the last rows.
    """
    with _STDERR, tempfile.TemporaryFile() as heard:
        sys.stderr.flush()
        terminal = os.dup(2)
        try:
            os.dup2(heard.fileno(), 2)
            yield
        finally:
            os.dup2(terminal, 2)
            os.close(terminal)
        said = os.pread(heard.fileno(), 100_000, 0).decode("utf-8", "replace")
    first = _FAX_DAMAGE.search(said)
    if first and int(first[1]) < _FAX_TAIL * height:
        raise UnreadableInput("page-damaged", page=page, reason=" ".join(first[0].split()))


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:120] or type(error).__name__


def to_pixels(image: Image) -> Pixels:
    """Grey or BGR ``uint8``; transparency lies on white paper, 16-bit grey keeps its high byte."""
    mode = image.mode
    if mode in {"1", "L"}:
        return np.asarray(image.convert("L"))
    if mode.startswith("I;16"):
        return (np.asarray(image).astype(np.uint16) >> 8).astype(np.uint8)
    if mode in {"I", "F"}:
        values = np.asarray(image, dtype=np.float64)
        top = 65535.0 if mode == "I" else float(values.max(initial=1.0))
        return np.clip(values * (255.0 / max(top, 1.0)), 0, 255).astype(np.uint8)
    if mode in {"LA", "PA", "RGBA", "RGBa", "La"} or "transparency" in image.info:
        from PIL import Image as Pillow

        rgba = image.convert("RGBA")
        paper = Pillow.new("RGBA", rgba.size, "white")
        image = Pillow.alpha_composite(paper, rgba)
    # Band by band: Pillow has four bytes a pixel, and makes two more copies to hand them over.
    pixels = np.empty((image.height, image.width, 3), np.uint8)
    for rows in bands(image.height):
        band = image.crop((0, rows.start, image.width, rows.stop)).convert("RGB")
        cv2.cvtColor(np.asarray(band), cv2.COLOR_RGB2BGR, dst=pixels[rows])
    return pixels


def _dpi(image: Image) -> int:
    """Dots per inch from the file, or as if the picture showed a sheet of A4."""
    told = image.info.get("dpi", (0, 0))
    try:
        dpi = round(float(max(told)))
    except (TypeError, ValueError, OverflowError):  # NaN, endless or no number
        dpi = 0
    if _LEAST_DPI <= dpi <= 2400:
        return dpi
    return max(72, round(min(image.size) / _A4_INCHES))
