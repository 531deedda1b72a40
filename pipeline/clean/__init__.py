"""PageImage → CleanPage: upright, straight, at the reader's scale, inks apart, specks gone.

The picture that is kept never changes; all of this is for the reader alone. Geometry is found on
a coarse picture, then everything is moved in one warp, so that pixels are resampled once.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np

from pipeline.clean import geometry, ink, light, measure, noise, orientation
from pipeline.config import Settings
from pipeline.page import CleanPage, PageImage, Pixels, Quality

__all__ = ["clean_page"]

_LARGEST_SIDE = 3000  # of a picture that was made larger for the reader
_NARROW = 100  # times as long as wide
_COARSE_SIDE = 1754  # longest side in pixels of the picture that geometry is found on


@dataclass(frozen=True, slots=True)
class _Look:
    """The coarse picture that geometry is found on, its ink (0 or 1) and its x-height in pixels."""

    grey: Pixels
    ink: Pixels
    letter: float


@dataclass(frozen=True, slots=True)
class _Place:
    """How the page lies, and its x-height in pixels of the upright source."""

    top: float
    bottom: float
    letter: float


def clean_page(image: PageImage, settings: Settings) -> CleanPage:
    """Make a page ready to be read.

    Args:
        image: the page as it came from the file; without ``pixels`` (a plain text page) an empty
            page comes back.
        settings: ``clean`` says which steps are wanted.
    """
    if image.pixels is None or _is_strip(image.pixels):
        return _without_picture(image)
    pixels, rotation, look = _upright(image.pixels, settings)
    image = replace(image, pixels=None)  # let go, as soon as it has been moved
    height, width = pixels.shape[:2]
    base, flat_width, flat_height = _flat(pixels, look, image)
    if base is not None:
        look = _look(_warp(_grey(pixels), base, (flat_width, flat_height), 1.0))
    place = _place(look, flat_height, settings)
    scale = _reading_scale(place.letter, max(flat_width, flat_height))
    if geometry.is_level(place.top, place.bottom):
        place = _Place(0.0, 0.0, place.letter)
    to_flat = geometry.straighten(flat_width, flat_height, place.top, place.bottom, scale)
    to_source = to_flat if base is None else base @ to_flat
    to_source = to_source / to_source[2, 2]
    out = round(flat_width * scale), round(flat_height * scale)
    colour = _warp(pixels, to_source, out, scale)
    del pixels
    black, red, blue, figures = _layers(colour, place.letter, scale, settings)
    return CleanPage(
        number=image.number,
        black=black,
        red=red,
        blue=blue,
        colour=colour,
        to_source=to_source,
        width=width,
        height=height,
        dpi=image.dpi,
        rotation=rotation,
        skew=round((place.top + place.bottom) / 2, 2),
        quality=figures,
        reading=image.reading,
        words=image.words,
        overlay=image.overlay,
    )


def _is_strip(pixels: Pixels) -> bool:
    """Whether a picture is too narrow to hold a line of any letter: a ruler, a torn-off edge."""
    height, width = pixels.shape[:2]
    return bool(max(height, width) > _NARROW * min(height, width))


def _without_picture(image: PageImage) -> CleanPage:
    nothing = np.full((1, 1), 255, np.uint8)
    return CleanPage(
        number=image.number, black=nothing, red=None, blue=None, colour=nothing,
        to_source=np.eye(3), width=0, height=0, dpi=image.dpi, rotation=0, skew=0.0,
        quality=Quality(), reading=image.reading, words=image.words, overlay=image.overlay,
    )  # fmt: skip


def _upright(pixels: Pixels, settings: Settings) -> tuple[Pixels, int, _Look]:
    """The picture turned to stand upright, by how many degrees clockwise, and a look at it."""
    look = _look(pixels)
    if not settings.clean.orientation or not orientation.may_be_turned(look.ink, look.letter):
        return pixels, 0, look
    rotation = orientation.upright(look.grey, settings)
    turns = {
        90: cv2.ROTATE_90_CLOCKWISE,
        180: cv2.ROTATE_180,
        270: cv2.ROTATE_90_COUNTERCLOCKWISE,
    }
    if rotation not in turns:
        return pixels, 0, look
    pixels = np.asarray(cv2.rotate(pixels, turns[rotation]), np.uint8)
    return pixels, rotation, _look(pixels)


def _grey(pixels: Pixels) -> Pixels:
    """One channel to look at: the red one, in which seals are faint and the paper is bright."""
    return pixels if pixels.ndim == 2 else np.ascontiguousarray(pixels[:, :, 2])


def _look(pixels: Pixels) -> _Look:
    grey = _grey(pixels)
    scale = _COARSE_SIDE / max(grey.shape)
    if scale < 1:
        coarse = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        grey = np.asarray(coarse, np.uint8)
    found = measure.binarize(grey)
    return _Look(grey, found, measure.x_height(found))


def _flat(pixels: Pixels, look: _Look, image: PageImage) -> tuple[geometry.Matrix | None, int, int]:
    """The photographed sheet made flat: its matrix (None for a scan), width and height."""
    height, width = pixels.shape[:2]
    corners = None if image.words else geometry.sheet_corners(look.grey)
    if corners is None:
        return None, width, height
    return geometry.rectify(corners * np.float32(height / look.grey.shape[0]))


def _place(look: _Look, height: int, settings: Settings) -> _Place:
    """Skew and x-height of a page whose height in pixels is ``height``."""
    letter = look.letter * height / look.grey.shape[0]
    if not settings.clean.deskew or not letter:
        return _Place(0.0, 0.0, letter)
    top, bottom = geometry.halves(look.ink)
    return _Place(top, bottom, letter)


def _reading_scale(letter: float, side: int) -> float:
    """How much larger or smaller the reader sees the page than the source is.

    The x-height decides, not the dpi that a file claims. Near the best size pixels are left
    alone; nothing is made larger than an A4 page at about 260 dpi (``side``: its longest side).
    """
    largest = max(1.0, _LARGEST_SIDE / side)
    scale = measure.BEST_X_HEIGHT / letter if letter else 2500 / side
    return 1.0 if 0.93 <= scale <= 1.1 else float(np.clip(scale, 0.25, largest))


def _warp(
    pixels: Pixels, to_source: geometry.Matrix, size: tuple[int, int], scale: float
) -> Pixels:
    """``pixels`` moved so that pixel p of the result shows ``to_source`` · p; paper outside."""
    plain = abs(to_source - np.diag([1 / scale, 1 / scale, 1.0])).max() < 1e-6
    if plain and scale == 1.0:
        return pixels
    if plain:
        how = cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC
        return np.asarray(cv2.resize(pixels, size, interpolation=how), np.uint8)
    if scale < 0.9:  # averaging first keeps thin strokes that point sampling would drop
        small = cv2.resize(pixels, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
        step_x, step_y = small.shape[1] / pixels.shape[1], small.shape[0] / pixels.shape[0]
        to_source = np.diag([step_x, step_y, 1.0]) @ to_source
        pixels = np.asarray(small, np.uint8)
    return np.asarray(
        cv2.warpPerspective(
            pixels,
            to_source,
            size,
            flags=(cv2.INTER_LINEAR if scale <= 1 else cv2.INTER_CUBIC) | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=(255, 255, 255),
        ),
        np.uint8,
    )


def _layers(
    colour: Pixels, native: float, scale: float, settings: Settings
) -> tuple[Pixels, Pixels | None, Pixels | None, Quality]:
    """Ink layers and quality of the moved picture; ``native`` is the source's x-height."""
    letter = (native or measure.BEST_X_HEIGHT / scale) * scale
    if colour.ndim == 2:
        inks = ink.Layers(light.flatten(colour, letter), None, None)
    else:
        channels = (np.asarray(cv2.extractChannel(colour, at), np.uint8) for at in range(3))
        inks = ink.split_inks(*(light.flatten(channel, letter) for channel in channels))
    level = light.ink_level(inks.black)
    contrast = (255.0 - level) / 255.0
    black = light.stretch(inks.black, level, letter)
    if measure.is_two_valued(colour):
        black = light.soften(black)
    speckle = 0.0
    if settings.clean.denoise:
        black, speckle = noise.clean_noise(black, letter)
    figures = measure.quality(black, letter if native else 0.0, native, speckle, contrast)
    if measure.is_blank(black, letter):
        figures = Quality(figures.x_height, contrast, speckle, figures.ink, True, figures.score)
    return black, inks.red, inks.blue, figures
