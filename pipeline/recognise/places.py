"""Boxes of a cleaned page → boxes of the upright source page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from pipeline.page import Box, CleanPage, Line, Zone


def to_source(zones: Sequence[Zone], page: CleanPage) -> tuple[Zone, ...]:
    """The zones with every box in pixels of the upright source page."""
    return tuple(
        replace(
            zone,
            box=_moved(zone.box, page),
            lines=tuple(_line(line, page) for line in zone.lines),
        )
        for zone in zones
    )


def _line(line: Line, page: CleanPage) -> Line:
    return replace(
        line,
        box=_moved(line.box, page),
        words=tuple(replace(word, box=_moved(word.box, page)) for word in line.words),
        alternatives=tuple(_line(other, page) for other in line.alternatives),
    )


def _moved(box: Box, page: CleanPage) -> Box:
    """The upright box around the four moved corners, kept inside the page and not empty."""
    x0, y0, x1, y1 = box
    corners = np.array([[x0, y0, 1], [x1, y0, 1], [x1, y1, 1], [x0, y1, 1]], float).T
    x, y, w = page.to_source @ corners
    x, y = x / w, y / w
    left = min(max(int(np.floor(x.min())), 0), page.width - 1)
    top = min(max(int(np.floor(y.min())), 0), page.height - 1)
    right = min(max(int(np.ceil(x.max())), left + 1), page.width)
    bottom = min(max(int(np.ceil(y.max())), top + 1), page.height)
    return (left, top, right, bottom)
