"""What a picture is like: ink, size of its letters, quality figures."""

from __future__ import annotations

import cv2
import numpy as np

from pipeline.page import Pixels, Quality

# x-height in pixels at which print is read best with the least work: Times New Roman 14 at about
# 220 dpi. Below 13 px the tone marks melt into the letters.
BEST_X_HEIGHT = 15.0
_POOR_X_HEIGHT = 9.0


def binarize(grey: Pixels) -> Pixels:
    """Ink as 1, paper as 0. Local threshold (Niblack family, mean minus a constant)."""
    if grey.size and is_two_valued(grey):
        return np.asarray(grey < 128, np.uint8)
    size = max(15, (min(grey.shape) // 30) | 1)
    return np.asarray(
        cv2.adaptiveThreshold(grey, 1, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, size, 18),
        np.uint8,
    )


def is_two_valued(grey: Pixels) -> bool:
    """Whether a picture came from a 1-bit scan (a sample of its pixels is looked at)."""
    sample = grey[::7, ::7]
    return bool(np.isin(sample, (0, 255)).all())


def x_height(ink: Pixels) -> float:
    """Height of lower-case letters in pixels, 0 where there is no text.

    Blob heights of print have peaks at the x-height (a c e m n o r s u v x), at the height of
    capitals and of vowels with marks. The first peak that is not much lower than the highest one
    is the x-height: capitals are higher, and in Vietnamese often no fewer.
    """
    count, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    if count < 20:
        return 0.0
    w, h, area = stats[1:, 2], stats[1:, 3], stats[1:, 4]
    # Letters: not flat, not a line, not mostly holes, not specks.
    good = (h >= 5) & (h <= 120) & (w >= 0.5 * h) & (w <= 2.2 * h) & (area >= 0.2 * w * h)
    good &= area <= 0.85 * w * h
    heights = h[good]
    if heights.size < 15:
        return 0.0
    histogram = np.bincount(heights, minlength=123).astype(float)
    smooth = np.convolve(histogram, (0.25, 0.5, 0.25), "same")
    typical = int(smooth.argmax())
    rising = (smooth[1:-1] >= smooth[:-2]) & (smooth[1:-1] >= smooth[2:])
    peaks = np.flatnonzero(rising & (smooth[1:-1] >= 0.4 * smooth[typical])) + 1
    peaks = peaks[peaks >= 0.5 * typical]
    peak = int(peaks[0]) if peaks.size else typical
    near = heights[(heights >= 0.88 * peak) & (heights <= 1.12 * peak + 0.5)]
    # Noise has a peak too; thirty letters of one height are print.
    return float(near.mean()) if near.size >= 30 else 0.0


def quality(
    black: Pixels, letter: float, native: float, speckle: float, contrast: float
) -> Quality:
    """Figures of a cleaned page.

    Args:
        black: the black layer.
        letter: x-height in pixels of ``black``.
        native: x-height in pixels of the source.
        speckle: share of ink in specks.
        contrast: paper minus ink before cleaning, 0..1.
    """
    ink = float((black < 128).mean())
    size = np.clip((native - _POOR_X_HEIGHT) / (15.0 - _POOR_X_HEIGHT), 0.15, 1.0)
    clear = np.clip(contrast / 0.45, 0.2, 1.0)
    clean = np.clip(1.0 - 2.5 * speckle, 0.3, 1.0)
    score = float(size * clear * clean) if letter else 0.5
    return Quality(
        x_height=round(native, 1),
        contrast=round(contrast, 3),
        speckle=round(speckle, 4),
        ink=round(ink, 4),
        blank=False,
        score=round(score, 3),
    )


def is_blank(black: Pixels, letter: float) -> bool:
    """Whether no text is on the page: fewer than a dozen letter-sized blobs stand in rows.

    Show-through, a seal's print from the facing page, dust and punch holes are not text. A strip
    below the head is looked at first: where that holds text, the rest of the page need not be.
    """
    height = black.shape[0]
    return _no_text(black[height // 5 : 2 * height // 5], letter) and _no_text(black, letter)


def _no_text(black: Pixels, letter: float) -> bool:
    ink = (black < 110).astype(np.uint8)
    unit = letter or 12.0
    _, _, stats, centres = cv2.connectedComponentsWithStats(ink, connectivity=8)
    h, area = stats[:, 3], stats[:, 4]
    sized = (h >= 0.7 * unit) & (h <= 3 * unit) & (area >= 0.15 * unit * unit)
    sized[0] = False
    if sized.sum() < 4:
        return True
    rows = np.sort(centres[sized, 1])
    in_row = [int(((rows >= y - unit / 2) & (rows <= y + unit / 2)).sum()) for y in rows]
    return max(in_row) < 4 and bool(sized.sum() < 12)
