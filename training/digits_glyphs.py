"""Digits as ink, from five kinds of hands and prints, each as a picture of one figure.

* scanned hands: MNIST test digits, thinned to their middle line so that any pen can redraw them
* pen paths: pendigits (eight points of each digit's path)
* drawn by rule: the allographs below, written for this purpose after Vietnamese habits (a 1 with
  a flag as long as its stem, 4 open, closed or like a ``y``, 7 crossed, 9 with a straight tail)
* handwriting typefaces and printing typefaces, as far as they are installed
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

Grey = NDArray[np.uint8]
Points = NDArray[np.float64]
Rng = np.random.Generator

# One allograph a line: strokes apart by |, points x,y in hundredths (y down); points of a stroke
# are joined by a smooth curve, a corner is a new stroke from the same point.
ALLOGRAPHS: dict[str, tuple[str, ...]] = {
    "0": (
        "50,0 10,20 0,60 25,98 65,95 90,50 75,8 45,0",
        "60,5 20,15 5,60 30,100 70,90 92,45 80,5 50,2 35,12",
        "40,8 8,35 8,75 40,100 75,80 85,35 65,3 38,5",
        "70,15 45,0 12,25 5,70 35,100 75,75 85,30 60,5 40,10",
    ),
    "1": (
        "50,0 50,50 48,100",
        "20,30 40,15 60,0|60,0 58,50 55,100",
        "5,45 35,20 60,0|60,0 60,50 58,100",
        "0,70 35,30 65,0|65,0 63,50 62,100",
        "0,95 30,50 65,0|65,0 64,50 64,100",
        "30,22 55,0|55,0 52,100|20,100 85,98",
        "0,55 30,35 70,0|70,0 60,50 45,100",
        "60,0 50,50 40,100",
    ),
    "2": (
        "5,25 25,2 65,3 80,28 60,60 5,98|5,98 50,92 98,95",
        "5,30 30,0 75,10 75,40 40,75 10,95 5,82 25,75 50,92 98,92",
        "10,15 45,0 75,12 70,40 35,75 0,100|0,100 95,100",
        "15,35 5,15 35,0 75,8 80,35 45,70 8,96 12,78 40,82 70,98 100,85",
        "20,40 8,20 40,0 70,15 60,50 25,90 2,92 18,74 50,88 100,90",
        "5,10 60,0 75,20 40,60 0,100|0,100 50,95 95,100",
        "22,30 12,18 25,2 60,0 72,20 55,50 20,82 5,95 8,80 25,78 45,94 70,98 95,85",
        "35,30 20,36 8,20 25,3 60,2 75,22 55,55 15,88 5,96 15,80 40,88 60,98 95,90",
        "30,42 12,32 15,8 45,0 72,15 65,45 30,80 8,98 5,84 22,78 50,95 98,92",
        "0,38 22,22 40,3 68,2 78,25 50,65 15,98 8,85 30,78 55,95 100,88",
    ),
    "3": (
        "5,15 40,0 75,15 65,40 30,48|30,48 75,55 85,80 50,100 0,88",
        "5,5 80,2|80,2 30,42|30,42 80,52 85,85 40,102 0,90",
        "10,12 50,0 72,22 40,45 75,60 75,88 35,100 0,92",
        "0,10 50,0 75,20 35,44 22,48 55,48 85,70 60,98 5,98",
    ),
    "4": (
        "45,0 30,35 5,65|5,65 98,62|72,30 68,100",
        "70,0 35,35 0,68|0,68 100,66|70,0 70,100",
        "65,0 30,40 0,72|0,72 100,64|65,0 72,50 76,100",
        "10,5 5,35 20,52 85,48|88,0 85,50 80,100",
        "5,0 0,40 15,55 60,55 90,40|92,0 88,50 84,100",
        "55,0 20,50 5,70|5,70 50,68 95,60|80,20 65,60 55,100",
        "60,2 45,20 0,75|0,75 60,72 102,66|62,2 68,40 66,100",
        "30,0 10,55|10,55 45,58 95,52|70,25 60,100",
        "35,12 5,75|5,75 98,70|80,0 82,100",
        "28,25 2,72 12,78 98,70|88,0 82,100",
        "70,0 0,80|0,80 110,78|62,20 66,105",
    ),
    "5": (
        "20,5 15,45|15,45 50,35 85,60 70,95 5,98|20,5 90,0",
        "85,2 25,5|25,5 15,45|15,45 65,38 85,70 50,100 0,92",
        "90,0 40,5 20,25 30,45 75,55 80,85 40,102 0,92",
        "25,8 20,45|20,45 60,40 80,65 55,98 5,95|22,8 60,6 95,2",
        "30,0 22,42|22,42 55,40 78,68 45,100 0,95|30,2 100,5",
        "25,8 20,45|20,45 60,40 80,65 55,98 5,95|22,8 80,4 150,-2",
    ),
    "6": (
        "75,2 30,25 5,70 35,100 75,85 70,58 35,52 8,72",
        "60,0 25,35 5,75 30,100 70,92 75,62 40,52 10,75",
        "40,0 15,40 8,80 40,100 78,85 72,58 40,55 12,75",
        "50,0 18,45 12,85 50,100 85,78 65,52 30,62 15,80",
        "80,8 50,0 15,35 5,75 40,100 80,80 60,52 15,65",
    ),
    "7": (
        "0,8 85,2|85,2 55,50 40,100",
        "0,5 80,5|80,5 45,100|25,52 85,45",
        "5,20 8,5|8,5 85,5|85,5 60,45 45,100",
        "0,12 40,2 85,5|85,5 60,50 50,100|20,50 90,46",
        "5,15 20,3 50,10 85,0|85,0 60,45 48,100|30,50 85,48",
        "0,0 90,0|90,0 70,50 62,100|35,45 100,42",
    ),
    "8": (
        "75,12 40,0 12,20 45,45 80,72 55,100 15,88 20,65 50,45 80,20 70,8",
        "45,48 12,25 45,0 78,22 45,48|45,48 5,75 45,100 88,75 45,48",
        "85,5 45,2 15,22 50,48 82,75 45,100 12,80 40,52 70,30 92,2",
        "60,5 25,10 25,35 65,60 70,90 35,100 10,80 35,52 75,25 65,5",
        "90,10 50,0 20,25 60,50 75,80 40,100 10,75 50,45 85,15 95,0",
        "98,0 70,12 32,36 22,18 48,4 62,30 72,78 42,100 18,80 45,52 96,-4",
        "70,18 45,2 22,22 48,52 65,82 40,100 15,82 38,52 80,12 105,0",
    ),
    "9": (
        "80,15 45,0 8,25 25,50 65,42 80,12|80,12 75,60 68,100",
        "78,12 40,0 10,28 35,50 75,30|78,12 78,70 55,98 15,92",
        "75,20 45,2 12,25 30,48 70,35 80,10|80,10 65,60 40,100",
        "80,5 35,5 12,30 45,48 78,20|78,20 80,60 75,85 45,100 15,95",
        "70,8 30,5 10,30 40,45 75,15|75,15 72,100",
    ),
    "a": ("80,30 35,20 5,60 35,98 75,75 80,30|80,30 80,85 98,95",),
    "b": ("10,0 10,50 12,98|12,60 50,40 85,70 50,100 12,92", "25,0 5,90 50,100 80,60 20,65"),
    "c": ("85,35 45,20 8,55 35,98 90,85",),
    "d": ("80,0 80,50 82,98|80,55 40,38 8,70 40,100 80,85",),
    "e": ("12,65 80,60 65,28 25,30 8,70 45,100 90,85",),
    "/": ("70,-5 30,105", "90,-10 10,110", "60,0 40,100"),
}
WIDTHS = {"1": 0.42, "/": 0.5, "0": 0.62, "4": 0.7}

HAND_FACES = (
    "DkgHandwriting Breip Steve Delphine Rufscript Kristi femkeklaver kiloji SetoFont YOzS YOzSb "
    "YOzSi Klee One|Yusei Magic|Comic Neue|Humor Sans|Tomson Talks|Dancing Script|Kaushan Script|"
    "Because We Build|Because We Connect|Because We Create|Because We Mentor|Because We Learn"
)
HELD_BACK_FACES = ("Breip", "Because We Mentor", "femkeklaver", "Delphine")
"""Handwriting faces that training never sees."""


@dataclass(frozen=True)
class Hands:
    """Everything that one split draws digits from; faces are paths of font files."""

    thinned: dict[str, list[Grey]]
    paths: dict[str, list[Points]]
    hand_faces: tuple[str, ...]
    print_faces: tuple[str, ...]


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


def _faces(held_back: bool) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Font files of handwriting and of printing that are installed here."""
    folder = Path("/usr/share/fonts")
    files = sorted([*folder.rglob("*.ttf"), *folder.rglob("*.otf"), *folder.rglob("*.t1")])
    hand, printed = [], []
    wanted = {n for part in HAND_FACES.split("|") for n in (part, *part.split(" "))}
    for path in files:
        try:
            family, _ = ImageFont.truetype(str(path), 20).getname()
        except OSError:
            continue
        if family in wanted:
            if (family in HELD_BACK_FACES) == held_back:
                hand.append(str(path))
        elif path.stem.startswith(("Tinos", "texgyretermes", "FreeSerif", "NimbusRoman")):
            printed.extend([str(path)] * 3)
        elif path.stem.startswith(("Arimo", "DejaVuSerif", "Cousine", "texgyreheros")):
            printed.append(str(path))
    return tuple(hand), tuple(printed)


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
    return ink & (count >= 2) & (count <= 6) & (rises == 1) & sides  # type: ignore[no-any-return]  # sum() of arrays is typed Any


# --- Drawing -------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Pen:
    """One writer's hand for one string."""

    width: float  # of the stroke, in pixels of the drawing
    slant: float  # shear, x per y
    wobble: float
    skips: bool  # a ball pen that loses ink


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
            cv2.polylines(canvas, [part], False, 255, thickness, cv2.LINE_AA, 4)
    return canvas


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
        inked = cv2.dilate(inked, kernel)
    return cv2.GaussianBlur(inked, (0, 0), 0.8)


def print_text(text: str, face: str, size: float, shear: float = 0.0) -> Grey:
    """A line of type as ink, cropped to itself in width; height is that of its ink."""
    font = ImageFont.truetype(face, max(8, round(size)))
    left, top, right, bottom = font.getbbox(text)
    image = Image.new("L", (int(right - left) + 4, int(bottom - top) + 4), 0)
    ImageDraw.Draw(image).text((2 - left, 2 - top), text, font=font, fill=255)
    ink = np.asarray(image)
    if abs(shear) > 0.02:
        reach = int(abs(shear) * ink.shape[0])
        matrix = np.array([[1, -shear, max(0, reach if shear > 0 else 0)], [0, 1, 0]], np.float64)
        ink = cv2.warpAffine(ink, matrix, (ink.shape[1] + reach, ink.shape[0]))
    return ink  # type: ignore[no-any-return]  # Pillow's array is untyped
