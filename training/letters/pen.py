"""Ink from a hand: digits and signatures as strokes of a pen.

Digits are skeletons of our own (strokes of points in a unit box, y down), shaken, slanted and
smoothed, so that no two are alike; nothing is taken from a data set of handwriting.
"""

from __future__ import annotations

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels
from training.letters.phrases import Rng, pick

Stroke = NDArray[np.float64]
"""Points (n, 2): x right, y down."""


@lru_cache(maxsize=1)
def skeletons() -> dict[str, list[list[Stroke]]]:
    """Forms of each digit, each a list of strokes in a unit box, from ``digits.toml``."""
    text = Path(__file__).with_name("digits.toml").read_text(encoding="utf-8")
    return {
        character: [[_points(stroke) for stroke in form] for form in forms]
        for character, forms in tomllib.loads(text).items()
    }


def _points(stroke: str) -> Stroke:
    return np.array([[float(v) for v in point.split(",")] for point in stroke.split()]) / 100


@dataclass(frozen=True, slots=True)
class Hand:
    """One writer: slant (x per y), width of a digit to its height, shake, pen width in points."""

    slant: float
    width: float
    shake: float
    pen: float
    colour: tuple[int, int, int]  # RGB


INKS = ((28, 42, 140), (40, 60, 170), (20, 30, 110), (25, 25, 30), (15, 15, 18))


def hand(rng: Rng) -> Hand:
    """A writer with a pen of blue or black ink."""
    return Hand(
        slant=float(rng.uniform(-0.05, 0.45)),
        width=float(rng.uniform(0.42, 0.68)),
        shake=float(rng.uniform(0.012, 0.045)),
        pen=float(rng.uniform(0.6, 1.25)),
        colour=pick(rng, INKS),
    )


def smooth(points: Sequence[Sequence[float]] | Stroke, steps: int = 10) -> Stroke:
    """A Catmull-Rom curve through points (n, 2), ``steps`` points a segment."""
    p = np.asarray(points, dtype=np.float64)
    p = np.vstack([2 * p[0] - p[1], p, 2 * p[-1] - p[-2]])
    t = np.linspace(0.0, 1.0, steps, endpoint=False)[:, None]
    out = []
    for a, b, c, d in zip(p, p[1:], p[2:], p[3:], strict=False):
        cubic = 2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
        out.append(0.5 * (cubic + (3 * b - a - 3 * c + d) * t**3))
    return np.vstack([*out, p[-2:-1]])


def digit_strokes(rng: Rng, text: str, writer: Hand) -> list[Stroke]:
    """Digits (and ``/``) as strokes in units of their height, from x = 0, baseline at y = 1."""
    x, strokes = 0.0, []
    for character in text:
        skeleton = pick(rng, skeletons()[character])
        wide = writer.width * float(rng.uniform(0.85, 1.15))
        if character in "1/":
            wide *= 0.6
        tall = float(rng.uniform(0.9, 1.08))
        drop = float(rng.normal(0, 0.03))
        for points in skeleton:
            p = points + rng.normal(0, writer.shake, (len(points), 2))
            curve = smooth(p)
            y = curve[:, 1] * tall + (1 - tall) + drop
            strokes.append(
                np.stack([x + curve[:, 0] * wide + (1 - y) * writer.slant * 0.5, y], axis=1)
            )
        x += wide * float(rng.uniform(1.0, 1.25)) + 0.1
    return strokes


def signature_strokes(rng: Rng) -> list[Stroke]:
    """A signature in a unit box (it may leave it): a few loops, an ascender, a flourish."""
    strokes = []
    turns = int(rng.integers(5, 11))
    x = np.linspace(0.05, 0.75, turns) + rng.normal(0, 0.05, turns)
    y = 0.5 + np.where(np.arange(turns) % 2, 0.22, -0.22) + rng.normal(0, 0.16, turns)
    strokes.append(smooth(np.stack([x, y], axis=1)))
    loop = np.array([[0.1, 0.7], [0.25, 0.05], [0.38, 0.1], [0.2, 0.8], [0.45, 0.55]])
    strokes.append(smooth(loop + rng.normal(0, 0.07, loop.shape)))
    tail = np.array([[0.5, 0.6], [0.8, 0.35], [1.1, 0.2], [0.6, 0.75], [0.1, 0.95]])
    strokes.append(smooth(tail + rng.normal(0, 0.09, tail.shape)))
    return strokes[: int(rng.integers(2, 4))]


def draw(mask: Pixels, strokes: Sequence[Stroke], thickness: float, rng: Rng) -> None:
    """Ink strokes (pixel coordinates) into a coverage mask (255 = full), pressure varying."""
    for stroke in strokes:
        fixed = np.round(stroke * 16).astype(np.int32)
        pressure = 1 + 0.25 * np.sin(np.linspace(0, 3, len(fixed)) + rng.uniform(0, 6))
        for a, b, press in zip(fixed, fixed[1:], pressure, strict=False):
            width = max(1, round(thickness * float(press)))
            cv2.line(mask, a.tolist(), b.tolist(), 255, width, cv2.LINE_AA, shift=4)
