"""Where the page lies in the picture: turned, tilted, or seen at an angle."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Pixels

Matrix = NDArray[np.float64]

_MOST_SKEW = 8.0  # degrees; a feeder or a hand does not tilt a page further
_LEAST_SKEW = 0.12  # degrees; turning a page by less blurs more than it mends


def skew_angle(ink: Pixels) -> float:
    """Degrees that text lines fall to the right (positive: clockwise tilt), by row profile.

    The angle at which the sums of squares of the row profile are greatest (Postl 1986), found on
    ink points sheared, not on pictures turned: coarse steps of half a degree, then finer.
    """
    y, x = np.nonzero(ink)
    if x.size < 200:
        return 0.0
    if x.size > 60_000:
        every = x.size // 60_000 + 1
        y, x = y[::every], x[::every]
    centred = x - ink.shape[1] / 2

    def sharpness(degrees: float) -> float:
        rows = y - centred * np.tan(np.radians(degrees))
        profile = np.bincount((rows - rows.min()).astype(np.int64)).astype(float)
        return float(np.square(np.diff(profile)).sum())

    best: float = max(np.arange(-_MOST_SKEW, _MOST_SKEW + 0.01, 0.5).tolist(), key=sharpness)
    for step in (0.1, 0.03):
        best = max((best + np.arange(-5, 6) * step).tolist(), key=sharpness)
    return float(best)


def halves(ink: Pixels) -> tuple[float, float]:
    """Skew of the upper and the lower half, in degrees; equal where they can't be told apart."""
    whole = skew_angle(ink)
    middle = ink.shape[0] // 2
    upper, lower = ink[:middle], ink[middle:]
    if min(int(upper.sum()), int(lower.sum())) < 0.2 * int(ink.sum()):
        return whole, whole
    top, bottom = skew_angle(upper), skew_angle(lower)
    # A real fan of lines is small; a large difference is a picture or a signature in one half.
    if 0.25 <= abs(top - bottom) <= 3.0 and min(abs(top - whole), abs(bottom - whole)) <= 1.0:
        return top, bottom
    return whole, whole


def straighten(width: int, height: int, top: float, bottom: float, scale: float) -> Matrix:
    """3 × 3 matrix from straight, scaled pixels to source pixels.

    ``top`` and ``bottom`` are the skews of the two halves: with different ones the lines fan out,
    which a projective map of the four corners takes back.
    """
    out_width, out_height = width * scale, height * scale
    corners = np.array([[0, 0], [out_width, 0], [out_width, out_height], [0, out_height]])
    source = []
    for x, y in corners / scale:
        share = (y / height - 0.25) / 0.5  # the halves' angles hold at a quarter and three quarters
        tangent = np.tan(np.radians(top + (bottom - top) * share))
        dx, dy = x - width / 2, y - height / 2
        cosine = 1 / np.sqrt(1 + tangent * tangent)
        sine = tangent * cosine
        source.append([width / 2 + dx * cosine - dy * sine, height / 2 + dx * sine + dy * cosine])
    return np.asarray(
        cv2.getPerspectiveTransform(corners.astype(np.float32), np.array(source, np.float32)),
        np.float64,
    )


def is_level(top: float, bottom: float) -> bool:
    """Whether turning would do more harm than good."""
    return max(abs(top), abs(bottom)) < _LEAST_SKEW


def sheet_corners(grey: Pixels) -> NDArray[np.float32] | None:
    """The four corners of a sheet photographed on a darker desk, or None for a scan.

    The sheet is the largest bright region; it must be a convex quadrilateral that covers 25 % of
    the picture and leave a darker rim. Order: top left, top right, bottom right, bottom left.
    """
    scale = 400 / max(grey.shape)
    small = cv2.resize(grey, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    small = cv2.GaussianBlur(cv2.morphologyEx(small, cv2.MORPH_CLOSE, np.ones((9, 9))), (5, 5), 0)
    _, bright = cv2.threshold(small, 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    outside = small[bright == 0]
    inside = small[bright > 0]
    if not inside.size or outside.size < 0.04 * small.size:
        return None  # one brightness all over: white paper, or a lid that was left open
    if float(inside.mean()) - float(outside.mean()) < 45:
        return None
    contours, _ = cv2.findContours(bright, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE)
    sheet = max(contours, key=cv2.contourArea)
    hull = cv2.convexHull(sheet)
    area = cv2.contourArea(hull)
    if not 0.25 * small.size <= area <= 0.97 * small.size:
        return None
    if cv2.contourArea(sheet) < 0.9 * area:
        return None
    for tolerance in (0.02, 0.03, 0.05):
        corners = cv2.approxPolyDP(hull, tolerance * cv2.arcLength(hull, True), True)
        if len(corners) == 4:
            return _ordered(corners.reshape(4, 2).astype(np.float32) / scale)
    return None


def _ordered(corners: NDArray[np.float32]) -> NDArray[np.float32]:
    total, difference = corners.sum(axis=1), np.diff(corners, axis=1).ravel()
    order = [total.argmin(), difference.argmin(), total.argmax(), difference.argmax()]
    return corners[order]


def rectify(corners: NDArray[np.float32]) -> tuple[Matrix, int, int]:
    """Matrix from flat sheet pixels to picture pixels, and the flat sheet's width and height."""
    top_left, top_right, bottom_right, bottom_left = corners
    width = max(np.linalg.norm(top_right - top_left), np.linalg.norm(bottom_right - bottom_left))
    height = max(np.linalg.norm(bottom_left - top_left), np.linalg.norm(bottom_right - top_right))
    flat = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
    matrix = cv2.getPerspectiveTransform(flat, corners)
    return np.asarray(matrix, np.float64), round(float(width)), round(float(height))
