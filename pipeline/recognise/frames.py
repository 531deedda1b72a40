"""Framed stamps (CÔNG VĂN ĐẾN and the like): where they are, cut out of the page and made level."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels
from pipeline.recognise.compose import Piece, trimmed
from pipeline.recognise.letters import find_blobs
from pipeline.recognise.tables import Table, find_rules

# Sizes in x-heights of 13-point type: a stamp is 40 to 80 mm wide and 15 to 40 mm high.
_WIDTH, _HEIGHT = (12.0, 36.0), (4.5, 17.0)
_LOWEST = 0.67  # of the page's height: below it stand tables and signatures
_SIDE = 0.7  # the share of each side that must be there: rubber prints unevenly
_SLOPE = 0.12  # of the upper side; a stamp further askew isn't found


@dataclass(frozen=True, slots=True)
class Frame:
    """A rectangle of four rules; ``slope`` is how its upper side falls to the right."""

    box: Box
    slope: float


def find_frames(layer: Pixels, tables: Sequence[Table], letter: float) -> tuple[Frame, ...]:
    """Frames of the size of a stamp, on the upper two thirds of a page.

    Args:
        layer: the black layer.
        tables: what is a table of several columns and rows is no stamp.
        letter: x-height in pixels.
    """
    rules = _rules(layer[: round(_LOWEST * len(layer))], letter)
    if not rules.any():
        return ()
    grid = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grid)
    grids = [t for t in tables if min(len(t.xs), len(t.ys)) >= 3 and max(len(t.xs), len(t.ys)) > 3]
    frames = []
    for index, (x, y, w, h, _) in enumerate(stats[1:].tolist(), 1):
        box = (x, y, x + w, y + h)
        sized = _WIDTH[0] * letter < w < _WIDTH[1] * letter
        if not sized or not _HEIGHT[0] * letter < h < _HEIGHT[1] * letter:
            continue
        slope = _slope(labels[y : y + h, x : x + w] == index)
        if slope is not None and not any(table.holds(box) for table in grids):
            frames.append(Frame(box, slope))
    return tuple(frames)


def _rules(layer: Pixels, letter: float) -> Pixels:
    """Ruling lines of a stamp, which stand askew: shorter runs than a table's."""
    found = find_rules(layer, letter, 4.0, 2.0)
    return np.asarray(found.flat | found.tall, np.uint8)


def _slope(part: NDArray[np.bool_]) -> float | None:
    """The fall of the upper side of a frame, or None where a side is not there."""
    h, w = part.shape
    limit = 0.12 * h + _SLOPE * w / 2
    for turned in (part, part[::-1]):
        first = np.where(turned.any(axis=0), turned.argmax(axis=0), h)
        if (first < limit).mean() < _SIDE:
            return None
    for turned in (part, part[:, ::-1]):
        first = np.where(turned.any(axis=1), turned.argmax(axis=1), w)
        if (first < limit).mean() < _SIDE:
            return None
    x = np.arange(w)
    first = part.argmax(axis=0)
    near = part.any(axis=0) & (first < limit)
    slope = float(np.polyfit(x[near], first[near], 1)[0])
    return slope if abs(slope) <= _SLOPE else None


def _frame_lines(region: Pixels, letter: float) -> NDArray[np.bool_]:
    """The lines of the largest frame of a region: a bold letter's stem is as long as its sides."""
    rules = _rules(region, letter)
    grid = cv2.dilate(rules, np.ones((5, 5), np.uint8))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(grid)
    largest = 1 + int(np.argmax(stats[1:, 2] * stats[1:, 3])) if len(stats) > 1 else 1
    return np.asarray(cv2.dilate(rules, np.ones((3, 3), np.uint8)) * (labels == largest) > 0)


def _inside(boxes: NDArray[np.int64], box: NDArray[np.int64], slope: float) -> NDArray[np.bool_]:
    """Which blobs' middles lie in the frame, a rectangle that falls by ``slope``."""
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    y = middle[:, 1] - slope * (middle[:, 0] - (box[0] + box[2]) / 2)
    spare = abs(slope) * (box[2] - box[0]) / 2
    within = (middle[:, 0] > box[0]) & (middle[:, 0] < box[2])
    return np.asarray(within & (y > box[1] + spare) & (y < box[3] - spare))


def _runs_over(
    boxes: NDArray[np.int64], box: NDArray[np.int64], inside: NDArray[np.bool_], letter: float
) -> NDArray[np.bool_]:
    """Which blobs are print of the page: at a side of the frame, on the line of a letter beyond."""
    tall = boxes[:, 3] - boxes[:, 1] >= 0.8 * letter
    over = np.zeros(len(boxes), bool)
    for near, far, side in ((0, 2, -1), (2, 0, 1)):
        gap = (boxes[:, far] - box[near]) * side  # of the blob's side towards the frame
        beyond = boxes[~inside & tall & (gap > -letter) & (gap < 1.3 * letter)]
        reaches = inside & ((boxes[:, near] - box[near]) * side > -0.8 * letter)
        level = np.abs(boxes[:, 3][:, None] - beyond[:, 3][None, :]) < 0.35 * letter
        over |= reaches & level.any(axis=1)
    return over


def cut_frame(layer: Pixels, frame: Frame, letter: float) -> tuple[Pixels, Piece | None]:
    """The layer without a framed stamp, and the stamp's words, level, as a piece to be read.

    Print that runs over the frame from outside stays in the layer.
    """
    pad = round(2 * letter)
    x0, y0 = max(0, frame.box[0] - pad), max(0, frame.box[1] - pad)
    region = np.s_[y0 : frame.box[3] + pad, x0 : frame.box[2] + pad]
    part = np.where(_frame_lines(layer[region], letter), np.uint8(255), layer[region])
    blobs = find_blobs(part)
    box = np.array(frame.box, np.int64) - np.array([x0, y0, x0, y0], np.int64)
    inside = _inside(blobs.boxes, box, frame.slope)
    over = _runs_over(blobs.boxes, box, inside, letter)
    stamped = np.concatenate([[False], inside & ~over])[blobs.labels]
    wide = cv2.dilate(stamped.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    out = layer.copy()
    out[region] = np.where(wide, np.uint8(255), part)
    words = np.where(wide, part, np.uint8(255))
    shear = np.array([[1, 0, 0], [-frame.slope, 1, frame.slope * part.shape[1] / 2]])
    size = (part.shape[1], part.shape[0])
    level = np.asarray(cv2.warpAffine(words, shear, size, borderValue=255), np.uint8)
    piece = trimmed(level, (0, 0, *size), round(0.4 * letter))
    if piece is None:
        return out, None
    a, b, c, d = piece.source
    return out, Piece(piece.pixels, (a + x0, b + y0, c + x0, d + y0))
