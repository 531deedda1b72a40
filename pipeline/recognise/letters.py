"""Blobs of ink on a layer: which are letters, where seals and ruling lines are."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels

_LETTERS = 140  # x-heights of 13-point type that an A4 page is high


@dataclass(frozen=True, slots=True)
class Blobs:
    """Connected ink: label picture, boxes (n × 4: x0, y0, x1, y1) and areas, blob i + 1 = row i."""

    labels: NDArray[np.int32]
    boxes: NDArray[np.int64]
    areas: NDArray[np.int64]


def find_blobs(layer: Pixels) -> Blobs:
    """Connected ink of a grey layer."""
    ink = (layer < 160).astype(np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    x, y, w, h, area = (stats[1:, i].astype(np.int64) for i in range(5))
    return Blobs(np.asarray(labels, np.int32), np.stack([x, y, x + w, y + h], axis=1), area)


def letter_height(blobs: Blobs, height: int) -> float:
    """x-height in pixels of the layer: the first high peak of blob heights.

    A page without text gives what a letter of 13 points would have on an A4 page. Blobs of less
    than half of that are specks, which outnumber the letters on the last page of a letter.
    """
    sizes = blobs.boxes[:, 3] - blobs.boxes[:, 1]
    widths = blobs.boxes[:, 2] - blobs.boxes[:, 0]
    least = max(6.0, 0.5 * height / _LETTERS)
    sizes = sizes[
        (sizes >= least) & (sizes <= 90) & (widths >= 0.5 * sizes) & (widths <= 2.2 * sizes)
    ]
    if sizes.size < 30:
        return height / _LETTERS
    histogram = np.convolve(np.bincount(sizes, minlength=92), (0.25, 0.5, 0.25), "same")
    typical = int(histogram.argmax())
    high = np.flatnonzero(histogram >= 0.4 * histogram[typical])
    high = high[high >= 0.5 * typical]
    first = int(high[0])
    near = high[(high <= first * 1.25)]
    return float(near[histogram[near].argmax()])


def is_letter(blobs: Blobs, letter: float) -> NDArray[np.bool_]:
    """Which blobs have the size of letters or runs of melted letters."""
    width = blobs.boxes[:, 2] - blobs.boxes[:, 0]
    height = blobs.boxes[:, 3] - blobs.boxes[:, 1]
    return np.asarray(
        (height >= 0.55 * letter)
        & (height <= 2.9 * letter)
        & (width <= 30 * letter)
        & (width >= 0.12 * letter)
        & (blobs.areas >= 0.12 * letter * letter)
    )
