"""Specks, page borders and the frame around the paper."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels, bands

_PRINT = 4.0  # squares of the x-height: ink of some ten letters


@dataclass(frozen=True, slots=True)
class Ink:
    """Connected ink: where it is (0 or 1), blob numbers (0 is paper) and their statistics."""

    mask: Pixels
    labels: NDArray[np.int32]
    stats: NDArray[np.int32]


def clean_noise(grey: Pixels, letter: float) -> tuple[Pixels, float]:
    """``grey`` without frame and specks, and the specks' share of the ink.

    ``letter`` is the x-height in pixels. Blobs are found once where no frame was there to clear.
    """
    found = find_ink(grey)
    cleared = clear_borders(grey, letter, found)
    if cleared is not grey:
        del found  # before the next are made
        found = find_ink(cleared)
    return despeckle(cleared, letter, found)


def find_ink(grey: Pixels) -> Ink:
    """Connected ink, pale strokes too: a letter must not fall apart into specks."""
    mask = np.asarray(grey < 205, np.uint8)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    return Ink(mask, np.asarray(labels, np.int32), np.asarray(stats, np.int32))


def despeckle(grey: Pixels, letter: float, ink: Ink) -> tuple[Pixels, float]:
    """``grey`` without specks that stand away from any letter, and their share of the ink.

    Vietnamese marks are as small as specks, so nothing near a letter goes: a speck is a blob
    under half an x-height with no letter-sized blob within an x-height. ``letter`` is the
    x-height in pixels.
    """
    labels, stats = ink.labels, ink.stats
    count = len(stats)
    if count <= 1:
        return grey, 0.0
    width, height, area = (stats[:, i] for i in (2, 3, 4))
    small = (np.maximum(width, height) < 0.55 * letter) & (area < 0.16 * letter * letter)
    sized = (height >= 0.7 * letter) & (area >= 0.18 * letter * letter)
    small[0] = sized[0] = False
    if not small.any():
        return grey, 0.0
    # A dash opens an item of a list, at some distance from its first letter.
    dash = small & (width >= 0.35 * letter) & (width >= 1.8 * height)
    letters = _painted(sized, labels)
    near = _grow(letters, round(1.1 * letter), round(0.8 * letter))
    # A dot of a dotted line has neighbours of its own kind in a row, and is no harm.
    touched = np.zeros(count, bool)
    touched[labels[near > 0]] = True
    row = _grow(letters, round(4 * letter), 0)
    in_row = np.zeros(count, bool)
    in_row[labels[row > 0]] = True
    gone = small & ~touched & ~(dash & in_row)
    share = float(area[gone].sum() / max(1, area[1:].sum()))
    if not gone.any():
        return grey, 0.0
    # Grey rims of a speck go with it.
    specks = _painted(gone, labels)
    wide = cv2.dilate(specks, np.ones((3, 3), np.uint8))
    kept = (specks == 0) & (ink.mask > 0)
    out = grey.copy()
    out[(wide > 0) & (near == 0) & ~kept] = 255
    return out, share


def clear_borders(grey: Pixels, letter: float, ink: Ink) -> Pixels:
    """``grey`` without the dark frame of a scan: blobs that touch the edge and are no text.

    Copier lids, desk edges, punch holes and the shadow of a fold: longer than any letter, dark,
    and running along an edge of the picture.
    """
    height, width = grey.shape
    labels, stats = ink.labels, ink.stats
    rim = round(0.6 * letter)
    x, y, w, h = (stats[:, i] for i in range(4))
    at_edge = (x <= rim) | (y <= rim) | (x + w >= width - rim) | (y + h >= height - rim)
    long = np.maximum(w, h) > 2.5 * letter
    gone = at_edge & long
    gone[0] = False
    if not gone.any():
        return grey
    frame = _painted(gone, labels)
    lines = _long_runs(frame, round(2.5 * letter))
    # A fold that runs into the edge is one blob with all the print, the seal and the pen that it
    # crosses: then its lines alone go.
    if cv2.countNonZero(frame) - cv2.countNonZero(lines) > _PRINT * letter * letter:
        wide = _between_strokes(lines, ink.mask, letter)
    else:
        wide = np.asarray(cv2.dilate(frame, np.ones((5, 5), np.uint8)), np.uint8)
    out = grey.copy()
    out[wide > 0] = 255
    return out


def _between_strokes(lines: Pixels, mask: Pixels, letter: float) -> Pixels:
    """Lines less the places where strokes go on at both their sides: letters stay whole."""
    wide = np.asarray(cv2.dilate(lines, np.ones((3, 3), np.uint8)), np.uint8)
    rest = np.asarray(cv2.subtract(mask, wide), np.uint8)
    reach = round(0.6 * letter) | 1
    for shape in ((reach, 1), (1, reach)):
        wide[cv2.morphologyEx(rest, cv2.MORPH_CLOSE, np.ones(shape, np.uint8)) > 0] = 0
    return wide


def _long_runs(mask: Pixels, length: int) -> Pixels:
    """What of a mask belongs to runs of at least ``length`` pixels across or down."""
    across = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((1, length), np.uint8))
    down = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((length, 1), np.uint8))
    return np.asarray(cv2.max(across, down), np.uint8)


def _painted(chosen: NDArray[np.bool_], labels: NDArray[np.int32]) -> Pixels:
    """1 where the blobs that are ``chosen`` by number lie, else 0.

    Band by band: NumPy makes indices of eight bytes a pixel before it looks anything
    up, and for a page at once that was the largest memory of all.
    """
    out = np.empty(labels.shape, np.uint8)
    for rows in bands(len(labels)):
        out[rows] = chosen[labels[rows]]
    return out


def _grow(mask: Pixels, across: int, along: int) -> Pixels:
    kernel = np.ones((2 * along + 1, 2 * across + 1), np.uint8)
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)
