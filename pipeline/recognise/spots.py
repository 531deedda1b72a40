"""Find where a number or a date part is written, cut it out, and have it read.

A letter's form prints everything but the figures: ``Số: ____/UBND-VX`` and ``ngày __ tháng __
năm ____`` (NĐ 30/2020 Phụ lục I, cells 3 and 4). The printed words beside a gap give its place,
its baseline and its height. They may be badly read or merged with the writing
(``Số:2g6/UBND-``): then the characters' share of the word tells roughly where the gap is, and the
digit reader, which passes over printed letters and stops at the slash, does the rest.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from pipeline.page import Box, CleanPage, Pixels, Spot, SpotKind, Zone
from pipeline.recognise.anchors import Anchor, find_anchors
from pipeline.recognise.arrival import LEAST, dates_of, read_arrival, stamp_words
from pipeline.recognise.authority import find_authority
from pipeline.recognise.digits import Reading, cut_at_slash, read_strips

_STRETCHES = (1.1, 1.4)  # figures squeezed into a gap are narrower than those written freely
# In cap heights (of the printed capitals): how far above and below the middle of a capital a
# strip reaches. Writing is larger than print, and hangs below the line.
_REACH, _MORE_REACH, _MOST_REACH = 1.05, 1.15, 1.2
_CAP_OF_X = 1.48  # cap height over x-height of Times
_TYPICAL_X = 20.0  # pixels, when a page has no figure for it

_TRUSTED = 0.6  # of the probability must lie on possible strings for them to share all of it
_NO_SLASH = 0.3  # a number read without its slash may have been cut short

_CLOSED: frozenset[SpotKind] = frozenset({"number"})

_SHAPES: dict[SpotKind, str] = {
    "number": r"\d{1,6}[a-e]?",
    "arrival_number": r"\d{1,6}[a-e]?",
    "day": r"0?[1-9]|[12]\d|3[01]",
    "month": r"0?[1-9]|1[0-2]",
    "year": r"(19|20)\d\d",
}
"""What can stand at a place; a neighbour's stroke read as one figure more can't."""


@dataclass(frozen=True, slots=True)
class _Place:
    """A gap on the cleaned page: its sides, the baseline and the height of capitals, pixels."""

    kind: SpotKind
    left: float
    right: float
    baseline: float
    cap: float
    printed: str


def find_spots(page: CleanPage, zones: Sequence[Zone]) -> tuple[Spot, ...]:
    """The places on a page where a number or a date stands, read.

    Args:
        page: the cleaned page; its colour picture is read, so that a blue pen is seen.
        zones: the page's zones with boxes in pixels of the upright source; only a page with a
            letter's header (``header_left``, ``header_right``), an arrival stamp or a signature
            has spots.

    Returns:
        One spot a kind, boxes in pixels of the upright source. A spot at which nothing is
        written has ``""`` as its most probable reading; so has writing before a signer's title
        (``authority``) that is no authority's abbreviation, or can't be read as one.
    """
    if page.reading != "scan" or page.width == 0:
        return ()
    grey = _pen_view(page)
    places = places_of(page, grey, zones)
    spots = [_read(page, grey, place) for place in places]
    if all(place.kind != "number" for place in places):
        guess = _number_by_layout(page, grey, zones, places)
        found = _read(page, grey, guess) if guess else None
        # The form's own slash must be there, or it may be any other line.
        if found and found.nbest[0][0]:
            spots.append(found)
    if all(spot.kind != "arrival_date" or not spot.nbest[0][0] for spot in spots):
        spots = [spot for spot in spots if spot.kind != "arrival_date"]
        spots += _arrival(page, grey, zones)
    inverse = np.linalg.inv(page.to_source).astype(np.float64)
    written = find_authority(
        grey, zones, lambda box: _move(inverse, box), lambda box: _move(page.to_source, box)
    )
    return (*spots, written) if written else tuple(spots)


def _arrival(page: CleanPage, grey: Pixels, zones: Sequence[Zone]) -> list[Spot]:
    """The arrival date beside a stamp's ĐẾN: written by pen, or stamped in red itself."""
    inverse = np.linalg.inv(page.to_source).astype(np.float64)
    colour = page.colour
    views = [grey] if colour.ndim == 2 else [grey, np.ascontiguousarray(colour[:, :, 1])]
    for word in stamp_words(zones):
        for view in views:
            found = read_arrival(view, _move(inverse, word.box))
            if found:
                reading, row = found
                box = _move(page.to_source, row)
                return [Spot("arrival_date", box, reading.nbest, "", reading.handwritten)]
    return []


def _move(matrix: NDArray[np.float64], box: Box) -> Box:
    """The upright box around a moved one."""
    x0, y0, x1, y1 = box
    moved = _map(matrix, np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], np.float64))
    low, high = np.floor(moved.min(axis=0)), np.ceil(moved.max(axis=0))
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def places_of(page: CleanPage, grey: Pixels, zones: Sequence[Zone]) -> tuple[_Place, ...]:
    """The places that printed words name, on the cleaned page."""
    places = (_on_clean_page(page, anchor) for anchor in find_anchors(zones))
    return tuple(replace(place, baseline=_baseline(grey, place)) for place in places)


def _baseline(grey: Pixels, place: _Place) -> float:
    """The place's baseline by ink: where most letters of capital height around it stand.

    Tesseract's boxes grow where writing overhangs the line; the letters' own feet do not.
    """
    cap, guess = place.cap, place.baseline
    box = _clip(
        grey, place.left - 4 * cap, guess - 2.0 * cap, place.right + 7 * cap, guess + 0.9 * cap
    )
    if box is None:
        return guess
    strip = grey[box[1] : box[3], box[0] : box[2]]
    ink = (strip < 0.6 * float(np.percentile(strip, 80))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height = stats[:, cv2.CC_STAT_HEIGHT]
    feet = stats[:, cv2.CC_STAT_TOP] + height + box[1]
    letters = feet[(height > 0.8 * cap) & (height < 1.2 * cap) & (abs(feet - guess) < 0.6 * cap)]
    return float(np.median(letters)) if len(letters) >= 3 else guess


def _number_by_layout(
    page: CleanPage, grey: Pixels, zones: Sequence[Zone], places: Sequence[_Place]
) -> _Place | None:
    """Cell 3 when no reader knew it: the row of the date (cell 4), under the issuing body."""
    left = next((zone for zone in zones if zone.kind == "header_left"), None)
    date = next((place for place in places if place.kind in ("day", "month")), None)
    if left is None or date is None:
        return None
    cap = date.cap
    corners = np.array([[left.box[0], left.box[1]], [left.box[2], left.box[3]]], np.float64)
    x0, x1 = _map(np.linalg.inv(page.to_source).astype(np.float64), corners)[:, 0]
    box = _clip(grey, x0 - cap, date.baseline - 1.9 * cap, x1 + cap, date.baseline + 0.9 * cap)
    if box is None:
        return None
    strip = grey[box[1] : box[3], box[0] : box[2]]
    ink = (strip < 0.6 * float(np.percentile(strip, 80))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    height = stats[:, cv2.CC_STAT_HEIGHT]
    letters = stats[(height > 0.6 * cap) & (height < 1.5 * cap)]
    if len(letters) < 3:
        return None
    feet = letters[:, cv2.CC_STAT_TOP] + letters[:, cv2.CC_STAT_HEIGHT]
    first = box[0] + int(letters[:, cv2.CC_STAT_LEFT].min())
    baseline = box[1] + float(np.median(feet))
    start = first + 1.35 * cap  # S and ố
    return _Place("number", start, min(start + 8 * cap, box[2]), baseline, cap, "")


def _pen_view(page: CleanPage) -> Pixels:
    """Grey in which black and blue ink are dark and red stamps are faint: the red channel."""
    return page.colour if page.colour.ndim == 2 else np.ascontiguousarray(page.colour[:, :, 2])


def _on_clean_page(page: CleanPage, anchor: Anchor) -> _Place:
    """An anchor's places in pixels of the cleaned page."""
    inverse = np.linalg.inv(page.to_source).astype(np.float64)
    middle = (anchor.top + anchor.bottom) / 2
    points = np.array(
        [[anchor.left, middle], [anchor.right, middle], [anchor.left, anchor.bottom]], np.float64
    )
    moved = _map(inverse, points)
    scale = float(np.hypot(*(moved[1] - moved[0]))) / max(anchor.right - anchor.left, 1e-6)
    cap = (page.quality.x_height or _TYPICAL_X / scale) * scale * _CAP_OF_X
    slope = (anchor.bottom - anchor.baseline) * scale
    return _Place(
        anchor.kind, float(moved[0, 0]), float(moved[1, 0]), float(moved[2, 1]) - slope, cap,
        anchor.printed,
    )  # fmt: skip


def _map(matrix: NDArray[np.float64], points: NDArray[np.float64]) -> NDArray[np.float64]:
    moved: NDArray[np.float64] = cv2.perspectiveTransform(points[None], matrix)[0].astype(
        np.float64
    )
    return moved


def _read(page: CleanPage, grey: Pixels, place: _Place) -> Spot:
    strips = [strip for strip, _ in _crops(grey, place)]
    closed = place.kind in _CLOSED
    reading = read_strips(strips, closed) if strips else Reading((("", 1.0),), 0.0)
    if place.kind == "arrival_date":
        dates = dates_of(reading.nbest)
        nbest = dates if sum(p for _, p in dates) > LEAST else (("", 1.0),)
    else:
        cut = cut_at_slash(reading.nbest, _NO_SLASH if closed else 1.0)
        nbest = _shaped(cut, place.kind)
    box = _box(page, place)
    return Spot(place.kind, box, nbest, place.printed, _pen_share(page, place, reading))


def _shaped(nbest: Sequence[tuple[str, float]], kind: SpotKind) -> tuple[tuple[str, float], ...]:
    """Readings of the right shape, and nothing; they share out what the others had, in part.

    Where most of the probability lay on impossible strings the rest stays unsure.
    """
    kept = [(text, p) for text, p in nbest if not text or re.fullmatch(_SHAPES[kind], text)]
    total = sum(p for _, p in kept)
    if not kept:
        return (("", 1.0),)
    return tuple((text, p / max(total, _TRUSTED)) for text, p in kept)


def _crops(grey: Pixels, place: _Place) -> Iterator[tuple[Pixels, Box]]:
    """The place in several crops: other margins, other heights, and close around its ink."""
    cap, middle = place.cap, place.baseline - place.cap / 2
    # The slash ends a number wherever it stands, so there its side may be generous.
    more = (0.8, 2.4, 4.5) if place.kind in _CLOSED else (-0.15, 0.55, 0.9)
    narrow, wide, tall = (replace(place, right=place.right + m * cap) for m in more)
    wide = replace(wide, left=place.left - 0.35 * cap)
    if place.kind in _CLOSED:  # Số may be taken for wider than it is
        tall = replace(tall, left=place.left - 0.15 * cap)
    high, low = _ink_span(grey, place)
    for shape, reach in ((narrow, _REACH), (wide, _MORE_REACH), (tall, _MOST_REACH)):
        top = min(middle - reach * cap, high - 0.15 * cap)
        bottom = max(middle + reach * cap, low + 0.15 * cap)
        box = _clip(grey, shape.left, top, shape.right, bottom)
        if box:
            strip = _without_other_lines(grey, box, place)
            for stretch in _STRETCHES:
                yield cv2.resize(strip, None, fx=stretch, fy=1.0).astype(np.uint8), box


def _ink_span(grey: Pixels, place: _Place) -> tuple[float, float]:
    """Top and bottom of what is written on the line, wherever the pen went above or below it.

    A 7 without its top is a 1: a crop must not cut what stands in it.
    """
    cap, base = place.cap, place.baseline
    box = _clip(grey, place.left, base - 2.6 * cap, place.right, base + 1.1 * cap)
    if box is None:
        return base - cap, base
    strip = grey[box[1] : box[3], box[0] : box[2]]
    ink = (strip < 0.7 * float(np.percentile(strip, 80))).astype(np.uint8)
    _, _, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    top = stats[1:, cv2.CC_STAT_TOP] + box[1]
    bottom = top + stats[1:, cv2.CC_STAT_HEIGHT]
    # On the line, and not grown together with the line above or below.
    on_line = (top < base - 0.3 * cap) & (bottom > base - 1.1 * cap)
    on_line &= (top > box[1]) & (bottom < box[3])
    if not on_line.any():
        return base - cap, base
    return float(top[on_line].min()), float(bottom[on_line].max())


def _clip(grey: Pixels, x0: float, y0: float, x1: float, y1: float) -> Box | None:
    height, width = grey.shape
    box = max(0, round(x0)), max(0, round(y0)), min(width, round(x1)), min(height, round(y1))
    return box if box[2] - box[0] >= 4 and box[3] - box[1] >= 8 else None


def _without_other_lines(grey: Pixels, box: Box, place: _Place) -> Pixels:
    """A crop without what belongs to the lines above and below, and without ruled lines."""
    x0, y0, x1, y1 = box
    strip = grey[y0:y1, x0:x1]
    paper = float(np.percentile(strip, 80))
    level = 0.7 * paper
    ink = (strip < level).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(ink, connectivity=8)
    low, high = place.baseline + 0.25 * place.cap - y0, place.baseline - 1.35 * place.cap - y0
    clean = strip.copy()
    for i in range(1, count):
        top, height = int(stats[i, cv2.CC_STAT_TOP]), int(stats[i, cv2.CC_STAT_HEIGHT])
        below, above = top > low, top + height < high
        rule = stats[i, cv2.CC_STAT_WIDTH] > 0.9 * strip.shape[1] and height < 0.2 * place.cap
        if below or above or rule:
            grown = cv2.dilate((labels == i).astype(np.uint8), np.ones((3, 3), np.uint8))
            clean[grown > 0] = paper
    return clean


def _box(page: CleanPage, place: _Place) -> Box:
    """The spot in pixels of the upright source."""
    top, bottom = place.baseline - 1.5 * place.cap, place.baseline + 0.5 * place.cap
    box = round(place.left), round(top), round(place.right), round(bottom)
    x0, y0, x1, y1 = _move(page.to_source, box)
    return max(0, x0), max(0, y0), min(page.width, x1), min(page.height, y1)


def _pen_share(page: CleanPage, place: _Place, reading: Reading) -> float:
    """Probability that a pen wrote it: the network's view, and blue ink, which no printer uses."""
    if page.blue is None:
        return reading.handwritten
    middle = place.baseline - place.cap / 2
    reach = _MORE_REACH * place.cap
    box = _clip(page.blue, place.left, middle - reach, place.right, middle + reach)
    if box is None:
        return reading.handwritten
    x0, y0, x1, y1 = box
    blue = int((page.blue[y0:y1, x0:x1] < 128).sum())
    black = int((page.black[y0:y1, x0:x1] < 128).sum())
    if blue > 0.25 * (blue + black) and blue > 0.05 * place.cap**2:
        return max(reading.handwritten, 0.99)
    return reading.handwritten
