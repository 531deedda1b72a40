"""Ink layers: black print, red ink and blue ink apart.

A red seal is nearly white in the red channel, so the print under it can be read there (measured:
authority, position and name are all lost in grey and all recovered in red). What is printed in
red alone is lost in that channel, so the red ink is kept as a picture of its own.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np

from pipeline.clean.light import ink_level
from pipeline.page import Pixels

# How far a channel must stand out for ink to count as coloured, of 255. JPEG keeps colour at half
# the resolution, so black strokes have coloured fringes of up to about 30.
_COLOURED = 48
# Less coloured ink than this share of the page is dust, a fringe, or the tint of the paper.
_LEAST = 2e-4


@dataclass(frozen=True, slots=True)
class Layers:
    """Grey pictures of each ink on white; None where there is none of it."""

    black: Pixels
    red: Pixels | None
    blue: Pixels | None


def split_inks(blue: Pixels, green: Pixels, red: Pixels) -> Layers:
    """Layers of the three even channels (paper already white in each).

    Black print is the red channel with blue ink painted out. Red and blue ink are shown by how
    far the ink's own channel stands above the channel that it darkens most.
    """
    reddish = np.asarray(cv2.subtract(red, cv2.max(green, blue)), np.uint8)
    # Blue pens are half green to a scanner; only a clear lead over red tells them from print.
    rivals = cv2.max(red, cv2.subtract(green, np.full_like(green, 40)))
    bluish = np.asarray(cv2.subtract(blue, rivals), np.uint8)
    pen = _mask(bluish)
    black = red
    stamp = _mask(reddish)
    if stamp is not None:
        # Old red ink is not quite white in its own channel; print under it is far darker.
        level = ink_level(red)
        pale = red > level + 0.4 * (255 - level)
        black = red.copy()
        black[(cv2.dilate(stamp, np.ones((3, 3), np.uint8)) > 0) & pale] = 255
    if pen is not None:
        wide = cv2.dilate(pen, np.ones((3, 3), np.uint8))
        # Print under a pen stroke is dark in all channels and stays.
        keep = cv2.max(cv2.max(red, green), blue) < 90
        black = black.copy()
        black[(wide > 0) & ~keep] = 255
    return Layers(
        black,
        _layer(reddish) if stamp is not None else None,
        _layer(bluish) if pen is not None else None,
    )


def _mask(excess: Pixels) -> Pixels | None:
    """Where ink is coloured, or None where that is next to nowhere."""
    _, mask = cv2.threshold(excess, _COLOURED, 255, cv2.THRESH_BINARY)
    share = cv2.countNonZero(mask) / mask.size
    return np.asarray(mask, np.uint8) if share > _LEAST else None


def _layer(excess: Pixels) -> Pixels:
    """Coloured ink as dark on white, its strongest tenth fully black."""
    strong = excess[excess > _COLOURED]
    full = float(np.percentile(strong, 60)) if strong.size else 255.0
    table = 255.0 - np.clip(np.arange(256) / full, 0, 1) * 255.0
    return np.asarray(cv2.LUT(excess, table.astype(np.uint8)), np.uint8)
