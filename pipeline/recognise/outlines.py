"""Small stamps in an outline (MẬT, HỎA TỐC, also in an arrow): found, cut out and made level.

Their sizes are laid down: 20 to 40 mm by 8 mm, with one line of capitals (NĐ 30/2020, Phụ lục I,
cells 10a and 10b; TT 24/2020/TT-BCA for secrecy); offices also use arrows, pressed at a slant.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels
from pipeline.recognise.compose import Piece, slant, trimmed, turned
from pipeline.recognise.letters import find_blobs

# In x-heights of 13-point type (2.06 mm), with room for rubber of other sizes and for an arrow's
# head, which is wider than its shaft.
_LONG, _SHORT = (5.0, 26.0), (2.2, 9.5)
_LOWEST = 0.6  # of the page's height: the cells stand beside the head of the letter
_HOLLOW = 0.35  # the share of an outline's inside that is paper
# The share of its smallest rectangle that an arrow fills at least, and a frame.
_FILLED, _SQUARE = 0.4, 0.85
_PALE = 200  # ink of a pale stamp's lines
_STEEPEST = 50.0  # degrees


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed line around a stamp's words: its points, and its slant in degrees if it has one."""

    box: Box
    points: NDArray[np.int32]
    angle: float | None


def find_outlines(layer: Pixels, letter: float) -> tuple[Outline, ...]:
    """Closed outlines of the size of an urgency or secrecy stamp on the upper part of a page.

    Args:
        layer: black, red or blue ink.
        letter: x-height in pixels.
    """
    ink = (layer[: round(_LOWEST * len(layer))] < 160).astype(np.uint8)
    gap = max(3, round(0.4 * letter) | 1)  # rubber prints unevenly
    closed = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, np.ones((gap, gap), np.uint8))
    contours, tree = cv2.findContours(closed, cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
    points = [np.asarray(contour, np.int32) for contour in contours]
    return tuple(_outlines(points, np.asarray(tree[0], np.int32), letter)) if points else ()


def _outlines(
    contours: Sequence[NDArray[np.int32]], tree: NDArray[np.int32], letter: float
) -> Iterator[Outline]:
    holes = np.zeros(len(contours))
    for index, (_, _, _, parent) in enumerate(tree.tolist()):
        if parent >= 0:
            holes[parent] += cv2.contourArea(contours[index])
    for index, points in enumerate(contours):
        if tree[index, 3] >= 0 or not holes[index]:
            continue
        (_, sides, angle) = cv2.minAreaRect(points)
        long, short = max(sides), min(sides)
        if not _LONG[0] * letter <= long <= _LONG[1] * letter:
            continue
        if not _SHORT[0] * letter <= short <= _SHORT[1] * letter or long < 1.3 * short:
            continue
        area, box = cv2.contourArea(points), long * short
        if holes[index] < _HOLLOW * area or area < _FILLED * box:
            continue
        slant, hull = None, cv2.convexHull(points)
        if cv2.contourArea(hull) >= _SQUARE * box:  # a frame, even where a piece of it is missing
            slant = (angle if sides[0] >= sides[1] else angle - 90.0) % 180.0
            slant -= 180.0 if slant > 90.0 else 0.0
        if slant is None or abs(slant) <= _STEEPEST:
            x, y, w, h = cv2.boundingRect(points)
            around = points if slant is None else np.asarray(hull, np.int32)
            yield Outline((x, y, x + w, y + h), around, slant)


def cut_outline(layer: Pixels, outline: Outline, letter: float) -> tuple[Pixels, Piece | None]:
    """The layer without an outlined stamp, and its words, level, as a piece to be read.

    An outline that holds no row of letters stays in the layer, and there is no piece.
    """
    x0, y0, x1, y1 = outline.box
    inside = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.drawContours(inside, [outline.points - (x0, y0)], -1, 1, cv2.FILLED)
    part = layer[y0:y1, x0:x1]
    rim = max(1, round(0.35 * letter))
    core = cv2.erode(cv2.copyMakeBorder(inside, rim, rim, rim, rim, cv2.BORDER_CONSTANT, value=0),
                     np.ones((2 * rim + 1, 2 * rim + 1), np.uint8))[rim:-rim, rim:-rim]  # fmt: skip
    words = _without_lines(_level(np.where(core > 0, part, np.uint8(255)), outline, letter), letter)
    size = _sizes(words)
    if np.count_nonzero((size[:, 1] >= 0.8 * letter) & (size[:, 1] <= 3 * letter)) < 2:
        return layer, None
    piece = trimmed(words, (0, 0, words.shape[1], words.shape[0]), round(0.5 * letter))
    if piece is None:
        return layer, None
    out = layer.copy()
    wide = cv2.dilate(inside, np.ones((3, 3), np.uint8)) > 0
    out[y0:y1, x0:x1][wide] = 255
    return out, Piece(piece.pixels, outline.box)


def _level(words: Pixels, outline: Outline, letter: float) -> Pixels:
    """The words turned level: by the frame's slant, or by the line that the letters stand on."""
    if outline.angle is not None:
        return turned(words, outline.angle)
    boxes = find_blobs(words).boxes
    boxes = boxes[boxes[:, 3] - boxes[:, 1] >= 0.8 * letter]
    return turned(words, slant(boxes)[0]) if len(boxes) > 1 else words


def _without_lines(words: Pixels, letter: float) -> Pixels:
    """Level words without the inner one of a frame's two lines, and without its crumbs."""
    ink = (words < _PALE).astype(np.uint8)
    lines = np.zeros_like(ink)
    # Longer than any stroke of a capital of such a stamp, which is about two x-heights tall.
    for shape in ((1, round(2.2 * letter)), (round(2.6 * letter), 1)):
        lines |= np.asarray(cv2.morphologyEx(ink, cv2.MORPH_OPEN, np.ones(shape, np.uint8)))
    words = np.where(cv2.dilate(lines, np.ones((3, 3), np.uint8)) > 0, np.uint8(255), words)
    blobs = find_blobs(np.where(words < _PALE, np.uint8(0), np.uint8(255)))
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    thin, long = size.min(axis=1), size.max(axis=1)
    crumbs = (thin < 0.15 * letter) | ((thin < 0.35 * letter) & (long > 3 * thin))
    return np.where(np.concatenate([[False], crumbs])[blobs.labels], np.uint8(255), words)


def _sizes(words: Pixels) -> NDArray[np.int64]:
    boxes = find_blobs(words).boxes
    return boxes[:, 2:] - boxes[:, :2]
