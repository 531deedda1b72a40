"""Which way is up: cheap evidence first, Tesseract's orientation reader only on suspicion."""

from __future__ import annotations

import re

import cv2
import numpy as np

from pipeline.config import Settings
from pipeline.errors import EngineError
from pipeline.page import Pixels
from pipeline.programs import run_program
from pipeline.temporary import temporary_folder


def may_be_turned(ink: Pixels, letter: float) -> bool:
    """Whether a page needs a closer look: its lines run down it, or it may stand on its head.

    Text rows make the row profile uneven and leave the column profile smooth; on its side it is
    the other way round. On its head, a page of Vietnamese has its many marks (above letters) on
    the lower side of each line, so the profile of a line rises and falls the other way.
    """
    if not letter or ink.sum() < 200:
        return False
    rows, columns = _roughness(ink.sum(axis=1), letter), _roughness(ink.sum(axis=0), letter)
    return columns > rows or _top_heavy(ink, letter) < 0.0


def _roughness(profile: object, letter: float) -> float:
    line = np.asarray(profile, float)
    smooth = cv2.blur(line.reshape(-1, 1), (1, max(3, round(3 * letter)))).ravel()
    return float(np.square(line - smooth).mean() / max(1.0, np.square(smooth).mean()))


def _top_heavy(ink: Pixels, letter: float) -> float:
    """Mean skewness of small blobs about their line: above 0 where marks stand on top."""
    count, _, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    h = stats[:, 3]
    body = (h >= 0.75 * letter) & (h <= 2.4 * letter)
    mark = (h >= 0.15 * letter) & (h < 0.6 * letter) & (stats[:, 2] < 1.2 * letter)
    body[0] = mark[0] = False
    if body.sum() < 30 or mark.sum() < 15 or count < 60:
        return 1.0
    boxes = stats[body][np.argsort(stats[body, 0])]
    x, y = centres[mark].T
    first = np.searchsorted(boxes[:, 0], x - 2 * letter)
    near = np.searchsorted(boxes[:, 0], x + 0.5 * letter) - first
    # Each mark with each of the letters near it, as pairs.
    x, y = np.repeat(x, near), np.repeat(y, near)
    place = np.arange(near.sum()) - np.repeat(np.cumsum(near) - near - first, near)
    bx, by, bw, bh = boxes[place, :4].T
    beside = (bx - 2 <= x) & (x <= bx + bw + 2)
    above = int((beside & (by - 0.9 * letter <= y) & (y <= by)).sum())
    below = int((beside & (by + bh <= y) & (y <= by + bh + 0.9 * letter)).sum())
    return (above - below) / max(1, above + below)


def upright(grey: Pixels, settings: Settings) -> int:
    """Degrees clockwise (0, 90, 180, 270) that make the page upright, by ``tesseract --psm 0``.

    0 where the reader is unsure or finds too little text.
    """
    with temporary_folder() as folder:
        path = folder / "page.png"
        cv2.imwrite(str(path), grey, [cv2.IMWRITE_PNG_COMPRESSION, 1])
        try:
            out = run_program(
                ["tesseract", path, "-", "-l", "osd", "--psm", "0"],
                timeout=settings.limits.seconds_per_page,
                memory_mb=settings.limits.memory_mb,
            ).decode("utf-8", "replace")
        except EngineError:
            return 0
    turn = re.search(r"Rotate: (\d+)", out)
    sure = re.search(r"Orientation confidence: ([\d.]+)", out)
    if not turn or not sure or float(sure[1]) < 1.0:
        return 0
    return int(turn[1])
