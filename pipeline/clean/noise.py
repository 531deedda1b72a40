"""Specks, page borders and the frame around the paper."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.page import Pixels


def despeckle(grey: Pixels, letter: float) -> tuple[Pixels, float]:
    """``grey`` without specks that stand away from any letter, and their share of the ink.

    Vietnamese marks are as small as specks, so nothing near a letter goes: a speck is a blob
    under half an x-height with no letter-sized blob within an x-height. ``letter`` is the
    x-height in pixels.
    """
    ink = _ink(grey)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
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
    letters = sized[labels].astype(np.uint8)
    near = _grow(letters, round(1.1 * letter), round(0.8 * letter))
    # A dot of a dotted line has neighbours of its own kind in a row, and is no harm.
    touched = np.zeros(count, bool)
    touched[np.unique(labels[near > 0])] = True
    row = _grow(letters, round(4 * letter), 0)
    in_row = np.zeros(count, bool)
    in_row[np.unique(labels[row > 0])] = True
    gone = small & ~touched & ~(dash & in_row)
    share = float(area[gone].sum() / max(1, area[1:].sum()))
    if not gone.any():
        return grey, 0.0
    # Grey rims of a speck go with it.
    wide = cv2.dilate(gone[labels].astype(np.uint8), np.ones((3, 3), np.uint8))
    out = grey.copy()
    kept = (~gone)[labels] & (ink > 0)
    out[(wide > 0) & (near == 0) & ~kept] = 255
    return out, share


def clear_borders(grey: Pixels, letter: float) -> Pixels:
    """``grey`` without the dark frame of a scan: blobs that touch the edge and are no text.

    Copier lids, desk edges, punch holes and the shadow of a fold: longer than any letter, dark,
    and running along an edge of the picture.
    """
    height, width = grey.shape
    ink = _ink(grey)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    rim = round(0.6 * letter)
    x, y, w, h = (stats[:, i] for i in range(4))
    at_edge = (x <= rim) | (y <= rim) | (x + w >= width - rim) | (y + h >= height - rim)
    long = np.maximum(w, h) > 2.5 * letter
    gone = at_edge & long
    gone[0] = False
    if not gone.any():
        return grey
    wide = cv2.dilate(gone[labels].astype(np.uint8), np.ones((5, 5), np.uint8))
    out = grey.copy()
    out[wide > 0] = 255
    return out


def _ink(grey: Pixels) -> Pixels:
    """Ink, pale strokes too: a letter must not fall apart into specks."""
    return np.asarray(grey < 205, np.uint8)


def _grow(mask: Pixels, across: int, along: int) -> Pixels:
    kernel = np.ones((2 * along + 1, 2 * across + 1), np.uint8)
    return np.asarray(cv2.dilate(mask, kernel), np.uint8)
