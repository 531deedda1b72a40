"""Round seals: where they are, and a layer without them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels
from pipeline.recognise.letters import Blobs

# Radius in x-heights of 13-point type: a seal of an office is 30 to 42 mm across, those of
# signature marks in the margin half of that.
_SMALLEST, _LARGEST = 3.3, 11.5
_COARSE = 4


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
    """Seals of a layer, searched only around blobs that are too large for letters.

    Circles are proposed by Hough's transform on a coarse picture and kept when ink follows three
    quarters of the rim.
    """
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    large = (size.max(axis=1) > 2.2 * letter) & (size.min(axis=1) > 1.2 * letter)
    large &= size.max(axis=1) < 40 * letter
    if not large.any():
        return ()
    reach = _LARGEST * letter
    boxes = blobs.boxes[large]
    x0, y0 = np.maximum(0, boxes[:, :2].min(axis=0) - reach).astype(int)
    x1, y1 = (boxes[:, 2:].max(axis=0) + reach).astype(int)
    part = layer[y0:y1, x0:x1]
    small = cv2.resize(part, None, fx=1 / _COARSE, fy=1 / _COARSE, interpolation=cv2.INTER_AREA)
    circles = cv2.HoughCircles(
        cv2.GaussianBlur(small, (3, 3), 0),
        cv2.HOUGH_GRADIENT,
        dp=1.5,
        minDist=4 * letter / _COARSE,
        param1=120,
        param2=38,
        minRadius=max(4, int(_SMALLEST * letter / _COARSE)),
        maxRadius=int(_LARGEST * letter / _COARSE) + 1,
    )
    if circles is None:
        return ()
    seals: list[Seal] = []
    ink = np.asarray(small < 190)
    for x, y, radius in circles[0][:40]:
        found = _on_rim(ink, float(x), float(y), float(radius))
        if found is None:
            continue
        seal = Seal(x0 + found[0] * _COARSE, y0 + found[1] * _COARSE, found[2] * _COARSE)
        if not any(other.holds(seal.box) or seal.holds(other.box) for other in seals):
            seals.append(seal)
    return tuple(seals)


def _on_rim(
    ink: NDArray[np.bool_], x: float, y: float, radius: float
) -> tuple[float, float, float] | None:
    """The circle with its true radius, if a rim is there and text rows are not."""
    angles = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    best = (0.0, radius)
    for r in np.arange(radius * 0.85, radius * 1.18, 0.5):
        hit = np.zeros(90, bool)
        for dr in (-0.7, 0.0, 0.7):
            px = np.round(x + (r + dr) * np.cos(angles)).astype(int)
            py = np.round(y + (r + dr) * np.sin(angles)).astype(int)
            inside = (px >= 0) & (py >= 0) & (px < ink.shape[1]) & (py < ink.shape[0])
            hit |= inside & ink[py.clip(0, ink.shape[0] - 1), px.clip(0, ink.shape[1] - 1)]
        share = float(hit.mean())
        if share >= best[0] - 0.02:  # of rims about as good, the outer one
            best = (max(best[0], share), float(r))
    return (x, y, best[1]) if best[0] >= 0.78 else None


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
        keep = np.zeros(patch.shape[0], bool)
        for top, bottom in _rows_through(seal, letters, letter):
            keep[max(0, top - y0) : max(0, bottom - y0)] = True
        patch[inside & ~keep[:, None]] = 255
    return out


def _rows_through(
    seal: Seal, letters: NDArray[np.int64], letter: float
) -> list[tuple[int, int]]:
    """Rows, with room for marks, in which letters stand just outside of the rim."""
    middle = (letters[:, :2] + letters[:, 2:]) / 2
    dx, dy = middle[:, 0] - seal.x, middle[:, 1] - seal.y
    distance = np.hypot(dx, dy)
    height = letters[:, 3] - letters[:, 1]
    near = (distance > seal.radius * 1.05) & (np.abs(dy) < seal.radius * 1.02)
    near &= (np.abs(dx) < seal.radius + 9 * letter) & (height >= 0.8 * letter)
    rows = []
    centres = np.sort(middle[near, 1])
    start = 0
    for i in range(1, len(centres) + 1):
        if i < len(centres) and centres[i] - centres[i - 1] <= 0.5 * letter:
            continue
        group = centres[start:i]
        start = i
        if len(group) >= 4:
            rows.append((round(group[0] - 1.9 * letter), round(group[-1] + 1.2 * letter)))
    return rows
