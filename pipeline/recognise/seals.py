"""Round seals and pen strokes: where they are, and a layer without them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels
from pipeline.recognise.circles import find_circles
from pipeline.recognise.letters import Blobs
from pipeline.recognise.rims import rim_pixels
from pipeline.recognise.rows import row_centres, text_rows

# Radius in x-heights of 13-point type: a seal of an office is 30 to 42 mm across, those of
# signature marks in the margin half of that.
_SMALLEST, _LARGEST = 3.3, 11.5
_HALF_RIM = 0.12  # x-heights from the middle of a rim to its edge


@dataclass(frozen=True, slots=True)
class Seal:
    """A circle in pixels of the layer."""

    x: float
    y: float
    radius: float

    @property
    def box(self) -> Box:
        """The square around it."""
        r = self.radius
        return (
            max(0, round(self.x - r)), max(0, round(self.y - r)),
            round(self.x + r), round(self.y + r),
        )  # fmt: skip

    def holds(self, box: Box, reach: float = 1.02) -> bool:
        """Whether the middle of a box lies inside."""
        dx, dy = (box[0] + box[2]) / 2 - self.x, (box[1] + box[3]) / 2 - self.y
        return dx * dx + dy * dy <= (self.radius * reach) ** 2


def find_seals(layer: Pixels, blobs: Blobs, letter: float) -> tuple[Seal, ...]:
    """Seals of a layer, searched only around blobs that are too large for letters."""
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    large = (size.max(axis=1) > 2.2 * letter) & (size.min(axis=1) > 1.2 * letter)
    large &= size.max(axis=1) < 40 * letter
    if not large.any():
        return ()
    reach = round(_LARGEST * letter)
    boxes = blobs.boxes[large]
    x0, y0 = np.maximum(0, boxes[:, :2].min(axis=0) - reach).tolist()
    x1, y1 = (boxes[:, 2:].max(axis=0) + reach).tolist()
    # A seal has rings inside its rim; the outermost one is the seal.
    seals: list[Seal] = []
    for x, y, radius in find_circles(layer[y0:y1, x0:x1], letter, _SMALLEST, _LARGEST):
        seal = Seal(x0 + x, y0 + y, radius + _HALF_RIM * letter)
        if not any(other.holds(seal.box) or seal.holds(other.box) for other in seals):
            seals.append(seal)
    return tuple(seals)


def without_seals(
    layer: Pixels, seals: tuple[Seal, ...], letters: NDArray[np.int64], letter: float
) -> Pixels:
    """``layer`` with the seals painted out, but for rows where print runs into them.

    A line of the signature that a seal covers goes on outside of the rim; a row of the seal's own
    text does not. ``letters`` are the boxes of letter-sized blobs.
    """
    if not seals:
        return layer
    out = layer.copy()
    for seal in seals:
        x0, y0, x1, y1 = Seal(seal.x, seal.y, seal.radius * 1.04).box
        patch = out[y0:y1, x0:x1]
        if not patch.size:
            continue
        ys, xs = np.ogrid[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]]
        inside = (xs - seal.x) ** 2 + (ys - seal.y) ** 2 <= (seal.radius * 1.04) ** 2
        keep = np.zeros(patch.shape, bool)
        for top, bottom, right in _rows_through(seal, letters, letter):
            keep[max(0, top - y0) : max(0, bottom - y0), : max(0, right - x0)] = True
        patch[inside & ~keep] = 255
        patch[_cut_off(patch, np.asarray(keep.any(axis=1)), letter) & inside] = 255
    return out


def _cut_off(patch: Pixels, keep: NDArray[np.bool_], letter: float) -> NDArray[np.bool_]:
    """What is left of a seal's own letters at the upper and lower edge of the kept rows."""
    edges = np.flatnonzero(keep & ~(np.roll(keep, 1) & np.roll(keep, -1)))
    gone = np.zeros(patch.shape, bool)
    if not edges.size:
        return gone
    ink = (patch < 160).astype(np.uint8)
    ink[~keep] = 0
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink)
    low = stats[:, 3] < 0.75 * letter
    low[0] = False
    touching = np.zeros(len(stats), bool)
    touching[np.unique(labels[edges])] = True
    return np.asarray((low & touching)[labels])


def without_rims(layer: Pixels, seals: tuple[Seal, ...]) -> Pixels:
    """``layer`` without the rings of the seals, but for what crosses them.

    Print that a ring runs through falls apart into letters again, so that its row is known.
    """
    if not seals:
        return layer
    out = layer.copy()
    for seal in seals:
        x0, y0, x1, y1 = Seal(seal.x, seal.y, seal.radius * 1.1).box
        patch = out[y0:y1, x0:x1]
        if patch.size:
            patch[rim_pixels(patch, seal.x - x0, seal.y - y0, seal.radius)] = 255
    return out


def without_strokes(
    layer: Pixels, blobs: Blobs, letters: NDArray[np.int64], letter: float
) -> Pixels:
    """``layer`` with long pen strokes painted out, but for rows of print that they run through.

    A signature is one blob, far taller than a letter and mostly empty inside its box.
    """
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    fill = blobs.areas / np.maximum(1, size[:, 0] * size[:, 1])
    pen = (size[:, 1] > 3.4 * letter) & (size[:, 0] > 0.8 * letter) & (fill < 0.3)
    pen &= size.max(axis=1) < 60 * letter
    if not pen.any():
        return layer
    out = layer.copy()
    for index in np.flatnonzero(pen):
        x0, y0, x1, y1 = blobs.boxes[index].tolist()
        keep = np.zeros(y1 - y0, bool)
        for top, bottom in _rows_beside((x0, y0, x1, y1), letters, letter):
            keep[max(0, top - y0) : max(0, bottom - y0)] = True
        stroke = blobs.labels[y0:y1, x0:x1] == index + 1
        wide = cv2.dilate(stroke.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        out[y0:y1, x0:x1][wide & ~keep[:, None]] = 255
    return out


def _rows_beside(box: Box, letters: NDArray[np.int64], letter: float) -> list[tuple[int, int]]:
    """Rows of print, with room for marks, that run through or beside a stroke's box."""
    x0, y0, x1, y1 = box
    middle = (letters[:, :2] + letters[:, 2:]) / 2
    height = letters[:, 3] - letters[:, 1]
    near = (middle[:, 1] >= y0 - letter) & (middle[:, 1] <= y1 + letter)
    near &= (middle[:, 0] > x0 - 9 * letter) & (middle[:, 0] < x1 + 9 * letter)
    near &= height >= 0.8 * letter
    return text_rows(row_centres(letters[near], letter), letter, least=3)


def _rows_through(
    seal: Seal, letters: NDArray[np.int64], letter: float
) -> list[tuple[int, int, int]]:
    """Rows (top, bottom, with room for marks, and right end) that letters carry on outside.

    The row of a list on the left may run on to the middle of the seal; what stands on the right
    is centred there and may begin anywhere under it.
    """
    middle = (letters[:, :2] + letters[:, 2:]) / 2
    dx, dy = middle[:, 0] - seal.x, middle[:, 1] - seal.y
    distance = np.hypot(dx, dy)
    height = letters[:, 3] - letters[:, 1]
    near = (distance > seal.radius * 1.05) & (np.abs(dy) < seal.radius + 2 * letter)
    near &= (np.abs(dx) < seal.radius + 9 * letter) & (height >= 0.8 * letter)
    half = np.sqrt(np.maximum(0.0, seal.radius**2 - dy**2))
    edge = np.where(dx > 0, letters[:, 0] - seal.x, seal.x - letters[:, 2]) - half
    rows = []
    for top, bottom in text_rows(row_centres(letters[near], letter), letter, least=3):
        beside = near & (middle[:, 1] > top) & (middle[:, 1] < bottom) & (edge < 3 * letter)
        if (beside & (dx > 0)).any():
            rows.append((top, bottom, round(seal.x + 1.2 * seal.radius)))
        elif beside.any():
            rows.append((top, bottom, round(seal.x)))
    return rows
