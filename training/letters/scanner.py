"""What paper, light and scanners do to a page: defects as plain functions on pixels.

Every defect takes the picture as a scanner would see it (rows, columns[, 3]; uint8; RGB), a
degree from 0 (none) to 1 (as bad as real scans get), and a random generator. Those that move
pixels also return the 3 × 3 matrix that maps old places (x, y, 1) to new ones.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels
from training.letters.paper import clouds
from training.letters.phrases import Rng

Matrix = NDArray[np.float64]
Mode = Literal["bilevel", "grey", "colour"]


@dataclass(frozen=True, slots=True)
class Scan:
    """How a page was scanned: kind of picture, dots per inch, defects by name and degree."""

    mode: Mode
    dpi: int
    defects: tuple[tuple[str, float], ...] = ()
    rotation: int = 0  # degrees clockwise that the sheet lies turned in the scanner
    quality: int = 75  # of the JPEG


def _warp(image: Pixels, matrix: Matrix, size: tuple[int, int], border: int = 255) -> Pixels:
    fill = (border,) * 3
    return np.asarray(
        cv2.warpPerspective(image, matrix, size, flags=cv2.INTER_LINEAR, borderValue=fill), np.uint8
    )


def skew(image: Pixels, degree: float, rng: Rng) -> tuple[Pixels, Matrix]:
    """The sheet lay crooked: up to 3°."""
    angle = float(rng.choice((-1, 1))) * 3.0 * degree
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
    matrix = np.vstack([turn, [0, 0, 1]])
    return _warp(image, matrix, (width, height)), matrix


def perspective(image: Pixels, degree: float, rng: Rng) -> tuple[Pixels, Matrix]:
    """A phone photograph: the sheet as a trapezium on a desk, light falling off."""
    height, width = image.shape[:2]
    margin = 0.03 + 0.02 * degree
    source = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    inset = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]], np.float32) * (width * margin)
    shake = rng.uniform(-0.03, 0.03, (4, 2)) * degree * width
    target = (source + inset + shake).astype(np.float32)
    matrix = np.asarray(cv2.getPerspectiveTransform(source, target), np.float64)
    desk = int(rng.integers(60, 130))
    out = _warp(image, matrix, (width, height), desk)
    return uneven(out, degree, rng), matrix


def blur(image: Pixels, degree: float, rng: Rng) -> Pixels:  # noqa: ARG001 - one shape for all
    """Out of focus: Gaussian, up to 3 pixels at 300 dpi."""
    size = 2 * round(1 + 6 * degree) + 1
    return np.asarray(cv2.GaussianBlur(image, (size, size), 0.4 + 2.6 * degree), np.uint8)


def noise(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """Sensor noise: up to ±60 grey levels."""
    top = max(1, round(60 * degree))
    grain = rng.integers(-top, top + 1, image.shape[:2], dtype=np.int16)
    if image.ndim == 3:
        grain = grain[..., None]
    return np.asarray(np.clip(image.astype(np.int16) + grain, 0, 255), np.uint8)


def speckle(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """Dust and toner specks: up to 9,000 a page, a pixel or a few wide, most in drifts."""
    out = image.copy()
    height, width = image.shape[:2]
    count = round(9000 * degree)
    centre = rng.integers(0, (height, width), (6, 2))
    spread = rng.normal(0, 0.18 * height, (count, 2)) + centre[rng.integers(0, 6, count)]
    level = 30 if image.ndim == 2 else (30, 30, 34)
    for y, x in spread.astype(int):
        size = int(rng.integers(1, 4))
        if 0 <= y < height and 0 <= x < width:
            out[y : y + size, x : x + size] = level
    return out


def uneven(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """Uneven light: patches down to half the brightness."""
    light = clouds(rng, image.shape, 4, round(255 - 130 * degree), 255).astype(np.uint16)
    if image.ndim == 3:
        light = light[..., None]
    return np.asarray(image * light // 255, np.uint8)


def faint(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """A worn ribbon or thin toner: ink up to 60 % lighter, in patches."""
    fade = clouds(rng, image.shape, 12, round(255 - 155 * degree), round(255 - 90 * degree))
    fade = fade[..., None] if image.ndim == 3 else fade
    return (255 - (255 - image).astype(np.uint16) * fade // 255).astype(np.uint8)


def fold(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """Folds: a dark and a bright line across the sheet."""
    out = image.copy()
    for _ in range(1 + round(2 * degree)):
        y = int(rng.integers(image.shape[0] // 5, 4 * image.shape[0] // 5))
        out[y : y + 3] = out[y : y + 3] // 3 * 2
        out[y + 3 : y + 6] = np.maximum(out[y + 3 : y + 6], 235)
    return out


def border(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """The dark edge of an open scanner lid, on two sides."""
    out = image.copy()
    wide = round(90 * degree) + 4
    tall = int(rng.integers(wide // 2, wide + 1))
    if rng.random() < 0.5:
        out[:, :wide] = 20
    else:
        out[:, -wide:] = 20
    out[-tall:] = 20
    return out


def show_through(image: Pixels, degree: float, rng: Rng, reverse: Pixels | None = None) -> Pixels:
    """The print of the reverse side, mirrored and faint, through thin paper."""
    if reverse is None:
        reverse = np.roll(image, int(rng.integers(80, 200)), axis=0)
    mirrored = cv2.GaussianBlur(np.ascontiguousarray(reverse[:, ::-1]), (9, 9), 2.5)
    dark = (255 - mirrored).astype(np.uint16) * round(110 * degree) // 255
    return np.clip(image.astype(np.int16) - dark.astype(np.int16), 0, 255).astype(np.uint8)


def broken(image: Pixels, degree: float, rng: Rng) -> Pixels:
    """A dirty drum: letters broken by vertical streaks and pin-holes."""
    out = image.copy()
    for _ in range(round(40 * degree)):
        x = int(rng.integers(0, image.shape[1] - 2))
        out[:, x : x + int(rng.integers(1, 3))] = 255
    holes = rng.integers(0, 1000, image.shape[:2]) < 30 * degree
    out[holes] = 255
    return out


MOVES: dict[str, Callable[[Pixels, float, Rng], tuple[Pixels, Matrix]]] = {
    "skew": skew,
    "perspective": perspective,
}
SPOILS: dict[str, Callable[[Pixels, float, Rng], Pixels]] = {
    "blur": blur, "noise": noise, "speckle": speckle, "uneven": uneven, "faint": faint,
    "fold": fold, "border": border, "show_through": show_through, "broken": broken,
}  # fmt: skip
DEFECTS = (*MOVES, *SPOILS)
"""All kinds, by the names that recipes use."""


def bilevel(image: Pixels) -> Pixels:
    """Black and white as fax-grade scanners make it: a threshold under the paper around."""
    small = cv2.resize(
        image, (image.shape[1] // 16, image.shape[0] // 16), interpolation=cv2.INTER_AREA
    )
    paper = cv2.dilate(small, np.ones((5, 5), np.uint8))
    paper = cv2.resize(paper, image.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.where(image > paper // 3 * 2, 255, 0).astype(np.uint8)


def scan(image: Pixels, how: Scan, rng: Rng) -> tuple[Pixels, Matrix]:
    """A page at 300 dpi (RGB) as the scanner gives it, and where its pixels went.

    The picture is grey (rows, columns) for "grey" and "bilevel" (0 or 255), else RGB. The matrix
    maps to the *upright* scan: turned sheets are turned in the file only.
    """
    matrix = np.eye(3)
    for name, degree in how.defects:
        if name in MOVES:
            image, moved = MOVES[name](image, degree, rng)
            matrix = moved @ matrix
        else:
            image = SPOILS[name](image, degree, rng)
    if how.mode != "colour":
        image = np.asarray(cv2.cvtColor(image, cv2.COLOR_RGB2GRAY), np.uint8)
    if how.dpi != 300:
        share = how.dpi / 300
        size = (round(image.shape[1] * share), round(image.shape[0] * share))
        image = np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_AREA), np.uint8)
        matrix = np.diag([share, share, 1.0]) @ matrix
    if how.mode == "bilevel":
        image = bilevel(image)
    turned = np.ascontiguousarray(np.rot90(image, -how.rotation // 90))
    return turned, matrix
