"""Where a page stands in two columns: its head (cells 1-5) and its end (cells 7 and 9b).

Found on boxes alone, of letters before reading or of words of a text layer, so that both take
the same way. Columns are read apart: a reader left to itself runs across both.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box

Part = Literal["head_left", "head_right", "middle", "end_left", "end_right"]


@dataclass(frozen=True, slots=True)
class Region:
    """A rectangle of the page that is read as one column."""

    part: Part
    box: Box


@dataclass(frozen=True, slots=True)
class _Corridor:
    """A white strip at ``x`` with text on both sides, between rows ``top`` and ``bottom``."""

    x: int
    top: int
    bottom: int


def find_regions(
    boxes: NDArray[np.int64], width: int, height: int, letter: float
) -> tuple[Region, ...]:
    """The page's columns in canonical reading order.

    Args:
        boxes: n × 4 (x0, y0, x1, y1), of letters or words.
        width: of the page in pixels.
        height: of the page in pixels.
        letter: x-height in pixels.
    """
    whole = (Region("middle", (0, 0, width, height)),)
    if len(boxes) < 12:
        return whole
    rows = _rows(boxes, letter)
    head = _corridor(rows, width, letter, from_top=True)
    end = _corridor(rows, width, letter, from_top=False)
    if head and end and end.top < head.bottom + 2 * letter:
        end = None
    regions: list[Region] = []
    top, bottom = 0, height
    if head and head.top < 0.35 * height:
        top = head.bottom
        regions.append(Region("head_left", (0, 0, head.x, top)))
        regions.append(Region("head_right", (head.x, 0, width, top)))
    after: list[Region] = []
    if end:
        bottom = end.top
        after.append(Region("end_left", (0, bottom, end.x, height)))
        after.append(Region("end_right", (end.x, bottom, width, height)))
    return (*regions, Region("middle", (0, top, width, bottom)), *after)


def _rows(boxes: NDArray[np.int64], letter: float) -> list[NDArray[np.int64]]:
    """Boxes gathered into text rows, top to bottom (rows of neighbouring columns may share one)."""
    order = np.argsort((boxes[:, 1] + boxes[:, 3]) / 2)
    rows: list[list[int]] = []
    level = -1e9
    for i in order:
        centre = (boxes[i, 1] + boxes[i, 3]) / 2
        if not rows or centre - level > 1.35 * letter:
            rows.append([])
            level = centre
        rows[-1].append(int(i))
        # The level follows the row, so that a slight slope does not break it.
        level += (centre - level) / min(len(rows[-1]), 12)
    return [boxes[row] for row in rows]


def _corridor(
    rows: Sequence[NDArray[np.int64]], width: int, letter: float, *, from_top: bool
) -> _Corridor | None:
    """The corridor that runs furthest from the first (or last) row of text.

    A row with text on both sides of it must leave two x-heights free there: a space between
    words is no column. From row to row the gaps may overlap by as little as half an x-height.
    """
    ordered = rows if from_top else rows[::-1]
    half = 0.3 * letter
    xs = np.arange(0.22 * width, 0.72 * width, half)
    reach = np.zeros(len(xs), int)
    sides = np.zeros((2, len(xs)), int)  # rows with text left, right
    both = np.zeros(len(xs), int)
    free = np.ones(len(xs), bool)
    for row in ordered:
        x0, x1 = row[:, 0][:, None], row[:, 2][:, None]
        crossed = ((x0 < xs + half) & (x1 > xs - half)).any(axis=0)
        before = np.where(x1 <= xs, x1, -np.inf).max(axis=0)
        after = np.where(x0 >= xs, x0, np.inf).min(axis=0)
        free &= ~crossed & (after - before >= 2 * letter)
        if not free.any():
            break
        left, right = free & np.isfinite(before), free & np.isfinite(after)
        reach += free
        sides += np.stack([left, right])
        both += left & right
    # The authority line alone may stand beside a list of recipients, never the other way round.
    least = (2, 2) if from_top else (3, 1)
    good = (sides[0] >= least[0]) & (sides[1] >= least[1]) & (both >= 1)
    if not good.any():
        return None
    best = np.flatnonzero(good & (reach == reach[good].max()))
    # The rightmost of the best places, less a little: what is centred on the right has an even
    # edge, what is listed on the left may run on under a seal, and both may lose a letter to it.
    run = best[best >= best[-1] - round(1.5 * letter / half)]
    index = int(run[0] if run[-1] - run[0] == len(run) - 1 else best[-1])
    passed = ordered[: int(reach[index])]
    beyond = ordered[len(passed)] if len(passed) < len(ordered) else None
    if from_top:
        bottom = _between(passed[-1], beyond, letter)
        top = min(int(row[:, 1].min()) for row in passed) - letter
    else:
        top = _between(beyond, passed[-1], letter)
        bottom = max(int(row[:, 3].max()) for row in passed) + letter
    return _Corridor(round(float(xs[index])), round(top), round(bottom))


def _between(
    above: NDArray[np.int64] | None, below: NDArray[np.int64] | None, letter: float
) -> float:
    """Where to cut between two rows: marks need more room than tails.

    Most letters of a row end at its x-line and baseline; a pen mark that reaches into the next
    row must not take that row along, so medians count, not extremes.
    """
    baseline = None if above is None else float(np.percentile(above[:, 3], 70))
    x_line = None if below is None else float(np.percentile(below[:, 1], 30))
    if baseline is None:
        return (x_line or 0.0) - 1.2 * letter
    if x_line is None:
        return baseline + 0.8 * letter
    return baseline + min(0.38 * max(0.0, x_line - baseline), 1.5 * letter)
