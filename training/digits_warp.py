"""What hands, pens, stamps and scanners do to ink that is drawn already."""

from __future__ import annotations

import cv2
import numpy as np

from training.digits_glyphs import print_text
from training.digits_hands import Grey, Rng


def elastic(ink: Grey, rng: Rng, strength: float) -> Grey:
    """A figure pulled about smoothly (Simard 2003), as no two of one hand are alike.

    Args:
        ink: the figure, 0 paper .. 255 ink.
        rng: draws the pull.
        strength: typical shift in shares of the height.
    """
    height, width = ink.shape
    pad = max(2, round(1.5 * strength * height))
    roomy = np.pad(ink, pad)
    high, wide = roomy.shape
    # A coarse field, enlarged, is smooth at a cost that is next to nothing.
    coarse = rng.normal(0, strength * height, (2, 4, 4)).astype(np.float32)
    field = [cv2.resize(part, (wide, high), interpolation=cv2.INTER_CUBIC) for part in coarse]
    xs, ys = np.meshgrid(np.arange(wide, dtype=np.float32), np.arange(high, dtype=np.float32))
    moved = np.asarray(cv2.remap(roomy, xs + field[0], ys + field[1], cv2.INTER_LINEAR), np.uint8)
    before, after = _inked(ink), _inked(moved)
    if before is None or after is None:
        return ink
    # The paper around it stays as wide as it was: figures keep their distance.
    inside = moved[after[0] : after[1], after[2] : after[3]]
    return np.pad(inside, ((before[0], height - before[1]), (before[2], width - before[3])))


def _inked(picture: Grey) -> tuple[int, int, int, int] | None:
    """Rows and columns (half open) between which there is ink."""
    rows, columns = np.flatnonzero(picture.max(1) > 60), np.flatnonzero(picture.max(0) > 60)
    if len(rows) == 0:
        return None
    return int(rows[0]), int(rows[-1]) + 1, int(columns[0]), int(columns[-1]) + 1


def uneven(ink: Grey, rng: Rng) -> Grey:
    """Ink that is paler here and there: a light hand, a dry pen, a pad with little ink."""
    height, width = ink.shape
    coarse = rng.uniform(rng.uniform(0.45, 0.9), 1.1, (5, max(3, width // 14))).astype(np.float32)
    strength = cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.clip(ink * np.clip(strength, 0.2, 1.0), 0, 255).astype(np.uint8)


def thicken(ink: Grey, rng: Rng) -> Grey:
    """A felt pen, or ink that ran: small loops fill."""
    size = int(rng.integers(2, 5))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size))
    return np.asarray(cv2.dilate(ink, kernel), dtype=np.uint8)


def stamped(text: str, faces: tuple[str, ...], size: float, rng: Rng) -> Grey:
    """A number printed by a stamp with wheels: wide apart, each figure a little off the line."""
    face = faces[rng.integers(len(faces))]
    figures = [print_text(figure, face, size) for figure in text]
    rise = round(0.12 * size)
    high = max(figure.shape[0] for figure in figures) + 2 * rise
    parts = []
    for figure in figures:
        top = int(rng.integers(0, high - figure.shape[0] + 1)) if rng.random() < 0.5 else rise
        below = high - figure.shape[0] - top
        apart = int(rng.integers(0, max(1, round(0.2 * size))))
        parts.append(np.pad(figure, ((top, below), (0, apart))))
    return uneven(np.hstack(parts), rng) if rng.random() < 0.7 else np.hstack(parts)
