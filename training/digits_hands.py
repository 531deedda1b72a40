"""Where drawn digits come from, apart for training and for measuring: five kinds of hands, print.

* scanned hands: MNIST test digits as they are, or thinned to their middle line so that any pen
  can redraw them
* pen paths: pendigits (eight points of each digit's path), for training also hands between
  and a little beyond two that write a figure alike
* drawn by rule: :mod:`training.digits_allographs`, written for this purpose after Vietnamese
  habits (a 1 with a flag as long as its stem, 4 open or closed, 7 crossed, 9 with a straight tail)
* handwriting typefaces and printing typefaces, as far as they are installed
"""

from __future__ import annotations

import gzip
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ImageFont

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

_LEVELS = (110, 60)  # of 255, at which scanned digits are thinned


@dataclass(frozen=True)
class Hands:
    """Everything that one split draws digits from; faces are paths of font files."""

    scanned: dict[str, list[Grey]]
    thinned: dict[str, list[Grey]]
    paths: dict[str, list[Points]]
    hand_faces: tuple[str, ...]
    print_faces: tuple[str, ...]
    stamp_faces: tuple[str, ...]
    varied: bool
    """Whether digits are varied beyond how they were written; those to measure on are not."""


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
    scanned: dict[str, list[Grey]] = {str(d): [] for d in range(10)}
    for label, picture in zip(labels[image_part], images[image_part], strict=True):
        scanned[str(label)].append(_inked(picture))
    for level in _LEVELS[:1] if held_back else _LEVELS:
        for label, lines in zip(labels[image_part], thin(images[image_part], level), strict=True):
            thinned[str(label)].append(lines)
    paths: dict[str, list[Points]] = {str(d): [] for d in range(10)}
    for row in rows[path_part]:
        points = row[:16].reshape(8, 2) / 100.0
        paths[str(row[16])].append(np.column_stack([points[:, 0], 1 - points[:, 1]]))
    return Hands(scanned, thinned, paths, *_faces(held_back), varied=not held_back)


def _inked(picture: Grey) -> Grey:
    rows, columns = np.flatnonzero(picture.max(1) > 30), np.flatnonzero(picture.max(0) > 30)
    return picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]


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


def thin(images: NDArray[np.uint8], level: int) -> list[Grey]:
    """Middle lines of many 28 × 28 digits at twice their size (Zhang and Suen 1984).

    What is darker than ``level`` is stroke: pale strokes break at a high one, small loops close
    at a low one.
    """
    big = np.stack([cv2.resize(i, (56, 56), interpolation=cv2.INTER_CUBIC) for i in images])
    ink = np.pad(big > level, ((0, 0), (1, 1), (1, 1)))
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
