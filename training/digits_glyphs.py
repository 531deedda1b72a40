"""Digits as ink, from five kinds of hands and prints, each as a picture of one figure.

* scanned hands: MNIST test digits, thinned to their middle line so that any pen can redraw them
* pen paths: pendigits (eight points of each digit's path)
* drawn by rule: :mod:`training.digits_allographs`, written for this purpose after Vietnamese
  habits (a 1 with a flag as long as its stem, 4 open or closed, 7 crossed, 9 with a straight tail)
* handwriting typefaces and printing typefaces, as far as they are installed
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from training.digits_allographs import ALLOGRAPHS, WIDTHS

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Rng = np.random.Generator

HAND_FACES = (
    "DkgHandwriting Breip Steve Delphine Rufscript Kristi femkeklaver kiloji SetoFont YOzS YOzSb "
    "YOzSi Klee One|Yusei Magic|Comic Neue|Humor Sans|Tomson Talks|Dancing Script|Kaushan Script|"
    "Because We Build|Because We Connect|Because We Create|Because We Mentor|Because We Learn"
)
HELD_BACK_FACES = ("Breip", "Because We Mentor", "femkeklaver", "Delphine")
"""Handwriting faces that training never sees."""
STAMP_FACES = ("Arimo-Bold", "Cousine", "LiberationMono", "LiberationSans-Bold", "DejaVuSans-Bold")
"""Typefaces like those of numbering stamps."""


@dataclass(frozen=True)
class Hands:
    """Everything that one split draws digits from; faces are paths of font files."""

    thinned: dict[str, list[Grey]]
    paths: dict[str, list[Points]]
    hand_faces: tuple[str, ...]
    print_faces: tuple[str, ...]
    stamp_faces: tuple[str, ...]


def load_hands(folder: Path, held_back: bool) -> Hands:
    """Digits of ``folder`` (MNIST test set and pendigits) and installed faces, one split.

    The last 1,500 MNIST digits, the last 1,000 pen paths and the faces of ``HELD_BACK_FACES``
    are held back; ``held_back`` chooses which side.
    """
    images = _idx(folder / "mnist-t10k-images-idx3-ubyte.gz", 16).reshape(-1, 28, 28)
    labels = _idx(folder / "mnist-t10k-labels-idx1-ubyte.gz", 8)
    rows = np.loadtxt(folder / "pendigits.tra", delimiter=",", dtype=np.int64)
    image_part = slice(8500, None) if held_back else slice(0, 8500)
    path_part = slice(-1000, None) if held_back else slice(0, -1000)
    thinned: dict[str, list[Grey]] = {str(d): [] for d in range(10)}
    for label, lines in zip(labels[image_part], thin(images[image_part]), strict=True):
        thinned[str(label)].append(lines)
    paths: dict[str, list[Points]] = {str(d): [] for d in range(10)}
    for row in rows[path_part]:
        points = row[:16].reshape(8, 2) / 100.0
        paths[str(row[16])].append(np.column_stack([points[:, 0], 1 - points[:, 1]]))
    return Hands(thinned, paths, *_faces(held_back))


def _idx(path: Path, header: int) -> NDArray[np.uint8]:
    return np.frombuffer(gzip.decompress(path.read_bytes())[header:], dtype=np.uint8)


def _faces(held_back: bool) -> tuple[tuple[str, ...], tuple[str, ...], tuple[str, ...]]:
    """Font files of handwriting, of printing and of stamps that are installed here."""
    folder = Path("/usr/share/fonts")
    files = sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf"), *folder.rglob("*.t1")])
    hand, printed, stamps = [], [], []
    wanted = {n for part in HAND_FACES.split("|") for n in (part, *part.split(" "))}
    for path in files:
        try:
            family, _ = ImageFont.truetype(str(path), 20).getname()
        except OSError:
            continue
        if path.stem.startswith(STAMP_FACES):
            stamps.append(str(path))
        if family in wanted:
            if (family in HELD_BACK_FACES) == held_back:
                hand.append(str(path))
        elif path.stem.startswith(("Tinos", "texgyretermes", "FreeSerif", "NimbusRoman")):
            printed.extend([str(path)] * 3)
        elif path.stem.startswith(("Arimo", "DejaVuSerif", "Cousine", "texgyreheros")):
            printed.append(str(path))
    return tuple(hand), tuple(printed), tuple(stamps)


def thin(images: NDArray[np.uint8]) -> list[Grey]:
    """Middle lines of many 28 × 28 digits at twice their size (Zhang and Suen 1984)."""
    big = np.stack([cv2.resize(i, (56, 56), interpolation=cv2.INTER_CUBIC) for i in images])
    ink = np.pad(big > 110, ((0, 0), (1, 1), (1, 1)))
    for _ in range(20):
        before = ink.sum()
        for step in (0, 1):
            ink &= ~_removable(ink, step)
        if ink.sum() == before:
            break
    return list((ink[:, 1:-1, 1:-1] * 255).astype(np.uint8))


def _removable(ink: NDArray[np.bool_], step: int) -> NDArray[np.bool_]:
    around = [
        np.roll(ink, shift, (1, 2))
        for shift in ((1, 0), (1, -1), (0, -1), (-1, -1), (-1, 0), (-1, 1), (0, 1), (1, 1))
    ]
    count = sum(a.astype(np.uint8) for a in around)
    rises = sum((~a & b).astype(np.uint8) for a, b in zip(around, around[1:] + around[:1]))  # noqa: B905 - equal by construction
    up, right, down, left = around[0], around[2], around[4], around[6]
    if step == 0:
        sides = ~(up & right & down) & ~(right & down & left)
    else:
        sides = ~(up & right & left) & ~(up & down & left)
    return ink & (count >= 2) & (count <= 6) & (rises == 1) & sides


# --- Drawing -------------------------------------------------------------------------------------


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
    if source == "thinned" and figure in hands.thinned:
        return _redraw(hands.thinned[figure][rng.integers(len(hands.thinned[figure]))],
                       height, pen, rng)  # fmt: skip
    if source == "face" and hands.hand_faces:
        face = hands.hand_faces[rng.integers(len(hands.hand_faces))]
        return print_text(figure, face, height * 1.35, pen.slant * 0.5)
    if source == "path" and figure in hands.paths:
        points = hands.paths[figure][rng.integers(len(hands.paths[figure]))]
        span = np.ptp(points, axis=0)
        strokes = [(points - points.min(0)) / max(float(span[1]), 0.3)]
        strokes = [s * (rng.uniform(0.6, 1.1), 1.0) for s in strokes]
    else:
        shapes = ALLOGRAPHS[figure]
        text = shapes[rng.integers(len(shapes))]
        width = WIDTHS.get(figure, 0.62) * rng.uniform(0.6, 1.25)
        strokes = [
            np.array([tuple(map(float, p.split(","))) for p in stroke.split()]) / 100.0
            for stroke in text.split("|")
        ]
        strokes = [s * (width, 1.0) for s in strokes]
    return _write(strokes, height, pen, rng)


def _write(strokes: list[Points], height: float, pen: Pen, rng: Rng) -> Grey:
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
