"""Circles of a seal's size in a layer: rims of ink with paper outside of them.

What tells a rim from lines of print is not how much ink lies on a circle, but how much more lies
there than just outside: print is as dark on every circle, and worn rubber leaves half of a rim.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels

# Pixels of an x-height on the picture that circles are measured on; candidates are found on one
# a third as large.
_FINE, _COARSER = 6.0, 2
_STEP = 1.0  # of the radius, in pixels of the coarse picture
_BEYOND = (2.0, 4.0)  # coarse pixels outside of a rim, where paper is
_LIKELY = 0.25  # ink on a rim less ink beyond it, for a candidate
_MOST = 12  # candidates
_POINTS = 120
_EDGE, _OUTSIDE = 0.4, 2.2  # fine pixels from a rim's middle to its edges, and to paper
# Ink on a rim less ink beyond it. On 130 layers of drawn pages 0.6 and more at seals, 0.42 at most
# elsewhere; small circles pass through more print by chance (0.5).
_NEEDED, _NEEDED_SMALL = 0.52, 0.75
_SMALL = 5.5  # x-heights

_TURN = np.linspace(0, 2 * np.pi, _POINTS, endpoint=False)
_COS, _SIN = np.cos(_TURN), np.sin(_TURN)
_EVEN = np.full(_POINTS, 1 / _POINTS, np.float32)

Circle = tuple[float, float, float]
"""x, y, radius in pixels."""


def find_circles(part: Pixels, letter: float, smallest: float, largest: float) -> list[Circle]:
    """Rims in a part of a layer, the largest first; rings within a rim come after it.

    Args:
        part: grey, ink dark.
        letter: x-height in pixels.
        smallest: radius in x-heights.
        largest: the same.
    """
    scale = _FINE / letter
    how = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    fine = cv2.resize(part, None, fx=scale, fy=scale, interpolation=how)
    ink = _darkness(np.asarray(fine, np.uint8), 225)
    soft = np.asarray(cv2.GaussianBlur(ink, (0, 0), 1.5), np.float32)
    found = []
    for candidate in _candidates(np.asarray(fine, np.uint8), smallest, largest):
        share, (x, y, radius) = _refined(ink, soft, candidate)
        if share >= (_NEEDED if radius >= _SMALL * _FINE else _NEEDED_SMALL):
            found.append((x / scale, y / scale, radius / scale))
    return sorted(found, key=lambda circle: -circle[2])


def _darkness(grey: Pixels, white: int) -> NDArray[np.float32]:
    """0 for paper, 1 for ink that is 60 levels under ``white`` or darker."""
    table = np.clip((white - np.arange(256, dtype=np.float32)) / 60, 0, 1)
    return np.asarray(cv2.LUT(grey, table), np.float32)


def _candidates(fine: Pixels, smallest: float, largest: float) -> list[Circle]:
    """Likely circles in pixels of the fine picture, best first."""
    small = cv2.resize(fine, None, fx=1 / _COARSER, fy=1 / _COARSER, interpolation=cv2.INTER_AREA)
    ink = _darkness(np.asarray(small, np.uint8), 235)
    unit = _FINE / _COARSER
    found: list[tuple[float, Circle]] = []
    for radius in np.arange(smallest * unit, largest * unit + 0.5, _STEP):
        share = cv2.filter2D(ink, cv2.CV_32F, _mask(radius), borderType=cv2.BORDER_CONSTANT)
        for _ in range(3):
            _, best, _, (x, y) = cv2.minMaxLoc(share)
            if best < _LIKELY:
                break
            middle = ((x + 0.5) * _COARSER - 0.5, (y + 0.5) * _COARSER - 0.5)
            circle = (*middle, float(radius) * _COARSER)
            # The less print on a circle is chance, the longer it is.
            found.append((best * float(np.sqrt(radius)), circle))
            cv2.circle(share, (x, y), 4, 0.0, -1)
    kept: list[Circle] = []
    for _, circle in sorted(found, reverse=True):
        if len(kept) < _MOST and not any(_same(circle, other) for other in kept):
            kept.append(circle)
    return kept


def _same(a: Circle, b: Circle) -> bool:
    reach = 1.5 * _COARSER
    return all(abs(one - other) < reach for one, other in zip(a, b, strict=True))


def _mask(radius: float) -> NDArray[np.float32]:
    """A filter that gives the ink on a circle less the ink beyond it."""
    half = int(radius + _BEYOND[1]) + 1
    grid = np.hypot(*np.mgrid[-half : half + 1, -half : half + 1])
    ring = np.clip(1.3 - np.abs(grid - radius), 0, 1)
    beyond = (grid > radius + _BEYOND[0]) & (grid < radius + _BEYOND[1])
    return np.asarray(ring / ring.sum() - beyond / beyond.sum(), np.float32)


def _refined(
    ink: NDArray[np.float32], soft: NDArray[np.float32], circle: Circle
) -> tuple[float, Circle]:
    """The circle moved to where its rim stands out most, and by how much."""
    best, best_share = circle, 0.0
    for step, picture in ((2.0, soft), (1.0, soft), (0.5, ink)):
        best_share, moved = _share(picture, best), True
        while moved:
            moved = False
            for dx, dy, dr in ((1, 0, 0), (-1, 0, 0), (0, 1, 0), (0, -1, 0), (0, 0, 1), (0, 0, -1)):
                tried = (best[0] + dx * step, best[1] + dy * step, best[2] + dr * step)
                share = _share(picture, tried)
                if share > best_share + 1e-4:
                    best, best_share, moved = tried, share, True
    return best_share, best


def _share(ink: NDArray[np.float32], circle: Circle) -> float:
    """Ink on a rim, about a pixel wide, less ink outside of it."""
    x, y, radius = circle
    radii = np.array([radius - _EDGE, radius + _EDGE, radius + _OUTSIDE])[:, None]
    lines = cv2.remap(
        ink,
        (x + radii * _COS).astype(np.float32),
        (y + radii * _SIN).astype(np.float32),
        cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=0,
    )
    return float((np.maximum(lines[0], lines[1]) - lines[2]).dot(_EVEN))
