"""The rings of a seal taken out of the print that runs through them.

Like staff lines under notes: a ring is erased at every angle at which nothing but the ring is
there, and stays where a stroke of a letter meets it, so that the letter keeps its shape.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels

_INK = 160
_RING = 0.62  # share of a whole turn that ink follows, for a radius to be a ring's
_STEPS = (1.5, 0.75, 0.4)  # pixels, by which the shape of a rim is refined


def rim_pixels(patch: Pixels, x: float, y: float, radius: float) -> NDArray[np.bool_]:
    """Which pixels of ``patch`` are nothing but rings around (x, y).

    The patch is laid out by angle and radius, with the outermost ring made straight (rubber and
    feeders leave no true circle); a ring is then a row of ink.

    Args:
        patch: a part of a grey layer.
        x: centre of the seal in pixels of the patch.
        y: the same, down.
        radius: of its outermost ring.
    """
    turns, reach = max(90, round(2 * np.pi * radius)), round(1.1 * radius) + 6
    angles = np.linspace(0, 2 * np.pi, turns, endpoint=False)
    polar = _unrolled(patch, x, y, angles, np.zeros(turns), reach)
    stray = _stray(polar < _INK, angles, radius)
    ink = _unrolled(patch, x, y, angles, stray, reach) < _INK
    gone = np.zeros(ink.shape, bool)
    for inner, outer in _bands(ink, radius):
        low, high = max(0, inner - 2), min(reach, outer + 2)
        gone[:, low:high] |= _alone(ink[:, low:high])
    # Grey edges of the rim go with it.
    wide = cv2.dilate(gone.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    erased = wide & ~(ink & ~gone)
    ys, xs = np.mgrid[0 : patch.shape[0], 0 : patch.shape[1]]
    turn = np.round(np.arctan2(ys - y, xs - x) * turns / (2 * np.pi)).astype(int) % turns
    place = np.round(np.hypot(xs - x, ys - y) - stray[turn]).astype(int)
    inside = (place >= 0) & (place < reach)
    return np.asarray(erased[turn, place.clip(0, reach - 1)] & inside)


def _unrolled(
    patch: Pixels,
    x: float,
    y: float,
    angles: NDArray[np.float64],
    stray: NDArray[np.float64],
    reach: int,
) -> Pixels:
    """Angles down, radii across; ``stray`` is added to the radius at each angle."""
    radii = np.arange(reach)[None, :] + stray[:, None]
    return np.asarray(
        cv2.remap(
            patch,
            (x + radii * np.cos(angles)[:, None]).astype(np.float32),
            (y + radii * np.sin(angles)[:, None]).astype(np.float32),
            cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_CONSTANT,
            borderValue=255,
        ),
        np.uint8,
    )


def _stray(
    ink: NDArray[np.bool_], angles: NDArray[np.float64], radius: float
) -> NDArray[np.float64]:
    """How far the outermost ring strays from its circle at each angle, in pixels.

    A centre that is off and an ellipse, found by going uphill: where most ink follows the curve.
    """
    soft = cv2.GaussianBlur(ink.astype(np.float32), (5, 1), 1.0)
    waves = np.stack(
        [np.ones_like(angles), *(f(n * angles) for n in (1, 2) for f in (np.cos, np.sin))]
    )
    row = np.arange(len(angles))

    def share(weights: NDArray[np.float64]) -> float:
        place = np.round(radius - 1 + weights @ waves).astype(int)
        return float(soft[row, place.clip(0, ink.shape[1] - 1)].mean())

    weights = np.zeros(len(waves))
    best = share(weights)
    for step in _STEPS:
        moved = True
        while moved:
            moved = False
            for move in (*np.eye(len(waves)) * step, *np.eye(len(waves)) * -step):
                tried = share(weights + move)
                if tried > best + 1e-4:
                    best, weights, moved = tried, weights + move, True
    weights[0] = 0.0  # the radius itself is no straying
    return np.asarray(weights @ waves, np.float64)


def _bands(ink: NDArray[np.bool_], radius: float) -> list[tuple[int, int]]:
    """Inner and outer radius (half open) of each ring."""
    share = ink.mean(axis=0)
    share[: round(0.3 * radius)] = 0.0
    on = np.concatenate([[False], share >= _RING, [False]])
    edges = np.flatnonzero(on[1:] != on[:-1]).tolist()
    return list(zip(edges[::2], edges[1::2], strict=True))


def _alone(part: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Ink of a band at the angles at which it reaches neither side of the band."""
    inward = np.logical_and.accumulate(part, axis=1)
    outward = np.logical_and.accumulate(part[:, ::-1], axis=1)[:, ::-1]
    return np.asarray(part & ~inward & ~outward)
