"""Columns stacked into one tall picture, so that one call reads them one after the other.

Loading Tesseract's model costs more than reading a header. Stacking keeps x as it is and shifts
y, so boxes map back by one subtraction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a layer to be read: ``source`` is its box there."""

    pixels: Pixels
    source: Box


@dataclass(frozen=True, slots=True)
class Stack:
    """The tall picture; ``tops`` and ``lefts`` are where the pieces lie in it."""

    picture: Pixels
    pieces: tuple[Piece, ...]
    lefts: tuple[int, ...]
    tops: tuple[int, ...]

    def back(self, box: Box) -> tuple[int, Box]:
        """Which piece a box of the picture lies in, and the box in that piece's layer."""
        middle = (box[1] + box[3]) / 2
        index = max(0, int(np.searchsorted(self.tops, middle, side="right")) - 1)
        x0, y0, x1, y1 = self.pieces[index].source
        dx, dy = x0 - self.lefts[index], y0 - self.tops[index]
        clipped = (
            min(max(box[0] + dx, x0), x1),
            min(max(box[1] + dy, y0), y1),
            min(max(box[2] + dx, x0), x1),
            min(max(box[3] + dy, y0), y1),
        )
        return index, clipped


def stack(pieces: Sequence[Piece], gap: int) -> Stack:
    """Pieces one below the other, ``gap`` white pixels between, at a common left margin."""
    width = max(piece.pixels.shape[1] for piece in pieces) + 2 * gap
    height = sum(piece.pixels.shape[0] for piece in pieces) + gap * (len(pieces) + 1)
    picture = np.full((height, width), 255, np.uint8)
    lefts, tops, y = [], [], gap
    for piece in pieces:
        h, w = piece.pixels.shape
        picture[y : y + h, gap : gap + w] = piece.pixels
        lefts.append(gap)
        tops.append(y)
        y += h + gap
    return Stack(picture, tuple(pieces), tuple(lefts), tuple(tops))


def trimmed(layer: Pixels, box: Box, margin: int) -> Piece | None:
    """The inked part of ``box`` with a margin, or None where there is no ink."""
    x0, y0, x1, y1 = box
    part = layer[max(0, y0) : y1, max(0, x0) : x1]
    if not part.size:
        return None
    ink = part < 160
    ys, xs = np.flatnonzero(ink.any(axis=1)), np.flatnonzero(ink.any(axis=0))
    if not ys.size:
        return None
    top, bottom = max(0, int(ys[0]) - margin), min(part.shape[0], int(ys[-1]) + 1 + margin)
    left, right = max(0, int(xs[0]) - margin), min(part.shape[1], int(xs[-1]) + 1 + margin)
    source = (max(0, x0) + left, max(0, y0) + top, max(0, x0) + right, max(0, y0) + bottom)
    return Piece(part[top:bottom, left:right], source)


def slant(boxes: NDArray[np.int64]) -> tuple[float, float]:
    """Angle in degrees of the line letters stand on, and how much longer than wide they lie.

    Args:
        boxes: n x 4 (x0, y0, x1, y1), at least two letters.
    """
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    _, spread, axes = np.linalg.svd(middle - middle.mean(axis=0), full_matrices=False)
    angle = float(np.degrees(np.arctan2(axes[0, 1], axes[0, 0])))
    return (angle + 90.0) % 180.0 - 90.0, float(spread[0] / max(spread[1], 1e-6))


def turned(picture: Pixels, angle: float) -> Pixels:
    """A picture turned back by ``angle`` degrees, on a white square that holds it whole."""
    height, width = picture.shape
    side = int(np.hypot(height, width))
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    turn[:, 2] += ((side - width) / 2, (side - height) / 2)
    return np.asarray(cv2.warpAffine(picture, turn, (side, side), borderValue=(255,)), np.uint8)
