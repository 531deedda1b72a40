"""What is printed or stamped in red alone: names, positions, urgency, arrival stamps."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.page import Pixels
from pipeline.recognise.compose import Piece, slant, turned
from pipeline.recognise.letters import find_blobs, is_letter
from pipeline.recognise.seals import Seal, find_seals, without_rims, without_seals


def red_pieces(layer: Pixels, letter: float) -> tuple[list[Piece], tuple[Seal, ...]]:
    """Groups of red letters as pieces to be read, and the red seals.

    Frames, arrows and seals are painted out; a slanted stamp is turned level.
    """
    blobs = find_blobs(layer)
    seals = find_seals(layer, blobs, letter)
    if seals:
        layer = without_rims(layer, seals)
        blobs = find_blobs(layer)
    lettered = is_letter(blobs, letter)
    rest = without_seals(layer, seals, blobs.boxes[lettered], letter)
    blobs = find_blobs(rest)
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    frame = (size[:, 1] > 3.4 * letter) | (size[:, 0] > 14 * letter)
    rest = np.where(np.concatenate([[False], frame])[blobs.labels], np.uint8(255), rest)
    # A letter joined to a piece of a seal's rim is as tall as the row that was kept of it.
    joined = (size[:, 1] > 2 * letter) & (size[:, 0] > 0.8 * letter)
    lettered = (is_letter(blobs, letter) | joined) & ~frame & (size[:, 1] >= 0.8 * letter)
    mask = np.concatenate([[False], lettered])[blobs.labels].astype(np.uint8)
    reach = round(1.3 * letter) | 1
    near = cv2.dilate(mask, np.ones((reach, reach), np.uint8))
    _, groups, stats, _ = cv2.connectedComponentsWithStats(near)
    pieces = []
    for index in range(1, len(stats)):
        inside = lettered & (groups[_middles(blobs.boxes)] == index)
        wide = blobs.boxes[inside]
        if not inside.any() or int((wide[:, 2] - wide[:, 0]).sum()) < 3.5 * letter:
            continue
        pieces.append(_piece(rest, groups == index, blobs.boxes[inside], letter))
    return pieces, seals


def _middles(boxes: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    middle = (boxes[:, :2] + boxes[:, 2:]) // 2
    return middle[:, 1], middle[:, 0]


def _piece(layer: Pixels, mask: np.ndarray, boxes: np.ndarray, letter: float) -> Piece:
    """One group cut out, turned level when its letters climb or fall."""
    pad = round(0.8 * letter)
    x0, y0 = np.maximum(boxes[:, :2].min(axis=0) - pad, 0)
    x1, y1 = boxes[:, 2:].max(axis=0) + pad
    cut = np.where(mask[y0:y1, x0:x1], layer[y0:y1, x0:x1], np.uint8(255))
    if len(boxes) > 1:
        angle, long = slant(boxes)
        if 6 < abs(angle) < 60 and long > 3:
            cut = turned(cut, angle)
    return Piece(cut, (int(x0), int(y0), int(x1), int(y1)))
