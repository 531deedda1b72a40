"""Draw a digit as ink with a pen, from any of the hands of :mod:`training.digits_hands`."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.digits_allographs import ALLOGRAPHS, WIDTHS
from training.digits_hands import Grey, Hands, Points, Rng

_UNLIFTED = 0.06  # of figures of several strokes are written without lifting the pen


@dataclass(frozen=True)
class Pen:
    """One writer's hand for one string."""

    width: float  # of the stroke, in pixels of the drawing
    slant: float  # shear, x per y
    wobble: float
    skips: bool  # a ball pen that loses ink
    swell: float = 0.0  # how much pressure widens and narrows the stroke, as a share


def draw_digit(figure: str, source: str, height: float, pen: Pen, hands: Hands, rng: Rng) -> Grey:
    """One figure as ink (0 paper .. 255 ink), cropped to itself."""
    if source == "scanned" and figure in hands.scanned:
        return _rescan(hands.scanned[figure][rng.integers(len(hands.scanned[figure]))], height, rng)
    if source == "thinned" and figure in hands.thinned:
        return _redraw(hands.thinned[figure][rng.integers(len(hands.thinned[figure]))],
                       height, pen, rng)  # fmt: skip
    if source == "face" and hands.hand_faces:
        face = hands.hand_faces[rng.integers(len(hands.hand_faces))]
        return print_text(figure, face, height * 1.35, pen.slant * 0.5)
    if source == "path" and figure in hands.paths:
        points = _path(hands.paths[figure], hands.varied, rng)
        span = np.ptp(points, axis=0)
        strokes = [(points - points.min(0)) / max(float(span[1]), 0.3)]
        strokes = [s * (rng.uniform(0.6, 1.1), 1.0) for s in strokes]
    else:
        shapes = ALLOGRAPHS[figure]
        width = WIDTHS.get(figure, 0.62) * rng.uniform(0.6, 1.25)
        strokes = allograph(shapes[rng.integers(len(shapes))], width)
        if hands.varied and rng.random() < _UNLIFTED:
            strokes = [np.concatenate(strokes)]
    return write(strokes, height, pen, rng)


def _path(paths: list[Points], varied: bool, rng: Rng) -> Points:
    """One pen path; ``varied``, mostly drawn towards or away from another that is much like it."""
    path = paths[rng.integers(len(paths))]
    if not varied or rng.random() < 0.3:
        return path
    others = [paths[i] for i in rng.integers(len(paths), size=16)]
    alike = min(others, key=lambda other: float(np.abs(other - path).mean()))
    between: Points = path + rng.uniform(-0.5, 0.6) * (alike - path)
    return between


def allograph(text: str, width: float) -> list[Points]:
    """The strokes of a drawing in the notation of :mod:`training.digits_allographs`, height 1."""
    strokes = (
        np.array([p.split(",") for p in stroke.split()], np.float64) for stroke in text.split("|")
    )
    return [stroke / 100.0 * np.array([width, 1.0]) for stroke in strokes]


def write(strokes: list[Points], height: float, pen: Pen, rng: Rng) -> Grey:
    """Strokes in unit height, warped a little, drawn with the pen."""
    phase = rng.uniform(0, 6.28, 4)
    tilt = rng.normal(0, 0.06)
    warped = []
    for stroke in strokes:
        p = smooth(stroke) if len(stroke) > 2 else stroke
        x, y = p[:, 0], p[:, 1]
        dx = pen.wobble * (np.sin(4 * y + phase[0]) + 0.6 * np.sin(7 * x + phase[1]))
        dy = pen.wobble * (np.sin(4 * x + phase[2]) + 0.6 * np.sin(6 * y + phase[3]))
        warped.append(np.column_stack([x + dx + pen.slant * (1 - y), y + dy + tilt * x]) * height)
    everything = np.concatenate(warped)
    margin = pen.width + 2
    low = everything.min(0) - margin
    size = np.ceil(everything.max(0) + margin - low).astype(int)
    canvas = np.zeros((size[1], size[0]), np.uint8)
    for stroke in warped:
        points = np.round((stroke - low) * 16).astype(np.int32)
        if pen.skips and len(points) > 8 and rng.random() < 0.4:
            cut = int(rng.integers(2, len(points) - 3))
            parts = [points[:cut], points[cut + 2 :]]
        else:
            parts = [points]
        for part in parts:
            thickness = max(1, round(pen.width * rng.uniform(0.9, 1.1)))
            _stroke(canvas, part, thickness, pen.swell)
    return canvas


def _stroke(canvas: Grey, points: NDArray[np.int32], thickness: int, swell: float) -> None:
    """One stroke; under a pressing hand it widens downwards and thins upwards."""
    if swell <= 0 or len(points) < 3:
        cv2.polylines(canvas, [points], False, 255, thickness, cv2.LINE_AA, 4)
        return
    for a, b in pairwise(points):
        down = (b[1] - a[1]) / max(float(np.hypot(*(b - a))), 1.0)
        here = max(1, round(thickness * (1 + swell * down)))
        cv2.line(canvas, tuple(map(int, a)), tuple(map(int, b)), 255, here, cv2.LINE_AA, 4)


def smooth(points: Points) -> Points:
    """A Catmull-Rom curve through the points, eight steps a span."""
    p = np.concatenate([points[:1], points, points[-1:]])
    t = np.linspace(0, 1, 8, endpoint=False)[:, None]
    spans = [
        0.5
        * (
            2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2
            + (3 * b - a - 3 * c + d) * t**3
        )
        for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True)
    ]  # fmt: skip
    return np.concatenate([*spans, points[-1:]])


def _rescan(picture: Grey, height: float, rng: Rng) -> Grey:
    """A digit as it was scanned, in the pen that wrote it, brought to a height."""
    # A lying stroke has its width, not its height, from the hand.
    scale = height / max(picture.shape[0], 12)
    size = max(3, round(picture.shape[1] * scale * rng.uniform(0.75, 1.1)))
    tall = max(3, round(picture.shape[0] * scale))
    big = cv2.resize(picture, (size, tall), interpolation=cv2.INTER_CUBIC)
    return np.asarray(big, dtype=np.uint8)


def _redraw(lines: Grey, height: float, pen: Pen, rng: Rng) -> Grey:
    """A thinned digit, scaled and slanted, then given the pen's width."""
    ys, xs = np.nonzero(lines)
    top, bottom, left, right = ys.min(), ys.max(), xs.min(), xs.max()
    scale = height / max(bottom - top, 12)
    squeeze = rng.uniform(0.6, 1.15)
    margin = pen.width + 3
    shear = pen.slant + rng.normal(0, 0.04)
    span = (bottom - top) * scale
    matrix = np.array(
        [
            [scale * squeeze, -shear * scale, 0.0],
            [0.0, scale, margin - top * scale],
        ]
    )
    matrix[0, 2] = margin - left * scale * squeeze + shear * scale * bottom
    reach = (right - left) * scale * squeeze + abs(shear) * span + 2 * margin
    if shear < 0:
        matrix[0, 2] += -shear * span
    # Dilating before scaling keeps one-pixel lines whole.
    fat = cv2.dilate(lines, np.ones((2, 2), np.uint8))
    flat = cv2.warpAffine(fat, matrix, (int(reach) + 2, int(span + 2 * margin) + 1))
    base = 2 * scale
    inked = (flat > 90).astype(np.uint8) * 255
    grow = round(pen.width - base)
    if grow > 0:
        kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (grow + 1, grow + 1))
        inked = np.asarray(cv2.dilate(inked, kernel), dtype=np.uint8)
    return np.asarray(cv2.GaussianBlur(inked, (0, 0), 0.8), dtype=np.uint8)


def print_text(text: str, face: str, size: float, shear: float = 0.0) -> Grey:
    """A line of type as ink, cropped to itself in width; height is that of its ink."""
    font = ImageFont.truetype(face, max(8, round(size)))
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, font=font, fill=255)
    ink = np.asarray(image, dtype=np.uint8)
    if abs(shear) > 0.02:
        reach = int(abs(shear) * ink.shape[0])
        matrix = np.array([[1, -shear, max(0, reach if shear > 0 else 0)], [0, 1, 0]], np.float64)
        slanted = cv2.warpAffine(ink, matrix, (ink.shape[1] + reach, ink.shape[0]))
        ink = np.asarray(slanted, dtype=np.uint8)
    return ink
