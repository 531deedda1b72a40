"""Rows of print by their letters, and rows cut out one by one where they stand badly."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, Pixels
from pipeline.recognise.compose import Piece, trimmed
from pipeline.recognise.letters import Blobs, find_blobs, is_letter

_SLOPE = 0.02  # a row that rises or falls less than this is read as it stands
_TALL = 2.9  # x-heights: a blob taller than this is two lines that have melted together


def row_centres(boxes: NDArray[np.int64], letter: float) -> NDArray[np.float64]:
    """Heights at which letters stand, sorted; those that have melted together count as several."""
    several = np.maximum(1, np.round((boxes[:, 2] - boxes[:, 0]) / (1.3 * letter)).astype(int))
    return np.sort(np.repeat((boxes[:, 1] + boxes[:, 3]) / 2, several))


def split_rows(blobs: Blobs, letter: float) -> NDArray[np.int64]:
    """Boxes of the rows that blobs two lines tall fall into: marks have melted into the line above.

    The cut is where the blob is thinnest, a third of its height or more from either end.
    """
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    fill = blobs.areas / np.maximum(1, size[:, 0] * size[:, 1])
    tall = (size[:, 1] > 2.6 * letter) & (size[:, 1] < 5 * letter) & (fill > 0.25)
    tall &= (size[:, 0] > letter) & (size[:, 0] < 30 * letter)
    parts = []
    for index in np.flatnonzero(tall):
        x0, y0, x1, y1 = blobs.boxes[index].tolist()
        profile = (blobs.labels[y0:y1, x0:x1] == index + 1).sum(axis=1)
        third = (y1 - y0) // 3
        cut = y0 + third + int(profile[third : y1 - y0 - third].argmin())
        parts += [(x0, y0, x1, cut), (x0, cut, x1, y1)]
    return np.array(parts, np.int64).reshape(-1, 4)


def text_rows(centres: NDArray[np.float64], letter: float, least: int = 4) -> list[tuple[int, int]]:
    """Top and bottom of each run of ``least`` or more letters at one height."""
    rows = []
    start = 0
    for i in range(1, len(centres) + 1):
        if i < len(centres) and centres[i] - centres[i - 1] <= 0.5 * letter:
            continue
        group = centres[start:i]
        start = i
        if len(group) >= least:
            rows.append((round(group[0] - 1.9 * letter), round(group[-1] + 1.2 * letter)))
    return rows


def row_pieces(layer: Pixels, box: Box, letter: float) -> list[Piece]:
    """The rows of print in ``box``, each cut out by itself and made level, top to bottom.

    A signature's lines are typed, stamped and signed at different times: they stand askew, run
    into each other and into pen strokes. What lies between the rows is left out.
    """
    x0, y0, x1, y1 = box
    part = layer[max(0, y0) : y1, max(0, x0) : x1]
    if not part.size:
        return []
    blobs = find_blobs(part)
    size = blobs.boxes[:, 2:] - blobs.boxes[:, :2]
    sized = is_letter(blobs, letter) & (size[:, 1] >= 0.8 * letter) & (size[:, 0] <= 12 * letter)
    letters = np.concatenate([blobs.boxes[sized], split_rows(blobs, letter)])
    rows = text_rows(row_centres(letters, letter), letter)
    middle = _levels(blobs.boxes, blobs.boxes[sized], letter)
    tall = size[:, 1] > _TALL * letter
    pieces = []
    for index, (upper, lower) in enumerate(rows):
        top = max(0, upper, _border(part, rows, index - 1, letter))
        bottom = min(part.shape[0], lower, _border(part, rows, index, letter))
        # Whole blobs, so that a mark stays with its letter; only melted ones are cut.
        inside = (middle >= top) & (middle < bottom)
        inside &= _no_specks(blobs.boxes, letters[_within(letters, top, bottom)], letter)
        mask = np.concatenate([[False], inside & ~tall])[blobs.labels]
        cut = np.concatenate([[False], tall])[blobs.labels]
        mask[top:bottom] |= cut[top:bottom]
        wide = cv2.dilate(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        row = np.where(wide, part, np.uint8(255))
        level = _levelled(row, blobs.boxes[sized & inside])
        piece = trimmed(level, (0, 0, part.shape[1], part.shape[0]), round(0.5 * letter))
        if piece is not None:
            a, b, c, d = piece.source
            left, above = max(0, x0), max(0, y0)
            source = (a + left, b + above, c + left, d + above)
            pieces.append(Piece(piece.pixels, source))
    return pieces


def _levels(
    boxes: NDArray[np.int64], letters: NDArray[np.int64], letter: float
) -> NDArray[np.float64]:
    """Heights at which blobs stand; a mark stands with the letter that is nearest over or under it.

    The dot under Ị of one line is closer to the next line's marks than to its own letters' middle.
    """
    own = (boxes[:, 1] + boxes[:, 3]) / 2
    if not len(letters):
        return np.asarray(own, np.float64)
    small = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) < 0.5 * letter
    across = (boxes[:, 0][:, None] < letters[:, 2]) & (boxes[:, 2][:, None] > letters[:, 0])
    gap = np.maximum(boxes[:, 1][:, None] - letters[:, 3], letters[:, 1] - boxes[:, 3][:, None])
    gap = np.where(across, np.maximum(gap, 0), 1e6)
    nearest = gap.argmin(axis=1)
    with_letter = small & (gap.min(axis=1) < 0.5 * letter)
    middle = (letters[:, 1] + letters[:, 3]) / 2
    return np.asarray(np.where(with_letter, middle[nearest], own), np.float64)


def _within(boxes: NDArray[np.int64], top: int, bottom: int) -> NDArray[np.bool_]:
    middle = (boxes[:, 1] + boxes[:, 3]) / 2
    return np.asarray((middle >= top) & (middle < bottom))


def _no_specks(
    boxes: NDArray[np.int64], letters: NDArray[np.int64], letter: float
) -> NDArray[np.bool_]:
    """Which blobs are no dirt: letters, the marks over and under them, and points beside them."""
    small = (boxes[:, 2:] - boxes[:, :2]).max(axis=1) < 0.5 * letter
    x0, y0, x1, y1 = (boxes[:, i][:, None] for i in range(4))
    a, b, c, d = (letters[:, i][None, :] for i in range(4))
    over = (x0 < c) & (x1 > a) & (y1 > b - 0.7 * letter) & (y0 < d + 0.4 * letter)
    point = (x0 >= c) & (x0 < c + 0.5 * letter) & (y0 > d - 0.6 * letter) & (y1 < d + 0.3 * letter)
    return np.asarray(~small | (over | point).any(axis=1))


def _border(part: Pixels, rows: list[tuple[int, int]], index: int, letter: float) -> int:
    """Where to cut between row ``index`` and the next: the emptiest line between their letters."""
    if index < 0:
        return 0
    if index + 1 >= len(rows):
        return int(part.shape[0])
    # From a letter's middle half its height is print; above the next one stand its marks.
    low = rows[index][1] - round(0.7 * letter)
    high = rows[index + 1][0] + round(1.2 * letter)
    if high <= low:
        return (low + high) // 2
    return low + int(np.argmin((part[low:high] < 160).sum(axis=1)))


def _levelled(row: Pixels, letters: NDArray[np.int64]) -> Pixels:
    """A row sheared so that its letters stand at one height; x stays as it is."""
    if len(letters) < 5:
        return row
    x, y = (letters[:, 0] + letters[:, 2]) / 2, letters[:, 3].astype(float)
    run = x[None, :] - x[:, None]
    far = run > 0.25 * (x.max() - x.min())
    slope = float(np.median((y[None, :] - y[:, None])[far] / run[far])) if far.any() else 0.0
    if not _SLOPE < abs(slope) < 0.2:
        return row
    shear = np.array([[1, 0, 0], [-slope, 1, slope * float(x.mean())]])
    size = (row.shape[1], row.shape[0])
    return np.asarray(cv2.warpAffine(row, shear, size, borderValue=255), np.uint8)
