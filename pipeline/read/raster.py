"""A PDF page as a picture, drawn by poppler through pdf2image, inside the fence of programs."""

from __future__ import annotations

import math
import re
from pathlib import Path

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.errors import EngineError, EngineTimeout, UnreadableInput
from pipeline.page import Pixels, bands
from pipeline.programs import fenced_programs
from pipeline.temporary import temporary_folder

# An A0 sheet at 178 dpi, or A3 at 520: more would cost gigabytes and show no letter better.
_MOST_DRAWN = 50_000_000
_PPM = re.compile(rb"P6\s+(\d+)\s+(\d+)\s+255\s")


def scaled_dpi(inches: tuple[float, float], dpi: int, settings: Settings) -> int:
    """``dpi``, or less where a page of ``inches`` would have more pixels than can be borne.

    >>> from pipeline.config import Settings
    >>> scaled_dpi((8.27, 11.69), 300, Settings()), scaled_dpi((33.1, 46.8), 300, Settings())
    (300, 179)
    """
    most = min(_MOST_DRAWN, settings.limits.pixels)
    square = max(inches[0] * inches[1], 1e-6)
    return max(1, min(dpi, int(math.sqrt(most / square))))


def rasterise(path: Path, number: int, dpi: int, settings: Settings) -> Pixels:
    """Page ``number`` (from 1) at ``dpi`` as grey or BGR pixels, as a viewer shows it.

    ``path`` must be a name that we made ourselves: an absolute path without surprises.

    Raises:
        UnreadableInput: poppler could not draw the page.
        EngineTimeout: it took longer than ``limits.seconds_per_page``.
        EngineMissing: poppler is not installed.
    """
    from pdf2image import convert_from_path
    from pdf2image.exceptions import (
        PDFPageCountError,
        PDFPopplerTimeoutError,
        PDFSyntaxError,
    )

    limits = settings.limits
    seconds = limits.seconds_per_page
    programs = ("pdftoppm", "pdfinfo")
    with (
        fenced_programs(programs, timeout=seconds, memory_mb=limits.memory_mb) as fenced,
        temporary_folder() as folder,
    ):
        try:
            made = convert_from_path(
                path,
                dpi=dpi,
                first_page=number,
                last_page=number,
                output_folder=folder,
                output_file="page",
                paths_only=True,
                use_cropbox=True,
                poppler_path=fenced,
                timeout=math.ceil(seconds),
            )
        except PDFPopplerTimeoutError as error:
            raise EngineTimeout(
                "engine-timeout",
                program="pdftoppm",
                seconds=round(seconds),
                setting="limits.seconds_per_page",
            ) from error
        except (PDFPageCountError, PDFSyntaxError) as error:
            raise UnreadableInput("page-damaged", page=number, reason="poppler") from error
        except (OSError, ValueError) as error:
            raise EngineError("engine-failed", program="pdftoppm", reason=str(error)) from error
        whole = bool(made) and _is_whole(Path(str(made[0])))
        pixels = cv2.imread(str(made[0]), cv2.IMREAD_COLOR) if whole else None
    if pixels is None:
        raise UnreadableInput("page-damaged", page=number, reason="poppler")
    return _grey_if_grey(pixels.astype(np.uint8, copy=False))


def _is_whole(path: Path) -> bool:
    """Whether a PPM has all the pixels that its head promises.

    pdf2image doesn't look at how poppler ended, and a picture cut short would be read as a page
    whose lower part is bare.
    """
    with path.open("rb") as file:
        head = _PPM.match(file.read(64))
    if head is None:
        return False
    width, height = int(head[1]), int(head[2])
    return path.stat().st_size >= head.end() + 3 * width * height


def _grey_if_grey(pixels: Pixels) -> Pixels:
    """One channel where all three are the same: a third of the memory.

    Looked at band by band, so that a picture with colour in its head costs next to nothing.
    """
    for rows in bands(len(pixels)):
        blue, green, red = cv2.split(pixels[rows])
        if cv2.norm(blue, green, cv2.NORM_INF) or cv2.norm(green, red, cv2.NORM_INF):
            return pixels
    return np.ascontiguousarray(pixels[:, :, 0])
