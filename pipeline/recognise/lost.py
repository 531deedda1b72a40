"""Rows of letters that a reading passed over."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from pipeline.page import Box
from pipeline.recognise.compose import Piece, trimmed
from pipeline.recognise.letters import find_blobs, is_letter
from pipeline.recognise.rows import text_rows

_FEWEST = 4  # letters: fewer are more often a pen mark than a line


def lost_rows(piece: Piece, covered: Sequence[Box], letter: float, margin: int = 0) -> list[Piece]:
    """The rows of a piece in which letters stand that no word covers, cut out.

    Args:
        piece: a part of a layer.
        covered: boxes of the words read there, in pixels of the layer.
        letter: x-height in pixels.
        margin: bottom of the top margin in pixels, where a page number may stand alone.
    """
    left, top = piece.source[:2]
    blobs = find_blobs(piece.pixels)
    boxes = blobs.boxes[is_letter(blobs, letter)]
    sizes = boxes[:, 2:] - boxes[:, :2]
    # Letters of print alone: pen strokes and rules are longer or flatter.
    boxes = boxes[(sizes[:, 1] >= 0.8 * letter) & (sizes[:, 0] <= 3 * letter)]
    middle = (boxes[:, :2] + boxes[:, 2:]) / 2
    free = np.ones(len(boxes), bool)
    for x0, y0, x1, y1 in covered:
        free &= ~(
            (middle[:, 0] >= x0 - left - 2)
            & (middle[:, 0] <= x1 - left + 2)
            & (middle[:, 1] >= y0 - top - 2)
            & (middle[:, 1] <= y1 - top + 2)
        )
    rows = []
    for above, below in text_rows(np.sort(middle[free, 1]), letter, least=1):
        inside = free & (middle[:, 1] > above) & (middle[:, 1] < below)
        if inside.sum() < _FEWEST and below + top > margin:
            continue
        x0, x1 = int(boxes[inside, 0].min()), int(boxes[inside, 2].max())
        cut = trimmed(piece.pixels, (x0, max(0, above), x1, below), 0)
        if cut is not None:
            a, b, c, d = cut.source
            rows.append(Piece(cut.pixels, (a + left, b + top, c + left, d + top)))
    return rows
